"""The passage of a text that answers a query, with every matched form marked. Works on kept morphemes:
what is marked is what was indexed, so 비전략물자 is never marked for 전략물자.

Answers are stretches of text, never HTML.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from index.analysis.stream import Analysis
from index.analysis.terms import Piece, pieces
from index.query.plan import Mark

WIDTH = 180
_SENTENCE_END = re.compile(r"(?<=[.!?。…”\"])\s+|(?<=[다요음임함됨])\.(?=\S)|\n+")
_SOFT_BREAK = re.compile(r"\s+")


class Stretch(NamedTuple):
    """Part of a snippet; ``marked`` where it answers the query."""

    text: str
    marked: bool = False


class Spot(NamedTuple):
    """A matched form: its place in the text, and what it counts."""

    start: int
    end: int
    weight: float
    mark: int  # which of the marks


def spots(analysis: Analysis, text: str, marks: Sequence[Mark]) -> list[Spot]:
    """Every place that a mark matches, in reading order, none over another."""
    wanted = None if any(m.prefix for m in marks) else {term for m in marks for term in m.terms}
    found = list(pieces(analysis, text, wanted))
    at: dict[str, list[int]] = {}
    for place, piece in enumerate(found):
        at.setdefault(piece.term, []).append(place)
    every = [spot for number, mark in enumerate(marks) for spot in _spots_of(mark, number, found, at)]
    every.sort(key=lambda spot: (spot.start, -spot.end))
    return list(_apart(every))


def _spots_of(mark: Mark, number: int, found: Sequence[Piece], at: dict[str, list[int]]) -> Iterator[Spot]:
    if mark.prefix:
        starts = [place for term, places in at.items() if term.startswith(mark.terms[0]) for place in places]
    else:
        starts = at.get(mark.terms[0], [])
    size = len(mark.terms)
    for place in starts:
        row = found[place : place + size]
        if (mark.prefix or _stands(row, mark.terms)) and not row[0].turned:
            yield Spot(row[0].start, row[-1].end, mark.weight, number)


def _stands(row: Sequence[Piece], terms: tuple[str, ...]) -> bool:
    if len(row) < len(terms):
        return False
    first = row[0].position
    return all(
        piece.term == term and piece.position == first + offset
        for offset, (piece, term) in enumerate(zip(row, terms, strict=True))
    )


def _apart(every: Iterable[Spot]) -> Iterator[Spot]:
    """Of spots that lie over each other the first and longest."""
    end = -1
    for spot in every:
        if spot.start >= end:
            yield spot
            end = spot.end


def snippet(
    text: str, analysis: Analysis, marks: Sequence[Mark], begin: int = 0, width: int = WIDTH
) -> tuple[Stretch, ...]:
    """The best passage of ``text[begin:]``: whole sentences where they fit, about ``width`` characters."""
    places = spots(analysis, text, marks)
    start, end = _passage(text, [spot for spot in places if spot.start >= begin], begin, width)
    return _stretches(text, start, end, places)


def mark(
    text: str, analysis: Analysis, marks: Sequence[Mark], start: int = 0, end: int | None = None
) -> tuple[Stretch, ...]:
    """``text[start:end]`` with every matched form marked: titles, whole texts."""
    end = len(text) if end is None else end
    return _stretches(text, start, end, spots(_before(analysis, end), text, marks))


def _before(analysis: Analysis, end: int) -> Analysis:
    """The morphemes that begin before a place: a title needs no more of its text."""
    count = bisect_left(analysis.starts, end)
    if count == len(analysis):
        return analysis
    return Analysis(analysis.forms[:count], analysis.tags[:count], analysis.starts[:count], analysis.ends[:count])


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
