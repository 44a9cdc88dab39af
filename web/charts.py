"""Pictures as numbers: where each bar stands and how high it is. Templates draw them as SVG.

Units are those of the view box. Bars are months; where there are too many, they are years.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

MOST_BARS = 60
WIDTH, HEIGHT = 600, 96
GAP = 0.22  # of a bar's step

PeriodLink: TypeAlias = Callable[[dt.date, dt.date], str]
PageLink: TypeAlias = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Bar:
    """``label`` is the whole sentence a screen reader says; ``tick`` is printed below, where there is room."""

    x: float
    y: float
    width: float
    height: float
    label: str
    tick: str
    count: int
    url: str | None


@dataclass(frozen=True, slots=True)
class BarChart:
    bars: tuple[Bar, ...]
    highest: int
    unit: str  # "달" or "해"
    width: int = WIDTH
    height: int = HEIGHT


def by_month(counts: tuple[tuple[str, int], ...], link: PeriodLink | None = None) -> BarChart | None:
    """``counts`` are ("2024-07", posts) in order; gaps are filled. None where there is nothing to draw."""
    if not counts:
        return None
    months = _filled(dict(counts))
    if len(months) > MOST_BARS:
        return _chart(_years(months), "해", link)
    return _chart(months, "달", link)


def _filled(counts: dict[str, int]) -> list[tuple[str, int]]:
    first, last = min(counts), max(counts)
    months = [first]
    while months[-1] < last:
        year, month = map(int, months[-1].split("-"))
        months.append(f"{year + month // 12}-{month % 12 + 1:02}")
    return [(month, counts.get(month, 0)) for month in months]


def _years(months: list[tuple[str, int]]) -> list[tuple[str, int]]:
    years: dict[str, int] = {}
    for month, count in months:
        years[month[:4]] = years.get(month[:4], 0) + count
    return list(years.items())


def _chart(counts: list[tuple[str, int]], unit: str, link: PeriodLink | None) -> BarChart:
    highest = max(count for _, count in counts) or 1
    step = min(WIDTH / len(counts), 48)
    return BarChart(
        tuple(_bar(i, period, count, step, highest, link) for i, (period, count) in enumerate(counts)), highest, unit
    )


def _bar(i: int, period: str, count: int, step: float, highest: int, link: PeriodLink | None) -> Bar:
    height = max(HEIGHT * count / highest, 2.0 if count else 0.0)
    first, last = _span(period)
    return Bar(
        x=round(i * step + step * GAP / 2, 2),
        y=round(HEIGHT - height, 2),
        width=round(step * (1 - GAP), 2),
        height=round(height, 2),
        label=f"{_spoken(period)} {count:,}건",
        tick=_tick(period, i),
        count=count,
        url=link(first, last) if link and count else None,
    )


def _span(period: str) -> tuple[dt.date, dt.date]:
    if len(period) == 4:
        return dt.date(int(period), 1, 1), dt.date(int(period), 12, 31)
    year, month = map(int, period.split("-"))
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def _spoken(period: str) -> str:
    year, _, month = period.partition("-")
    return f"{year}년 {int(month)}월" if month else f"{year}년"


def _tick(period: str, i: int) -> str:
    """The year where it begins."""
    year, _, month = period.partition("-")
    return year if not month or month == "01" or i == 0 else ""
