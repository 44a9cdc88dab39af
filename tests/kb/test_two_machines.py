"""Two machines on one database, each with an index of its own: neither takes what it missed for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.analysis.korean import KoreanAnalyzer
from kb.errors import Busy
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from kb.views import SearchParams
from tests.kb.conftest import WritePost

WORDS = {2: "국세청이 조사한다.", 3: "외교부와 미국이 회담을 열었다.", 4: "방위사업청은 심사 기준을 고친다."}


def found(base: KnowledgeBase, q: str) -> set[str]:
    return {hit.post for hit in base.search(SearchParams(q=q, per_page=100)).hits}


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_an_index_that_was_left_behind_is_made_anew(
    tmp_path: Path, address: str, analyzer: KoreanAnalyzer, folder: Path, write: WritePost, engine: str
) -> None:
    settings = [Settings(data_dir=tmp_path / name, database_url=address, engine=engine) for name in ("one", "other")]
    with KnowledgeBase.open(settings[0], analyzer) as one, KnowledgeBase.open(settings[1], analyzer) as other:
        write("2024-07-01-1.md", "우회수출 단속")
        one.ingest([folder])
        other.reindex()
        for number in range(2, 5):  # what the other does not follow meanwhile, and the first forgets
            write(f"2024-07-0{number}-1.md", f"우회수출 단속 {number}", WORDS[number])
            one.ingest([folder])
        assert len(found(other, "우회수출")) == 1
        write("2024-07-09-9.md", "우회수출 마지막")
        other.ingest([folder])
        assert found(other, "우회수출") == found(one, "우회수출") | {"site/2024-07-09-9"}
        assert other.check().ok
        one.ingest([folder])
        assert one.check().ok
        assert found(one, "우회수출") == found(other, "우회수출")


def test_a_second_machine_is_told_who_reads_posts(
    tmp_path: Path, address: str, analyzer: KoreanAnalyzer, folder: Path, write: WritePost
) -> None:
    if address.startswith("sqlite"):
        return  # one machine: tests/kb/test_ingest.py
    write("2024-07-01-1.md")
    settings = [Settings(data_dir=tmp_path / name, database_url=address) for name in ("one", "other")]
    with KnowledgeBase.open(settings[0], analyzer) as one, KnowledgeBase.open(settings[1], analyzer) as other:
        with one._lock(), pytest.raises(Busy, match="kb ingest"):
            other.ingest([folder])
        assert other.ingest([folder]).added == 1


def test_a_build_begun_after_all_was_forgotten_is_whole(
    tmp_path: Path, address: str, analyzer: KoreanAnalyzer, folder: Path, write: WritePost
) -> None:
    write("2024-07-01-1.md", "우회수출 단속")
    with KnowledgeBase.open(Settings(data_dir=tmp_path / "var", database_url=address), analyzer) as base:
        for _ in range(2):
            base.ingest([folder])
            base.reindex()
        write("2024-07-02-2.md", "다음 소식")
        build = base.reindex().build
        base.ingest([folder])
        assert base.status().build == build  # followed, not made anew
        assert base.check().ok
