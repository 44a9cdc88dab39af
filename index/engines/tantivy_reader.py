"""A snapshot of one Tantivy index: the window, the total and the facets of a request.

Tantivy finds, scores and counts; here its best rows are put into the order all engines share. It ranks by
score and then by its own numbering, so rows are asked for until none that ties with the window is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import tantivy
from tantivy import DocAddress, Occur, Query

from index.document import FacetCount, Hit, SearchPage, SearchRequest
from index.engines.aside import aside
from index.engines.base import (
    MAX_FACET_VALUES,
    MAX_PREFIX_TERMS,
    Reader,
    check_request,
    top_facet_values,
    window,
)
from index.engines.tantivy_fields import ORDER, Order, asking, can_be_asked, decoded, decoded_counts, encoded_in
from index.engines.tantivy_query import Compiler, count, count_of
from index.engines.trees import constant
from index.errors import IndexBroken, SearchError
from index.query.tree import And, Node, Term

SCORE_DIGITS = 4  # Tantivy adds in 32 bits, so the sixth digit is noise
ALL_VALUES = 60_000  # Tantivy refuses more than 65,000 buckets
OPEN_RETRIES = 20  # a commit may come between reading the list of segments and opening them
NEGLIGIBLE = 50  # one deleted document among so many changes no weight that anybody could see
KNOWN_FREQUENCIES = 20_000
BODY = "body"
MANY = 10_000  # what may match so many documents takes a millisecond and more: rows and counts at once
A_LOT = 100_000  # and so many perhaps longer than a search may take
A_FEW, MANY_MORE = 8, 8  # rows asked beyond the window at first, and times as many when all of them tie


Frequencies: TypeAlias = dict[tuple[str, str], int]
"""Field and term → documents."""


class Commit(NamedTuple):
    """What ``meta.json`` says of the last commit."""

    number: int
    documents: int
    deleted: int
    askable: bool  # see ``can_be_asked``


def read_commit(folder: Path) -> Commit:
    """Raises ``OSError``, ``ValueError`` or ``KeyError`` when the file is not there or not whole."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    every = sum(segment["max_doc"] for segment in meta["segments"])
    deleted = sum((segment.get("deletes") or {}).get("num_deleted_docs", 0) for segment in meta["segments"])
    return Commit(meta["opstamp"], every - deleted, deleted, can_be_asked(meta["schema"]))


