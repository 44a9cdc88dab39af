"""Restoring: everything is taken out and verified beside the data, then put in its place, then the index is made.

Until the last step nothing that was there is touched; what stood there before is moved aside, not deleted.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.filestore import FileLock, sync_file
from kb import private
from kb.backup import tokens
from kb.backup.archive import AUDIT, DATABASE, Archive, Manifest, Progress, open_archive, silent
from kb.errors import UsageError, os_reason
from kb.gazetteer.corrections import CORRECTIONS
from kb.settings import Settings
from kb.store import snapshot
from kb.store.database import Database

FILLED = (
    "{where}에 이미 글이 있습니다. 빈 데이터 폴더를 --data-dir로 주십시오. "
    "있던 것을 {aside} 되돌리려면 --force를 붙이십시오."
)
OWN = ("kb.sqlite3", "kb.sqlite3-wal", "kb.sqlite3-shm", "index")
PREFIX = ".restore-"
LATER = "from-backup"  # where goes what a restore may not put in force by itself


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored. ``aside`` is where the earlier data went, ``notes`` what a person has to look at."""

    manifest: Manifest
    aside: Path | None
    notes: tuple[str, ...]


def restore_backup(
    settings: Settings,
    path: Path,
    *,
    force: bool = False,
    keep_tokens: bool = False,
    corrections: Path = CORRECTIONS,
    progress: Progress = silent,
) -> RestoreReport:
    """Puts the database of a backup in place; the index is still to be made. Raises UsageError and StoreError.

    Its tokens are revoked; with ``keep_tokens`` only those that are known here to have been.
    """
    own_file = settings.database_url is None
    with open_archive(path) as archive, _data_folder(settings.data_dir) as work:
        if not force:
            _refuse_filled(settings)
        found = _verified(archive, work, progress)
        revoked = tokens.known_revoked(settings) if keep_tokens else frozenset()
        tokens_told = tokens.settle(found[DATABASE], keep=keep_tokens, revoked=revoked)
        if own_file:
            aside = _put_file(found[DATABASE], settings.data_dir)
        else:
            aside = None
            _put_rows(found[DATABASE], settings.database, progress)
        notes = (
            *tokens_told,
            *_keep_audit(found, settings.data_dir),
            *_keep_corrections(found, settings.data_dir, corrections),
        )
        return RestoreReport(archive.manifest, aside, notes)


@contextmanager
def _data_folder(folder: Path) -> Iterator[Path]:
    """A folder to work in, inside the data folder, under the lock of whoever writes posts.

    What this made is gone if it fails.
    """
    made = not folder.exists()
    try:
        private.make_folder(folder)
        lock = folder / "ingest.lock"
        with FileLock(lock, "restore"):
            for left in folder.glob(f"{PREFIX}*"):  # of one that was killed
                shutil.rmtree(left, ignore_errors=True)
            with tempfile.TemporaryDirectory(dir=folder, prefix=PREFIX) as work:
                yield Path(work)
    except BaseException as error:
        if made:
            shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise UsageError(f"{folder}: 되돌릴 수 없습니다 ({os_reason(error)}).") from error
        raise


def _refuse_filled(settings: Settings) -> None:
    if settings.database_url is None:
        if any((settings.data_dir / name).exists() for name in OWN):
            raise UsageError(FILLED.format(where=settings.data_dir, aside="옮겨 두고"))
        return
    database = Database(settings.database)
    try:
        database.migrate()
        if not snapshot.is_empty(database):
            raise UsageError(FILLED.format(where=database.shown, aside="지우고"))
    finally:
        database.close()


def _verified(archive: Archive, work: Path, progress: Progress) -> dict[str, Path]:
    """The members, whole and of the newest form."""
    found = archive.extract(work, progress)
    snapshot.verify(found[DATABASE])
    if snapshot.facts(found[DATABASE])[1] != archive.manifest.posts:
        raise UsageError("백업 파일이 깨졌습니다: 글의 수가 목록과 다릅니다.")
    progress("표를 새 판에 맞추는 중", 0, 1)
    snapshot.bring_up_to_date(found[DATABASE])
    snapshot.verify(found[DATABASE])
    return found


def _put_file(database: Path, folder: Path) -> Path | None:
    """What is there goes aside first, its log too: a log beside another database would be played into it."""
    rights = private.rights_of(folder / DATABASE)
    there = [folder / name for name in OWN if (folder / name).exists()]
    aside = None
    if there:
        aside = folder / f"before-restore-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S-%f}"
        aside.mkdir(private.FOLDER)
        for path in there:
            path.rename(aside / path.name)
    database.chmod(rights)
    sync_file(database)
    database.rename(folder / "kb.sqlite3")
    sync_file(folder)
    return aside


def _put_rows(source: Path, address: str, progress: Progress) -> None:
    database = Database(address)
    try:
        snapshot.load(source, database, lambda done, total: progress("데이터베이스에 넣는 중", done, total))
    finally:
        database.close()


def _keep_audit(found: dict[str, Path], folder: Path) -> Iterator[str]:
    """The log of the other machine; this one's own goes on."""
    if AUDIT in found:
        private.make_folder(folder / LATER)
        private.copy(found[AUDIT], folder / LATER / AUDIT)
        yield f"백업한 곳의 감사 기록은 {folder / LATER / AUDIT}에 두었습니다."


def _keep_corrections(found: dict[str, Path], folder: Path, installed: Path) -> Iterator[str]:
    """They are part of the program's data and reviewed there: those that differ are laid ready."""
    for name, source in found.items():
        if not name.startswith("corrections/"):
            continue
        own = installed / name.removeprefix("corrections/")
        if own.is_file() and own.read_bytes() == source.read_bytes():
            continue
        ready = folder / LATER / name
        private.make_folder(folder / LATER)
        private.make_folder(ready.parent)
        private.copy(source, ready)
        yield f"{name}이(가) 이 프로그램의 것과 다릅니다. {ready}를 살펴보고 data/corrections에 옮기십시오."
