"""How each kind of database is connected to: addresses, pools, what a connection is told first. Knows no tables."""

from __future__ import annotations

import os
import sqlite3
import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from kb import private
from kb.errors import StoreError, UsageError, os_reason

LOCK_SECONDS = 30  # a writer waits so long for another one's transaction
POOL_SECONDS = 10  # a reader waits so long for a free connection
CONNECT_SECONDS = 10
SPARE_WRITERS = 4  # one writes at a time; another holds the lock of a run, and a follower writes its cursor


@dataclass(frozen=True, slots=True)
class Limits:
    """``pool``: connections kept for reading, twice as many at most. ``seconds``: the longest read, 0 without end."""

    pool: int = 8
    seconds: float = 30


def parsed(address: str) -> URL:
    """The address, with the driver that is ours. Raises UsageError, which never repeats what was given."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise UsageError(
            "KB_DATABASE_URL을 읽을 수 없습니다. postgresql+psycopg://사용자@서버/데이터베이스처럼 쓰십시오."
        ) from error
    backend = url.get_backend_name()
    if backend in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise UsageError(f"KB_DATABASE_URL: '{backend}' 데이터베이스는 쓸 수 없습니다. sqlite나 postgresql을 쓰십시오.")
    return url


def shown(url: URL) -> str:
    """The address for messages: without password, wherever it stood."""
    return url.set(query={}).render_as_string(hide_password=True)


def sqlite_engine(url: URL) -> Engine:
    if url.database:
        _make_folder(Path(url.database).parent)
    engine = create_engine(_readable(url), hide_parameters=True)
    if url.database and url.database != ":memory:" and not url.query:
        path = Path(url.database)
        event.listen(engine, "do_connect", lambda *_: private.make_file(path))  # SQLite would ask the umask
    event.listen(engine, "connect", _tune_sqlite)
    return engine


def postgresql_engines(url: URL, limits: Limits) -> tuple[Engine, Engine]:
    """(for writing, for reading). Both are empty pools: nothing is connected before it is needed."""
    reading = {"default_transaction_read_only": "on", "statement_timeout": f"{round(limits.seconds * 1000)}"}
    writing = {"lock_timeout": f"{LOCK_SECONDS}s"}
    return (
        _postgresql(url, writing, pool_size=1, max_overflow=SPARE_WRITERS, pool_timeout=LOCK_SECONDS),
        _postgresql(url, reading, pool_size=limits.pool, max_overflow=limits.pool, pool_timeout=POOL_SECONDS),
    )


def _postgresql(url: URL, session: dict[str, str], **pool: Any) -> Engine:
    told = {"timezone": "UTC", "default_transaction_isolation": "read committed", **session}
    options = " ".join(f"-c {name}={value.replace(' ', chr(92) + ' ')}" for name, value in told.items())
    arguments: dict[str, Any] = {"options": f"{options} {_given(url, 'options')}".strip()}
    if not _given(url, "connect_timeout"):
        arguments["connect_timeout"] = CONNECT_SECONDS
    if not _given(url, "application_name"):
        arguments["application_name"] = "kb"
    try:
        engine = create_engine(
            url.difference_update_query(["options"]),
            connect_args=arguments,
            pool_pre_ping=True,  # a server that was started again costs no request an error
            hide_parameters=True,  # error messages go to logs; the texts of posts do not
            **pool,
        )
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise UsageError(
            "PostgreSQL에는 psycopg가 있어야 합니다: pip install 'trade-control-kb[postgresql]'"
        ) from error
    _forget_after_fork(engine)
    return engine


def _given(url: URL, name: str) -> str:
    value = url.query.get(name, "")
    return value if isinstance(value, str) else " ".join(value)


def _forget_after_fork(engine: Engine) -> None:
    """Two processes on one connection would read each other's answers: a child opens its own."""
    known = weakref.ref(engine)

    def forget() -> None:
        if (mine := known()) is not None:
            mine.dispose(close=False)

    os.register_at_fork(after_in_child=forget)


def _tune_sqlite(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={LOCK_SECONDS * 1000}")
        cursor.execute("PRAGMA foreign_keys=ON")
        _keep_write_ahead_log(cursor)
        cursor.execute("PRAGMA synchronous=NORMAL")  # safe in WAL: a power cut may lose the last commit, never corrupt
        cursor.execute("PRAGMA journal_size_limit=8000000")  # bytes the WAL keeps; a large run would leave its size
        cursor.close()


def _keep_write_ahead_log(cursor: sqlite3.Cursor) -> None:
    """A new file changes to it once. Two that change it at once are not made to wait by SQLite: one is refused."""
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(0.005)


def _make_folder(folder: Path) -> None:
    try:
        private.make_folder(folder)
    except OSError as error:
        raise StoreError(f"데이터 폴더를 만들 수 없습니다: {folder} ({os_reason(error)})") from error


def _readable(url: URL) -> URL:
    """An SQLite file that cannot be written is opened for reading: with its WAL where there is one, else as it is."""
    if not url.database or url.query:
        return url
    path = Path(url.database).absolute()
    if not path.is_file() or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return url
    wal = path.with_name(f"{path.name}-wal")
    way = {"mode": "ro"} if wal.is_file() and wal.stat().st_size else {"immutable": "1"}
    return url.set(database=path.as_uri().replace("file://", "file:"), query={**way, "uri": "true"})
