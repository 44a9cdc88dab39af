"""Opening the database: engine, sessions, migrations. SQLite in WAL mode unless another address is set."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session as Session  # for those who pass sessions on and may not know SQLAlchemy
from sqlalchemy.orm import sessionmaker

from kb.errors import StoreError, os_reason

REFUSED = {
    "readonly": "쓸 권한이 없습니다. 데이터 폴더의 권한을 확인하십시오. 읽기만 하는 명령은 그대로 됩니다.",
    "full": "디스크가 가득 찼습니다. 자리를 비우고 같은 명령을 다시 실행하면 이어서 합니다.",
    "I/O": "디스크에 쓰거나 읽지 못했습니다. 빈자리와 디스크를 확인하고 다시 실행하십시오.",
    "locked": "다른 작업이 쓰는 중입니다. 잠시 뒤에 다시 실행하십시오.",
    "unable to open": "열 수 없습니다. 데이터 폴더의 권한을 확인하십시오.",
}
BROKEN = (
    "데이터베이스 파일이 깨졌습니다 ({address}: {problem}). "
    "백업을 되돌리거나, 이 데이터 폴더를 옮겨 두고 kb ingest로 다시 읽으십시오."
)

MIGRATIONS = Path(__file__).parent / "migrations"


def _tune_sqlite(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")  # safe in WAL: a power cut may lose the last commit, never corrupt
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.execute("PRAGMA journal_size_limit=8000000")  # bytes the WAL keeps; a large run would leave its size
        cursor.close()


class Database:
    """One database. ``session()`` for reading, ``writing()`` for a transaction that commits at its end."""

    def __init__(self, address: str) -> None:
        self.url = make_url(address)
        if self.url.get_backend_name() == "sqlite" and self.url.database:
            _make_folder(Path(self.url.database).parent)
        self.engine: Engine = create_engine(_readable(self.url))
        event.listen(self.engine, "connect", _tune_sqlite)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def session(self) -> Iterator[Session]:
        with _told(self.url.render_as_string()), self._sessions() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with _told(self.url.render_as_string()), self._sessions.begin() as session:
            yield session

    def verify(self) -> None:
        """Raises StoreError when pages of an SQLite file are damaged, also those that no query happens to read."""
        if self.is_sqlite:
            with self.session() as session:
                found = session.scalars(text("PRAGMA quick_check(1)")).first()
            if found != "ok":
                raise StoreError(BROKEN.format(address=self.url.render_as_string(), problem=found))

    def migrate(self) -> None:
        """To the newest tables; an empty database gets them all."""
        with _told(self.url.render_as_string()), self.engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            newest = ScriptDirectory.from_config(config).get_current_head()
            if MigrationContext.configure(connection).get_current_revision() != newest:
                command.upgrade(config, "head")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"데이터 폴더를 만들 수 없습니다: {folder} ({os_reason(error)})") from error


def _readable(url: URL) -> URL:
    """An SQLite file that cannot be written is opened for reading: with its WAL where there is one, else as it is."""
    if url.get_backend_name() != "sqlite" or not url.database or url.query:
        return url
    path = Path(url.database).absolute()
    if not path.is_file() or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return url
    wal = path.with_name(f"{path.name}-wal")
    way = {"mode": "ro"} if wal.is_file() and wal.stat().st_size else {"immutable": "1"}
    return url.set(database=path.as_uri().replace("file://", "file:"), query={**way, "uri": "true"})


@contextmanager
def _told(address: str) -> Iterator[None]:
    """The database's own errors, told so that a person knows what to do."""
    try:
        yield
    except DatabaseError as error:
        problem = str(error.orig)
        if "malformed" in problem or "not a database" in problem:
            raise StoreError(BROKEN.format(address=address, problem=problem)) from error
        if not isinstance(error, OperationalError):
            raise
        advice = next((told for word, told in REFUSED.items() if word in problem), problem)
        raise StoreError(f"데이터베이스를 쓸 수 없습니다 ({address}: {problem}): {advice}") from error
