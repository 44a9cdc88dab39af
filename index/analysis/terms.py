"""From kept morphemes to index terms, for documents and queries alike. Runs no analyzer, knows no engine.

Content morphemes become terms (``수출``, ``팔다``, ``motie``, ``10030``); particles and endings do not.
A prefix that turns a word into its opposite stays glued to it, in terms and in character pairs, so that
neither finds the other: ``비전략`` + ``물자``, never ``전략`` + ``물자``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from index.analysis.normalize import fold, key
from index.analysis.stream import Analysis
from index.document import IndexDoc

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
        return "" if form in EMPTY_VERBS else key(form) + "다"
    if form in EMPTY_NOUNS:
        return ""
    return "".join(key(form).replace(",", "").split())


def pieces(analysis: Analysis, text: str, wanted: Container[str] | None = None) -> Iterator[Piece]:
    """The content morphemes of a text in reading order, with opposing prefixes glued to what they oppose.

    With ``wanted`` only those terms are told; places and positions stay the same.
    """
    forms, tags, starts, ends = analysis.forms, analysis.tags, analysis.starts, analysis.ends
    count, at, position, line_end = len(forms), 0, 0, text.find("\n")
    rest = -1  # where a word that was turned around goes on
    while at < count:
        form, tag, start = forms[at], tags[at], starts[at]
        if 0 <= line_end < start:  # a line is a sentence of its own
            position, line_end = position + 1, text.find("\n", start)
        prefix = ""
        if form in OPPOSING:
            noun = _opposed(analysis, at)
            if noun:
                prefix, at = form, noun
        term = term_of(forms[at], tags[at])
        if tag == SERIAL:
            yield from _serial(form, start, ends[at], position)
            position += len(_digits(form))
        elif term:
            if prefix or start == rest:
                rest = ends[at]
            if wanted is None or prefix + term in wanted:
                yield Piece(prefix + term, tags[at], start, ends[at], prefix, position, not prefix and ends[at] == rest)
            position += 1
        elif tag == "SF":
            position += 1
        at += 1


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


class _Run(NamedTuple):
    """Nouns that stand together, as written without white space. ``mark`` holds an opposing prefix."""

    mark: str
    chars: str


def grams(found: Iterable[Piece], text: str) -> Iterator[str]:
    """Character pairs of nouns that stand together, over single spaces too: 불법수출 = 불법 수출.

    Pairs of a word with an opposing prefix are marked with it, and never run into other words.
    """
    for run in _runs(found, _same_length_lower(text)):
        mark = run.mark and f"{run.mark}{_MARK}"
        for one, other in pairwise(run.chars):
            yield mark + one + other


def _runs(found: Iterable[Piece], text: str) -> Iterator[_Run]:
    mark, chars, last = "", "", -9
    for piece in found:
        if piece.tag not in NOUNS:
            continue
        gap = piece.start - last
        joined = gap == 0 or (gap == 1 and text[last] == " " and not mark and not piece.prefix)
        if not joined or (piece.prefix and chars):
            if chars:
                yield _Run(mark, chars)
            mark, chars = piece.prefix, ""
        # The prefix is in the mark; what it opposes begins after it.
        chars += _content(text, piece)
        last = piece.end
    if chars:
        yield _Run(mark, chars)


def _content(text: str, piece: Piece) -> str:
    if piece.prefix:
        return piece.term[len(piece.prefix) :]
    return "".join(text[piece.start : piece.end].split())  # a morpheme may run over a space


def _same_length_lower(text: str) -> str:
    folded = fold(text)
    lowered = folded.lower()
    if len(lowered) == len(folded):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in folded)


def document_terms(doc: IndexDoc) -> Mapping[str, Mapping[str, tuple[int, ...]]]:
    """Text field → term → positions. ``gram`` has no order; its positions only count."""
    title: defaultdict[str, list[int]] = defaultdict(list)
    body: defaultdict[str, list[int]] = defaultdict(list)
    found = list(pieces(doc.analysis, doc.text))
    for piece in found:
        body[piece.term].append(piece.position)
        if piece.start < doc.title_end:
            title[piece.term].append(piece.position)
    pairs: defaultdict[str, list[int]] = defaultdict(list)
    for place, gram in enumerate(grams(found, doc.text)):
        pairs[gram].append(place)
    fields = {"title": title, "body": body, "gram": pairs}
    return {name: {term: tuple(at) for term, at in terms.items()} for name, terms in fields.items()}
