from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis.normalize import HANJA, clean, fold, key

ANY = st.text(st.characters()) | st.text("ＡｂＣ１對北美ㆍ・－—\u200b\ud800각가ㄱ①ﬁİẞ \n\t\0", max_size=30)


@given(ANY)
def test_fold_keeps_every_place_and_is_idempotent(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    folded.encode("utf-16")  # what Kiwi gets can be encoded


@given(ANY)
def test_clean_is_idempotent_nfc_and_encodable(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode()


@given(ANY)
def test_key_is_idempotent(text: str) -> None:
    assert key(key(text)) == key(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("對北", "대북"), ("ＭＯＴＩＥ", "motie"), ("DUAL‐USE", "dual-use"), ("화학ㆍ생물", "화학·생물"), ("각", "각")],
)
def test_spellings_that_are_one_word(one: str, other: str) -> None:
    assert key(one) == key(other)


def test_hanja_readings_are_single_syllables() -> None:
    assert all(len(hanja) == 1 and "가" <= reading <= "힣" and len(reading) == 1 for hanja, reading in HANJA.items())
