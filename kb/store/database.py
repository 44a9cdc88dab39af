"""Opening the database: sessions, migrations, locks. SQLite in WAL mode unless another address is set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session as Session  # for those who pass sessions on and may not know SQLAlchemy
from sqlalchemy.orm import sessionmaker

from kb.errors import StoreError
from kb.store import locks
from kb.store.connections import Limits as Limits
from kb.store.connections import parsed, postgresql_engines, shown, sqlite_engine
from kb.store.trouble import BROKEN, told

MIGRATIONS = Path(__file__).parent / "migrations"
NEWER = (
    "이 데이터베이스는 더 새로운 판의 프로그램이 만들었습니다 ({address}: 판 {revision}, 이 프로그램은 {newest}까지). "
    "프로그램을 새 판으로 올리거나, 올리기 전의 백업을 쓰십시오."
)


class Database:
    """One database. ``session()`` for reading, ``writing()`` for a transaction that commits at its end.

    Of those who write, one is in its transaction at a time, on either kind of database; the others wait.
    """

    def __init__(self, address: str, limits: Limits | None = None) -> None:
        self.url = parsed(address)
        self.shown = shown(self.url)
        self._run: int | None = None
        if self.is_sqlite:
            self.engine = self._reading = sqlite_engine(self.url)
        else:
            self.engine, self._reading = postgresql_engines(self.url, limits or Limits())
        self._sessions = sessionmaker(self._reading, expire_on_commit=False)
        self._writers = sessionmaker(self.engine, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def close(self) -> None:
        self.engine.dispose()
        self._reading.dispose()

    @contextmanager
    def session(self) -> Iterator[Session]:
        with told(self.shown), self._sessions() as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """For reading, however long it takes: all of it sees one state."""
        with self.session() as session:
            if self.is_sqlite:
                session.connection().exec_driver_sql("BEGIN")
            else:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                session.execute(text("SET LOCAL statement_timeout = 0"))
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Not within another ``writing()``: it would wait for itself."""
        with told(self.shown), self._writers.begin() as session:
            if not self.is_sqlite:
                locks.in_transaction(session, locks.WRITE)
                if self._run is not None:
                    locks.still_held(session, self._run)
            yield session

    @contextmanager
    def run(self, purpose: str) -> Iterator[None]:
        """Held while posts are read, by one of all machines; raises RunHeld naming the holder.

        SQLite is on one machine, where the lock file in the data folder does.
        """
        if self.is_sqlite:
            yield
            return
        with told(self.shown), locks.run_lock(self.engine, purpose) as self._run:
            try:
                yield
            finally:
                self._run = None

    def ping(self) -> None:
        """Raises StoreError when the database does not answer."""
        with self.session() as session:
            session.execute(text("SELECT 1"))

    def verify(self) -> None:
        """Raises StoreError when pages of an SQLite file are damaged, also those that no query happens to read."""
        self.ping()
        if self.is_sqlite:
            with self.session() as session:
                found = session.scalars(text("PRAGMA quick_check(1)")).first()
            if found != "ok":
                raise StoreError(BROKEN.format(address=self.shown, problem=found))

    def size(self) -> int:
        """Bytes of all tables and indexes, with what SQLite has written and not yet moved into its file."""
        if self.is_sqlite:
            files = [Path(f"{self.url.database}{end}") for end in ("", "-wal")]
            return sum(file.stat().st_size for file in files if file.is_file())
        with self.session() as session:
            return session.scalar(text("SELECT pg_database_size(current_database())")) or 0

    def migrate(self) -> None:
        """To the newest tables; an empty database gets them all. Raises StoreError for one of a newer program."""
        with told(self.shown), self.engine.begin() as connection:
            if self._is_newest(connection):
                return
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # of two that start at once, one waits
            else:
                locks.in_transaction(connection, locks.MIGRATE)
            if not self._is_newest(connection):
                _upgrade(connection)

    def _is_newest(self, connection: Connection) -> bool:
        """Asked at every start, so without Alembic, which takes a tenth of a second to load."""
        known = [path.name.partition("_")[0] for path in sorted(MIGRATIONS.glob("versions/[0-9]*.py"))]
        revision = None
        if inspect(connection).has_table("alembic_version"):
            revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if revision is not None and revision not in known:
            raise StoreError(NEWER.format(address=self.shown, revision=revision, newest=known[-1]))
        return revision == known[-1]


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
