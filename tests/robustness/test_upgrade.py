"""A new program on the data of an old one: searches go on, and the old program's reads still find what they read."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect

from index.analysis.korean import KoreanAnalyzer
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from kb.store.database import MIGRATIONS
from kb.views import SearchParams


def columns(path: Path, revision: str) -> dict[str, dict[str, str]]:
    """Table → column → type of an empty database of that revision."""
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    found = inspect(engine)
    told = {
        table: {str(column["name"]): str(column["type"]) for column in found.get_columns(table)}
        for table in found.get_table_names()
    }
    engine.dispose()
    return told


def test_migrations_only_add(tmp_path: Path) -> None:
    """What a program of the first tables reads and writes is there in the newest ones: it may run on beside."""
    old, new = columns(tmp_path / "old", "0001"), columns(tmp_path / "new", "head")
    for table, held in old.items():
        assert held.items() <= new[table].items(), table


def test_searches_go_on_while_a_newer_program_renews_everything(data: Path, analyzer: KoreanAnalyzer) -> None:
    with sqlite3.connect(data / "kb.sqlite3") as connection:  # as an older analyzer and older rules left it
        connection.execute("UPDATE analyses SET fingerprint = 'older'")
        connection.execute("UPDATE posts SET extraction = 'older'")
    connection.close()
    with KnowledgeBase.open(Settings(data_dir=data), analyzer) as site:
        stop, wrong, answered = threading.Event(), [], 0

        def search() -> None:
            nonlocal answered
            while not stop.is_set():
                try:
                    total = site.search(SearchParams(q="우회수출", per_page=12)).total
                    if total != 12:
                        wrong.append(total)
                    answered += 1
                except Exception as error:
                    wrong.append(error)

        thread = threading.Thread(target=search)
        thread.start()
        try:
            with KnowledgeBase.open(Settings(data_dir=data), analyzer) as newer:
                newer.reindex()
                assert newer.check().ok
            until = time.monotonic() + 60  # on a busy machine the searches may get their turn only now
            while answered <= 3 and not wrong and time.monotonic() < until:
                time.sleep(0.01)
        finally:
            stop.set()
            thread.join()
        assert (wrong, answered > 3) == ([], True)
    with sqlite3.connect(data / "kb.sqlite3") as connection:
        assert connection.execute("SELECT count(*) FROM analyses WHERE fingerprint = 'older'").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM posts WHERE extraction = 'older'").fetchone() == (0,)
    connection.close()
