"""A whole collection of posts: what it holds, and how it goes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb.store import tables as t


def count_posts_by_source(session: Session) -> dict[str, int]:
    """Of every source, those without posts too."""
    counted = select(t.Source.name, func.count(t.PostRow.id)).outerjoin(t.PostRow, t.PostRow.source_id == t.Source.id)
    return dict(session.execute(counted.group_by(t.Source.name).order_by(t.Source.name)).all())


def some_posts(session: Session, source: str, limit: int) -> Sequence[int]:
    """Numbers of the first posts of a source."""
    of_source = select(t.PostRow.id).join(t.Source, t.Source.id == t.PostRow.source_id).where(t.Source.name == source)
    return session.scalars(of_source.order_by(t.PostRow.id).limit(limit)).all()


def drop_source(session: Session, source: str) -> None:
    """The name itself, with what is known of its files and runs; its posts must be gone, or the index keeps them."""
    session.execute(delete(t.Run).where(t.Run.source == source))
    session.execute(delete(t.Source).where(t.Source.name == source))
