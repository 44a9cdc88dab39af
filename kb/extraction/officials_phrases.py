"""Joins names to titles by the orders of Korean prose, one sentence part at a time.

Each reader starts from a title and looks left ("최우혁 산업부 무역안보정책관", "관세청 한창령 조사국장"), right
("장관인 안덕근은"), or to a bracket. Must not weigh persons against each other, nor look for a body further
away than the words beside name and title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kb.extraction.officials_appointments import APPOINTED, Appointments
from kb.extraction.officials_bodies import Body, BodyReader
from kb.extraction.officials_claims import Claim, claim
from kb.extraction.officials_names import BY_KANA, BY_SOUND, NameReader
from kb.extraction.officials_near import SHORT_NAMED, SKIPPED, Chain, Surroundings, nearest
from kb.extraction.officials_titles import TitleHit
from kb.extraction.officials_words import Words
from kb.extraction.scene import Scene

_BRIDGE = frozenset(("", "인", "이자", "이었던", "이던", "였던"))
_JOINTS = ("space", "cell", "comma", "open")
# What tells a name at its right: his number, another desk officer before it, his age.
_NUMBERED = re.compile(
    r"(?:(?: ?[,·/] ?| )[가-힣]{2,4} [가-힣]{2,4}){0,3} ?\(? ?(?:☎|☏|전화|TEL|T\.)? ?:? ?(?:\d{2,4}[-)]|\d{4})"
    r"|\(\d{2}(?:세|살)?[,)]"
)
_RANKS = ("국장", "실장", "단장", "본부장", "과장", "부장")  # spoken of after an office: 무역안보정책관 김도윤 국장
_RUN_TOGETHER = ("대통령", "총리", "국무총리", "부총리", "장관", "차관", "청장", "처장", "의원")


class PhraseReader:
    """Reads the claims of one scene."""

    def __init__(self, scene: Scene, words: Words, hits: list[TitleHit], names: NameReader, bodies: BodyReader) -> None:
        self._scene = scene
        self._words = words
        self._hits = hits
        self._names = names
        self._bodies = bodies
        self._near = Surroundings(scene, words, hits, names, bodies)
        self._appointments = Appointments(scene, words, names, self._near)

    def claims(self) -> list[Claim]:
        """All claims in reading order of their titles."""
        found: list[Claim] = []
        by_title: dict[int, list[Claim]] = {}
        taken: set[int] = set()
        for hit in self._hits:
            if hit.opens or self._proposed(hit):
                continue
            mine = self._first_that_reads(hit, by_title, taken)
            taken.update(found.start for found in mine if found.rule == "official:title-name")
            by_title[hit.last] = mine
            found += mine
        return found

    def _proposed(self, hit: TitleHit) -> bool:
        """김도윤 금감원장 추천 의혹: proposed is not appointed."""
        following = hit.last + 1
        near = following < len(self._words) and not hit.particle and self._words.joint(hit.last) == "space"
        return near and self._words[following].text.startswith(("추천", "임명설", "내정설"))

    def _first_that_reads(self, hit: TitleHit, by_title: dict[int, list[Claim]], taken: set[int]) -> list[Claim]:
        """The claims of the first order that fits, in order of their certainty."""
        chain = self._near.chain(hit)
        return (
            list(self._run_together(hit))
            or list(self._left(hit, chain, taken))
            or list(self._bracket(hit, chain, by_title))
            or list(self._appointments.around(hit, chain, by_title))
            or list(self._right(hit, chain))
        )

    # -- name before title ----------------------------------------------------------------------

    def _left(self, hit: TitleHit, chain: Chain, taken: set[int]) -> Iterator[Claim]:
        left = self._near.neighbour(chain.first)
        if left is None or (self._words.joint(left) == "cell" and self._words[left].start in taken):
            return
        hit, chain = self._office_before(hit, left, chain)
        names = list(self._named(left))
        abroad = list(self._foreign(hit, left, chain, alone=not names))
        if abroad or not names:
            yield from abroad
            return
        outer = self._near.before_name(left)
        if names[0][2] <= 0.5 and not chain.bodies and not (outer and hit.kind.evidence == "alone"):
            return
        body = nearest(chain.bodies, outer, hit)
        rule = "official:name-title" if chain.bodies or not outer else "official:body-name-title"
        if self._joined_to_another(hit):
            rule = "official:joint"
        elif len(names) > 1:
            rule = "official:names-title"
        desk = self._near.is_desk(left - 1) or self._near.is_desk(hit.word - 1)
        for name, start, confidence in names:
            yield replace(claim(hit, name, start, body, rule, confidence, chain.former), desk=desk)

    def _office_before(self, hit: TitleHit, left: int, chain: Chain) -> tuple[TitleHit, Chain]:
        """무역안보정책관 김도윤 국장: the office stands before the name, only the rank behind it."""
        office = self._near.title_at.get(left - 1)
        ranked = hit.office in _RANKS and not chain.bodies and self._words.joint(left - 1) == "space"
        if not ranked or office is None or not office.compound or office.particle:
            return hit, chain
        return office, replace(chain, bodies=self._near.chain(office).bodies)

    def _joined_to_another(self, hit: TitleHit) -> bool:
        """사무처장 겸 부위원장: the last office of such a row is the one to list."""
        following = hit.last + 1
        return following < len(self._words) and self._words[following].text == "겸"

    def _foreign(self, hit: TitleHit, left: int, chain: Chain, alone: bool) -> Iterator[Claim]:
        """조 바이든 미국 대통령, 일본 무로후시 고지 스포츠청장: a name of several words with a sign of another country.

        ``alone``: the last word by itself is no Korean name, so that a lesser sign will do.
        """
        first, body = self._foreign_and_body(hit, left, chain, alone)
        if first is None:
            return
        if first == left and not self._whole_name(left, alone, body):
            return
        abroad = alone and hit.kind.evidence in ("alone", "foreign") if body is None else body.kind == "foreign"
        abroad = abroad or (alone and body is not None and body is hit.body and hit.title in ("대통령", "총리"))
        if abroad:
            start, end = self._words[first].start, self._words[left].end
            name = self._scene.text[start:end]
            known = body if body and body.kind == "foreign" else Body("", "foreign")
            yield claim(hit, name, start, known, "official:foreign-name", 0.7, chain.former)

    def _whole_name(self, index: int, alone: bool, body: Body | None) -> bool:
        """Whether one word may be a foreigner's whole name: 폰데어라이엔, or 시진핑 beside 중국."""
        word = self._words[index].text
        next_door = body is not None and body.country and body.name in SHORT_NAMED
        return len(word) > 4 or (alone and next_door and len(word) > 1)

    def _foreign_and_body(self, hit: TitleHit, left: int, chain: Chain, alone: bool) -> tuple[int | None, Body | None]:
        """Where the name begins and the body beside it; words that Kiwi does not know only beside a foreign body."""
        first = self._first_of_foreign(left)
        if alone and (first is None or first == left):
            for spelling in (BY_SOUND, BY_KANA):
                wider = self._first_of_foreign(left, spelling)
                if wider is None or wider == first:
                    continue
                body = nearest(chain.bodies, self._near.before_name(wider), hit)
                if body and body.kind == "foreign" and (spelling is BY_SOUND or body.name.startswith("일본")):
                    return wider, body
        return first, None if first is None else nearest(chain.bodies, self._near.before_name(first), hit)

    def _first_of_foreign(self, left: int, spelling: re.Pattern[str] | None = None) -> int | None:
        """Where a name of up to three words that closes with ``left`` begins; None when there is none."""
        first = None
        for index in range(left, max(left - 3, -1), -1):
            word = self._words[index]
            if index < left and self._words.joint(index) != "space":
                break
            if self._bodies.read(word.text) is not None or not self._names.foreign(word.text, word.start, spelling):
                break
            first = index
        return first

    def _named(self, index: int) -> Iterator[tuple[str, int, float]]:
        """The name that the word is, and those that middle dots join to it: 안덕근·박상우 장관."""
        for at in range(index, -1, -1):
            word = self._words[at]
            confidence = self._names.confidence(word.text, word.start)
            if not confidence or (at < index and self._words.joint(at) != "dot"):
                return
            yield word.text, word.start, confidence if at == index else confidence - 0.1

    def _run_together(self, hit: TitleHit) -> Iterator[Claim]:
        """윤석열대통령, 안덕근장관: only titles that need no other evidence."""
        word = self._words[hit.word]
        name = self._scene.text[hit.start : hit.start + 3]
        if not hit.compound or hit.kind.word not in _RUN_TOGETHER or not hit.office.startswith(name):
            return
        between = hit.office[3:].removesuffix(hit.kind.word)
        body = self._between(between, hit) if between else None
        confidence = self._names.confidence(name, word.start)
        if confidence >= (0.7 if body else 0.9) and (body or not between):
            bare = replace(hit, title=hit.kind.word + hit.acting, compound=False)
            yield claim(bare, name, hit.start, body, "official:run-together", confidence - 0.1)

    def _between(self, stem: str, hit: TitleHit) -> Body | None:
        """윤서연관세청장, 안덕근산업부장관: the agency that stands between name and title."""
        return self._bodies.agency(stem) or (self._bodies.agency(stem + hit.kind.head) if hit.kind.head else None)

    # -- title before name ----------------------------------------------------------------------

    def _right(self, hit: TitleHit, chain: Chain) -> Iterator[Claim]:
        right = hit.last + 1
        joint = self._words.gap(hit.last, right)
        if right + 1 < len(self._words) and APPOINTED.fullmatch(self._words[right].text):
            right += 1  # 장관 후보자로 지명된 김도윤
        appointing = hit.particle in ("에", "으로", "로", "에는", "으로는", "로는") and self._appointments.follow(hit)
        opened = self._near.opened(chain.first)  # 관세청(청장 김도윤)
        if right >= len(self._words) or (joint not in _JOINTS and not (opened and self._colon(hit.last))):
            return
        if not appointing and hit.particle not in _BRIDGE:
            return
        word = self._words[right]
        found = self._names.with_particle(word.text, word.start)
        if found is None or found[1] < self._least(hit, word.start + len(found[0]), appointing or opened):
            return
        if not appointing and found[0] == word.text and self._own_title(right, hit):
            return
        rule = "official:appointment" if appointing else "official:title-name"
        body = nearest(chain.bodies, self._near.before_name(chain.first) if opened else (), hit)
        yield claim(hit, found[0], word.start, body, rule, found[1] - 0.05, chain.former)

    def _colon(self, index: int) -> bool:
        """산업통상자원부(장관: 안덕근)."""
        return self._scene.text[self._words[index].end : self._words[index + 1].start].strip() == ":"

    def _least(self, hit: TitleHit, end: int, told: bool) -> float:
        """How sure the name that ends here must be; a number or an age behind it helps: 사무관 이지은(044-203-4833)."""
        if _NUMBERED.match(self._scene.text, end):
            return 0.4
        return 0.7 if told or hit.particle == "인" else 0.9

    def _own_title(self, index: int, hit: TitleHit) -> bool:
        """Whether the name at ``index`` has a title of its own after it, other than that of ``hit``."""
        for right in range(index + 1, min(index + 5, len(self._words))):
            if self._words.joint(right - 1) != "space":
                return False
            if right in self._near.title_at:
                return self._near.title_at[right].title != hit.title
            if (
                self._near.body(right) is None
                and self._words[right].text not in SKIPPED
                and not self._near.is_unit(right)
            ):
                return False
        return False

    def _bracket(self, hit: TitleHit, chain: Chain, by_title: dict[int, list[Claim]]) -> Iterator[Claim]:
        """안덕근(산업통상자원부 장관); a second office in a bracket behind the first one."""
        left = chain.first - 1
        if not self._near.opened(chain.first):
            return
        body = nearest(chain.bodies, (), hit)
        for first in by_title.get(left, ()):
            yield claim(hit, first.name, first.start, body, "official:second", first.confidence, chain.former)
        if left not in by_title:
            for name, start, confidence in self._named(left):
                yield claim(hit, name, start, body, "official:bracket", confidence, chain.former)
