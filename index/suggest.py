"""Completions while typing: names by any of their aliases, and frequent phrases; by beginning, by beginning
of a word inside, and by initial consonants (ㅈㄹㅁㅈ → 전략물자). In memory, a few milliseconds an answer.

Knows neither entities nor posts: whoever does hands in ``Entry`` values.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.analysis.normalize import clean
from index.hangul import are_initials, from_keys, initials, letters
from index.query.names import name_key

MAX_SCANNED = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be completed to by any of its names; the first is shown. ``weight``: how often told."""

    kind: str
    key: str
    names: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Completion:
    """``via`` is the name that matched, where it is another than the one shown."""

    entry: Entry
    via: str | None


class Suggester:
    """Sorted keys over all names. Never changes; make a new one when names change. Safe to share by threads."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        by_letters: list[tuple[str, int, int]] = []  # key, number of the name, 0 at its beginning and 1 inside
        by_initials: list[tuple[str, int, int]] = []
        self._names: list[tuple[Entry, str]] = []
        for entry in entries:
            for name in dict.fromkeys(entry.names):
                number = len(self._names)
                self._names.append((entry, name))
                for inside, part in _beginnings(name):
                    by_letters.append((letters(part), number, inside))
                    by_initials.append((initials(part), number, inside))
        self._by_letters = sorted(by_letters)
        self._by_initials = sorted(by_initials)

    def complete(self, text: str, limit: int = 10) -> tuple[Completion, ...]:
        """The best completions of what has been typed so far, each entry once."""
        typed = name_key(clean(text))
        if not typed or limit < 1:
            return ()
        found = list(self._found(typed))
        if not found and typed.isascii():  # Korean typed on the English layout
            found = list(self._found(from_keys(clean(text).strip())))
        return self._best(found, limit)

    def _found(self, typed: str) -> Iterator[tuple[int, int]]:
        """Names (with 0 for a match at their beginning, 1 inside) that begin as typed."""
        if are_initials(typed):
            yield from _range(self._by_initials, typed)
        elif typed:
            yield from _range(self._by_letters, letters(typed))

    def _best(self, found: Iterable[tuple[int, int]], limit: int) -> tuple[Completion, ...]:
        ranked = sorted(found, key=self._order)
        best: dict[tuple[str, str], Completion] = {}
        for number, _ in ranked:
            entry, name = self._names[number]
            shown = entry.names[0]
            best.setdefault((entry.kind, entry.key), Completion(entry, None if name == shown else name))
            if len(best) == limit:
                break
        return tuple(best.values())

    def _order(self, match: tuple[int, int]) -> tuple[int, float, bool, int, str]:
        number, inside = match
        entry, name = self._names[number]
        return inside, -entry.weight, name != entry.names[0], len(name), name


def _beginnings(name: str) -> Iterator[tuple[int, str]]:
    """The name without white space, and each of its later words to its end."""
    words = clean(name).split()
    for at in range(len(words)):
        part = name_key("".join(words[at:]))
        if part:
            yield min(at, 1), part


def _range(keys: Sequence[tuple[str, int, int]], typed: str) -> Iterator[tuple[int, int]]:
    at = bisect_left(keys, (typed, -1, -1))
    for key, number, inside in keys[at : at + MAX_SCANNED]:
        if not key.startswith(typed):
            return
        yield number, inside
