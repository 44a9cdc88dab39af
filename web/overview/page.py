"""The overview as numbers: every figure is a facet of a search, so every figure can be opened as one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from kb.service import Service
from kb.views import FacetValue, NamedLink, SearchParams
from web import charts
from web.search import params as state

ROWS = 12  # agencies in the table
SHADES = 5  # steps of its colour
COUNTRIES = 12
PERIOD = dt.timedelta(days=91)

Facets: TypeAlias = Mapping[str, tuple[FacetValue, ...]]


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
class TopicMonths:
    topic: NamedLink
    count: int
    chart: charts.BarChart | None


@dataclass(frozen=True, slots=True)
class CountryChange:
    """Posts that name a country in the last 91 days of the base, and in the 91 days before."""

    country: NamedLink
    now: int
    before: int
    url: str


@dataclass(frozen=True, slots=True)
class Overview:
    topics: tuple[TopicMonths, ...]
    heat: tuple[HeatRow, ...]
    countries: tuple[CountryChange, ...]
    since: dt.date | None  # the first day of the later period
    coverage: charts.BarChart | None


def overview(service: Service, last: dt.date | None) -> Overview:
    """One search for the whole, one for each topic and two for the periods. ``last``: the newest post's day."""
    whole = facets(service, SearchParams())
    topics = whole.get("topic", ())
    by_topic = {topic.value: facets(service, SearchParams(filters={"topic": (topic.value,)})) for topic in topics}
    return Overview(
        topics=tuple(_months(topic, by_topic[topic.value], whole) for topic in topics),
        heat=_heat(topics, by_topic),
        countries=_changes(service, last) if last else (),
        since=last - PERIOD + dt.timedelta(days=1) if last else None,
        coverage=chart(SearchParams(), whole, whole, width=700, height=80),
    )


def facets(service: Service, params: SearchParams) -> Facets:
    return service.search(replace(params, per_page=1)).facets


def chart(params: SearchParams, found: Facets, whole: Facets, width: int, height: int) -> charts.BarChart | None:
    """The months of an answer, over the time of the whole base so that pictures can be compared."""

    def link(first: dt.date, last: dt.date) -> str:
        return state.url(state.period(params, first, last))

    months = {month.value: 0 for month in whole.get("month", ())} | {m.value: m.count for m in found.get("month", ())}
    return charts.by_month(tuple(months.items()), link, width, height)


def _months(topic: FacetValue, found: Facets, whole: Facets) -> TopicMonths:
    params = SearchParams(filters={"topic": (topic.value,)})
    return TopicMonths(NamedLink("topic", topic.value, topic.label), topic.count, chart(params, found, whole, 250, 44))


def _heat(topics: tuple[FacetValue, ...], by_topic: Mapping[str, Facets]) -> tuple[HeatRow, ...]:
    """The agencies most named in posts about any topic, by topic."""
    counts = {topic.value: {a.value: a.count for a in by_topic[topic.value].get("agency", ())} for topic in topics}
    names = {a.value: a.label for found in by_topic.values() for a in found.get("agency", ())}
    totals = {agency: sum(table.get(agency, 0) for table in counts.values()) for agency in names}
    chosen = sorted(totals, key=lambda agency: (-totals[agency], agency))[:ROWS]
    highest = max((counts[t.value].get(a, 0) for t in topics for a in chosen), default=0)
    return tuple(
        HeatRow(
            NamedLink("agency", agency, names[agency]),
            tuple(_square(agency, topic.value, counts[topic.value].get(agency, 0), highest) for topic in topics),
        )
        for agency in chosen
    )


def _square(agency: str, topic: str, count: int, highest: int) -> Square:
    """Shades grow with the square root, or one busy square would leave all others pale."""
    shade = max(1, round(SHADES * (count / highest) ** 0.5)) if count else 0
    return Square(count, shade, state.url(SearchParams(filters={"agency": (agency,), "topic": (topic,)})))


def _changes(service: Service, last: dt.date) -> tuple[CountryChange, ...]:
    now = SearchParams(date_from=last - PERIOD + dt.timedelta(days=1), date_to=last)
    before = SearchParams(date_from=last - 2 * PERIOD + dt.timedelta(days=1), date_to=last - PERIOD)
    later, earlier = ({c.value: c for c in facets(service, p).get("country", ())} for p in (now, before))
    return tuple(
        CountryChange(
            NamedLink("country", value.value, value.label),
            value.count,
            earlier[value.value].count if value.value in earlier else 0,
            state.url(replace(now, filters={"country": (value.value,)})),
        )
        for value in list(later.values())[:COUNTRIES]
    )
