"""Every stored value read back, damaged ones named: what the search for broken pages and for differences cannot see.

A page that is overwritten inside a value is a whole page to SQLite. Knows how values are stored, and not what they
must say: ``kb.inspection`` compares them with what a post's own original says.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from index.analysis.stream import Analysis
from kb.errors import KbError
from kb.store import tables as t
from kb.store.base import Base
from kb.store.database import Database
from kb.store.stored import StoredPost, whole_post

CHUNK = 200
OWN = {t.PostRow, t.PostDetail, t.AnalysisRow, t.TermsRow, t.MentionRow}  # looked at post by post
UNREADABLE = (SQLAlchemyError, KbError, ValueError, TypeError, LookupError, AttributeError)


@dataclass(frozen=True, slots=True)
class Places:
    """What of a post can be looked at: the post as stored (None: not readable), its original, and what is wrong."""

    id: int
    name: str
    stored: StoredPost | None
    original: bytes | None
    terms: tuple[str, bytes] | None  # fingerprint and what is kept
    damaged: tuple[str, ...]


def broken_pages(database: Database) -> list[str]:
    """What SQLite's own full check finds: pages, and indexes that do not agree with their tables."""
    if not database.is_sqlite:
        return []
    with database.session() as session:
        return [told for told in session.scalars(text("PRAGMA integrity_check(20)")) if told != "ok"]


def broken_rows(database: Database) -> Iterator[tuple[str, str]]:
    """(table, problem) of tables outside posts that hold a value that cannot be read."""
    own = {model.__tablename__ for model in OWN}
    for table in Base.metadata.sorted_tables:
        if table.name in own:
            continue
        try:
            with database.session() as session:
                for _ in session.execute(select(table), execution_options={"yield_per": 1000}):
                    pass
        except UNREADABLE as problem:
            yield table.name, str(problem).splitlines()[0][:200]


def numbers(session: Session) -> list[int]:
    return list(session.scalars(select(t.PostRow.id).order_by(t.PostRow.id)))


def look(session: Session, number: int) -> Places:
    """One post, value by value."""
    damaged: list[str] = []
    name, stored, original = f"#{number}", None, None
    try:
        stored = whole_post(session, number)
        name = stored.post.id
    except UNREADABLE:
        damaged.append("text")
    try:
        original = _original(session, number, stored)
    except (*UNREADABLE, zlib.error):
        damaged.append("original")
    if stored is not None:
        damaged += _misplaced(session, stored)
    return Places(number, name, stored, original, _terms(session, number), tuple(damaged))


def _terms(session: Session, number: int) -> tuple[str, bytes] | None:
    """Kept terms of the post as it is now."""
    k = t.TermsRow
    kept = select(k.fingerprint, k.terms).join(t.PostRow, t.PostRow.id == k.post_id)
    try:
        row = session.execute(kept.where(k.post_id == number, k.content_hash == t.PostRow.content_hash)).first()
    except UNREADABLE:
        return ("", b"")
    return (row.fingerprint, row.terms) if row is not None else None


def _original(session: Session, number: int, stored: StoredPost | None) -> bytes:
    packed = session.scalars(select(t.PostDetail.original).where(t.PostDetail.post_id == number)).one()
    data = zlib.decompress(packed)
    if stored is not None and hashlib.sha256(data).hexdigest() != stored.post.content_hash:
        raise ValueError("of another content")
    return data


def _misplaced(session: Session, stored: StoredPost) -> Iterator[str]:
    """Morphemes and mentions that do not stand where they say."""
    length = len(stored.post.text)
    if stored.morphemes is not None:  # without any it is not damaged but stale
        analysis = Analysis.read(stored.morphemes)
        if analysis is None or not all(s <= e <= length for s, e in zip(analysis.starts, analysis.ends, strict=True)):
            yield "morphemes"
    try:
        m = t.MentionRow
        rows = session.execute(select(m).where(m.post_id == stored.id)).scalars().all()
        if any(stored.post.text[row.start : row.end] != row.surface for row in rows):
            yield "mentions"
    except UNREADABLE:
        yield "mentions"


def forget_terms(session: Session, ids: Sequence[int]) -> None:
    """They are made again where they are needed."""
    session.execute(delete(t.TermsRow).where(t.TermsRow.post_id.in_(ids)))


def forget_derived(session: Session, ids: Sequence[int]) -> None:
    """What is made from the texts of these posts counts as made by older rules: the next refresh makes it anew."""
    session.execute(delete(t.AnalysisRow).where(t.AnalysisRow.post_id.in_(ids)))
    forget_terms(session, ids)
    session.execute(update(t.PostRow).where(t.PostRow.id.in_(ids)).values(extraction=""))


def forget_files(session: Session, ids: Sequence[int]) -> None:
    """The files of these posts are read anew by the next ingestion, unchanged as they may be."""
    owner = t.SourceFile.post_id.in_(ids)
    session.execute(update(t.SourceFile).where(owner).values(size=-1, mtime_ns=-1, content_hash=None))


def source_and_path(session: Session, number: int) -> tuple[int, str, str] | None:
    """(number of the source, its name, path of the post), read apart from what may be damaged."""
    try:
        row: Any = session.execute(
            select(t.PostRow.source_id, t.Source.name, t.PostRow.path)
            .join(t.Source, t.Source.id == t.PostRow.source_id)
            .where(t.PostRow.id == number)
        ).one()
    except UNREADABLE:
        return None
    return row[0], row[1], row[2]


def files_of(session: Session, number: int) -> list[int]:
    return list(session.scalars(select(t.SourceFile.id).where(t.SourceFile.post_id == number)))


def hand_over(session: Session, files: Sequence[int], number: int) -> None:
    """Files of a post that was written anew belong to its new row."""
    session.execute(update(t.SourceFile).where(t.SourceFile.id.in_(files)).values(post_id=number))
