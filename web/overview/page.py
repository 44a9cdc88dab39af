"""The overview as pictures and tables: every figure leads to the search for its posts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kb.views import NamedLink, SearchParams
from kb.views.overview import Overview, Period
from web import charts
from web.language import periods
from web.overview import coverage, flow
from web.search import params as state

FEW = 30  # posts of a quarter below which shares say nothing
SHADES = 5  # steps of colour in tables and in the calendar


@dataclass(frozen=True, slots=True)
class Square:
    """How many posts of an agency are about a topic; ``shade`` from 0 (none) to SHADES."""

    count: int
    shade: int
    url: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    agency: NamedLink
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True)
class TopicChart:
    topic: NamedLink
    posts: int
    chart: charts.BarChart | None


@dataclass(frozen=True, slots=True)
class CountryRow:
    """Posts that name a country in this quarter and in the one before; of a hundred posts, where there are many."""

    country: NamedLink
    now: int
    before: int
    now_share: float | None
    before_share: float | None
    now_url: str
    before_url: str

    @property
    def change(self) -> float | None:
        if self.now_share is None or self.before_share is None:
            return None
        return round(self.now_share - self.before_share, 1)


@dataclass(frozen=True, slots=True)
class OverviewView:
    flows: tuple[TopicChart, ...]
    heat: tuple[HeatRow, ...]
    countries: tuple[CountryRow, ...]
    most: int  # the longest bar of the countries
    comparable: bool  # both quarters hold posts enough for shares
    calendar: coverage.Calendar | None
    years: tuple[coverage.Year, ...]


def view(found: Overview) -> OverviewView:
    countries = _countries(found)
    return OverviewView(
        flows=_flows(found),
        heat=_heat(found),
        countries=countries,
        most=max((row.now for row in countries), default=0),
        comparable=any(row.change is not None for row in countries),
        calendar=coverage.weeks(found.days, SHADES),
        years=coverage.years(found.days, SHADES),
    )


def _flows(found: Overview) -> tuple[TopicChart, ...]:
    def chart(topic: NamedLink, counts: tuple[int, ...]) -> charts.BarChart | None:
        def link(first: dt.date, last: dt.date) -> str:
            return state.url(SearchParams(filters={"topic": (topic.value,)}, date_from=first, date_to=last))

        return flow.bars(found.grain, found.periods, counts, link)

    return tuple(TopicChart(f.topic, f.posts, chart(f.topic, f.counts)) for f in found.topics)


def _heat(found: Overview) -> tuple[HeatRow, ...]:
    highest = max((count for row in found.agencies for count in row.counts), default=0)
    topics = [f.topic.value for f in found.topics]
    return tuple(
        HeatRow(
            row.agency,
            tuple(
                Square(count, coverage.shade(count, highest, SHADES), both(row.agency.value, topic))
                for topic, count in zip(topics, row.counts, strict=True)
            ),
        )
        for row in found.agencies
    )


def both(agency: str, topic: str) -> str:
    return state.url(SearchParams(filters={"agency": (agency,), "topic": (topic,)}))


def _countries(found: Overview) -> tuple[CountryRow, ...]:
    now, before = found.now, found.before
    if now is None or before is None:
        return ()
    return tuple(
        CountryRow(
            turn.country,
            turn.now,
            turn.before,
            share(turn.now, now),
            share(turn.before, before),
            _named(turn.country, now),
            _named(turn.country, before),
        )
        for turn in found.countries
    )


def share(count: int, period: Period) -> float | None:
    """Of a hundred posts."""
    return round(100 * count / period.posts, 1) if period.posts >= FEW else None


def _named(country: NamedLink, period: Period) -> str:
    params = SearchParams(filters={"country": (country.value,)}, date_from=period.first, date_to=period.last)
    return state.url(params)


def quarter(period: Period) -> str:
    """2024년 3분기; Q3 2024"""
    return periods.quarter(period.first)
