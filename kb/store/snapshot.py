"""The whole database as one SQLite file, taken while others read and write, and the way back into either kind.

From SQLite the pages are copied by its own backup interface within one read transaction: writers go on, and what they
write meanwhile is not in the copy. From PostgreSQL, and into it, the tables are copied row by row in one transaction
that sees one state. Knows no file format around it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, text

from kb.errors import StoreError, UsageError
from kb.store import tables as t
from kb.store.base import Base
from kb.store.database import Database
from kb.store.trouble import BROKEN, SQLITE, told

PAGES = 2_000
ROWS = 500

Progress = Callable[[int, int], object]
"""How much is done, of how much."""


def silent(done: int, total: int) -> None:
    """A progress that tells nobody."""


def take(database: Database, target: Path, progress: Progress = silent) -> None:
    """Writes the snapshot to ``target``, which must not exist. Raises StoreError for a damaged database."""
    if database.is_sqlite:
        _copy_pages(database, target, progress)
    else:
        with (
            told(database.shown),
            _neutral(target) as file,
            database.engine.connect() as reading,
            file.engine.begin() as writing,
        ):
            reading.execution_options(isolation_level="REPEATABLE READ")
            _copy_rows(reading, writing, progress)
    _settle(target)
    verify(target)


def verify(path: Path) -> None:
    """Raises StoreError unless every page is whole and nothing is in it but tables and indexes."""
    with _raw(path) as connection:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise StoreError(BROKEN.format(address=path.name, problem=found))
        kinds = {kind for (kind,) in connection.execute("SELECT DISTINCT type FROM sqlite_master")}
        if not kinds <= {"table", "index"}:
            raise UsageError("이 데이터베이스에는 우리 것이 아닌 것(트리거나 뷰)이 들어 있어 쓰지 않습니다.")


def facts(path: Path) -> tuple[str, int]:
    """(revision of the tables, number of posts). Raises UsageError for what is no database of ours."""
    with _raw(path) as connection:
        try:
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            posts = connection.execute("SELECT count(*) FROM posts").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise UsageError(f"지식베이스의 데이터베이스가 아닙니다 ({error}).") from error
    return (str(revision[0]) if revision else ""), int(posts)


def is_empty(database: Database) -> bool:
    with database.session() as session:
        return all(session.scalar(select(func.count()).select_from(model)) == 0 for model in (t.PostRow, t.Source))


def load(source: Path, database: Database, progress: Progress = silent) -> None:
    """Puts the snapshot, brought to the newest tables, in place of everything that ``database`` holds."""
    file = Database(f"sqlite:///{source}")
    try:
        file.migrate()
        database.migrate()
        with file.engine.connect() as reading, database.writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(delete(table))
            _copy_rows(reading, session.connection(), progress)
    finally:
        file.close()


def bring_up_to_date(path: Path) -> None:
    """The snapshot with the newest tables. Raises StoreError for one of a newer program."""
    with edited(path) as file:
        file.migrate()


@contextmanager
def edited(path: Path) -> Iterator[Database]:
    """The snapshot to be changed; one file again afterwards."""
    with closing(Database(f"sqlite:///{path}")) as file:
        yield file
    _settle(path)


# -- pages ----------------------------------------------------------------------------------------


def _copy_pages(database: Database, target: Path, progress: Progress) -> None:
    if not Path(database.url.database or "").is_file():
        raise UsageError(f"백업할 데이터베이스가 없습니다: {database.shown}. --data-dir을 확인하십시오.")

    def tell(_status: int, remaining: int, total: int) -> None:
        progress(total - remaining, total)

    with told(database.shown), database.engine.connect() as held:
        source = held.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        try:
            with closing(sqlite3.connect(target)) as copy:
                source.execute("BEGIN")
                source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on one state is seen
                source.backup(copy, pages=PAGES, progress=tell, sleep=0)
        except sqlite3.DatabaseError as error:
            raise _told(database.shown, error) from error
        finally:
            source.rollback()


def _settle(path: Path) -> None:
    """One file without a log beside it."""
    with _raw(path) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def _raw(path: Path) -> Iterator[sqlite3.Connection]:
    """Opened so that a hostile schema can do nothing."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA trusted_schema=OFF")
            connection.execute("PRAGMA cell_size_check=ON")
            yield connection
    except sqlite3.DatabaseError as error:
        raise _told(path.name, error) from error


def _told(address: str, error: sqlite3.DatabaseError) -> StoreError:
    """A full disk is no damage."""
    advice = next((advice for word, advice in SQLITE.items() if word in str(error)), None)
    if advice is None:
        return StoreError(BROKEN.format(address=address, problem=error))
    return StoreError(f"데이터베이스를 뜰 수 없습니다 ({address}: {error}): {advice}")


# -- rows -----------------------------------------------------------------------------------------


@contextmanager
def _neutral(path: Path) -> Iterator[Database]:
    file = Database(f"sqlite:///{path}")
    try:
        file.migrate()
        yield file
    finally:
        file.close()


def _copy_rows(reading: Connection, writing: Connection, progress: Progress) -> None:
    """Every table into one that is empty, parents first."""
    tables = Base.metadata.sorted_tables
    total = sum(reading.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
    done = 0
    for table in tables:
        rows = reading.execute(select(table), execution_options={"yield_per": ROWS}).mappings()
        for some in _chunks(rows):
            writing.execute(insert(table), some)
            done += len(some)
            progress(done, total)
    _set_counters(writing, tables)


def _chunks(rows: Iterable[Any]) -> Iterator[list[dict[str, Any]]]:
    source = iter(rows)
    while some := [dict(row) for row in islice(source, ROWS)]:
        yield some


def _set_counters(writing: Connection, tables: list[Table]) -> None:
    """New rows get numbers that no row had, and no change a number that an index believes it has followed."""
    followed = writing.scalar(select(func.max(t.IndexCursor.seq))) or 0
    for table in tables:
        key = table.autoincrement_column
        if key is None:
            continue
        highest = writing.scalar(select(func.max(key))) or 0
        if table.name == t.Change.__tablename__:
            highest = max(highest, followed)
        if highest:
            _set_counter(writing, table.name, key.name, highest)


def _set_counter(writing: Connection, table: str, key: str, highest: int) -> None:
    if writing.dialect.name == "postgresql":
        sequence = text("SELECT setval(pg_get_serial_sequence(:table, :key), :highest)")
        writing.execute(sequence, {"table": table, "key": key, "highest": highest})
    elif table == t.Change.__tablename__:  # the others count on from their highest number by themselves
        writing.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table})
        writing.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :highest)"),
            {"table": table, "highest": highest},
        )
