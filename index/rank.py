"""The order of the first candidates, read again in their texts: how much of the query a text holds,
how near together, and as it was typed. Knows no engine; every number is a share between 0 and 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np

from index.copies import Sketch
from index.document import Hit
from index.lexicon import Background, Floats
from index.query.plan import Needle, Plan
from index.scan import NONE, Places, Scan

COVERAGE = 0.8
NEARNESS = 0.6
SPELLING = 0.3
ROWS = 0.1
RECENCY = 0.02
HALF_LIFE_DAYS = 365.0
WINDOW = 120  # characters without white space
MAX_PLACES = 40  # of one needle in one text
AT_ONCE = 300_000  # characters that are laid out together


@dataclass(frozen=True)
class StoredText:
    """A document's text as it is kept; see ``index.document.IndexDoc``. What was worked out of it stays with it."""

    id: str
    date: dt.date
    text: str

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
    told = _told([texts[hit.id] for hit in hits if hit.id in texts], plan) if plan.needles else {}
    ranked = [Ranked(hit, _evidence(hit, told.get(hit.id, _NOTHING), best, newest)) for hit in hits]
    return sorted(ranked, key=lambda r: (-round(r.evidence.score, 6), -r.hit.date.toordinal(), r.hit.id))


class _Told(NamedTuple):
    """What a text tells of a query."""

    coverage: float
    nearness: float
    spelling: float
    rows: float


_NOTHING = _Told(0.0, 0.0, 0.0, 0.0)


def _evidence(hit: Hit, told: _Told, best: float, newest: dt.date | None) -> Evidence:
    recency = 2.0 ** (-max((newest - hit.date).days, 0) / HALF_LIFE_DAYS) if newest else 0.0
    return Evidence(hit.score / best, *told, recency)


def _told(texts: Sequence[StoredText], plan: Plan) -> dict[str, _Told]:
    return {
        text.id: _Told(*shares)
        for some in _batches(texts)
        for text, shares in zip(some, _shares(some, plan), strict=True)
    }


def _batches(texts: Sequence[StoredText]) -> Iterator[list[StoredText]]:
    """All together, unless they are long."""
    batch: list[StoredText] = []
    size = 0
    for text in texts:
        if batch and size + len(text.text) > AT_ONCE:
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text.text)
    if batch:
        yield batch


def _shares(texts: Sequence[StoredText], plan: Plan) -> Iterator[tuple[float, ...]]:
    """Of each text in turn: coverage, nearness, spelling, rows."""
    rows = [one.forms[0] + other.forms[0] for one, other in pairwise(plan.needles)]
    forms = [form for needle in plan.needles for form in (*needle.forms, *needle.parts)]
    scan = Scan([text.text for text in texts], [*forms, *rows, *plan.pairs])
    found = [(needle, _places(scan, needle)) for needle in plan.needles]
    whole = np.array([needle.weight for needle in plan.needles])
    apart = [one for needle, places in found for one in _apart(scan, needle, places)]
    weights = np.array([weight for weight, _ in apart])
    places = [places for _, places in apart]
    held = np.zeros((len(weights), scan.texts))
    for number, at in enumerate(places):
        held[number, scan.of(at)] = 1.0
    columns = (
        weights @ held / weights.sum(),
        _nearness(scan, weights, places),
        scan.held(plan.pairs) / (len(plan.pairs) or 1),
        _rows(scan, whole, rows),
    )
    return zip(*(column.tolist() for column in columns), strict=True)


def _apart(scan: Scan, needle: Needle, places: Places) -> list[tuple[float, Places]]:
    """The needle with its weight and places; where no text holds it, its parts, which share its weight."""
    if len(places) or len(needle.parts) < 2:
        return [(needle.weight, places)]
    weight = needle.weight / len(needle.parts)
    return [(weight, _places(scan, Needle((part,), weight))) for part in needle.parts]


def _places(scan: Scan, needle: Needle) -> Places:
    """Where a form of the needle stands: of each text the first few, form by form."""
    found = [scan.straight(scan.places(form)) for form in needle.forms]
    places = np.concatenate(found)
    if len(places) <= MAX_PLACES:
        return places
    by_text = scan.of(places)
    order = np.argsort(by_text, kind="stable")
    first = np.searchsorted(by_text[order], by_text[order])
    return places[order[np.arange(len(places)) - first < MAX_PLACES]]


def _nearness(scan: Scan, weights: Floats, places: Sequence[Places]) -> Floats:
    """Of each text the weightiest set of needles that stand within one window."""
    best = np.zeros(scan.texts)
    every = np.concatenate(places) if places else NONE
    order = np.argsort(every, kind="stable")
    at, needle = every[order], np.repeat(np.arange(len(places)), list(map(len, places)))[order]
    text = scan.of(at)
    begin = np.maximum(at - WINDOW, scan.first(text))
    inside = np.zeros(len(at))
    for number, weight in enumerate(weights):
        last = np.maximum.accumulate(np.where(needle == number, at, -1))  # where it stood last, from here back
        inside += np.where(last >= begin, weight, 0.0)
    np.maximum.at(best, text, inside)
    shares: Floats = best / weights.sum()
    return shares


def _rows(scan: Scan, weights: Floats, rows: Sequence[str]) -> Floats:
    """Of each text the share of neighbours in the query that are neighbours in it."""
    held = np.zeros(scan.texts)
    whole = weights[:-1] + weights[1:]
    for row, weight in zip(rows, whole, strict=True):
        held[np.unique(scan.of(scan.places(row)))] += weight
    shares: Floats = held / (whole.sum() or 1.0)
    return shares
