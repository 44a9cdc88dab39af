"""Several texts as one row of characters in which words are looked for all at once. Knows no query and no ranking.

Texts are folded, in lower case and without white space, as names are compared. All pairs of characters that are
asked for are found in one pass over the row; a word stands where its pairs follow each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from index.analysis.normalize import fold
from index.analysis.terms import OPPOSING

Places: TypeAlias = npt.NDArray[np.int64]
_Chars: TypeAlias = npt.NDArray[np.uint32]
_Flags: TypeAlias = npt.NDArray[np.bool_]

SHELVES = 1 << 14  # a pair of characters is looked for by the number of its shelf before it is compared
SPREAD = np.uint32(0x9E37)
CASED = 0x1F000  # no character from here on is folded or has a lower case
BETWEEN = 0  # between texts: no text holds it once it is folded
GAP = 0x10FFFF  # stands for white space until it is taken out
BY_STRING = 0x10FFFE  # lower case is longer than the character, or depends on what stands beside it
NONE: Places = np.zeros(0, np.int64)


@cache
def _lowered() -> _Chars:
    """Every character's folded lower case, by its number; half a megabyte."""
    table = np.arange(CASED, dtype=np.uint32)
    for code, low in enumerate(map(str.lower, fold("".join(map(chr, range(1, CASED))))), 1):
        table[code] = GAP if low.isspace() else ord(low) if len(low) == 1 else BY_STRING
    table[ord("Σ")] = BY_STRING  # ς at the end of a word
    return table


@cache
def _opposing() -> _Chars:
    return np.array([ord(prefix) for prefix in OPPOSING], np.uint32)


def _chars(text: str) -> _Chars:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _row(texts: Sequence[str]) -> _Chars:
    """The texts one after the other, folded and in lower case, a ``BETWEEN`` before each and behind the last."""
    joined = "\0".join(("", *texts, ""))
    if joined.count("\0") > len(texts) + 1:
        return _row([text.replace("\0", " ") for text in texts])
    found = _lowercase(_chars(joined))
    if (found == BY_STRING).any():
        found = _lowercase(_chars("\0".join(("", *(fold(text).lower() for text in texts), ""))))
    return found


def _lowercase(row: _Chars) -> _Chars:
    low = _lowered().take(row, mode="clip")
    return low if row.max() < CASED else np.where(row < CASED, low, row)


class Scan:
    """Texts laid out for looking. ``of`` says to which text a place belongs."""

    def __init__(self, texts: Sequence[str], words: Iterable[str]) -> None:
        """``words`` are what will be asked for: folded, without white space."""
        row = _row(texts)
        self.texts = len(texts)
        self._gaps = row == GAP
        self._row = row.compress(~self._gaps)
        self._bounds = np.flatnonzero(self._row == BETWEEN)
        self._asked = self._find({word[at : at + 2] for word in words for at in range(len(word) - 1)})

    def _find(self, pairs: Iterable[str]) -> dict[str, int]:
        """Numbers the pairs, and notes at each place of the row the pair that stands there; -1 for another."""
        asked = sorted(pairs)
        self._pairs = np.full(len(self._row), -1, np.int32)
        if asked and len(self._row) > 1:
            codes = np.array([(ord(pair[0]) << 32) | ord(pair[1]) for pair in asked], np.uint64)
            shelves = np.zeros(SHELVES, np.bool_)
            shelves[_shelf((codes >> np.uint64(32)).astype(np.uint32), codes.astype(np.uint32))] = True
            places = np.flatnonzero(shelves.take(_shelf(self._row[:-1], self._row[1:])))
            found = (self._row[places].astype(np.uint64) << np.uint64(32)) | self._row[places + 1]
            number = np.minimum(np.searchsorted(codes, found), len(codes) - 1)
            right = codes[number] == found
            self._places, self._numbers = places[right], number[right]
            self._pairs[self._places] = self._numbers
        else:
            self._places, self._numbers = NONE, NONE
        return {pair: number for number, pair in enumerate(asked)}

    def of(self, places: Places) -> Places:
        """The numbers of the texts in which the places are."""
        return np.searchsorted(self._bounds, places) - 1

    def first(self, texts: Places) -> Places:
        """Where the texts of these numbers begin."""
        begins: Places = self._bounds[texts] + 1
        return begins

    def places(self, word: str) -> Places:
        """Every place where the word stands, in reading order; one may overlap the next."""
        if len(word) < 2:
            return np.flatnonzero(self._row == ord(word)) if word else NONE
        found: Places = self._places[self._numbers == self._asked[word[:2]]]
        last = len(word) - 2
        for at in (*range(2, last, 2), *((last,) if last else ())):
            if not len(found):
                break
            there = found + at
            inside = there < len(self._pairs)
            found = found[inside][self._pairs[there[inside]] == self._asked[word[at : at + 2]]]
        return found

    def held(self, pairs: Sequence[str]) -> Places:
        """For each text, how many of these pairs of characters stand in it."""
        seen = np.zeros((self.texts, len(self._asked)), np.bool_)
        seen[self.of(self._places), self._numbers] = True
        found: Places = seen[:, [self._asked[pair] for pair in pairs]].sum(axis=1)
        return found

    @cached_property
    def _begins(self) -> _Flags:
        """Whether a word begins here; only asked for behind what looks like a prefix."""
        begins = np.concatenate(([True], self._gaps[:-1])).compress(~self._gaps)
        begins[self._bounds[:-1] + 1] = True
        return begins

    def straight(self, places: Places) -> Places:
        """Without those that stand behind a prefix that turns a word around: 비|전략물자."""
        before = self._row[places - 1]
        behind = np.isin(before, _opposing())
        if not behind.any():
            return places
        turned = [self._begins[at - 1] or not chr(self._row[at - 2]).isalnum() for at in places[behind]]
        behind[behind] = turned
        return places[~behind]


def _shelf(one: _Chars, other: _Chars) -> _Chars:
    return (one * SPREAD + other) & np.uint32(SHELVES - 1)
