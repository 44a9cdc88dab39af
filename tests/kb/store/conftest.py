"""A database with its tables, once for each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kb.store.database import Database


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    opened = Database(address)
    opened.migrate()
    yield opened
    opened.close()
