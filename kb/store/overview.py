"""Counting posts by day, topic, agency and country. Each query reads an index and returns sums."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from kb.store import tables as t
from kb.views import NamedLink
from kb.views.overview import NewPost


def posts_by_day(session: Session) -> list[tuple[str, dt.date, int]]:
    """(source, day, posts) of every day with posts, in order of the day."""
    p = t.PostRow
    rows = session.execute(
        select(t.Source.name, p.date, func.count())
        .join(t.Source, t.Source.id == p.source_id)
        .group_by(t.Source.id, p.date)
        .order_by(p.date, t.Source.name)
    )
    return [(source, day, count) for source, day, count in rows]


def by_day(session: Session, kind: str) -> Iterator[tuple[NamedLink, dt.date, int]]:
    """(entity, day, posts) of all entities of a kind."""
    pe, e = t.PostEntity, t.EntityRow
    rows = session.execute(
        select(e.key, e.label, pe.date, func.count())
        .join(pe, pe.entity_id == e.id)
        .where(e.kind == kind)
        .group_by(e.id, pe.date)
        .order_by(e.id, pe.date)
    )
    for key, label, day, count in rows:
        yield NamedLink(kind, key, label), day, count


def agencies_of_topics(session: Session) -> Iterator[tuple[int, str, str]]:
    """(number of the post, topic, agency), once for each pair a post names."""
    topic, agency = aliased(t.EntityRow), aliased(t.EntityRow)
    about, by = aliased(t.PostEntity), aliased(t.PostEntity)
    rows = session.execute(
        select(about.post_id, topic.key, agency.key)
        .select_from(topic)
        .join(about, about.entity_id == topic.id)
        .join(by, by.post_id == about.post_id)
        .join(agency, agency.id == by.entity_id)
        .where(topic.kind == "topic", agency.kind == "agency")
        .order_by(about.post_id, topic.id, agency.id)
        .execution_options(yield_per=2000)
    )
    yield from rows


def named_between(session: Session, kind: str, first: dt.date, last: dt.date) -> dict[NamedLink, int]:
    """Posts of these days by the entities of a kind that they name."""
    pe, e = t.PostEntity, t.EntityRow
    rows = session.execute(
        select(e.key, e.label, func.count())
        .join(pe, pe.entity_id == e.id)
        .where(e.kind == kind, pe.date.between(first, last))
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
    rows = session.execute(chosen.where(p.id.in_(_about_topics()))).all() or session.execute(chosen).all()
    links = _links(session, [row[0] for row in rows])
    return tuple(
        NewPost(f"{source}/{name}", title, day, source, *links.get(number, ((), ())))
        for number, source, name, title, day in rows
    )


def _about_topics() -> Select[int]:
    pe, e = t.PostEntity, t.EntityRow
    return select(pe.post_id).join(e, e.id == pe.entity_id).where(e.kind == "topic")


def _links(session: Session, posts: list[int]) -> dict[int, tuple[tuple[NamedLink, ...], tuple[NamedLink, ...]]]:
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
