"""The parts of the audit log: how it is parted when it is large, and what is kept of parts that are old.

Strangers can make the log grow (refused sign-ins), so what they made is bounded; what was administered is kept.
``audit.jsonl`` is written to, ``audit-000001.jsonl`` and on are the parts before it, and ``audit-000000.jsonl`` is what
remains of still older ones, without the refused sign-ins, whose number it tells.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PART_BYTES = 8_000_000
PARTS = 8  # that are kept whole beside the one that is written to
PART = re.compile(r"audit-([0-9]{6})\.jsonl")
OLDEST = "audit-000000.jsonl"
OF_STRANGERS = "sign-in refused"
THINNED = "thinned"


def part_after(log: Path) -> None:
    """To be called by whoever finds the log large. Another process may be at it: then that one does it."""
    with suppress(OSError):  # a full disk: the log grows on, and the next line tries again
        if log.is_symlink():  # somebody has arranged where it goes, and cuts it there
            return
        with _alone(log.with_name("audit.lock")):
            if log.stat().st_size >= PART_BYTES:
                log.rename(log.with_name(f"audit-{_last(log.parent) + 1:06}.jsonl"))
                _thin_old(log.parent)


def opened_parts(log: Path) -> Iterator[IO[bytes]]:
    """Every part, oldest first, closed when the next is asked for. No line is read twice while the log is parted."""
    newest = log.open("rb") if log.is_file() else None
    try:
        own = os.fstat(newest.fileno()).st_ino if newest else None
        for path in parts(log.parent):
            with suppress(FileNotFoundError), path.open("rb") as part:
                if os.fstat(part.fileno()).st_ino != own:
                    yield part
        if newest:
            yield newest
    finally:
        if newest:
            newest.close()


def copy_whole(log: Path, target: Path) -> None:
    """All parts as one file."""
    with target.open("wb") as out:
        for part in opened_parts(log):
            shutil.copyfileobj(part, out)
            part.seek(-min(1, part.tell()), os.SEEK_END)
            if part.read(1) != b"\n":
                out.write(b"\n")


def parts(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("audit-*.jsonl") if PART.fullmatch(path.name))


def _last(folder: Path) -> int:
    return max((int(path.stem.rpartition("-")[2]) for path in parts(folder)), default=0)


def _thin_old(folder: Path) -> None:
    whole = [path for path in parts(folder) if path.name != OLDEST]
    for path in whole[:-PARTS]:
        if not _is_thinned(folder / OLDEST, path.name):
            _thin(path, folder / OLDEST)
        path.unlink()


def _thin(part: Path, oldest: Path) -> None:
    """At once or not at all; its last line names the part, so that one that was thinned is not thinned again."""
    draft = oldest.with_name(f".{oldest.name}.draft")
    draft.unlink(missing_ok=True)
    left = 0
    with part.open("rb") as lines, os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        if oldest.is_file():
            with oldest.open("rb") as before:
                shutil.copyfileobj(before, out)
        for line in lines:
            if _of_strangers(line):
                left += 1
            else:
                out.write(line if line.endswith(b"\n") else line + b"\n")
        at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        told = {"at": at, "who": "kb", "action": THINNED, "part": part.name, "refused sign-ins left out": left}
        out.write(json.dumps(told).encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())
    draft.replace(oldest)


def _is_thinned(oldest: Path, name: str) -> bool:
    if not oldest.is_file():
        return False
    with oldest.open("rb") as lines:
        lines.seek(-min(1_000, oldest.stat().st_size), os.SEEK_END)
        last = lines.read().rstrip(b"\n").rpartition(b"\n")[2]
    return THINNED.encode() in last and name.encode() in last


def _of_strangers(line: bytes) -> bool:
    try:
        told = json.loads(line)
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("action") == OF_STRANGERS


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Raises BlockingIOError where another process is at it."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
