"""The reviewed lineage of agencies in the database: every body with its dates, and what it came from."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from kb.gazetteer.agencies import AgencyList
from kb.gazetteer.gazetteer import Gazetteer
from kb.identity import identify
from kb.model import EntityRef
from kb.store import tables as t
from kb.store.writes import entity_ids, insert_rows

SAME_BODY = ("renamed", "split", "merged")  # a function that moved does not make one body of two


@dataclass(frozen=True, slots=True)
class Step:
    """A name in a line of bodies, and how it came from the one before it in that line."""

    entity: t.EntityRow
    relations: tuple[str, ...]


def store_lineage(session: Session, gazetteer: Gazetteer) -> None:
    """Puts every listed agency with its dates and links in place of what was there."""
    agencies: AgencyList = gazetteer.agencies
    identities = {a.name: identify(EntityRef("agency", a.name), gazetteer) for a in agencies}
    known = entity_ids(session, identities.values())
    ids = {name: known[identity] for name, identity in identities.items()}
    rows = [{"id": ids[a.name], "valid_from": a.since, "valid_to": a.until} for a in agencies]
    session.execute(update(t.EntityRow), rows)
    session.execute(delete(t.EntityLink))
    links = [
        {"entity_id": ids[a.name], "other_id": ids[link.name], "relation": link.kind}
        for a in agencies
        for link in a.former
    ]
    insert_rows(session, t.EntityLink, links)


def line_of(session: Session, entity: int) -> tuple[Step, ...]:
    """The bodies before and after one, straight up and down, oldest first; one alone when it has no line."""
    link = t.EntityLink
    links = session.execute(
        select(link.entity_id, link.other_id, link.relation)
        .where(link.relation.in_(SAME_BODY))
        .order_by(link.entity_id, link.other_id, link.relation)
    ).all()
    members = {entity}
    for later_to_former in (True, False):  # up to the forerunners, then down to the successors; never sideways
        reached = {entity}
        while True:
            steps = ((a, b) if later_to_former else (b, a) for a, b, _ in links)
            more = {goal for start, goal in steps if start in reached} - reached
            if not more:
                break
            reached |= more
        members |= reached
    relations: dict[int, list[str]] = {}
    for later, former, relation in links:
        if later in members and former in members:
            relations.setdefault(later, []).append(relation)
    rows = session.scalars(select(t.EntityRow).where(or_(*(t.EntityRow.id == m for m in members)))).all()
    ordered = sorted(rows, key=lambda row: (str(row.valid_from or ""), row.key))
    return tuple(Step(row, tuple(dict.fromkeys(relations.get(row.id, ())))) for row in ordered)
