"""Telephone numbers and whose they are.

Owns the pairing of numbers with desks: in brackets, in parallel lists, in rows and columns of tables, a
number after a sentence about its desk; and bodies that are no agency as written. Must not know the shapes
of numbers or of desks.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

from kb.extraction.departments import desks_of, phones_of
from kb.extraction.desks import Desk
from kb.extraction.phones import Phone
from kb.extraction.scene import Scene
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import EntityRef, Mention

# What may stand between an owner and its number and says nothing.
_LABEL = (
    r"(?:전화\s?번호|전화\s?문의|대표\s?전화|직통\s?전화|유선\s?전화|상담\s?전화|문의\s?전화|전화|연락처"
    r"|연락\s?번호|대표\s?번호|대표|번호|문의처|문의"
    r"|담당자?|직통|유선|국번\s?없이|지역번호\s?없이|TEL|Tel|tel|T|C\.?P|HP|☎|☏|📞|📱)"
)
_LABELS = re.compile(
    rf"(?:[\s(\[<:：,.·|=>→~※*/'‘“\"-]|{_LABEL}|(?<=[가-힣])(?:는|은|로|으로|에|에서|의|및)(?![가-힣]))*$"
)
_HELPLINE = re.compile(
    r"(?:종합\s?|민원\s?|고객\s?|통합\s?|전문\s?)*(?:상담\s?센터|콜\s?센터|고객\s?센터|고객지원센터|고객만족센터"
    r"|민원\s?센터|민원실|상담실|상담\s?전화|상담소|고객상담실|대표전화|안내센터"
    r"|헬프\s?데스크|법률상담|고객상담센터|민원콜센터|당직실)"
)
_OF_AGENCY = re.compile(
    r"(?!국립|중앙)[가-힣A-Za-z0-9·]{0,8}(?:상담센터|콜센터|고객센터|신고센터|지원센터|민원센터|상담|콜|핫라인"
    r"|창구|전화|데스크)\d{0,4}"
)
_OWN_LINE = re.compile(rf"(?:(?:전용|전담|별도|대표|공식|24시간|무료)\s)?{_HELPLINE.pattern}")
_STAFF = (
    r"(?:과장|팀장|실장|국장|계장|단장|사무관|서기관|주무관|연구관|연구사|행정관|담당관|담당자|담당|책임자|주사"
    r"|전문관|조사관|심사관|이사관"
    r"|대리|차장|부장|선임|책임|매니저|총괄)"
)
_PERSON = re.compile(
    rf"[가-힣A-Za-z0-9·]{{0,14}}{_STAFF}(?:\s[가-힣]{{2,4}})?|[가-힣]{{2,4}}\s{_STAFF}"
)  # 홍길동 사무관
_BEHIND = re.compile(r"\s?[(\[]\s?")  # 042-481-7818(조사총괄과)
_NARROWING = re.compile(r"\s?[가-힣A-Za-z0-9·/]{1,10}\s?")  # 축산경영과 양돈(…): what the desk does there
_PARTICLED = re.compile(
    r"(?:.{1,}(?:은|는|을|를|에서|에게|까지|부터|으로|하고|하며|하거나|또는|위한|관련|대한|통해|경우|있는|하는"
    r"|되는|된|할|한|해|및|이나|거나|라면|다면|시|후|등)|또는|및|와|과|혹은|그리고|관할)$"
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
    r"|도|법인|기금|그룹|전자|통신|항공|호텔|상담전화|긴급전화|핫라인|헬프콜|카페|식당|Center|center)$"
)
_ADDRESS = re.compile(
    r"(?:특별시|광역시|자치시|자치도|[가-힣](?:도|시|군|구|읍|면|동|리) .*\d|[가-힣](?:로|길)\s?\d|\d층|\d호|\(.+동\))"
)
_INSTITUTION = re.compile(
    r"(?:공단|공사|재단|진흥원|개발원|평가원|관리원|정보원|협회|중앙회|은행|보증기금|연구원|위원회|시청|구청|군청"
    r"|도청|세관)$"
)
_INNER = re.compile(r"(?:[가-힣A-Za-z0-9·]+ )?[가-힣A-Za-z0-9·]{2,}(?:부|처|실|팀|본부|국|과|단)")
_REACH = 160  # characters that a number after a sentence looks back over


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose a number is, as printed beside one mention of it."""

    agency: str | None
    department: str | None
    rule: str
    confidence: float

    @property
    def weight(self) -> tuple[bool, bool, bool, int]:
        """The fuller owner of two is taken for a number that is printed twice."""
        return self.department is not None, _is_narrow(self.department), self.agency is not None, len(self.agency or "")


