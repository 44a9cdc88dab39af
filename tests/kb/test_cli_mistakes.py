"""What a tired operator types, and what is answered: in Korean, with the way out, and without harm."""

from __future__ import annotations

import errno
import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.analysis.korean import KoreanAnalyzer
from index.errors import MissingLibrary, SearchError
from kb.cli import main, told
from kb.errors import UsageError
from kb.knowledge import KnowledgeBase
from kb.settings import load_settings


def kb(data: Path, *words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, ["--data-dir", str(data), *words], input=given, prog_name="kb")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ingest"], "빠진 것이 있습니다: PATHS"),
        (["ingets", "x"], "그런 명령이 없습니다: ingets. 혹시 ingest?"),
        (["backup", "x", "--overwrit"], "그런 옵션이 없습니다: --overwrit. 혹시 --overwrite?"),
        (["token", "create", "x", "--scope", "admin"], "--scope: 쓸 수 있는 것은 read, export, metrics입니다."),
        (["token", "revok", "x"], "그런 명령이 없습니다: revok."),
        (["serve", "--port", "80000"], "--port: 0~65535의 정수를 적으십시오."),
        (["serve", "--port", "http"], "--port: 0~65535의 정수를 적으십시오."),
        (["status", "now"], "받지 않는 말이 더 있습니다 (now)"),
        (["search", "x", "--limit"], "--limit: 값이 빠졌습니다."),
    ],
)
def test_a_mistyped_command_is_answered_in_korean(tmp_path: Path, words: list[str], said: str) -> None:
    result = kb(tmp_path / "var", *words)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
    assert "도움말: kb" in result.stderr
    assert "Usage" not in result.output
    assert not (tmp_path / "var").exists()


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    file = tmp_path / "var"
    file.write_text("x", encoding="utf-8")
    result = kb(file, "status")
    assert (result.exit_code, "--data-dir: 폴더가 아니라 파일입니다." in result.stderr) == (2, True)


@pytest.mark.parametrize("words", [["--help"], ["serve", "--help"], ["token", "create", "--help"]])
def test_help_is_korean(tmp_path: Path, words: list[str]) -> None:
    result = kb(tmp_path, *words)
    assert result.exit_code == 0
    assert result.stdout.startswith("사용법: ")
    assert not {"Usage", "Options", "Commands", "Show"} & set(result.stdout.replace(":", " ").split())


@pytest.mark.parametrize(
    "words", [["status"], ["search", "관세청"], ["check"], ["reindex"], ["backup", "made.backup"], ["token", "list"]]
)
def test_the_wrong_folder_is_told_and_nothing_is_made_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)  # a backup of nothing, night after night, would be noticed when it is needed
    result = kb(tmp_path / "vra", *words)
    assert result.exit_code == 2
    assert f"지식베이스가 없습니다: {tmp_path / 'vra'}" in result.stderr
    assert not (tmp_path / "vra" / "kb.sqlite3").exists()
    assert not (tmp_path / "made.backup").exists()


def test_the_first_start_is_told_quietly(tmp_path: Path) -> None:
    result = kb(tmp_path / "var", "status", "--quiet-if-filled")
    assert (result.exit_code, result.output) == (1, "")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KB_ACESS", "token", "알 수 없는 환경 변수 KB_ACESS. 혹시 KB_ACCESS"),
        ("KB_ZZZ", "1", "docs/settings.md"),
        ("KB_ACCESS", "tokens", "쓸 수 있는 것은 'local', 'open', 'token', 'proxy'입니다."),
        ("KB_PORT", "http", "정수를 적으십시오."),
        ("KB_PORT", "70000", "65535 이하여야 합니다."),
        ("KB_THREADS", "0", "1 이상이어야 합니다."),
        ("KB_SEARCH_SECONDS", "곧", "수를 적으십시오."),
        ("KB_OPENSEARCH_PREFIX", "News", "이 꼴이어야 합니다"),
    ],
)
def test_a_wrong_setting_is_told_in_korean(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match="KB_") as problem:
        load_settings()
    assert said in str(problem.value)


