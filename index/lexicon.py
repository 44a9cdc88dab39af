"""What an index knows of language: which words it holds, and how usual character pairs are in its texts.

Read once for each state of the index; a few megabytes. Spelling and copies build on it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from index.analysis.normalize import fold
from index.engines.base import Reader

Codes: TypeAlias = npt.NDArray[np.uint64]
Floats: TypeAlias = npt.NDArray[np.float64]

SAMPLE = 1_000  # texts
DRIFT = 0.02  # so much an index may grow before its lexicon is read again


class Background:
    """How usual character pairs are in a collection, by a sample of its texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = max(len(texts), 1)
        every = [np.unique(word_pairs(text)) for text in texts]
        joined = np.concatenate(every) if every else np.zeros(0, np.uint64)
        self._codes, self._counts = np.unique(joined, return_counts=True)

    def shares(self, codes: Codes) -> Floats:
        """Of each pair the share of texts that hold it; of one that the sample has not that of half a text."""
        if not len(self._codes):
            return np.full(len(codes), 1.0)
        at = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        counts = np.where(self._codes[at] == codes, self._counts[at], 0.5)
        shares: Floats = counts / self._texts
        return shares


@cache
def _is_letter() -> npt.NDArray[np.bool_]:
    """``str.isalnum`` of every character there is: a megabyte, and an eighth of asking each."""
    return np.fromiter((chr(code).isalnum() for code in range(sys.maxunicode + 1)), np.bool_, sys.maxunicode + 1)


def word_pairs(text: str) -> Codes:
    """The character pairs within the words of a text, as numbers, in reading order."""
    folded = fold(text).lower()
    chars = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32)
    letters = _is_letter()[chars]
    both = letters[:-1] & letters[1:]
    pairs: Codes = (chars[:-1][both].astype(np.uint64) << np.uint64(32)) | chars[1:][both]
    return pairs


class Lexicon:
    """The vocabulary of one state of an index. Safe to share by threads."""

    def __init__(self, reader: Reader) -> None:
        self.build = reader.build
        self.documents = reader.documents
        self.words: dict[str, int] = dict(reader.terms("body"))
        self._lock = threading.Lock()
        self._background: Background | None = None

    def background(self, reader: Reader, load: Callable[[Sequence[str]], Iterable[str]]) -> Background:
        """The background, read on first use: every so many-th document in the order of ids."""
        with self._lock:
            if self._background is None:
                ids = sorted(reader.ids())
                self._background = Background(list(load(ids[:: len(ids) // SAMPLE + 1])))
            return self._background

    @cached_property
    def frequent(self) -> tuple[str, ...]:
        """The words in falling frequency, ties in their order."""
        return tuple(sorted(self.words, key=lambda word: (-self.words[word], word)))


class LexiconCache:
    """The lexicon of the newest reader. A few changed documents do not make it anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: Lexicon | None = None

    def get(self, reader: Reader) -> Lexicon:
        with self._lock:
            held = self._held
            if held is None or held.build != reader.build or _drifted(held.documents, reader.documents):
                self._held = held = Lexicon(reader)
            return held


def _drifted(before: int, now: int) -> bool:
    return abs(now - before) > max(before, 50) * DRIFT
