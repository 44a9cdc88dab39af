"""Owns which blocks of a Korean news post are the site's own furniture and not its text.

General patterns of Korean news, blog and government posts; no site's own names. When in doubt a block stays:
furniture in the text costs a little noise, text in the furniture is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Verdict = Literal["source", "licence", "furniture"]

_URL = r"(?:https?s?://\S+|(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:kr|com|net|org|io|me|info)(?:/\S*)?)"
_BRIEFING = r"(?:대한민국\s*)?(?:정책\s*브리핑|korea\.kr|공공누리)"

_SOURCE = re.compile(
    r"^[\s\W]*(?:자료|사진|기사|원문|뉴스|영상|이미지|정보|콘텐츠|그래픽|정책\s*브리핑)?\s*출\s*처\s*(?:및\s*저작권\s*)?[:：;|=\-]"
    r"|^[\s\W]*(?:자료|사진|영상|이미지|그래픽)\s*(?:제공|협조)\s*[:：=]|^[\s\W]*(?:사진|이미지|그래픽)\s*="
    r"|^[\s\W]*(?:자료|사진|기사|정보)?\s*출처는?\s*"
    + _BRIEFING
    + r"|^[\s\W]*(?:자료|사진|기사|정보)?\s*출처(?:\s+링크)?[\s\W]*$"
    r"|^[\s\W]*" + _BRIEFING + r"\s*[<(\[]?\s*(?:(?:https?://)?(?:www\.)?korea\.kr)?\S{0,3}[\s\W]*$"
    r"|^[\s\W]*(?:https?://)?(?:www\.)?korea\.kr\S*[\s\W]*$"
    r"|^[\s\W]*(?:(?:이|위|위의|본|해당)\s*(?:자료|기사|글|내용|정보|콘텐츠)[는은]\s*)?"
    + _BRIEFING
    + r".{0,40}(?:에서|[을를])\s*.{0,20}(?:다운|제공|인용|참고하여|발췌|가져)"
)
_LICENCE_SENTENCE = re.compile(
    r"공공누리.{0,12}제?\s*\d\s*유형|공공누리.{0,30}자유롭게|정책\s*(?:뉴스|브리핑).{0,40}자유롭게\s*이용"
    r"|자유롭게\s*이용\s*(?:이\s*)?(?:가능|하실|할).{0,40}(?:저작권|출처)|사진.{0,20}제\s*3자.{0,12}저작권|사진의\s*경우.{0,30}저작권"
    r"|(?:이용|활용|사용|인용)\s*(?:시|할\s*때|하는\s*경우).{0,20}출처를?.{0,12}(?:표기|표시|명시|기재|기입|밝)"
    r"|(?:출처|무단\s*전재|위반\s*시).{0,40}저작권법|저작권법.{0,30}출처|정책\s*브리핑.{0,30}출처를?.{0,10}(?:표기|표시|명시)"
    r"|출처를?\s*(?:정확히|반드시|꼭)?\s*(?:표기|표시|명시|기재).{0,20}(?:위반|않).{0,20}처벌"
    r"|무단\s*전재|무단\s*(?:복제|배포|도용)\s*(?:및|[·ㆍ,/])\s*재?\s*배포.{0,6}금|저작권자\s*[ⓒ©(]|^\W*[ⓒ©]|All\s+rights\s+reserved"
    r"|Copyright\s*[ⓒ©(]",
    re.IGNORECASE,
)
# One of these stands in every licence sentence; asking for them first is ten times as fast.
_LICENCE_WORDS = ("출처", "저작권", "공공누리", "무단", "ⓒ", "©", "자유롭게", "opyright", "OPYRIGHT", "ights", "IGHTS")
# The origin of money or goods is news, not a licence: "자금 출처를 명시하지 않으면 처벌".
_INLINE_SOURCE = re.compile(
    r"[<(\[〈【※]*\s*(?:자료|기사|사진)?\s*출\s*처\s*[=:：]\s*정책\s*브리핑[\s,]*[<(]?(?:https?://)?(?:www\.)?(?:korea\.kr)?/?[)>\]〉】]*"
)
_OTHER_ORIGIN = re.compile(r"(?:자금|재산|재원|원료|물품|수입|소득)\s*(?:의\s*)?출처|혐의|기소|개정")
_FURNITURE = re.compile(
    r"^\W*(?:정책\s*각주|각주|목차|차례|table of contents|(?:(?:정책\s*브리핑의\s*)?저작권|이용)\s*(?:안내|고지))\W*$"
    r"|^\W*(?:유용한|도움이\s*되는|더\s*많은|다양한|빠르고\s*정확한|최신|실시간)\s[\w\s]{0,14}?(?:정보|뉴스|소식|속보)[^.]{0,24}[,:?]\s*.{0,12}"
    + _URL
    + r"\s*$"
    r"|^\W*기사\s*작성(?:자)?\s*[:：]\s*관리자|^\W*\|\s*[^|]{1,20}[:：]?\s*" + _URL + r"\s*$"
    r"|^\W*(?:기사|원문|뉴스|자세히|전문|더)\s*(?:기사\s*)?(?:보러\s*가기|보기|바로\s*가기|읽기)\W*(?:"
    + _URL
    + r")?\W*$"
    r"|\|[^|]{1,30}(?:기사|원문)\s*(?:보러\s*가기|보기|바로\s*가기)\W*$"
    r"|^\W*(?:함께|같이)\s*(?:보면|읽으면|볼\s*만한)\s*(?:좋은\s*)?(?:글|기사|콘텐츠|포스팅)\W*$"
    r"|^\W*(?:관련|추천|인기|최신|다른)\s*(?:글|기사|포스팅)(?:\s*(?:보기|더\s*보기|목록|모음))?\W*$"
    r"|^\W*(?:공유하기|구독하기|좋아요|댓글\s*\d*|페이스북|트위터|카카오톡|네이버\s*블로그|URL\s*복사|인쇄하기|글자\s*크기\s*\S*)\W*$"
    r"|^.{0,60}(?:구독|좋아요|팔로우|알림\s*설정).{0,12}(?:해\s*주세요|부탁\s*드|눌러\s*주)\S{0,6}\W*$"
    r"|^.{0,60}(?:👈|👉|☞)\s*(?:여기를?\s*)?(?:클릭)?\S{0,5}\W*$"
    r"|^(?:#[^\s#]+[\s,]*)+$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[가-힣]{2}(?:다|요|까)[.!?][\s\W]*$")
_SENTENCE_END = re.compile(r"(?<=[다요음함임됨오까]\.)(?=[ⓒ©가-힣A-Z])|(?<=[.!?])[\"'”’)]?\s+(?=\S)|(?<=다\.)(?=[ⓒ©])")
_WORD = re.compile(r"[^\W_]")
_LONGEST = 200  # characters; a longer block is never furniture as a whole
_BRIEFING_NAME = re.compile(_BRIEFING)
_ONLY_URL = re.compile(r"\W*" + _URL + r"\W*$")
_INVITATION = re.compile(r"(?:보러\s*가기|바로\s*가기|바로가기|보기|클릭)\W*$")
# A line with a number, or with a desk as the source, is the post's contact line: "출처: 관세청 조사총괄과".
_HAS_CONTACT = re.compile(
    r"\d{2,4}\)?[-–.\s]\d{3,4}[-–.]\d{4}|문의|(?:부|처|청|위원회)\s(?:\S+\s)?[가-힣·]{2,}(?:과|팀|담당관실?)\W*$"
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What stays of a block's text ("" when nothing does), and what was set apart."""

    text: str
    apart: tuple[tuple[Verdict, str], ...] = ()


