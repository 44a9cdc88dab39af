"""What the words of a query mean: concepts, each with the ways an index may have cut it, its other
names and its corrections. Analyses the query's text; asks the index only for frequencies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, Protocol

from index.analysis.normalize import key
from index.analysis.stream import Analysis
from index.analysis.terms import NOUNS, Piece, grams, pieces
from index.hangul import is_syllable
from index.query.function_words import ASKING, REQUESTS
from index.query.names import Names
from index.query.syntax import Span
from index.query.variants import variants

MAX_NAME_PIECES = 8
MAX_OTHERS = 12

Role = Literal["noun", "verb", "function"]


class Analyzer(Protocol):
    def analyse(self, text: str) -> Analysis: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A name or spelling with the terms it is indexed by."""

    text: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that is looked for. ``text`` is its content as typed, without particles.

    ``cuts`` are the ways its morphemes may be cut, the reading in its sentence first. ``others`` are other
    names of the same, ``corrections`` what may have been meant; both are looked for too.
    """

    text: str
    span: Span
    role: Role
    cuts: tuple[tuple[str, ...], ...]
    grams: tuple[str, ...]
    others: tuple[Reading, ...] = ()
    corrections: tuple[Reading, ...] = ()


class ConceptReader:
    """Reads stretches of a query. Keeps what it has analysed; safe to share by threads."""

    def __init__(self, analyzer: Analyzer, names: Names) -> None:
        self._names = names
        self._analyse: Callable[[str], Analysis] = lru_cache(maxsize=4096)(analyzer.analyse)

    def read(self, text: str, start: int = 0) -> tuple[Concept, ...]:
        """The concepts of a stretch of words that stand side by side; ``start`` is its place in the query."""
        return _roles([self._concept(text, part, start) for part in self._parts(text, self.pieces(text))])

    def reading(self, text: str) -> Reading:
        """A name by itself."""
        return Reading(text, self.row(text))

    def terms(self, text: str) -> tuple[str, ...]:
        """The terms of a text in their order."""
        return tuple(dict.fromkeys(piece.term for piece in self.pieces(text)))

    def row(self, text: str) -> tuple[str, ...]:
        """The terms of a phrase, one a position."""
        return _row(self.pieces(text))

    def rows(self, text: str) -> tuple[tuple[str, ...], ...]:
        """The ways a phrase may be cut: read as a whole, and word by word."""
        by_word = tuple(term for word in text.split() for term in self.row(word))
        return tuple(cut for cut in dict.fromkeys((self.row(text), by_word)) if cut)

    def pieces(self, text: str) -> tuple[Piece, ...]:
        return tuple(pieces(self._analyse(text), text))

    def _parts(self, text: str, found: Sequence[Piece]) -> Iterable[tuple[Piece, ...]]:
        """Pieces that make one concept: a name, or what stands in one word."""
        at = 0
        while at < len(found):
            size = self._name_size(text, found, at) or _word_size(found, at)
            yield tuple(found[at : at + size])
            at += size

    def _name_size(self, text: str, found: Sequence[Piece], at: int) -> int:
        """How many pieces from here are a known name, as many as possible. Names of several words end with a word."""
        if at and _same_word(text, found[at - 1], found[at]):
            return 0
        for size in range(min(MAX_NAME_PIECES, len(found) - at), 0, -1):
            last = found[at + size - 1]
            whole = size == len(found) - at or not _same_word(text, last, found[at + size])
            within = _same_word(text, found[at], last)
            name = text[found[at].start : last.end]
            sure = len(name) > 1 or last.tag in ("NNP", "SH")  # 중 is a country only as a proper noun
            if (whole or within) and sure and self._names.others(name):
                return size
        return 0

    def _concept(self, text: str, part: tuple[Piece, ...], start: int) -> Concept:
        nouns = [piece for piece in part if piece.tag in NOUNS or piece.tag == "W_SERIAL"] or list(part)
        surface = text[nouns[0].start : nouns[-1].end]
        whole = _to_the_end_of_the_word(text, nouns[0].start, nouns[-1].end)
        cuts = tuple(dict.fromkeys((_row(part), self.row(surface), self.row(whole))))
        named = len(surface) > 1 or part[-1].tag in ("NNP", "SH")
        known = self._names.others(surface) or self._names.others(whole)
        others = (known or variants(surface, self._names))[:MAX_OTHERS] if named else ()
        return Concept(
            text=surface,
            span=Span(start + part[0].start, start + part[-1].end),
            role="noun" if any(piece.tag in NOUNS or piece.tag == "W_SERIAL" for piece in part) else "verb",
            cuts=tuple(cut for cut in cuts if cut),
            grams=tuple(dict.fromkeys(grams(part, text))),
            others=tuple(reading for reading in map(self.reading, others) if reading.terms),
        )


def _row(part: Iterable[Piece]) -> tuple[str, ...]:
    return tuple({piece.position: piece.term for piece in part}.values())  # of a number's forms the last: its part


def _to_the_end_of_the_word(text: str, start: int, end: int) -> str:
    """The word with what was read as its particle, which may be the end of a noun: 상황허가 is not 상황허 + 가."""
    while end < len(text) and is_syllable(text[end]):
        end += 1
    return text[start:end]


def _same_word(text: str, one: Piece, other: Piece) -> bool:
    return not any(c.isspace() for c in text[one.end : other.start])


def _word_size(found: Sequence[Piece], at: int) -> int:
    size = 1
    while at + size < len(found) and found[at + size - 1].end >= found[at + size].start:
        size += 1
    return size


def _roles(concepts: Sequence[Concept]) -> tuple[Concept, ...]:
    """Marks the words of asking: everywhere, and at the end those that name what is asked for."""
    marked = [_as_function(c) if all(t in ASKING for t in c.cuts[0]) else c for c in concepts]
    for at in range(len(marked) - 1, -1, -1):
        if marked[at].role == "function":
            continue
        if not all(term in REQUESTS for term in marked[at].cuts[0]):
            break
        marked[at] = _as_function(marked[at])
    if any(concept.role != "function" for concept in marked):
        return tuple(marked)
    return tuple(concepts)  # nothing but such words: then they are what is looked for


def _as_function(concept: Concept) -> Concept:
    return replace(concept, role="function")


def surface_key(concept: Concept) -> str:
    """The concept's content as it would stand in a folded text without white space."""
    return "".join(key(concept.text).split())
