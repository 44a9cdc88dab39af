"""Small documents whose index terms can be read off the test, and engines that hold them.

The text of a sample is three lines: title, body and gram terms, split at spaces. No analysis is
involved, so what a test of an engine says is about the engine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import pytest
from servers.clusters import MARKS, fresh_settings

from index.analysis.stream import Analysis
from index.document import IndexDoc, SearchPage, SearchRequest
from index.engines.base import Engine
from index.factory import ENGINES, make_engine
from index.query.tree import MatchAll, Node

ENGINE_NAMES = tuple(
    pytest.param(name, marks=MARKS if name == "opensearch" else (), id=name) for name in sorted(ENGINES)
)


def sample(
    id_: str, body: str = "", title: str = "", gram: str = "", day: int = 1, version: str = "1", **filters: str
) -> IndexDoc:
    """``day`` counts from the start of 2024; a filter's values are split at spaces."""
    date = dt.date(2024, 1, 1) + dt.timedelta(days=day - 1)
    values = {name: tuple(text.split()) for name, text in filters.items()}
    return IndexDoc(id_, version, date, f"{title}\n{body}\n{gram}", 0, 0, Analysis.of([]), values)


def sample_terms(doc: IndexDoc) -> dict[str, dict[str, tuple[int, ...]]]:
    terms: dict[str, dict[str, tuple[int, ...]]] = {}
    for field, line in zip(("title", "body", "gram"), doc.text.split("\n"), strict=True):
        found: dict[str, tuple[int, ...]] = {}
        for place, term in enumerate(line.split(" ") if line else ()):
            found[term] = (*found.get(term, ()), place)
        terms[field] = found
    return terms


def sample_engine(name: str, root: Path, docs: Iterable[IndexDoc] | None = None) -> Engine:
    """An engine; with ``docs``, even none, they are its live build."""
    opensearch = fresh_settings() if name == "opensearch" else None
    engine = make_engine(name, root, sample_terms, opensearch)
    if docs is not None:
        promoted(engine, docs)
    return engine


def promoted(engine: Engine, docs: Iterable[IndexDoc], fingerprint: str = "f00") -> str:
    with engine.start_build(fingerprint) as writer:
        writer.add(docs)
        writer.seal()
    engine.promote(writer.build)
    return writer.build


def found(engine: Engine, query: Node | None = None, **request: object) -> list[str]:
    """The ids of all hits, in order."""
    return [hit.id for hit in searched(engine, query, **request).hits]


def searched(engine: Engine, query: Node | None = None, **request: object) -> SearchPage:
    with engine.open_reader() as reader:
        return reader.search(SearchRequest(query or MatchAll(), **{"limit": 1000, **request}))  # type: ignore[arg-type]
