"""What a person puts right stays right: merge, split, rename, alias, hide; wrong files are told by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.analysis.korean import KoreanAnalyzer
from kb.errors import DataError, NotFound
from kb.gazetteer.corrections import load_corrections
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from tests.kb.conftest import WritePost


def reread(tmp_path: Path, folder: Path, analyzer: KoreanAnalyzer, yaml: str) -> KnowledgeBase:
    corrections = tmp_path / "corrections"
    corrections.mkdir(exist_ok=True)
    (corrections / "test.yaml").write_text(yaml, encoding="utf-8")
    base = KnowledgeBase.open(Settings(data_dir=tmp_path / "var"), analyzer, corrections)
    base.ingest([folder])
    return base


@pytest.fixture
def ingested(base: KnowledgeBase, folder: Path, write: WritePost) -> KnowledgeBase:
    write("2024-08-08-1.md", "협업", "관세청이 미국과 조사한다.")
    write("2024-08-09-2.md", "협의", "관세청이 중국과 협의한다.")
    base.ingest([folder])
    return base


def test_hidden_everywhere_or_in_one_post(
    ingested: KnowledgeBase, tmp_path: Path, folder: Path, analyzer: KoreanAnalyzer
) -> None:
    assert ingested.entity("country", "미국").posts == 1
    hide = "- {do: hide, kind: country, name: US, why: 시험}\n"
    only = "- {do: hide, kind: agency, name: 관세청, posts: [site/2024-08-08-1], why: 시험}\n"
    with reread(tmp_path, folder, analyzer, hide + only) as base:
        with pytest.raises(NotFound):
            base.entity("country", "미국")
        assert base.entity("agency", "관세청").posts == 1
        assert base.entity("country", "중국").posts == 1
        assert base.check().ok


def test_merged_addresses_lead_on(
    ingested: KnowledgeBase, tmp_path: Path, folder: Path, analyzer: KoreanAnalyzer
) -> None:
    with reread(tmp_path, folder, analyzer, "- {do: merge, kind: country, name: US, into: CN, why: 시험}\n") as base:
        assert base.entity("country", "CN").posts == 2
        assert base.entity("country", "US").link.value == "CN"


def test_renamed_and_found_by_a_new_alias(
    ingested: KnowledgeBase, tmp_path: Path, folder: Path, analyzer: KoreanAnalyzer
) -> None:
    yaml = "- {do: rename, kind: country, name: US, to: 아메리카, why: 시험}\n"
    yaml += "- {do: alias, kind: country, name: US, alias: 천조국, why: 시험}\n"
    with reread(tmp_path, folder, analyzer, yaml) as base:
        assert base.entity("country", "천조국").link.label == "아메리카"
        assert base.entity("country", "미국").link.value == "US"


def test_split_in_some_posts(ingested: KnowledgeBase, tmp_path: Path, folder: Path, analyzer: KoreanAnalyzer) -> None:
    yaml = "- {do: split, kind: agency, name: 관세청, into: 관세청 둘, posts: [site/2024-08-09-2], why: 시험}\n"
    with reread(tmp_path, folder, analyzer, yaml) as base:
        assert base.entity("agency", "관세청").posts == 1
        assert base.entity("agency", "관세청 둘").posts == 1


@pytest.mark.parametrize(
    ("yaml", "problem"),
    [
        ("- {do: melt, kind: country, name: US, why: x}", "모르는 일"),
        ("- {do: hide, kind: planet, name: US, why: x}", "모르는 종류"),
        ("- {do: hide, kind: country, name: US}", "why"),
        ("- {do: merge, kind: country, name: US, why: x}", "into"),
        ("- {do: split, kind: country, name: US, into: CN, why: x}", "posts"),
        ("- {do: hide, kind: country, name: US, to: x, why: x}", "모르는 항목"),
        (
            "- {do: merge, kind: country, name: US, into: CN, why: x}\n"
            "- {do: merge, kind: country, name: CN, into: JP, why: x}",
            "다시 합쳐집니다",
        ),
    ],
)
def test_wrong_files_are_told_by_line(tmp_path: Path, yaml: str, problem: str) -> None:
    (tmp_path / "a.yaml").write_text(yaml + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=problem) as told:
        load_corrections(tmp_path)
    assert told.value.where.startswith("a.yaml:")
