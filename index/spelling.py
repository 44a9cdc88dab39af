"""What a word that the index does not know may have been meant to be.

Candidates are words of the index itself, compared letter by letter (관세쳥 is one letter from 관세청), and
what Korean keys would have given for Latin letters (wjsfiranfwk → 전략물자). Knows no Kiwi.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from index.analysis.terms import OPPOSING
from index.hangul import from_keys, is_syllable, letters
from index.lexicon import Lexicon

MAX_LENGTH = 20
MIN_COUNT = 2  # a word in one document only may itself be a slip
LIMIT = 2


class Speller:
    """Corrections over one lexicon. Built on first use; safe to share by threads."""

    def __init__(
        self, lexicon: Lexicon, phrases: Iterable[str] = (), knows: Callable[[str], bool] = lambda word: False
    ) -> None:
        """``phrases`` are names and compounds that are no terms by themselves, such as 전략물자.

        ``knows`` tells words of the language, which are no slips even where the index does not hold them.
        """
        self._lexicon = lexicon
        self._phrases = tuple(phrases)
        self._knows = knows
        self.correct = lru_cache(maxsize=4096)(self._correct)

    def _correct(self, text: str) -> tuple[str, ...]:
        """The likeliest words, best first; none for what is known, too short or too far from anything."""
        if not text.isalnum() or len(text) > MAX_LENGTH or text in self._counts:
            return ()
        if text.isascii():
            return self._from_keys(text)
        if self._knows(text):
            return ()
        return self._nearest(text) or self._nearest_part(text)

    def _from_keys(self, text: str) -> tuple[str, ...]:
        meant = from_keys(text)
        if len(text) < 4 or not meant or not all(map(is_syllable, meant)):
            return ()
        if meant in self._counts:
            return (meant,)
        return self._nearest(meant) or ((meant,) if self._is_made_of_words(meant) else ())

    def _is_made_of_words(self, text: str) -> bool:
        """Whether words stand side by side in it, the last perhaps of one syllable: 무역안보과, not 뚜샤쇼 (entity)."""
        ends = {0}
        for end in range(2, len(text) + 1):
            if any(at in ends and self._is_word(text[at:end]) for at in range(max(0, end - 6), end - 1)):
                ends.add(end)
        return len(text) in ends or (len(text) > 2 and len(text) - 1 in ends)

    def _is_word(self, text: str) -> bool:
        return text in self._counts or self._knows(text)

    def _nearest(self, text: str) -> tuple[str, ...]:
        """Words one slip away: a letter wrong, missing, too much or exchanged with its neighbour."""
        if len(text) < 2:
            return ()
        typed = letters(text)
        found = []
        for word in self._alike(text):
            distance = DamerauLevenshtein.distance(typed, self._letters[word], score_cutoff=2)
            if distance <= (2 if len(text) >= 4 else 1):
                found.append((distance, -self._counts[word], word))
        found.sort()
        return tuple(word for distance, _, word in found[:LIMIT] if distance == found[0][0])

    def _nearest_part(self, text: str) -> tuple[str, ...]:
        """A compound of which one part is misspelt: 최저임굼 → 최저 + 임금."""
        for at in range(2, len(text) - 1):
            head, tail = text[:at], text[at:]
            if head in self._counts:
                mended = [head + word for word in self._one_slip(tail)]
            elif tail in self._counts:
                mended = [word + tail for word in self._one_slip(head)]
            else:
                continue
            if mended:
                return tuple(mended[:LIMIT])
        return ()

    def _one_slip(self, text: str) -> list[str]:
        typed = letters(text)
        near = [
            w for w in self._alike(text) if DamerauLevenshtein.distance(typed, self._letters[w], score_cutoff=1) == 1
        ]
        return sorted(near, key=lambda word: (-self._counts[word], word))

    def _alike(self, text: str) -> Iterator[str]:
        """Words of about this length that share a syllable at its place, or its neighbour's."""
        seen: set[str] = set()
        for length in (len(text) - 1, len(text), len(text) + 1):
            for at, char in enumerate(text):
                for place in (at - 1, at, at + 1):
                    for word in self._shelves.get((length, place, char), ()):
                        if word not in seen and not are_opposites(text, word):
                            seen.add(word)
                            yield word

    @cached_property
    def _counts(self) -> dict[str, int]:
        """Every word that may be meant: of the index where it is no rarity, and the given phrases."""
        words = {w: n for w, n in self._lexicon.words.items() if n >= MIN_COUNT and _is_korean(w)}
        return {**dict.fromkeys(filter(_is_korean, self._phrases), MIN_COUNT), **words}

    @cached_property
    def _letters(self) -> dict[str, str]:
        return {word: letters(word) for word in self._counts}

    @cached_property
    def _shelves(self) -> dict[tuple[int, int, str], list[str]]:
        shelves: defaultdict[tuple[int, int, str], list[str]] = defaultdict(list)
        for word in self._counts:
            for place, char in enumerate(word):
                shelves[len(word), place, char].append(word)
        return dict(shelves)


def are_opposites(one: str, other: str) -> bool:
    """Whether one word is the other under a prefix that turns it around: 비전략물자 is no slip of 전략물자."""
    long, short = (one, other) if len(one) > len(other) else (other, one)
    return long.endswith(short) and long[: -len(short)] in OPPOSING


def _is_korean(word: str) -> bool:
    return 2 <= len(word) <= MAX_LENGTH and all(map(is_syllable, word))
