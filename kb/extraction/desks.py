"""The grammar of a desk: agency, units from the widest to the narrowest, perhaps the title of a head between.

"산업통상자원부 자원산업정책국 석유산업과", "보건복지부 정신건강정책관 자살예방정책과", "재산세제과". Reads words
from a given place on; must not know where desks stand in a post nor their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

_SUFFIX = (
    r"(?:담당관실|정책관실|기획관실|지원관실|심의관실|관실|담당관|추진단|추진본부|사업부|본부"
    r"|TF팀|태스크포스|T/F팀|TF|T/F|과|팀|계|국|실|단)"
)
_TAIL = (
    r"(?:으로써?|로써?|에서의|에서는|에서도?|에게|에는|에도|에|은|는|이|가|을|를|과|와|의|도|및|입니다|이며|이나"
    r"|나|까지"
    r"|부터|측)"
)
_UNIT = re.compile(rf"(?P<name>[가-힣A-Za-z0-9·ㆍ‧/]{{1,24}}{_SUFFIX})(?P<tail>{_TAIL}?)$")
_TITLE = re.compile(
    r"[가-힣A-Za-z0-9·ㆍ]{1,16}(?:정책|심의|기획|지원|협력|조정|관리|총괄|교섭|조사|감사|심판|대책|전략|안전|안보"
    r"|혁신|진흥|복지|소통|정보|행정|자치|투자"
    r"|외교|통상|조달|공보|홍보|비상|보호|보장|지도|심사|운영|분석|예방|국제|법무|인사|평가|개선|개발|연구|산업"
    r"|대응)관(?:\(직무대리\))?$|(?:대변인|차관보)$"
)
HOUSE = re.compile(
    r"[가-힣A-Za-z0-9·]{2,}(?:연구원|연구소|과학관|박물관|미술관|도서관|센터|원|소|청|공사|공단|재단|세관|학교"
    r"|위원회|사무소)$"
)
_WORD = re.compile(r"[가-힣A-Za-z0-9·ㆍ‧/]+")
_GAP = re.compile(r"(?: 산하| 소속)?[ \xa0]{1,2}")
_CLOSED = re.compile(r"\s?(?:[(\[:：☎\t\n]|전화|0\d|$)|(?:으?로|에) (?:문의|연락|전화)")
_NUMBERED = re.compile(r"\s?\(\s?(?:☎|전화)?\s?:?\s?0\d")
_PLAIN = re.compile(
    r"[가-힣A-Za-z0-9·ㆍ‧/]*[가-힣A-Za-z0-9](?<!은)(?<!는)(?<!을)(?<!를)(?<!에서)(?<!하고)(?<!위한)(?<!관련)(?<!통해)(?<!대한)$"
)
_DOT = re.compile(r"(?<=[과팀관실])[·ㆍ‧/]")
_TEAMS = ("지원단", "추진단", "대응단", "조사단", "기획단", "전담반", "전담팀", "지원팀", "대응팀", "수사팀")
_NARROW = ("과", "팀", "계", "담당관", "TF", "T/F")

# Words that end like a unit and are none; compounds of the first group are none either (수사결과, 서울치과).
_NO_COMPOUND = (
    "결과 효과 초과 치과 정형외과 성형외과 산부인과 이비인후과 피부과 소아과 비뇨기과 정신과 한의과 안과의원"
    " 미국 중국 영국 태국 외국 자국 약국 당국 결국 강국 선진국 개도국 개발도상국 회원국 우방국 동맹국 상대국 당사국"
    " 참가국 참여국 개최국 의장국 주최국 수출국 수입국 교역국 체결국 협약국 방송국 우체국 공화국 주변국 대사국 파트너국"
    " 사실 현실 확실 진실 교실 병실 부실 상실 손실 내실 충실 성실 회의실 사무실 집무실 기자실 브리핑실 응급실"
    " 중환자실 수술실 진료실"
    " 화장실 대통령실 거실 침실 객실 지하실 실험실 강의실 접견실 영접실 분만실 입원실 휴게실"
    " 수단 집단 재단 공단 중단 판단 첨단 사절단 대표단 특사단 봉사단 방문단 참관단 자문단 기자단 응원단 선수단"
    " 순방단 시찰단 실사단"
    " 합창단 교향악단 예술단 무용단 서포터즈단 원정단 협상단 체험단 탐방단 파견단 위원단 심사단 평가단 점검단"
    " 참가단 홍보단 강사단 청년단"
    " 대표팀 구급팀 취재팀 연구팀 수사팀 의료팀 제작팀 선수팀 야구팀 축구팀 참가팀 우승팀 상대팀 프로팀 참여팀"
    " 리서치팀 마케팅팀 영업팀"
    " 관계 단계 통계 세계 업계 설계 체계 회계 한계 학계 의료계 경제계 기계 생계 합계 누계 연계 집계 가계 중계"
    " 종교계 재계 정계 노동계"
    " 산업계 경영계 법조계 문화계 체육계 교육계 과학기술계 금융계 여성계 예술계 연예계 영화계 출판계 언론계"
    " 생태계 태양계 기업계 의학계"
    " 운영사무국 사무국 선거대책본부 운동본부 투쟁본부 선대본부 응원본부"
).split()
_NO_WORD = (
    "성과 사과 경과 통과 여과 부과 전과 학과 교과 제과 투과 내과 외과 안과 과과 일과 문과 이과 법과 공과 수과 대과"
    " 입국 출국 귀국 전국 시국 본국 제국 천국 애국 건국 왕국 소국 대국 동국 삼국 타국 적국 모국 고국 조국 구국"
    " 망국 만국"
    " 절실 착실 독실 구실 결실 매실 왕실 황실 진단 극단 악단 구단 군단 사단 여단 계단 간단 차단 결단 엄단 분단"
    " 일단 이단 비단 절단 처단"
    " 횡단 종단 무단 상단 하단 말단 발단 한팀 원팀 두팀 시계 신계 추계 중단 장단 과단 용단 영단"
    " 해당과 담당과 관련과 해당국 담당국 주무과 소관과 담당팀 전담팀 해당팀 해당실 담당실 각실 각국 양국 한국"
    " 각과 사업단 추진단 지원단 기획단 사업부"
    " 담당관 담당관실 정책관실 기획관실 지원관실 심의관실 정책실 기획실 홍보실 상황실 종합상황실 사무처 본부"
    " 중앙본부 지역본부"
    " 비상대책본부 현장대책본부"
).split()
_NO_UNIT = re.compile(
    rf".*(?:{'|'.join(_NO_COMPOUND)})|(?:{'|'.join(_NO_WORD)})|.*(?:[실국과부처청원사회총의입현차]장|(?<!통)관|책임자|의원"
    rf"|위원|직원|공무원|기자|관계자|당국자|담당자)과"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A named unit: ``text[start:end]`` is its name as printed, ``name`` without white space."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Who may own a number. Without units it is the agency, or an official's office, itself.

    ``agency`` is an official name, or the name as written of a body that is none (``is_body``).
    """

    start: int
    end: int
    agency: str | None
    units: tuple[Unit, ...] = ()
    titled: bool = False  # a head's title was read: 무역안보정책관
    is_body: bool = False
    tail: str = ""  # the particle after it
    inherited: bool = False  # the agency stands elsewhere

    @property
    def department(self) -> str | None:
        """The most specific unit."""
        return self.units[-1].name if self.units else None

    def under(self, agency: str | None, is_body: bool = False) -> Desk:
        """The same desk of an agency that is printed elsewhere."""
        return replace(self, agency=agency, is_body=is_body, inherited=True)


