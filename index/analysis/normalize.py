"""Which spellings are the same text. Pure functions; knows neither Kiwi nor fields.

``clean`` makes any string safe and NFC (lengths may change; done once, when text comes in).
``fold`` maps look-alikes to one form, character by character, so offsets stay true.
``key`` is the form under which words are compared: folded, compatibility forms resolved, no case.
"""

from __future__ import annotations

import re
import unicodedata

VERSION = 1

# Chinese characters that Korean headlines use as abbreviations, with the reading they stand for.
# Only one-character readings: the map keeps lengths.
HANJA = dict(
    [
        *zip("美中日韓北南英佛獨露臺印伊加濠亞歐泰越墺伯", "미중일한북남영불독러대인이가호아구태월오브", strict=True),
        *zip("對反非無新舊前現再脫親抗最初總全各每約同準", "대반비무신구전현재탈친항최초총전각매약동준", strict=True),
        *zip("故尹李朴文盧金與野靑檢軍警法政民黨派官公私", "고윤이박문노김여야청검군경법정민당파관공사", strict=True),
        *zip(
            "銀株車油電核船港稅價錢兆億萬千百低高大小重輕", "은주차유전핵선항세가전조억만천백저고대소중경", strict=True
        ),
        *zip(
            "男女父母子夫妻兒老少硏社業界藥醫學校生死人家", "남녀부모자부처아노소연사업계약의학교생사인가", strict=True
        ),
        *zip(
            "上下先後內外東西左右春夏秋冬展詩書畵展會場號", "상하선후내외동서좌우춘하추동전시서화전회장호", strict=True
        ),
        *zip(
            "輸出入禁制裁通商安保戰爭武器技術產産品物資協定",
            "수출입금제재통상안보전쟁무기기술산산품물자협정",
            strict=True,
        ),
    ]
)

_FULL_WIDTH = {chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}
_HYPHENS = dict.fromkeys("‐‑‒–—―−﹣", "-")
_DOTS = dict.fromkeys("ㆍ・‧∙･•", "·")
_TILDES = dict.fromkeys("∼〜～˜", "~")
_SPACES = dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f\u3000", " ")
_CONTROLS = {chr(c): " " for c in (*range(32), *range(127, 160)) if chr(c) not in "\n\t"}
_SURROGATES = "\ud800-\udfff"

_MAP = {**_FULL_WIDTH, **_HYPHENS, **_DOTS, **_TILDES, **_SPACES, **_CONTROLS, **HANJA}
_RARE = re.compile(f"[{re.escape(''.join(_MAP))}{_SURROGATES}]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_NOT_LETTERS = re.compile("[^\u3131-\u318e]+")
_BROKEN = re.compile(f"[{_SURROGATES}]")


def clean(text: str) -> str:
    """NFC, without invisible characters; halves of surrogate pairs become U+FFFD. Idempotent."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _BROKEN.sub("\ufffd", text)))


def fold(text: str) -> str:
    """The same text with look-alikes unified; as long as ``text``, place by place. Idempotent."""
    return _RARE.sub(lambda found: _MAP.get(found[0], "\ufffd"), text)


def key(text: str) -> str:
    """The form under which two spellings of a word are one. Idempotent; length may change."""
    if text.isascii():
        return text.lower()
    folded = fold(_compatible(fold(text)))
    return _compatible(_compatible(folded.casefold()).casefold())


def _compatible(text: str) -> str:
    """NFKC, but for single Korean letters: it would make ㅈ another letter than the one that is typed."""
    return _NOT_LETTERS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
