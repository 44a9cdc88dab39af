"""Reading posts for lists and pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from kb.model import EntityRef, Mention
from kb.store import tables as t
from kb.views import NamedLink

CHUNK = 400  # of values in one statement
Sums: TypeAlias = tuple[int, dt.date | None, dt.date | None, tuple[tuple[str, int], ...]]


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
    morphemes: bytes  # ``Analysis.to_bytes``
    agencies: tuple[NamedLink, ...]
    topics: tuple[NamedLink, ...]


@dataclass(frozen=True, slots=True)
class LinkedMention:
    """A mention with the entity it leads to."""

    mention: Mention
    link: NamedLink


_P, _S, _A = t.PostRow.__table__.c, t.Source.__table__.c, t.AnalysisRow.__table__.c


def _named(*columns: Any) -> Select[Any]:
    """Posts of one source by their names. Made once: putting a statement together costs more than running it."""
    chosen = select(_P.name, *columns).join_from(t.PostRow.__table__, t.Source.__table__, _S.id == _P.source_id)
    return chosen.where(_S.name == bindparam("source"), _P.name.in_(bindparam("names", expanding=True)))


_TITLES = _named(_P.title, _P.date)
_TEXTS = _named(_P.date, _P.text)
_SUMMARIES = _named(_P.id, _P.title, _P.date, _P.text, _P.title_end, _P.lead_end, _P.categories, _A.morphemes).join(
    t.AnalysisRow.__table__, _A.post_id == _P.id
)


def _rows(session: Session, statement: Select[Any], posts: Sequence[str]) -> Iterator[tuple[str, Row[Any]]]:
    """``source/name`` with the row of each of ``posts`` that is stored."""
    by_source: dict[str, list[str]] = {}
    for post in posts:
        source, _, name = post.partition("/")
        by_source.setdefault(source, []).append(name)
    connection = session.connection()
    for source, names in by_source.items():
        for at in range(0, len(names), CHUNK):
            for row in connection.execute(statement, {"source": source, "names": names[at : at + CHUNK]}).all():
                yield f"{source}/{row[0]}", row


def summaries(session: Session, posts: Sequence[str]) -> dict[str, PostSummary]:
    """Those of ``posts`` that are stored, by ``source/name``."""
    rows = list(_rows(session, _SUMMARIES, posts))
    links = _links(session, [row.id for _, row in rows])
    return {
        post: PostSummary(
            post,
            post.partition("/")[0],
            row.title,
            row.date,
            row.text,
            row.title_end,
            row.lead_end,
            tuple(row.categories),
            row.morphemes,
            tuple(link for link in links.get(row.id, ()) if link.kind == "agency"),
            tuple(link for link in links.get(row.id, ()) if link.kind == "topic"),
        )
        for post, row in rows
    }


def texts(session: Session, posts: Sequence[str]) -> Iterator[tuple[str, dt.date, str]]:
    """(post, date, text) of those of ``posts`` that are stored."""
    for post, row in _rows(session, _TEXTS, posts):
        yield post, row.date, row.text


def titles(session: Session, posts: Sequence[str]) -> dict[str, tuple[str, dt.date]]:
    """Title and date of posts."""
    return {post: (row.title, row.date) for post, row in _rows(session, _TITLES, posts)}


def linked_mentions(session: Session, post_id: int) -> tuple[LinkedMention, ...]:
    """Every mention of a post in reading order."""
    m, e = t.MentionRow, t.EntityRow
    rows = session.execute(
        select(m, e.kind, e.key, e.label)
        .join(e, e.id == m.entity_id)
        .where(m.post_id == post_id)
        .order_by(m.start, m.end.desc(), m.id)
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


def overview(session: Session) -> Sums:
    """Number of posts, first and last date, and posts by source."""
    d = t.SourceDay
    rows = session.execute(
        select(t.Source.name, func.sum(d.posts), func.min(d.date), func.max(d.date))
        .outerjoin(d, d.source_id == t.Source.id)
        .group_by(t.Source.id)
        .order_by(t.Source.name)
    ).all()
    days = [day for row in rows for day in row[2:] if day]
    by_source = tuple((name, posts or 0) for name, posts, *_ in rows)
    return sum(posts for _, posts in by_source), min(days, default=None), max(days, default=None), by_source


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


_PE, _E = t.PostEntity.__table__.c, t.EntityRow.__table__.c
_LINKS = (
    select(_PE.post_id, _E.kind, _E.key, _E.label)
    .join_from(t.PostEntity.__table__, t.EntityRow.__table__, _E.id == _PE.entity_id)
    .where(_PE.post_id.in_(bindparam("ids", expanding=True)), _E.kind.in_(("agency", "topic")))
    .order_by(_PE.post_id, _PE.mentions.desc(), _E.key)
)


def _links(session: Session, ids: Sequence[int]) -> dict[int, list[NamedLink]]:
    """The agencies and topics of posts, those named most often first."""
    links: dict[int, list[NamedLink]] = {}
    for post_id, kind, key, label in session.connection().execute(_LINKS, {"ids": ids}) if ids else ():
        links.setdefault(post_id, []).append(NamedLink(kind, key, label))
    return links
