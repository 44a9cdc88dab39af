"""The order of the first candidates, read again in their texts: how much of the query a text holds,
how near together, and as it was typed. Knows no engine; every number is a share between 0 and 1.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import cast

from index.analysis.normalize import fold
from index.analysis.terms import OPPOSING
from index.copies import Sketch
from index.document import Hit
from index.lexicon import Background
from index.query.plan import Needle, Plan

COVERAGE = 0.8
NEARNESS = 0.6
SPELLING = 0.3
ROWS = 0.1
RECENCY = 0.02
HALF_LIFE_DAYS = 365.0
WINDOW = 120  # characters without white space
MAX_PLACES = 40  # of one needle in one text


@dataclass(frozen=True)
class StoredText:
    """A document's text as it is kept; see ``index.document.IndexDoc``. What was worked out of it stays with it."""

    id: str
    date: dt.date
    text: str
    title_end: int
    lead_end: int

    @cached_property
    def scanned(self) -> Scanned:
        return Scanned(self.text)

    def sketch(self, background: Background) -> Sketch:
        """For comparing with others; of one background, which is that of the collection."""
        drawn = self.__dict__.get("_sketch")
        if drawn is None or drawn.background is not background:
            self.__dict__["_sketch"] = drawn = Sketch(self.text, self.date, background)
        return cast(Sketch, drawn)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a candidate stands where it stands; each a share of what the query could find."""

    engine: float  # its score against the best
    coverage: float
    nearness: float
    spelling: float
    rows: float
    recency: float

    @property
    def score(self) -> float:
        parts = (
            self.engine,
            COVERAGE * self.coverage,
            NEARNESS * self.nearness,
            SPELLING * self.spelling,
            ROWS * self.rows,
            RECENCY * self.recency,
        )
        return sum(parts)


@dataclass(frozen=True, slots=True)
class Ranked:
    hit: Hit
    evidence: Evidence


def rerank(hits: Sequence[Hit], texts: Mapping[str, StoredText], plan: Plan, newest: dt.date | None) -> list[Ranked]:
    """The hits in their final order. ``newest`` is the day against which recency counts; None leaves it out."""
    best = max((hit.score for hit in hits), default=0.0) or 1.0
    ranked = [Ranked(hit, _evidence(hit, texts.get(hit.id), plan, best, newest)) for hit in hits]
    return sorted(ranked, key=lambda r: (-round(r.evidence.score, 6), -r.hit.date.toordinal(), r.hit.id))


def _evidence(hit: Hit, stored: StoredText | None, plan: Plan, best: float, newest: dt.date | None) -> Evidence:
    recency = 2.0 ** (-max((newest - hit.date).days, 0) / HALF_LIFE_DAYS) if newest else 0.0
    if stored is None or not plan.needles:
        return Evidence(hit.score / best, 0.0, 0.0, 0.0, 0.0, recency)
    scanned = stored.scanned
    text = scanned.text
    places = [_places(scanned, needle) for needle in plan.needles]
    return Evidence(
        hit.score / best,
        _coverage(plan.needles, places),
        _nearness(plan.needles, places),
        sum(pair in text for pair in plan.pairs) / (len(plan.pairs) or 1),
        _rows(plan.needles, text),
        recency,
    )


class Scanned:
    """A text for scanning: folded, in lower case, without white space."""

    def __init__(self, text: str) -> None:
        self._words = fold(text).lower().split()
        self.text = "".join(self._words)

    def turned(self, at: int) -> bool:
        """Whether what stands here begins behind a prefix that turns a word around: 비|전략물자."""
        if not at or self.text[at - 1] not in OPPOSING:
            return False
        return at - 1 in self._starts or not self.text[at - 2].isalnum()

    @cached_property
    def _starts(self) -> frozenset[int]:
        """Where words begin; only asked for behind what looks like a prefix."""
        return frozenset((0, *accumulate(map(len, self._words))))


def _places(scanned: Scanned, needle: Needle) -> list[int]:
    found: list[int] = []
    text = scanned.text
    for form in needle.forms:
        at = text.find(form)
        while at >= 0 and len(found) < MAX_PLACES:
            if not scanned.turned(at):
                found.append(at)
            at = text.find(form, at + 1)
    return found


def _coverage(needles: Sequence[Needle], places: Sequence[Sequence[int]]) -> float:
    whole = sum(needle.weight for needle in needles)
    return sum(needle.weight for needle, found in zip(needles, places, strict=True) if found) / whole


def _nearness(needles: Sequence[Needle], places: Sequence[Sequence[int]]) -> float:
    """The weightiest set of needles that stand within one window."""
    marks = sorted((at, number) for number, found in enumerate(places) for at in found)
    inside = [0] * len(needles)
    weight = best = 0.0
    first = 0
    for at, number in marks:
        inside[number] += 1
        if inside[number] == 1:
            weight += needles[number].weight
        while marks[first][0] < at - WINDOW:
            gone = marks[first][1]
            inside[gone] -= 1
            if not inside[gone]:
                weight -= needles[gone].weight
            first += 1
        best = max(best, weight)
    return best / math.fsum(needle.weight for needle in needles)


def _rows(needles: Sequence[Needle], text: str) -> float:
    """The share of neighbours in the query that are neighbours in the text."""
    if len(needles) < 2:
        return 0.0
    held = whole = 0.0
    for one, other in pairwise(needles):
        weight = one.weight + other.weight
        whole += weight
        if one.forms[0] + other.forms[0] in text:
            held += weight
    return held / whole
