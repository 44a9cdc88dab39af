"""The words right before a telephone number: labels, helplines, persons, and bodies that are no agency.

Owns how such a phrase is cut from its clause and which body it names. Must not know desks, numbers or posts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

# What may stand between an owner and its number and says nothing.
LABEL = (
    r"(?:전화\s?번호|전화\s?문의|대표\s?전화|직통\s?전화|유선\s?전화|상담\s?전화|문의\s?전화|전화|연락처"
    r"|연락\s?번호|대표\s?번호|대표|번호|문의처|문의"
    r"|담당자?|직통|유선|국번\s?없이|지역번호\s?없이|TEL|Tel|tel|T|C\.?P|HP|☎|☏|📞|📱)"
)
LABELS = re.compile(
    rf"(?<!긴급)(?<!위기)(?<!희망의)(?<!생명의)(?:\((?:대표|직통|전화|문의|유선)\)|[\s(\[<:：,.·|=>→~※*/'‘“\"-]|{LABEL}|(?<=[가-힣])(?:는|은|로|으로|에|에서|의|및)(?![가-힣]))*+$"
)
HELPLINE = re.compile(
    r"(?:종합\s?|민원\s?|고객\s?|통합\s?|전문\s?)*(?:상담\s?센터|콜\s?센터|고객\s?센터|고객지원센터|고객만족센터"
    r"|민원\s?센터|민원실|상담실|상담\s?전화|상담소|고객상담실|대표전화|안내센터"
    r"|헬프\s?데스크|법률상담|고객상담센터|민원콜센터|당직실)"
)
OF_AGENCY = re.compile(
    r"(?!국립|중앙)[가-힣A-Za-z0-9·]{0,8}(?:상담센터|콜센터|고객센터|신고센터|지원센터|민원센터|상담|콜|핫라인"
    r"|창구|전화|데스크)\d{0,4}"
)
OWN_LINE = re.compile(rf"(?:(?:전용|전담|별도|대표|공식|24시간|무료)\s)?{HELPLINE.pattern}")
_STAFF = (
    r"(?:과장|팀장|실장|국장|계장|단장|사무관|서기관|주무관|연구관|연구사|행정관|담당관|담당자|담당|책임자|주사"
    r"|전문관|조사관|심사관|이사관"
    r"|대리|차장|부장|선임|책임|매니저|총괄)"
)
PERSON = re.compile(
    rf"[가-힣A-Za-z0-9·]{{0,14}}{_STAFF}(?:\s[가-힣]{{2,4}})?|[가-힣]{{2,4}}\s{_STAFF}"
)  # 홍길동 사무관
NARROWING = re.compile(r"\s?[가-힣A-Za-z0-9·/]{1,10}\s?")  # 축산경영과 양돈(…): what the desk does there
PARTICLED = re.compile(
    r"(?:.{1,}(?:은|는|을|를|에|대해서?|따라|에서|에게|까지|부터|으로|하고|하며|하거나|또는|위한|관련|대한|통해"
    r"|경우|있는|하는"
    r"|되는|된|할|한|해|및|이나|거나|라면|다면|시|후|등)|또는|및|와|과|혹은|그리고|관할|시|때|등|중|후|전|경우)$"
)
_ADVERB = re.compile(
    r"즉시|언제든지?|바로|직접|현재|관할|전국|각|먼저|우선|반드시|추가로|가까운|인근|지역|해당|자세한|기타|경우|때"
    r"|시|국내|해외"
)
_TOPICAL = re.compile(r"(?<![있없])(?:은|는|을|를|에서|에게|으로)(?: |$)")
_CLAUSE = re.compile(
    r"[.!?。,;:：·|\t\n(\[{<>→)\]※*▶▲■●○☞'\"‘’“”]|(?<=[가-힣])(?:이나|나|와|과) (?=[가-힣])|\b(?:또는|및)\b"
)
_WORDS = re.compile(r"[가-힣A-Za-z0-9·&\-]+")
_NO_BODY = re.compile(
    r"(?:문의|전화|번호|연락처|주소|홈페이지|누리집|이메일|메일|신청|접수|예약|방문|온라인|자세한|사항|내용|관련"
    r"|기타|구분|비고|담당부서|담당자|상담|신고|안내|이용|대표|공식|클릭|지도|위치|링크|가능|운영시간|진료시간"
    r"|위치보기|정책브리핑|정책뉴스)+"
)
_VERBAL = re.compile(r"(?:니다|으며|하며|되며|있고|하고|되고|세요|으면|하면|된다|한다|있다|이다|가능|바람|바랍)$")
_BODILY = re.compile(
    r"(?:센터|본부|원|공단|공사|재단|협회|연맹|조합|중앙회|은행|카드|보험|병원|의원|약국|콜|관|소|청|서|실|국|과"
    r"|팀|단|부|처|회|사|점|대학|대학교|학교|시|군|구"
    r"|도|법인|기금|그룹|전자|통신|항공|호텔|상담전화|긴급전화|핫라인|헬프콜|카페|식당|궁|시스템|사무국|데스크|플랫폼|공원|극장|터미널|아카데미|쉼터|보호관찰소|Center|center)$"
)
ADDRESS = re.compile(
    r"(?:특별시|광역시|자치시|자치도|[가-힣](?:도|시|군|구|읍|면|동|리) .*\d|[가-힣](?:로|길)\s?\d|\d층|\d호|\(.+동\))"
)
_INSTITUTION = re.compile(
    r"(?:공단|공사|재단|진흥원|개발원|평가원|관리원|정보원|결제원|의료원|연수원|교육원|거래소|협력단|협회|중앙회|은행"
    r"|보증기금|연구원|위원회|시청|구청|군청|도청|세관)$"
)
_INNER = re.compile(r"(?:[가-힣A-Za-z0-9·]+ )?[가-힣A-Za-z0-9·]{2,}(?:부|처|실|팀|본부|국|과|단)")


_TURNED_TO = re.compile(
    r"(?P<name>[가-힣A-Za-z]{2,}(?:공단|공사|재단|[가-힣]{2}원|협회|중앙회|은행|기금|센터))"
    r"(?:에|으?로|에서|을 통해|를 통해)\s?(?:직접 |자세히 |바로 |추가로 )?(?:문의|연락|확인|전화|신청|안내|가능)"
)


@dataclass(frozen=True, slots=True)
class Body:
    """A body as written, and its own unit when one is named."""

    name: str
    unit: str | None = None


def is_no_name(text: str) -> bool:
    """Whether a phrase or cell is a label or an address."""
    return bool(_NO_BODY.fullmatch(text.replace(" ", "")) or ADDRESS.search(text))


def turned_to(text: str) -> str | None:
    """The body that a sentence sends its reader to: 한국건강증진개발원에 연락하면 됩니다."""
    names = [match["name"] for match in _TURNED_TO.finditer(text)]
    return names[-1] if names else None


def is_inner(word: str) -> bool:
    """Whether a lone word is a unit of some body named before: 거래분석부."""
    return " " not in word and bool(_INNER.fullmatch(word)) and not _INSTITUTION.search(word)


def read_body(phrase: str, is_known: Callable[[str], bool]) -> Body | None:
    """The body that a phrase names; ``is_known`` tells listed bodies. None where it names none."""
    first, _, rest = phrase.partition(" ")
    known = is_known(first)
    if not (known or _BODILY.search(phrase) or HELPLINE.search(phrase)):
        return None
    listed = known or bool(_INSTITUTION.search(first))
    if listed and _INNER.fullmatch(rest):
        return Body(first, rest.replace(" ", ""))
    if known or (listed and HELPLINE.fullmatch(rest)):
        return Body(first)  # 근로복지공단 콜센터
    return Body(phrase)


def last_phrase(text: str) -> str | None:
    """The last run of words without particles; up to the start of the clause."""
    text = text.lstrip(" -·*•○●▶□■※①②③④⑤")
    clause = _CLAUSE.split(text)[-1] if text else ""
    words = [m.group() for m in _WORDS.finditer(clause or "")]
    taken: list[str] = []
    for word in reversed(words):
        if PARTICLED.match(word) and (taken or len(word) > 2):
            break
        taken.insert(0, word)
    while taken and _ADVERB.fullmatch(taken[0]):
        taken.pop(0)
    name = " ".join(taken).strip("·- ")
    whole = " ".join(words)
    if len(taken) < len(words) <= 5 and clause == text and HELPLINE.search(whole) and not _TOPICAL.search(whole):
        name = whole
    if not 2 <= len(name) <= 30 or _VERBAL.search(name) or is_no_name(name) or not re.search("[가-힣A-Za-z]{2}", name):
        return None
    return name
