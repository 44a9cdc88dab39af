"""A source that changes under the reader's hands: what is lost, what is kept, what is seen."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index.analysis.korean import KoreanAnalyzer
from kb.errors import UsageError
from kb.knowledge import KnowledgeBase
from kb.posts import folder as folder_module
from kb.posts import reader
from kb.settings import Settings


@pytest.fixture
def base(data: Path, posts: Path, analyzer: KoreanAnalyzer) -> KnowledgeBase:
    with KnowledgeBase.open(Settings(data_dir=data), analyzer) as opened:
        opened.ingest([posts])
        yield opened


def rewrite(posts: Path, word: str) -> None:
    for path in posts.iterdir():
        path.write_text(f"---\ntitle: {word}\n---\n관세청이 {path.name}을 {word}.", encoding="utf-8")


def during(monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], None], after: int) -> None:
    """``act`` happens when so many files have been opened."""
    load, count = reader._load, 0

    def loading(root: Path, path: Path, max_bytes: int) -> bytes:
        nonlocal count
        count += 1
        if count == after:
            act(path)
        return load(root, path, max_bytes)

    monkeypatch.setattr(reader, "_load", loading)


def empty(folder: Path) -> None:
    """As a mount that is lost."""
    for path in folder.iterdir():
        path.unlink()


@pytest.mark.parametrize("lose", [shutil.rmtree, empty])
def test_a_folder_that_is_lost_during_the_run_loses_no_post(
    base: KnowledgeBase, posts: Path, monkeypatch: pytest.MonkeyPatch, lose: Callable[[Path], None]
) -> None:
    rewrite(posts, "고쳤다")
    during(monkeypatch, lambda path: lose(posts), after=5)
    with pytest.raises(UsageError, match="빼지 않고 멈췄습니다"):
        base.ingest([posts])
    assert base.count_posts() == 12
    posts.mkdir(exist_ok=True)
    rewrite_all = {f"2024-07-01-{n:02}.md" for n in range(12)}
    for name in rewrite_all:
        (posts / name).write_text("---\ntitle: 다시\n---\n관세청.", encoding="utf-8")
    monkeypatch.undo()
    assert base.ingest([posts]).failed == []
    assert base.check().ok


def test_a_file_that_vanishes_between_listing_and_reading_goes(
    base: KnowledgeBase, posts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite(posts, "고쳤다")
    during(monkeypatch, Path.unlink, after=5)
    report = base.ingest([posts])
    assert [(Path(path).name, "사라졌습니다" in reason) for path, reason in report.failed] == [
        ("2024-07-01-04.md", True)
    ]
    assert (report.updated, report.removed) == (11, 1)
    assert base.check().ok


def test_a_file_written_while_it_is_read_is_read_again(
    base: KnowledgeBase, posts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite(posts, "고쳤다")
    later = "---\ntitle: 나중 글\n---\n관세청."
    original = reader.read_original

    def read(root: Path, path: Path, source: str, *, max_bytes: int) -> object:
        found = original(root, path, source, max_bytes=max_bytes)
        if path.name.endswith("-07.md"):
            path.write_text(later, encoding="utf-8")  # in the same tick of the clock as the reading
        return found

    monkeypatch.setattr("kb.pipeline.read_original", read)
    base.ingest([posts])
    monkeypatch.undo()
    assert base.ingest([posts]).updated == 1
    assert base.post("site/2024-07-01-07").title == "나중 글"


def test_same_size_and_time_but_other_content_is_seen(
    base: KnowledgeBase, posts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_module, "_TICK_NS", 0)  # as if all this took seconds
    path = posts / "2024-07-01-03.md"
    time.sleep(0.02)
    base.ingest([posts])
    before = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("단속 3", "단속 9"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert base.ingest([posts]).updated == 1
    assert base.post("site/2024-07-01-03").title == "우회수출 단속 9"


def test_times_in_the_future_and_a_clock_that_jumps_back(
    base: KnowledgeBase, posts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in posts.iterdir():
        os.utime(path, (4e9, 4e9))
    assert base.ingest([posts]).unchanged == 12
    now = time.time_ns()
    monkeypatch.setattr(folder_module.time, "time_ns", lambda: now - 10**18)  # thirty years back
    assert base.ingest([posts]).unchanged == 12
    (posts / "2024-07-01-03.md").write_text("---\ntitle: 고친 글\n---\n관세청.", encoding="utf-8")
    assert base.ingest([posts]).updated == 1


def test_a_folder_with_a_name_from_hell(base: KnowledgeBase, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9")
    odd.mkdir()
    with pytest.raises(UsageError, match="UTF-8"):
        base.ingest([odd])
