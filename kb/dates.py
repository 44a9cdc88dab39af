"""Dates as people give them: a year, a month or a day, written in the ways Koreans write them."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from kb.errors import UsageError

_PARTS = re.compile(r"(\d{4})(?:[-./년]\s*(\d{1,2})(?:[-./월]\s*(\d{1,2}))?)?[.월일년]?")


def period_start(text: str) -> dt.date:
    """The first day of what ``text`` names. Raises UsageError naming the text."""
    year, month, day = _parts(text)
    return _date(text, year, month or 1, day or 1)


def period_end(text: str) -> dt.date:
    """The last day of what ``text`` names. Raises UsageError naming the text."""
    year, month, day = _parts(text)
    month = month or 12
    if day is None and 1 <= month <= 12:
        day = calendar.monthrange(year, month)[1] if year else 1
    return _date(text, year, month, day or 1)


def end_of_month(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_on(day: dt.date, months: int) -> tuple[int, int]:
    """Year and month that come so many months later, or before where negative."""
    whole = day.year * 12 + day.month - 1 + months
    return whole // 12, whole % 12 + 1


def _parts(text: str) -> tuple[int, int | None, int | None]:
    found = _PARTS.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"날짜 '{text[:40]}'을(를) 읽을 수 없습니다. 2024, 2024-07, 2024-07-01처럼 적으십시오")
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None  # the first group always matches
    return year, month, day


def _date(text: str, year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise UsageError(f"없는 날짜입니다: {text[:40]}") from None