def judge(text: str, *, linked: int = 0, links: int = 0) -> Judged:
    """``linked`` is how many of the text's characters are link text."""
    verdict = _whole(text, linked, links)
    if verdict is not None:
        return Judged("", ((verdict, text),))
    rest = _INLINE_SOURCE.sub(" ", text) if "출" in text else text
    if rest == text:
        return _by_sentence(text)
    sources = tuple[tuple[Verdict, str], ...](("source", found.strip()) for found in _INLINE_SOURCE.findall(text))
    judged = _by_sentence(" ".join(part for part in rest.split(" ") if part))
    return Judged(judged.text, (*sources, *judged.apart))


def _whole(text: str, linked: int, links: int) -> Verdict | None:
    if not _WORD.search(text):
        return "furniture"
    if len(text) > _LONGEST:
        return None
    verdict = _short(text, linked, links)
    return None if verdict and _HAS_CONTACT.search(text) else verdict


def _short(text: str, linked: int, links: int) -> Verdict | None:
    if (
        "공공누리" not in text
        and _SOURCE.search(text)
        and (linked or _BRIEFING_NAME.search(text) or not _SENTENCE.search(text))
    ):
        return "source"
    if _FURNITURE.search(text) or (links and _ONLY_URL.match(text)):
        return "furniture"
    if links and linked * 10 >= len(text) * 6 and _INVITATION.search(text):
        return "furniture"
    return None


def _by_sentence(text: str) -> Judged:
    if not any(word in text for word in _LICENCE_WORDS) or not _LICENCE_SENTENCE.search(text):
        return Judged(text)
    kept: list[str] = []
    apart: list[tuple[Verdict, str]] = []
    for sentence in _sentences(text):
        if _is_licence(sentence):
            apart.append(("licence", sentence))
        else:
            kept.append(sentence)
    return Judged(" ".join(kept), tuple(apart))


def _is_licence(sentence: str) -> bool:
    if _HAS_CONTACT.search(sentence) or _OTHER_ORIGIN.search(sentence):
        return False
    return _LICENCE_SENTENCE.search(sentence) is not None


def _sentences(text: str) -> list[str]:
    """Parted after a sentence's end; the closing quote stays with its sentence."""
    starts = [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]
    return [part for start, end in pairwise(starts) if (part := text[start:end].strip())]
