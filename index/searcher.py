"""From a plan to an answer: candidates from the engine, reranked by their texts, copies folded, cut to a window.

The same for every engine. Knows no store: texts are loaded by the caller's function.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from index.copies import Sketch, fold_copies
from index.document import FacetCount, Hit, SearchPage, SearchRequest
from index.engines.base import Reader
from index.lexicon import Background, Lexicon
from index.query.plan import Plan
from index.query.tree import Node
from index.rank import Evidence, StoredText, rerank
from index.stages import staged

HEAD = 50
"""So many candidates are read again; behind them the engine's order holds."""

Load = Callable[[Sequence[str]], Mapping[str, StoredText]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One result: a document and the copies of it that are folded under it."""

    id: str
    score: float
    date: dt.date
    copies: tuple[str, ...] = ()
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """A window of the results. ``total`` counts results: copies that were folded count once.

    ``loosened`` says in Korean that less was demanded than was typed; ``tree`` of the plan was not the one asked.
    ``beside`` are the terms asked for that stand in what ``tree`` matches, where the engine says it.
    """

    answers: tuple[Answer, ...]
    total: int
    facets: Mapping[str, tuple[FacetCount, ...]]
    build: str
    loosened: str | None = None
    beside: frozenset[str] | None = None  # of the strict tree


def search(
    reader: Reader, lexicon: Lexicon, plan: Plan, request: SearchRequest, load: Load, *, recency: bool = True
) -> Answers:
    """Answers ``plan``. Of ``request`` all but the query holds: filters, dates, order, window, facets.

    Every window of one search is cut from one order, so pages neither repeat nor lose a result.
    """
    asked = _ask(reader, plan, replace(request, offset=0, limit=HEAD))
    background = lexicon.background(reader, lambda ids: [found.text for found in load(ids).values()])
    head = _head(background, plan, request, asked.page, load, recency)
    folded = sum(len(answer.copies) for answer in head)
    first, last = max(request.offset, 0), max(request.offset, 0) + max(request.limit, 0)
    window = head[first:last]
    if last > len(head) and asked.page.total > HEAD:
        begin = max(first, len(head))
        behind = replace(request, query=asked.tree, offset=begin + folded, limit=last - begin, facets=(), beside=())
        window += [Answer(hit.id, hit.score, hit.date) for hit in reader.search(behind).hits]
    total = asked.page.total - folded
    return Answers(tuple(window), total, asked.page.facets, asked.page.build, asked.note, asked.beside)


class _Asked(NamedTuple):
    page: SearchPage
    tree: Node
    note: str | None
    beside: frozenset[str] | None


@staged("engine")
def _ask(reader: Reader, plan: Plan, request: SearchRequest) -> _Asked:
    """The first tree that finds something, from the strictest to the loosest; the first when none does."""
    page = reader.search(replace(request, query=plan.tree))
    strict = _Asked(page, plan.tree, None, page.beside)
    if page.total:
        return strict
    for tree, note in plan.looser:
        page = reader.search(replace(request, query=tree, beside=()))
        if page.total:
            return _Asked(page, tree, note, strict.beside)
    return strict


@staged("rank")
def _head(
    background: Background, plan: Plan, request: SearchRequest, page: SearchPage, load: Load, recency: bool
) -> list[Answer]:
    if not plan.asks:  # browsing: every document for itself, in the engine's order
        return [Answer(hit.id, hit.score, hit.date) for hit in page.hits]
    texts = load([hit.id for hit in page.hits])
    if request.sort == "relevance":
        newest = max((hit.date for hit in page.hits), default=None) if recency else None
        ranked = rerank(page.hits, texts, plan, newest)
        return _folded(background, [(r.hit, r.evidence) for r in ranked], texts)
    return _folded(background, [(hit, None) for hit in page.hits], texts)


def _folded(
    background: Background, hits: Sequence[tuple[Hit, Evidence | None]], texts: Mapping[str, StoredText]
) -> list[Answer]:
    sketches = [
        texts[hit.id].sketch(background) if hit.id in texts else Sketch("", hit.date, background) for hit, _ in hits
    ]
    answers = []
    for places in fold_copies(sketches):
        hit, evidence = hits[places[0]]
        score = evidence.score if evidence else hit.score
        answers.append(Answer(hit.id, score, hit.date, tuple(hits[at][0].id for at in places[1:]), evidence))
    return answers