@contextmanager
def translated(build: str) -> Iterator[None]:
    """Tantivy's errors are ``ValueError`` and, where it gives up on damaged files, panics."""
    try:
        yield
    except SearchError:
        raise
    except (OSError, ValueError, KeyError) as error:
        raise IndexBroken(f"build {build} cannot be read: {error!r}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # Rust's panics are no ``Exception``
            raise
        raise IndexBroken(f"build {build} cannot be read: {error}") from error


class _Row(NamedTuple):
    score: float
    order: str


class _Counts(NamedTuple):
    facets: Mapping[str, tuple[FacetCount, ...]]
    beside: frozenset[str]


_NOTHING = _Counts({}, frozenset())


class TantivyReader(Reader):
    """Searches run without Python's lock, so threads share the machine's cores."""

    def __init__(self, build: str, folder: Path) -> None:
        self.build = build
        with translated(build):
            index, commit = _opened(folder)
            searcher = index.searcher()
        self._searcher: tantivy.Searcher | None = searcher
        self.documents = commit.documents
        self._deleted = commit.deleted
        self._askable = commit.askable
        self._frequencies: Frequencies = {}
        self._live: Frequencies = {}
        self._compiler = Compiler(index.schema, commit.documents, self._frequency, self._expand)
        self._schema = index.schema

    # --- search

    def search(self, request: SearchRequest) -> SearchPage:
        check_request(request)
        searcher = self._open()
        with translated(self.build):
            everything, at_most = self._compiler.set_of(request)
            rows = partial(self._rows, searcher, request, everything)
            counting = partial(self._counted, searcher, request, everything)
            if at_most < MANY:
                total, hits = rows()
                counts = counting() if total else _NOTHING
            else:
                counted = aside(counting)
                total, hits = aside(rows)() if at_most > A_LOT else rows()
                counts = counted()
        facets = {name: counts.facets.get(name, ()) for name in request.facets}
        return SearchPage(hits, total, facets, self.build, counts.beside if self._askable and request.beside else None)

    def _rows(
        self, searcher: tantivy.Searcher, request: SearchRequest, everything: Query
    ) -> tuple[int, tuple[Hit, ...]]:
        """How many match, and the window."""
        first, last = window(request)
        last = min(last, self.documents)
        if first >= last:
            return count(searcher, everything), ()
        return self._hits(searcher, request, everything, first, last)

    def _hits(
        self, searcher: tantivy.Searcher, request: SearchRequest, everything: Query, first: int, last: int
    ) -> tuple[int, tuple[Hit, ...]]:
        known = constant(request.query)
        if known is None and request.sort == "relevance":
            total, rows = _best_rows(searcher, self._compiler.scored(request, everything), first, last)
        else:
            total, rows = _newest_rows(searcher, everything, first, last, known or 0.0)
            if known is None:
                rows = self._scored(searcher, request, rows)
        return total, tuple(_hit(row) for row in rows)

    def _scored(self, searcher: tantivy.Searcher, request: SearchRequest, rows: list[_Row]) -> list[_Row]:
        """The same rows with their scores."""
        if not rows:
            return rows
        these = Query.term_set_query(self._schema, ORDER, [row.order for row in rows])
        asked = [
            (Occur.Must, self._compiler.score(request.query)),
            (Occur.Must, Query.const_score_query(these, 0.0)),
        ]
        hits = searcher.search(Query.boolean_query(asked), limit=len(rows), count=True).hits
        scores = {_order_of(searcher, place): _rounded(score) for score, place in hits}
        return [_Row(scores[row.order], row.order) for row in rows]

    def _counted(self, searcher: tantivy.Searcher, request: SearchRequest, everything: Query) -> _Counts:
        """All that is counted over the matches, in one pass."""
        found, beside = self._pass(searcher, everything, request.facets, request.beside)
        # Tantivy breaks ties as it likes: where the list is cut among equals, all are needed.
        cut = [name for name, counts in found.items() if len(counts) > MAX_FACET_VALUES]
        found.update(self._pass(searcher, everything, cut, size=ALL_VALUES)[0])
        return _Counts({name: top_facet_values(counts) for name, counts in found.items()}, beside)

    def _pass(
        self,
        searcher: tantivy.Searcher,
        everything: Query,
        fields: Sequence[str],
        terms: Sequence[str] = (),
        size: int = MAX_FACET_VALUES + 1,
    ) -> tuple[dict[str, list[tuple[str, int]]], frozenset[str]]:
        """The values of fields with their counts, and which of these terms of the body there are."""
        asked: dict[str, object] = {
            name: {"terms": {"field": name, "size": size, "segment_size": ALL_VALUES}} for name in fields
        }
        if self._askable:
            asked |= {_named(at): {"filter": asking(BODY, term)} for at, term in enumerate(terms)}
        answer: dict[str, dict[str, Any]] = searcher.aggregate(everything, asked) if asked else {}
        values = {
            name: [(decoded(bucket["key"]), bucket["doc_count"]) for bucket in answer[name]["buckets"]]
            for name in fields
        }
        return values, frozenset(term for at, term in enumerate(terms) if answer.get(_named(at), {}).get("doc_count"))

    def beside(self, query: Node, field: str, terms: Sequence[str]) -> frozenset[str]:
        """In one pass over what matches, which is counted by each of the terms."""
        if not self._askable or field != BODY:
            return super().beside(query, field, terms)
        check_request(SearchRequest(And((query, *(Term(field, term) for term in terms)))))
        searcher = self._open()
        with translated(self.build):
            return self._pass(searcher, self._compiler.match(query), (), terms)[1]

    # --- vocabulary

    def ids(self) -> Mapping[str, str]:
        searcher = self._open()
        with translated(self.build):
            held = (Order.of(text) for text, _ in self._counts(searcher, ORDER, ""))
            return {order.id: order.content_hash for order in held}

    def terms(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        searcher = self._open()
        with translated(self.build):
            return iter(decoded_counts(self._counts(searcher, field, encoded_in(field, prefix))))

    def doc_freq(self, field: str, term: str) -> int:
        """With deleted documents that are not merged away yet where those are one in ``NEGLIGIBLE`` at most."""
        held = self._frequency(field, term)
        if not held or held >= self._deleted * NEGLIGIBLE:
            return held
        live = self._live.get((field, term))
        if live is None:
            with translated(self.build):
                live = count(self._open(), self._compiler.match(Term(field, term)))
            _keep(self._live, (field, term), live)
        return live

    def close(self) -> None:
        self._searcher = None  # a search under way holds its own reference

    # --- inside

    def _open(self) -> tantivy.Searcher:
        if self._searcher is None:
            raise SearchError("this reader is closed")
        return self._searcher

    def _frequency(self, field: str, term: str) -> int:
        """Tantivy's own number, which counts the deleted until they are merged away."""
        known = self._frequencies.get((field, term))
        if known is None:
            with translated(self.build):
                known = self._open().doc_freq(field, encoded_in(field, term))
            _keep(self._frequencies, (field, term), known)
        return known

    def _counts(
        self, searcher: tantivy.Searcher, field: str, prefix: str, limit: int | None = None
    ) -> Iterable[tuple[str, int]]:
        """Terms as Tantivy has them, with their live documents: the most frequent first, ties in term order."""
        live = Query.all_query() if self._deleted else None
        found = searcher.terms_with_prefix(field, prefix, filter_query=live, limit=limit)
        return [(term, count) for term, count in found if count]

    def _expand(self, field: str, prefix: str) -> list[str]:
        counts = self._counts(self._open(), field, encoded_in(field, prefix), MAX_PREFIX_TERMS)
        return [term for term, _ in counts]


def _opened(folder: Path) -> tuple[tantivy.Index, Commit]:
    """An index and the commit it shows."""
    for _ in range(OPEN_RETRIES):
        commit = read_commit(folder)
        index = tantivy.Index.open(str(folder))
        index.config_reader("manual")  # no thread that watches the folder
        if read_commit(folder) == commit:
            return index, commit
    raise SearchError("the index changes faster than it can be opened")


def _best_rows(searcher: tantivy.Searcher, query: Query, first: int, last: int) -> tuple[int, list[_Row]]:
    """How many match, and the rows from ``first`` to ``last`` in order."""
    asked = last + A_FEW
    while True:
        answer = searcher.search(query, limit=asked, count=True)
        total, hits = count_of(answer), [(_rounded(score), place) for score, place in answer.hits]
        if len(hits) >= total or hits[-1][0] < hits[last - 1][0]:
            return total, _ordered(searcher, hits, first, last)
        asked = min(asked * MANY_MORE, total)


def _ordered(searcher: tantivy.Searcher, hits: list[tuple[float, DocAddress]], first: int, last: int) -> list[_Row]:
    """A window of hits that are sorted by score; those that tie with a row of it are put in order."""
    chosen = hits[first:last]
    if not chosen:
        return []
    best, worst = chosen[0][0], chosen[-1][0]
    before = sum(score > best for score, _ in hits)
    rows = [_Row(score, _order_of(searcher, place)) for score, place in hits if best >= score >= worst]
    rows.sort(key=lambda row: (-row.score, row.order))
    return rows[first - before : last - before]


def _newest_rows(
    searcher: tantivy.Searcher, query: Query, first: int, last: int, score: float
) -> tuple[int, list[_Row]]:
    answer = searcher.search(
        query, limit=last - first, offset=first, count=True, order_by_field=ORDER, order=tantivy.Order.Asc
    )
    return count_of(answer), [_Row(_rounded(score), order) for order, _ in answer.hits]


def _order_of(searcher: tantivy.Searcher, place: DocAddress) -> str:
    return str(searcher.doc(place).get_first(ORDER))


def _keep(known: Frequencies, key: tuple[str, str], documents: int) -> None:
    if len(known) < KNOWN_FREQUENCIES:
        known[key] = documents


def _named(at: int) -> str:
    return f"term {at}"  # no field has a blank in its name


def _hit(row: _Row) -> Hit:
    order = Order.of(row.order)
    return Hit(order.id, row.score, order.date)


def _rounded(score: float) -> float:
    return round(score, SCORE_DIGITS) + 0.0  # which turns -0.0 into 0.0
