"""Posts as the index needs them: text, morphemes and the values of the filters, read in bulk."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kb.store import tables as t

CHUNK = 300


@dataclass(frozen=True, slots=True)
class Read:
    """What index terms are made of: the text and its morphemes (``Analysis.to_bytes``) with their fingerprint."""

    text: str
    title_end: int
    lead_end: int
    morphemes: bytes
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Document:
    """One post with its entities' keys by kind, and its index terms where they are kept, else what makes them."""

    id: int
    post: str
    source: str
    date: dt.date
    categories: tuple[str, ...]
    content_hash: str
    entities: Mapping[str, tuple[str, ...]]
    terms: bytes | None = None
    read: Read | None = None


def all_documents(session: Session, terms: str = "") -> Iterator[Document]:
    """Every post in order of its number, a few hundred at a time; with kept terms of the fingerprint ``terms``."""
    last = 0
    while True:
        chosen = _documents(terms).where(t.PostRow.id > last)
        rows = session.execute(chosen.order_by(t.PostRow.id).limit(CHUNK)).all()
        if not rows:
            return
        yield from _whole(session, rows)
        last = rows[-1].id


def documents(session: Session, posts: Sequence[str], terms: str = "") -> Iterator[Document]:
    """Those of ``posts`` (``source/name``) that are stored; with kept terms of the fingerprint ``terms``."""
    for at in range(0, len(posts), CHUNK):
        ids = post_ids(session, posts[at : at + CHUNK])
        rows = session.execute(_documents(terms).where(t.PostRow.id.in_(list(ids.values())))).all()
        yield from _whole(session, rows)


def post_ids(session: Session, posts: Sequence[str]) -> dict[str, int]:
    """The numbers of posts by ``source/name``; those that are not stored are left out."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for post in posts:
        source, _, name = post.partition("/")
        by_source[source].append(name)
    found: dict[str, int] = {}
    for source, names in by_source.items():
        chosen = select(t.PostRow.name, t.PostRow.id).join(t.Source, t.Source.id == t.PostRow.source_id)
        for at in range(0, len(names), CHUNK):
            some = chosen.where(t.Source.name == source, t.PostRow.name.in_(names[at : at + CHUNK]))
            found.update({f"{source}/{name}": number for name, number in session.execute(some)})
    return found


def count_posts(session: Session) -> int:
    return session.scalar(select(func.sum(t.SourceDay.posts))) or 0


def content_hashes(session: Session) -> Iterator[tuple[str, str]]:
    """(post, content hash) of everything stored, for comparing an index with the store."""
    rows = select(t.Source.name, t.PostRow.name, t.PostRow.content_hash).join(
        t.Source, t.Source.id == t.PostRow.source_id
    )
    for source, name, content_hash in session.execute(rows.execution_options(yield_per=2000)):
        yield f"{source}/{name}", content_hash


def _documents(terms: str) -> Select[*tuple[Any, ...]]:
    p, k = t.PostRow, t.TermsRow
    kept = (k.post_id == p.id) & (k.fingerprint == terms) & (k.content_hash == p.content_hash)
    return (
        select(p.id, t.Source.name.label("source"), p.name, p.date, p.categories, p.content_hash, k.terms)
        .join(t.Source, t.Source.id == p.source_id)
        .outerjoin(k, kept)
    )


def _whole(session: Session, rows: Sequence[Any]) -> Iterator[Document]:
    read = _read(session, [row.id for row in rows if row.terms is None])
    entities = _entities(session, [row.id for row in rows])
    for row in rows:
        yield Document(
            row.id,
            f"{row.source}/{row.name}",
            row.source,
            row.date,
            tuple(row.categories),
            row.content_hash,
            {kind: tuple(keys) for kind, keys in entities[row.id].items()},
            row.terms,
            read.get(row.id),
        )


def _read(session: Session, ids: Sequence[int]) -> dict[int, Read]:
    p, a = t.PostRow, t.AnalysisRow
    chosen = select(p.id, p.text, p.title_end, p.lead_end, a.morphemes, a.fingerprint).join(a, a.post_id == p.id)
    rows = session.execute(chosen.where(p.id.in_(ids))) if ids else ()
    return {row.id: Read(row.text, row.title_end, row.lead_end, row.morphemes, row.fingerprint) for row in rows}


def _entities(session: Session, ids: Sequence[int]) -> Mapping[int, Mapping[str, Sequence[str]]]:
    entities: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    found = session.execute(
        select(t.PostEntity.post_id, t.EntityRow.kind, t.EntityRow.key)
        .join(t.EntityRow, t.EntityRow.id == t.PostEntity.entity_id)
        .where(t.PostEntity.post_id.in_(ids))
        .order_by(t.PostEntity.post_id, t.PostEntity.mentions.desc(), t.EntityRow.key, t.EntityRow.id)
    )
    for post_id, kind, key in found:
        entities[post_id][kind].append(key)
    return entities
