from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis.dictionary import UserWord
from index.analysis.korean import KoreanAnalyzer
from index.analysis.stream import Analysis


def test_places_are_characters_even_after_emoji(analyzer: KoreanAnalyzer) -> None:
    text = "😀👈 전략물자를 對北 수출했다 📞 042-481-7818"
    found = {text[t.start : t.end]: t.tag for t in analyzer.analyse(text)}
    assert found["전략"] == "NNG"
    assert found["042-481-7818"] == "W_SERIAL"
    assert "📞" in found


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(), max_size=60) | st.text("수출하는對ａ\ud800\udc00😀\0\n .", max_size=60))
def test_any_string_is_analysed_within_its_bounds(analyzer: KoreanAnalyzer, text: str) -> None:
    analysis = analyzer.analyse(text)
    assert all(0 <= t.start <= t.end <= len(text) for t in analysis)
    assert not any("\n" in t.form for t in analysis)
    assert Analysis.from_bytes(analysis.to_bytes()) == analysis


def test_many_texts_come_back_in_order_and_are_read_lazily(analyzer: KoreanAnalyzer) -> None:
    pulled = 0

    def texts() -> Iterator[str]:
        nonlocal pulled
        for number in range(1000):
            pulled += 1
            yield f"{number}번째 글"

    answers = analyzer.analyse_many(texts())
    assert [next(answers).forms[0] for _ in range(5)] == ["0", "1", "2", "3", "4"]
    assert pulled < 100


def test_an_error_of_the_source_reaches_the_caller(analyzer: KoreanAnalyzer) -> None:
    def texts() -> Iterator[str]:
        yield "하나"
        raise LookupError("원본")

    with pytest.raises(LookupError, match="원본"):
        list(analyzer.analyse_many(texts()))


def test_words_change_the_fingerprint_their_order_does_not(analyzer: KoreanAnalyzer) -> None:
    one, two = UserWord("무역안보정책관", "NNP"), UserWord("공통핵심품목", "NNG")
    assert KoreanAnalyzer((one, two)).fingerprint == KoreanAnalyzer((two, one)).fingerprint != analyzer.fingerprint


def test_similar_morphemes_come_from_the_model(analyzer: KoreanAnalyzer) -> None:
    assert "수입" in {form for form, _, _ in analyzer.similar("수출", "NNG")}
    assert analyzer.similar("ㅁㄴㅇㄹ", "NNG") == ()
