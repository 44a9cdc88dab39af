"""From kept morphemes to index terms, for documents and queries alike. Runs no analyzer, knows no engine.

Content morphemes become terms (``수출``, ``팔다``, ``motie``, ``10030``); particles and endings do not.
A prefix that turns a word into its opposite stays glued to it, in terms and in character pairs, so that
neither finds the other: ``비전략`` + ``물자``, never ``전략`` + ``물자``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from operator import add, itemgetter
from typing import NamedTuple

from index.analysis.fingerprint import fingerprint
from index.analysis.normalize import fold, key
from index.analysis.stream import Analysis
from index.document import IndexDoc
from index.laid import LaidTerms, lay_out

VERSION = 1

NOUNS = frozenset("NNG NNP NNB NR XR SL SN SH XPN XSN MM UN W_HASHTAG".split())
VERBS = frozenset({"VV", "VA"})
KEPT = NOUNS | VERBS | {"MAG"}
SERIAL = "W_SERIAL"  # 044-203-4832: its parts are terms, and the whole without hyphens

# Morphemes of the kept classes that carry no content of their own.
EMPTY_NOUNS = frozenset("것 거 게 수 등 바 데 줄 뿐 때문 채 지 듯 터 건 걸 들 님 씨 제".split())
EMPTY_VERBS = frozenset("하 되 있 없 같 대하 위하 통하 따르 관하 의하 이르 이렇 그렇 어떻".split())

OPPOSING = frozenset("비 반 무 재 미 불 탈 역 친 범".split())
"""Prefixes after which a noun means something else."""
_ALWAYS_OPPOSING = frozenset("비 반 무 재 불 탈".split())  # … even where Kiwi calls them nouns
_MISREAD = frozenset({"NNG", "NNP", "MM", "NR"})
_OPPOSABLE = frozenset({"NNG", "NNP", "XR", "SL", "NR"})
_MARK = "¬"
_NOT_DIGITS = re.compile(r"\D+")


class Piece(NamedTuple):
    """A content morpheme with its term, its place in the text and what it is."""

    term: str
    tag: str
    start: int
    end: int
    prefix: str  # the opposing prefix that is glued to it, or ""
    position: int  # for phrases: pieces of one sentence follow each other
    turned: bool = False  # it is the rest of a word that a prefix turned around: the 물자 of 비전략물자


@lru_cache(maxsize=1 << 16)
def term_of(form: str, tag: str) -> str:
    """The index term of a morpheme, or "" when it has none."""
    base = tag.partition("-")[0]
    if base not in KEPT:
        return ""
    if base in VERBS:
        return "" if form in EMPTY_VERBS else "".join(key(form).split()) + "다"
    if form in EMPTY_NOUNS:
        return ""
    return "".join(key(form).replace(",", "").split())


def pieces(analysis: Analysis, text: str, wanted: Container[str] | None = None) -> Iterator[Piece]:
    """The content morphemes of a text in reading order, with opposing prefixes glued to what they oppose.

    With ``wanted`` only those terms are told; places and positions stay the same.
    """
    forms, tags, ends = analysis.forms, analysis.tags, analysis.ends
    columns = zip(map(term_of, forms, tags), forms, tags, analysis.starts, ends, strict=True)
    position, line_end = 0, _line_end(text, 0)
    following = 0  # where to go on after a word that was turned around
    rest = -1  # where the text goes on after it
    for at, (term, form, tag, start, end) in enumerate(columns):
        if at < following:
            continue
        if start > line_end:  # a line is a sentence of its own
            position, line_end = position + 1, _line_end(text, start)
        noun = _opposed(analysis, at) if form in OPPOSING else 0
        if noun:
            following, rest = noun + 1, ends[noun]
            term = form + term_of(forms[noun], tags[noun])
            if wanted is None or term in wanted:
                yield Piece(term, tags[noun], start, rest, form, position)
            position += 1
        elif term:
            if start == rest:
                rest = end
            if wanted is None or term in wanted:
                yield _NEW(Piece, (term, tag, start, end, "", position, end == rest))
            position += 1
        elif tag == SERIAL:
            yield from _serial(form, start, end, position)
            position += len(_digits(form))
        elif tag == "SF":
            position += 1


_NEW = tuple.__new__  # half the cost of ``Piece(…)``, of which a post needs some four hundred


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def _digits(form: str) -> list[str]:
    return [part for part in _NOT_DIGITS.split(form) if part]


def _serial(form: str, start: int, end: int, position: int) -> Iterator[Piece]:
    parts = _digits(form)
    yield Piece("".join(parts), SERIAL, start, end, "", position)
    for offset, part in enumerate(parts):
        yield Piece(part, SERIAL, start, end, "", position + offset)


def _opposed(analysis: Analysis, at: int) -> int:
    """Where the noun stands that the prefix at ``at`` opposes; 0 when it opposes none."""
    forms, tags, starts, ends = analysis.forms, analysis.tags, analysis.starts, analysis.ends
    noun = at + 1
    if forms[noun : noun + 3] == ("(", forms[at], ")"):  # 비(非)전략물자
        noun += 3
    if noun >= len(forms) or tags[noun] not in _OPPOSABLE or not term_of(forms[noun], tags[noun]):
        return 0
    gap = starts[noun] - ends[noun - 1]
    if tags[at] == "XPN":
        return noun if gap <= 1 else 0
    sure = forms[at] in _ALWAYS_OPPOSING and tags[at] in _MISREAD
    # Kiwi reads an unknown compound as two nouns; only at the head of a word is the first a prefix.
    alone = at == 0 or ends[at - 1] < starts[at] or tags[at - 1] not in NOUNS
    return noun if sure and gap == 0 and alone else 0


def grams(found: Iterable[Piece], text: str) -> list[str]:
    """Character pairs of nouns that stand together, over single spaces too: 불법수출 = 불법 수출.

    Pairs of a word with an opposing prefix are marked with it, and never run into other words.
    """
    pairs: list[str] = []
    for mark, chars in _runs(found, _same_length_lower(text)):
        some = map(add, chars, chars[1:])
        pairs += [f"{mark}{_MARK}{pair}" for pair in some] if mark else some
    return pairs


def _runs(found: Iterable[Piece], text: str) -> Iterator[tuple[str, str]]:
    """Nouns that stand together, as written without white space, each with its opposing prefix or ""."""
    mark = head = ""  # what is opposed stands as it is in its term, the rest of a run as in the text
    start = end = -9
    for term, tag, first, after, prefix, _, _ in found:
        if tag not in NOUNS:
            continue
        gap = first - end
        if not prefix and (gap == 0 or (gap == 1 and not mark and text[end] == " ")):
            end = after
            continue
        if end > 0:
            yield mark, head + "".join(text[start:end].split())
        mark, head, end = prefix, term[len(prefix) :] if prefix else "", after
        start = after if prefix else first
    if end > 0:
        yield mark, head + "".join(text[start:end].split())


def _same_length_lower(text: str) -> str:
    folded = fold(text)
    lowered = folded.lower()
    if len(lowered) == len(folded):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in folded)


@lru_cache
def terms_fingerprint(analysis: str) -> str:
    """Which terms come of an analysis of that fingerprint."""
    return fingerprint((analysis, f"terms {VERSION}"))


def document_terms(doc: IndexDoc) -> LaidTerms:
    """Text field → term → positions. ``gram`` has no order; its positions only count."""
    return doc.terms or laid_terms(doc.analysis, doc.text, doc.title_end)


def laid_terms(analysis: Analysis, text: str, title_end: int) -> LaidTerms:
    """The terms of an analysed text. Only ``VERSION`` and these three decide what they are, so they can be kept."""
    found = list(pieces(analysis, text))
    titled = bisect_left(found, title_end, key=_START)
    return lay_out([(piece[0], piece[5]) for piece in found], titled, " ".join(grams(found, text)))


_START = itemgetter(2)
