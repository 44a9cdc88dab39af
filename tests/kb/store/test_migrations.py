"""The migrations make exactly the tables the code declares, on both databases, and can be undone."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from kb.errors import StoreError
from kb.store import tables
from kb.store.base import Base
from kb.store.database import MIGRATIONS, Database
from tests.conftest import DATABASES
from tests.servers import postgresql

REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]  # newest first
LEFT_OVER = {"alembic_version", "sqlite_sequence"}


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'kb.sqlite3'}"
        return
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    made = server.make()
    yield made.render_as_string(hide_password=False)
    server.drop(made)


@pytest.fixture
def database(empty: str) -> Iterator[Database]:
    opened = Database(empty)
    yield opened
    opened.close()


def go_down(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def differences(database: Database) -> list[object]:
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def test_migrations_and_models_agree(database: Database) -> None:
    database.migrate()
    assert tables.PostRow.__tablename__ in Base.metadata.tables
    assert differences(database) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    database.migrate()
    before = set(inspect(database.engine).get_table_names())
    database.migrate()
    assert set(inspect(database.engine).get_table_names()) == before


def test_all_the_way_down_and_up_again(database: Database) -> None:
    database.migrate()
    go_down(database, "base")
    assert set(inspect(database.engine).get_table_names()) <= LEFT_OVER
    database.migrate()
    assert differences(database) == []


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_from_every_earlier_revision_and_back(database: Database, revision: str) -> None:
    """What users have of an earlier program is brought up to date with what is in it."""
    database.migrate()
    go_down(database, revision)
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO sources (name) VALUES ('kept')"))
    database.migrate()
    assert differences(database) == []
    with database.session() as session:
        assert session.scalars(text("SELECT name FROM sources")).all() == ["kept"]


def test_a_database_of_a_newer_program_is_refused(database: Database) -> None:
    database.migrate()
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"더 새로운 판.*9999") as refused:
        database.migrate()
    assert REVISIONS[0] in str(refused.value)


def test_files_are_named_by_their_revision() -> None:
    """The newest is told by the names of the files, so that a start need not load Alembic."""
    names = [path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/[0-9]*.py")]
    assert sorted(names, reverse=True) == REVISIONS


def test_two_that_start_at_once_make_the_tables_once(empty: str) -> None:
    problems: list[BaseException] = []
    together = threading.Barrier(4)

    def start() -> None:
        database = Database(empty)
        try:
            together.wait()
            database.migrate()
        except BaseException as problem:  # whatever fails, fails the test
            problems.append(problem)
        finally:
            database.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_text_is_ordered_by_code_point(database: Database) -> None:
    """A database's own order may put 가 before Z, and ignore case and hyphens; indexes and pages do not."""
    database.migrate()
    words = ["가", "Z", "a", "a-b", "ab", "A", "힣", "-", "é", "😀", "漢"]
    with database.writing() as session:
        session.execute(tables.Source.__table__.insert(), [{"name": word} for word in words])
    with database.session() as session:
        name = tables.Source.name
        assert session.scalars(text("SELECT name FROM sources ORDER BY name")).all() == sorted(words)
        below = session.query(name).where(name >= "a", name < "가").order_by(name)
        assert [row[0] for row in below] == sorted(word for word in words if "a" <= word < "가")


def test_sqlite_keeps_a_write_ahead_log_and_foreign_keys(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'kb.sqlite3'}")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.close()


def test_whoever_opens_a_new_file_waits_for_another_that_writes_to_it(tmp_path: Path) -> None:
    """SQLite makes nobody wait who changes a file to a write-ahead log: it refuses at once."""
    path = tmp_path / "kb.sqlite3"
    first = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    first.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, first.rollback)
    release.start()
    database = Database(f"sqlite:///{path}")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    database.close()
    release.join()
    first.close()


def test_a_broken_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kb.sqlite3"
    path.write_bytes(b"this is not a database" * 100)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(StoreError, match=r"kb\.sqlite3"):
        database.migrate()
    database.close()


def test_migrations_know_no_tables_of_today() -> None:
    """What a migration does is settled: a later change of the store must not change, or break, an old upgrade."""
    for path in (*MIGRATIONS.glob("versions/[0-9]*.py"), *MIGRATIONS.glob("sums_of_*.py")):
        imported = re.findall(r"^(?:from|import) (kb\.store\S*)", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert all(name.startswith("kb.store.migrations.") for name in imported), (path.name, imported)
