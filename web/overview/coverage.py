"""Which days the base holds: a square for each day of the last half year, a table of months before."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kb.views import SearchParams
from web.language import periods
from web.search import params as state

WEEKS = 26  # drawn day by day
CELL, STEP = 15, 19  # side of a square, and its distance to the next
LEFT, TOP = 24, 20  # room for the names of days and months
ROOM = 2 * STEP  # that the name of a month needs
FEW = 13  # weeks that are drawn larger
LARGER = 1.35


@dataclass(frozen=True, slots=True)
class Day:
    """A square. ``url`` is None on a day without posts."""

    x: int
    y: int
    day: dt.date
    count: int
    shade: int
    url: str | None


@dataclass(frozen=True, slots=True)
class Label:
    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """``held`` of the drawn days have posts. ``scale`` is how large it should be shown."""

    days: tuple[Day, ...]
    labels: tuple[Label, ...]
    width: int
    height: int
    held: int
    scale: float

    @property
    def first(self) -> dt.date:
        return self.days[0].day

    @property
    def last(self) -> dt.date:
        return self.days[-1].day


@dataclass(frozen=True, slots=True)
class Month:
    count: int
    shade: int
    url: str


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    months: tuple[Month | None, ...]  # None: before the first or after the last post


def weeks(days: Sequence[tuple[dt.date, int]], shades: int) -> Calendar | None:
    """The last ``WEEKS`` weeks up to the newest post, from the first post on."""
    if not days:
        return None
    last = days[-1][0]
    monday = max(days[0][0], last - dt.timedelta(weeks=WEEKS - 1))
    monday -= dt.timedelta(days=monday.weekday())
    first = max(days[0][0], monday)
    counts, highest = dict(days), max(count for day, count in days if day >= first)
    squares = tuple(
        _square(first + dt.timedelta(days=n), monday, counts, highest, shades) for n in range((last - first).days + 1)
    )
    columns = (last - monday).days // 7 + 1
    held = sum(1 for square in squares if square.count)
    return Calendar(
        squares,
        _labels(squares, monday),
        LEFT + columns * STEP,
        TOP + 7 * STEP,
        held,
        LARGER if columns <= FEW else 1.0,
    )


def _square(day: dt.date, monday: dt.date, counts: dict[dt.date, int], highest: int, shades: int) -> Day:
    count = counts.get(day, 0)
    return Day(
        LEFT + (day - monday).days // 7 * STEP,
        TOP + day.weekday() * STEP,
        day,
        count,
        shade(count, highest, shades),
        _posts(day, day) if count else None,
    )


def _labels(squares: Sequence[Day], monday: dt.date) -> tuple[Label, ...]:
    """The names of the days, and each month above the column in which it begins."""
    named = [Label(0, TOP + row * STEP + 12, periods.weekday(row)[:3]) for row in range(0, 7, 2)]
    free = LEFT
    for at, square in enumerate(squares):
        if (at == 0 or square.day.day == 1) and square.x >= free:
            january = square.day.month == 1 and at > 0
            named.append(Label(square.x, 12, str(square.day.year) if january else periods.month(square.day.month)))
            free = square.x + ROOM
    return tuple(named)


def years(days: Sequence[tuple[dt.date, int]], shades: int) -> tuple[Year, ...]:
    """Posts a month, the newest year first; nothing where the calendar of days shows it all."""
    if not days or (days[-1][0] - days[0][0]).days < WEEKS * 7:
        return ()
    counts: Counter[tuple[int, int]] = Counter()
    for day, count in days:
        counts[day.year, day.month] += count
    first, last, highest = min(counts), max(counts), max(counts.values())
    return tuple(
        Year(
            year,
            tuple(
                _month(year, month, counts[year, month], highest, shades) if first <= (year, month) <= last else None
                for month in range(1, 13)
            ),
        )
        for year in range(last[0], first[0] - 1, -1)
    )


def _month(year: int, month: int, count: int, highest: int, shades: int) -> Month:
    first, last = dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
    return Month(count, shade(count, highest, shades), _posts(first, last))


def shade(count: int, highest: int, shades: int) -> int:
    """Shades grow with the square root, or one busy day would leave all others pale. 0 is for none."""
    return max(1, round(shades * (count / highest) ** 0.5)) if count else 0


def _posts(first: dt.date, last: dt.date) -> str:
    return state.url(SearchParams(date_from=first, date_to=last))
