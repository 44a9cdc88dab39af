"""The words of a text with their places, and how two neighbours are joined. Knows no vocabulary."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

Joint = Literal["space", "cell", "comma", "dot", "open", "close", "other"]

_WORD = re.compile(r"[가-힣A-Za-z0-9一-龥]+(?:&[A-Za-z0-9]+)*")
_QUOTES = str.maketrans("", "", "‘’'\"“”「」『』*")


@dataclass(frozen=True, slots=True)
class Word:
    """``text`` as it stands at ``[start, end)``; middle dots part words."""

    text: str
    start: int
    end: int


class Words:
    """All words of a text in order; each is cut when it is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans = [m.span() for m in _WORD.finditer(text)]
        self._starts = [start for start, _ in self._spans]

    def __len__(self) -> int:
        return len(self._spans)

    def __getitem__(self, index: int) -> Word:
        start, end = self._spans[index]
        return Word(self._text[start:end], start, end)

    def at(self, offset: int) -> int:
        """Index of the word that covers ``offset`` or ends last before it."""
        return bisect_right(self._starts, offset) - 1

    def joint(self, left: int) -> Joint:
        """What stands between the word ``left`` and the next one; quotes and emphasis count for nothing."""
        return self.gap(left, left + 1)

    def gap(self, left: int, right: int) -> Joint:
        """The same for two words that need not be neighbours."""
        if left < 0 or right >= len(self._spans):
            return "other"
        between = self._text[self._spans[left][1] : self._starts[right]]
        if between == " ":
            return "space"
        return _joint(between.translate(_QUOTES))

    def before_bracket(self, right: int) -> int | None:
        """The word before a short bracket that closes just before ``right``: "민주평화통일자문회의(민주평통) 처장"."""
        for left in range(right - 2, max(right - 6, -1), -1):
            kind = self.joint(left)
            if kind == "open":
                return left
            if kind not in ("space", "comma"):
                return None
        return None


def _joint(between: str) -> Joint:
    if between in ("", " ", "  "):
        return "space"
    if "\n" in between:
        return "other"
    if "\t" in between:
        return "cell" if not between.strip() else "other"
    mark = between.strip()
    if not mark:
        return "space"
    if mark in (",", "、", "/"):
        return "comma"
    if mark in ("·", "ㆍ", "‧", "・"):
        return "dot"
    if mark == "(":
        return "open"
    return "close" if mark == ")" else "other"
