"""Several writers at once, on two real connections: the outbox stays in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from kb.errors import Busy, StoreError
from kb.store import connections, outbox
from kb.store import tables as t
from kb.store.database import Database, Session


@pytest.fixture
def two(address: str) -> Iterator[tuple[Database, Database]]:
    """Two programs on one database."""
    one, other = Database(address), Database(address)
    one.migrate()
    yield one, other
    one.close()
    other.close()


def change(session: Session, post: str) -> None:
    session.execute(insert(t.Change), [{"post": post, "removed": False}])


def test_a_follower_never_skips_a_change(two: tuple[Database, Database]) -> None:
    """A number that is given first and committed last would be skipped by who has followed further."""
    one, other = two
    began, numbered, followed = threading.Event(), threading.Event(), []

    def second() -> None:
        began.set()
        with other.writing() as session:
            change(session, "s/second")
        numbered.set()

    thread = threading.Thread(target=second)
    with one.writing() as session:
        change(session, "s/first")
        session.flush()
        thread.start()
        began.wait(10)
        assert not numbered.wait(0.5)  # the second writer waits, whatever the database
        with other.session() as reading:
            seen = outbox.changes_after(reading, 0)
            followed += seen.changed
    thread.join(30)
    with other.session() as reading:
        followed += outbox.changes_after(reading, seen.seq).changed
    assert followed == ["s/first", "s/second"]


def test_many_writers_and_one_follower(two: tuple[Database, Database]) -> None:
    one, other = two
    writers, each = 4, 15
    problems: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for at in range(each):
                with (one, other)[number % 2].writing() as session:
                    change(session, f"s/{number}-{at}")
                    time.sleep(0.002)
        except BaseException as problem:  # whatever fails, fails the test
            problems.append(problem)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    seen: list[str] = []
    at, alive = 0, True
    while alive:
        alive = any(thread.is_alive() for thread in threads)  # before the last look
        with one.session() as session:
            changes = outbox.changes_after(session, at, limit=7)
        at = changes.seq
        seen += changes.changed
        alive = alive or bool(changes.changed)
    assert problems == []
    assert sorted(seen) == sorted(f"s/{number}-{at}" for number in range(writers) for at in range(each))


def test_waiting_ends_with_a_message(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LOCK_SECONDS", 1)
    one, other = Database(address), Database(address)
    one.migrate()
    with one.writing() as session:
        change(session, "s/a")
        session.flush()
        with pytest.raises((Busy, StoreError), match=r"다른 작업이.* 쓰는 중"), other.writing() as waiting:
            change(waiting, "s/b")
    one.close()
    other.close()
