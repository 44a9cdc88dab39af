"""Reading posts for lists and pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from index.analysis.stream import Analysis
from kb.model import EntityRef, Mention
from kb.store import tables as t
from kb.store.documents import post_ids
from kb.views import NamedLink


@dataclass(frozen=True, slots=True)
class PostSummary:
    """What a hit shows of a post. ``agencies`` and ``topics`` come most often named first."""

    post: str
    source: str
    title: str
    date: dt.date
    text: str
    title_end: int
    lead_end: int
    categories: tuple[str, ...]
    analysis: Analysis
    agencies: tuple[NamedLink, ...]
    topics: tuple[NamedLink, ...]


@dataclass(frozen=True, slots=True)
class LinkedMention:
    """A mention with the entity it leads to."""

    mention: Mention
    link: NamedLink


def summaries(session: Session, posts: Sequence[str]) -> dict[str, PostSummary]:
    """Those of ``posts`` that are stored, by ``source/name``."""
    names = {number: post for post, number in post_ids(session, posts).items()}
    p = t.PostRow
    rows = session.execute(
        select(p.id, p.title, p.date, p.text, p.title_end, p.lead_end, p.categories, t.AnalysisRow.morphemes)
        .join(t.AnalysisRow, t.AnalysisRow.post_id == p.id)
        .where(p.id.in_(list(names)))
    ).all()
    links = _links(session, list(names), ("agency", "topic"))
    return {
        names[row.id]: PostSummary(
            names[row.id],
            names[row.id].partition("/")[0],
            row.title,
            row.date,
            row.text,
            row.title_end,
            row.lead_end,
            tuple(row.categories),
            Analysis.from_bytes(row.morphemes),
            tuple(link for link in links.get(row.id, ()) if link.kind == "agency"),
            tuple(link for link in links.get(row.id, ()) if link.kind == "topic"),
        )
        for row in rows
    }


def texts(session: Session, posts: Sequence[str]) -> Iterator[tuple[str, dt.date, str, int, int]]:
    """(post, date, text, end of title, end of lead) of those of ``posts`` that are stored."""
    names = {number: post for post, number in post_ids(session, posts).items()}
    p = t.PostRow
    chosen = select(p.id, p.date, p.text, p.title_end, p.lead_end).where(p.id.in_(list(names)))
    for row in session.execute(chosen):
        yield names[row.id], row.date, row.text, row.title_end, row.lead_end


def titles(session: Session, posts: Sequence[str]) -> dict[str, tuple[str, dt.date]]:
    """Title and date of posts."""
    names = {number: post for post, number in post_ids(session, posts).items()}
    rows = session.execute(select(t.PostRow.id, t.PostRow.title, t.PostRow.date).where(t.PostRow.id.in_(list(names))))
    return {names[number]: (title, date) for number, title, date in rows}


def linked_mentions(session: Session, post_id: int) -> tuple[LinkedMention, ...]:
    """Every mention of a post in reading order."""
    m, e = t.MentionRow, t.EntityRow
    rows = session.execute(
        select(m, e.kind, e.key, e.label)
        .join(e, e.id == m.entity_id)
        .where(m.post_id == post_id)
        .order_by(m.start, m.end.desc())
    )
    return tuple(LinkedMention(_mention(row, kind), NamedLink(kind, key, label)) for row, kind, key, label in rows)


def all_refs(session: Session) -> Iterator[tuple[str, tuple[EntityRef, ...]]]:
    """Every post with the distinct references found in it, in order of source and name."""
    p = t.PostRow
    posts = (
        select(p.id, t.Source.name, p.name).join(t.Source, t.Source.id == p.source_id).order_by(t.Source.name, p.name)
    )
    rows = session.execute(posts).all()
    for at in range(0, len(rows), 300):
        chunk = rows[at : at + 300]
        refs = _refs(session, [row[0] for row in chunk])
        for number, source, name in chunk:
            yield f"{source}/{name}", tuple(refs.get(number, ()))


def overview(session: Session) -> tuple[int, dt.date | None, dt.date | None, tuple[tuple[str, int], ...]]:
    """Number of posts, first and last date, and posts by source."""
    p = t.PostRow
    total, first, last = session.execute(select(func.count(p.id), func.min(p.date), func.max(p.date))).one()
    by_source = session.execute(
        select(t.Source.name, func.count(p.id))
        .outerjoin(p, p.source_id == t.Source.id)
        .group_by(t.Source.id)
        .order_by(t.Source.name)
    )
    return total, first, last, tuple(by_source)


def _refs(session: Session, ids: Sequence[int]) -> dict[int, dict[EntityRef, None]]:
    m, e = t.MentionRow, t.EntityRow
    rows = session.execute(
        select(m, e.kind).join(e, e.id == m.entity_id).where(m.post_id.in_(ids)).order_by(m.post_id, m.start, m.id)
    )
    refs: dict[int, dict[EntityRef, None]] = {}
    for row, kind in rows:
        refs.setdefault(row.post_id, {})[_mention(row, kind).entity] = None
    return refs


def _mention(row: t.MentionRow, kind: str) -> Mention:
    ref = EntityRef(kind, row.name, row.agency, row.department, row.title, row.office_kind)  # type: ignore[arg-type] # stored values are of the literals
    return Mention(ref, row.start, row.end, row.surface, row.rule, row.confidence)


def _links(session: Session, ids: Sequence[int], kinds: tuple[str, ...]) -> dict[int, list[NamedLink]]:
    pe, e = t.PostEntity, t.EntityRow
    rows = session.execute(
        select(pe.post_id, e.kind, e.key, e.label)
        .join(e, e.id == pe.entity_id)
        .where(pe.post_id.in_(ids), e.kind.in_(kinds))
        .order_by(pe.post_id, pe.mentions.desc(), e.key)
    )
    links: dict[int, list[NamedLink]] = {}
    for post_id, kind, key, label in rows:
        links.setdefault(post_id, []).append(NamedLink(kind, key, label))
    return links
