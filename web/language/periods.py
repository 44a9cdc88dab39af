"""The names of months, quarters and years, in the language of the page: English abbreviations take no more room."""

from __future__ import annotations

import calendar
import datetime as dt

from babel.dates import format_date

from web.language.catalog import ngettext
from web.language.choice import english

KOREAN_DAYS = "월화수목금토일"


def year(number: int) -> str:
    return str(number) if english() else f"{number}년"


def month(number: int) -> str:
    """7월; Jul"""
    return calendar.month_abbr[number] if english() else f"{number}월"


def month_of(of_year: int, number: int) -> str:
    """2024년 7월; July 2024"""
    return f"{calendar.month_name[number]} {of_year}" if english() else f"{of_year}년 {number}월"


def quarter(day: dt.date) -> str:
    """2024년 3분기; Q3 2024"""
    number = (day.month + 2) // 3
    return f"Q{number} {day.year}" if english() else f"{day.year}년 {number}분기"


def week(first: dt.date) -> str:
    if english():
        return f"week of {short(first)}"
    return f"{first.year}년 {first.month}월 {first.day}일부터 한 주"


def weekday(number: int) -> str:
    """From 0, Monday."""
    return calendar.day_abbr[number] if english() else KOREAN_DAYS[number]


def short(day: dt.date) -> str:
    """2024. 8. 8. as Korean offices write it; 8 Aug 2024"""
    if english():
        return format_date(day, "d MMM y", locale="en")
    return f"{day.year}. {day.month}. {day.day}."


def full(day: dt.date) -> str:
    """2024년 8월 8일(목); Thu, 8 August 2024"""
    if english():
        return format_date(day, "EEE, d MMMM y", locale="en")
    return f"{day.year}년 {day.month}월 {day.day}일({weekday(day.weekday())})"


def told(day: dt.date, grain: str) -> str:
    """As much of a day as was told: 2024년 8월 8일(목); 2024년 8월; 2024년"""
    return full(day) if grain == "day" else month_of(day.year, day.month) if grain == "month" else year(day.year)


def counted(period: str, count: int) -> str:
    """2024년 7월 3건; July 2024: 3 posts"""
    return ngettext("%(period)s %(n)s건", "%(period)s %(n)s건", count, period=period, n=f"{count:,}")
