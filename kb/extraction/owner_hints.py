"""Owners that are told by where a number stands: a key in a table, a label before it, a newsroom's tip line.

Owns the look-up of such names. Must not know desks nor how numbers are paired with them.
"""

from __future__ import annotations

import re

from kb.extraction.phrases import ADDRESS, LABEL, PERSON, is_no_name
from kb.extraction.scene import Scene

_KEY = re.compile(rf"(?:{LABEL}|[\s:：·*\-📞☎])+$")
_KEYED_LINE = re.compile(rf"[\s·•*○●□■▶-]{{0,4}}(?:{LABEL})\s?[:：\t][\s📞☎]{{0,4}}$")
_KEY_VALUE = re.compile(r"[\s·•*○●□■▶-]{0,4}[가-힣]{2,6}(?: [가-힣]{1,4})?\s?[:：\t]|[-·•*]\s")
_NAME_KEY = re.compile(
    r"(?:기관|기관명|업체|업체명|상호|상호명|회사|회사명|명칭|이름|병원명?|의원명?|시설명?|장소|주최|주관|운영\s?기관"
    r"|센터명?|지점명?|단체명?)\s?[:：\t]\s?"
)
_ROWS_UP = 8
_LINE = 120  # characters: what is longer is no line of a list of keys and values
_NAME = re.compile(r"[가-힣A-Za-z0-9][가-힣A-Za-z0-9&·\-() ]{1,28}")
_NUMBERING = re.compile(r"^[\s\d.)\-–·•*○●□■▶◆①-⑩]+")
_ASIDE = re.compile(
    r"^(?:(?!대구 )[가-힣]{1,6}(?:특별시|광역시|자치시|자치도|도|시|군|구|읍|면|동) )+(?=[가-힣])"
    r"|\s(?:위치|정보|연락처|소개|안내|서비스|이용|운영|시간|및| )+$"
)
_SENTENCE = re.compile(
    r"(?:다|요|까|세요|하기|안내|정보|방법|목록|현황|추천|소개|문의|연락처|곳|내용|사항|기타|및 \S+)[.!?]?$"
)
_LABELLED = re.compile(
    r"(?:^|[\n\t(<\[※*▶▲■●○☞-]\s?)(?:관련 |행사 |기타 |자세한 |상세 )?"
    r"(?:문의처?|문의 전화|연락처|예약|접수|신청|상담|안내)\s?[:：]"
    r"\s?(?P<name>[가-힣A-Za-z0-9][가-힣A-Za-z0-9·& ]{1,20})\s?(?:[(\[]|[:：☎]|\s\d|$)"
)
_SUBJECT = re.compile(
    r"[\s\d.)·•*○●□■▶-]{0,6}(?P<name>[가-힣A-Za-z0-9&·() -]{2,24}?"
    r"(?:원|병원|센터|소|관|점|청|공단|공사|협회|재단|회|학교))"
    r"\s?(?:[:：,]|[은는] )"
)
_ADDRESSED = re.compile(
    r"(?P<name>[가-힣A-Za-z0-9]{1,20}(?:원|센터|관|점|청|공단|공사|협회|재단|학교|세관|지사|지점|본부))"
    r" (?:주소|위치)\s?[:：]"
)  # run together without breaks: 한빛치과의원 주소: … 전화번호: …
_SUBJECT_LABEL = re.compile(r"(?:전화번호|연락처|전화)(?:는|은)?\s?[:：]?[\s(📞☎]{0,3}$")
_TIP = re.compile(r"제보|카카오톡|채널 ?추가|뉴스 ?제보")
_MEDIA = re.compile(
    r"(?<![A-Za-z가-힣])(KBS|MBC|SBS|YTN|JTBC|MBN|OBS|CBS|TBS|EBS|BBS|TV조선|채널A|연합뉴스TV|연합뉴스"
    r"|뉴시스|뉴스1|노컷뉴스|머니투데이|이데일리)"
    r"(?![a-z])"
)
_TIP_REACH = 120
_MAILBOX = re.compile(r"@(kbs|mbc|sbs|ytn|jtbc|mbn|cbs|obs|tbs|ebs)\.(?:co|or|seoul|net)\b")
_SITE = re.compile(
    r"(?P<name>[가-힣A-Za-z0-9]{2,20}) (?:공식 |대표 )?(?:누리집|홈페이지|웹사이트)\s?"
    r"(?:\([^()\n]{0,60}\))?(?:나|이나|또는|을|를|에서)?"
    r"[^.\n()]{0,14}(?:전화|유선|연락처|대표번호)\s?[(:：☎]?\s?$"
)


