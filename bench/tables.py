"""Figures as Markdown tables. A figure with an aim says beside it whether it reaches it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Row: TypeAlias = Mapping[str, Any]
Cell: TypeAlias = Callable[[Row, Any], str]
REACHED, SHORT = "✔", "✘"


def plain(_row: Row, value: object) -> str:
    return str(value)


def number(digits: int = 0) -> Cell:
    return lambda _row, value: f"{value:,.{digits}f}"


def spots(*keys: str, digits: int = 1) -> Cell:
    """Several figures of a row with strokes between."""
    return lambda row, _value: " / ".join(f"{row[key]:,.{digits}f}" for key in keys)


def aimed(
    limit: float, *, digits: int = 1, least: bool = False, where: Callable[[Row], bool] = lambda row: True
) -> Cell:
    """A figure of at most (or at least) ``limit``, in the rows the aim is for."""

    def cell(row: Row, value: float) -> str:
        if not where(row):
            return f"{value:,.{digits}f}"
        reached = value >= limit if least else value <= limit
        sign, mark = ("≥" if least else "≤"), (REACHED if reached else SHORT)
        return f"**{value:,.{digits}f}** {mark} {sign} {limit:,g}"

    return cell


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    head: str
    cell: Cell = plain


def table(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    """What a row does not know stays empty. Figures stand to the right."""
    lines = [[column.head for column in columns], ["---" if c.cell is plain else "---:" for c in columns]]
    lines += [[_cell(row, column) for column in columns] for row in rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _cell(row: Row, column: Column) -> str:
    value = row.get(column.key)
    return "" if value is None else column.cell(row, value)
