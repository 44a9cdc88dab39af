"""Which files were read, so that a run reads only what changed and knows what is gone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kb.store import tables as t

CHUNK = 400  # SQLite binds a limited number of values


@dataclass(frozen=True, slots=True)
class FileState:
    """What is known of a file. ``mtime_ns`` is the stamp of its times, ``reason`` is set when it could not be read."""

    id: int
    path: str
    size: int
    mtime_ns: int
    content_hash: str | None
    post_id: int | None
    reason: str | None
    reader: str | None  # fingerprint; None: a reader of before there were fingerprints


_F = t.SourceFile
_STATE = (_F.id, _F.path, _F.size, _F.mtime_ns, _F.content_hash, _F.post_id, _F.reason, _F.reader)


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What is to be remembered of a file that was just read."""

    path: str
    size: int
    mtime_ns: int
    content_hash: str | None
    post_id: int | None
    reader: str
    reason: str | None = None


def known_files(session: Session, source: int, paths: Sequence[str]) -> dict[str, FileState]:
    """The state of those of ``paths`` that were seen before."""
    known = {}
    for at in range(0, len(paths), CHUNK):
        chosen = select(*_STATE).where(_F.source_id == source, _F.path.in_(paths[at : at + CHUNK]))
        known.update({row.path: FileState(*row) for row in session.execute(chosen)})
    return known


def record_files(session: Session, source: int, records: Sequence[FileRecord]) -> None:
    """Remembers files, in place of what was known of them."""
    if not records:
        return
    paths = [record.path for record in records]
    session.execute(delete(_F).where(_F.source_id == source, _F.path.in_(paths)))
    values = [
        {
            "source_id": source,
            "path": r.path,
            "size": r.size,
            "mtime_ns": r.mtime_ns,
            "content_hash": r.content_hash,
            "post_id": r.post_id,
            "reason": r.reason,
            "reader": r.reader,
        }
        for r in records
    ]
    session.execute(insert(_F), values)


def files_under(session: Session, source: int, folder: str) -> Iterator[FileState]:
    """Every file known below ``folder``, which ends in a slash, in order of its path."""
    below = select(*_STATE).where(_F.source_id == source, _F.path >= folder, _F.path < folder[:-1] + chr(ord("/") + 1))
    for row in session.execute(below.order_by(_F.path).execution_options(yield_per=1000)):
        yield FileState(*row)


def forget_files(session: Session, ids: Collection[int]) -> None:
    for at in range(0, len(ids), CHUNK):
        session.execute(delete(_F).where(_F.id.in_(list(ids)[at : at + CHUNK])))


def paths_of_names(session: Session, source: int, names: Sequence[str]) -> dict[str, str]:
    """For each post name of the source that is stored: the path of the file it came from."""
    found = session.execute(
        select(t.PostRow.name, _F.path)
        .join(_F, _F.post_id == t.PostRow.id)
        .where(t.PostRow.source_id == source, t.PostRow.name.in_(names))
    )
    return dict(found.all())
