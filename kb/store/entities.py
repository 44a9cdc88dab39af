"""Reading entities: lists, pages, who appears with whom. Every query is bounded, whatever the entity's fame."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from kb.identity import fold
from kb.store import tables as t
from kb.views import DeskRow, EntityCount, NamedLink, OfficeHeld

RECENT_POSTS = 2000  # of which an entity page sums up who appears together


@dataclass(frozen=True, slots=True)
class Entity:
    id: int
    link: NamedLink
    agency: str | None
    posts: int
    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True, slots=True)
class MentionPlace:
    """A mention with the text it stands in."""

    post: str
    title: str
    date: dt.date
    text: str
    start: int
    end: int
    rule: str
    confidence: float


def find_entity(session: Session, kind: str, name: str) -> Entity | None:
    """By key, else by any alias: of several the most named one. Agencies are known even if no post names them."""
    e = t.EntityRow
    shown = (e.kind == kind) & ((e.posts > 0) | (e.kind == "agency"))
    row = session.scalars(select(e).where(shown, e.key == name)).first()
    if row is None:
        by_alias = _with_alias(fold(name)).where(shown).order_by(e.posts.desc(), e.valid_to.is_(None).desc(), e.id)
        row = session.scalars(by_alias.limit(1)).first()
    return _entity(row) if row else None


def keys_of_alias(session: Session, kind: str, name: str) -> tuple[str, ...]:
    """Every entity of the kind that bears the name, as key or alias."""
    e = t.EntityRow
    return tuple(session.scalars(_with_alias(fold(name)).with_only_columns(e.key).where(e.kind == kind).order_by(e.id)))


_E = t.EntityRow.__table__.c
_LABELS = select(_E.key, _E.label).where(_E.kind == bindparam("kind"), _E.key.in_(bindparam("keys", expanding=True)))


def labels(session: Session, kind: str, keys: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for at in range(0, len(keys), 400):
        asked = {"kind": kind, "keys": keys[at : at + 400]}
        found.update((key, label) for key, label in session.connection().execute(_LABELS, asked))
    return found


def list_entities(
    session: Session, kind: str, q: str, offset: int, limit: int, after: str | None = None
) -> tuple[int, tuple[EntityCount, ...]]:
    """The total and a window of the entities of a kind, most named first. ``q`` is part of any alias.

    With ``after``, the window that follows this key in the order of keys, which nothing new can shift.
    """
    e = t.EntityRow
    chosen = select(e).where(e.kind == kind, e.posts > 0)
    if fold(q):
        pattern = "%" + fold(q).replace("%", r"\%").replace("_", r"\_") + "%"
        named = select(t.EntityAlias.entity_id).where(t.EntityAlias.folded.like(pattern, escape="\\"))
        chosen = chosen.where(e.id.in_(named))
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    ordered = chosen.order_by(e.posts.desc(), e.key) if after is None else chosen.where(e.key > after).order_by(e.key)
    rows = session.scalars(ordered.offset(offset).limit(limit))
    return total, tuple(_count(row) for row in rows)


def counts_by_kind(session: Session) -> dict[str, int]:
    e = t.EntityRow
    return dict(session.execute(select(e.kind, func.count()).where(e.posts > 0).group_by(e.kind)).all())


def aliases(session: Session, entity: int) -> tuple[str, ...]:
    a = t.EntityAlias
    return tuple(session.scalars(select(a.alias).where(a.entity_id == entity).order_by(a.folded)))


def months(session: Session, entity: int) -> tuple[tuple[str, int], ...]:
    """Posts a month from the first to the last, without gaps."""
    s = t.EntityPeriod
    found: Counter[str] = Counter()
    for first, count in session.execute(select(s.first, s.posts).where(s.entity_id == entity)):
        found[f"{first:%Y-%m}"] += count
    return tuple((month, found[month]) for month in _months_between(min(found), max(found))) if found else ()


def _months_between(first: str, last: str) -> list[str]:
    year, month = int(first[:4]), int(first[5:])
    names = []
    while (name := f"{year:04}-{month:02}") <= last:
        names.append(name)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return names


def together(session: Session, entity: int, each: int = 12) -> Mapping[str, tuple[EntityCount, ...]]:
    """Who and what is named in the same newest posts, by kind, most often first, with the first and last such post."""
    pe, e = t.PostEntity, t.EntityRow
    chosen = select(pe.post_id, pe.date).where(pe.entity_id == entity).order_by(pe.date.desc(), pe.post_id.desc())
    posts, other = chosen.limit(RECENT_POSTS).subquery(), aliased(pe)
    shared = (
        select(other.entity_id, func.count().label("posts"), func.min(posts.c.date), func.max(posts.c.date))
        .join(posts, posts.c.post_id == other.post_id)
        .where(other.entity_id != entity)
        .group_by(other.entity_id)
        .subquery()
    )
    rows = session.execute(
        select(e, *list(shared.c)[1:])
        .join(shared, shared.c.entity_id == e.id)
        .order_by(shared.c.posts.desc(), e.key, e.id)
    )
    by_kind: dict[str, list[EntityCount]] = defaultdict(list)
    for row, shared, first, last in rows:
        if len(by_kind[row.kind]) < each:
            by_kind[row.kind].append(EntityCount(_link(row), shared, first, last, row.agency))
    return {kind: tuple(items) for kind, items in by_kind.items()}


def offices(
    session: Session, *, official: int | None = None, body: str | None = None, limit: int = 60
) -> tuple[OfficeHeld, ...]:
    """The offices a person held, or who held one in a body; by the last post that shows it."""
    r, e = t.Role, t.EntityRow
    chosen = (
        select(e, r.part, r.agency, r.first, r.last, r.posts)
        .join(r, r.entity_id == e.id)
        .where(e.kind == "official")
        .order_by(r.last.desc(), r.posts.desc(), e.key, r.part, r.agency)
        .limit(limit)
    )
    chosen = chosen.where(e.id == official) if official is not None else chosen.where(e.agency == body)
    return tuple(
        OfficeHeld(_link(row), title or None, agency or None, first, last, posts)
        for row, title, agency, first, last, posts in session.execute(chosen)
    )


def desks(
    session: Session,
    *,
    contact: int | None = None,
    agencies: Sequence[str] = (),
    department: str | None = None,
    limit: int = 200,
) -> tuple[DeskRow, ...]:
    """Numbers with their desks: of one contact, of agencies, or of one department of an agency; freshest first."""
    r, e = t.Role, t.EntityRow
    chosen = (
        select(e, r.part, r.agency, r.first, r.last, r.posts, r.post)
        .join(r, r.entity_id == e.id)
        .where(e.kind == "contact")
        .order_by(r.last.desc(), r.part, e.key, r.agency)
        .limit(limit)
    )
    if contact is not None:
        chosen = chosen.where(e.id == contact)
    if agencies:
        chosen = chosen.where(r.agency.in_(agencies))
    if department is not None:
        chosen = chosen.where(r.part == department)
    rows = session.execute(chosen).all()
    names = post_names(session, [row.post for row in rows])
    return tuple(
        DeskRow(_link(row), row.label, desk or None, agency or None, first, last, posts, names[newest_post])
        for row, desk, agency, first, last, posts, newest_post in rows
    )


def departments_of(session: Session, agencies: Sequence[str], limit: int = 100) -> tuple[EntityCount, ...]:
    e = t.EntityRow
    rows = session.scalars(
        select(e)
        .where(e.kind == "department", e.agency.in_(agencies), e.posts > 0)
        .order_by(e.posts.desc(), e.key)
        .limit(limit)
    )
    return tuple(_count(row) for row in rows)


def mention_places(session: Session, entity: int, offset: int, limit: int) -> tuple[MentionPlace, ...]:
    """The first mention in each post that names the entity, newest post first."""
    pe, m, p = t.PostEntity, t.MentionRow, t.PostRow
    window = (
        select(pe.post_id)
        .where(pe.entity_id == entity)
        .order_by(pe.date.desc(), pe.post_id.desc())
        .offset(offset)
        .limit(limit)
        .subquery()
    )
    rows = session.execute(
        select(t.Source.name, p.name, p.title, p.date, p.text, m.start, m.end, m.rule, m.confidence)
        .join(window, window.c.post_id == p.id)
        .join(t.Source, t.Source.id == p.source_id)
        .join(m, (m.post_id == p.id) & (m.entity_id == entity))
        .order_by(p.date.desc(), p.id.desc(), m.start, m.id)
    )
    places: dict[str, MentionPlace] = {}
    for source, name, title, date, body, start, end, rule, confidence in rows:
        post = f"{source}/{name}"
        places.setdefault(post, MentionPlace(post, title, date, body, start, end, rule, confidence))
    return tuple(places.values())


def post_names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """``source/name`` of posts by number."""
    p = t.PostRow
    chosen = select(p.id, t.Source.name, p.name).join(t.Source, t.Source.id == p.source_id).where(p.id.in_(set(ids)))
    return {number: f"{source}/{name}" for number, source, name in session.execute(chosen)}


def _with_alias(folded: str) -> Select[t.EntityRow]:
    e = t.EntityRow
    return select(e).join(t.EntityAlias, t.EntityAlias.entity_id == e.id).where(t.EntityAlias.folded == folded)


def _link(row: t.EntityRow) -> NamedLink:
    return NamedLink(row.kind, row.key, row.label)


def _entity(row: t.EntityRow) -> Entity:
    return Entity(row.id, _link(row), row.agency, row.posts, row.first, row.last)


def _count(row: t.EntityRow) -> EntityCount:
    return EntityCount(_link(row), row.posts, row.first, row.last, row.agency)


def most_named(session: Session, limit: int) -> list[tuple[NamedLink, int, tuple[str, ...]]]:
    """The entities that most posts name, each with its number of posts and all its names, the shown one first."""
    e = t.EntityRow
    rows = session.scalars(select(e).where(e.posts > 0).order_by(e.posts.desc(), e.id).limit(limit)).all()
    names: dict[int, list[str]] = defaultdict(list)
    wanted = select(e.id).where(e.posts > 0).order_by(e.posts.desc(), e.id).limit(limit)
    chosen = select(t.EntityAlias.entity_id, t.EntityAlias.alias).where(t.EntityAlias.entity_id.in_(wanted))
    for entity, alias in session.execute(chosen):
        names[entity].append(alias)
    return [(_link(row), row.posts, tuple(dict.fromkeys((row.label, *sorted(names[row.id]))))) for row in rows]
