"""The period that a question names (2024년 7월 산업부, 작년 3월 수출통제, 지난주 관세청 발표), offered as a filter.

The words are looked for as they stand, for a post may be about a day as well as of it; whoever meant the day of the
post has one link to take. Days that are not named by number count from today in Korea.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from kb.dates import end_of_month, months_on
from kb.views import SearchParams
from web.language import periods
from web.search import params as state

Span = tuple[dt.date, dt.date]

YEARS = {"재작년": -2, "작년": -1, "지난해": -1, "올해": 0, "금년": 0}
MONTHS = {"지난달": -1, "이달": 0, "이번달": 0}
WEEKS = {"지난주": -1, "이번주": 0}
DAYS = {"그제": -2, "어제": -1, "오늘": 0}
HALVES = {"상반기": (1, 6), "하반기": (7, 12)}
LAST = re.compile(
    r"최근\s?(?:(?P<days>\d{1,3})일|(?P<week>일주일|한\s?주)|(?P<months>\d{1,2})개월|(?P<month>한\s?달))(?:간|동안)?"
)
WORDS = re.compile(
    r"(?P<spoken>지난\s?달|이번\s?달|이달|지난\s?주|이번\s?주|그제|어제|오늘)"
    r"|(?:(?P<year>(?:19|20)\d{2})\s?년|(?P<rely>재작년|작년|지난해|올해|금년))"
    r"(?:\s?(?P<half>[상하]반기)|\s?(?P<month>\d{1,2})\s?월(?:\s?(?P<day>\d{1,2})\s?일)?)?"
    r"|(?<!\d)(?P<alone>\d{1,2})\s?월(?:\s?(?P<its>\d{1,2})\s?일)?(?!\d)"
)
PARTICLE = re.compile(r"\s?(?P<open>부터|이후|까지|이전)?(?:에서|에|의|중|동안|자)?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class PeriodNamed:
    """``label`` in the page's language; ``url`` leads to the same question over the posts of the period."""

    label: str
    url: str


def period_named(params: SearchParams, today: dt.date) -> PeriodNamed | None:
    """None where no period is named, one is chosen already, or operators are used."""
    if params.date_from or params.date_to or re.search(r'["():*]|(?:^|\s)-\S', params.q):
        return None
    for pattern, read in READERS:
        for found in pattern.finditer(params.q):
            particle = PARTICLE.match(params.q, found.end())
            span = _valid(read, found, today)
            if span and particle:
                return _named(params, span, found.start(), particle)
    return None


def _named(params: SearchParams, span: Span, start: int, particle: re.Match[str]) -> PeriodNamed:
    rest = " ".join((params.q[:start] + " " + params.q[particle.end() :]).split())
    first: dt.date | None = None if particle["open"] in ("까지", "이전") else span[0]
    last: dt.date | None = None if particle["open"] in ("부터", "이후") else span[1]
    narrowed = state.period(state.asked(params, rest), first, last)
    return PeriodNamed(_label(first, last), state.url(narrowed))


def _label(first: dt.date | None, last: dt.date | None) -> str:
    if first and last and first.day == 1 and last == end_of_month(first):
        return periods.month_of(first.year, first.month)
    if first and last and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return periods.year(first.year)
    if first == last and first:
        return periods.short(first)
    return f"{periods.short(first) if first else ''} ~ {periods.short(last) if last else ''}".strip()


def _valid(read: Callable[[re.Match[str], dt.date], Span], found: re.Match[str], today: dt.date) -> Span | None:
    try:
        return read(found, today)
    except ValueError:  # 13월, 2월 30일
        return None


def _last(found: re.Match[str], today: dt.date) -> Span:
    days = int(found["days"] or 0) or (7 if found["week"] else 30 * int(found["months"] or 1))
    return today - dt.timedelta(days=days), today


def _spoken(found: re.Match[str], today: dt.date) -> Span:
    if found["spoken"]:
        return _relative("".join(found["spoken"].split()), today)
    if found["alone"]:
        year = today.year - (int(found["alone"]) > today.month)
        return _of(year, int(found["alone"]), found["its"])
    year = int(found["year"]) if found["year"] else today.year + YEARS[found["rely"]]
    if found["half"]:
        first, last = HALVES[found["half"]]
        return dt.date(year, first, 1), end_of_month(dt.date(year, last, 1))
    if found["month"]:
        return _of(year, int(found["month"]), found["day"])
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _relative(word: str, today: dt.date) -> Span:
    if word in DAYS:
        day = today + dt.timedelta(days=DAYS[word])
        return day, day
    if word in WEEKS:
        monday = today + dt.timedelta(weeks=WEEKS[word], days=-today.weekday())
        return monday, monday + dt.timedelta(days=6)
    return _of(*months_on(today, MONTHS[word]), None)


def _of(year: int, month: int, day: str | None) -> Span:
    first = dt.date(year, month, int(day or 1))
    return first, first if day else end_of_month(first)


READERS = ((LAST, _last), (WORDS, _spoken))
