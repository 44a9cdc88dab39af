from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis.korean import KoreanAnalyzer
from index.analysis.terms import document_terms, grams, pieces
from index.document import IndexDoc

# A word, what it must not be taken for; both directions are tested.
OPPOSITES = [
    ("비전략물자", "전략물자"),
    ("반덤핑", "덤핑"),
    ("무관세", "관세"),
    ("재수출", "수출"),
    ("비급여", "급여"),
    ("미신고", "신고"),
    ("탈원전", "원전"),
]
FRAMES = [
    "{}",
    "{} 품목의 수출입",
    "정부가 {}에 대해 밝혔다.",
    "2024년 {} 대책",
    "{}를 신고했다",
    "새로운 {}·통상 정책",
]


def doc(analyzer: KoreanAnalyzer, text: str, title_end: int = 0) -> IndexDoc:
    return IndexDoc("a", "h", dt.date(2024, 1, 1), text, title_end, title_end, analyzer.analyse(text))


def terms(analyzer: KoreanAnalyzer, text: str, field: str = "body") -> set[str]:
    return set(document_terms(doc(analyzer, text))[field])


@pytest.mark.parametrize(("word", "opposite"), OPPOSITES)
@pytest.mark.parametrize("frame", FRAMES)
def test_a_word_and_its_opposite_never_find_each_other(
    analyzer: KoreanAnalyzer, word: str, opposite: str, frame: str
) -> None:
    for field in ("body", "gram"):
        one, other = terms(analyzer, word, field), terms(analyzer, opposite, field)
        assert not one <= terms(analyzer, frame.format(opposite), field)
        assert not other <= terms(analyzer, frame.format(word), field) or opposite in frame
        assert one <= terms(analyzer, frame.format(word), field)
        assert other <= terms(analyzer, frame.format(opposite), field)


@pytest.mark.parametrize("text", ["비(非)전략물자", "비 전략물자", "非전략물자", "비전략물자"])
def test_spellings_of_a_prefix_are_one(analyzer: KoreanAnalyzer, text: str) -> None:
    assert terms(analyzer, text) == {"비전략", "물자"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("불법수출", "불법 수출"),
        ("對北 제재", "대북 제재"),
        ("ＭＯＴＩＥ", "motie"),
        ("10,030원", "10030원"),
        ("수출을 통제했다", "수출 통제"),
    ],
)
def test_spellings_that_have_the_same_terms(analyzer: KoreanAnalyzer, one: str, other: str) -> None:
    assert terms(analyzer, one) == terms(analyzer, other)


def test_pairs_run_over_a_space_but_not_over_a_line(analyzer: KoreanAnalyzer) -> None:
    assert "법수" in terms(analyzer, "불법 수출", "gram")
    assert "법수" not in terms(analyzer, "불법\n수출", "gram")
    assert "법수" not in terms(analyzer, "불법, 수출", "gram")


def test_a_telephone_number_is_found_whole_and_by_its_parts(analyzer: KoreanAnalyzer) -> None:
    assert {"0442034832", "044", "203", "4832"} <= terms(analyzer, "무역안보정책과(044-203-4832)로 문의")


def test_positions_follow_each_other_within_a_sentence_only(analyzer: KoreanAnalyzer) -> None:
    at = document_terms(doc(analyzer, "전략물자의 수출을 통제한다. 허가\n심사"))["body"]
    assert at["물자"][0] + 1 == at["수출"][0] and at["수출"][0] + 1 == at["통제"][0]
    assert at["허가"][0] > at["통제"][0] + 1
    assert at["심사"][0] > at["허가"][0] + 1


def test_the_title_field_holds_the_title_only(analyzer: KoreanAnalyzer) -> None:
    found = document_terms(doc(analyzer, "수출 통제\n허가 심사\n", title_end=6))
    assert set(found["title"]) == {"수출", "통제"}
    assert set(found["body"]) == {"수출", "통제", "허가", "심사"}


@settings(max_examples=60, deadline=None)
@given(text=st.text("비반무재수출 전략물자관세()\n.,·aA1-2😀İﬁ對\ud800", max_size=40) | st.text(max_size=40))
def test_terms_hold_no_white_space_and_places_are_true(analyzer: KoreanAnalyzer, text: str) -> None:
    analysis = analyzer.analyse(text)
    found = list(pieces(analysis, text))
    assert all(0 <= p.start <= p.end <= len(text) for p in found)
    assert [p.position for p in found] == sorted(p.position for p in found)
    made = [p.term for p in found] + list(grams(found, text))
    assert all(term and not any(c.isspace() for c in term) for term in made)


@settings(max_examples=60, deadline=None)
@given(text=st.text("비반무재수출 전략물자관세()\n.,·aA1-2", max_size=60), title_end=st.integers(0, 20))
def test_document_terms_are_the_pieces_and_pairs(analyzer: KoreanAnalyzer, text: str, title_end: int) -> None:
    made = document_terms(doc(analyzer, text, title_end))
    found = list(pieces(analyzer.analyse(text), text))
    for field, wanted in (("body", found), ("title", [piece for piece in found if piece.start < title_end])):
        places = {piece.term: tuple(p.position for p in wanted if p.term == piece.term) for piece in wanted}
        assert dict(made[field]) == {term: tuple(sorted(at)) for term, at in places.items()}
    assert Counter({term: len(at) for term, at in made["gram"].items()}) == Counter(grams(found, text))


def test_terms_that_were_kept_are_taken_as_they_are(analyzer: KoreanAnalyzer) -> None:
    made = document_terms(doc(analyzer, "전략물자 수출통제"))
    kept = replace(doc(analyzer, ""), terms=made)
    assert document_terms(kept) is made
