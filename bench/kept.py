"""The kept index terms of a made post, put together from those of its paragraphs.

Each paragraph's terms are laid out once, by the project's own rules. A line is a sentence of its own for those rules,
so the terms of a post are those of its lines behind each other, with the gaps between them (a test holds this
against ``laid_terms`` of the whole).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from index.analysis.stream import Analysis
from index.analysis.terms import grams, pieces
from index.laid import FILLER, LaidField, LaidTerms, lay_out

NEXT_LINE = ("가", "VV")  # a word on a following line shows where that line's places begin


@dataclass(frozen=True, slots=True)
class Line:
    """``places`` are taken by its terms, ``following`` is the place at which a next line begins."""

    body: LaidField
    places: int
    following: int
    grams: str


def lay(text: str, analysis: Analysis) -> Line:
    form, tag = NEXT_LINE
    after = len(text) + 1
    longer = Analysis(
        (*analysis.forms, form),
        (*analysis.tags, tag),
        array("I", (*analysis.starts, after)),
        array("I", (*analysis.ends, after + len(form))),
    )
    *found, last = pieces(longer, f"{text}\n{form}")
    pairs = " ".join(grams(found, text))
    body = lay_out([(piece.term, piece.position) for piece in found], 0, pairs).laid("body")
    places = body.text.count(" ") + 1 if body.text else 0
    return Line(body, places, last.position, pairs)


def together(title: Line, lines: Iterable[Line]) -> bytes:
    """The terms of a post as they are kept. Lines without a morpheme are left out by who calls."""
    rows, more, pairs, start, placed = [], [], [], 0, 0
    for line in (title, *lines):
        if line.places:
            rows += [FILLER] * (start - placed)
            rows.append(line.body.text)
            placed = start + line.places
        more += [(place + start, term) for place, term in line.body.more]
        pairs.append(line.grams)
        start += line.following
    body = LaidField(" ".join(rows), tuple(more))
    return LaidTerms(body, title.places, " ".join(filter(None, pairs))).to_bytes()
