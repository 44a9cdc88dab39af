"""A query tree over columns: which documents match, with what score, in which order, in which facets.

Every set is a boolean column and every score a float column over all documents: at the sizes we serve
that is faster than walking over postings, and a query's cost is bounded by its number of nodes. Scores
are zero outside the match set. Follows the table in ``index.query.tree``; the memory engine says the
same with dictionaries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from index import deadline
from index.document import Hit, SearchPage, SearchRequest
from index.engines.base import SCORE_DIGITS, check_request, top_facet_values, window
from index.engines.columns import Columns, Floats, Mask
from index.engines.postings import Longs
from index.query.tree import (
    And,
    Best,
    Boost,
    DateRange,
    Filter,
    MatchAll,
    MatchNone,
    Node,
    Not,
    Or,
    Phrase,
    Prefer,
    Prefix,
    Some,
    Term,
)


class Match(NamedTuple):
    """The documents that match, and their scores (``None``: all zero). Neither column may be changed."""

    mask: Mask
    scores: Floats | None


def search(columns: Columns, build: str, request: SearchRequest) -> SearchPage:
    """One window of the ordered match set, with its facets."""
    check_request(request)
    match = evaluate(columns, request.query)
    mask = match.mask & _allowed(columns, request)
    docs = np.flatnonzero(mask)
    scores = _scores_of(match, docs)
    first, last = window(request)
    hits = tuple(
        Hit(columns.id_of(doc), score, dt.date.fromordinal(day))
        for doc, score, day in _window(columns, docs, scores, request.sort == "date", first, last)
    )
    facets = {name: top_facet_values(columns.facet(name, mask)) for name in request.facets}
    return SearchPage(hits, len(docs), facets, build)


def beside(columns: Columns, query: Node, field: str, terms: Iterable[str]) -> frozenset[str]:
    """Those of the terms that stand in a document that the query matches."""
    mask = evaluate(columns, query).mask
    return frozenset(term for term in terms if mask[columns.docs(field, term)].any())


def evaluate(columns: Columns, node: Node) -> Match:
    deadline.check()
    match node:
        case MatchAll():
            return Match(columns.live, None)
        case MatchNone():
            return Match(_none(columns), None)
        case Term(field=field, text=text):
            return _spread(columns, *columns.scored(field, text))
        case Phrase(field=field, texts=texts):
            return _phrase(columns, field, texts)
        case Prefix(field=field, text=text):
            mask = columns.with_prefix(field, text)
            return Match(mask, mask.astype(np.float64))
        case Filter(field=field, value=value):
            mask = _none(columns)
            mask[columns.docs(field, value)] = True
            return Match(mask, None)
        case DateRange(first=first, last=last):
            return Match(_dated(columns, first, last), None)
        case And(children=children):
            return _some(columns, children, len(children))
        case Or(children=children):
            return _some(columns, children, 1)
        case Some(children=children, minimum=minimum):
            return _some(columns, children, minimum)
        case Best(children=children):
            return _best(columns, children)
        case Not(child=child):
            return Match(columns.live & ~evaluate(columns, child).mask, None)
        case Prefer(base=base, extra=extra):
            return _prefer(evaluate(columns, base), evaluate(columns, extra))
        case Boost(child=child, factor=factor):
            mask, scores = evaluate(columns, child)
            return Match(mask, None if scores is None else scores * factor)


def _some(columns: Columns, children: tuple[Node, ...], minimum: int) -> Match:
    counts = np.zeros(columns.size, np.uint16)
    scores = np.zeros(columns.size)
    for child in children:
        factor, child = _unboosted(child)
        if isinstance(child, Term):  # the common case: touch the documents of the term only
            docs, gains = columns.scored(child.field, child.text)
            counts[docs] += 1
            scores[docs] += gains if factor == 1 else gains * factor
            continue
        match = evaluate(columns, child)
        counts += match.mask
        if match.scores is not None:
            scores += match.scores * factor
    mask = counts >= minimum if minimum > 0 else columns.live
    if minimum > 1:
        scores[~mask] = 0
    return Match(mask, scores)


def _best(columns: Columns, children: tuple[Node, ...]) -> Match:
    best = np.full(columns.size, -np.inf)
    for child in children:
        factor, child = _unboosted(child)
        if isinstance(child, Term):
            docs, gains = columns.scored(child.field, child.text)
            best[docs] = np.maximum(best[docs], gains * factor)
            continue
        match = evaluate(columns, child)
        scores = 0.0 if match.scores is None else match.scores * factor
        np.maximum(best, scores, out=best, where=match.mask)
    mask = best != -np.inf
    return Match(mask, np.where(mask, best, 0.0))


def _unboosted(node: Node) -> tuple[float, Node]:
    factor = 1.0
    while isinstance(node, Boost):
        factor, node = factor * node.factor, node.child
    return factor, node


def _phrase(columns: Columns, field: str, texts: tuple[str, ...]) -> Match:
    found = _none(columns)
    found[columns.in_a_row(field, texts)] = True
    scores = np.zeros(columns.size)
    for text in texts:
        docs, gains = columns.scored(field, text)
        scores[docs] += gains
    scores[~found] = 0
    return Match(found, scores)


def _prefer(base: Match, extra: Match) -> Match:
    if extra.scores is None:
        return base
    more = np.where(base.mask, extra.scores, 0.0)
    return Match(base.mask, more if base.scores is None else base.scores + more)


def _spread(columns: Columns, docs: Longs, gains: Floats) -> Match:
    mask, scores = _none(columns), np.zeros(columns.size)
    mask[docs] = True
    scores[docs] = gains
    return Match(mask, scores)


def _none(columns: Columns) -> Mask:
    return np.zeros(columns.size, np.bool_)


def _dated(columns: Columns, first: dt.date | None, last: dt.date | None) -> Mask:
    mask = columns.live
    if first is not None:
        mask = mask & (columns.dates >= first.toordinal())
    if last is not None:
        mask = mask & (columns.dates <= last.toordinal())
    return mask


def _allowed(columns: Columns, request: SearchRequest) -> Mask:
    """What the filters leave: the values of one are alternatives, all filters hold."""
    mask = _dated(columns, request.date_from, request.date_to)
    for field, values in request.filters.items():
        mask = mask & _any_value(columns, field, values)
    for field, values in request.without.items():
        mask = mask & ~_any_value(columns, field, values)
    return mask


def _any_value(columns: Columns, field: str, values: tuple[str, ...]) -> Mask:
    mask = _none(columns)
    for value in values:
        mask[columns.docs(field, value)] = True
    return mask


def _scores_of(match: Match, docs: Longs) -> Floats:
    if match.scores is None:
        return np.zeros(len(docs))
    # Adding zero turns -0.0, which rounding may leave, into 0.0.
    return np.round(match.scores[docs], SCORE_DIGITS) + 0.0


def _window(
    columns: Columns, docs: Longs, scores: Floats, by_date: bool, first: int, last: int
) -> list[tuple[int, float, int]]:
    """Document, score and day of the rows asked for, in order."""
    if first >= min(last, len(docs)):
        return []
    rank = columns.rank[docs]
    if not by_date and last < len(docs) // 4:
        # Only what can reach the window is sorted: everything at least as good as the last row in it.
        enough = scores >= -np.partition(-scores, last - 1)[last - 1]
        docs, scores, rank = docs[enough], scores[enough], rank[enough]
    order = (np.argsort(rank) if by_date else np.lexsort((rank, -scores)))[first:last]
    chosen = docs[order]
    return list(zip(chosen.tolist(), scores[order].tolist(), columns.dates[chosen].tolist(), strict=True))
