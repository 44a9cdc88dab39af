"""Countries, topics and references: what the lists hold, and what is wrong in them is named with file and line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kb.errors import DataError
from kb.gazetteer.countries import load_countries
from kb.gazetteer.gazetteer import DATA
from kb.gazetteer.references import FILES, load_references
from kb.gazetteer.spellings import ways_to_write
from kb.gazetteer.topics import load_topics

GUIDELINES = {
    "strategic-items",
    "evasion-enforcement",
    "sanctions",
    "customs",
    "trade-agreements",
    "trade-remedy",
    "supply-chain",
    "tech-protection",
    "defense-export",
    "export-promotion",
    "foreign-investment",
}


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("TW", "대만"),
        ("HK", "홍콩"),
        ("KP", "북한"),
        ("TR", "튀르키예"),
        ("IN", "인도"),
        ("GE", "조지아"),
        ("AU", "호주"),
    ],
)
def test_countries_are_shown_by_their_usual_name(code: str, label: str) -> None:
    assert load_countries(DATA).label(code) == label


@pytest.mark.parametrize(
    ("name", "code"),
    [("미국", "US"), ("us", "US"), ("우즈벡", "UZ"), ("버마", "MM"), ("한미일", None), ("없는나라", None)],
)
def test_a_country_is_found_by_any_name(name: str, code: str | None) -> None:
    assert load_countries(DATA).code(name) == code


def test_neither_the_home_country_nor_unions_are_listed() -> None:
    codes = {code for form in load_countries(DATA) for code in form.codes}
    assert not codes & {"KR", "EU", "UN", "EZ", "ZZ"}
    assert len(codes) > 230


def test_the_topics_are_those_of_the_guidelines() -> None:
    assert {topic.id for topic in load_topics(DATA / "topics.yaml")} == GUIDELINES


def test_every_topic_has_words_of_each_role() -> None:
    words = [word for found in load_topics(DATA / "topics.yaml").spellings.values() for word in found]
    for role in ("strong", "support", "against"):
        assert {word.topic for word in words if word.role == role} == GUIDELINES


def test_a_body_is_called_by_the_name_of_the_day() -> None:
    body = load_references(DATA).resolve("전략물자관리원")
    assert body is not None
    assert body.name_on(dt.date(2024, 8, 20)) == "전략물자관리원"
    assert body.name_on(dt.date(2024, 8, 21)) == "무역안보관리원"


def test_blanks_are_optional() -> None:
    assert set(ways_to_write("수출 통제 체제")) == {"수출 통제 체제", "수출통제 체제", "수출 통제체제", "수출통제체제"}
    assert list(ways_to_write("관세")) == ["관세"]


WRONG_COUNTRIES = [
    ("- {code: QQ, forms: [아무나라]}", "", "countries.yaml:1", "QQ"),
    ("- {code: US, forms: [미국]}\n- {code: CA, forms: [미국]}", "", "countries.yaml:2", "미국"),
    ("[]", "- {forms: [미], codes: [QQ]}", "countries_forms.yaml:1", "QQ"),
    ("[]", "- {forms: [미], codes: [US], before: '('}", "countries_forms.yaml:1", "before"),
    ("[]", "- {forms: [미], codes: [US]}\n- {forms: [미]}", "countries_forms.yaml:2", "미"),
    ("[]", "- {forms: [아무나라], listed: yes}", "countries_forms.yaml:1", "아무나라"),
    ("[]", "- {forms: [미], kodes: [US]}", "countries_forms.yaml:1", "kodes"),
]


@pytest.mark.parametrize(("listed", "forms", "where", "what"), WRONG_COUNTRIES)
def test_wrong_countries_are_named(tmp_path: Path, listed: str, forms: str, where: str, what: str) -> None:
    (tmp_path / "countries.yaml").write_text(listed, "utf-8")
    (tmp_path / "countries_forms.yaml").write_text(forms or "[]", "utf-8")
    with pytest.raises(DataError) as error:
        load_countries(tmp_path)
    assert error.value.where == where
    assert what in str(error.value)


WRONG_TOPICS = [
    ("- {id: a, name: 가, about: 나}\n- {id: a, name: 가, about: 나}", "topics.yaml:2"),
    ("- {id: a, name: 가, about: 나, strong: [관세 청, 관세청]}", "topics.yaml:1"),
    ("- {id: a, name: 가, about: 나, paired: [{word: 세관, near: '('}]}", "topics.yaml:1"),
    ("- {id: a, name: 가}", "topics.yaml:1"),
]


@pytest.mark.parametrize(("text", "where"), WRONG_TOPICS)
def test_wrong_topics_are_named(tmp_path: Path, text: str, where: str) -> None:
    (tmp_path / "topics.yaml").write_text(text, "utf-8")
    with pytest.raises(DataError) as error:
        load_topics(tmp_path / "topics.yaml")
    assert error.value.where == where


WRONG_REFERENCES = [
    ("- {name: 관세법}\n- {name: 다른 법, aliases: [관세법]}", "laws.yaml:2"),
    ("- {name: 관세법, from: 2024-01-01}", "laws.yaml:1"),
    ("- {name: 관세법, from: 언제, former: 옛법}", "laws.yaml:1"),
]


@pytest.mark.parametrize(("text", "where"), WRONG_REFERENCES)
def test_wrong_references_are_named(tmp_path: Path, text: str, where: str) -> None:
    for file in FILES.values():
        (tmp_path / file).write_text("[]", "utf-8")
    (tmp_path / "laws.yaml").write_text(text, "utf-8")
    with pytest.raises(DataError) as error:
        load_references(tmp_path)
    assert error.value.where == where
