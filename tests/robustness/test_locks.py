"""Who writes at the same time: the second is told who holds the lock, and a killed holder holds nothing."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.analysis.korean import KoreanAnalyzer
from index.errors import WriterBusy
from index.filestore import FileLock
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from tests.robustness.conftest import Kb

HOLDER = """
import sys, time
from pathlib import Path
from index.filestore import BuildStore, FileLock
data, what = Path(sys.argv[1]), sys.argv[2]
store = BuildStore(data / "index", "whoosh")
lock = {
    "ingest": lambda: FileLock(data / "ingest.lock", "ingest"),
    "build": store.lock_builder,
    "write": lambda: store.lock_writer(store.live_id()),
}[what]()
print("held", flush=True)
time.sleep(float(sys.argv[3]))
"""
HELD = 120  # seconds, unless it is killed


def holding(data: Path, what: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(data), what, str(HELD)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


@pytest.mark.parametrize(("what", "words"), [("ingest", ("ingest",)), ("build", ("reindex",))])
def test_a_second_writer_is_told_who_holds_the_lock_and_a_killed_one_holds_none(
    kb: Kb, data: Path, posts: Path, what: str, words: tuple[str, ...]
) -> None:
    command = [*words, posts] if what == "ingest" else list(words)
    with holding(data, what) as holder:
        began = time.monotonic()
        refused = kb(*command)
        assert refused.exit_code == 2
        assert "다른 작업이 쓰는 중" in refused.stderr
        assert re.search(rf"pid {holder.pid}, .+, since \d{{4}}-\d\d-\d\dT", refused.stderr)
        assert time.monotonic() - began < HELD / 2  # it did not wait for the end
        assert kb("search", "우회수출").exit_code == 0
        holder.send_signal(signal.SIGKILL)
    assert kb(*command).exit_code == 0
    assert kb("check").exit_code == 0


def test_a_follower_waits_for_a_short_writer(data: Path, posts: Path, analyzer: KoreanAnalyzer) -> None:
    """Ingestion that finds the live build being written waits for it instead of failing."""
    with holding(data, "write") as holder, KnowledgeBase.open(Settings(data_dir=data), analyzer) as base:
        killer = subprocess.Popen(["sh", "-c", f"sleep 2; kill -9 {holder.pid}"])
        base.ingest([posts])
        assert holder.poll() is not None, "it waited for the writer's end"
        killer.wait()
        assert base.check().ok


def test_a_lock_file_with_garbage_is_only_a_file(data: Path, kb: Kb, posts: Path) -> None:
    (data / "ingest.lock").write_bytes(b"\xff\x00pid of nobody")
    assert kb("ingest", posts).exit_code == 0
    with FileLock(data / "ingest.lock", "held"), pytest.raises(WriterBusy):
        FileLock(data / "ingest.lock", "again")


def test_status_shows_builds_and_what_was_done_to_them(kb: Kb, data: Path) -> None:
    assert kb("reindex").exit_code == 0
    told = kb("status", "--builds")
    assert told.exit_code == 0
    assert "쓰는 중" in told.stdout and "바로 앞" in told.stdout
    assert told.stdout.count("만듦  ") == 2 and "쓰기 시작" in told.stdout
    as_json = kb("status", "--builds", "--json").stdout
    assert '"action": "promote"' in as_json and '"live": true' in as_json
