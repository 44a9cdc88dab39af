"""Rows as the text of a file, CSV and JSON Lines, for the site and ``kb export`` alike.

Knows neither requests nor commands.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from kb.views import Json

Cell: TypeAlias = str | int | dt.date | None
Row: TypeAlias = tuple[Cell, ...]

BOM = "\ufeff"  # without it Excel reads Hangul as CP949
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # where a spreadsheet begins a formula, a Korean one also here
CONTROLS = ("\t", "\r", "\n")  # what some drop on the way, so that the next letter is the first


def cell(value: Cell) -> str:
    """A cell as text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if begins_a_formula(text) else text


def begins_a_formula(text: str) -> bool:
    return text.startswith(CONTROLS) or text.lstrip().startswith(FORMULA)


def csv_line(row: Sequence[Cell]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow([cell(value) for value in row])
    return buffer.getvalue()


def csv_lines(head: Sequence[str], rows: Iterable[Row], note: str = "") -> Iterator[str]:
    """With a byte order mark and line ends as RFC 4180 has them; ``note`` is the last line, if any."""
    yield BOM + csv_line(head)
    for row in rows:
        yield csv_line(row)
    if note:
        yield csv_line((note,))


def json_lines(items: Iterable[Json], note: str = "") -> Iterator[str]:
    for item in items:
        yield json.dumps(item, ensure_ascii=False) + "\n"
    if note:
        yield json.dumps({"note": note}, ensure_ascii=False) + "\n"
