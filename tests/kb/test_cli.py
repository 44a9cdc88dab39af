"""The command line as a user meets it: what it prints, what it exits with, what it says when it is used wrongly."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.analysis.korean import KoreanAnalyzer
from kb.cli import main
from kb.knowledge import KnowledgeBase
from tests.kb.conftest import WritePost


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "site" / "_posts"
    folder.mkdir(parents=True)
    (folder / "2024-07-01-1.md").write_text(
        "---\ntitle: 우회수출 단속\ncategories: [무역]\n---\n"
        "<p>관세청 조사총괄과(042-481-7818)는 우회수출을 단속한다.</p>\n",
        encoding="utf-8",
    )
    (folder / "2025-11-03-2.md").write_text(
        "---\ntitle: [속보] 상황허가 : 확대\n---\n<p>산업부가 러시아 상황허가 품목을 늘린다.</p>\n", encoding="utf-8"
    )
    return folder.parent


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def one_kiwi(analyzer: KoreanAnalyzer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of this process uses the analyzer that is already loaded."""
    monkeypatch.setattr(KnowledgeBase, "analyzer", analyzer)


def kb(data: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--data-dir", str(data), *words])


@pytest.fixture(scope="module")
def ingested(site: Path, data: Path, analyzer: KoreanAnalyzer) -> dict[str, object]:
    result = kb(data, "ingest", str(site), "--json")
    assert result.exit_code == 0, result.output
    report: dict[str, object] = json.loads(result.stdout)
    return report


def test_ingest_reports_in_the_promised_shape(ingested: dict[str, object]) -> None:
    assert {k: ingested[k] for k in ("seen", "added", "updated", "unchanged", "removed", "recovered", "failed")} == {
        "seen": 2,
        "added": 2,
        "updated": 0,
        "unchanged": 0,
        "removed": 0,
        "recovered": 1,
        "failed": [],
    }
    assert isinstance(ingested["seconds"], float)


def test_search_for_people_and_for_machines(data: Path, ingested: object) -> None:
    told = kb(data, "search", "우회 수출")
    assert told.exit_code == 0
    assert "우회수출 단속" in told.stdout
    found = json.loads(kb(data, "search", "우회 수출", "--json").stdout)
    assert found["total"] == 1
    hit = found["hits"][0]
    assert (hit["post"], hit["date"], hit["agencies"]) == ("site/2024-07-01-1", "2024-07-01", ["관세청"])
    assert hit["url"] == "/posts/site/2024-07-01-1"
    assert found["facets"]["agency"] == [{"value": "관세청", "label": "관세청", "count": 1}]


@pytest.mark.parametrize(
    ("options", "posts"),
    [
        (["--agency", "KCS"], {"site/2024-07-01-1"}),
        (["--agency", "MOTIE"], {"site/2025-11-03-2"}),  # under the ministry's new name
        (["--agency", "관세청", "--agency", "산업통상자원부"], {"site/2024-07-01-1", "site/2025-11-03-2"}),
        (["--country", "러시아"], {"site/2025-11-03-2"}),
        (["--country", "ru"], {"site/2025-11-03-2"}),
        (["--category", "무역"], {"site/2024-07-01-1"}),
        (["--from", "2025"], {"site/2025-11-03-2"}),
        (["--to", "2024-07"], {"site/2024-07-01-1"}),
        (["--agency", "없는기관"], set()),
    ],
)
def test_filters(data: Path, ingested: object, options: list[str], posts: set[str]) -> None:
    found = json.loads(kb(data, "search", "", *options, "--json").stdout)
    assert {hit["post"] for hit in found["hits"]} == posts


def test_an_unknown_filter_value_is_said(data: Path, ingested: object) -> None:
    assert "없는기관" in " ".join(json.loads(kb(data, "search", "", "--agency", "없는기관", "--json").stdout)["notes"])


def test_entities_by_any_name(data: Path, ingested: object) -> None:
    page = json.loads(kb(data, "entity", "agency", "MOTIE", "--json").stdout)
    assert page["label"] == "산업통상자원부"
    assert [(step["name"], step["posts"]) for step in page["lineage"]][-2:] == [
        ("산업통상자원부", 0),
        ("산업통상부", 1),
    ]
    listed = json.loads(kb(data, "entities", "contact", "--json").stdout)
    assert [entity["label"] for entity in listed["entities"]] == ["042-481-7818"]
    desk = json.loads(kb(data, "entity", "contact", "0424817818", "--json").stdout)["contacts"][0]
    assert (desk["agency"], desk["department"], desk["last"]) == ("관세청", "조사총괄과", "2024-07-01")


def test_export_entities_is_in_the_form_of_the_guidelines(data: Path, ingested: object, tmp_path: Path) -> None:
    out = tmp_path / "entities.jsonl"
    assert kb(data, "export", "entities", "-o", str(out)).exit_code == 0
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["post"] for line in lines] == ["site/2024-07-01-1", "site/2025-11-03-2"]
    assert lines[0]["agencies"] == ["관세청"]
    assert lines[0]["departments"] == [{"name": "조사총괄과", "agency": "관세청"}]
    assert lines[0]["contacts"] == [{"number": "042-481-7818", "agency": "관세청", "department": "조사총괄과"}]
    assert lines[1]["agencies"] == ["산업통상부"]
    assert lines[1]["countries"] == ["RU"]


