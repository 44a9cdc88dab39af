from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.hangul import FIRST, KEYS, LAST, are_initials, compose, from_keys, initials, letters

SYLLABLES = st.text(st.characters(min_codepoint=FIRST, max_codepoint=LAST), max_size=12)


@given(SYLLABLES)
def test_letters_put_together_again_are_the_syllables(text: str) -> None:
    assert compose(letters(text)) == text


@given(SYLLABLES)
def test_what_is_typed_on_the_wrong_layout_is_understood(text: str) -> None:
    typed = "".join(KEYS[letter] for letter in letters(text))
    assert typed.isascii()
    assert from_keys(typed) == text


@given(st.text(max_size=20))
def test_any_text_goes_through(text: str) -> None:
    assert len(initials(text)) == len(text)
    compose(text)
    from_keys(text)


@pytest.mark.parametrize(
    ("keys", "text"), [("wjsfiranfwk", "전략물자"), ("rhkstpcjd", "관세청"), ("EJr", "떡"), ("a1b", "ㅁ1ㅠ")]
)
def test_keys(keys: str, text: str) -> None:
    assert from_keys(keys) == text


def test_initials() -> None:
    assert initials("전략물자 A") == "ㅈㄹㅁㅈ A"
    assert are_initials("ㅈㄹㅁㅈ")
    assert not are_initials("ㅈ라") and not are_initials("") and not are_initials("ㅏ")
