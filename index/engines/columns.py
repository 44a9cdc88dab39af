"""A reader's documents as columns: what several segments look like when they are searched as one.

Numbers documents through all segments, hides deleted ones, scores terms (BM25 over the live documents
only) and remembers what it decoded. Knows neither query trees nor any engine's library.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from index.engines.base import FILTERS, MAX_PREFIX_TERMS, TEXT
from index.engines.postings import NOTHING, FieldPostings, Ints, Longs, join_counts

Mask: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]

CACHE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Segment:
    """Documents that were written together. Never changes; deletions are the reader's (see ``Part``)."""

    ids: list[str]
    hashes: list[str]
    dates: Ints  # days, as ``date.toordinal``
    lengths: Mapping[str, Ints]
    fields: Mapping[str, FieldPostings]

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {id_: number for number, id_ in enumerate(self.ids)}


@dataclass(frozen=True)
class Part:
    """A segment as one reader sees it."""

    segment: Segment
    deleted: frozenset[int]

    @cached_property
    def live(self) -> Mask:
        mask = np.ones(len(self.segment.ids), np.bool_)
        mask[list(self.deleted)] = False
        return mask


class Columns:
    """All documents of one snapshot. Safe to use from several threads."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._bases = [0, *np.cumsum([len(part.segment.ids) for part in parts]).tolist()]
        self._remembered = _Cache(CACHE_BYTES)
        self.size: int = self._bases[-1]
        self.live: Mask = _joined([part.live for part in parts], np.bool_)
        self.documents = int(np.count_nonzero(self.live))
        self.dates: Longs = _joined([part.segment.dates for part in parts], np.int64)

    # --- documents

    def ids(self) -> dict[str, str]:
        return {
            id_: hash_
            for part in self._parts
            for id_, hash_, alive in zip(part.segment.ids, part.segment.hashes, part.live.tolist(), strict=True)
            if alive
        }

    def id_of(self, doc: int) -> str:
        return self._all_ids[doc]

    @cached_property
    def rank(self) -> Longs:
        """Each document's place in the order: date descending, id ascending."""
        by_id = np.array(sorted(range(self.size), key=self._all_ids.__getitem__), np.int64)
        order = by_id[np.argsort(-self.dates[by_id], kind="stable")]
        rank = np.empty(self.size, np.int64)
        rank[order] = np.arange(self.size)
        return rank

    @cached_property
    def _all_ids(self) -> list[str]:
        return [id_ for part in self._parts for id_ in part.segment.ids]

    # --- terms

    def scored(self, field: str, term: str) -> tuple[Longs, Floats]:
        """The live documents that hold a term, and its BM25 score in each."""
        return self._remembered.get((field, term), lambda: self._score(field, term))

    def docs(self, field: str, term: str) -> Longs:
        """The live documents that hold a term or a filter value, ascending."""
        return self._found(field, term)[0]

    def doc_freq(self, field: str, term: str) -> int:
        return len(self.docs(field, term))

    def in_a_row(self, field: str, terms: tuple[str, ...]) -> Longs:
        """The live documents in which the terms stand next to each other."""
        starts: Longs | None = None
        for offset, term in enumerate(terms):
            places = self._occurrences(field, term)
            # Only occurrences that continue an earlier one are kept, so the sets shrink at every step.
            starts = places if starts is None else starts[_contains(places, starts + offset)]
            if not len(starts):
                return NOTHING
        if starts is None:
            return NOTHING
        docs = np.unique(starts >> 32)
        return docs[self.live[docs]]

    def with_prefix(self, field: str, prefix: str) -> Mask:
        """The documents of the most frequent terms that begin so."""
        mask = np.zeros(self.size, np.bool_)
        for _, term in nsmallest(MAX_PREFIX_TERMS, ((-count, term) for term, count in self.terms(field, prefix))):
            mask[self.docs(field, term)] = True
        return mask

    def terms(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """The terms of a field with their document frequencies, in term order."""
        parts = [_terms_of(part, field, prefix) for part in self._parts if field in part.segment.fields]
        return parts[0] if len(parts) == 1 else join_counts(parts)

    def facet(self, field: str, mask: Mask) -> Iterator[tuple[str, int]]:
        """How many documents of the mask hold each value of a filter field."""
        values, numbers, docs = self._facets(field)
        counts = np.bincount(numbers[mask[docs]], minlength=len(values))
        found = np.flatnonzero(counts)
        return zip((values[number] for number in found.tolist()), counts[found].tolist(), strict=True)

    # --- inside

    def _found(self, field: str, term: str) -> tuple[Longs, Ints]:
        docs, freqs = [], []
        for part, base in zip(self._parts, self._bases, strict=False):
            postings = part.segment.fields.get(field)
            here = postings.find(term) if postings else None
            if postings is None or here is None:
                continue
            some, often = postings.docs[here], postings.freqs[here]
            if part.deleted:
                alive = part.live[some]
                some, often = some[alive], often[alive]
            docs.append(some.astype(np.int64) + base)
            freqs.append(often)
        return _joined(docs, np.int64), _joined(freqs, np.uint32)

    def _score(self, field: str, term: str) -> tuple[Longs, Floats]:
        docs, freqs = self._found(field, term)
        idf = math.log(1 + (self.documents - len(docs) + 0.5) / (len(docs) + 0.5))
        return docs, idf * (TEXT[field].k1 + 1) * freqs / (freqs + self._norms[field][docs])

    @cached_property
    def _norms(self) -> dict[str, Floats]:
        return {name: self._norm(name) for name in TEXT}

    def _norm(self, field: str) -> Floats:
        lengths = _joined([part.segment.lengths[field] for part in self._parts], np.int64)
        average = lengths[self.live].sum() / max(self.documents, 1) or 1.0
        kind = TEXT[field]
        norm: Floats = kind.k1 * (1 - kind.b + kind.b * lengths / average)
        return norm

    def _occurrences(self, field: str, term: str) -> Longs:
        parts = zip(self._parts, self._bases, strict=False)
        return _joined([part.segment.fields[field].occurrences(term, base) for part, base in parts], np.int64)

    def _facets(self, field: str) -> tuple[list[str], Longs, Longs]:
        """All values of a filter field, and beside each other value numbers and the live documents that hold them."""
        return self._facet_columns[field]

    @cached_property
    def _facet_columns(self) -> dict[str, tuple[list[str], Longs, Longs]]:
        return {field: self._facet_column(field) for field in FILTERS}

    def _facet_column(self, field: str) -> tuple[list[str], Longs, Longs]:
        values: dict[str, int] = {}
        numbers, docs = [], []
        for part, base in zip(self._parts, self._bases, strict=False):
            postings = part.segment.fields[field]
            new = np.array([values.setdefault(term, len(values)) for term in postings.terms], np.int64)
            alive = part.live[postings.docs]
            numbers.append(np.repeat(new, np.diff(postings.starts))[alive])
            docs.append(postings.docs[alive].astype(np.int64) + base)
        return list(values), _joined(numbers, np.int64), _joined(docs, np.int64)


class _Cache:
    """The scored terms used last, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._items: OrderedDict[tuple[str, str], tuple[Longs, Floats]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str], make: Callable[[], tuple[Longs, Floats]]) -> tuple[Longs, Floats]:
        with self._lock:
            found = self._items.get(key)
            if found is not None:
                self._items.move_to_end(key)
                return found
        made = make()  # outside the lock: two threads may both make it, none waits
        with self._lock:
            if key not in self._items:
                self._items[key] = made
                self._size += _weight(made)
            while self._size > self._limit:
                self._size -= _weight(self._items.popitem(last=False)[1])
        return made


def _weight(item: tuple[Longs, Floats]) -> int:
    return item[0].nbytes + item[1].nbytes + 200


def _terms_of(part: Part, field: str, prefix: str) -> Iterator[tuple[str, int]]:
    postings = part.segment.fields[field]
    here = postings.prefixed(prefix)
    if not len(here):
        return iter(())
    first, last = postings.starts[here.start], postings.starts[here.stop]
    if part.deleted:
        kept = np.concatenate(([0], np.cumsum(part.live[postings.docs[first:last]])))
        counts = np.diff(kept[postings.starts[here.start : here.stop + 1] - first])
    else:
        counts = np.diff(postings.starts[here.start : here.stop + 1])
    pairs = zip(postings.terms[here.start : here.stop], counts.tolist(), strict=True)
    return (pair for pair in pairs if pair[1])


def _contains(haystack: Longs, needles: Longs) -> Mask:
    """Which needles are in the (ascending) haystack."""
    if not len(haystack):
        return np.zeros(len(needles), np.bool_)
    places = np.minimum(np.searchsorted(haystack, needles), len(haystack) - 1)
    found: Mask = haystack[places] == needles
    return found


def _joined(arrays: Sequence[npt.NDArray[Any]], kind: type[np.generic]) -> npt.NDArray[Any]:
    if len(arrays) == 1:
        return arrays[0].astype(kind, copy=False)
    return np.concatenate([array.astype(kind, copy=False) for array in arrays]) if arrays else np.empty(0, kind)
