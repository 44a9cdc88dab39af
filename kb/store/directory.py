"""Reading every desk: which number was printed for which department of which body, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.store import tables as t
from kb.store.entities import post_names
from kb.views import NamedLink
from kb.views.directory import Desk

MOST = 20_000  # desks read at all, freshest first
CHUNK = 400
BODIES = ("agency", "organisation")


@dataclass(frozen=True, slots=True)
class AllDesks:
    """The desks and the day of the newest post; ``cut``: there are more than ``MOST``."""

    desks: tuple[Desk, ...]
    newest: dt.date | None
    cut: bool


def all_desks(session: Session) -> AllDesks:
    """Every (number, department, body) that a post prints together."""
    r, e = t.Role, t.EntityRow
    rows = session.execute(
        select(e.key, e.label, r.part, r.agency, r.first, r.last, r.posts, r.post)
        .join(r, r.entity_id == e.id)
        .where(e.kind == "contact")
        .order_by(r.last.desc(), e.key, r.part, r.agency)
        .limit(MOST + 1)
    ).all()
    names = _post_names(session, [row[7] for row in rows])
    departments, bodies = _links(session, ("department",)), _links(session, BODIES)
    desks = tuple(
        Desk(
            NamedLink("contact", key, label),
            department or None,
            agency or None,
            departments.get(f"{agency} {department}" if agency and department else department),
            bodies.get(agency),
            first,
            last,
            posts,
            names[post],
        )
        for key, label, department, agency, first, last, posts, post in rows[:MOST]
    )
    return AllDesks(desks, session.scalar(select(func.max(t.SourceDay.date))), len(rows) > MOST)


def _post_names(session: Session, ids: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for at in range(0, len(ids), CHUNK):
        found |= post_names(session, ids[at : at + CHUNK])
    return found


def _links(session: Session, kinds: tuple[str, ...]) -> dict[str, NamedLink]:
    """Links to the entities of these kinds that some post names, by key; the first kind goes before the next."""
    e = t.EntityRow
    rows = session.execute(select(e.kind, e.key, e.label).where(e.kind.in_(kinds), e.posts > 0).order_by(e.id)).all()
    ordered = sorted(rows, key=lambda row: -kinds.index(row.kind))
    return {row.key: NamedLink(row.kind, row.key, row.label) for row in ordered}
