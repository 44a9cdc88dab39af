"""Searching: what a user asked becomes a request to the engine, what it answers becomes a page."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Protocol

from index.analysis.stream import Analysis
from index.analysis.terms import pieces
from index.document import SearchPage, SearchRequest
from index.engines.base import Engine
from index.query.tree import And, Boost, MatchAll, Node, Or, Some, Term
from kb.gazetteer.gazetteer import Gazetteer
from kb.search.filters import facet_values, resolve
from kb.search.readers import ReaderCache
from kb.store import posts
from kb.store.database import Database, Session
from kb.store.posts import PostSummary
from kb.store.stored import StoredPost
from kb.views import (
    CopyView,
    ExplainView,
    FacetValue,
    HitView,
    SearchParams,
    SearchResult,
    Segment,
    SuggestItem,
)

FACETS = ("agency", "topic", "country", "official", "category", "source", "month")
SHOWN_VALUES = 50


class Analyzer(Protocol):
    """What is needed of ``index.analysis.korean.KoreanAnalyzer``."""

    def analyse(self, text: str) -> Analysis: ...


class SearchService:
    """One engine, one database. Safe for many threads."""

    def __init__(self, database: Database, engine: Engine, gazetteer: Gazetteer, analyzer: Analyzer) -> None:
        self._database = database
        self._readers = ReaderCache(engine)
        self._gazetteer = gazetteer
        self._analyzer = analyzer

    def close(self) -> None:
        self._readers.close()

    def warm_up(self) -> None:
        self._analyzer.analyse("예열")

    def search(self, params: SearchParams) -> SearchResult:
        began = time.perf_counter()
        reader = self._readers.get()
        with self._database.session() as session:
            filters, notes = self._resolved(session, params.filters)
            without, _ = self._resolved(session, params.without)
            page = reader.search(
                SearchRequest(
                    self._tree(params.q),
                    filters,
                    without,
                    params.date_from,
                    params.date_to,
                    params.sort,
                    (params.page - 1) * params.per_page,
                    params.per_page,
                    FACETS,
                )
            )
            return SearchResult(
                params=params,
                total=page.total,
                hits=self._hits(session, page),
                facets=self._facets(session, page, filters, without),
                suggestion=None,
                notes=tuple(notes),
                related=(),
                pages=max(1, -(-page.total // params.per_page)),
                seconds=time.perf_counter() - began,
            )

    def explain(self, q: str) -> ExplainView:
        return ExplainView(q, q, (), (), repr(self._tree(q)), ())

    def suggest(self, q: str, limit: int) -> tuple[SuggestItem, ...]:
        return ()

    def similar(self, post: StoredPost) -> tuple[tuple[CopyView, ...], tuple[CopyView, ...]]:
        return (), ()

    def _tree(self, q: str) -> Node:
        terms = dict.fromkeys(piece.term for piece in pieces(self._analyzer.analyse(q), q))
        if not terms:
            return MatchAll()
        each: list[Node] = [Or((Boost(Term("title", term), 2.0), Term("body", term))) for term in terms]
        return Some(tuple(each), max(1, round(len(each) * 0.6))) if len(each) > 2 else And(tuple(each))

    def _resolved(
        self, session: Session, given: Mapping[str, tuple[str, ...]]
    ) -> tuple[dict[str, tuple[str, ...]], list[str]]:
        resolved, notes = {}, []
        for field, values in given.items():
            found = {value: resolve(session, self._gazetteer, field, value) for value in values}
            notes += [
                f"'{value}'에 해당하는 값이 없어 거르면 남는 글이 없습니다."
                for value, keys in found.items()
                if not keys
            ]
            resolved[field] = tuple(key for value, keys in found.items() for key in keys or (value,))
        return resolved, notes

    def _hits(self, session: Session, page: SearchPage) -> tuple[HitView, ...]:
        found = posts.summaries(session, [hit.id for hit in page.hits])
        return tuple(_hit(found[hit.id], hit.score) for hit in page.hits if hit.id in found)

    def _facets(
        self,
        session: Session,
        page: SearchPage,
        filters: Mapping[str, tuple[str, ...]],
        without: Mapping[str, tuple[str, ...]],
    ) -> dict[str, tuple[FacetValue, ...]]:
        return {
            field: facet_values(
                session,
                field,
                [(f.value, f.count) for f in counts][: None if field == "month" else SHOWN_VALUES],
                filters,
                without,
            )
            for field, counts in page.facets.items()
        }


def _hit(post: PostSummary, score: float) -> HitView:
    body = post.text[post.lead_end :].strip()
    return HitView(
        post.post,
        (Segment(post.title),),
        post.date,
        score,
        (Segment(body[:180]),),
        post.agencies,
        post.topics,
        (),
        post.categories,
        post.source,
    )