def test_export_posts(data: Path, ingested: object, tmp_path: Path) -> None:
    out = tmp_path / "posts.csv"
    assert kb(data, "export", "posts", "상황허가", "-o", str(out)).exit_code == 0
    raw = out.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")  # so that Excel reads Hangul
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["site/2025-11-03-2"]
    lines = kb(data, "export", "posts", "--format", "jsonl").stdout.splitlines()
    assert {json.loads(line)["post"] for line in lines} == {"site/2024-07-01-1", "site/2025-11-03-2"}


def test_exported_titles_are_no_formulas(write: WritePost, tmp_path: Path) -> None:
    titles = {"=HYPERLINK(A1)", "+82 수출", "-1 수출", "@SUM(A1)", "＝1+1 수출", "＠수출"}
    for number, title in enumerate(titles):
        folder = write(f"2024-07-01-{number}.md", title=f"'{title}'").parent
    assert kb(tmp_path / "var", "ingest", str(folder)).exit_code == 0
    out = tmp_path / "posts.csv"
    assert kb(tmp_path / "var", "export", "posts", "-o", str(out)).exit_code == 0
    rows = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert {row[2] for row in rows} == {"제목", *(f"'{title}" for title in titles)}


def test_status_check_explain_reindex(data: Path, ingested: object) -> None:
    status = json.loads(kb(data, "status", "--json").stdout)
    assert (status["posts"], status["indexed"], status["lag"], status["engine"]) == (2, 2, 0, "whoosh")
    check = kb(data, "check", "--json")
    assert (check.exit_code, json.loads(check.stdout)["ok"]) == (0, True)
    explained = json.loads(kb(data, "explain", "관세쳥 우회수출", "--json").stdout)
    assert {word["typed"] for word in explained["words"]} >= {"우회수출"}
    built = json.loads(kb(data, "reindex", "--json").stdout)
    assert (built["documents"], built["engine"]) == (2, "whoosh")


def test_evaluate_against_itself_is_perfect(data: Path, ingested: object, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    kb(data, "export", "entities", "-o", str(gold))
    figures = json.loads(kb(data, "evaluate", str(gold), "--json").stdout)
    assert {figure["f1"] for figure in figures} == {1.0}
    wrong = gold.read_text(encoding="utf-8").replace("관세청", "병무청")
    gold.write_text(wrong, encoding="utf-8")
    told = kb(data, "evaluate", str(gold), "--misses").stdout
    assert "- site/2024-07-01-1: 병무청" in told
    assert "+ site/2024-07-01-1: 관세청" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ingest", "no-such-folder"], "없습니다"),
        (["search", "x", "--from", "2024-02-31"], "없는 날짜"),
        (["search", "x", "--to", "언젠가"], "읽을 수 없습니다"),
        (["entity", "planet", "Mars"], "종류는 없습니다"),
        (["entity", "agency", "없는부"], "없습니다"),
        (["evaluate", "no-such-file.jsonl"], "읽을 수 없습니다"),
        (["reindex", "--engine", "lucene"], "lucene"),
        (["frobnicate"], "그런 명령이 없습니다"),
    ],
)
def test_used_wrongly_exits_with_2_and_says_what(data: Path, ingested: object, words: list[str], said: str) -> None:
    result = kb(data, *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_without_an_index_says_what_to_do(tmp_path: Path) -> None:
    result = kb(tmp_path, "search", "x")
    assert result.exit_code == 2
    assert "kb ingest" in result.stderr


def test_partly_failed_exits_with_1(tmp_path: Path) -> None:
    posts = tmp_path / "posts"
    posts.mkdir()
    (posts / "2024-07-01-1.md").write_text("---\ntitle: 글\n---\n본문", encoding="utf-8")
    (posts / "2024-07-02-2.md").write_bytes(b"\x00" * 500)
    result = kb(tmp_path / "var", "ingest", str(posts))
    assert result.exit_code == 1
    assert "2024-07-02-2.md" in result.stdout


def test_every_command_has_help() -> None:
    for name, command in main.commands.items():
        assert command.help, name
        assert kb(Path("unused"), name, "--help").exit_code == 0


def test_unknown_settings_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_PROT", "8000")
    result = kb(tmp_path, "status")
    assert result.exit_code == 2
    assert "KB_PROT" in result.stderr
    monkeypatch.delenv("KB_PROT")
    monkeypatch.setenv("KB_PORT", "eighty")
    assert "KB_PORT" in kb(tmp_path, "status").stderr


def test_help_loads_neither_the_database_nor_the_rules() -> None:
    """A command is told at once; what is slow to load is loaded by those that need it."""
    told = (
        "import kb.cli, sys; print(*{'sqlalchemy', 'alembic', 'kiwipiepy', 'flask', 'kb.extraction'} & {*sys.modules})"
    )
    loaded = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
