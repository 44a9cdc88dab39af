"""Which analysis made a token or a build. Two equal fingerprints promise equal results."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version

from index.analysis import normalize
from index.analysis.dictionary import UserWord, lines_of, load_words

ANALYSIS_VERSION = 2
"""Number of the rules of ``index.analysis.korean``: a change of what it makes of a text needs a new one."""


def fingerprint(parts: Iterable[str]) -> str:
    """Twelve hexadecimal digits over the parts, in their order."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        digest.update(len(raw).to_bytes(4, "big") + raw)
    return digest.hexdigest()[:12]


def merged_words(words: Iterable[UserWord] = ()) -> tuple[UserWord, ...]:
    """The caller's words and those of data/dictionary, by form: the order they were collected in changes nothing."""
    merged = {word.form: word for word in (*words, *load_words())}
    return tuple(merged[form] for form in sorted(merged))


def analysis_fingerprint(words: Iterable[UserWord] = ()) -> str:
    """What a ``KoreanAnalyzer`` with these words would bear, without loading Kiwi."""
    kiwi = (f"kiwipiepy {version('kiwipiepy')}", f"model {version('kiwipiepy_model')}")
    rules = (f"korean {ANALYSIS_VERSION}", f"normalize {normalize.VERSION}")
    return fingerprint((*kiwi, *rules, *lines_of(merged_words(words))))
