"""Counts over weeks, months, quarters or years as bars of ``web.charts``."""

from __future__ import annotations

from collections.abc import Sequence

from kb.views.overview import Grain, Period
from web.charts import GAP, TICK, WIDEST, Bar, BarChart, PeriodLink
from web.language import periods as names

WIDTH, HEIGHT = 250, 44
LOWEST = 2.0  # of a bar that stands for anything at all
UNITS: dict[Grain, str] = {"week": "주", "month": "달", "quarter": "분기", "year": "해"}


def bars(grain: Grain, periods: Sequence[Period], counts: Sequence[int], link: PeriodLink) -> BarChart | None:
    """One bar a period. None where there is nothing to draw."""
    if not any(counts):
        return None
    step, highest = min(WIDTH / len(periods), WIDEST), max(counts)
    ticks = _ticks(grain, periods, step)
    drawn = (
        _bar(at * step, step, count, highest, grain, period, tick, link)
        for at, (period, count, tick) in enumerate(zip(periods, counts, ticks, strict=True))
    )
    return BarChart(tuple(drawn), highest, UNITS[grain], WIDTH, HEIGHT)


def _bar(
    left: float, step: float, count: int, highest: int, grain: Grain, period: Period, tick: str, link: PeriodLink
) -> Bar:
    tall = max(HEIGHT * count / highest, LOWEST) if count else 0.0
    return Bar(
        x=round(left + step * GAP / 2, 2),
        y=round(HEIGHT - tall, 2),
        width=round(step * (1 - GAP), 2),
        height=round(tall, 2),
        label=names.counted(spoken(grain, period), count),
        tick=tick,
        count=count,
        url=link(period.first, period.last) if count else None,
        first=period.first,
        last=period.last,
    )


def spoken(grain: Grain, period: Period) -> str:
    day = period.first
    match grain:
        case "week":
            return names.week(day)
        case "month":
            return names.month_of(day.year, day.month)
        case "quarter":
            return names.quarter(day)
    return names.year(day.year)


def _ticks(grain: Grain, periods: Sequence[Period], step: float) -> list[str]:
    """Where a month begins (weeks) or a year (all else), as far as there is room."""
    ticks, free, told = [], 0.0, ""
    for at, period in enumerate(periods):
        name = names.month(period.last.month) if grain == "week" else str(period.first.year)
        shown = name if name != told and at * step >= free else ""
        if shown:
            free, told = at * step + TICK, name
        ticks.append(shown)
    return ticks
