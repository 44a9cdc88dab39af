"""Damage, full disks, missing rights: what is said, what still answers, and the way back."""

from __future__ import annotations

import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from index.analysis.korean import KoreanAnalyzer
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from kb.views import SearchParams
from tests.robustness.conftest import Kb, unprivileged


def live(data: Path) -> Path:
    return data / "index" / "whoosh" / (data / "index" / "whoosh" / "LIVE").read_text().strip()


def break_pointer(data: Path) -> None:
    (data / "index" / "whoosh" / "LIVE").write_text("garbage\n")


def lose_pointer(data: Path) -> None:
    (data / "index" / "whoosh" / "LIVE").unlink()


def truncate_segment(data: Path) -> None:
    for path in live(data).glob("MAIN_*"):
        path.write_bytes(path.read_bytes()[:50])


def scribble_on_commit(data: Path) -> None:
    for path in live(data).glob("*.toc"):
        path.write_bytes(b"xx")


def lose_segment(data: Path) -> None:
    for path in live(data).glob("MAIN_*"):
        path.unlink()


def lose_build(data: Path) -> None:
    shutil.rmtree(live(data))


DAMAGES = [break_pointer, lose_pointer, truncate_segment, scribble_on_commit, lose_segment, lose_build]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_told_an_open_site_goes_on_and_repair_makes_it_anew(
    kb: Kb, data: Path, analyzer: KoreanAnalyzer, damage: object
) -> None:
    with KnowledgeBase.open(Settings(data_dir=data), analyzer) as site:
        assert site.search(SearchParams(q="우회수출")).total == 12
        assert callable(damage)
        damage(data)
        refused = kb("search", "우회수출")
        assert refused.exit_code == 2
        assert "kb reindex" in refused.stderr
        assert site.search(SearchParams(q="우회수출")).total == 12
        assert kb("check", "--repair").exit_code == 0
        assert site.check().ok
        assert site.search(SearchParams(q="우회수출")).total == 12


@pytest.mark.parametrize("damage", [break_pointer, truncate_segment])
def test_ingest_and_reindex_heal_the_index(kb: Kb, data: Path, posts: Path, damage: object) -> None:
    assert callable(damage)
    damage(data)
    assert kb("ingest", posts).exit_code == 0
    assert "맞습니다" in kb("check").stdout
    damage(data)
    assert kb("check").exit_code == 2
    assert kb("reindex").exit_code == 0
    assert "맞습니다" in kb("check").stdout


@pytest.mark.parametrize(("start", "length"), [(0, 100), (100, None), (8192, 60_000)])
def test_a_damaged_database_is_told_with_the_way_back(
    kb: Kb, data: Path, posts: Path, start: int, length: int | None
) -> None:
    database = data / "kb.sqlite3"
    content = database.read_bytes()
    spoilt = content[:start] if length is None else content[:start] + b"\xa5" * length + content[start + length :]
    database.write_bytes(spoilt)
    for words in (("check",), ("reindex",), ("ingest", posts)):
        refused = kb(*words)
        assert refused.exit_code == 2, words
        assert "깨졌습니다" in refused.stderr, words
        assert "백업" in refused.stderr
    data.rename(data.with_name("broken"))
    assert kb("ingest", posts).exit_code == 0
    assert kb("check").exit_code == 0


def test_damage_that_no_query_meets_is_found_by_check(kb: Kb, data: Path) -> None:
    database = data / "kb.sqlite3"
    database.write_bytes(database.read_bytes()[: -4096 * 3])
    refused = kb("check")
    assert refused.exit_code == 2
    assert "깨졌습니다" in refused.stderr


def test_a_lost_wal_loses_nothing_that_a_file_still_holds(
    data: Path, posts: Path, analyzer: KoreanAnalyzer, tmp_path: Path
) -> None:
    """The database falls back to an older state than the index; the next run reads the files again."""
    with KnowledgeBase.open(Settings(data_dir=data), analyzer) as base:
        base.ingest([posts])
        older = (data / "kb.sqlite3").read_bytes()
        (posts / "2024-07-01-00.md").write_text("---\ntitle: 고친 글\n---\n관세청이 고쳤다.", encoding="utf-8")
        (posts / "2024-07-03-gone.md").write_text("---\ntitle: 곧 없어질 글\n---\n관세청.", encoding="utf-8")
        base.ingest([posts])
    (posts / "2024-07-03-gone.md").unlink()
    (data / "kb.sqlite3").write_bytes(older)
    for name in ("kb.sqlite3-wal", "kb.sqlite3-shm"):
        (data / name).unlink(missing_ok=True)
    with KnowledgeBase.open(Settings(data_dir=data), analyzer) as base:
        base.ingest([posts])
        assert base.post("site/2024-07-01-00").title == "고친 글"
        assert base.repair().ok
        assert base.search(SearchParams(q="")).total == 12


