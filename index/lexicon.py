"""What an index knows of language: which words and character pairs it holds, and how rare they are.

Read from a reader once for each state of the index; a few megabytes. Spelling and copies build on it.
"""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from index.engines.base import Reader

Codes: TypeAlias = npt.NDArray[np.uint64]
Floats: TypeAlias = npt.NDArray[np.float64]

DRIFT = 0.02  # so much an index may grow before its lexicon is read again


def codes_of(text: str) -> Codes:
    """The character pairs of a text as numbers, one a place."""
    chars = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    pairs: Codes = (chars[:-1] << np.uint64(32)) | chars[1:]
    return pairs


class Lexicon:
    """The vocabulary of one state of an index. Never changes; safe to share by threads."""

    def __init__(self, reader: Reader) -> None:
        self.build = reader.build
        self.documents = reader.documents
        self.words: dict[str, int] = dict(reader.terms("body"))
        found = sorted((int(codes_of(pair)[0]), count) for pair, count in reader.terms("gram") if len(pair) == 2)
        self._codes: Codes = np.array([code for code, _ in found], np.uint64)
        self._counts: Floats = np.array([count for _, count in found], np.float64)

    def shares(self, codes: Codes) -> Floats:
        """Of each character pair the share of documents that hold it; of an unknown one that of a single document."""
        if not len(self._codes):
            return np.full(len(codes), 1.0)
        at = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        counts = np.where(self._codes[at] == codes, self._counts[at], 1.0)
        shares: Floats = np.maximum(counts, 1.0) / max(self.documents, 1)
        return np.minimum(shares, 1.0)

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
