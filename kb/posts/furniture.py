"""Owns which blocks of a Korean news post are the site's own furniture and not its text.

General patterns of Korean news, blog and government posts; no site's own names. When in doubt a block stays:
furniture in the text costs a little noise, text in the furniture is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["source", "licence", "furniture"]

_URL = r"(?:https?s?://\S+|(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:kr|com|net|org|io|me|info)(?:/\S*)?)"
_BRIEFING = r"(?:대한민국\s*)?(?:정책\s*브리핑|korea\.kr|공공누리)"

_SOURCE = re.compile(
    r"^[\[(<【※*\s·ㆍ\-–▶■□●○]*(?:(?:자료|사진|기사|원문|뉴스|영상|이미지|정보|콘텐츠)\s*)?(?:출처|제공\s*처|제공)\s*(?:및\s*저작권\s*)?[:：;|]"
    r"|^[\[(<【]?\s*(?:자료|사진)\s*제공\s*[:：]"
    r"|^\W*" + _BRIEFING + r"\s*[<(\[]?\s*(?:https?://)?(?:www\.)?korea\.kr\W*$"
    r"|^\W*(?:https?://)?(?:www\.)?korea\.kr\S*\W*$"
)
_LICENCE = re.compile(
    r"공공누리|자유\s*이용\s*(?:이\s*)?(?:가능|허락)|자유롭게\s*이용\s*(?:이\s*)?(?:가능|하실|할)|저작권법\s*제|저작권자\s*[ⓒ©(]|^\s*[ⓒ©]|"
    r"무단\s*(?:전재|복제|배포)|재배포\s*(?:를?\s*)?금지|All\s+rights\s+reserved",
    re.IGNORECASE,
)
_LICENCE_SENTENCE = re.compile(
    r"공공누리.{0,12}제?\s*\d\s*유형|정책\s*(?:뉴스|브리핑).{0,20}자료.{0,40}자유롭게\s*이용|자유롭게\s*이용\s*(?:이\s*)?가능"
    r".{0,40}(?:저작권|출처)|사진의\s*경우.{0,40}저작권|(?:이용|활용|사용)\s*시.{0,20}출처를?.{0,12}(?:표기|표시|명시|밝)"
    r"|저작권법\s*제\s*\d+조|무단\s*(?:전재|복제|배포)|출처\s*(?:표기|표시|명시)?.{0,20}(?:위반|않).{0,20}(?:처벌|저작권법)"
)
_FURNITURE = re.compile(
    r"^\W*(?:정책\s*각주|목차|차례|table of contents)\W*$"
    r"|^\W*(?:유용한|도움이\s*되는|더\s*많은|다양한|빠르고\s*정확한|최신)\s*[\w\s]{0,14}?(?:정보|뉴스|소식)[^.]{0,24}[,:?]\s*.{0,12}"
    + _URL
    + r"\s*$"
    r"|^\W*기사\s*작성(?:자)?\s*[:：]\s*관리자"
    r"|^\W*(?:기사|원문|뉴스|자세히|전문|더)\s*(?:기사\s*)?(?:보러\s*가기|보기|바로\s*가기|읽기)\W*(?:"
    + _URL
    + r")?\W*$"
    r"|^\W*(?:함께|같이)\s*(?:보면|읽으면|볼\s*만한)\s*(?:좋은\s*)?(?:글|기사|콘텐츠|포스팅)\W*$"
    r"|^\W*(?:관련|추천|인기|최신|다른)\s*(?:글|기사|포스팅|뉴스)(?:\s*(?:보기|더\s*보기|목록|모음))?\W*$"
    r"|^\W*(?:공유하기|구독하기|좋아요|댓글\s*\d*|페이스북|트위터|카카오톡|네이버\s*블로그|URL\s*복사|인쇄하기|글자\s*크기\s*\S*)\W*$"
    r"|^.{0,30}(?:클릭|👈|👉)\s*(?:클릭)?\W*$"
    r"|^(?:#[^\s#]+[\s,]*)+$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[다요음함임됨오]\.)[\s”\"’']+|(?<=[.!?])\s+(?=[가-힣A-Z“\"‘'\[(※])")
_HAS_CONTACT = re.compile(r"\d{2,4}\)?[-–.\s]\d{3,4}[-–.]\d{4}|문의")


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
    return _by_sentence(text)


def _whole(text: str, linked: int, links: int) -> Verdict | None:
    if len(text) > 400:
        return None
    if not any(letter.isalnum() for letter in text):
        return "furniture"
    if _SOURCE.search(text) and not _HAS_CONTACT.search(text) and len(text) <= 200:
        return "source"
    if _FURNITURE.search(text) and not _HAS_CONTACT.search(text):
        return "furniture"
    if links and re.fullmatch(r"\W*" + _URL + r"\W*", text):
        return "furniture"
    return None


def _by_sentence(text: str) -> Judged:
    if not _LICENCE_SENTENCE.search(text) and not (len(text) < 200 and _LICENCE.search(text)):
        return Judged(text)
    kept: list[str] = []
    apart: list[tuple[Verdict, str]] = []
    for sentence in _sentences(text):
        if _HAS_CONTACT.search(sentence) or not (_LICENCE_SENTENCE.search(sentence) or _is_notice(sentence)):
            kept.append(sentence)
        else:
            apart.append(("licence", sentence))
    return Judged(" ".join(kept), tuple(apart))


def _is_notice(sentence: str) -> bool:
    return len(sentence) < 120 and bool(
        re.search(r"^\W*[ⓒ©]|저작권자\s*[ⓒ©(]|무단\s*전재|All rights reserved", sentence, re.I)
    )


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE_END.split(text) if part]
