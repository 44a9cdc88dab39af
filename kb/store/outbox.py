"""The change feed and how far each build of an engine has followed it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, false, func, select, update
from sqlalchemy.orm import Session

from kb.store import tables as t

WAITED_FOR = 10_000  # changes for which a build of another engine is waited for in any case
FORGOTTEN = ("outbox", "forgotten")  # among the cursors, as the one that nobody waits for


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Changes up to ``seq``, each post once: what must be written anew and what removed."""

    seq: int
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def last_seq(session: Session) -> int:
    """The number of the newest change, also when it is forgotten; 0 when there was none."""
    return max(session.scalar(select(func.max(t.Change.seq))) or 0, forgotten(session))


def changes_after(session: Session, seq: int, limit: int = 2000) -> ChangeSet:
    """The next changes after ``seq``; the last word on a post counts."""
    rows = session.execute(
        select(t.Change.seq, t.Change.post, t.Change.removed)
        .where(t.Change.seq > seq)
        .order_by(t.Change.seq)
        .limit(limit)
    ).all()
    last = {row.post: row.removed for row in rows}
    return ChangeSet(
        rows[-1].seq if rows else seq,
        tuple(post for post, removed in last.items() if not removed),
        tuple(post for post, removed in last.items() if removed),
    )


def lag(session: Session, seq: int) -> int:
    return session.scalar(select(func.count()).select_from(t.Change).where(t.Change.seq > seq)) or 0


def cursor(session: Session, engine: str, build: str) -> int | None:
    return session.scalar(select(t.IndexCursor.seq).where(t.IndexCursor.engine == engine, t.IndexCursor.build == build))


def set_cursor(session: Session, engine: str, build: str, seq: int) -> None:
    session.merge(t.IndexCursor(engine=engine, build=build, seq=seq))


def hold(session: Session) -> None:
    """No other writes from here to the end of the transaction: SQLite promises that from the first write on."""
    session.execute(update(t.IndexCursor).where(false()).values(seq=0))


def drop_cursor(session: Session, engine: str, build: str) -> None:
    session.execute(delete(t.IndexCursor).where(t.IndexCursor.engine == engine, t.IndexCursor.build == build))


def prune(session: Session, engine: str, kept_builds: tuple[str, ...], engines: Collection[str] = ()) -> None:
    """Forgets cursors of builds that are gone, and changes that every build has followed.

    A build of one of the other ``engines`` that is further behind than there are posts is not waited for: it would be
    made anew sooner than it could follow, and an engine that was tried once must not hold the changes for ever.
    """
    gone = (t.IndexCursor.engine == engine) & t.IndexCursor.build.not_in(kept_builds)
    session.execute(delete(t.IndexCursor).where(gone))
    posts = session.scalar(select(func.sum(t.SourceDay.posts))) or 0
    behind = t.IndexCursor.seq < last_seq(session) - max(posts, WAITED_FOR)
    others = t.IndexCursor.engine.in_(engines) & (t.IndexCursor.engine != engine)
    session.execute(delete(t.IndexCursor).where(others & behind))
    oldest = session.scalar(select(func.min(t.IndexCursor.seq)).where(t.IndexCursor.engine != FORGOTTEN[0]))
    if oldest is not None and oldest > forgotten(session):
        session.execute(delete(t.Change).where(t.Change.seq <= oldest))
        set_cursor(session, *FORGOTTEN, oldest)


def forgotten(session: Session) -> int:
    """Up to which number changes are gone: who has followed less far cannot follow any more.

    So it is with an index that another machine on the same database took for gone, or one from an old backup.
    """
    return cursor(session, *FORGOTTEN) or 0
