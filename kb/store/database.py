"""Opening the database: engine, sessions, migrations. SQLite in WAL mode unless another address is set."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session as Session  # for those who pass sessions on and may not know SQLAlchemy
from sqlalchemy.orm import sessionmaker

from kb.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"


def _tune_sqlite(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")  # safe in WAL: a power cut may lose the last commit, never corrupt
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.close()


class Database:
    """One database. ``session()`` for reading, ``writing()`` for a transaction that commits at its end."""

    def __init__(self, address: str) -> None:
        self.url = make_url(address)
        if self.url.get_backend_name() == "sqlite" and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = create_engine(self.url)
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

    def migrate(self) -> None:
        """To the newest tables; an empty database gets them all."""
        with _told(self.url.render_as_string()), self.engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            newest = ScriptDirectory.from_config(config).get_current_head()
            if MigrationContext.configure(connection).get_current_revision() != newest:
                command.upgrade(config, "head")


@contextmanager
def _told(address: str) -> Iterator[None]:
    """The database's own errors, told so that a person knows what to do."""
    try:
        yield
    except OperationalError as error:
        raise StoreError(f"데이터베이스를 쓸 수 없습니다 ({address}): {error.orig}") from error
    except DatabaseError as error:
        if "malformed" in str(error.orig) or "not a database" in str(error.orig):
            raise StoreError(f"데이터베이스 파일이 깨졌습니다 ({address}): {error.orig}") from error
        raise
