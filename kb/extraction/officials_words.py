"""The words of a text with their places, and how two neighbours are joined. Knows no vocabulary."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import Literal, NamedTuple

Joint = Literal["space", "cell", "comma", "dot", "open", "close", "other"]

_WORD = re.compile(r"[가-힣A-Za-z0-9一-龥]+(?:&[A-Za-z0-9]+)*")
_QUOTES = str.maketrans("", "", "‘’'\"“”「」『』*")


class Word(NamedTuple):
    """``text`` as it stands at ``[start, end)``; middle dots part words."""

    text: str
    start: int
    end: int


class Words:
    """The words of some lines of a text in order; each is cut when it is asked for.

    No office is read over a line break, and seven lines of ten hold no title: those lines are not cut at all.
    """

    def __init__(self, text: str, lines: Iterable[tuple[int, int]]) -> None:
        self._text = text
        self._spans = [match.span() for start, end in lines for match in _WORD.finditer(text, start, end)]
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


def lines_at(text: str, places: Iterable[int]) -> list[tuple[int, int]]:
    """The lines that hold the places, each once, in reading order."""
    lines: list[tuple[int, int]] = []
    done = 0  # the end of the last line taken
    for place in sorted(places):
        if place >= done:
            start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
            done = end if end >= 0 else len(text)
            lines.append((start, done))
    return lines


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
