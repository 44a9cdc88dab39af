from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.lexicon import Lexicon
from index.spelling import Speller

WORDS = {"관세청": 40, "수출": 90, "통제": 50, "최저": 9, "임금": 20, "핫라인": 5, "정상": 30, "회의": 60, "드문말": 1}


class Shelf:
    """The part of a reader that a lexicon reads."""

    build = "b"
    documents = 100

    def terms(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        return iter(sorted(WORDS.items())) if field == "body" else iter(())


@pytest.fixture(scope="module")
def speller() -> Speller:
    known = {"수리", "비번"}
    return Speller(Lexicon(Shelf()), ["전략물자", "수출통제"], known.__contains__)  # type: ignore[arg-type]  # all it reads


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("관세쳥", "관세청"),  # a vowel
        ("관셰청", "관세청"),
        ("관세처", "관세청"),  # a letter missing
        ("핫라잉", "핫라인"),
        ("수출통재", "수출통제"),
        ("최저임굼", "최저임금"),  # one part of a compound that is no term
        ("wjsfiranfwk", "전략물자"),
        ("rhkstpcjd", "관세청"),
        ("rhkstpcud", "관세청"),  # both at once
        ("tnflqlqjs", "수리비번"),  # words of the language side by side
    ],
)
def test_slips_are_understood(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed)[0] == meant


@pytest.mark.parametrize(
    "typed",
    ["관세청", "", "가", "비번", "수리", "드믄말", "export", "entity", "abc", "관세 쳥", "😀", "가" * 99, "우주선"],
)
def test_what_is_right_unknown_or_too_far_is_left_alone(speller: Speller, typed: str) -> None:
    assert speller.correct(typed) == ()


@pytest.mark.parametrize("typed", ["비전략물자", "반관세청", "무관세청", "재수출통제"])
def test_an_opposite_is_no_slip(speller: Speller, typed: str) -> None:
    assert not {"전략물자", "관세청", "수출통제", "수출"} & set(speller.correct(typed))
