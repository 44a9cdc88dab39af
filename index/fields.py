"""The one table of fields: every engine's schema, the filters and the facets come from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextField:
    """A field of index terms. ``positions``: phrases can be asked of it. ``k1`` and ``b`` are BM25's."""

    name: str
    positions: bool
    k1: float = 1.2
    b: float = 0.75


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field of exact values (several a document). ``korean`` is its name in the query language."""

    name: str
    korean: str


TEXT_FIELDS: tuple[TextField, ...] = (
    TextField("title", positions=True),
    TextField("body", positions=True),  # title, lead and body
    TextField("gram", positions=False),  # character pairs of names and compounds
)

FILTER_FIELDS: tuple[FilterField, ...] = (
    FilterField("agency", "기관"),
    FilterField("department", "부서"),
    FilterField("official", "인물"),
    FilterField("topic", "주제"),
    FilterField("country", "국가"),
    FilterField("category", "분류"),
    FilterField("source", "출처"),
    FilterField("month", "월"),
)
