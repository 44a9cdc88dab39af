"""The particle that fits the word before it, in sentences made around a name: 관세청이(가) → 관세청이, EU이(가) → EU가.

A sentence is written with both forms, as one would for a name that is not known yet; ``with_particles`` keeps the
one that is read. Where nobody can tell how a word is read (Entity), both stay.
"""

from __future__ import annotations

import re

from index.hangul import is_syllable

BOTH = re.compile(
    r"(?P<last>[^\s’”'\")\]])(?P<shut>[’”'\")\]]*)(?:(?P<pair>이\(가\)|은\(는\)|을\(를\)|와\(과\))|\((?P<light>이|으)\)(?=라|로))"
)
CLOSED = {"이(가)": "이", "은(는)": "은", "을(를)": "을", "와(과)": "과"}
OPEN = {"이(가)": "가", "은(는)": "는", "을(를)": "를", "와(과)": "와"}
DIGITS = {
    "0": 1,
    "1": 8,
    "2": 0,
    "3": 1,
    "4": 0,
    "5": 0,
    "6": 1,
    "7": 8,
    "8": 8,
    "9": 0,
}  # 영 일 이 삼 사 오 육 칠 팔 구
CAPITALS = {"L": 8, "M": 1, "N": 1, "R": 8}  # 엘 엠 엔 알; the names of the others end in a vowel
RIEUL = 8  # the final ㄹ, after which it is 로 and not 으로


def with_particles(sentence: str) -> str:
    return BOTH.sub(_fitting, sentence)


def _fitting(found: re.Match[str]) -> str:
    final = _final(found.string, found.start("last"))
    if final is None:
        return found[0]
    head = found["last"] + found["shut"]
    if found["light"] == "으":
        return head + ("으" if final not in (0, RIEUL) else "")
    if found["light"]:
        return head + ("이" if final else "")
    return head + (CLOSED if final else OPEN)[found["pair"]]


def _final(text: str, at: int) -> int | None:
    """The final consonant of the sound that ends there, 0 for none; None where it depends on how the word is read."""
    char = text[at]
    if is_syllable(char):
        return (ord(char) - ord("가")) % 28
    if char in DIGITS:
        return DIGITS[char]
    if char.isascii() and char.isupper() and at and text[at - 1].isupper():
        return CAPITALS.get(char, 0)
    return None
