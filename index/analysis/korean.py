"""Kiwi behind one class: text in, columns of morphemes out. The only importer of kiwipiepy.

Kiwi is nearly the whole cost of ingestion, so nothing here touches a token more than once.
It reads the folded text (full-width, hanja abbreviations …), whose places are those of the text.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import attrgetter
from typing import Any

from kiwipiepy import Kiwi

from index.analysis import hugepages, normalize
from index.analysis.dictionary import UserWord
from index.analysis.fingerprint import analysis_fingerprint, merged_words
from index.analysis.stream import Analysis

_ENDLESS = re.compile(r"\S{500}")  # Kiwi is quadratic on digits and letters without a gap

# What is asked of Kiwi is less than its default (decision 0621): no list of names of several words, of which a search
# for one word finds nothing, no endings of chat, and a narrower beam. Two morphemes in a thousand are read otherwise.
CUTOFF = 5.0

MANY = 100  # texts at once, from which on it pays to move Kiwi's tables to huge pages: it costs what they take


class KoreanAnalyzer:
    """Kiwi with the domain's words and the caller's. Costs 1.1 s and 320 MB once; safe to share by threads.

    ``words`` are added to those of data/dictionary; ``workers`` are Kiwi's threads in ``analyse_many``.
    """

    def __init__(self, words: Iterable[UserWord] = (), workers: int = 1) -> None:
        self._words = merged_words(words)
        self.fingerprint = analysis_fingerprint(self._words)
        self._kiwi = Kiwi(num_workers=workers, load_multi_dict=False)
        self._kiwi.global_config.cutoff_threshold = CUTOFF
        self._analysed = 0
        self._remembered = lru_cache(maxsize=4096)(self._similar)  # a millisecond each
        for word in self._words:
            self._kiwi.add_user_word(word.form, word.tag, word.score)
        self._kiwi.tokenize("")  # builds its tables, the larger half of loading: here, where it is waited for

    def analyse(self, text: str) -> Analysis:
        """The morphemes of one text; offsets are characters of ``text`` as given."""
        return _columns(self._kiwi.tokenize(_readable(text), z_coda=False))

    def analyse_many(self, texts: Iterable[str]) -> Iterator[Analysis]:
        """Lazily and in order, on Kiwi's threads. At most 16 texts a worker are read ahead."""
        return map(_columns, self._kiwi.tokenize(map(_readable, self._counted(texts)), z_coda=False))

    def _counted(self, texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            self._analysed += 1
            if self._analysed == MANY:
                hugepages.collapse()
            yield text

    def knows(self, form: str) -> bool:
        """Whether Kiwi's dictionary holds the form as a noun; what it does not hold it guesses."""
        return any(self.similar(form, tag, limit=1) for tag in ("NNG", "NNP"))

    def similar(self, form: str, tag: str, limit: int = 20) -> tuple[tuple[str, str, float], ...]:
        """The nearest morphemes in Kiwi's own word vectors: form, tag, similarity. Empty for unknown ones."""
        return self._remembered(form, tag, limit)

    def _similar(self, form: str, tag: str, limit: int) -> tuple[tuple[str, str, float], ...]:
        try:
            found = self._kiwi.most_similar_morphemes((form, tag), top_n=limit)
        except ValueError:
            return ()
        return tuple((near.form, near.tag, near.score) for near in found)


def _readable(text: str) -> str:
    """What Kiwi is given: the folded text, with a gap in runs that no person wrote. Its places stay true."""
    return _ENDLESS.sub(lambda run: f"{run[0][:-1]} ", normalize.fold(text))


def _columns(tokens: list[Any]) -> Analysis:
    """Kiwi's tokens (its own C type, without stubs) as columns."""
    return Analysis(
        tuple(map(_FORM, tokens)),
        tuple(map(_TAG, tokens)),
        array("I", list(map(_START, tokens))),
        array("I", list(map(_END, tokens))),
    )


_FORM, _TAG, _START, _END = map(attrgetter, ("form", "tag", "start", "end"))  # a quarter less than four comprehensions
