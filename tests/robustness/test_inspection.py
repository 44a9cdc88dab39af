"""Damage inside stored values: named by ``kb check --deep``, mended from the originals where they are whole."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from index.analysis.korean import KoreanAnalyzer
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from kb.views import PostPage, SearchParams
from tests.robustness.conftest import Kb

POST = "site/2024-07-01-05"


def execute(data: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(data / "kb.sqlite3")
    with connection:
        assert connection.execute(statement, values).rowcount != 0
    connection.close()


def in_row(statement: str, *values: object) -> Callable[[Path], None]:
    """Damage of the row of one post."""
    chosen = "(SELECT id FROM posts WHERE name = '2024-07-01-05')"
    return lambda data: execute(data, statement.replace("@post", chosen), *values)


def overwrite_text(data: Path) -> None:
    """As a disk would: bytes of a text in the file, nothing that SQLite notices."""
    execute(data, "PRAGMA wal_checkpoint(TRUNCATE)")
    path = data / "kb.sqlite3"
    content = path.read_bytes()
    words, at = "조사총괄과(042-481-7805)".encode(), 0
    assert words in content
    while (at := content.find(words, at)) >= 0:
        content = content[:at] + b"X" * 12 + content[at + 12 :]
        at += len(words)
    path.write_bytes(content)


def other_original(data: Path) -> None:
    in_row("UPDATE post_details SET original = ? WHERE post_id = @post", zlib.compress("---\n---\n딴 글".encode()))(
        data
    )


MENDED: dict[str, tuple[Callable[[Path], None], str]] = {
    "bytes of a text": (overwrite_text, "글 (text)"),
    "another text": (in_row("UPDATE posts SET text = text || '덧붙인 말' WHERE id = @post"), "글 (text)"),
    "text that is no UTF-8": (in_row("UPDATE posts SET text = CAST(x'ff41ff' AS TEXT) WHERE id = @post"), "글"),
    "title": (in_row("UPDATE posts SET title = '바뀐 제목' WHERE id = @post"), "글 (title)"),
    "date": (in_row("UPDATE posts SET date = 'x' WHERE id = @post"), "글"),
    "categories": (in_row("UPDATE posts SET categories = '[broken' WHERE id = @post"), "글"),
    "blocks": (in_row("UPDATE post_details SET blocks = '[[1]]' WHERE post_id = @post"), "글"),
    "morphemes cut": (
        in_row("UPDATE analyses SET morphemes = substr(morphemes, 1, 20) WHERE post_id = @post"),
        "형태소",
    ),
    "morphemes of nothing": (in_row("UPDATE analyses SET morphemes = x'00' WHERE post_id = @post"), "형태소"),
    "terms cut": (in_row("UPDATE index_terms SET terms = substr(terms, 1, 9) WHERE post_id = @post"), "색인할 낱말"),
    "other terms": (
        in_row("UPDATE index_terms SET terms = (SELECT min(terms) FROM index_terms) WHERE post_id = @post"),
        "색인할 낱말",
    ),
    "place of a mention": (in_row("UPDATE mentions SET start = start + 1 WHERE post_id = @post"), "엔티티가 나온 곳"),
}


def answers(data: Path, analyzer: KoreanAnalyzer) -> tuple[PostPage, int]:
    with KnowledgeBase.open(Settings(data_dir=data), analyzer) as base:
        return base.post(POST), base.search(SearchParams(q="조사총괄과")).total


@pytest.mark.parametrize("case", MENDED)
def test_damage_in_a_value_is_named_and_mended_from_the_original(
    kb: Kb, data: Path, analyzer: KoreanAnalyzer, case: str
) -> None:
    whole = answers(data, analyzer)
    damage, told = MENDED[case]
    damage(data)
    found = kb("check", "--deep")
    assert found.exit_code == 1, found.output
    assert told in found.stdout
    assert "kb check --deep --repair" in found.stdout
    mended = kb("check", "--deep", "--repair")
    assert mended.exit_code == 0, mended.output
    assert "고쳤습니다" in mended.stdout
    again = kb("check", "--deep")
    assert (again.exit_code, "모두 온전합니다" in again.stdout) == (0, True)
    assert answers(data, analyzer) == whole


@pytest.mark.parametrize(
    "damage", [other_original, in_row("UPDATE post_details SET original = x'789c' WHERE post_id = @post")]
)
def test_a_damaged_original_is_read_again_from_its_file(
    kb: Kb, data: Path, posts: Path, damage: Callable[[Path], None]
) -> None:
    assert kb("ingest", posts).exit_code == 0
    damage(data)
    told = kb("check", "--deep", "--repair")
    assert told.exit_code == 1
    assert f"{POST}: 원본" in told.stdout and "kb ingest" in told.stdout
    assert "고친 글 1" in kb("ingest", posts).stdout
    assert kb("check", "--deep").exit_code == 0


def test_what_no_original_can_mend_is_told_with_the_backup(kb: Kb, data: Path) -> None:
    execute(data, "UPDATE sources SET created_at = 'never'")
    told = kb("check", "--deep", "--repair")
    assert told.exit_code == 1
    assert "sources: 표의 값" in told.stdout
    assert "kb restore" in told.stdout


def test_with_damaged_morphemes_and_terms_the_site_goes_on_and_reindex_says_what_to_do(
    kb: Kb, data: Path, analyzer: KoreanAnalyzer
) -> None:
    in_row("UPDATE analyses SET morphemes = x'00' WHERE post_id = @post")(data)
    in_row("UPDATE index_terms SET terms = x'00' WHERE post_id = @post")(data)
    with KnowledgeBase.open(Settings(data_dir=data), analyzer) as site:
        found = site.search(SearchParams(q="조사총괄과", per_page=12))
        assert POST in {hit.post for hit in found.hits} | {c.post for hit in found.hits for c in hit.copies}
        assert site.post(POST).title == "우회수출 단속 5"
    refused = kb("reindex")
    assert refused.exit_code == 2
    assert POST in refused.stderr and "kb check --deep --repair" in refused.stderr
    assert kb("check", "--deep", "--repair").exit_code == 0
    assert kb("reindex").exit_code == 0


def test_a_whole_base_is_told_whole(kb: Kb) -> None:
    told = kb("check", "--deep", "--json")
    assert told.exit_code == 0
    assert '"damaged": []' in told.stdout
