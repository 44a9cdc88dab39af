"""Which posts tell the same announcement. Pure functions over texts and dates.

Two posts are copies when they are days apart at most, share most of what they say, and neither keeps
saying something that the other does not say at all. The last keeps posts from one template apart
(the same offer in two towns): what is particular to each stands in it again and again.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.analysis.normalize import fold

MAX_DAYS = 3
MIN_SHARED = 0.28  # cosine over rare character pairs
MAX_MISSING = 0.22  # of what one says again and again
MIN_REPEATS = 3
RARE = 0.02  # share of the documents

_WORD = re.compile(r"[0-9a-z가-힣]+")

Rarity = Callable[[str], float]
"""A character pair's share of the documents that hold it."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a comparison needs of one post."""

    date: dt.date
    weights: dict[str, float]  # of its character pairs
    norm: float
    repeated: frozenset[str]  # rare pairs that stand in it again and again


def sketch(text: str, date: dt.date, share: Rarity) -> Sketch:
    counts = Counter(a + b for word in _WORD.findall(fold(text).lower()) for a, b in pairwise(word))
    weights, repeated = {}, []
    for pair, count in counts.items():
        part = share(pair)
        weights[pair] = math.log(1 / max(part, 1e-6))
        if count >= MIN_REPEATS and part <= RARE:
            repeated.append(pair)
    return Sketch(date, weights, math.sqrt(sum(w * w for w in weights.values())) or 1.0, frozenset(repeated))


def are_copies(one: Sketch, other: Sketch) -> bool:
    if abs((one.date - other.date).days) > MAX_DAYS or not one.weights or not other.weights:
        return False
    return (
        _missing(one, other) <= MAX_MISSING
        and _missing(other, one) <= MAX_MISSING
        and _shared(one, other) >= MIN_SHARED
    )


def _missing(one: Sketch, other: Sketch) -> float:
    if not one.repeated:
        return 0.0
    return sum(pair not in other.weights for pair in one.repeated) / len(one.repeated)


def _shared(one: Sketch, other: Sketch) -> float:
    common = one.weights.keys() & other.weights.keys()
    return sum(one.weights[pair] ** 2 for pair in common) / (one.norm * other.norm)


def fold_copies(sketches: Sequence[Sketch]) -> list[list[int]]:
    """Groups of places, each led by its first: in the order of the leaders, copies in theirs."""
    groups: list[list[int]] = []
    for place, found in enumerate(sketches):
        home = next((group for group in groups if are_copies(sketches[group[0]], found)), None)
        if home is None:
            groups.append([place])
        else:
            home.append(place)
    return groups
