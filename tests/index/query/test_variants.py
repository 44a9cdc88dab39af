from __future__ import annotations

import pytest

from index.query.names import NameTable
from index.query.variants import variants

NAMES = NameTable([("국토부", "국토교통부", "국토해양부", "MOLIT"), ("외교부", "외교통상부")])


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("상춧값", "상추 가격"),
        ("상춧값", "상추값"),
        ("상추값", "상춧값"),
        ("상추가격", "상춧값"),
        ("쌀값", "쌀 가격"),
        ("옷값", "옷 가격"),
        ("국토장관", "국토부 장관"),
        ("국토장관", "국토교통부 장관"),
        ("외교차관", "외교부 차관"),
    ],
)
def test_what_headlines_shorten_is_read_in_full(word: str, other: str) -> None:
    assert other in variants(word, NAMES)


@pytest.mark.parametrize("word", ["값", "가격", "장관", "전직장관", "국토부장관", "수출통제", "국토장관회의", ""])
def test_other_words_have_no_other_form(word: str) -> None:
    assert variants(word, NAMES) == ()


@pytest.mark.parametrize("word", ["상춧값", "쌀값", "상추가격"])
def test_no_variant_is_the_word_itself(word: str) -> None:
    assert word not in variants(word, NAMES)
