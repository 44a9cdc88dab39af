"""The change feed: every change has a row, the last word on a post counts, what all have followed is forgotten."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from kb.store import outbox
from kb.store import tables as t
from kb.store.database import Database


def feed(database: Database, *changes: tuple[str, bool]) -> None:
    with database.writing() as session:
        session.execute(insert(t.Change), [{"post": post, "removed": removed} for post, removed in changes])


def test_the_last_word_on_a_post_counts(database: Database) -> None:
    feed(database, ("s/a", False), ("s/b", False), ("s/a", True), ("s/c", True), ("s/c", False))
    with database.session() as session:
        changes = outbox.changes_after(session, 0)
        assert set(changes.changed) == {"s/b", "s/c"}
        assert changes.removed == ("s/a",)
        assert changes.seq == outbox.last_seq(session) == 5


def test_a_feed_is_followed_in_pieces(database: Database) -> None:
    feed(database, *((f"s/{number}", False) for number in range(10)))
    seen: list[str] = []
    at = 0
    with database.session() as session:
        while (changes := outbox.changes_after(session, at, limit=3)).seq != at:
            seen += changes.changed
            at = changes.seq
        assert outbox.lag(session, at) == 0
        assert outbox.lag(session, 4) == 6
    assert sorted(seen) == sorted(f"s/{number}" for number in range(10))


def test_pruning_keeps_what_some_build_has_not_followed(database: Database) -> None:
    feed(database, *((f"s/{number}", False) for number in range(10)))
    with database.writing() as session:
        outbox.set_cursor(session, "whoosh", "old", 4)
        outbox.set_cursor(session, "whoosh", "live", 10)
        outbox.set_cursor(session, "whoosh", "gone", 1)
        outbox.prune(session, "whoosh", ("old", "live"))
        assert outbox.cursor(session, "whoosh", "gone") is None
        assert outbox.changes_after(session, 0).changed == tuple(f"s/{number}" for number in range(4, 10))


def test_numbers_are_never_given_twice(database: Database) -> None:
    feed(database, ("s/a", False), ("s/b", False))
    with database.writing() as session:
        outbox.set_cursor(session, "whoosh", "live", 2)
        outbox.prune(session, "whoosh", ("live",))
        assert outbox.changes_after(session, 0).changed == ()
        assert outbox.last_seq(session) == 2  # known though forgotten: a build that begins now has it all
    feed(database, ("s/c", False))
    with database.session() as session:
        assert outbox.changes_after(session, 2).changed == ("s/c",)


def test_what_is_forgotten_is_known(database: Database) -> None:
    """A build that another took for gone must not go on from where it was as if nothing had happened since."""
    feed(database, *((f"s/{number}", False) for number in range(10)))
    with database.writing() as session:
        assert outbox.forgotten(session) == 0
        outbox.set_cursor(session, "tantivy", "ours", 3)
        outbox.set_cursor(session, "tantivy", "theirs", 6)
        outbox.prune(session, "tantivy", ("theirs",))
        assert outbox.forgotten(session) == 6
        outbox.prune(session, "tantivy", ("theirs",))
        assert outbox.forgotten(session) == 6
        assert outbox.cursor(session, "tantivy", "theirs") == 6


def test_an_engine_that_was_tried_once_is_not_waited_for_for_ever(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "WAITED_FOR", 5)
    feed(database, *((f"s/{number}", False) for number in range(10)))
    engines = ("tantivy", "whoosh")
    with database.writing() as session:
        outbox.set_cursor(session, "whoosh", "live", 10)
        outbox.set_cursor(session, "tantivy", "slow", 5)
        outbox.set_cursor(session, "tantivy", "tried", 4)
        outbox.set_cursor(session, "entities", "sums", 3)  # of no engine: whoever keeps it will follow
        outbox.prune(session, "whoosh", ("live",), engines)
        assert outbox.cursor(session, "tantivy", "tried") is None
        assert outbox.cursor(session, "tantivy", "slow") == 5
        assert outbox.forgotten(session) == 3
        outbox.set_cursor(session, "entities", "sums", 10)
        outbox.prune(session, "whoosh", ("live",), engines)
        assert outbox.forgotten(session) == 5
