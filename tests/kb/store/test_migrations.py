"""The migrations make exactly the tables the code declares, and can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from kb.errors import StoreError
from kb.store import tables
from kb.store.base import Base
from kb.store.database import MIGRATIONS, Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'kb.sqlite3'}")
    yield opened
    opened.close()


def test_migrations_and_models_agree(database: Database) -> None:
    database.migrate()
    assert tables.PostRow.__tablename__ in Base.metadata.tables
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    database.migrate()
    before = set(inspect(database.engine).get_table_names())
    database.migrate()
    assert set(inspect(database.engine).get_table_names()) == before


def test_all_the_way_down_and_up_again(database: Database) -> None:
    database.migrate()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    database.migrate()
    assert "posts" in inspect(database.engine).get_table_names()


def test_sqlite_keeps_a_write_ahead_log_and_foreign_keys(database: Database) -> None:
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_broken_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kb.sqlite3"
    path.write_bytes(b"this is not a database" * 100)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(StoreError, match=r"kb\.sqlite3"):
        database.migrate()
    database.close()
