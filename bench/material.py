"""What a made collection is drawn from: the paragraphs of stored posts with the morphemes and mentions they hold.

Knows the tables of the store and nothing of how paragraphs are put together again (``bench.generate``).
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.kept import Line, lay
from index.analysis.stream import Analysis

Offsets = NDArray[np.uint32]

POSTS = """
    select p.id, p.text, p.categories, p.extraction, a.fingerprint, a.morphemes, d.image, d.blocks, d.source_line,
           d.source_url, d.licence, d.furniture, i.fingerprint
    from posts p join analyses a on a.post_id = p.id join post_details d on d.post_id = p.id
    left join index_terms i on i.post_id = p.id order by p.id"""
MENTIONS = """
    select post_id, start, end, entity_id, surface, rule, confidence, name, agency, department, title, office_kind
    from mentions order by post_id, start"""


class Place(NamedTuple):
    """A mention within a paragraph: where, of what, and the rest of its row as it is stored."""

    start: int
    end: int
    entity: int
    rest: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of a post; every offset counts from its beginning. ``forms`` and ``tags`` are one a line."""

    kind: str
    level: int
    text: str
    count: int
    forms: str
    tags: str
    starts: Offsets
    ends: Offsets
    mentions: tuple[Place, ...]
    line: Line | None  # its index terms; of a whole post they are put together otherwise

    def laid(self) -> Paragraph:
        """The same with its index terms, if it holds any word."""
        return replace(self, line=lay(self.text, self.analysis())) if self.count else self

    def analysis(self) -> Analysis:
        forms, tags = (tuple(column.split("\n")) if self.count else () for column in (self.forms, self.tags))
        return Analysis(forms, tags, array("I", self.starts), array("I", self.ends))


@dataclass(frozen=True, slots=True)
class Frame:
    """What a made post takes over from a real one as it is."""

    categories: str
    extraction: str
    fingerprint: str
    terms: str | None  # fingerprint of the kept index terms, if there are any
    details: tuple[object, ...]  # image, source line, source address, licence, furniture
    length: int  # paragraphs below the lead


@dataclass(frozen=True, slots=True)
class Material:
    """``bodies[n]`` are the paragraphs below the lead of post n; fronts and backs are halves of titles."""

    frames: tuple[Frame, ...]
    fronts: tuple[Paragraph, ...]
    backs: tuple[Paragraph, ...]
    leads: tuple[Paragraph, ...]
    bodies: tuple[tuple[Paragraph, ...], ...]


def read_material(database: Path) -> Material:
    frames, fronts, backs, leads, bodies = [], [], [], [], []
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        for frame, title, lead, body in _posts(connection):
            front, back = _halves(title)
            frames.append(frame)
            fronts.append(front)
            backs.append(back)
            leads.append(lead.laid())
            bodies.append(tuple(paragraph.laid() for paragraph in body))
    return Material(tuple(frames), tuple(fronts), tuple(backs), tuple(leads), tuple(bodies))


def _posts(connection: sqlite3.Connection) -> Iterator[tuple[Frame, Paragraph, Paragraph, tuple[Paragraph, ...]]]:
    places: defaultdict[int, list[Place]] = defaultdict(list)
    for post, start, end, entity, *rest in connection.execute(MENTIONS):
        places[post].append(Place(start, end, entity, tuple(rest)))
    rows = connection.execute(POSTS)
    for number, text, categories, extraction, fingerprint, morphemes, image, blocks, *rest, kept in rows:
        words = _Words(text, Analysis.from_bytes(morphemes), places[number])
        title, lead, *body = (words.cut(*block) for block in _with_lead(json.loads(blocks)))
        frame = Frame(categories, extraction, fingerprint, kept, (image, *rest), len(body))
        yield frame, title, lead, tuple(body)


def _with_lead(blocks: list[list[Any]]) -> list[list[Any]]:
    """A post without a lead gets an empty one, so that all have the same shape."""
    if len(blocks) < 2 or blocks[1][0] != "lead":
        end = blocks[0][2]
        return [blocks[0], ["lead", end, end, 0], *blocks[1:]]
    return blocks


class _Words:
    """One post's text, morphemes and mentions, to be cut along its blocks."""

    def __init__(self, text: str, analysis: Analysis, places: list[Place]) -> None:
        self._text, self._places = text, places
        self._forms, self._tags = analysis.forms, analysis.tags
        self._starts = np.array(analysis.starts, dtype=np.uint32)
        self._ends = np.array(analysis.ends, dtype=np.uint32)

    def cut(self, kind: str, start: int, end: int, level: int) -> Paragraph:
        """Words that run over an end are left out; Kiwi reads line by line, so there are hardly any."""
        first, last = np.searchsorted(self._starts, (start, end))
        while last > first and self._ends[last - 1] > end:
            last -= 1
        at = bisect_left(self._places, (start,))
        inside = (place for place in self._places[at:] if place.start < end)
        return Paragraph(
            kind,
            level,
            self._text[start:end],
            int(last - first),
            "\n".join(self._forms[first:last]),
            "\n".join(self._tags[first:last]),
            self._starts[first:last] - np.uint32(start),
            self._ends[first:last] - np.uint32(start),
            tuple(Place(m.start - start, m.end - start, m.entity, m.rest) for m in inside if m.end <= end),
            None,
        )


def _halves(title: Paragraph) -> tuple[Paragraph, Paragraph]:
    """A title cut at the white space nearest to its middle; the second half may be empty."""
    text = title.text
    gaps = [at for at, char in enumerate(text) if char == " "]
    cut = min(gaps, key=lambda at: abs(2 * at - len(text)), default=len(text))
    words = _Words(text, title.analysis(), list(title.mentions))
    return words.cut("title", 0, cut, 0), words.cut("title", min(cut + 1, len(text)), len(text), 0)
