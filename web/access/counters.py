"""Counters that all processes of a machine share: one small SQLite file beside the data, for ``limits``.

Several workers answer one client, so a counter of each process would let through as many times the budget.
The file holds nothing worth keeping: it may be deleted at any time, and where it cannot be written each
process counts for itself. It is not the knowledge base's database, and no request waits for a disk here.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from pathlib import Path

from limits.storage import MemoryStorage, Storage

from kb import private

log = logging.getLogger("web.gate")

FILE = "limits.sqlite3"
CLEANED_EVERY = 2_000  # hits
WAITS = 0.5  # seconds for another process's hit
HIT = """
INSERT INTO counters (name, hits, ends) VALUES (:name, :hits, :ends) ON CONFLICT (name) DO UPDATE SET
    hits = CASE WHEN ends <= :now THEN excluded.hits ELSE hits + excluded.hits END,
    ends = CASE WHEN ends <= :now THEN excluded.ends ELSE ends END
RETURNING hits
"""


class SharedCounters(Storage):
    """Fixed windows: a name, how often it was hit, when its window ends."""

    STORAGE_SCHEME = None  # it is made here and not by an address

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._lock, self._hits = threading.Lock(), 0
        self._connection = sqlite3.connect(path, timeout=WAITS, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, hits INTEGER, ends REAL) WITHOUT ROWID"
        )

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = time.time()
        with self._lock:
            self._hits += 1
            if self._hits % CLEANED_EVERY == 1:
                self._connection.execute("DELETE FROM counters WHERE ends <= ?", (now,))
            row = {"name": key, "hits": amount, "ends": now + expiry, "now": now}
            (hits,) = self._connection.execute(HIT, row).fetchone()
        return int(hits)

    def get(self, key: str) -> int:
        return int(self._row(key)[0])

    def get_expiry(self, key: str) -> float:
        return float(self._row(key)[1])

    def _row(self, key: str) -> tuple[int, float]:
        asked = "SELECT hits, ends FROM counters WHERE name = ? AND ends > ?"
        with self._lock:
            found = self._connection.execute(asked, (key, time.time())).fetchone()
        return found or (0, time.time())

    def check(self) -> bool:
        with contextlib.suppress(sqlite3.Error):
            self._row("")
            return True
        return False

    def reset(self) -> int:
        with self._lock:
            return self._connection.execute("DELETE FROM counters").rowcount

    def clear(self, key: str) -> None:
        with self._lock:
            self._connection.execute("DELETE FROM counters WHERE name = ?", (key,))

    def close(self) -> None:
        self._connection.close()


def counters(data_dir: Path) -> Storage:
    """Shared where the data directory can be written, else this process's own."""
    try:
        private.make_folder(data_dir)
        private.make_file(data_dir / FILE)
        return SharedCounters(data_dir / FILE)
    except (OSError, sqlite3.Error) as error:
        log.warning("요청을 프로세스마다 따로 셉니다: %s", error)
        return MemoryStorage()
