"""Making a backup: a snapshot beside the target, hashed, packed, and put in place in one step."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from index.errors import WriterBusy
from index.filestore import FileLock, sync_file
from kb.access.audit import AuditLog
from kb.backup.archive import AUDIT, DATABASE, FORMAT, KNOWN, Manifest, Progress, digest_of, silent, write_archive
from kb.errors import UsageError, os_reason
from kb.gazetteer.corrections import CORRECTIONS
from kb.settings import Settings
from kb.store import snapshot
from kb.store.database import Database

PREFIX, LOCK = ".kb-backup-", "lock"
LEFT_SECONDS = 600  # a folder that has just been made is not locked yet


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup came to."""

    path: Path
    bytes: int
    posts: int
    members: int

    def to_json(self) -> dict[str, object]:
        return {"path": str(self.path), "bytes": self.bytes, "posts": self.posts, "members": self.members}


def make_backup(
    settings: Settings,
    path: Path,
    *,
    overwrite: bool = False,
    corrections: Path = CORRECTIONS,
    progress: Progress = silent,
) -> BackupReport:
    """Writes ``path`` whole or not at all. Raises UsageError where it exists already, StoreError for a damaged base."""
    if path.exists() and not overwrite:
        raise UsageError(f"{path}: 이미 있습니다. 다른 이름을 주거나, 바꿔 쓰려면 --overwrite를 붙이십시오.")
    try:
        _sweep(path.parent)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=PREFIX) as work, FileLock(Path(work) / LOCK, "backup"):
            files = _gathered(settings, Path(work), corrections, progress)
            manifest = _manifest(settings, files)
            draft = Path(work) / "backup"
            write_archive(draft, manifest, files, progress)
            _place(draft, path, overwrite=overwrite)
    except OSError as error:
        raise UsageError(f"{path}: 백업을 쓸 수 없습니다 ({os_reason(error)}).") from error
    return BackupReport(path, path.stat().st_size, manifest.posts, len(files))


def _sweep(folder: Path) -> None:
    """What backups that were killed have left, as large as the base; never that of one that runs."""
    for left in folder.glob(f"{PREFIX}*"):
        with suppress(OSError, WriterBusy):
            found = left.lstat()  # in a folder of many, another may have put a link or a trap of this name
            ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
            if ours and time.time() - found.st_mtime > LEFT_SECONDS:
                with FileLock(left / LOCK, "sweep"):
                    shutil.rmtree(left, ignore_errors=True)


def _gathered(settings: Settings, work: Path, corrections: Path, progress: Progress) -> dict[str, Path]:
    """The members by name; the database first."""
    files = {DATABASE: work / "database"}
    database = Database(settings.database)
    try:
        snapshot.take(database, files[DATABASE], lambda done, total: progress("데이터베이스를 뜨는 중", done, total))
    finally:
        database.close()
    if AuditLog(settings.data_dir).copy_whole(work / "audit"):  # it grows while we pack: a copy is packed
        files[AUDIT] = work / "audit"
    for number, record in enumerate(sorted(corrections.glob("*.y*ml"))):
        name = f"corrections/{record.name}"
        if KNOWN.fullmatch(name) and record.is_file():
            files[name] = work / f"corrections-{number}"
            files[name].write_bytes(record.read_bytes())
    return files


def _manifest(settings: Settings, files: dict[str, Path]) -> Manifest:
    revision, posts = snapshot.facts(files[DATABASE])
    kind = settings.database.partition(":")[0].partition("+")[0]
    created = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    members = {name: digest_of(source) for name, source in files.items()}
    return Manifest(FORMAT, version("trade-control-kb"), created, kind, revision, posts, members)


def _place(draft: Path, path: Path, *, overwrite: bool) -> None:
    """By one step that either happens or does not; a file that appeared meanwhile is not overwritten."""
    if overwrite:
        draft.replace(path)
    else:
        try:
            os.link(draft, path)
        except FileExistsError:
            raise UsageError(f"{path}: 그 사이에 생겼습니다. 다른 이름을 주십시오.") from None
        except OSError:  # a file system without links
            if path.exists():
                raise UsageError(f"{path}: 그 사이에 생겼습니다. 다른 이름을 주십시오.") from None
            draft.replace(path)
    sync_file(path.parent)
