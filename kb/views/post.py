"""The page of one post."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kb.days_told import Grain
from kb.model import BlockKind
from kb.views.common import CopyView, Json, NamedLink, post_url


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a block; with ``entity`` it is a mention. ``anchor`` is its id on the page (``m`` + offset).

    A piece without text is the place of a mention that is not marked, because another overlaps it.
    """

    text: str
    entity: NamedLink | None = None
    anchor: str | None = None
    rule: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class BlockView:
    """``cells`` holds one tuple of pieces, or several where a table row has several cells."""

    kind: BlockKind
    level: int
    cells: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class OfficialInPost:
    link: NamedLink
    name: str
    title: str | None
    agency: str | None
    office_kind: str | None


@dataclass(frozen=True, slots=True)
class ContactInPost:
    """``dial`` is the number for a telephone link."""

    link: NamedLink
    number: str
    agency: str | None
    department: str | None

    @property
    def dial(self) -> str:
        return self.number.replace("-", "")


@dataclass(frozen=True, slots=True)
class ForceInPost:
    """From when something is in force, with the sentence that says so; ``anchor`` is its place on the page.

    ``day`` is the first day of what was named (``grain``: a day, a month, a year), or None where the text counts
    from another act: then ``counted`` says how (공포 후 6개월).
    """

    day: dt.date | None
    grain: Grain | None
    counted: str | None
    sentence: str
    anchor: str

    def to_json(self) -> Json:
        return {
            "day": self.day.isoformat() if self.day else None,
            "grain": self.grain,
            "counted": self.counted,
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class PostPage:
    post: str
    source: str
    title: str
    heading: tuple[Piece, ...]  # the title with its mentions
    date: dt.date
    categories: tuple[str, ...]
    blocks: tuple[BlockView, ...]  # lead and body
    agencies: tuple[NamedLink, ...]
    departments: tuple[NamedLink, ...]
    officials: tuple[OfficialInPost, ...]
    countries: tuple[NamedLink, ...]
    contacts: tuple[ContactInPost, ...]
    topics: tuple[NamedLink, ...]
    further: tuple[NamedLink, ...]  # laws, regimes, HS codes, organisations
    force: tuple[ForceInPost, ...]
    source_line: str | None
    source_url: str | None
    licence: str | None
    recovered: tuple[str, ...]
    similar: tuple[CopyView, ...]
    copies: tuple[CopyView, ...]
    text: str

    @property
    def url(self) -> str:
        return post_url(self.post)

    def to_json(self) -> dict[str, Json]:
        return {
            "post": self.post,
            "source": self.source,
            "title": self.title,
            "date": self.date.isoformat(),
            "categories": list(self.categories),
            "text": self.text,
            "agencies": [a.label for a in self.agencies],
            "departments": [{"key": d.value, "label": d.label} for d in self.departments],
            "officials": [
                {"name": o.name, "title": o.title, "agency": o.agency, "kind": o.office_kind, "url": o.link.url}
                for o in self.officials
            ],
            "countries": [{"code": c.value, "label": c.label} for c in self.countries],
            "contacts": [{"number": c.number, "agency": c.agency, "department": c.department} for c in self.contacts],
            "topics": [t.value for t in self.topics],
            "further": [{"kind": f.kind, "key": f.value, "label": f.label} for f in self.further],
            "in_force": [f.to_json() for f in self.force],
            "source_line": self.source_line,
            "source_url": self.source_url,
            "licence": self.licence,
            "recovered": list(self.recovered),
            "similar": [c.post for c in self.similar],
            "copies": [c.post for c in self.copies],
            "url": self.url,
        }
