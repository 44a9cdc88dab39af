"""Whom to call: where a question asks for a number, the desks that the first posts print, and where to look further."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from kb.views import ContactInPost, HitView, NamedLink, SearchResult
from web.context import service

ASKS = re.compile(
    r"전화|문의|연락처|연락할|콜센터|담당|번호|물어볼|누구(?:한테|에게|와|랑)|어디(?:에|로|다)\s?(?:물|전화|연락|문의)"
    r"|\b(?:phone|contact|call)\b",
    re.IGNORECASE,
)
FIRST = 5  # hits whose desks are shown
SHOWN = 4
BODIES = 3


@dataclass(frozen=True, slots=True)
class DeskOfHit:
    """A desk with the day and the address of the post that prints it."""

    desk: ContactInPost
    day: dt.date
    url: str

    @property
    def owner(self) -> str:
        return " ".join(part for part in (self.desk.agency, self.desk.department) if part)


@dataclass(frozen=True, slots=True)
class WhomToCall:
    """``desks`` in the order of the hits that print them; ``bodies``: agencies of the first hits, with addresses."""

    desks: tuple[DeskOfHit, ...]
    bodies: tuple[tuple[str, str], ...]


def whom_to_call(result: SearchResult) -> WhomToCall | None:
    """None where the question does not ask for it, or finds nothing."""
    if not result.hits or result.params.page > 1 or not ASKS.search(result.params.q):
        return None
    hits = result.hits[:FIRST]
    agencies = dict.fromkeys(link for hit in hits for link in hit.agencies)
    return WhomToCall(_desks(hits), tuple((link.label, _address(link)) for link in list(agencies)[:BODIES]))


def _desks(hits: tuple[HitView, ...]) -> tuple[DeskOfHit, ...]:
    """Each once, from the first post that prints it."""
    printed = service().desks([hit.post for hit in hits])
    found: dict[ContactInPost, DeskOfHit] = {}
    for hit in hits:
        for desk in printed.get(hit.post, ()):
            found.setdefault(desk, DeskOfHit(desk, hit.date, hit.url))
    return _with_bodies(tuple(found.values())[:SHOWN])


def _with_bodies(found: tuple[DeskOfHit, ...]) -> tuple[DeskOfHit, ...]:
    """Where a post prints the department alone, the body that the directory knows for it."""
    if all(each.desk.agency for each in found):
        return found
    known = {(desk.number, desk.department): desk.agency for desk in service().directory().desks}
    return tuple(replace(each, desk=_of_body(each.desk, known)) for each in found)


def _of_body(desk: ContactInPost, known: dict[tuple[str, str | None], str | None]) -> ContactInPost:
    return replace(desk, agency=desk.agency or known.get((desk.number, desk.department)))


def _address(agency: NamedLink) -> str:
    return "/directory?" + urlencode({"agency": agency.label})
