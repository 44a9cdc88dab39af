"""The audit log: who administered what and when, one JSON object a line, appended to a file and never rewritten.

A large file is parted (``kb.access.parts``); reading goes over all parts.

A file of the data directory and not a table: a restore replaces the database and must leave a trace that
outlives it, and web processes, which never write to the database, tell of refused sign-ins here. A line is
written by one ``write`` to a file opened for appending, so processes do not mix their lines.
"""

from __future__ import annotations

import datetime as dt
import errno
import getpass
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from kb import private
from kb.access import parts

FILE = "audit.jsonl"
LONGEST = 300  # characters of a value that are kept
MOST_VALUES = 20  # of a list

Value: TypeAlias = "str | int | float | bool | list[str] | None"


@dataclass(frozen=True, slots=True)
class Entry:
    """``who`` is the user of the operating system whose process wrote the line."""

    at: dt.datetime
    who: str
    action: str
    details: Mapping[str, Value]

    def to_json(self) -> dict[str, Value]:
        return {
            "at": self.at.isoformat(timespec="milliseconds"),
            "who": self.who,
            "action": self.action,
            **self.details,
        }


class AuditLog:
    """The log of one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE

    def record(self, action: str, **details: Value) -> None:
        """``who`` is the user who runs this process. Raises OSError where the line cannot be written."""
        entry = Entry(dt.datetime.now(dt.UTC), os_user(), action, {k: _short(v) for k, v in details.items()})
        line = json.dumps(entry.to_json(), ensure_ascii=False) + "\n"
        private.make_folder(self.path.parent)
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            data = (b"" if _ends_a_line(handle) else b"\n") + line.encode("utf-8", "backslashreplace")
            if os.write(handle, data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
            large = os.fstat(handle).st_size >= parts.PART_BYTES
        finally:
            os.close(handle)
        if large:
            parts.part_after(self.path)

    def entries(self) -> Iterator[Entry]:
        """Oldest first. A line that a full disk cut off is told as ``damaged``, not passed over."""
        for part in parts.opened_parts(self.path):
            yield from (_read(line.decode("utf-8", "replace")) for line in part if line.strip())

    def copy_whole(self, target: Path) -> bool:
        """All of it as one file. False where there is none."""
        if not self.path.is_file():
            return False
        parts.copy_whole(self.path, target)
        return True


def _ends_a_line(handle: int) -> bool:
    """Whether the file's last line is whole. One that a full disk cut off must not swallow the next."""
    size = os.fstat(handle).st_size
    return size == 0 or os.pread(handle, 1, size - 1) == b"\n"


def os_user() -> str:
    """By the process's number, not by what its environment claims."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):  # no such file on this system, or no name for the number (containers)
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else getpass.getuser()


def _short(value: Value) -> Value:
    if isinstance(value, list):
        return [each[:LONGEST] for each in value[:MOST_VALUES]]
    return value[:LONGEST] if isinstance(value, str) else value


def _read(line: str) -> Entry:
    try:
        told = json.loads(line)
        at = dt.datetime.fromisoformat(told.pop("at"))
        return Entry(at, str(told.pop("who")), str(told.pop("action")), told)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Entry(dt.datetime.fromtimestamp(0, dt.UTC), "?", "damaged", {"line": line.strip()[:LONGEST]})
