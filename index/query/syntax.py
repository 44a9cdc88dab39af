"""What a user asked, as a tree with places in the text. The parser makes it, the printer writes it back.

Juxtaposed words are a ``Group``: together they say what is looked for, and planning decides how many
must be there. ``All``, ``Any`` and ``Without`` are exact.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Span:
    """Places in the query text; two trees that differ only in them are equal."""

    start: int
    end: int


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed, with its particles."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A phrase: its words in a row."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Starts:
    """``수출*``: anything that begins so."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Value:
    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """``기관:관세청,산업부``: one of the values. ``name`` is a filter field's English name, or ``title``."""

    name: str
    values: tuple[Value, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Dates:
    """From the first to the last day, both included; ``None`` is open."""

    first: dt.date | None
    last: dt.date | None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Without:
    child: Ask


@dataclass(frozen=True, slots=True)
class Group:
    children: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class All:
    children: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class Any:
    children: tuple[Ask, ...]


Ask: TypeAlias = Word | Quoted | Starts | Field | Dates | Without | Group | All | Any


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. ``text`` is the cleaned text that all places refer to; ``root`` is None when nothing is asked.

    ``notes`` say in Korean how the text was read where that may surprise.
    """

    text: str
    root: Ask | None
    notes: tuple[str, ...] = ()
