"""What only a server has: runs on several machines, connections that are cut, a server that is away, its words."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, text
from sqlalchemy.engine import make_url

from kb.cli import main
from kb.errors import Busy, KbError, StoreError, UsageError
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from kb.store import connections, outbox
from kb.store import tables as t
from kb.store.connections import Limits
from kb.store.database import Database, Session
from tests.servers import postgresql

pytestmark = postgresql.MARKS


@pytest.fixture
def database(postgresql_address: str) -> Iterator[Database]:
    opened = Database(postgresql_address)
    yield opened
    opened.close()


@pytest.fixture
def other(postgresql_address: str) -> Iterator[Database]:
    opened = Database(postgresql_address)
    yield opened
    opened.close()


def change(session: Session, post: str) -> None:
    session.execute(insert(t.Change), [{"post": post, "removed": False}])


def cut(database: Database) -> None:
    """Ends every connection of the database but the one that says so, as an administrator would."""
    with database.writing() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"  # and waits until each has ended
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def test_a_run_excludes_another_and_names_its_holder(database: Database, other: Database) -> None:
    with database.run("kb ingest"), pytest.raises(Busy, match=r"kb ingest.*pid \d+"), other.run("kb ingest"):
        pass
    with other.run("kb ingest"), other.writing() as session:  # given back
        change(session, "s/a")


def test_a_run_whose_connection_was_cut_writes_no_more(database: Database, other: Database) -> None:
    with database.run("kb ingest"):
        with database.writing() as session:
            change(session, "s/a")
        cut(other)
        with (
            other.run("kb ingest"),
            pytest.raises(StoreError, match="잠금을 잃었습니다"),
            database.writing() as session,
        ):
            change(session, "s/b")
    with database.session() as session:
        assert outbox.changes_after(session, 0).changed == ("s/a",)


def test_every_column_of_text_is_by_code_point(database: Database) -> None:
    """Also those of a table that is added one day: its columns are of ``kb.store.base.Text``."""
    with database.session() as session:
        columns = session.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
                " AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
            )
        ).all()
    assert columns == []


def test_who_reads_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError, match="읽기 전용"), database.session() as session:
        change(session, "s/a")


def test_a_read_that_takes_too_long_is_ended(postgresql_address: str) -> None:
    database = Database(postgresql_address, Limits(seconds=1))
    with pytest.raises(Busy, match="KB_DATABASE_SECONDS"), database.session() as session:
        session.execute(text("SELECT pg_sleep(20)"))
    with database.session() as session:  # and the connection is of use again
        assert session.scalar(text("SELECT 1")) == 1
    database.close()


def test_more_readers_than_connections_wait_and_are_told(
    postgresql_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "POOL_SECONDS", 0.2)
    database = Database(postgresql_address, Limits(pool=1))
    with database.session() as one, database.session() as two:
        one.execute(text("SELECT 1"))
        two.execute(text("SELECT 1"))
        with pytest.raises(Busy, match="KB_DATABASE_POOL"), database.session() as three:
            three.execute(text("SELECT 1"))
    database.close()


def test_times_come_back_in_utc(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("INSERT INTO sources (name, created_at) VALUES ('s', '2024-07-01 09:00+09')"))
    with database.session() as session:
        assert session.scalars(text("SELECT created_at FROM sources")).one().isoformat() == "2024-07-01T00:00:00+00:00"


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # what newer Pythons say of it is what is tested
def test_a_child_process_opens_its_own_connections(database: Database) -> None:
    with database.session() as session:
        mine = session.scalar(text("SELECT pg_backend_pid()"))
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with database.session() as session:
                status = 0 if session.scalar(text("SELECT pg_backend_pid()")) != mine else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with database.session() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) == mine


# -- the server is away, or not what was expected ---------------------------------------------------


def test_a_cut_connection_costs_no_later_request_an_answer(database: Database, other: Database) -> None:
    with database.session() as session:
        session.execute(text("SELECT 1"))
    cut(other)
    with database.session() as session:
        assert session.scalar(text("SELECT 1")) == 1


@pytest.fixture
def own_server() -> Iterator[postgresql.Server]:
    """A server that may be stopped."""
    if postgresql.GIVEN:
        pytest.skip("postgresql: the given server must not be stopped")
    with postgresql.serving() as server:
        yield server


def test_a_restart_in_the_middle(own_server: postgresql.Server, tmp_path: Path) -> None:
    url = own_server.make().render_as_string(hide_password=False)
    with KnowledgeBase.open(Settings(data_dir=tmp_path, database_url=url)) as base:
        assert base.count_posts() == 0
        own_server.stop()
        with pytest.raises(StoreError, match="연결할 수 없습니다"):
            base.count_posts()
        assert base.ready()[0] is False
        assert "데이터베이스" in base.ready()[1]
        own_server.start()
        assert base.count_posts() == 0
        with base._database.writing() as session:
            change(session, "s/a")


WRONG = {
    "nobody listens": ("postgresql://kb:s3cret@/kb?host=/nowhere", "연결할 수 없습니다"),
    "no such host": ("postgresql://kb:s3cret@no-such-host.invalid/kb", "연결할 수 없습니다"),
    "not an address": ("postgresql//kb:s3cret@", "읽을 수 없습니다"),
    "port": ("postgresql://kb:s3cret@host:port/kb", "읽을 수 없습니다"),
    "another database": ("mysql://kb:s3cret@host/kb", "mysql"),
    "password elsewhere": ("postgresql://kb@/kb?host=/nowhere&password=s3cret", "연결할 수 없습니다"),
}


@pytest.fixture
def kb(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Callable[..., tuple[int, str]]:
    """A command's exit status, and all it says, the most talkative log included."""

    def run(url: str, *words: str) -> tuple[int, str]:
        with caplog.at_level(logging.DEBUG):
            result = CliRunner().invoke(main, ["--data-dir", str(tmp_path), *words], env={"KB_DATABASE_URL": url})
        return result.exit_code, result.output + caplog.text

    return run


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_address_is_told_without_its_password(kb: Callable[..., tuple[int, str]], wrong: str) -> None:
    url, message = WRONG[wrong]
    status, told = kb(url, "-v", "status")
    assert status == 2
    assert message in told
    assert "s3cret" not in told


