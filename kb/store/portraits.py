"""What stands out about one entity: the posts that are most about it, what it says, who shares its numbers.

Reads the newest posts only, so that fame costs nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.store import tables as t
from kb.store.entities import RECENT_POSTS, MentionPlace

LONGEST_TITLE = 400  # characters; a name further behind in a title does not stand out
LOOKED_AT = 40  # posts whose titles are read at once
HEARD = 80  # newest posts that are searched for what somebody says


@dataclass(frozen=True, slots=True)
class PostAbout:
    post: str
    title: str
    date: dt.date
    mentions: int


def posts_about(session: Session, entity: int, limit: int) -> tuple[PostAbout, ...]:
    """Of the newest posts those that name it in their title, and then those that name it most often."""
    pe, m = t.PostEntity, t.MentionRow
    newest = select(pe.post_id, pe.date).where(pe.entity_id == entity).order_by(pe.date.desc(), pe.post_id.desc())
    recent = newest.limit(RECENT_POSTS).subquery()
    first = select(func.min(m.start)).where(m.entity_id == entity, m.post_id == recent.c.post_id).scalar_subquery()
    rows = session.execute(  # from indexes alone: two thousand posts stand in as many places of the disk
        select(recent.c.post_id, pe.mentions, first)
        .join(pe, (pe.post_id == recent.c.post_id) & (pe.entity_id == entity))
        .order_by(pe.mentions.desc(), recent.c.date.desc(), recent.c.post_id.desc())
    ).all()
    titled = _in_title(session, [(post, start) for post, _, start in rows if start < LONGEST_TITLE], limit)
    mentions = {post: count for post, count, _ in rows}
    chosen = list(dict.fromkeys((*titled, *mentions)))[:limit]
    p = t.PostRow
    found = session.execute(
        select(p.id, t.Source.name, p.name, p.title, p.date)
        .join(t.Source, t.Source.id == p.source_id)
        .where(p.id.in_(chosen))
    )
    about = {
        post: PostAbout(f"{source}/{name}", title, date, mentions[post]) for post, source, name, title, date in found
    }
    return tuple(about[post] for post in chosen)


def _in_title(session: Session, places: Sequence[tuple[int, int]], limit: int) -> list[int]:
    """The first posts whose place is before the end of their title."""
    p, found = t.PostRow, list[int]()
    for at in range(0, len(places), LOOKED_AT):
        some = places[at : at + LOOKED_AT]
        ends = dict(session.execute(select(p.id, p.title_end).where(p.id.in_([post for post, _ in some]))).all())
        found += [post for post, start in some if start < ends[post]]
        if len(found) >= limit:
            break
    return found[:limit]


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
