"""Stored posts read back whole, for re-analysis, re-extraction and the page of one post."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kb.errors import NotFound
from kb.model import Block, Post, Provenance
from kb.store import tables as t
from kb.store.documents import count_posts

CHUNK = 200


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A post with its number and, where they are kept, its morphemes and their fingerprint."""

    id: int
    post: Post
    morphemes: bytes | None
    fingerprint: str | None


def stale_posts(session: Session, analysis: str, extraction: str) -> Iterator[StoredPost]:
    """Posts whose morphemes or entities were made by another analyzer or other rules."""
    last = 0
    stale = or_(
        t.AnalysisRow.fingerprint.is_(None), t.AnalysisRow.fingerprint != analysis, t.PostRow.extraction != extraction
    )
    while True:
        rows = session.execute(_whole().where(t.PostRow.id > last, stale).order_by(t.PostRow.id).limit(CHUNK)).all()
        if not rows:
            return
        for row in rows:
            yield _stored(row)
        last = rows[-1].PostRow.id


def count_stale(session: Session, analysis: str, extraction: str) -> int:
    """How many there are. That there are none, as at the end of most ingestions, is seen from indexes alone."""
    if not _any_stale(session, analysis, extraction):
        return 0
    stale = or_(
        t.AnalysisRow.fingerprint.is_(None), t.AnalysisRow.fingerprint != analysis, t.PostRow.extraction != extraction
    )
    joined = select(func.count()).select_from(t.PostRow).outerjoin(t.AnalysisRow, t.AnalysisRow.post_id == t.PostRow.id)
    return session.scalar(joined.where(stale)) or 0


def _any_stale(session: Session, analysis: str, extraction: str) -> bool:
    for column, newest in ((t.AnalysisRow.fingerprint, analysis), (t.PostRow.extraction, extraction)):
        for other in (column < newest, column > newest):  # each a place in an index, which "not equal" is not
            if session.execute(select(column).where(other).limit(1)).first():
                return True
    return count_posts(session) != session.scalar(select(func.count(t.AnalysisRow.post_id)))


def stored_post(session: Session, post: str) -> StoredPost:
    """One post by ``source/name``; raises NotFound."""
    source, _, name = post.partition("/")
    row = session.execute(_whole().where(t.Source.name == source, t.PostRow.name == name)).first()
    if row is None:
        raise NotFound(f"그런 글이 없습니다: {post}")
    return _stored(row)


def whole_post(session: Session, number: int) -> StoredPost:
    """One post by its number, which must be there."""
    return _stored(session.execute(_whole().where(t.PostRow.id == number)).one())


def is_stored(session: Session, number: int, post: Post) -> bool:
    """Whether that is what is stored under the number. A value that cannot be read is not."""
    try:
        return whole_post(session, number).post == post
    except (ValueError, TypeError, LookupError, NoResultFound):
        return False


def original(session: Session, post_id: int) -> bytes:
    """The bytes of the file as it was read."""
    return zlib.decompress(session.scalars(select(t.PostDetail.original).where(t.PostDetail.post_id == post_id)).one())


def _whole() -> Any:
    d = t.PostDetail
    return (
        select(
            t.PostRow,
            t.Source.name.label("source"),
            t.AnalysisRow.morphemes,
            t.AnalysisRow.fingerprint,
            d.image,
            d.blocks,
            d.source_line,
            d.source_url,
            d.licence,
            d.furniture,
        )
        .join(t.Source, t.Source.id == t.PostRow.source_id)
        .join(d, d.post_id == t.PostRow.id)
        .outerjoin(t.AnalysisRow, t.AnalysisRow.post_id == t.PostRow.id)
    )


def _stored(row: Any) -> StoredPost:
    p: t.PostRow = row.PostRow
    lead = p.text[p.title_end : p.lead_end].strip()
    provenance = Provenance(row.source_line, row.source_url, row.licence, tuple(row.furniture))
    post = Post(
        source=row.source,
        name=p.name,
        path=p.path,
        title=p.title,
        lead=lead,
        date=p.date,
        categories=tuple(p.categories),
        image=row.image,
        text=p.text,
        title_end=p.title_end,
        lead_end=p.lead_end,
        blocks=tuple(Block(kind, start, end, level) for kind, start, end, level in row.blocks),
        provenance=provenance,
        content_hash=p.content_hash,
        recovered=tuple(p.recovered),
    )
    return StoredPost(p.id, post, row.morphemes, row.fingerprint)
