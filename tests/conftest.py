"""Fixture strategy: the smallest real thing that has what a test needs. Posts are built inline or read
from data/posts; databases, indexes and servers are real and made in a temporary directory. What is slow
to load (Kiwi, the gazetteer) is shared by the session. What stores runs on every database (``address``)."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import URL

from index.analysis.korean import KoreanAnalyzer
from kb.store.database import Database
from tests.servers import postgresql

# Laws are no stopwatches: on a busy machine an input of 0.2 s is no finding. What must be quick has a bound of its own.
settings.register_profile("laws", deadline=None)
settings.load_profile("laws")

# Who starts the tests in the background may have them ignore Ctrl+C, and what they start would ignore it too.
signal.signal(signal.SIGINT, signal.default_int_handler)

DATABASES = ["sqlite", pytest.param("postgresql", marks=postgresql.MARKS)]


@pytest.fixture(scope="session")
def analyzer() -> KoreanAnalyzer:
    """Kiwi with the domain's words; loading takes 1.5 s."""
    return KoreanAnalyzer()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    with postgresql.serving() as server:
        yield server


@pytest.fixture(scope="session")
def migrated(postgresql_server: postgresql.Server) -> URL:
    """A database with all tables, to be copied: faster than making them again."""
    made = postgresql_server.make()
    database = Database(made.render_as_string(hide_password=False))
    database.migrate()
    database.close()
    return made


@pytest.fixture
def postgresql_address(postgresql_server: postgresql.Server, migrated: URL) -> Iterator[str]:
    """A PostgreSQL database of the test's own, with all tables; the module is marked ``postgresql.MARKS``."""
    made = postgresql_server.make(migrated.database or "")
    yield made.render_as_string(hide_password=False)
    postgresql_server.drop(made)


@pytest.fixture(params=DATABASES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of the test's own, SQLite and PostgreSQL in turn; its tables may be there or not."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'var' / 'kb.sqlite3'}"
    given: str = request.getfixturevalue("postgresql_address")
    return given