_NOBODY = _Owner(None, None, "contact:alone", 0.6)


def find_contacts(scene: Scene, gazetteer: Gazetteer) -> list[Mention]:
    """Every number with its owner; a number printed several times has one owner throughout."""
    phones = phones_of(scene, gazetteer)
    if not phones:
        return []
    owners = _Pairing(scene, phones, desks_of(scene, gazetteer), gazetteer).owners()
    best: dict[str, _Owner] = {}
    for phone, owner in zip(phones, owners, strict=True):
        if phone.number not in best or owner.weight > best[phone.number].weight:
            best[phone.number] = owner
    return [_mention(scene, phone, best[phone.number]) for phone in phones]


def _mention(scene: Scene, phone: Phone, owner: _Owner) -> Mention:
    entity = EntityRef("contact", phone.number, agency=owner.agency, department=owner.department)
    return scene.mention(entity, phone.start, phone.end, owner.rule, round(phone.confidence * owner.confidence, 2))


class _Pairing:
    """Gives each number of one post its owner: runs of desks with the runs of numbers after them."""

    def __init__(self, scene: Scene, phones: list[Phone], desks: list[Desk], gazetteer: Gazetteer) -> None:
        self.scene = scene
        self.text = scene.text
        self.phones = phones
        self.desks = desks
        self.gazetteer = gazetteer
        self._desk_ends = [desk.end for desk in desks]

    def owners(self) -> list[_Owner]:
        found: list[_Owner] = []
        while len(found) < len(self.phones):
            run = self._number_run(len(found))
            found += self._of_run(run, found)
        return found

    def _number_run(self, first: int) -> list[Phone]:
        """Numbers from ``first`` on with nothing but separators and labels between them."""
        run = [self.phones[first]]
        for phone in self.phones[first + 1 :]:
            between = self.text[run[-1].end : phone.start]
            if len(between) > 40 or _LABELS.sub("", between.strip(" )],·/、~및또는\t\n")):
                break
            run.append(phone)
        return run

    def _of_run(self, run: list[Phone], before: list[_Owner]) -> list[_Owner]:
        floor = self.phones[len(before) - 1].end if before else 0
        row = self._row_owner(run, floor, before)
        if row:
            return [row] * len(run)
        desks, beside = self._desk_run(run[0].start, floor)
        behind = self._behind(run) if not beside or self.text[floor : floor + 2].strip()[:1] in ("(", "[") else None
        if behind:
            return [behind] * len(run)
        if not beside:
            body = self._body(run[0].start, floor)
            if body:
                return [body] * len(run)
        if not desks:
            return [self._same_owner(run[0], before) or _NOBODY] * len(run)
        return _paired(desks, run)

    def _behind(self, run: list[Phone]) -> _Owner | None:
        """The desk in brackets right after a number."""
        bracket = _BEHIND.match(self.text, run[-1].end)
        if bracket is None or self._bracketed(run[0].start):
            return None
        at = bisect_right(self._desk_ends, bracket.end())
        found = at < len(self.desks) and self.desks[at].start == bracket.end()
        return _owner(self.desks[at]) if found else None

    def _bracketed(self, offset: int) -> bool:
        return self.text[offset - 1 : offset] in ("(", "[")

    # -- desks before numbers -----------------------------------------------------------------

    def _desk_run(self, offset: int, floor: int) -> tuple[list[Desk], bool]:
        """The desks listed before ``offset``, and whether the last one stands right beside it."""
        at = bisect_right(self._desk_ends, offset)
        if at == 0 or self._desk_ends[at - 1] <= floor:
            return [], False
        last = self.desks[at - 1]
        between = _LABELS.sub("", self.text[last.end + len(last.tail) : offset])
        beside = self._is_near(last, between)
        if not beside and not self._refers_back(last, offset):
            return [], False
        run = [last]
        for desk in reversed(self.desks[: at - 1]):
            if desk.end <= floor or not self._listed(desk, run[0]):
                break
            run.insert(0, desk)
        return run, beside

    def _is_near(self, desk: Desk, between: str) -> bool:
        """Whether what is left between desk and number only narrows the desk: 상담센터, 양돈."""
        rest = between.strip(" ,)")
        if not rest or _HELPLINE.fullmatch(rest) or _OF_AGENCY.fullmatch(rest) or _PERSON.fullmatch(rest):
            return True
        return bool(desk.units) and len(rest) <= 10 and bool(_NARROWING.fullmatch(rest)) and not _PARTICLED.match(rest)

    def _refers_back(self, desk: Desk, offset: int) -> bool:
        """Whether a bare number speaks of a desk some words before: … 예술정책과에 문의, 전화번호는 044-…."""
        line = max(self.text.rfind("\n", 0, offset), self.text.rfind("\t", 0, offset)) + 1
        lead = self.text[max(line, offset - 30) : offset]
        labelled = bool(re.search(rf"{_LABEL}[^가-힣\d]{{0,4}}(?:는|은)?[\s:：(]*$", lead)) or not lead.strip(" -(·*")
        if not labelled or offset - desk.end > _REACH:
            return False
        between = self.text[desk.end : offset]
        return between.count("\n") <= (3 if desk.units else 1)

    def _listed(self, desk: Desk, following: Desk) -> bool:
        """Whether two desks stand in one list, without words between them."""
        between = self.text[desk.end + len(desk.tail) : following.start]
        return len(between) <= 12 and not re.search(r"[가-힣A-Za-z0-9]", re.sub(r"또는|및|그리고", "", between))

    # -- tables -------------------------------------------------------------------------------

    def _row_owner(self, run: list[Phone], floor: int, before: list[_Owner]) -> _Owner | None:
        """The desk of a row: its cells tell agency and unit between them (재산세제과 | 기획재정부 세제실 | 044-…)."""
        block = self.scene.block_of(run[0].start)
        if block is None or block.kind != "row" or run[-1].end > block.end:
            return None
        cell = self.text.rfind("\t", block.start, run[0].start)
        lead = _LABELS.sub("", self.text[cell + 1 : run[0].start])
        if cell < 0 or (lead and not _PERSON.fullmatch(lead)):
            return None
        at = bisect_left(self._desk_ends, max(block.start, floor))
        desks = [d for d in self.desks[at:] if max(block.start, floor) <= d.start and d.end <= run[0].start]
        if len(desks) < 1 or any(self._listed_in_cell(a, b) for a, b in pairwise(desks)):
            return self._deskless_row(block.start, run[0].start, floor, before) if not desks else None
        narrow = max((d for d in desks if d.units), key=lambda d: _narrowness(d), default=desks[0])
        agency = next((d.agency for d in desks if d.agency and not d.inherited), narrow.agency)
        return _Owner(agency, narrow.department, "contact:row", 0.95)

    def _listed_in_cell(self, one: Desk, other: Desk) -> bool:
        return "\t" not in self.text[one.end : other.start]

    def _deskless_row(self, start: int, offset: int, floor: int, before: list[_Owner]) -> _Owner | None:
        """A row of a person belongs to the desk of the row above; else its first cell names a body."""
        cells = [cell.strip() for cell in self.text[start:offset].split("\t")]
        if any(_PERSON.fullmatch(cell) for cell in cells):
            return before[-1] if before and start - floor <= 4 else None
        return self._row_body(start, offset) if floor <= start else None

    def _row_body(self, start: int, offset: int) -> _Owner | None:
        """The first cell of a row names a body: 선치과의원 | 주소 | 043-…."""
        for cell in self.text[start:offset].split("\t"):
            name = cell.strip(" *-·▶")
            if (
                2 <= len(name) <= 30
                and not _NO_BODY.match(name)
                and not _ADDRESS.search(name)
                and re.search("[가-힣A-Za-z]", name)
            ):
                return _Owner(self._institution(name), None, "contact:row-body", 0.8)
        return None

    # -- bodies that are no agency ------------------------------------------------------------

    def _body(self, offset: int, floor: int) -> _Owner | None:
        """The noun phrase right before a number: 정부24 콜센터(☎1588-2188)."""
        line = max(self.text.rfind("\n", 0, offset) + 1, floor, offset - 60)
        lead = self.text[line:offset]
        labels = _LABELS.search(lead)
        phrase = lead[: labels.start()] if labels else lead
        name = _last_phrase(phrase)
        if name is None or _PERSON.fullmatch(name):
            return None
        if _OWN_LINE.fullmatch(name):
            return self._sentence_owner(offset)
        inside = self.scene.mentions_in("agency", line, offset)
        if inside and name.startswith(inside[-1].surface):
            return _Owner(inside[-1].entity.name, None, "contact:agency", 0.85)
        if not (_BODILY.search(name) or _HELPLINE.search(name) or self.gazetteer.bodies.resolve(name.split()[0])):
            return None
        return self._unit_of_body(name) or _Owner(self._institution(name), None, "contact:body", 0.85)

    def _unit_of_body(self, name: str) -> _Owner | None:
        """한국부동산원 토지통계부: a body and its own unit."""
        first, _, rest = name.partition(" ")
        if not _INNER.fullmatch(rest) or not (self.gazetteer.bodies.resolve(first) or _INSTITUTION.search(first)):
            return None
        return _Owner(self._institution(first), rest.replace(" ", ""), "contact:body-unit", 0.85)

    def _sentence_owner(self, offset: int) -> _Owner | None:
        """행안부는 전용 콜센터(1661-6669)를 운영: the agency that the sentence speaks of."""
        start, _ = self.scene.sentence_bounds(offset)
        inside = self.scene.mentions_in("agency", start, offset)
        return _Owner(inside[-1].entity.name, None, "contact:sentence", 0.8) if inside else None

    def _institution(self, name: str) -> str:
        """The body itself where a help line is named with it: 근로복지공단 콜센터."""
        words = name.split()
        known = self.gazetteer.bodies.resolve(words[0])
        if known:
            return words[0]
        helpline = len(words) > 1 and _HELPLINE.fullmatch(" ".join(words[1:]))
        return words[0] if helpline and _INSTITUTION.search(words[0]) else name

    def _same_owner(self, phone: Phone, before: list[_Owner]) -> _Owner | None:
        """A number further on in the line of another one: 축산경영과 양돈(…), 가금(…)."""
        if not before:
            return None
        between = self.text[self.phones[len(before) - 1].end : phone.start]
        return before[-1] if len(between) <= 30 and "\n" not in between and not re.search(r"[.!?] ", between) else None