def is_name(letter: str) -> bool:
    """Whether a unit's name may end in this letter."""
    return letter in "과팀계국실단부관F스"


def unit_name(word: str) -> tuple[str, str] | None:
    """The unit that a word names and the particle after it; None when it names none."""
    match = _UNIT.match(word)
    if match is None:
        return None
    name, tail = match["name"], match["tail"]
    if name.endswith("과") and not tail and unit_name(name[:-1]):
        name, tail = name[:-1], "과"  # 통상국과 → 통상국 + 과
    if _NO_UNIT.fullmatch(name) or len(name) < 3:
        return None
    return name, tail


def read_desk(text: str, offset: int, limit: int, agency: str | None) -> Desk | None:
    """The desk whose words begin at ``offset``; None when they are neither units nor a head's title."""
    units: list[Unit] = []
    titled, end, tail = False, offset, ""
    words = list(islice(_words(text, offset, limit), 12))
    at = 0
    while at < len(words) and tail in ("", "의"):
        start, stop, word = words[at]
        taken = 1
        is_title = bool(_TITLE.fullmatch(word))
        is_house = not units and bool(agency) and bool(HOUSE.fullmatch(word))
        unit = _plain_unit(start, word)
        if unit is None and (agency or units or titled) and not is_title and not is_house:
            unit, taken = _long_unit(text, words[at:], units)
        if unit is not None:
            units.append(unit)
            end, tail = unit.end, text[unit.end : words[at + taken - 1][1]]
        elif is_title:
            titled, end = True, stop
        elif not is_house:
            break
        at += taken
    if not units and not titled:
        return None
    return Desk(offset, end, agency, tuple(units), titled, tail=tail)


