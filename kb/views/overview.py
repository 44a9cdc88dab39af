"""What the overview shows: what is new, topics and agencies, countries, and which days the base holds.

Plain values, as ``kb.views``. Counts are posts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from kb.views.common import Json, NamedLink, post_url

Grain = Literal["week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class NewPost:
    post: str
    title: str
    date: dt.date
    source: str
    agencies: tuple[NamedLink, ...]
    topics: tuple[NamedLink, ...]

    @property
    def url(self) -> str:
        return post_url(self.post)

    def to_json(self) -> Json:
        return {
            "post": self.post,
            "title": self.title,
            "date": _day(self.date),
            "agencies": [link.label for link in self.agencies],
            "topics": [link.value for link in self.topics],
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to it. ``posts`` are all posts of these days."""

    first: dt.date
    last: dt.date
    posts: int

    def to_json(self) -> Json:
        return {"first": _day(self.first), "last": _day(self.last), "posts": self.posts}


@dataclass(frozen=True, slots=True)
class TopicFlow:
    """``counts`` belong to the periods of the overview, one each."""

    topic: NamedLink
    posts: int
    counts: tuple[int, ...]

    def to_json(self) -> Json:
        return {"topic": self.topic.value, "label": self.topic.label, "posts": self.posts, "counts": list(self.counts)}


@dataclass(frozen=True, slots=True)
class AgencyTopics:
    """An agency under its last name, with the posts of all its names; ``counts`` follow the topics."""

    agency: NamedLink
    posts: int
    counts: tuple[int, ...]

    def to_json(self) -> Json:
        return {"agency": self.agency.value, "posts": self.posts, "counts": list(self.counts)}


@dataclass(frozen=True, slots=True)
class CountryTurn:
    """Posts that name a country in this quarter and in the one before."""

    country: NamedLink
    now: int
    before: int

    def to_json(self) -> Json:
        return {"country": self.country.value, "label": self.country.label, "now": self.now, "before": self.before}


@dataclass(frozen=True, slots=True)
class SourceCover:
    """What one source holds; ``days`` are those with a post."""

    name: str
    posts: int
    first: dt.date
    last: dt.date
    days: int

    @property
    def span(self) -> int:
        """Days from the first to the last."""
        return (self.last - self.first).days + 1

    def to_json(self) -> Json:
        return {
            "source": self.name,
            "posts": self.posts,
            "first": _day(self.first),
            "last": _day(self.last),
            "days": self.days,
        }


@dataclass(frozen=True, slots=True)
class Overview:
    """``newest`` are the newest posts about any topic; where no post has one, the newest of all.

    ``now`` is the quarter of the newest post as far as the base goes, ``before`` the quarter before it.
    ``days`` holds those with posts, in their order; ``gaps`` the longest stretches of working days without.
    """

    newest: tuple[NewPost, ...]
    grain: Grain
    periods: tuple[Period, ...]
    topics: tuple[TopicFlow, ...]
    agencies: tuple[AgencyTopics, ...]
    now: Period | None
    before: Period | None
    countries: tuple[CountryTurn, ...]
    sources: tuple[SourceCover, ...]
    days: tuple[tuple[dt.date, int], ...]
    gaps: tuple[tuple[dt.date, dt.date], ...]

    @property
    def posts(self) -> int:
        return sum(count for _, count in self.days)

    def to_json(self) -> dict[str, Json]:
        return {
            "posts": self.posts,
            "newest": [post.to_json() for post in self.newest],
            "grain": self.grain,
            "periods": [period.to_json() for period in self.periods],
            "topics": [flow.to_json() for flow in self.topics],
            "agencies": [row.to_json() for row in self.agencies],
            "quarter": self.now.to_json() if self.now else None,
            "quarter_before": self.before.to_json() if self.before else None,
            "countries": [turn.to_json() for turn in self.countries],
            "sources": [source.to_json() for source in self.sources],
            "days": [{"date": _day(day), "posts": count} for day, count in self.days],
            "gaps": [{"first": _day(first), "last": _day(last)} for first, last in self.gaps],
        }


def _day(day: dt.date) -> str:
    return day.isoformat()
