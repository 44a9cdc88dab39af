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
class Document:
    """One post with its morphemes (``Analysis.to_bytes``) and its entities' keys by kind."""

    post: str
    source: str
    title: str
    date: dt.date
    text: str
    title_end: int
    lead_end: int
    categories: tuple[str, ...]
    content_hash: str
    morphemes: bytes
    fingerprint: str
    entities: Mapping[str, tuple[str, ...]]


def all_documents(session: Session) -> Iterator[Document]:
    """Every post in order of its number, a few hundred at a time."""
    last = 0
    while True:
        rows = session.execute(_documents().where(t.PostRow.id > last).order_by(t.PostRow.id).limit(CHUNK)).all()
        if not rows:
            return
        yield from _with_entities(session, rows)
        last = rows[-1].id


def documents(session: Session, posts: Sequence[str]) -> Iterator[Document]:
    """Those of ``posts`` (``source/name``) that are stored."""
    for at in range(0, len(posts), CHUNK):
        ids = post_ids(session, posts[at : at + CHUNK])
        rows = session.execute(_documents().where(t.PostRow.id.in_(list(ids.values())))).all()
        yield from _with_entities(session, rows)


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
    return session.scalar(select(func.count()).select_from(t.PostRow)) or 0


def content_hashes(session: Session) -> Iterator[tuple[str, str]]:
    """(post, content hash) of everything stored, for comparing an index with the store."""
    rows = select(t.Source.name, t.PostRow.name, t.PostRow.content_hash).join(
        t.Source, t.Source.id == t.PostRow.source_id
    )
    for source, name, content_hash in session.execute(rows.execution_options(yield_per=2000)):
        yield f"{source}/{name}", content_hash


def _documents() -> Select[*tuple[Any, ...]]:
    p, a = t.PostRow, t.AnalysisRow
    return (
        select(
            p.id,
            t.Source.name.label("source"),
            p.name,
            p.title,
            p.date,
            p.text,
            p.title_end,
            p.lead_end,
            p.categories,
            p.content_hash,
            a.morphemes,
            a.fingerprint,
        )
        .join(t.Source, t.Source.id == p.source_id)
        .join(a, a.post_id == p.id)
    )


def _with_entities(session: Session, rows: Sequence[Any]) -> Iterator[Document]:
    entities: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    found = session.execute(
        select(t.PostEntity.post_id, t.EntityRow.kind, t.EntityRow.key)
        .join(t.EntityRow, t.EntityRow.id == t.PostEntity.entity_id)
        .where(t.PostEntity.post_id.in_([row.id for row in rows]))
        .order_by(t.PostEntity.post_id, t.PostEntity.mentions.desc(), t.EntityRow.key, t.EntityRow.id)
    )
    for post_id, kind, key in found:
        entities[post_id][kind].append(key)
    for row in rows:
        yield Document(
            f"{row.source}/{row.name}",
            row.source,
            row.title,
            row.date,
            row.text,
            row.title_end,
            row.lead_end,
            tuple(row.categories),
            row.content_hash,
            row.morphemes,
            row.fingerprint,
            {kind: tuple(keys) for kind, keys in entities[row.id].items()},
        )