def apart(desk: Desk) -> Iterator[Desk]:
    """Divisions of one rank printed side by side are two desks: 주택기금과 공공주택정책과."""
    units = list(desk.units)
    for at in range(1, len(units)):
        if all(unit.name.endswith(("과", "담당관")) for unit in units[at - 1 : at + 1]):
            yield replace(desk, end=units[at - 1].end, units=tuple(units[:at]), tail="")
            yield from apart(replace(desk, start=units[at].start, units=tuple(units[at:]), inherited=True))
            return
    yield desk


def _plain_unit(start: int, word: str) -> Unit | None:
    named = unit_name(word)
    return Unit(start, start + len(named[0]), named[0]) if named else None


def _long_unit(text: str, words: list[tuple[int, int, str]], before: list[Unit]) -> tuple[Unit | None, int]:
    """A name of several words that ends in a unit and is closed by a number, a cell's end or 문의; its words."""
    start = words[0][0]
    for count, (_, stop, word) in enumerate(words[:6], 1):
        named = unit_name(word) or ((word, "") if word in ("TF", "T/F", "추진단", "지원단") else None)
        if named and count > 1:
            end = stop - len(word) + len(named[0])
            return _joined(text, start, stop - len(word), end, named[0]), count
        if not _PLAIN.match(word) or _TITLE.fullmatch(word):
            return None, 0
        if (
            count == 1
            and before
            and len(word) >= 4
            and _NUMBERED.match(text, stop)
            and not before[-1].name.endswith(_NARROW)
        ):
            return Unit(start, stop, word), 1  # a unit printed without its last syllable, right before its number
    return None, 0


def _joined(text: str, start: int, last: int, end: int, name: str) -> Unit | None:
    """A name parted by spaces; a full name after odd words stands for itself (정책조정군 정책조정총괄과)."""
    if name.endswith(_TEAMS) and text.count(" ", start, last) == 1:  # 경찰청 파리올림픽 안전지원단은
        return Unit(start, end, re.sub(r"\s", "", text[start:end]))
    if not name.endswith(("TF", "T/F")) and not _CLOSED.match(text, end):
        return None
    if len(name) >= 5:
        return Unit(last, end, name)
    return Unit(start, end, re.sub(r"\s", "", text[start:end]))


def _words(text: str, offset: int, limit: int) -> Iterator[tuple[int, int, str]]:
    """Words parted by single spaces (or 의), from ``offset`` on."""
    position = offset
    while word := _WORD.match(text, position, limit):
        dot = _DOT.search(word.group())
        if dot and unit_name(word.group()[: dot.start()]):  # two divisions: 무역안보정책과·기술안보과
            yield word.start(), word.start() + dot.start(), word.group()[: dot.start()]
            return
        yield word.start(), word.end(), word.group()
        gap = _GAP.match(text, word.end(), limit)
        if gap is None:
            return
        position = gap.end()
