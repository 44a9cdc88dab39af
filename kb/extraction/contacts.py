"""Telephone numbers and whose they are.

Owns the pairing of numbers with desks: in brackets, in parallel lists, in rows and columns of tables, a
number after a sentence about its desk; and bodies that are no agency as written. Must not know the shapes
of numbers or of desks.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from kb.extraction.desk_search import desks_of, phones_of
from kb.extraction.desks import Desk
from kb.extraction.owner_hints import keyed_name, labelled_name, newsroom, site_beside, subject
from kb.extraction.phones import Phone
from kb.extraction.phrases import (
    HELPLINE,
    LABEL,
    LABELS,
    NARROWING,
    OF_AGENCY,
    OWN_LINE,
    PARTICLED,
    PERSON,
    is_inner,
    is_no_name,
    last_phrase,
    read_body,
    turned_to,
)
from kb.extraction.scene import Scene
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import EntityRef, Mention

_BEHIND = re.compile(r"\s?[(\[]\s?")  # 042-481-7818(조사총괄과)
_SENT_TO = re.compile(
    r"(?:에|으?로|에게|을 통해|를 통해)\s?(?:직접 |추가로 )?(?:문의|연락|전화|신고)|[ :：(]{0,3}\n?[^가-힣]{0,8}$"
)
_PERSONS = re.compile(r" ?[,·ㆍ/] ?")
_MOST_PERSONS = 4
_CODE = re.compile(r" 1\d{2,3}(?![\d-])")
_ELSEWHERE = re.compile(r"[.!?] |경찰|소방|검찰|법원|[시구군도]청|[가-힣]{2,}(?:센터|공단|공사|협회)")
_ROLE = re.compile(r"\|? ?(?:책임자|담당자|총괄|담당) ?[:：]? ?")  # 무역안보정책과 | 책임자: 과장 홍길동 (044-…)
_TITLE_BETWEEN = 16  # characters that a title between a name and its number takes
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
            if len(between) > 40 or LABELS.sub("", between.strip(" )],·/、~및또는\t\n")):
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
                return [self._within(body, before, run[0])] * len(run)
        if not desks:
            return [self._hinted(run[0], floor, before)] * len(run)
        return _paired(desks, run)

    def _hinted(self, phone: Phone, floor: int, before: list[_Owner]) -> _Owner:
        """Lesser signs, for a number that nothing beside it owns."""
        return (
            self._same_owner(phone, before)
            or self._placed(phone, floor)
            or self._turned_to(phone.start, floor)
            or self._of_official(phone)
            or self._run_by(self.gazetteer.helplines.numbered(phone.number))
            or _NOBODY
        )

    def _placed(self, phone: Phone, floor: int) -> _Owner | None:
        """A name over the table, after a label, or of a newsroom."""
        keyed = keyed_name(self.scene, phone.start) or subject(self.scene, floor, phone.start)
        body = self._body_owner(keyed, "contact:keyed") if keyed else None
        if body:
            return body
        named = labelled_name(self.scene, floor, phone.start)
        if named and not self._is_person(named):
            return _Owner(named, None, "contact:labelled", 0.75)
        site = site_beside(self.text, phone.start)
        if site and self.gazetteer.agencies.read(site, self.scene.date) is None:
            return self._body_owner(site, "contact:site")
        room = newsroom(self.text, phone.start)
        return _Owner(room, None, "contact:newsroom", 0.8) if room else None

    def _of_official(self, phone: Phone) -> _Owner | None:
        """담당자: 조사총괄과장 김도윤 042-481-7910: the number of an official belongs to his agency."""
        named = self.scene.mention_before("official", phone.start)
        if named is None or named.entity.office_kind != "central" or phone.start - named.end > _TITLE_BETWEEN:
            return None
        between = LABELS.sub("", self.text[named.end : phone.start]).strip(" (")
        return None if " " in between or "\n" in between else _Owner(named.entity.agency, None, "contact:official", 0.8)

    def _is_person(self, name: str) -> bool:
        return len(name) <= 4 and name[0] in self.gazetteer.titles.names.common

    def _run_by(self, agency: str | None) -> _Owner | None:
        """A helpline of an agency that the post names."""
        held = self.gazetteer.agencies.on(agency, self.scene.date) if agency else None
        if held is None or all(mention.entity.name != held.name for mention in self.scene.mentions("agency")):
            return None
        return _Owner(held.name, None, "contact:helpline", 0.85)

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
        between = LABELS.sub("", self.text[last.end + len(last.tail) : offset])
        beside = self._is_near(last, between)
        if not beside and not self._refers_back(last, offset):
            return [], False
        run = [last]
        for desk in islice(reversed(self.desks), len(self.desks) - at + 1, None):
            if desk.end <= floor or not self._listed(desk, run[0]):
                break
            run.insert(0, desk)
        return run, beside

    def _is_near(self, desk: Desk, between: str) -> bool:
        """Whether what is left between desk and number only narrows the desk: 상담센터, 양돈."""
        rest = between.strip(" ,)")
        role = _ROLE.match(rest)
        if role and PERSON.fullmatch(rest, role.end()):
            return True
        if not rest or HELPLINE.fullmatch(rest) or OF_AGENCY.fullmatch(rest) or _are_persons(rest):
            return True
        return bool(desk.units) and len(rest) <= 10 and bool(NARROWING.fullmatch(rest)) and not PARTICLED.match(rest)

    def _refers_back(self, desk: Desk, offset: int) -> bool:
        """Whether a bare number speaks of a desk some words before: … 예술정책과에 문의, 전화번호는 044-…."""
        line = max(self.text.rfind("\n", 0, offset), self.text.rfind("\t", 0, offset)) + 1
        lead = self.text[max(line, offset - 30) : offset]
        closed = bool(re.search(r"[.다]\s*\(\s*$", lead))  # … 문의할 수 있다. (044-…)
        labelled = (
            closed or bool(re.search(rf"{LABEL}[^가-힣\d]{{0,4}}(?:는|은)?[\s:：(]*$", lead)) or not lead.strip(" -(·*")
        )
        if not labelled or offset - desk.end > _REACH:
            return False
        between = self.text[desk.end : offset]
        if not desk.units:
            return "\n" not in between and bool(_SENT_TO.match(between))
        return between.count("\n") <= 3

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
        lead = LABELS.sub("", self.text[cell + 1 : run[0].start])
        if cell < 0 or (lead and not PERSON.fullmatch(lead)):
            return None
        begin = max(block.start, floor)
        local = self.desks[bisect_left(self._desk_ends, begin) : bisect_right(self._desk_ends, run[0].start)]
        desks = [desk for desk in local if begin <= desk.start]
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
        if any(PERSON.fullmatch(cell) for cell in cells):
            return before[-1] if before and start - floor <= 4 else None
        return self._row_body(start, offset) if floor <= start else None

    def _row_body(self, start: int, offset: int) -> _Owner | None:
        """The first cell of a row names a body: 선치과의원 | 주소 | 043-…; or the line over keys and values does."""
        keyed = keyed_name(self.scene, offset)
        if keyed:
            return self._body_owner(keyed, "contact:keyed") or _Owner(keyed, None, "contact:keyed", 0.75)
        for cell in self.text[start:offset].split("\t"):
            name = cell.strip(" *-·▶")
            if 2 <= len(name) <= 30 and not is_no_name(name) and re.search("[가-힣A-Za-z]", name):
                return self._body_owner(name, "contact:row-body")
        return None

    # -- bodies that are no agency ------------------------------------------------------------

    def _body(self, offset: int, floor: int) -> _Owner | None:
        """The noun phrase right before a number: 정부24 콜센터(☎1588-2188)."""
        line = max(self.text.rfind("\n", 0, offset) + 1, floor, offset - 60)
        lead = self.text[line:offset]
        labels = LABELS.search(lead)
        phrase = lead[: labels.start()] if labels else lead
        name = last_phrase(phrase)
        if name is None or PERSON.fullmatch(name):
            return None
        if OWN_LINE.fullmatch(name):
            return self._sentence_owner(offset)
        inside = self.scene.mentions_in("agency", line, offset)
        if inside and name.startswith(inside[-1].surface):
            return _Owner(inside[-1].entity.name, None, "contact:agency", 0.85)
        code = self._own_code(name, offset)
        name = name.rpartition(" ")[2] if code else name
        owner = self._body_owner(name, "contact:body")
        return replace(owner, agency=name + code) if owner and owner.agency == name else owner

    def _own_code(self, name: str, offset: int) -> str:
        """여성긴급전화 1366: a short number that is part of its line's name."""
        code = _CODE.match(self.text, offset - 1) if name.endswith("전화") else None
        return code.group() if code else ""

    def _body_owner(self, phrase: str, rule: str) -> _Owner | None:
        helpline = self._run_by(self.gazetteer.helplines.named(phrase))
        if helpline:
            return helpline
        body = read_body(phrase, lambda name: self.gazetteer.bodies.resolve(name) is not None)
        return _Owner(body.name, body.unit, rule, 0.85) if body else None

    def _sentence_owner(self, offset: int) -> _Owner | None:
        """행안부는 전용 콜센터(1661-6669)를 운영: the agency that the sentence speaks of."""
        start, _ = self.scene.sentence_bounds(offset)
        inside = self.scene.mentions_in("agency", start, offset)
        return _Owner(inside[-1].entity.name, None, "contact:sentence", 0.8) if inside else None

    def _within(self, body: _Owner, before: list[_Owner], phone: Phone) -> _Owner:
        """A lone unit after a body's number is that body's: 한국부동산원 토지통계부(…), 거래분석부(…)."""
        last = before[-1] if before else None
        if last is None or last.agency is None or not last.rule.startswith("contact:body") or body.department:
            return body
        between = self.text[self.phones[len(before) - 1].end : phone.start]
        if "\n" in between or not body.agency or not is_inner(body.agency):
            return body
        return _Owner(last.agency, body.agency, body.rule, body.confidence)

    def _turned_to(self, offset: int, floor: int) -> _Owner | None:
        """The body that the words before a lone number send the reader to."""
        line = max(self.text.rfind("\n", 0, offset) + 1, floor, offset - _REACH)
        name = turned_to(self.text[line:offset])
        helpline = self._run_by(self.gazetteer.helplines.named(name)) if name else None
        return helpline or (_Owner(name, None, "contact:turned-to", 0.75) if name else None)

    def _same_owner(self, phone: Phone, before: list[_Owner]) -> _Owner | None:
        """A number further on in the line of another one: 축산경영과 양돈(…), 가금(…)."""
        if not before:
            return None
        between = self.text[self.phones[len(before) - 1].end : phone.start]
        near = len(between) <= 30 and "\n" not in between and not _ELSEWHERE.search(between)
        return before[-1] if near else None


def _are_persons(words: str) -> bool:
    """김도윤 과장·이서연 사무관: nothing but persons."""
    parts = _PERSONS.split(words.strip(" /,·"))
    return len(parts) <= _MOST_PERSONS and all(PERSON.fullmatch(part) for part in parts)


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
