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
    m, e, p = t.MentionRow, t.EntityRow, t.PostRow
    newest = func.max(p.date)
    rows = session.execute(
        select(e.key, e.label, m.department, m.agency, func.min(p.date), newest, func.count(p.id.distinct()))
        .add_columns(func.max(p.id))
        .join(m, m.entity_id == e.id)
        .join(p, p.id == m.post_id)
        .where(e.kind == "contact")
        .group_by(e.id, m.department, m.agency)
        .order_by(newest.desc(), e.key, m.department.nulls_first(), m.agency.nulls_first())
        .limit(MOST + 1)
    ).all()
    names = _post_names(session, [row[7] for row in rows])
    departments, bodies = _links(session, ("department",)), _links(session, BODIES)
    desks = tuple(
        Desk(
            NamedLink("contact", key, label),
            department,
            agency,
            departments.get(f"{agency} {department}" if agency else department or ""),
            bodies.get(agency or ""),
            first,
            last,
            posts,
            names[post],
        )
        for key, label, department, agency, first, last, posts, post in rows[:MOST]
    )
    return AllDesks(desks, session.scalar(select(func.max(p.date))), len(rows) > MOST)


def _post_names(session: Session, ids: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for at in range(0, len(ids), CHUNK):
        found |= post_names(session, ids[at : at + CHUNK])
    return found


def _links(session: Session, kinds: tuple[str, ...]) -> dict[str, NamedLink]:
    """Links to the entities of these kinds that some post names, by key; the first kind goes before the next."""
    e = t.EntityRow
    named = select(t.PostEntity.entity_id).where(t.PostEntity.entity_id == e.id).exists()
    rows = session.execute(select(e.kind, e.key, e.label).where(e.kind.in_(kinds), named).order_by(e.id)).all()
    ordered = sorted(rows, key=lambda row: -kinds.index(row.kind))
    return {row.key: NamedLink(row.kind, row.key, row.label) for row in ordered}
