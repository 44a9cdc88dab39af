"""The timeline of an entity: one line a name, from its first to its last day, all on one scale.

Each bar is a picture of its own beside real text, so it grows with the page and its words never shrink.
Units are hundredths of the whole time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from kb.views import EntityPage, NamedLink

MOST = 10
LEAST = 1.5  # width of a single day, so that it is seen


@dataclass(frozen=True, slots=True)
class Lane:
    """``link`` is None where the name has no page of its own."""

    link: NamedLink | None
    name: str
    first: dt.date
    last: dt.date
    posts: int
    x: float = 0.0
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Timeline:
    """``about`` says what the lines are: offices, holders, desks or agencies."""

    about: str
    lanes: tuple[Lane, ...]
    first: dt.date
    last: dt.date
    years: tuple[float, ...]  # where a year begins


def timeline(found: EntityPage) -> Timeline | None:
    """None where there is nothing to set against each other."""
    about, lanes = _lanes(found)
    chosen = sorted(lanes, key=lambda lane: -lane.posts)[:MOST]
    if len(chosen) < 2 and about != "office":
        return None
    if not chosen or found.first is None or found.last is None:
        return None
    first = min(found.first, *(lane.first for lane in chosen))
    last = max(found.last, *(lane.last for lane in chosen))
    days = (last - first).days + 1
    if days < 2:
        return None
    drawn = tuple(_drawn(lane, first, days) for lane in sorted(chosen, key=lambda lane: (lane.first, lane.last)))
    years = (dt.date(year, 1, 1) for year in range(first.year + 1, last.year + 1))
    return Timeline(about, drawn, first, last, tuple(round(100 * (year - first).days / days, 2) for year in years))


def _lanes(found: EntityPage) -> tuple[str, Iterable[Lane]]:
    match found.link.kind:
        case "official":
            held = (
                Lane(None, " ".join(filter(None, (o.agency, o.title))), o.first, o.last, o.posts) for o in found.offices
            )
            return "office", [lane for lane in held if lane.name]
        case "agency":
            return "holder", [
                Lane(o.official, o.title or "", o.first, o.last, o.posts) for o in found.offices if o.title
            ]
        case "department":
            return "desk", [Lane(d.contact, "", d.first, d.last, d.posts) for d in found.desks]
        case "contact":
            desks = ((" ".join(filter(None, (d.agency, d.department))), d) for d in found.desks)
            return "desk", [Lane(None, name, d.first, d.last, d.posts) for name, d in desks if name]
    return "agency", [
        Lane(item.link, "", item.first, item.last, item.posts)
        for item in found.together.get("agency", ())
        if item.first and item.last
    ]


def _drawn(lane: Lane, first: dt.date, days: int) -> Lane:
    x = 100 * (lane.first - first).days / days
    width = max(100 * ((lane.last - lane.first).days + 1) / days, LEAST)
    return Lane(lane.link, lane.name, lane.first, lane.last, lane.posts, round(min(x, 100 - width), 2), round(width, 2))
