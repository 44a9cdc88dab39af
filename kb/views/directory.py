"""What the directory shows: every desk with its number, and how fresh it is. Plain values, as ``kb.views``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from kb.views.common import Json, NamedLink, post_url

Order = Literal["fresh", "agency"]
STALE = dt.timedelta(days=365)  # a number last printed so long before the newest post may be out of date


@dataclass(frozen=True, slots=True)
class Desk:
    """A number with the desk that posts print beside it.

    ``department`` and ``agency`` are as printed or None; their links are None where no page tells of them.
    ``post`` is the last post that printed it.
    """

    contact: NamedLink
    department: str | None
    agency: str | None
    department_link: NamedLink | None
    agency_link: NamedLink | None
    first: dt.date
    last: dt.date
    posts: int
    post: str

    @property
    def number(self) -> str:
        return self.contact.label

    @property
    def dial(self) -> str:
        return self.number.replace("-", "")

    @property
    def owner(self) -> str:
        return " ".join(part for part in (self.agency, self.department) if part)

    @property
    def post_url(self) -> str:
        return post_url(self.post)

    def to_json(self) -> dict[str, Json]:
        return {
            "number": self.number,
            "department": self.department,
            "agency": self.agency,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "posts": self.posts,
            "last_post": self.post,
            "url": self.contact.url,
        }


@dataclass(frozen=True, slots=True)
class DeskOwner:
    """A body with its number of desks, under the last name that posts print; former names count to it."""

    name: str
    desks: int


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """A page of the desks that answer. ``names``: what the agency asked for was called over time."""

    q: str
    agency: str
    total: int
    page: int
    pages: int
    desks: tuple[Desk, ...]
    names: tuple[str, ...]
    owners: tuple[DeskOwner, ...]
    newest: dt.date | None  # the day of the newest post of the base
    notes: tuple[str, ...]

    @property
    def stale_before(self) -> dt.date | None:
        return self.newest - STALE if self.newest else None

    def is_stale(self, desk: Desk) -> bool:
        return self.stale_before is not None and desk.last < self.stale_before

    def to_json(self) -> dict[str, Json]:
        return {
            "q": self.q,
            "agency": self.agency,
            "names": list(self.names),
            "total": self.total,
            "page": self.page,
            "pages": self.pages,
            "newest_post": self.newest.isoformat() if self.newest else None,
            "notes": list(self.notes),
            "desks": [desk.to_json() | {"stale": self.is_stale(desk)} for desk in self.desks],
            "agencies": [{"name": owner.name, "desks": owner.desks} for owner in self.owners],
        }
