"""The page of days of force: what posts say is in force from when, over all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from kb.dates import end_of_month
from kb.views.common import Json, NamedLink, post_url
from kb.views.post import ForceInPost


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of one post that says from when something is in force."""

    post: str
    title: str
    date: dt.date
    source: str
    agencies: tuple[NamedLink, ...]
    topics: tuple[NamedLink, ...]
    force: ForceInPost

    @property
    def url(self) -> str:
        """Its place on the post's page."""
        return f"{post_url(self.post)}#{self.force.anchor}"

    @property
    def last(self) -> dt.date | None:
        """The last day of what was named: a month is ahead until it is over."""
        day = self.force.day
        if day is None or self.force.grain == "day":
            return day
        return end_of_month(day) if self.force.grain == "month" else day.replace(month=12, day=31)

    def to_json(self) -> Json:
        return {
            "day": self.force.day.isoformat() if self.force.day else None,
            "grain": self.force.grain,
            "counted": self.force.counted,
            "sentence": self.force.sentence,
            "post": self.post,
            "title": self.title,
            "date": self.date.isoformat(),
            "agencies": [link.label for link in self.agencies],
            "topics": [link.value for link in self.topics],
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class DaysOfForce:
    """``statements`` in order of their days, those without a day last; read from posts of ``since`` and later."""

    since: dt.date | None
    statements: tuple[Statement, ...]

    def ahead(self, today: dt.date) -> tuple[Statement, ...]:
        """Of today and later, the soonest first."""
        return tuple(stated for stated, last in self._dated() if last >= today)

    def past(self, today: dt.date) -> tuple[Statement, ...]:
        """Before today, the latest first."""
        return tuple(stated for stated, last in reversed([*self._dated()]) if last < today)

    @property
    def undated(self) -> tuple[Statement, ...]:
        """Counted from another act (공포 후 6개월), of the newest post first."""
        return tuple(stated for stated in self.statements if stated.force.day is None)

    def _dated(self) -> Iterator[tuple[Statement, dt.date]]:
        return ((stated, last) for stated in self.statements if (last := stated.last) is not None)
