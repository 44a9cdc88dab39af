"""A snapshot of one OpenSearch index: the window, the total, the facets and the vocabulary.

The snapshot is a point in time that the cluster keeps. When it is lost (its node died, nobody searched for a
while) another one of the same build is taken, which may show later commits. Nothing is fetched from
documents: all that is told of a hit is in its sort keys.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeVar

from index import deadline
from index.document import FacetCount, Hit, SearchPage, SearchRequest
from index.engines.base import MAX_FACET_VALUES, MAX_PREFIX_TERMS, Reader, check_request, top_facet_values, window
from index.engines.escaped import Order, decoded, decoded_counts
from index.engines.opensearch_client import PATIENCE, Json, Refused, Remote, path_of, pauses
from index.engines.opensearch_fields import ORDER, column_of, encoded_in
from index.engines.opensearch_query import EVERYTHING, Compiler
from index.engines.trees import constant, whole
from index.errors import EngineUnavailable, IndexBroken, NoLiveBuild, SearchError
from index.query.tree import And, Node, Term

log = logging.getLogger(__name__)

KEEP_ALIVE = "5m"
DEEP = 10_000  # rows of one answer; what is deeper is walked to
ALL_VALUES = 60_000  # so many values of a field a shard may count; the cluster refuses more than 65,535
REMEMBERED = 10_000  # counts of terms kept for the snapshot's life
GONE = 404
_MEANING = re.compile(r'[.?+*|{}\[\]()"\\#@&<>~^$-]')  # what Lucene's regular expressions do not take literally

Value = TypeVar("Value")


class OpenSearchReader(Reader):
    def __init__(self, remote: Remote, build: str, index: str) -> None:
        self.build = build
        self._remote, self._index = remote, index
        self._lock = threading.Lock()
        self._closed = False
        self._snapshot = self._taken()
        self.documents = self._total(EVERYTHING)
        self._counts: dict[tuple[str, str], int] = {}
        self._expansions: dict[tuple[str, str], tuple[str, ...]] = {}

    # --- search

    def search(self, request: SearchRequest) -> SearchPage:
        check_request(request)
        first, last = window(request)
        asked = _asked(Compiler(self.documents, self._expand), request)
        body = {**asked.body, "aggs": {name: _values_of(name) for name in request.facets}}
        if last <= DEEP or first >= last:
            answer = self._ask({**body, "from": first if first < last else 0, "size": last - first})
            rows = answer["hits"]["hits"]
        else:
            answer, rows = self._walked(body, first, last)
        hits = tuple(_hit(row, asked) for row in rows)
        facets = {name: _facet(answer, name) for name in request.facets}
        return SearchPage(hits, answer["hits"]["total"]["value"], facets, self.build)

    def _walked(self, body: Json, first: int, last: int) -> tuple[Json, list[Json]]:
        """A window too deep for one answer: from the first row on, in pages as large as one answer may be."""
        answer = self._ask({**body, "size": min(last, DEEP)})
        page, passed = answer["hits"]["hits"], 0
        rows = page[first:last]
        last = min(last, answer["hits"]["total"]["value"])
        while page and passed + len(page) < last:
            passed += len(page)
            size = min(DEEP, last - passed)
            again = {**body, "size": size, "search_after": page[-1]["sort"], "aggs": {}, "track_total_hits": False}
            page = self._ask(again)["hits"]["hits"]
            rows += page[max(first - passed, 0) :]
        return answer, rows

    # --- vocabulary

    def ids(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        after: Json = {}
        while True:
            page = self._ask({"sort": [ORDER], "size": DEEP, "track_total_hits": False, **after})["hits"]["hits"]
            found.update(Order.of(row["sort"][0])[:2] for row in page)
            if len(page) < DEEP:
                return found
            after = {"search_after": page[-1]["sort"]}

    def terms(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        start = encoded_in(field, prefix)
        counts = self._values(column_of(field), {"prefix": {field: start}} if start else EVERYTHING)
        return iter(decoded_counts((value, count) for value, count in counts if value.startswith(start)))

    def doc_freq(self, field: str, term: str) -> int:
        held = encoded_in(field, term)
        return self._remembered(
            self._counts, (field, term), lambda: self._total({"term": {field: held}}) if held else 0
        )

    def beside(self, query: Node, field: str, terms: Sequence[str]) -> frozenset[str]:
        """All terms in one journey."""
        check_request(SearchRequest(And((query, *(Term(field, term) for term in terms)))))
        compiler = Compiler(self.documents, self._expand)
        wanted = {str(at): compiler.match(Term(field, term)) for at, term in enumerate(terms)}
        body = {"query": {"bool": {"filter": [compiler.match(query)]}}, "size": 0}
        if not wanted:
            return frozenset()
        answer = self._ask({**body, "aggs": {"found": {"filters": {"filters": wanted}}}})
        counts = answer["aggregations"]["found"]["buckets"]
        return frozenset(term for at, term in enumerate(terms) if counts[str(at)]["doc_count"])

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._forget(self._snapshot)

    def _values(self, column: str, query: Json) -> Iterator[tuple[str, int]]:
        source = {"value": {"terms": {"field": column}}}
        after: Json = {}
        while True:
            asked = {"composite": {"size": ALL_VALUES, "sources": [source], **after}}
            found = self._ask({"query": query, "size": 0, "aggs": {"values": asked}})["aggregations"]["values"]
            yield from ((bucket["key"]["value"], bucket["doc_count"]) for bucket in found["buckets"])
            if len(found["buckets"]) < ALL_VALUES:
                return
            after = {"after": found["after_key"]}

    def _expand(self, field: str, prefix: str) -> tuple[str, ...]:
        """The most frequent terms that begin so, ties in term order."""
        start = encoded_in(field, prefix)
        asked = {**_values_of(column_of(field), MAX_PREFIX_TERMS)}
        asked["terms"]["include"] = _MEANING.sub(r"\\\g<0>", start) + ".*"
        body = {"query": {"prefix": {field: start}} if start else EVERYTHING, "size": 0, "aggs": {"found": asked}}

        def expansion() -> tuple[str, ...]:
            return tuple(bucket["key"] for bucket in self._ask(body)["aggregations"]["found"]["buckets"])

        return self._remembered(self._expansions, (field, prefix), expansion)

    def _remembered(self, kept: dict[tuple[str, str], Value], key: tuple[str, str], find: Callable[[], Value]) -> Value:
        found = kept.get(key)
        if found is None:
            found = find()
            if len(kept) >= REMEMBERED:
                kept.clear()
            kept[key] = found
        return found

    def _total(self, query: Json) -> int:
        answer = self._ask({"query": query, "size": 0, "track_total_hits": True})
        return int(answer["hits"]["total"]["value"])

    # --- the snapshot

    def _ask(self, body: Json) -> Json:
        """One search of the snapshot, of another one when it is lost."""
        if self._closed:
            raise SearchError("this reader is closed")
        problem: SearchError | None = None
        until = time.monotonic() + PATIENCE * self._remote.settings.timeout
        for pause in (*pauses(self._remote.settings.retries), 0.0):
            snapshot = self._snapshot
            try:
                return self._searched(snapshot, body)
            except (EngineUnavailable, Refused) as error:
                if isinstance(error, Refused) and error.status != GONE:
                    raise IndexBroken(f"build {self.build} cannot be searched: {error}") from error
                problem = error
            if time.monotonic() > until:
                break
            deadline.check()
            time.sleep(pause)
            self._replace(snapshot, problem)
        raise problem or EngineUnavailable(f"build {self.build} cannot be searched")

    def _searched(self, snapshot: str, body: Json) -> Json:
        asked = {"_source": False, "stored_fields": "_none_", **body, "pit": {"id": snapshot, "keep_alive": KEEP_ALIVE}}
        params = {"search_type": "dfs_query_then_fetch", "allow_partial_search_results": False}
        return self._remote.ask_once("POST", "/_search", asked, **params)

    def _taken(self) -> str:
        path = path_of(self._index, "_search", "point_in_time")
        try:
            made = self._remote.ask("POST", path, keep_alive=KEEP_ALIVE, allow_partial_pit_creation=False)
        except Refused as error:
            if error.status == GONE:
                raise NoLiveBuild(f"opensearch: the index of build {self.build} is not there") from error
            raise
        return str(made["pit_id"])

    def _replace(self, lost: str, problem: SearchError) -> None:
        """A new snapshot instead of a lost one, unless another thread has been quicker."""
        with self._lock:
            if self._snapshot == lost:
                log.warning("build %s: a snapshot was lost and is taken again: %s", self.build, problem)
                self._snapshot = self._taken()

    def _forget(self, snapshot: str) -> None:
        with suppress(SearchError):  # the cluster forgets it by itself
            self._remote.ask_once("DELETE", "/_search/point_in_time", {"pit_id": [snapshot]})


class _Asked(NamedTuple):
    """A request as a body, and what makes its scores those of the tree."""

    body: Json
    lift: float
    known: float | None


def _asked(compiler: Compiler, request: SearchRequest) -> _Asked:
    known = constant(request.query)
    if known is not None:
        return _Asked(_ordered({"bool": {"filter": [compiler.match(whole(request))]}}, [ORDER], False), 0.0, known)
    scored = compiler.score(whole(request))
    order = ["_score", ORDER] if request.sort == "relevance" else [ORDER]
    return _Asked(_ordered(scored.query, order, True), scored.lift, None)


def _ordered(query: Json, order: list[str], scored: bool) -> Json:
    return {"query": query, "sort": order, "track_scores": scored, "track_total_hits": True}


def _hit(row: Json, asked: _Asked) -> Hit:
    order = Order.of(row["sort"][-1])
    score = asked.known if asked.known is not None else row["_score"] - asked.lift
    return Hit(order.id, score + 0.0, order.date)  # which turns -0.0 into 0.0


def _values_of(column: str, size: int = MAX_FACET_VALUES) -> Json:
    """The most frequent values. Every shard counts all of its own, so counts are exact."""
    order = [{"_count": "desc"}, {"_key": "asc"}]
    return {"terms": {"field": column, "size": size, "shard_size": ALL_VALUES, "order": order}}


def _facet(answer: Json, name: str) -> tuple[FacetCount, ...]:
    buckets = answer["aggregations"][name]["buckets"]
    return top_facet_values((decoded(bucket["key"]), bucket["doc_count"]) for bucket in buckets)
