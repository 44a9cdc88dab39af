"""How values look in a template: dates, numbers, sizes, in the language of the page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from flask import Flask

from kb.views import Segment
from web import labels
from web.language import periods

SEOUL = dt.timezone(dt.timedelta(hours=9), "KST")


def dotted(day: dt.date | None) -> str:
    return periods.short(day) if day else "–"


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


LEAF = r"(?:Term|Phrase|Prefix|Filter|DateRange|MatchAll|MatchNone)\((?:[^()]|\([^()]*\))*\)"
PIECE = re.compile(rf"{LEAF}|\w+\((?:\w+=\()?|\w+=\(|[()]|[^()]+?(?=\w+=\(|\w+\(|[()]|$)")


def indented(tree: str) -> str:
    """A tree of a query, as Python prints it, one leaf a line."""
    lines, depth = [], 0
    for piece in PIECE.findall(tree):
        text = piece.strip(" ,")
        depth -= text == ")"
        if text not in ("", ")", "node="):
            lines.append("  " * max(depth, 0) + text.removesuffix("children=(").removesuffix("("))
        if re.fullmatch(r"(?:\w+\()?(?:\w+=)?\(|\w+\((?:\w+=\()?", text):
            depth += text.count("(")
    return "\n".join(lines)


FILTERS: dict[str, Callable[..., str]] = {
    "korean_date": periods.full,
    "as_told": periods.told,
    "dotted": dotted,
    "month": periods.month,
    "number": number,
    "size": size,
    "moment": moment,
    "plain": plain,
    "indented": indented,
}


def register(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["labels"] = labels
