"""Under a umask that hides nothing, what holds hashes, addresses or code is its owner's alone; given rights stay."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from index.analysis.korean import KoreanAnalyzer
from kb.cli import main
from kb.knowledge import KnowledgeBase

ROOT = Path(__file__).parents[2]
Kb = Callable[..., None]


@pytest.fixture
def kb(analyzer: KoreanAnalyzer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kb]:
    monkeypatch.setattr(KnowledgeBase, "analyzer", analyzer)
    before = os.umask(0)

    def run(*words: str | Path) -> None:
        os.umask(0)
        result = CliRunner().invoke(main, list(map(str, words)))
        assert result.exit_code == 0, result.output

    yield run
    os.umask(before)


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    folder = tmp_path / "site" / "_posts"
    folder.mkdir(parents=True)
    for path in sorted((ROOT / "data" / "posts").rglob("*.md"))[:2]:
        shutil.copy(path, folder)
    return folder


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_all_that_is_made(kb: Kb, posts: Path, tmp_path: Path) -> None:
    data, restored, archive = tmp_path / "data", tmp_path / "restored", tmp_path / "backup"
    kb("--data-dir", data, "ingest", posts)
    kb("--data-dir", data, "backup", archive)
    kb("--data-dir", restored, "restore", archive)
    assert rights(archive) == 0o600
    for folder in (data, restored):
        assert rights(folder) == rights(folder / "index") == 0o700
        assert rights(folder / "kb.sqlite3") == rights(folder / "audit.jsonl") == 0o600
    assert rights(restored / "from-backup") == 0o700
    assert rights(restored / "from-backup" / "audit.jsonl") == 0o600


def test_in_a_folder_open_to_others_the_database_is_not(kb: Kb, posts: Path, tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    kb("--data-dir", tmp_path / "open", "ingest", posts)
    assert rights(tmp_path / "open") == 0o755
    assert rights(tmp_path / "open" / "kb.sqlite3") == 0o600
    assert rights(tmp_path / "open" / "index") == 0o700


def test_rights_that_were_given_stay(kb: Kb, posts: Path, tmp_path: Path) -> None:
    data, archive = tmp_path / "data", tmp_path / "backup"
    kb("--data-dir", data, "ingest", posts)
    kb("--data-dir", data, "backup", archive)
    (data / "kb.sqlite3").chmod(0o640)
    kb("--data-dir", data, "restore", "--force", archive)
    assert rights(data / "kb.sqlite3") == 0o640
    (aside,) = data.glob("before-restore-*")
    assert rights(aside) == 0o700
