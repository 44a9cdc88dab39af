"""Locks of PostgreSQL that many machines share. SQLite has one writer by nature, and one machine.

A transaction that writes takes ``WRITE`` before its first statement. That gives the outbox what SQLite gives it for
nothing: numbers become visible in their order. With a bare sequence, a transaction could commit number 7 before
another commits 6, and an index that has followed to 7 would never see 6.

``RUN`` is held by the connection for as long as posts are read, whichever machine reads them.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kb.errors import RunHeld, StoreError

KB = 0x6B62  # the first of a lock's two numbers: others may use the same database
WRITE, RUN, MIGRATE = 1, 2, 3

HELD = text(
    "SELECT a.pid, a.application_name, host(a.client_addr) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :kb AND l.objid = :lock"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def in_transaction(session: Session | Connection, lock: int) -> None:
    """Waits for the lock; the transaction's end gives it back."""
    session.execute(text("SELECT pg_advisory_xact_lock(:kb, :lock)"), {"kb": KB, "lock": lock})


@contextmanager
def run_lock(engine: Engine, purpose: str) -> Iterator[int]:
    """Holds ``RUN`` on a connection of its own and gives that connection's number. Raises RunHeld naming the holder."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        me = f"{purpose}, {socket.gethostname()}, pid {os.getpid()}"
        connection.execute(text("SELECT set_config('application_name', :me, false)"), {"me": me[:63]})
        connection.execute(text("SELECT set_config('idle_session_timeout', '0', false)"))
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:kb, :lock)"), {"kb": KB, "lock": RUN}):
            raise RunHeld(_holder(connection))
        try:
            yield connection.scalar(text("SELECT pg_backend_pid()")) or 0
        finally:
            with suppress(DBAPIError):  # a connection that is gone has given the lock back
                # said, since the server notices a closed connection only later, and the next run may begin at once
                connection.execute(text("SELECT pg_advisory_unlock(:kb, :lock)"), {"kb": KB, "lock": RUN})
                connection.invalidate()  # closed, not pooled: nothing of the lock can be left behind


def still_held(session: Session, pid: int) -> None:
    """Raises StoreError when the connection that held ``RUN`` is gone: another run may have begun."""
    if pid not in {row.pid for row in session.execute(HELD, {"kb": KB, "lock": RUN})}:
        raise StoreError(
            "데이터베이스 서버가 연결을 끊어 쓰기 잠금을 잃었습니다. 같은 명령을 다시 실행하면 이어서 합니다."
        )


def _holder(connection: Connection) -> str:
    row = connection.execute(HELD, {"kb": KB, "lock": RUN}).first()
    if row is None:
        return ""
    return ", ".join(str(part) for part in (row[1] or f"연결 {row[0]}", row[2]) if part)
