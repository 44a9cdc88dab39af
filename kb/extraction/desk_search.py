"""Desks in a post.

Owns where desks stand: after an agency, beside another desk, before or behind a number, in a row with one, before
"에 문의". Must not know whose a bare desk is (desk_adoption.py) nor who owns which number.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from kb.extraction.desk_adoption import adopted, main_agency
from kb.extraction.desks import HOUSE, Desk, Unit, apart, is_name, read_desk
from kb.extraction.phones import Phone, find_phones
from kb.extraction.scene import Scene
from kb.gazetteer.bodies import BodyList
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import Mention

_INTO = re.compile(r"(?:의)?[ \xa0]{1,2}(?:산하 |소속 )?|\(")
_SIBLING = re.compile(
    r"\s?(?:[(\[][^()\[\]\n]{0,60}[)\]]\s?){0,3}(?:[,·ㆍ‧/;+&]|및|와|과|또는|그리고"
    r"|혹은)\s?(?:[(][^()\n]{0,10}[)]\s?)?(?:-\s?)?"
)
_LABEL = re.compile(
    r"(?:담당\s?부서|담당\s?과장|담당과|소관\s?부서|주관\s?부서|부서명|문의처?|연락처|출처|참조"
    r"|자료)(?:\([^)\n]{1,8}\))?\s?[:：]\s?(?:-\s?)?"
)
_ENQUIRY = re.compile(
    r"(?<=[과팀관실F단국])(?:으?로|에|에서|에게|을 통해|를 통해)\s?(?:직접 |추가 |별도로 )?(?:문의|연락|전화)"
    r"|(?<=단)에 (?:대한|관한) (?:자세한 |기타 )?(?:문의|사항)"
)
_BEFORE_PHONE = re.compile(
    r"(?:[\s(\[:：☎☏📞📱,·=>→.-]|전화\s?번호|전화|연락처|대표|번호|담당|유선|직통|TEL|Tel|T\.|국번\s?없이|으?로|는"
    r"|은)*+$"
)
_STAFF = re.compile(
    r"\s?(?:[가-힣]{2,4} (?:과장|팀장|사무관|서기관|주무관|연구관|담당)|[가-힣]{1,8}\s?\(\s?[☎0]|문의|연락|전화"
    r"|과장|팀장|실장|국장|서기관|사무관|주무관|연구관|관계자|책임자|직원"
    r"|공무원|담당|소속"
    r"|등|측|산하|$|[(),.·:\]\n\t\"'“”‘’/;|0-9☎-])"
)
_OUTSIDER = re.compile(r"(?<![A-Za-z0-9가-힣])(?P<name>[A-Z][A-Za-z]{1,9}|[A-Z]{2,9}[가-힣]{0,4})\s$")  # YTN 뉴스팀
_OFFICER = r"(?:과장|팀장|사무관|서기관|주무관|연구관|연구사|담당자|담당|전문관|조사관|심사관)"
_PERSON = re.compile(rf" (?:[가-힣]{{2,4}} {_OFFICER}|{_OFFICER}(?: [가-힣]{{2,4}})?)$")
_BEHIND = re.compile(r"\s?[(\[]\s?")
_QUOTED = re.compile(
    r"[‘'“\"「『](?P<name>[가-힣0-9A-Za-z·]{2,}(?: [가-힣0-9A-Za-z·]+){1,6} ?(?:TF|T/F|추진단|기획단"
    r"|지원단))(?=[’'”\"」』(])"
)
_PROPER = re.compile(r"(?<![가-힣])[가-힣]{2,8}(?:정책국|정책실|정책관실)(?=[은는이가을를의에과와도로]|[^가-힣]|$)")
# 무역안보정책과는 총괄하고, 무역안보심사과는 허가를 맡는다: divisions in the prose of a post about one agency.
_DIVISION = re.compile(
    r"(?:(?:정책|총괄|심사|안보|조사|관리|진흥|제도|기획|지원|감시|산업|운영)과|(?:정책|감시|지도|심사|조사|기획|통관)국)"
    r"(?=[은는이의가]|에서|에 | |,|·|\))"
)
_ITS_FIELD = re.compile(r"(?<![가-힣])[가-힣]{2,8}$")
_SHORTEST = 5  # letters of a division named without its agency
_HELD = re.compile(
    r"(?<=관)(?:으로|을|를)? ?(?:재직|근무|임명|승진|발탁|역임|지낸|지냈|맡|일하|부임|전보|내정)"
)  # an office, no unit
_WITHIN = ("본부", "무역위원회")  # agencies that are a part of another one: their units are that one's
_LINE_START = re.compile(r"[\s\-–·•ㆍ*○●□■▲▶◇◆※▷>]*")


def phones_of(scene: Scene, gazetteer: Gazetteer) -> list[Phone]:
    """The numbers of the post, found once."""
    if scene.phones is None:
        scene.phones = find_phones(scene.text, gazetteer.hotlines)
    return scene.phones


def desks_of(scene: Scene, gazetteer: Gazetteer) -> list[Desk]:
    """The desks of the post in reading order, found once. Agencies that stand alone are among them."""
    if scene.desks is None:
        search = _Search(scene, phones_of(scene, gazetteer), gazetteer.bodies)
        search.after_agencies()
        search.before_numbers()
        search.in_rows()
        search.by_words()
        search.task_forces()
        scene.desks = adopted(scene, search.desks, search.phones)
    return scene.desks


class _Search:
    """Collects desks that do not overlap, in reading order."""

    def __init__(self, scene: Scene, phones: list[Phone], bodies: BodyList) -> None:
        self.scene = scene
        self.text = scene.text
        self.phones = phones
        self.bodies = bodies
        self.agencies = scene.mentions("agency")
        self._agency_starts = {m.start for m in self.agencies}
        self.desks: list[Desk] = []

    # -- where desks are looked for -----------------------------------------------------------

    def after_agencies(self) -> None:
        """산업통상자원부 무역안보정책과 …"""
        end = -1
        for at, mention in enumerate(self.agencies):
            if mention.start < end:
                continue
            desk = self._below(mention, at)
            self._add(desk)
            end = max(desk.end, self._siblings(desk))

    def before_numbers(self) -> None:
        """… 물가정책과(044-215-2770): a desk whose agency stands elsewhere."""
        for phone in self.phones:
            line = self.text.rfind("\n", 0, phone.start) + 1
            floor = max(line, self._last_end(phone.start), phone.start - 80)
            stop = _BEFORE_PHONE.search(self.text, floor, phone.start)
            end = _without_person(self.text, floor, stop.start()) if stop else floor
            if end > floor:
                self._add_ending(floor, end)
            behind = _BEHIND.match(self.text, phone.end)
            if behind and not self._covered(behind.end()):
                desk = read_desk(self.text, behind.end(), self._line_end(behind.end()), None)
                if desk and desk.units and self.text[desk.end : desk.end + 1] in (")", "]"):
                    self._add(desk)

    def in_rows(self) -> None:
        """A cell, or a line beside a line of numbers, that is nothing but a desk."""
        for start, end in self._bare_lines():
            begin = _LINE_START.match(self.text, start, end)
            offset = begin.end() if begin else start
            if offset < end and not self._covered(offset):
                desk = read_desk(self.text, offset, end, None)
                if desk and desk.units and not self.text[desk.end : end].strip(" :："):
                    self._add(desk)

    def by_words(self) -> None:
        """담당부서: …, and … 과에 문의."""
        for label in _LABEL.finditer(self.text):
            if not self._covered(label.end()) and label.end() not in self._agency_starts:
                desk = read_desk(self.text, label.end(), self._line_end(label.end()), None)
                if desk and desk.units:
                    self._add(desk)
                    self._siblings(desk)
        asked = any(word in self.text for word in ("문의", "연락", "전화", "사항"))
        for enquiry in _ENQUIRY.finditer(self.text) if asked else ():
            line = self.text.rfind("\n", 0, enquiry.start()) + 1
            self._add_ending(max(line, self._last_end(enquiry.start()), enquiry.start() - 60), enquiry.start())

    def task_forces(self) -> None:
        """‘특례시 특별법 제정 TF’: a name in quotes; 여성정책국 in the post of one ministry."""
        forces = any(word in self.text for word in ("TF", "T/F", "추진단", "기획단", "지원단"))
        for name in _QUOTED.finditer(self.text) if forces else ():
            start, end = name.span("name")
            if not self._covered(start) and (self._beside(start) or main_agency(self.scene)):
                unit = Unit(start, end, re.sub(r"\s", "", name["name"]))
                agency = self._beside(start) or main_agency(self.scene)
                self._add(Desk(start, end, agency, (unit,), inherited=True))
        if "정책" in self.text and main_agency(self.scene):
            for start, end in (*(name.span() for name in _PROPER.finditer(self.text)), *self._divisions()):
                if not self._covered(start) and not self._covered(end):
                    self._add(Desk(start, end, None, (Unit(start, end, self.text[start:end]),)))

    def _divisions(self) -> Iterator[tuple[int, int]]:
        """Those that Kiwi too reads to their last syllable."""
        for kind in _DIVISION.finditer(self.text):
            field = _ITS_FIELD.search(self.text, max(0, kind.start() - 9), kind.start())
            token = self.scene.token_at(kind.end() - 1) if field else None
            if field and token and token.tag[0] not in "JV" and kind.end() - field.start() >= _SHORTEST:
                yield field.start(), kind.end()

    def _beside(self, offset: int) -> str | None:
        """The agency of the sentence: the nearest one before, else the first after."""
        start, end = self.scene.sentence_bounds(offset)
        inside = self.scene.mentions_in("agency", start, end)
        before = [m for m in inside if m.end <= offset]
        chosen = before[-1:] or inside[:1]
        return chosen[0].entity.name if chosen else None

    # -- reading ------------------------------------------------------------------------------

    def _below(self, mention: Mention, at: int) -> Desk:
        """The units printed after an agency; through a body within it (경찰청 국가수사본부 형사국)."""
        alone = Desk(mention.start, mention.end, mention.entity.name)
        into = _INTO.match(self.text, mention.end)
        following = self.agencies[at + 1] if at + 1 < len(self.agencies) else None
        if into and following and into.end() == following.start and following.entity.name.endswith(_WITHIN):
            into = _INTO.match(self.text, following.end)
        if into is None or into.end() in self._agency_starts:
            return alone
        desk = read_desk(self.text, into.end(), self._line_end(into.end()), mention.entity.name)
        if desk and desk.units and (self._is_and(desk) or _HELD.match(self.text, desk.end)):
            return alone
        if desk is None or (into.group() == "(" and not desk.units):
            return alone
        return Desk(mention.start, desk.end, desk.agency, desk.units, desk.titled, tail=desk.tail)

    def _siblings(self, desk: Desk) -> int:
        """Reads on after a desk: …, 화학사고예방과(…), 산업안전기준과. Returns the end of the last one."""
        while desk.units or desk.titled:
            between = _SIBLING.match(self.text, desk.end + len(desk.tail) * (desk.tail not in ("과", "와", "및")))
            if between is None or between.end() in self._agency_starts or self._covered(between.end()):
                break
            following = self._sibling(between.end(), desk)
            if following is None:
                break
            desk = following
            self._add(desk)
        return desk.end

    def _sibling(self, offset: int, desk: Desk) -> Desk | None:
        limit = self._line_end(offset)
        body = self._body_desk(offset, limit)
        if body:
            return body
        following = read_desk(self.text, offset, limit, desk.agency)
        if following is None or not following.units or self._is_and(following):
            return None
        return following.under(desk.agency, desk.is_body)

    def _is_and(self, desk: Desk) -> bool:
        """Whether the 과 that ends a desk in prose is the particle: 법무부의 비판과 대응."""
        if not desk.units[-1].name.endswith("과") or desk.tail not in ("", "는", "도", "의"):
            return False
        if not desk.tail and _STAFF.match(self.text, desk.end):
            return False
        token = self.scene.token_at(desk.end - 1)
        return token is None or token.tag[0] == "J"

    def _add_ending(self, floor: int, end: int) -> None:
        """The longest desk within ``[floor, end]`` whose last word ends at ``end``."""
        if self._covered(end - 1):
            return
        starts = [m.start() for m in re.finditer(r"(?<![가-힣A-Za-z0-9·/])[가-힣A-Za-z0-9]", self.text[floor:end])]
        for start in (floor + s for s in starts[-8:]):
            desk = self._body_desk(start, end) or read_desk(self.text, start, end, None)
            if desk and desk.units and desk.end == end and not desk.tail:
                outsider = _OUTSIDER.search(self.text, floor, start)
                self._add(desk.under(outsider["name"], is_body=True) if outsider else desk)
                return

    def _body_desk(self, start: int, end: int) -> Desk | None:
        """국립해양측위정보원 측위정보과: a unit of a body that is no agency."""
        word = re.compile(r"[가-힣A-Za-z0-9·]+").match(self.text, start, end)
        if word is None or self.text[word.end() : word.end() + 1] != " ":
            return None
        if not HOUSE.fullmatch(word.group()) and self.bodies.resolve(word.group()) is None:
            return None
        desk = read_desk(self.text, word.end() + 1, end, word.group())
        return Desk(start, desk.end, word.group(), desk.units, is_body=True) if desk else None

    def _bare_lines(self) -> Iterator[tuple[int, int]]:
        """Cells of rows that hold a number, and lines right before a line of numbers."""
        for block in self.scene.blocks if self.phones else ():
            if self._has_phone(block.start, block.end + 40):
                cells = _cells(self.text, block.start, block.end)
                yield from (cell for cell in cells if cell[1] - cell[0] <= 60 and is_name(self.text[cell[1] - 1]))

    # -- keeping ------------------------------------------------------------------------------

    def _add(self, desk: Desk) -> None:
        for part in apart(desk):
            at = bisect_right(self.desks, part.start, key=lambda d: d.start)
            self.desks.insert(at, part)

    def _covered(self, offset: int) -> bool:
        at = bisect_right(self.desks, offset, key=lambda d: d.start) - 1
        return at >= 0 and offset < self.desks[at].end

    def _last_end(self, offset: int) -> int:
        """Where the desk or number before ``offset`` ends."""
        at = bisect_right(self.desks, offset, key=lambda d: d.start) - 1
        desk_end = self.desks[at].end if at >= 0 else 0
        number = bisect_right(self.phones, offset - 1, key=lambda p: p.start) - 1
        return max(desk_end, self.phones[number].end if number >= 0 else 0)

    def _has_phone(self, start: int, end: int) -> bool:
        at = bisect_right(self.phones, start - 1, key=lambda p: p.start)
        return at < len(self.phones) and self.phones[at].start < end

    def _line_end(self, offset: int) -> int:
        """End of the cell or line around ``offset``."""
        end = self.text.find("\n", offset)
        tab = self.text.find("\t", offset, end if end >= 0 else len(self.text))
        return tab if tab >= 0 else end if end >= 0 else len(self.text)


def _without_person(text: str, floor: int, end: int) -> int:
    """Where the desk before a person ends: 무역안보정책과 홍길동 사무관(…)."""
    person = _PERSON.search(text, floor, end)
    return person.start() if person else end


def _cells(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The cells of a row, or the one cell of another block."""
    for cell in text[start:end].split("\t"):
        stripped = cell.strip()
        if stripped:
            begin = start + cell.index(stripped)
            yield begin, begin + len(stripped)
        start += len(cell) + 1
