"""Collections of any size from real posts: paragraphs drawn anew, as the terms an engine would get.

The morphemes are those the database keeps, so no analyzer runs. The same seed makes the same collection;
a document is made from its number alone, so none has to be kept.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from index.analysis.stream import Analysis
from index.analysis.terms import Piece, grams, pieces
from index.document import IndexDoc
from index.engines.base import Terms

SENTENCE_GAP = 2  # between the terms of two paragraphs


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The terms of one line of a post, with their places in it, and its character pairs."""

    terms: tuple[str, ...]
    places: tuple[int, ...]
    grams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What is drawn from: titles, paragraphs, and what else makes a post."""

    titles: tuple[Paragraph, ...]
    paragraphs: tuple[Paragraph, ...]
    lengths: tuple[int, ...]  # paragraphs a post
    dates: tuple[dt.date, ...]
    filters: tuple[Mapping[str, tuple[str, ...]], ...]


def read_source(docs: Iterator[IndexDoc]) -> Source:
    titles, paragraphs, lengths, dates, filters = [], [], [], [], []
    for doc in docs:
        first, *rest = _paragraphs(doc)
        titles.append(first)
        paragraphs += rest
        lengths.append(len(rest))
        dates.append(doc.date)
        filters.append(doc.filters)
    return Source(tuple(titles), tuple(paragraphs), tuple(lengths), tuple(dates), tuple(filters))


def _paragraphs(doc: IndexDoc) -> list[Paragraph]:
    """The title, then every line that holds terms."""
    found = list(pieces(doc.analysis, doc.text))
    lines: defaultdict[int, list[Piece]] = defaultdict(list)
    for piece in found:
        if piece.start >= doc.title_end:
            lines[doc.text.count("\n", doc.title_end, piece.start)].append(piece)
    title = [piece for piece in found if piece.start < doc.title_end]
    return [_paragraph(line, doc.text) for line in (title, *lines.values())]


def _paragraph(line: list[Piece], text: str) -> Paragraph:
    start = line[0].position if line else 0
    return Paragraph(
        tuple(piece.term for piece in line),
        tuple(piece.position - start for piece in line),
        tuple(grams(line, text)),
    )


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents by number. ``terms_of`` is for the engine, which asks for the terms of the document it is given."""

    source: Source
    size: int
    seed: int = 1

    def docs(self) -> Iterator[IndexDoc]:
        for number in range(self.size):
            yield self.doc(number)

    def doc(self, number: int) -> IndexDoc:
        dice = random.Random(self.seed * 1_000_003 + number)
        date = dice.choice(self.source.dates)
        filters = {**dice.choice(self.source.filters), "month": (f"{date:%Y-%m}",)}
        return IndexDoc(f"made/{number:07}", f"{number:064x}", date, "", 0, 0, Analysis.of([]), filters)

    def terms_of(self, doc: IndexDoc) -> Terms:
        return self.terms(int(doc.id.partition("/")[2]))

    def terms(self, number: int) -> Terms:
        dice = random.Random(self.seed * 1_000_003 + number + 500_009)
        title = dice.choice(self.source.titles)
        chosen = [title, *dice.choices(self.source.paragraphs, k=dice.choice(self.source.lengths))]
        body: defaultdict[str, list[int]] = defaultdict(list)
        pairs: defaultdict[str, list[int]] = defaultdict(list)
        start = 0
        for paragraph in chosen:
            for term, place in zip(paragraph.terms, paragraph.places, strict=True):
                body[term].append(start + place)
            for gram in paragraph.grams:
                pairs[gram].append(len(pairs))  # their places are only counted
            start += (paragraph.places[-1] if paragraph.places else 0) + SENTENCE_GAP
        titled: defaultdict[str, list[int]] = defaultdict(list)
        for term, place in zip(title.terms, title.places, strict=True):
            titled[term].append(place)
        fields = {"title": titled, "body": body, "gram": pairs}
        return {name: {term: tuple(places) for term, places in terms.items()} for name, terms in fields.items()}

    def of(self, size: int) -> Collection:
        return replace(self, size=size)
