"""The reviewed lineage of agencies in the database: every body with its dates, and what it came from."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from kb.gazetteer.agencies import AgencyList
from kb.gazetteer.gazetteer import Gazetteer
from kb.identity import identify
from kb.model import EntityRef
from kb.store import sums
from kb.store import tables as t
from kb.store.writes import entity_ids, insert_rows

SAME_BODY = ("renamed", "split", "merged")  # a function that moved does not make one body of two


@dataclass(frozen=True, slots=True)
class Step:
    """A name in a line of bodies, and how it came from the one before it in that line."""

    entity: t.EntityRow
    relations: tuple[str, ...]


def store_lineage(session: Session, gazetteer: Gazetteer) -> None:
    """Brings every listed agency with its dates, its links and its name of today to what the list says."""
    agencies: AgencyList = gazetteer.agencies
    identities = {a.name: identify(EntityRef("agency", a.name), gazetteer) for a in agencies}
    known = entity_ids(session, identities.values())
    ids = {name: known[identity] for name, identity in identities.items()}
    e, link = t.EntityRow, t.EntityLink
    dated = {(ids[a.name], a.since, a.until) for a in agencies}
    dated -= {tuple(row) for row in session.execute(select(e.id, e.valid_from, e.valid_to).where(e.kind == "agency"))}
    if dated:
        session.execute(update(e), [{"id": i, "valid_from": since, "valid_to": until} for i, since, until in dated])
    links = {(ids[a.name], ids[former.name], former.kind) for a in agencies for former in a.former}
    if links != {tuple(row) for row in session.execute(select(link.entity_id, link.other_id, link.relation))}:
        session.execute(delete(link))
        columns = ("entity_id", "other_id", "relation")
        insert_rows(session, link, [dict(zip(columns, row, strict=True)) for row in sorted(links)])
    if put_standing(session.connection(), gazetteer):
        sums.recount_bodies(session.connection())


def put_standing(connection: Connection, gazetteer: Gazetteer) -> bool:
    """Puts the name of today beside every agency; whether any was another."""
    e = t.EntityRow.__table__.c
    agencies = connection.execute(select(e.id, e.key, e.standing).where(e.kind == "agency")).all()
    names = {number: identify(EntityRef("agency", key), gazetteer).standing for number, key, _ in agencies}
    changed = [{"number": number, "name": names[number]} for number, _, held in agencies if names[number] != held]
    if changed:
        named = update(t.EntityRow).where(e.id == bindparam("number")).values(standing=bindparam("name"))
        connection.execute(named, changed)
    return bool(changed)


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
