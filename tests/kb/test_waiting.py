"""A second run that was told to wait does so, says for whom, and may be stopped; otherwise it is refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from index.errors import WriterBusy
from index.filestore import FileLock
from index.rebuild import Rebuild
from kb.errors import Busy
from kb.knowledge import KnowledgeBase
from kb.search.sync import BUILDING
from kb.store import outbox
from kb.store.database import Database
from kb.waiting import patiently
from tests.kb.conftest import WritePost
from tests.servers import postgresql

KB = (sys.executable, "-c", "from kb.cli import main; main()")


def test_an_ingest_waits_for_another_on_this_machine(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    write("2024-07-01-1.md")
    base.settings.data_dir.mkdir(exist_ok=True)
    lock = FileLock(base.settings.data_dir / "ingest.lock", "ingest")
    with pytest.raises(WriterBusy):
        base.ingest([folder])
    told: list[str] = []

    def waiting(holder: str) -> None:
        told.append(holder)
        lock.release()

    assert base.ingest([folder], waiting=waiting).added == 1
    assert len(told) == 1
    assert f"pid {os.getpid()}" in told[0]
    assert base.check().ok


@pytest.mark.postgresql
@postgresql.MARKS[1]
def test_an_ingest_waits_for_another_on_another_machine(
    base: KnowledgeBase, folder: Path, write: WritePost, address: str
) -> None:
    if base._database.is_sqlite:
        return  # is on one machine
    write("2024-07-01-1.md")
    other, held, told = Database(address), ExitStack(), []
    held.enter_context(other.run("kb ingest"))
    with pytest.raises(Busy):
        base.ingest([folder])

    def waiting(holder: str) -> None:
        told.append(holder)
        held.close()

    assert base.ingest([folder], waiting=waiting).added == 1
    assert [f"pid {os.getpid()}" in holder for holder in told] == [True]
    other.close()


def test_a_reindex_waits_for_another(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    write("2024-07-01-1.md")
    base.ingest([folder])
    other = Rebuild(base._engine, base._sync.fingerprint)
    told: list[str] = []

    def waiting(holder: str) -> None:
        told.append(holder)
        threading.Timer(0.3, other.close).start()

    assert base.reindex(waiting=waiting).documents == 1
    assert len(told) == 1


def test_a_lock_whose_holder_is_just_leaving_is_no_other_ones() -> None:
    held = iter(["pid 1", "pid 1", "unknown", "pid 2"])
    told: list[str] = []

    def act() -> str:
        holder = next(held, None)
        if holder is not None:
            raise WriterBusy(f"ingest: the lock is held by {holder}")
        return "done"

    assert patiently(act, waiting=told.append) == "done"
    assert told == ["pid 1", "pid 2"]


def test_waiting_can_be_stopped(tmp_path: Path, folder: Path, write: WritePost) -> None:
    write("2024-07-01-1.md")
    data = tmp_path / "data"
    data.mkdir()
    with FileLock(data / "ingest.lock", "ingest"):
        words = [*KB, "--data-dir", str(data), "ingest", "--wait", str(folder)]
        environment = {name: value for name, value in os.environ.items() if name != "KB_DATABASE_URL"}
        with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stderr is not None
            said = process.stderr.readline()
            process.send_signal(signal.SIGINT)
            try:
                said += process.communicate(timeout=60)[1]
            finally:
                process.kill()
    assert process.returncode == 130
    assert f"기다립니다 (pid {os.getpid()}" in said
    assert "중단했습니다" in said


def test_who_tidies_leaves_a_builder_that_begins_meanwhile_its_cursor(
    base: KnowledgeBase, folder: Path, write: WritePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it the changes it has to follow would be forgotten, and its build refused."""
    write("2024-07-01-1.md")
    base.ingest([folder])
    sync, engine = base._sync, base._engine
    tidy, begun = engine.tidy, []

    def tidied() -> bool:
        done = tidy()
        if not begun:  # at the very moment when nobody was found building
            begun.append(Rebuild(engine, sync.fingerprint))
            with base._database.writing() as session:
                outbox.set_cursor(session, engine.name, BUILDING, outbox.last_seq(session))
        return done

    monkeypatch.setattr(engine, "tidy", tidied)
    sync._prune()
    with base._database.session() as session:
        assert outbox.cursor(session, engine.name, BUILDING) is not None
    begun[0].close()
    sync._prune()  # and what a killed one left goes
    with base._database.session() as session:
        assert outbox.cursor(session, engine.name, BUILDING) is None
