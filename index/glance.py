"""The morphemes of a text that decide where given terms stand: a tenth of all for the 120 given queries (0610).

``pieces(glance(analysis, wanted), text, wanted)`` tells what ``pieces(analysis, text, wanted)`` does, but for the
numbers of positions: what followed each other still does, and what did not still does not.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterator
from itertools import compress

from index.analysis.normalize import key
from index.analysis.stream import Analysis
from index.analysis.terms import OPPOSING, SERIAL, term_of

KNOWN = 1 << 15  # forms whose keys are remembered: a few megabytes
BEFORE = OPPOSING | {")"}  # what may turn the next word around: 비 전략물자, 비(非) 전략물자
_SYLLABLES = re.compile("[가-힣]+")  # their key is what they are, told in a fifth of the time


class _Keys(dict[str, str]):
    """The key of each form, without what terms leave out; a noun's is its term."""

    def __missing__(self, form: str) -> str:
        found = form if _SYLLABLES.fullmatch(form) else "".join(key(form).replace(",", "").split())
        found = form if found == form else found
        if len(self) < KNOWN:
            self[form] = found
        return found


_keys = _Keys()


def glance(analysis: Analysis, wanted: Collection[str]) -> Analysis:
    """``wanted`` are terms. Words are kept whole, with the word before where that may turn them around."""
    kept = _kept(analysis, _hot(analysis, _forms(wanted)))
    forms, tags, starts, ends = analysis.forms, analysis.tags, analysis.starts, analysis.ends
    return Analysis(
        tuple([forms[at] for at in kept]),
        tuple([tags[at] for at in kept]),
        array("I", [starts[at] for at in kept]),
        array("I", [ends[at] for at in kept]),
    )


def _forms(wanted: Collection[str]) -> frozenset[str]:
    """Keys of which no form may be passed over: of nouns, of verbs, of prefixes that are glued to terms."""
    verbs = {term[:-1].replace(",", "") for term in wanted if term.endswith("다")}
    return frozenset({*wanted, *verbs, *(term[0] for term in wanted if term and term[0] in OPPOSING)})


def _hot(analysis: Analysis, keys: frozenset[str]) -> list[int]:
    forms = analysis.forms
    hot = list(compress(range(len(forms)), map(keys.__contains__, map(_keys.__getitem__, forms))))
    if SERIAL in analysis.tags:
        hot = sorted({*hot, *(at for at, tag in enumerate(analysis.tags) if tag == SERIAL)})
    return hot


def _kept(analysis: Analysis, hot: list[int]) -> list[int]:
    """The words of what is hot, and between two of them one morpheme that keeps them apart, if there is any."""
    kept: list[int] = []
    end = 0  # of what has been looked at
    for at in hot:
        if at < end:
            further = _last(analysis, at)  # of prefixes side by side the last one may turn what comes behind
            kept += range(end, further)
            end = max(end, further)
            continue
        first = _first(analysis, at, end)
        if end:
            kept += _between(analysis, end, first)
        end = _last(analysis, at)
        kept += range(first, end)
    return kept


def _first(analysis: Analysis, at: int, end: int) -> int:
    """Where the word begins that what is hot stands in, or the word that may turn it around."""
    forms, starts, ends = analysis.forms, analysis.starts, analysis.ends
    while at > end and (starts[at] <= ends[at - 1] or forms[at - 1] in BEFORE):
        at -= 1
    return at


def _last(analysis: Analysis, at: int) -> int:
    """Where to go on behind it: a prefix is told with what it opposes."""
    forms = analysis.forms
    after = at + 1
    if forms[at] in OPPOSING:
        after += 4 if forms[after : after + 1] == ("(",) else 1
    return min(after, len(forms))


def _between(analysis: Analysis, begin: int, end: int) -> Iterator[int]:
    forms, tags = analysis.forms, analysis.tags
    for at in range(begin, end):
        if tags[at] == "SF" or term_of(forms[at], tags[at]):
            yield at
            return
