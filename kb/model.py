"""The values that travel between reading, extraction, store and pages. Knows nobody.

The *text* of a post is one string: title, lead (the excerpt) and body, in this order, each closed
by a line break. It is NFC, and every offset anywhere in this project counts its characters.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["title", "lead", "heading", "paragraph", "item", "row", "quote", "preformatted"]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text: ``text[start:end]``, without its line break. Cells of a ``row`` are parted by tabs."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0  # of a heading (1-6) or of a nested list item (0, 1 …)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a post says of its own origin. It is shown, and neither indexed nor read for entities."""

    source_line: str | None = None  # "자료 출처: 정책브리핑"
    source_url: str | None = None
    licence: str | None = None  # the licence note as printed
    furniture: tuple[str, ...] = ()  # everything else that was set apart: alt texts, blog links …


@dataclass(frozen=True, slots=True)
class Post:
    """One post as read. ``source/name`` is its identity and address."""

    source: str
    name: str  # file name without its suffix
    path: str  # relative to the source's root, with "/"
    title: str
    lead: str
    date: dt.date  # Korean date
    categories: tuple[str, ...]
    image: str | None
    text: str
    title_end: int  # text[:title_end] is the title with its line break
    lead_end: int  # text[title_end:lead_end] is the lead with its line break, or empty
    blocks: tuple[Block, ...]
    provenance: Provenance
    content_hash: str  # of the file's bytes
    recovered: tuple[str, ...] = ()  # what had to be mended to read it, in Korean, one a repair

    @property
    def id(self) -> str:
        return f"{self.source}/{self.name}"


EntityKind = Literal[
    "agency", "department", "official", "country", "contact", "topic", "law", "regime", "hscode", "organisation"
]
OfficialKind = Literal["central", "public", "assembly", "foreign"]


@dataclass(frozen=True, slots=True)
class EntityRef:
    """Which entity a mention names, as it was on the post's date.

    ========== ====================== =====================================================
    kind       name                   further
    ========== ====================== =====================================================
    agency     official name          —
    department name, no white space   agency: official name, or the body as written, or None
    official   name as written        title, agency (official or as written), office_kind
    country    ISO 3166-1 alpha-2     —
    contact    number with hyphens    agency, department: its owner
    topic      id of the guidelines   —
    law …      canonical name         —
    ========== ====================== =====================================================
    """

    kind: EntityKind
    name: str
    agency: str | None = None
    department: str | None = None
    title: str | None = None
    office_kind: OfficialKind | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """One place in a post's text that names an entity: ``text[start:end] == surface``."""

    entity: EntityRef
    start: int
    end: int
    surface: str
    rule: str  # name of the rule that found it
    confidence: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything found in one post, in reading order."""

    mentions: tuple[Mention, ...] = field(default=())

    def refs(self, kind: EntityKind) -> tuple[EntityRef, ...]:
        """The distinct entities of a kind, in order of first mention."""
        return tuple(dict.fromkeys(m.entity for m in self.mentions if m.entity.kind == kind))
