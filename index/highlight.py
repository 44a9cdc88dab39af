"""The passage of a text that answers a query, with every matched form marked. Works on kept morphemes:
what is marked is what was indexed, so 비전략물자 is never marked for 전략물자.

Answers are stretches of text, never HTML.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from index.analysis.stream import Analysis
from index.analysis.terms import SERIAL, Piece, pieces
from index.glance import glance
from index.query.plan import Mark

WIDTH = 180
_SENTENCE_END = re.compile(r"(?<=[.!?。…”\"])\s+|(?<=[다요음임함됨])\.(?=\S)|\n+")
_SOFT_BREAK = re.compile(r"\s+")


class Stretch(NamedTuple):
    """Part of a snippet; ``marked`` where it answers the query."""

    text: str
    marked: bool = False


class Place(NamedTuple):
    """A piece (``index.analysis.terms.Piece``) as far as marking needs it."""

    term: str
    start: int
    end: int
    position: int
    turned: bool


class Spot(NamedTuple):
    """A matched form: its place in the text, and what it counts."""

    start: int
    end: int
    weight: float
    mark: int  # which of the marks


class _Columns:
    """All pieces of a text, column by column: a twentieth of what they take as objects."""

    def __init__(self, found: Sequence[Piece]) -> None:
        self._terms = [piece.term for piece in found]
        self._starts = array("I", [piece.start for piece in found])
        self._ends = array("I", [piece.end for piece in found])
        self._positions = array("I", [piece.position for piece in found])
        self._turned = frozenset([at for at, piece in enumerate(found) if piece.turned])
        self._serials = frozenset([at for at, piece in enumerate(found) if piece.tag == SERIAL])

    def places(self, wanted: Collection[str]) -> list[Place]:
        hot = [at for at, term in enumerate(self._terms) if term in wanted]
        if self._serials:
            hot = sorted({*hot, *self._serials})
        return [
            Place(self._terms[at], self._starts[at], self._ends[at], self._positions[at], at in self._turned)
            for at in hot
        ]


class ReadText:
    """A text in which queries look for their terms. From the second on its pieces are kept. Shared by threads."""

    def __init__(self, text: str, morphemes: bytes) -> None:
        self.text = text
        self._morphemes = morphemes
        self._columns: _Columns | None = None
        self._asked = False

    def places(self, wanted: Collection[str] | None) -> list[Place]:
        """Where the terms stand, in reading order, and numbers in any case; with None every term."""
        if self._columns is not None and wanted is not None:
            return self._columns.places(wanted)
        analysis = Analysis.read(self._morphemes) or Analysis.of([])  # damaged: the post is shown, nothing is marked
        if wanted is None or not self._asked:
            self._asked = True
            seen = analysis if wanted is None else glance(analysis, wanted)
            return [
                Place(piece.term, piece.start, piece.end, piece.position, piece.turned)
                for piece in pieces(seen, self.text, wanted)
            ]
        self._columns = _Columns(list(pieces(analysis, self.text)))
        return self._columns.places(wanted)


def spots(read: ReadText, marks: Sequence[Mark]) -> list[Spot]:
    """Every place that a mark matches, in reading order, none over another."""
    wanted = None if any(m.prefix for m in marks) else {term for m in marks for term in m.terms}
    found = read.places(wanted)
    at: dict[str, list[int]] = {}
    for number, place in enumerate(found):
        at.setdefault(place.term, []).append(number)
    every = [spot for number, mark in enumerate(marks) for spot in _spots_of(mark, number, found, at)]
    every.sort(key=lambda spot: (spot.start, -spot.end))
    return list(_apart(every))


def _spots_of(mark: Mark, number: int, found: Sequence[Place], at: dict[str, list[int]]) -> Iterator[Spot]:
    if mark.prefix:
        starts = [place for term, places in at.items() if term.startswith(mark.terms[0]) for place in places]
    else:
        starts = at.get(mark.terms[0], [])
    size = len(mark.terms)
    for place in starts:
        row = found[place : place + size]
        if (mark.prefix or _stands(row, mark.terms)) and not row[0].turned:
            yield Spot(row[0].start, row[-1].end, mark.weight, number)


def _stands(row: Sequence[Place], terms: tuple[str, ...]) -> bool:
    if len(row) < len(terms):
        return False
    first = row[0].position
    return all(
        place.term == term and place.position == first + offset
        for offset, (place, term) in enumerate(zip(row, terms, strict=True))
    )


def _apart(every: Iterable[Spot]) -> Iterator[Spot]:
    """Of spots that lie over each other the first and longest."""
    end = -1
    for spot in every:
        if spot.start >= end:
            yield spot
            end = spot.end


def snippet(read: ReadText, places: Sequence[Spot], begin: int = 0, width: int = WIDTH) -> tuple[Stretch, ...]:
    """The best passage behind ``begin``: whole sentences where they fit, about ``width`` characters."""
    start, end = _passage(read.text, [spot for spot in places if spot.start >= begin], begin, width)
    return _stretches(read.text, start, end, places)


def marked(read: ReadText, places: Sequence[Spot], start: int = 0, end: int | None = None) -> tuple[Stretch, ...]:
    """A stretch of the text with every matched form marked: titles, whole texts."""
    return _stretches(read.text, start, len(read.text) if end is None else end, places)


def _stretches(text: str, start: int, end: int, places: Iterable[Spot]) -> tuple[Stretch, ...]:
    made: list[Stretch] = []
    at = start
    for spot in places:
        if spot.start < start or spot.end > end:
            continue
        if spot.start > at:
            made.append(Stretch(text[at : spot.start]))
        before = made.pop().text if made and made[-1].marked else ""  # touching forms are one: 전략|물자
        made.append(Stretch(before + text[spot.start : spot.end], marked=True))
        at = spot.end
    if at < end:
        made.append(Stretch(text[at:end]))
    return tuple(Stretch(" ".join(s.text.split("\n")), s.marked) for s in made)


def _passage(text: str, places: Sequence[Spot], begin: int, width: int) -> tuple[int, int]:
    """Where the weightiest window lies, moved to the bounds of its sentences."""
    if not places:
        return _from_sentence(text, begin, begin, width)
    best, best_weight = places[0], -1.0
    for number, spot in enumerate(places):
        inside: dict[int, float] = {}
        for later in places[number:]:
            if later.end > spot.start + width:
                break
            inside[later.mark] = later.weight
        weight = sum(inside.values())
        if weight > best_weight + 1e-9:
            best, best_weight = spot, weight
    return _from_sentence(text, begin, best.start, width)


def _from_sentence(text: str, begin: int, at: int, width: int) -> tuple[int, int]:
    """A stretch that holds ``at``, from the beginning of its sentence if that is near."""
    start = max([begin, *(m.end() for m in _SENTENCE_END.finditer(text, begin, at + 1) if m.end() <= at)])
    if at - start > width // 3:
        spaces = [m.end() for m in _SOFT_BREAK.finditer(text, max(begin, at - width // 4), at)]
        start = spaces[0] if spaces else at
    while start < len(text) and text[start].isspace():
        start += 1
    return start, _end(text, start, width)


def _end(text: str, start: int, width: int) -> int:
    if len(text) - start <= width:
        return len(text.rstrip()) if text[start:].strip() else start
    ends = [m.start() for m in _SENTENCE_END.finditer(text, start, start + width) if m.start() - start > width // 2]
    if ends:
        return ends[-1]
    spaces = [m.start() for m in _SOFT_BREAK.finditer(text, start, start + width)]
    return spaces[-1] if spaces and spaces[-1] > start else start + width
