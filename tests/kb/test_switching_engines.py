"""Two engines on one data directory: which one answers, and how one follows what the other was given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from index.analysis.korean import KoreanAnalyzer
from kb.cli import main
from kb.knowledge import KnowledgeBase


@pytest.fixture(autouse=True)
def one_kiwi(analyzer: KoreanAnalyzer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KnowledgeBase, "analyzer", analyzer)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site" / "_posts"
    folder.mkdir(parents=True)
    write(folder, "2024-07-01-1", "우회수출 단속", "관세청 조사총괄과(042-481-7818)는 우회수출을 단속한다.")
    write(folder, "2025-11-03-2", "상황허가 확대", "산업부가 러시아 상황허가 품목을 늘린다.")
    return folder.parent


def write(folder: Path, name: str, title: str, text: str) -> None:
    (folder / f"{name}.md").write_text(f"---\ntitle: {title}\n---\n<p>{text}</p>\n", encoding="utf-8")


def kb(data: Path, engine: str, *words: str) -> str:
    environment = {"KB_ENGINE": engine or None}
    result = CliRunner().invoke(main, ["--data-dir", str(data), *words], env=environment)
    assert result.exit_code in (0, 1), result.output
    return result.stdout


def status(data: Path, engine: str) -> tuple[str, int, int]:
    told = json.loads(kb(data, engine, "status", "--json"))
    return told["engine"], told["indexed"], told["lag"]


def hits(data: Path, engine: str, q: str) -> list[str]:
    return [hit["post"] for hit in json.loads(kb(data, engine, "search", q, "--json"))["hits"]]


def test_each_engine_answers_from_its_own_build_and_catches_up(site: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    kb(data, "", "ingest", str(site))
    built = json.loads(kb(data, "", "reindex", "--engine", "tantivy", "--json"))
    assert (built["engine"], built["documents"]) == ("tantivy", 2)
    assert status(data, "") == ("whoosh", 2, 0)  # without the setting nothing has changed
    assert status(data, "tantivy") == ("tantivy", 2, 0)
    for q in ("우회수출", "상황허가 품목", '"042-481-7818"', "기관:관세청"):
        assert hits(data, "tantivy", q) == hits(data, "", q) != []

    write(site / "_posts", "2025-12-01-3", "전략물자 판정", "무역안보관리원이 전략물자 판정을 안내한다.")
    kb(data, "", "ingest", str(site))
    assert status(data, "") == ("whoosh", 3, 0)
    assert status(data, "tantivy") == ("tantivy", 2, 1)
    assert hits(data, "tantivy", "전략물자") == []
    kb(data, "tantivy", "check", "--repair")
    assert status(data, "tantivy") == ("tantivy", 3, 0)
    assert hits(data, "tantivy", "전략물자") == hits(data, "", "전략물자") == ["site/2025-12-01-3"]
