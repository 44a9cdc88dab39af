"""Two engines on one data directory: which one answers, and how one follows what the other was given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from servers.clusters import MARKS, fresh_settings

from index.analysis.korean import KoreanAnalyzer
from kb.cli import main
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from kb.views import SearchParams


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


@pytest.fixture(params=["tantivy", pytest.param("opensearch", marks=MARKS)])
def other(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Another engine than Whoosh."""
    if request.param == "opensearch":
        settings = fresh_settings()
        monkeypatch.setenv("KB_OPENSEARCH_URLS", ",".join(settings.urls))
        monkeypatch.setenv("KB_OPENSEARCH_PREFIX", settings.prefix)
    return str(request.param)


def test_each_engine_answers_from_its_own_build_and_catches_up(site: Path, tmp_path: Path, other: str) -> None:
    data = tmp_path / "data"
    kb(data, "", "ingest", str(site))
    built = json.loads(kb(data, "", "reindex", "--engine", other, "--json"))
    assert (built["engine"], built["documents"]) == (other, 2)
    assert status(data, "") == ("whoosh", 2, 0)  # without the setting nothing has changed
    assert status(data, other) == (other, 2, 0)
    for q in ("우회수출", "상황허가 품목", '"042-481-7818"', "기관:관세청"):
        assert hits(data, other, q) == hits(data, "", q) != []

    write(site / "_posts", "2025-12-01-3", "전략물자 판정", "무역안보관리원이 전략물자 판정을 안내한다.")
    kb(data, "", "ingest", str(site))
    assert status(data, "") == ("whoosh", 3, 0)
    assert status(data, other) == (other, 2, 1)
    assert hits(data, other, "전략물자") == []
    kb(data, other, "check", "--repair")
    assert status(data, other) == (other, 3, 0)
    assert hits(data, other, "전략물자") == hits(data, "", "전략물자") == ["site/2025-12-01-3"]


def test_what_was_closed_opens_again(site: Path, tmp_path: Path) -> None:
    """A parent closes its knowledge base, and processes forked from it go on with what it loaded."""
    with KnowledgeBase.open(Settings(data_dir=tmp_path / "again")) as base:
        base.ingest([site / "_posts"])
        before = base.search(SearchParams(q="우회수출"))
        base.close()
        assert base.search(SearchParams(q="우회수출")).total == before.total > 0
