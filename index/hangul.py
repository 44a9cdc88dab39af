"""Syllables and what they are made of: letters, initial consonants, keys of the keyboard. Pure functions."""

from __future__ import annotations

FIRST, LAST = 0xAC00, 0xD7A3
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
MEDIALS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")

# Two-set keyboard: the key of each letter; compound letters are typed as their parts.
KEYS = dict(
    zip(
        "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ",
        "qwertyuiopasdfghjklzxcvbnmQWERTOP",
        strict=True,
    )
)
LETTERS = {key: letter for letter, key in KEYS.items()}
_PARTS = {
    **dict(zip("ㅘㅙㅚㅝㅞㅟㅢ", ("ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", "ㅡㅣ"), strict=True)),
    **dict(
        zip(
            "ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ",
            ("ㄱㅅ", "ㄴㅈ", "ㄴㅎ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ", "ㄹㅎ", "ㅂㅅ"),
            strict=True,
        )
    ),
}
_JOINED = {parts: letter for letter, parts in _PARTS.items()}


def is_syllable(char: str) -> bool:
    return FIRST <= ord(char) <= LAST


def letters(text: str) -> str:
    """Each syllable as its letters, compound ones in their parts: 관 → ㄱㅗㅏㄴ. Other characters stay."""
    return "".join(map(_letters_of, text))


def _letters_of(char: str) -> str:
    if not is_syllable(char):
        return _PARTS.get(char, char)
    number = ord(char) - FIRST
    parts = (INITIALS[number // 588], MEDIALS[number // 28 % 21], FINALS[number % 28])
    return "".join(_PARTS.get(part, part) for part in parts)


def initials(text: str) -> str:
    """전략물자 → ㅈㄹㅁㅈ; other characters stay."""
    return "".join(INITIALS[(ord(char) - FIRST) // 588] if is_syllable(char) else char for char in text)


def are_initials(text: str) -> bool:
    """Whether a text is nothing but initial consonants, as typed to complete a word."""
    return bool(text) and all(char in INITIALS for char in text)


def compose(text: str) -> str:
    """Letters put together to syllables as a keyboard does; what does not fit stays as it is."""
    made: list[str] = []
    at = 0
    while at < len(text):
        syllable, at = _syllable(text, at)
        made.append(syllable)
    return "".join(made)


def _syllable(text: str, at: int) -> tuple[str, int]:
    """The syllable that begins here, or the one character, and where to go on."""
    if text[at] not in INITIALS:
        return _vowel_or_char(text, at)
    medial, end = _take(text, at + 1, MEDIALS)
    if not medial:
        return text[at], at + 1
    final, end_with_final = _take(text, end, FINALS)
    # A consonant before a vowel begins the next syllable.
    while final and end_with_final < len(text) and text[end_with_final] in MEDIALS:
        final = _PARTS.get(final, final)[:-1]
        end_with_final -= 1
    number = (INITIALS.index(text[at]) * 21 + MEDIALS.index(medial)) * 28 + FINALS.index(final)
    return chr(FIRST + number), end_with_final if final else end


def _vowel_or_char(text: str, at: int) -> tuple[str, int]:
    medial, end = _take(text, at, MEDIALS)
    return (medial, end) if medial else (text[at], at + 1)


def _take(text: str, at: int, alphabet: str | tuple[str, ...]) -> tuple[str, int]:
    """The longest letter of the alphabet that is typed here: in two keys, in one, or none."""
    two = _JOINED.get(text[at : at + 2], "")
    if two and two in alphabet:
        return two, at + 2
    one = text[at : at + 1]
    return (one, at + 1) if one and one in alphabet else ("", at)


def from_keys(text: str) -> str:
    """What was meant when Korean was typed on the English layout: wjsfiranfwk → 전략물자."""
    typed = (LETTERS.get(char) or LETTERS.get(char.lower(), char) for char in text)
    return compose("".join(_PARTS.get(letter, letter) for letter in typed))