def test_a_port_that_is_taken_and_an_address_of_another_machine(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = kb(tmp_path, "serve", "--port", str(taken.getsockname()[1])).stderr
    assert "다른 프로그램이 이미 쓰고 있습니다" in said
    assert "--port" in said
    elsewhere = kb(tmp_path, "serve", "--open", "--port", "0", "--host", "192.0.2.1").stderr
    assert "이 컴퓨터의 주소가 아닙니다" in elsewhere
    assert "--host" in elsewhere


def test_a_missing_library_names_the_command_that_brings_it() -> None:
    said = told(MissingLibrary("tantivy", "tantivy", "tantivy"))
    assert "pip install" in said
    assert "requirements-server.lock" in said


def test_a_full_disk_under_the_index_is_told_with_the_way_out() -> None:
    error = SearchError("build b cannot be written: [Errno 28] No space left on device")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    said = told(error)
    assert "디스크가 가득 찼습니다" in said
    assert "다시 실행" in said
    assert "Errno" not in said


@pytest.fixture
def filled(tmp_path: Path, analyzer: KoreanAnalyzer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two collections: samples, and news."""
    monkeypatch.setattr(KnowledgeBase, "analyzer", analyzer)
    for source in ("samples", "news"):
        folder = tmp_path / source / "_posts"
        folder.mkdir(parents=True)
        for day in (1, 2):
            text = f"---\ntitle: {source} 단속 {day}\n---\n<p>관세청 조사총괄과가 {source}를 단속한다.</p>\n"
            (folder / f"2024-07-0{day}-x.md").write_text(text, encoding="utf-8")
        assert kb(tmp_path / "var", "ingest", str(folder.parent), "--source", source).exit_code == 0
    return tmp_path / "var"


def test_reindexing_for_another_engine_says_how_it_comes_into_use(filled: Path) -> None:
    result = kb(filled, "reindex", "--engine", "tantivy")
    assert (result.exit_code, "export KB_ENGINE=tantivy" in result.stderr) == (0, True)
    assert "KB_ENGINE" not in kb(filled, "reindex").stderr


def test_there_is_nothing_to_roll_back_to(filled: Path) -> None:
    result = kb(filled, "reindex", "--rollback")
    assert (result.exit_code, "되돌아갈 앞의 색인이 없습니다" in result.stderr) == (2, True)


def test_status_is_korean(filled: Path) -> None:
    said = kb(filled, "status").stdout
    assert "기관 1, 부서 1" in said
    assert "본 글 2 · 새 글 2" in said


def test_a_collection_is_forgotten_with_what_hangs_on_it(filled: Path) -> None:
    result = kb(filled, "forget", "samples", "--yes")
    assert (result.exit_code, "글 2편을 뺐습니다" in result.stdout) == (0, True)
    assert kb(filled, "check").exit_code == 0
    assert "0편" in kb(filled, "search", "samples").stdout
    assert "samples" not in kb(filled, "status").stdout
    agencies = json.loads(kb(filled, "entities", "agency", "--json").stdout)["entities"]
    assert [(agency["label"], agency["posts"]) for agency in agencies] == [("관세청", 2)]


def test_forgetting_asks_first_and_knows_what_there_is(filled: Path) -> None:
    assert kb(filled, "forget", "samples", given="n\n").exit_code == 1
    assert kb(filled, "status").stdout.startswith("글 4편")
    said = kb(filled, "forget", "sample", "--yes").stderr
    assert "있는 것: news, samples" in said


def test_what_was_forgotten_can_be_read_again(filled: Path, tmp_path: Path) -> None:
    kb(filled, "forget", "news", "--yes")
    again = kb(filled, "ingest", str(tmp_path / "news"), "--source", "news")
    assert (again.exit_code, "새 글 2" in again.stdout) == (0, True)