def _narrowness(desk: Desk) -> tuple[bool, int]:
    return _is_narrow(desk.department), len(desk.units)


def _is_narrow(department: str | None) -> bool:
    return department is not None and department.endswith(("과", "팀", "담당관", "계", "TF", "T/F"))


def _paired(desks: list[Desk], run: list[Phone]) -> list[_Owner]:
    """In order when there are as many numbers as desks, else everything to the last desk (or desks)."""
    if len(desks) == len(run):
        return [_owner(desk) for desk in desks]
    if len(run) < len(desks):
        return [_owner(desk) for desk in desks[-len(run) :]]
    return [_owner(desk) for desk in desks[:-1]] + [_owner(desks[-1])] * (len(run) - len(desks) + 1)


def _owner(desk: Desk) -> _Owner:
    rule = "contact:desk" if desk.units else "contact:agency"
    return _Owner(desk.agency, desk.department, rule, 0.85 if desk.inherited else 0.97)


def _last_phrase(text: str) -> str | None:
    """The last run of words without particles; up to the start of the clause."""
    text = text.lstrip(" -·*•○●▶□■※①②③④⑤")
    clause = _CLAUSE.split(text)[-1] if text else ""
    words = [m.group() for m in _WORDS.finditer(clause or "")]
    taken: list[str] = []
    for word in reversed(words):
        if _PARTICLED.match(word) and (taken or len(word) > 2):
            break
        taken.insert(0, word)
    while taken and _ADVERB.fullmatch(taken[0]):
        taken.pop(0)
    name = " ".join(taken).strip("·- ")
    whole = " ".join(words)
    if len(taken) < len(words) <= 5 and clause == text and _HELPLINE.search(whole) and not _TOPICAL.search(whole):
        name = whole
    if (
        not 2 <= len(name) <= 30
        or _NO_BODY.match(name)
        or _ADDRESS.search(name)
        or not re.search("[가-힣A-Za-z]{2}", name)
    ):
        return None
    return name
