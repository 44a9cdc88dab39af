from __future__ import annotations

import pytest

from index.query.dates import tells_time


@pytest.mark.parametrize(
    "word", ["2023년", "2023년도", "7월", "지난해", "작년", "상반기", "3분기", "지난달", "이달", "2024년7월"]
)
def test_words_that_say_no_more_than_when(word: str) -> None:
    assert tells_time(word)


@pytest.mark.parametrize("word", ["년", "7월호", "반기보고서", "올해의책", "2023", "월세", "초순수", "하반", "3만년필"])
def test_words_that_say_what(word: str) -> None:
    assert not tells_time(word)
