"""Other ways in which Korean writes one word: prices and ministers as headlines shorten them. General rules of the
language and of government, no list of words; asks the table of names which ministries there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.hangul import is_syllable
from index.query.names import Names

MAX_MINISTRIES = 4
FINALS = 28  # final consonants of a syllable
SIOT = 19  # ㅅ among them, counted from 0 for none

_PRICE = re.compile(r"(\S+?)(값|가격)")
_MINISTER = re.compile(r"(\S{2,}?)(장관|차관)")


def variants(word: str, names: Names) -> tuple[str, ...]:
    """What else the word may stand as: 배춧값 as 배추 가격, 국토장관 as 국토부 장관."""
    if price := _PRICE.fullmatch(word):
        return tuple(_prices(price[1], price[2]))
    if minister := _MINISTER.fullmatch(word):
        return tuple(_ministers(minister[1], minister[2], names))
    return ()


def _prices(thing: str, end: str) -> Iterator[str]:
    """With the ㅅ that joins two words and without, and with the longer word for a price."""
    plain = _without_siot(thing) if end == "값" else thing
    for form in dict.fromkeys((f"{plain}값", f"{_with_siot(plain)}값", f"{plain} 가격")):
        if form.replace(" ", "") != thing + end:
            yield form


def _ministers(office: str, title: str, names: Names) -> Iterator[str]:
    """The minister of whichever ministry's name begins so: 국토부 장관, 국토교통부 장관."""
    ministry = f"{office}부"
    full = [name for name in names.others(ministry) if office in name and name.endswith("부")]
    if names.others(ministry):
        yield from (f"{name} {title}" for name in (ministry, *full[: MAX_MINISTRIES - 1]))


def _final(syllable: str) -> int:
    return (ord(syllable) - ord("가")) % FINALS if is_syllable(syllable) else -1


def _without_siot(thing: str) -> str:
    """상춧 → 상추; a word of one syllable keeps its end: 옷, 맛."""
    joined = len(thing) > 1 and _final(thing[-1]) == SIOT
    return thing[:-1] + chr(ord(thing[-1]) - SIOT) if joined else thing


def _with_siot(thing: str) -> str:
    return thing[:-1] + chr(ord(thing[-1]) + SIOT) if _final(thing[-1]) == 0 else thing
