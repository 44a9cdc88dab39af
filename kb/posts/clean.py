"""Owns the characters of a text: what is dropped, what is white space, what is composed. Knows no markup, no post."""

from __future__ import annotations

import re
import unicodedata

# Invisible characters that would split a word or turn it around: zero width, soft hyphen, BOM, bidi controls,
# variation selectors, tags, interlinear marks, non-characters, lone surrogates, and controls that are not white space.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e01ef]"
)
# The Hangul fillers and the empty Braille cell are what Korean editors type for a blank.
_FILLERS = str.maketrans(dict.fromkeys("\u115f\u1160\u3164\uffa0\u2800", " "))
_ODD = re.compile(f"[{_DROPPED.pattern[1:-1]}\u115f\u1160\u3164\uffa0\u2800]")


def line(text: str) -> str:
    """One line: nothing invisible, composed, white space folded, none at the ends. Twice is as once."""
    if _ODD.search(text):
        text = _DROPPED.sub("", text).translate(_FILLERS)
    return unicodedata.normalize("NFC", " ".join(text.split()))
