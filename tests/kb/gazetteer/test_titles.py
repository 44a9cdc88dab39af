"""Titles, single offices, places and names: what the lists hold, and what is wrong in them is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kb.errors import DataError
from kb.gazetteer.gazetteer import DATA, Gazetteer
from kb.gazetteer.titles import TitleBook, load_titles

FILES = (
    "titles.yaml",
    "titles_offices.yaml",
    "titles_places.yaml",
    "titles_bodies.yaml",
    "surnames.yaml",
    "office_holders.yaml",
)


@pytest.fixture(scope="module")
def book() -> TitleBook:
    return load_titles(DATA)


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """A copy of the lists to spoil."""
    for name in FILES:
        shutil.copy(DATA / name, tmp_path / name)
    return tmp_path


def test_every_single_office_closes_with_a_title(book: TitleBook) -> None:
    assert [office for office in book.offices if not office.endswith(tuple(book.titles))] == []


def test_every_central_office_belongs_to_a_listed_agency(book: TitleBook) -> None:
    agencies = Gazetteer.load().agencies.by_name
    assert {o.body for o in book.offices.values() if o.kind == "central"} - set(agencies) == set()


def test_all_provinces_and_their_stems_are_known(book: TitleBook) -> None:
    provinces = [name for name in set(book.places.values()) if name.endswith(("도", "특별시", "광역시", "특별자치시"))]
    assert len(provinces) == 17
    assert book.places["서울"] == "서울특별시"
    assert book.places["경남"] == "경상남도"
    assert book.places["강남"] == "강남구"


def test_two_syllable_surnames_are_surnames(book: TitleBook) -> None:
    assert {"남궁", "황보", "제갈", "사공", "선우", "독고"} <= book.names.double
    assert all(len(name) == 2 for name in book.names.double)
    assert book.names.common <= book.names.single


@pytest.mark.parametrize(
    ("file", "line", "part"),
    [
        ("titles.yaml", "- titles: [장관]\n  evidence: alone\n", "두 번"),
        ("titles.yaml", "- titles: [새직함]\n  evidence: maybe\n", "maybe"),
        ("titles.yaml", "- titles: [새직함]\n", "evidence"),
        ("titles.yaml", "- titles: [새직함]\n  evidence: alone\n  kind: foreign\n", "foreign"),
        ("titles_offices.yaml", "- {words: [대통령], body: 대통령실, kind: central}\n", "두 번"),
        ("titles_offices.yaml", "- {words: [새직], kind: central}\n", "body"),
        ("titles_places.yaml", "- {name: 서울특별시, stems: [서울]}\n", "두 번"),
        ("titles_bodies.yaml", "- {kind: club, words: [어떤모임]}\n", "club"),
        ("surnames.yaml", "- {kind: double, words: [남궁, 남궁]}\n", "두 번"),
        ("office_holders.yaml", "- {office: 대통령, holders: [김도윤]}\n", "두 번"),
        ("office_holders.yaml", "- {office: 새직, holder: [김도윤]}\n", "holder"),
    ],
)
def test_a_wrong_line_is_named(lists: Path, file: str, line: str, part: str) -> None:
    path = lists / file
    lines = path.read_text(encoding="utf-8").rstrip("\n").count("\n") + 1
    with path.open("a", encoding="utf-8") as stream:
        stream.write(line)
    with pytest.raises(DataError) as caught:
        load_titles(lists)
    assert caught.value.where == f"{file}:{lines + 1}"
    assert part in caught.value.problem
