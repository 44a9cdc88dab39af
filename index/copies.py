"""Which posts tell the same announcement. Pure functions over texts and dates.

Two posts are copies when they are days apart at most, share most of what they say, and neither keeps
saying something that the other does not say at all. The last keeps posts from one template apart
(the same offer in two towns): what is particular to each stands in it again and again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from index.lexicon import Background, Codes, Floats, word_pairs

MAX_DAYS = 3
MIN_SHARED = 0.28  # cosine over rare character pairs
MAX_MISSING = 0.3  # of what one says again and again, and of what the other does
MAX_MISSING_OF_ONE = 0.15  # of the one that misses less
MIN_REPEATED = 5  # with fewer such pairs only near equality counts
NEARLY_EQUAL = 0.6
MIN_REPEATS = 3
RARE = 0.02  # share of the documents
BITS = 1 << 12
SCATTER = np.uint64(0x9E3779B97F4A7C15)  # spreads codes over the bits


class Drawn(NamedTuple):
    pairs: Codes  # of characters within words, each once, ascending
    repeated: Codes  # rare pairs that stand in it again and again
    repeats: Floats  # how often
    bits: int  # a bit for each pair; several may share one
    most: int  # the bits of what stands in it most often


class Sketch:
    """What a comparison needs of one document. Few of an answer are days apart, so it is drawn when it is looked at."""

    def __init__(self, text: str, date: dt.date, background: Background) -> None:
        self.date = date
        self._text = text
        self.background = background

    @cached_property
    def drawn(self) -> Drawn:
        pairs, counts = np.unique(word_pairs(self._text), return_counts=True)
        often = np.flatnonzero(counts >= MIN_REPEATS)
        again = often[self.background.shares(pairs[often]) <= RARE]
        repeated, repeats = pairs[again], counts[again].astype(np.float64)
        most = repeated[repeats >= repeats.max()] if len(repeated) else repeated
        return Drawn(pairs, repeated, repeats, _bits(pairs), _bits(most))

    @cached_property
    def weights(self) -> Floats:
        """Of each pair, squared. Few comparisons come so far."""
        weights: Floats = np.log(self.background.shares(self.drawn.pairs)) ** 2
        return weights


def _bits(pairs: Codes) -> int:
    marked = np.zeros(BITS, np.bool_)
    marked[(pairs * SCATTER) >> np.uint64(64 - 12)] = True
    return int.from_bytes(np.packbits(marked).tobytes(), "big")


def are_copies(one: Sketch, other: Sketch) -> bool:
    if abs((one.date - other.date).days) > MAX_DAYS:
        return False
    return _tell_the_same(one, other)


def _tell_the_same(sketch: Sketch, beside: Sketch) -> bool:
    one, other = sketch.drawn, beside.drawn
    if not len(one.pairs) or not len(other.pairs):
        return False
    if one.most & ~other.bits or other.most & ~one.bits:
        return False  # what one says most of all, seen at once; see ``_missing``
    less, more = sorted((_missing(one, other), _missing(other, one)))
    if less > MAX_MISSING_OF_ONE or more > MAX_MISSING:
        return False
    particular = min(len(one.repeated), len(other.repeated)) >= MIN_REPEATED
    return _shared(sketch, beside) >= (MIN_SHARED if particular else NEARLY_EQUAL)


def _missing(one: Drawn, other: Drawn) -> float:
    """The share of what one says again and again that the other does not say."""
    if not len(one.repeated):
        return 0.0
    at = np.minimum(np.searchsorted(other.pairs, one.repeated), len(other.pairs) - 1)
    missing = other.pairs[at] != one.repeated
    if missing[one.repeats >= one.repeats.max()].any():
        return 1.0  # what it says most of all
    return float(one.repeats[missing].sum() / one.repeats.sum())


def _shared(one: Sketch, other: Sketch) -> float:
    """Cosine over the pairs, by their rarity."""
    pairs, others = one.drawn.pairs, other.drawn.pairs
    at = np.minimum(np.searchsorted(others, pairs), len(others) - 1)
    common = float(one.weights[others[at] == pairs].sum())
    return common / (float(np.sqrt(one.weights.sum() * other.weights.sum())) or 1.0)


def fold_copies(sketches: Sequence[Sketch]) -> list[list[int]]:
    """Groups of places, each led by its first: in the order of the leaders, copies in theirs."""
    groups: list[list[int]] = []
    led: dict[int, list[int]] = {}  # day → groups whose leader is of that day
    for place, found in enumerate(sketches):
        day = found.date.toordinal()
        near = sorted(group for days in range(day - MAX_DAYS, day + MAX_DAYS + 1) for group in led.get(days, ()))
        home = next((group for group in near if are_copies(sketches[groups[group][0]], found)), None)
        if home is None:
            led.setdefault(day, []).append(len(groups))
            groups.append([place])
        else:
            groups[home].append(place)
    return groups