def test_a_database_that_is_not_there(kb: Callable[..., tuple[int, str]], postgresql_address: str) -> None:
    nobody = make_url(postgresql_address).set(database="nobody_made_it")
    status, told = kb(nobody.render_as_string(hide_password=False), "status")
    assert status == 2
    assert "먼저 만드십시오" in told


def test_a_role_that_may_only_read(postgresql_address: str, database: Database) -> None:
    with database.writing() as session:
        session.execute(text("DROP ROLE IF EXISTS kb_test_reader"))
        session.execute(text("CREATE ROLE kb_test_reader LOGIN"))
        session.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO kb_test_reader"))
    reader = Database(make_url(postgresql_address).set(username="kb_test_reader").render_as_string(hide_password=False))
    try:
        reader.migrate()  # nothing to do, nothing needed
        with reader.session() as session:
            assert outbox.last_seq(session) == 0
        with pytest.raises(StoreError, match="권한이 없습니다"), reader.writing() as session:
            change(session, "s/a")
    finally:
        reader.close()
        with database.writing() as session:
            session.execute(text("DROP OWNED BY kb_test_reader"))
            session.execute(text("DROP ROLE kb_test_reader"))


def test_without_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match="psycopg"):
        Database("postgresql://kb@host/kb")


def test_errors_of_ours_are_not_dressed_up(database: Database) -> None:
    """A statement that is wrong is a mistake in the program: no advice to a user would mend it."""
    with pytest.raises(Exception, match="nowhere") as raised, database.session() as session:
        session.execute(text("SELECT * FROM nowhere"))
    assert not isinstance(raised.value, KbError)
