"""What a search asks and answers, how it is explained, and what is offered while typing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from kb.views.common import CopyView, Json, NamedLink, Segment, post_url, segments_html

Reach = Literal["line", "name", "under"]
"""How far an agency in a filter reaches: all names it bore, that name alone, or also what stands under it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Between two posts of a list that runs from the newest day to the oldest: behind this one."""

    day: dt.date
    post: str


BEGINNING = Place(dt.date.max, "")


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
    reach: Reach = "line"
    whole: str = ""  # the filter of which every value is wanted, and not the most frequent alone
    after: Place | None = None  # a walk through everything, newest first: no page, no facets, no folded copies
    snippets: bool = True  # without: titles bare and no passages, for lists that show none


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
class AgencyBranch:
    """A body under its newest name here, its earlier names (newest first), and the bodies that stand under it.

    ``since`` and ``until`` are years, known where the body bore other names.
    """

    value: FacetValue
    former: tuple[AgencyBranch, ...] = ()
    under: tuple[AgencyBranch, ...] = ()
    since: int | None = None
    until: int | None = None

    @property
    def weight(self) -> int:
        """Posts that name it or what stands under it; a post that names several counts for each."""
        return self.value.count + sum(b.value.count for b in self.former) + sum(b.weight for b in self.under)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """ "Did you mean": the query as it would be typed, and how many posts it finds."""

    q: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of an answer. ``notes`` say in Korean how the query was read where that may surprise.

    The counts of a filter in force (and of months within a period) are those without it: what another value would find.
    """

    params: SearchParams
    total: int
    hits: tuple[HitView, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    suggestion: Suggestion | None
    notes: tuple[str, ...]
    related: tuple[str, ...]
    pages: int
    seconds: float
    onward: Place | None = None  # where a walk goes on
    tree: Callable[[], tuple[AgencyBranch, ...]] = field(default=tuple, compare=False)

    @property
    def agencies(self) -> tuple[AgencyBranch, ...]:
        """All values of the filter "agency" as a tree; grown when it is asked for, which lists of posts never do."""
        return self.tree()

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
