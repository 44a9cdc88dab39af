"""Postings as columns: how the terms of many documents are gathered, sorted and laid out.

A field's postings are five flat arrays, term after term (see ``FieldPostings``). Everything here is
numpy over whole fields; no engine's library is known. One posting is two bytes of document, one of
frequency and two for each position when the segment's numbers allow it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[Any]  # integers of one, two, four or eight bytes
Longs: TypeAlias = npt.NDArray[np.int64]

NOTHING: Longs = np.empty(0, np.int64)


@dataclass(frozen=True)
class FieldPostings:
    """The postings of one field in one segment.

    The postings of ``terms[i]`` are ``docs[starts[i]:starts[i + 1]]`` (ascending) with ``freqs`` beside
    them; the positions of the posting at ``j`` are ``places[place_starts[j]:place_starts[j + 1]]``,
    or nowhere when the field keeps none.
    """

    terms: list[str]
    starts: Longs
    docs: Ints
    freqs: Ints
    places: Ints
    term_places: Longs  # where the positions of each term begin; one longer than ``terms``

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {term: number for number, term in enumerate(self.terms)}

    def find(self, term: str) -> slice | None:
        """Where the postings of a term stand."""
        number = self.numbers.get(term)
        return None if number is None else slice(int(self.starts[number]), int(self.starts[number + 1]))

    def prefixed(self, prefix: str) -> range:
        """The numbers of the terms that begin so."""
        size = len(prefix)
        first = bisect_left(self.terms, prefix)
        return range(first, bisect_right(self.terms, prefix, lo=first, key=lambda term: term[:size]))

    def occurrences(self, term: str, base: int) -> Longs:
        """``document << 32 | position`` of every occurrence, ascending; ``base`` is added to documents."""
        number = self.numbers.get(term)
        if number is None:
            return NOTHING
        here = slice(int(self.starts[number]), int(self.starts[number + 1]))
        docs = np.repeat(self.docs[here].astype(np.int64) + base, self.freqs[here])
        return (docs << 32) | self.places[int(self.term_places[number]) : int(self.term_places[number + 1])]


class _Numbers(dict[str, int]):
    """Each term's number, given in the order in which they are first asked for."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class FieldBuffer:
    """Gathers the postings of one field, document after document; ``postings()`` sorts them."""

    def __init__(self, positional: bool) -> None:
        self._positional = positional
        self._numbers = _Numbers()
        self._terms = array("I")
        self._docs = array("I")
        self._freqs = array("I")
        self._places = array("I")

    def __len__(self) -> int:
        return len(self._docs) + len(self._places) // 2

    def add(self, doc: int, terms: Mapping[str, tuple[int, ...]]) -> int:
        """One document's terms; the length of its field."""
        length = self.add_counts(doc, {term: len(places) for term, places in terms.items()})
        if self._positional:
            self._places.extend(chain.from_iterable(terms.values()))
        return length

    def add_counts(self, doc: int, counts: Mapping[str, int]) -> int:
        """One document's terms in a field without positions; the length of its field."""
        self._terms.extend(map(self._numbers.__getitem__, counts))
        self._freqs.extend(counts.values())
        self._docs.extend(repeat(doc, len(counts)))
        return sum(counts.values())

    def add_values(self, doc: int, values: Iterable[str]) -> None:
        """One document's values in a filter field."""
        self.add_counts(doc, dict.fromkeys(values, 1))

    def add_postings(self, old: FieldPostings, new_docs: Longs) -> None:
        """All postings of another segment; ``new_docs`` gives each document's new number, -1 for the deleted."""
        numbers = self._numbers
        renumbered = np.array([numbers[term] for term in old.terms], np.uint32)
        docs = new_docs[old.docs]
        alive = docs >= 0
        self._terms.frombytes(np.repeat(renumbered, np.diff(old.starts))[alive].tobytes())
        self._docs.frombytes(docs[alive].astype(np.uint32).tobytes())
        self._freqs.frombytes(old.freqs[alive].astype(np.uint32).tobytes())
        if self._positional:
            self._places.frombytes(old.places[np.repeat(alive, old.freqs)].astype(np.uint32).tobytes())

    def postings(self) -> FieldPostings:
        """Sorted by term, then document. Terms that lost all their documents are gone."""
        counts = np.bincount(_view(self._terms), minlength=len(self._numbers))
        terms = sorted(term for term, number in self._numbers.items() if counts[number])
        rank = np.zeros(len(self._numbers), np.uint32)
        chosen = np.fromiter((self._numbers[term] for term in terms), np.int64, len(terms))
        rank[chosen] = np.arange(len(terms), dtype=np.uint32)
        order = np.lexsort((_view(self._docs), rank[_view(self._terms)]))
        starts = _running(counts[chosen])
        freqs = _view(self._freqs)
        places = _gathered(_view(self._places), freqs, order) if self._positional else NOTHING
        sorted_freqs = freqs[order]
        place_ends = _running(sorted_freqs)[starts] if self._positional else np.zeros(len(starts), np.int64)
        return FieldPostings(
            terms, starts, _narrow(_view(self._docs)[order]), _narrow(sorted_freqs), _narrow(places), place_ends
        )


def join_counts(parts: Iterable[Iterator[tuple[str, int]]]) -> Iterator[tuple[str, int]]:
    """Sums the counts of equal terms over several sorted streams; the result is sorted."""
    counts: dict[str, int] = {}
    for part in parts:
        for term, count in part:
            counts[term] = counts.get(term, 0) + count
    return iter(sorted(counts.items()))


def _view(numbers: array[int]) -> Ints:
    return np.frombuffer(numbers, np.uint32) if numbers else np.empty(0, np.uint32)


def _running(counts: npt.ArrayLike) -> Longs:
    """0, then the running sum."""
    return np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))


def _gathered(flat: Ints, lengths: Ints, order: Longs) -> Ints:
    """The stretches of ``flat`` (one of ``lengths`` each) in another order."""
    starts = _running(lengths)[:-1][order]
    sizes = lengths[order].astype(np.int64)
    ends = np.cumsum(sizes)
    return flat[np.repeat(starts - (ends - sizes), sizes) + np.arange(int(sizes.sum()))]


def _narrow(numbers: Ints) -> Ints:
    """The same numbers in one, two or four bytes each."""
    top = int(numbers.max()) if len(numbers) else 0
    return numbers.astype(np.uint8 if top < 1 << 8 else np.uint16 if top < 1 << 16 else np.uint32)
