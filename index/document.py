"""The values that cross the seam between the knowledge base and a search engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from index.analysis.stream import Analysis
from index.laid import LaidTerms
from index.query.tree import Node

Sort = Literal["relevance", "date"]


@dataclass(frozen=True, slots=True)
class IndexDoc:
    """One document as the engines get it: analysed, never to be analysed again.

    ``text`` is title, lead and body in this order: ``text[:title_end]`` is the title,
    ``text[title_end:lead_end]`` the lead, the rest the body. ``filters`` holds the values of the
    filter fields (``agency``, ``topic``, ``month`` …, see ``index.fields``). ``terms`` are index terms that
    were kept: such a document needs neither text nor analysis.
    """

    id: str
    content_hash: str
    date: dt.date
    text: str
    title_end: int
    lead_end: int
    analysis: Analysis
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    terms: LaidTerms | None = None


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What an engine is asked. A filter's values are alternatives, filters all hold; ``without`` excludes.

    ``offset`` and ``limit`` are rows, never pages. ``facets`` names the filter fields to count over
    the whole match set. ``beside`` are terms of the body: the page may say which of them stand in a match.
    """

    query: Node
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 10
    facets: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A match. Order is total: score (or date) descending, then date descending, then id ascending."""

    id: str
    score: float
    date: dt.date


@dataclass(frozen=True, slots=True)
class FacetCount:
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One window of the ordered match set. ``total`` is exact; ``build`` says which build answered.

    ``beside`` is None where the engine does not look for terms in passing; ``Reader.beside`` does it by itself.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, tuple[FacetCount, ...]]
    build: str
    beside: frozenset[str] | None = None
