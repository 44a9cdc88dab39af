"""What stands out about one entity: the posts that are most about it, what it says, who shares its numbers.

Reads the newest posts only, so that fame costs nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.store import tables as t
from kb.store.entities import RECENT_POSTS, MentionPlace

HEARD = 80  # newest posts that are searched for what somebody says


@dataclass(frozen=True, slots=True)
class PostAbout:
    post: str
    title: str
    date: dt.date
    mentions: int


def posts_about(session: Session, entity: int, limit: int) -> tuple[PostAbout, ...]:
    """Of the newest posts those that name it in their title, and then those that name it most often."""
    pe, p, m = t.PostEntity, t.PostRow, t.MentionRow
    recent = (
        select(pe.post_id, pe.mentions)
        .where(pe.entity_id == entity)
        .order_by(pe.date.desc(), pe.post_id.desc())
        .limit(RECENT_POSTS)
        .subquery()
    )
    named = select(m.id).where(m.post_id == p.id, m.entity_id == entity, m.start < p.title_end).exists()
    rows = session.execute(
        select(t.Source.name, p.name, p.title, p.date, recent.c.mentions)
        .join(recent, recent.c.post_id == p.id)
        .join(t.Source, t.Source.id == p.source_id)
        .order_by(named.desc(), recent.c.mentions.desc(), p.date.desc(), p.id.desc())
        .limit(limit)
    )
    return tuple(PostAbout(f"{source}/{name}", title, date, count) for source, name, title, date, count in rows)


def places_of(session: Session, entity: int) -> tuple[MentionPlace, ...]:
    """Every mention in the newest posts that name the entity, in the order of the text, newest post first."""
    pe, m, p = t.PostEntity, t.MentionRow, t.PostRow
    recent = select(pe.post_id).where(pe.entity_id == entity).order_by(pe.date.desc(), pe.post_id.desc()).limit(HEARD)
    posts = recent.subquery()
    rows = session.execute(
        select(t.Source.name, p.name, p.title, p.date, p.text, m.start, m.end, m.rule, m.confidence)
        .join(posts, posts.c.post_id == p.id)
        .join(t.Source, t.Source.id == p.source_id)
        .join(m, (m.post_id == p.id) & (m.entity_id == entity))
        .order_by(p.date.desc(), p.id.desc(), m.start, m.id)
    )
    return tuple(
        MentionPlace(f"{source}/{name}", title, date, text, start, end, rule, confidence)
        for source, name, title, date, text, start, end, rule, confidence in rows
    )


def owners_of_numbers(session: Session, numbers: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Every desk that posts print beside each number, the most printed first."""
    r, e = t.Role, t.EntityRow
    rows = session.execute(
        select(e.key, r.agency, r.part)
        .join(e, e.id == r.entity_id)
        .where(e.kind == "contact", e.key.in_(sorted(set(numbers))))
        .where((r.agency != "") | (r.part != ""))
        .order_by(r.mentions.desc(), r.agency, r.part)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for number, agency, department in rows:
        found[number].append(" ".join(part for part in (agency, department) if part))
    return {number: tuple(owners) for number, owners in found.items()}