def keyed_name(scene: Scene, offset: int) -> str | None:
    """전화번호 | 02-…: the name that a line above gives, or the short line over the list."""
    start = scene.text.rfind("\n", 0, offset) + 1
    if offset - start > _LINE or not _KEYED_LINE.fullmatch(scene.text[start:offset]):
        return None
    for _ in range(_ROWS_UP):
        line, start = _line_above(scene.text, start)
        key = _NAME_KEY.match(line)
        if key:
            return _heading(line[key.end() :])
        if not _KEY_VALUE.match(line):
            return _heading(line)
        if re.search(r"\d{3,4}-\d{4}", line):
            return None
    return None


def _line_above(text: str, start: int) -> tuple[str, int]:
    """The line before the one that begins at ``start``, and where it begins; long lines are cut."""
    end = max(0, start - 1)
    begin = text.rfind("\n", 0, end) + 1
    return text[begin : min(end, begin + _LINE)], begin


def subject(scene: Scene, floor: int, offset: int) -> str | None:
    """한빛치과의원 : 종로구 …, 전화번호: 02-…; 한빛치과의원은 …에 있으며, 전화번호는 02-…."""
    addressed = list(_ADDRESSED.finditer(scene.text, max(floor, offset - _LINE), offset))
    if addressed and _SUBJECT_LABEL.search(scene.text, addressed[-1].end(), offset):
        return _heading(addressed[-1]["name"])
    start = max(scene.sentence_bounds(offset)[0], floor, offset - _LINE)
    found = _SUBJECT.match(scene.text, start, offset)
    if found is None or not ADDRESS.search(scene.text, found.end(), offset):
        return None
    if not _SUBJECT_LABEL.search(scene.text, found.end() - 1, offset):
        return None
    return _heading(found["name"])


def _heading(line: str) -> str | None:
    name = _ASIDE.sub("", _NUMBERING.sub("", line).strip(" :："))
    if not _NAME.fullmatch(name) or _SENTENCE.search(name) or is_no_name(name) or ADDRESS.search(name):
        return None
    return name


def labelled_name(scene: Scene, floor: int, offset: int) -> str | None:
    """문의: 창덕궁 (02-…): what is named after the label, where it is no person."""
    line = max(scene.text.rfind("\n", 0, offset), floor - 1) + 1
    found = _LABELLED.search(scene.text, max(line - 1, offset - 50, 0), offset)
    if found is None or scene.text[found.end("name") : offset].strip(" ([:：☎"):
        return None
    name = found["name"].strip()
    return None if is_no_name(name) or PERSON.fullmatch(name) or _KEY.fullmatch(name) else name


def newsroom(text: str, offset: int) -> str | None:
    """[카카오톡] YTN 검색해 채널 추가 [전화] 02-…: whose tip line it is."""
    start, end = max(0, offset - _TIP_REACH), offset + _TIP_REACH
    mailbox = _MAILBOX.search(text, offset, end)
    if mailbox:
        return mailbox.group(1).upper()
    if not _TIP.search(text, start, end):
        return None
    before = list(_MEDIA.finditer(text, start, offset))
    chosen = before[-1] if before else _MEDIA.search(text, offset, end)
    return chosen.group(1) if chosen else None


def site_beside(text: str, offset: int) -> str | None:
    """창덕궁 누리집에서 확인하거나 전화(02-…)로: whose site stands beside the number."""
    found = _SITE.search(text, max(0, offset - 110), offset)
    return found["name"] if found else None
