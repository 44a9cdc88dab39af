"""The address of the database: where its password may stand, and that nothing shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from kb.errors import UsageError
from kb.settings import Settings


def test_a_password_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("p@ss/w:rd %\n", encoding="utf-8")
    for address in ("postgresql://kb@db.example:5433/kb?sslmode=require", "postgresql+psycopg://kb@/kb?host=/run/pg"):
        url = make_url(Settings(database_url=address, database_password_file=file).database)
        assert url == make_url(address).set(password="p@ss/w:rd %")


def test_a_password_file_that_does_not_fit(tmp_path: Path) -> None:
    file = tmp_path / "password"
    with pytest.raises(UsageError, match=r"KB_DATABASE_PASSWORD_FILE.*없습니다"):
        _ = Settings(database_url="postgresql://kb@host/kb", database_password_file=file).database
    file.write_text("secret", encoding="utf-8")
    for address in (None, "postgresql://host/kb", "postgresql://kb:other@host/kb"):
        with pytest.raises(UsageError, match="KB_DATABASE_PASSWORD_FILE"):
            _ = Settings(database_url=address, database_password_file=file).database


def test_settings_shown_hold_no_password() -> None:
    assert "s3cret" not in repr(Settings(database_url="postgresql://kb:s3cret@host/kb", opensearch_password="s3cret"))