# -- rights and room --------------------------------------------------------------------------------


def test_a_data_folder_that_cannot_be_written_still_answers(data: Path, posts: Path) -> None:
    for path in (data, *data.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        found = unprivileged("--data-dir", data, "search", "우회수출", "--json")
        assert found.returncode == 0, found.stderr
        assert '"total": 12' in found.stdout
        assert unprivileged("--data-dir", data, "check").returncode == 0
        for words in (("ingest", posts), ("reindex",)):
            refused = unprivileged("--data-dir", data, *words)
            assert refused.returncode == 2, words
            assert "권한" in refused.stderr
            assert "Traceback" not in refused.stderr
    finally:
        for path in (data, *data.rglob("*")):
            path.chmod(0o755)


def test_what_cannot_be_opened_is_named_and_keeps_its_post(kb: Kb, data: Path, posts: Path) -> None:
    assert kb("ingest", posts).exit_code == 0
    locked = posts / "2024-07-01-03.md"
    locked.write_text("---\ntitle: 잠긴 글\n---\n관세청.", encoding="utf-8")
    locked.chmod(0)
    told = unprivileged("--data-dir", data, "ingest", posts)
    assert told.returncode == 1
    assert f"{locked}: 파일을 열 수 없습니다 (권한이 없습니다)" in told.stdout
    assert "뺀 글 0" in told.stdout
    locked.chmod(0o644)
    assert "고친 글 1" in kb("ingest", posts).stdout


def test_a_folder_that_cannot_be_listed_keeps_its_posts(kb: Kb, data: Path, posts: Path) -> None:
    below = posts / "more"
    below.mkdir()
    (below / "2024-08-01-x.md").write_text("---\ntitle: 아래 글\n---\n관세청.", encoding="utf-8")
    assert kb("ingest", posts).exit_code == 0
    below.chmod(0)
    try:
        told = unprivileged("--data-dir", data, "ingest", posts)
        assert told.returncode == 1
        assert "more/: 폴더를 읽을 수 없습니다 (권한이 없습니다)" in told.stdout
        assert "뺀 글 0" in told.stdout
        posts.chmod(0)
        refused = unprivileged("--data-dir", data, "ingest", posts)
        assert (refused.returncode, "권한" in refused.stderr) == (2, True)
    finally:
        posts.chmod(0o755)
        below.chmod(0o755)


@pytest.mark.parametrize("command", ["ingest", "reindex"])
def test_a_full_disk_is_told_and_the_same_command_goes_on_later(kb: Kb, data: Path, posts: Path, command: str) -> None:
    for number in range(12, 60):
        text = f"---\ntitle: 늘어난 글 {number}\n---\n" + "<p>관세청이 우회수출을 단속한다고 밝혔다.</p>\n" * 30
        (posts / f"2024-07-01-{number}.md").write_text(text, encoding="utf-8")
    words = ["ingest", str(posts)] if command == "ingest" else ["reindex"]
    if command == "reindex":
        assert kb("ingest", posts).exit_code == 0
    room = 20_000 if command == "reindex" else (data / "kb.sqlite3").stat().st_size + 8192

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    full = subprocess.run(
        [sys.executable, "-c", "from kb.cli import main; main()", "--data-dir", str(data), *words],
        capture_output=True, text=True, check=False, preexec_fn=little_room, timeout=120,
    )  # fmt: skip
    assert full.returncode == 2, full.stdout
    assert "디스크" in full.stderr or "쓸 수 없습니다" in full.stderr or "too large" in full.stderr
    assert "Traceback" not in full.stderr
    assert '"total"' in kb("search", "우회수출", "--json").stdout
    assert kb(*words).exit_code == 0
    assert kb("check").exit_code == 0


def test_no_file_system_room_at_all(kb: Kb, posts: Path, tmp_path: Path, collection: Path) -> None:
    """A real full disk, where one may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small disk")
    try:
        refused = kb("ingest", posts, data_dir=disk / "var")
        assert refused.exit_code == 2
        assert "디스크" in refused.stderr or "No space" in refused.stderr
        subprocess.run(["mount", "-o", "remount,size=60m", disk], check=True)
        assert kb("ingest", posts, data_dir=disk / "var").exit_code == 0
        assert kb("check", data_dir=disk / "var").exit_code == 0
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
