"""How values look in a template: dates, numbers, sizes. Korean forms; nothing here knows a request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import Flask

from kb.views import Segment
from web import labels

WEEKDAYS = "월화수목금토일"
SEOUL = dt.timezone(dt.timedelta(hours=9), "KST")


def korean_date(day: dt.date) -> str:
    """2024년 8월 8일(목)"""
    return f"{day.year}년 {day.month}월 {day.day}일({WEEKDAYS[day.weekday()]})"


def dotted(day: dt.date | None) -> str:
    """2024. 8. 8. as Korean offices write it."""
    return f"{day.year}. {day.month}. {day.day}." if day else "–"


def number(value: int) -> str:
    return f"{value:,}"


def size(value: int) -> str:
    amount = float(value)
    for unit in ("B", "KB", "MB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GB"


def moment(value: dt.datetime) -> str:
    """Korean time; a time without a zone is UTC, as the store keeps it."""
    aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
    return aware.astimezone(SEOUL).strftime("%Y-%m-%d %H:%M")


def plain(segments: tuple[Segment, ...]) -> str:
    return "".join(segment.text for segment in segments)


FILTERS: dict[str, Callable[..., str]] = {
    "korean_date": korean_date,
    "dotted": dotted,
    "number": number,
    "size": size,
    "moment": moment,
    "plain": plain,
}


def register(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["labels"] = labels
