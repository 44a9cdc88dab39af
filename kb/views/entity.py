"""Lists and pages of entities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from kb.views.common import Json, NamedLink, Segment, post_url, segments_html


@dataclass(frozen=True, slots=True)
class EntityCount:
    """An entity with the number of posts that name it, and the first and last of them."""

    link: NamedLink
    posts: int
    first: dt.date | None = None
    last: dt.date | None = None
    agency: str | None = None

    def to_json(self) -> Json:
        return {
            "kind": self.link.kind,
            "key": self.link.value,
            "label": self.link.label,
            "agency": self.agency,
            "posts": self.posts,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "url": self.link.url,
        }


@dataclass(frozen=True, slots=True)
class EntityList:
    kind: str
    q: str
    total: int
    page: int
    pages: int
    items: tuple[EntityCount, ...]

    def to_json(self) -> dict[str, Json]:
        return {
            "kind": self.kind,
            "q": self.q,
            "total": self.total,
            "page": self.page,
            "pages": self.pages,
            "entities": [item.to_json() for item in self.items],
        }


@dataclass(frozen=True, slots=True)
class LineageStep:
    """A name in an agency's history; ``posts`` may be 0, then there is no page of its own."""

    link: NamedLink
    valid_from: dt.date | None
    valid_to: dt.date | None
    relation: str  # Korean: "이름을 바꿈", "기능을 넘겨받음" …
    posts: int
    current: bool  # the step this page is about


@dataclass(frozen=True, slots=True)
class OfficeHeld:
    """An office of an official (or, on a body's page, who held it), with the posts that show it."""

    official: NamedLink
    title: str | None
    agency: str | None
    first: dt.date
    last: dt.date
    posts: int


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A number and its desk, with the first and last post that printed it."""

    contact: NamedLink
    number: str
    department: str | None
    agency: str | None
    first: dt.date
    last: dt.date
    posts: int
    post: str  # the last post that printed it
    others: tuple[str, ...] = ()  # further desks that posts print beside the number

    @property
    def dial(self) -> str:
        return self.number.replace("-", "")


@dataclass(frozen=True, slots=True)
class MentionView:
    """A sentence that names the entity, in a post."""

    post: str
    title: str
    date: dt.date
    sentence: tuple[Segment, ...]
    anchor: str
    rule: str
    confidence: float

    @property
    def url(self) -> str:
        return f"{post_url(self.post)}#{self.anchor}"

    def to_json(self) -> Json:
        return {
            "post": self.post,
            "title": self.title,
            "date": self.date.isoformat(),
            "sentence": segments_html(self.sentence),
            "rule": self.rule,
            "confidence": self.confidence,
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class KeyPost:
    """A post that is more about the entity than others; ``mentions`` counts how often it names it."""

    post: str
    title: str
    date: dt.date
    mentions: int

    @property
    def url(self) -> str:
        return post_url(self.post)


@dataclass(frozen=True, slots=True)
class EntityPage:
    link: NamedLink
    aliases: tuple[str, ...]
    agency: NamedLink | None  # of a department or official
    lineage: tuple[LineageStep, ...]
    posts: int
    first: dt.date | None
    last: dt.date | None
    by_month: tuple[tuple[str, int], ...]  # ("2024-07", 12), without gaps
    together: Mapping[str, tuple[EntityCount, ...]]  # by kind: who and what appears with it
    offices: tuple[OfficeHeld, ...]
    desks: tuple[DeskRow, ...]
    departments: tuple[EntityCount, ...]
    mentions: tuple[MentionView, ...]
    page: int
    pages: int
    key_posts: tuple[KeyPost, ...] = ()
    quotes: tuple[MentionView, ...] = ()  # what an official is quoted with

    def to_json(self) -> dict[str, Json]:
        return {
            "kind": self.link.kind,
            "key": self.link.value,
            "label": self.link.label,
            "aliases": list(self.aliases),
            "agency": self.agency.label if self.agency else None,
            "lineage": [
                {
                    "name": s.link.label,
                    "from": s.valid_from.isoformat() if s.valid_from else None,
                    "to": s.valid_to.isoformat() if s.valid_to else None,
                    "relation": s.relation,
                    "posts": s.posts,
                }
                for s in self.lineage
            ],
            "posts": self.posts,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "by_month": [{"month": month, "posts": count} for month, count in self.by_month],
            "together": {kind: [item.to_json() for item in items] for kind, items in self.together.items()},
            "offices": [
                {
                    "official": o.official.label,
                    "title": o.title,
                    "agency": o.agency,
                    "first": o.first.isoformat(),
                    "last": o.last.isoformat(),
                    "posts": o.posts,
                }
                for o in self.offices
            ],
            "contacts": [
                {
                    "number": d.number,
                    "department": d.department,
                    "agency": d.agency,
                    "first": d.first.isoformat(),
                    "last": d.last.isoformat(),
                    "posts": d.posts,
                    "shared_with": list(d.others),
                }
                for d in self.desks
            ],
            "departments": [item.to_json() for item in self.departments],
            "key_posts": [
                {"post": k.post, "title": k.title, "date": k.date.isoformat(), "mentions": k.mentions, "url": k.url}
                for k in self.key_posts
            ],
            "quotes": [m.to_json() for m in self.quotes],
            "mentions": [m.to_json() for m in self.mentions],
            "page": self.page,
            "pages": self.pages,
            "url": self.link.url,
        }
