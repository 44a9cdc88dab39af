"""Owns the date of a post: front matter before file name, always the Korean day. Knows no file."""

from __future__ import annotations

import datetime as dt
import re

KOREA = dt.timezone(dt.timedelta(hours=9), "KST")
_DATE = re.compile(
    r"(?P<year>\d{4})\s*[-./년]\s*(?P<month>\d{1,2})\s*[-./월]\s*(?P<day>\d{1,2})(?:일|\.)?(?!\d)"
    r"(?:[T\s]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|KST|[+-]\d{2}:?\d{2}|[+-]\d{1,2})?)?",
    re.IGNORECASE,
)
_FILE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:-|$)")


class NoDate(Exception):
    """Why no date could be told, in Korean."""


def post_date(typed: str, name: str) -> tuple[dt.date, str | None]:
    """The Korean day and, when the front matter's date had to be passed over, a note."""
    problem = ""
    if typed:
        try:
            return _typed(typed), None
        except NoDate as error:
            problem = str(error)
    try:
        day = _from_name(name)
    except NoDate as error:
        raise NoDate(" ".join(filter(None, (problem, str(error))))) from None
    return day, f"{problem} 파일 이름의 날짜를 썼습니다." if problem else None


def _typed(typed: str) -> dt.date:
    found = _DATE.match(typed.strip())
    if found is None:
        raise NoDate(f"머리말의 date '{typed[:40]}'를 날짜로 읽을 수 없습니다.")
    day = _day(found, f"머리말의 date '{typed[:40]}'는 없는 날짜입니다.")
    if not found["zone"]:
        return day
    try:
        clock = dt.time(
            int(found["hour"]), int(found["minute"]), int(found["second"] or 0), tzinfo=_zone(found["zone"])
        )
        return dt.datetime.combine(day, clock).astimezone(KOREA).date()
    except (ValueError, OverflowError):
        raise NoDate(f"머리말의 date '{typed[:40]}'는 없는 시각입니다.") from None


def _zone(zone: str) -> dt.tzinfo:
    if zone.upper() in ("Z", "UTC", "GMT"):
        return dt.UTC
    if zone.upper() == "KST":
        return KOREA
    digits = zone[1:].replace(":", "").ljust(4, "0") if len(zone) > 3 else zone[1:].zfill(2) + "00"
    offset = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return dt.timezone(offset if zone[0] == "+" else -offset)


def _from_name(name: str) -> dt.date:
    found = _FILE.match(name)
    if found is None:
        raise NoDate("날짜가 없습니다. 머리말에 date를 적거나 파일 이름을 'YYYY-MM-DD-제목'으로 지어 주세요.")
    return _day(found, f"파일 이름의 날짜 '{found[0].rstrip('-')}'는 없는 날짜입니다.")


def _day(found: re.Match[str], problem: str) -> dt.date:
    try:
        day = dt.date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise NoDate(problem) from None
    if not 1900 <= day.year <= 2200:
        raise NoDate(problem)
    return day
