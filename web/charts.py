"""Pictures as numbers: where each bar stands and how high it is. Templates draw them as SVG.

Units are those of the view box. Bars are months; where there are too many, they are years.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from web.language import periods as names

MOST_BARS = 60
FEW_BARS = 13  # so many months have room for their own name below
WIDEST = 44  # a bar with its gap
GAP = 0.22  # of that
TICK = 34  # width that a printed year needs

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
    first: dt.date
    last: dt.date
    far: bool = False  # its tick has room enough for letters of twice the size
    out: bool = False  # beside the period that is chosen


@dataclass(frozen=True, slots=True)
class BarChart:
    bars: tuple[Bar, ...]
    highest: int
    unit: str  # "달" or "해"
    width: int
    height: int

    @property
    def span(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last month, where the words below the bars may leave out the year."""
        few = self.unit == "달" and len(self.bars) <= FEW_BARS
        return (self.bars[0].first, self.bars[-1].first) if few else None


def by_month(
    counts: tuple[tuple[str, int], ...], link: PeriodLink, width: int = 600, height: int = 96
) -> BarChart | None:
    """``counts`` are ("2024-07", posts); gaps are filled. None where there is nothing to draw."""
    if not counts:
        return None
    months = _filled(dict(counts))
    if len(months) > MOST_BARS:
        return _chart(_years(months), "해", link, width, height)
    return _chart(months, "달", link, width, height)


def within(chart: BarChart, first: dt.date | None, last: dt.date | None) -> BarChart:
    """The same chart with the bars outside a period marked as such."""
    begin, end = first or dt.date.min, last or dt.date.max
    bars = (replace(bar, out=bar.last < begin or bar.first > end) for bar in chart.bars)
    return replace(chart, bars=tuple(bars))


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


def _chart(counts: list[tuple[str, int]], unit: str, link: PeriodLink, width: int, height: int) -> BarChart:
    highest = max(count for _, count in counts) or 1
    step = min(width / len(counts), WIDEST)
    width = min(width, round(step * len(counts)))
    ticks = _ticks([period for period, _ in counts], step, width)
    far = _far(ticks, step)
    bars = (
        _bar(i * step, step, height * count / highest, height, period, count, ticks[i], i in far, link)
        for i, (period, count) in enumerate(counts)
    )
    return BarChart(tuple(bars), highest, unit, width, height)


def _bar(
    left: float, step: float, tall: float, height: int, period: str, count: int, tick: str, far: bool, link: PeriodLink
) -> Bar:
    shown = max(tall, 2.0) if count else 0.0
    first, last = _span(period)
    return Bar(
        x=round(left + step * GAP / 2, 2),
        y=round(height - shown, 2),
        width=round(step * (1 - GAP), 2),
        height=round(shown, 2),
        label=names.counted(_spoken(period), count),
        tick=tick,
        count=count,
        url=link(first, last) if count else None,
        first=first,
        last=last,
        far=far,
    )


def _span(period: str) -> tuple[dt.date, dt.date]:
    if len(period) == 4:
        return dt.date(int(period), 1, 1), dt.date(int(period), 12, 31)
    year, month = map(int, period.split("-"))
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def _spoken(period: str) -> str:
    year, _, month = period.partition("-")
    return names.month_of(int(year), int(month)) if month else names.year(int(year))


def _far(ticks: list[str], step: float) -> set[int]:
    """Of the ticks those that stand apart at twice the size, as narrow screens print them."""
    kept, free = set(), 0.0
    for i, tick in enumerate(ticks):
        if tick and i * step >= free:
            kept.add(i)
            free = i * step + 2 * TICK
    return kept


def _ticks(periods: list[str], step: float, width: int) -> list[str]:
    """The year where it begins, and the months where all have room; none touches the next or leaves.

    A few months begin with a month, even within a year: ``BarChart.span`` says which year it is.
    """
    few = len(periods) <= FEW_BARS and step >= TICK
    ticks, free = [], 0.0
    for i, period in enumerate(periods):
        year, _, month = period.partition("-")
        tick = year if not month or month == "01" or (i == 0 and not few) else names.month(int(month)) if few else ""
        shown = tick if free <= i * step <= width - TICK else ""
        free = i * step + TICK if shown else free
        ticks.append(shown)
    return ticks
