"""Posts by day, topic, agency and country, from the sums that ``kb.store.sums`` keeps; and the newest posts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from kb.store import tables as t
from kb.views import NamedLink
from kb.views.overview import NewPost


@dataclass(frozen=True, slots=True)
class AgencyTopic:
    """Posts that name ``agency`` and ``topic``; ``led`` are those that name no earlier agency of the same ``body``."""

    body: str
    agency: str
    topic: str | None
    posts: int
    led: int


def posts_by_day(session: Session) -> list[tuple[str, dt.date, int]]:
    """(source, day, posts) of every day with posts, in order of the day."""
    d = t.SourceDay
    rows = session.execute(
        select(t.Source.name, d.date, d.posts)
        .join(t.Source, t.Source.id == d.source_id)
        .order_by(d.date, t.Source.name)
    )
    return [(source, day, count) for source, day, count in rows]


def by_period(session: Session, kind: str) -> Iterator[tuple[NamedLink, dt.date, int]]:
    """(entity, first day, posts) of all entities of a kind by month; topics also by week, cut at the ends of months."""
    s, e = t.EntityPeriod, t.EntityRow
    rows = session.execute(
        select(e.key, e.label, s.first, s.posts)
        .join(s, s.entity_id == e.id)
        .where(e.kind == kind)
        .order_by(e.id, s.first)
    )
    for key, label, first, count in rows:
        yield NamedLink(kind, key, label), first, count


def agencies_of_topics(session: Session) -> Iterator[AgencyTopic]:
    """Which agencies the posts about a topic name; a topic of None stands for any."""
    agency, topic, s = aliased(t.EntityRow), aliased(t.EntityRow), t.TopicAgency
    rows = session.execute(
        select(func.coalesce(agency.standing, agency.key), agency.key, topic.key, s.posts, s.led)
        .join(agency, agency.id == s.agency_id)
        .outerjoin(topic, topic.id == s.topic_id)
        .order_by(agency.id, s.topic_id)
    )
    for row in rows:
        yield AgencyTopic(*row)


def named_between(session: Session, kind: str, first: dt.date, last: dt.date) -> dict[NamedLink, int]:
    """Posts of whole months, from a first day to a last, by the entities of a kind that they name."""
    s, e = t.EntityPeriod, t.EntityRow
    rows = session.execute(
        select(e.key, e.label, func.sum(s.posts))
        .join(s, s.entity_id == e.id)
        .where(e.kind == kind, s.first.between(first, last))
        .group_by(e.id)
        .order_by(e.id)
    )
    return {NamedLink(kind, key, label): count for key, label, count in rows}


def newest(session: Session, limit: int) -> tuple[NewPost, ...]:
    """The newest posts about any topic; where no post has one, the newest of all."""
    p = t.PostRow
    chosen = (
        select(p.id, t.Source.name, p.name, p.title, p.date)
        .join(t.Source, t.Source.id == p.source_id)
        .order_by(p.date.desc(), p.id.desc())
        .limit(limit)
    )
    about = _about_topics(session, limit)
    rows = session.execute(chosen.where(p.id.in_(about)) if about else chosen).all()
    links = agencies_and_topics(session, [row[0] for row in rows])
    return tuple(
        NewPost(f"{source}/{name}", title, day, source, *links.get(number, ((), ())))
        for number, source, name, title, day in rows
    )


def _about_topics(session: Session, limit: int) -> set[int]:
    """The newest posts of each topic, among which the newest of all topics are."""
    pe, e = t.PostEntity, t.EntityRow
    topics = session.scalars(select(e.id).where(e.kind == "topic", e.posts > 0)).all()
    newest = select(pe.post_id).order_by(pe.date.desc(), pe.post_id.desc()).limit(limit)
    return {post for topic in topics for post in session.scalars(newest.where(pe.entity_id == topic))}


def agencies_and_topics(
    session: Session, posts: list[int]
) -> dict[int, tuple[tuple[NamedLink, ...], tuple[NamedLink, ...]]]:
    """The agencies and the topics of posts, each the most often named first."""
    pe, e = t.PostEntity, t.EntityRow
    rows = session.execute(
        select(pe.post_id, e.kind, e.key, e.label)
        .join(e, e.id == pe.entity_id)
        .where(pe.post_id.in_(posts), e.kind.in_(("agency", "topic")))
        .order_by(pe.post_id, pe.mentions.desc(), e.key)
    )
    found: dict[int, list[NamedLink]] = defaultdict(list)
    for post, kind, key, label in rows:
        found[post].append(NamedLink(kind, key, label))
    return {
        post: (
            tuple(link for link in links if link.kind == "agency"),
            tuple(link for link in links if link.kind == "topic"),
        )
        for post, links in found.items()
    }
