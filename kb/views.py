"""What pages, JSON and the command line show: one view model for all three.

Plain values without behaviour beyond ``to_json``. Text is never HTML: marked stretches come as pieces,
and whoever renders them escapes them.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import quote

from kb.model import BlockKind

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


def post_url(post: str) -> str:
    return "/posts/" + quote(post)


def entity_url(kind: str, key: str) -> str:
    return f"/entities/{kind}/{quote(key, safe='')}"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text; ``marked`` where it answers the query."""

    text: str
    marked: bool = False


def segments_html(segments: tuple[Segment, ...]) -> str:
    """Escaped, with ``<mark>`` around what matched: the form of the API's ``snippet``."""
    return "".join(f"<mark>{html.escape(s.text)}</mark>" if s.marked else html.escape(s.text) for s in segments)


# --- search -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SearchParams:
    """What a user asked: the text, the filters by field name, and which page of the answer.

    Values are as typed (any alias of an entity); the service resolves them. ``page`` starts at 1.
    """

    q: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    sort: Literal["relevance", "date"] = "relevance"
    page: int = 1
    per_page: int = 10
    recency: bool = True
    snippets: bool = True  # without: titles bare and no passages, for lists that show none


@dataclass(frozen=True, slots=True)
class NamedLink:
    """An entity as a link: ``value`` is its key, ``label`` what is shown."""

    kind: str
    value: str
    label: str

    @property
    def url(self) -> str:
        return entity_url(self.kind, self.value)


@dataclass(frozen=True, slots=True)
class CopyView:
    """Another post that tells the same announcement."""

    post: str
    title: str
    date: dt.date

    @property
    def url(self) -> str:
        return post_url(self.post)


@dataclass(frozen=True, slots=True)
class HitView:
    post: str
    title: tuple[Segment, ...]
    date: dt.date
    score: float
    snippet: tuple[Segment, ...]
    agencies: tuple[NamedLink, ...]
    topics: tuple[NamedLink, ...]
    copies: tuple[CopyView, ...]
    categories: tuple[str, ...]
    source: str

    @property
    def url(self) -> str:
        return post_url(self.post)

    @property
    def plain_title(self) -> str:
        return "".join(s.text for s in self.title)

    def to_json(self) -> Json:
        return {
            "post": self.post,
            "title": self.plain_title,
            "date": self.date.isoformat(),
            "score": round(self.score, 4),
            "snippet": segments_html(self.snippet),
            "agencies": [a.label for a in self.agencies],
            "topics": [t.value for t in self.topics],
            "copies": [c.post for c in self.copies],
            "categories": list(self.categories),
            "source": self.source,
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a filter with the posts that carry it; ``selected``: 1 chosen, -1 excluded, 0 neither."""

    value: str
    label: str
    count: int
    selected: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """ "Did you mean": the query as it would be typed, and how many posts it finds."""

    q: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of an answer. ``notes`` say in Korean how the query was read where that may surprise."""

    params: SearchParams
    total: int
    hits: tuple[HitView, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    suggestion: Suggestion | None
    notes: tuple[str, ...]
    related: tuple[str, ...]
    pages: int
    seconds: float

    def to_json(self) -> dict[str, Json]:
        return {
            "total": self.total,
            "page": self.params.page,
            "pages": self.pages,
            "per_page": self.params.per_page,
            "hits": [hit.to_json() for hit in self.hits],
            "facets": {
                name: [{"value": f.value, "label": f.label, "count": f.count} for f in values]
                for name, values in self.facets.items()
            },
            "suggestion": self.suggestion.q if self.suggestion else None,
            "notes": list(self.notes),
            "related": list(self.related),
        }


@dataclass(frozen=True, slots=True)
class SuggestItem:
    """A completion while typing: ``kind`` of an entity, or "phrase"; ``via`` is the alias that matched, if another."""

    text: str
    kind: str
    url: str
    via: str | None = None

    def to_json(self) -> Json:
        return {"text": self.text, "kind": self.kind, "url": self.url, "via": self.via}


@dataclass(frozen=True, slots=True)
class ExplainWord:
    """What became of one word of the query; each list is in the order of its weight."""

    typed: str
    role: str  # Korean: "찾는 말", "빼는 말", "거르는 조건", "기능어(찾지 않음)" …
    terms: tuple[str, ...]
    expansions: tuple[str, ...]
    corrections: tuple[str, ...]
    posts: int | None  # how many posts it finds alone


@dataclass(frozen=True, slots=True)
class ExplainHit:
    post: str
    title: str
    score: float
    reasons: tuple[tuple[str, float], ...]  # what matched and what it added to the score


@dataclass(frozen=True, slots=True)
class ExplainView:
    q: str
    canonical: str
    words: tuple[ExplainWord, ...]
    notes: tuple[str, ...]
    tree: str
    hits: tuple[ExplainHit, ...]

    def to_json(self) -> dict[str, Json]:
        return {
            "q": self.q,
            "canonical": self.canonical,
            "words": [
                {
                    "typed": w.typed,
                    "role": w.role,
                    "terms": list(w.terms),
                    "expansions": list(w.expansions),
                    "corrections": list(w.corrections),
                    "posts": w.posts,
                }
                for w in self.words
            ],
            "notes": list(self.notes),
            "tree": self.tree,
            "hits": [
                {"post": h.post, "title": h.title, "score": h.score, "reasons": [list(r) for r in h.reasons]}
                for h in self.hits
            ],
        }


# --- one post ---------------------------------------------------------------------------------------------------


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
            "source_line": self.source_line,
            "source_url": self.source_url,
            "licence": self.licence,
            "recovered": list(self.recovered),
            "similar": [c.post for c in self.similar],
            "copies": [c.post for c in self.copies],
            "url": self.url,
        }


# --- entities ---------------------------------------------------------------------------------------------------


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
                }
                for d in self.desks
            ],
            "departments": [item.to_json() for item in self.departments],
            "mentions": [
                {
                    "post": m.post,
                    "title": m.title,
                    "date": m.date.isoformat(),
                    "sentence": segments_html(m.sentence),
                    "rule": m.rule,
                    "confidence": m.confidence,
                    "url": m.url,
                }
                for m in self.mentions
            ],
            "page": self.page,
            "pages": self.pages,
            "url": self.link.url,
        }


# --- status -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RunView:
    source: str
    folder: str
    started: dt.datetime
    finished: dt.datetime | None
    counts: Mapping[str, int]
    failures: tuple[tuple[str, str], ...]  # path, reason


@dataclass(frozen=True, slots=True)
class StatusView:
    """``lag`` is the number of changes the index has not followed yet; sizes are bytes."""

    posts: int
    first: dt.date | None
    last: dt.date | None
    sources: tuple[tuple[str, int], ...]
    entities: Mapping[str, int]
    engine: str
    build: str | None
    indexed: int
    lag: int
    database_bytes: int
    index_bytes: int
    runs: tuple[RunView, ...]

    def to_json(self) -> dict[str, Json]:
        return {
            "posts": self.posts,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "sources": dict(self.sources),
            "entities": dict(self.entities),
            "engine": self.engine,
            "build": self.build,
            "indexed": self.indexed,
            "lag": self.lag,
            "database_bytes": self.database_bytes,
            "index_bytes": self.index_bytes,
            "runs": [
                {
                    "source": r.source,
                    "started": r.started.isoformat(),
                    "finished": r.finished.isoformat() if r.finished else None,
                    "counts": dict(r.counts),
                    "failed": [{"path": path, "reason": reason} for path, reason in r.failures],
                }
                for r in self.runs
            ],
        }
