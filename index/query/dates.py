"""Days, months and years as they are typed, and the periods they stand for; words that tell no more than a time."""

from __future__ import annotations

import calendar
import datetime as dt
import re

_POINT = re.compile(r"(\d{4})(?:[-./년](\d{1,2})월?(?:[-./](\d{1,2})일?)?)?[.년]?")
_TIMES = re.compile(
    r"""(?: \d{1,4}(?:년도?|월|일|분기) | (?:작|금|전|내|재작|내후|예)년 | 올해 | 지난해 | 그해
      | (?:이번|지난|다음)(?:달|주|해) | 이달 | [전익당]월 | [금차]주 | [상하]반기 | 오늘 | 어제 | 내일 | 금일 | 전일
      | 최근 | 요즘 | 현재 | 연[초말내] | 월[초말] | [초중하]순 | 초 | 말 )+""",
    re.VERBOSE,
)


def tells_time(word: str) -> bool:
    """Whether a word says when and nothing else: 지난해, 7월, 2023년도, 3분기."""
    return _TIMES.fullmatch(word) is not None


def parse_point(text: str) -> tuple[dt.date, dt.date] | None:
    """The first and last day of ``2024``, ``2024-07`` or ``2024-07-15``; None when that is no date."""
    found = _POINT.fullmatch(text)
    if not found:
        return None
    year, month, day = int(found[1]), found[2], found[3]
    try:
        first = dt.date(year, int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return first, first
    last_month = int(month or 12)
    return first, dt.date(year, last_month, calendar.monthrange(year, last_month)[1])


def parse_period(text: str) -> tuple[dt.date | None, dt.date | None] | None:
    """``2024-07``, ``2024-07..2024-08``, ``2024..`` or ``..2024-07-15``; None when that is no period."""
    first, dots, last = text.partition("..")
    if not dots:
        return parse_point(text)
    begin, end = parse_point(first) if first else None, parse_point(last.lstrip(".")) if last else None
    if (first and not begin) or (last and not end) or not (begin or end):
        return None
    return begin[0] if begin else None, end[1] if end else None


def print_period(first: dt.date | None, last: dt.date | None) -> str:
    """The shortest form that reads back as the same period."""
    if first and last:
        for text in (f"{first:%Y}", f"{first:%Y-%m}", f"{first:%Y-%m-%d}"):
            if parse_point(text) == (first, last):
                return text
    return f"{first or ''}..{last or ''}"
