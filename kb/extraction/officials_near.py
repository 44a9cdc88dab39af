"""What stands around a title or a name: bodies, units, modifiers, other titles, and how far they reach.

Owns the walk to the left over the words of one phrase. Must not know which names and titles belong together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kb.extraction.officials_bodies import Body, BodyReader
from kb.extraction.officials_names import NameReader
from kb.extraction.officials_titles import TitleHit
from kb.extraction.officials_words import Words
from kb.extraction.scene import Scene

SKIPPED = frozenset(
    "신임 전 현 前 現 신 전임 현임 후임 초대 차기 당시 겸 겸임 한국 대한민국 우리 우리나라 제 민간 소속 산하 측"
    " 등 담당 부문 공동 이임 취임한 신임인 첫 씨 국무위원 상임 수석 전직 현직 영장전담 형사 민사 행정 합의 외교안보"
    " 재판장".split()
)
_FORMER = frozenset(("전", "前", "전임", "전직"))
_UNIT = re.compile(r"[가-힣A-Za-z0-9]{2,}(?:국|실|과|단|팀|부|본부|센터|관|원|위|회|처|소|반|TF|대|청|군|단독)")
_DESK = re.compile(r"[가-힣]{3,}(?:과|국|담당관실|정책관실|추진단)")
# Divisions by what they do: their last syllable is no particle, whatever Kiwi thinks of it.
_DIVISION = re.compile(
    r"[가-힣A-Za-z0-9·]{2,}(?:총괄|정책|조사|심사|분석|협력|안보|기획|지원|관리|운영|진흥|제도|감시|통관|검사|정보|수사"
    r"|단속|대응|통상|산업|무역|규제|재정|행정|혁신|평가|예방|교섭|보호|물류|감사|수출|수입|투자)과"
)
# Countries whose people's whole names are one short word in Korean: 시진핑, 리창, 김정은.
SHORT_NAMED = ("중국", "북한", "대만", "홍콩", "베트남", "마카오", "몽골")
LEVEL_WORDS = ("도", "시", "군", "구")  # 김도윤 도 자치행정국장: the province that the post is about
# Offices that stand before those of their staff: "대통령 비서실장", "국무총리 비서실장".
_OWNERS = {"대통령": "대통령실", "총리": "국무총리비서실", "국무총리": "국무총리비서실", "청와대": "대통령실"}
# Ministries and offices of other states by the shape of their names: 인도 상공부, 미 국가안보국.
_MINISTRY = re.compile(r"[가-힣]{2,}(?:부|성|청|처|국|위원회|위|총서|의회|대표부|원)")
_STEPS = 8


@dataclass(frozen=True, slots=True)
class Chain:
    """What stands between a name and its title: its first word, and the bodies in it from the title outwards."""

    first: int
    bodies: tuple[Body, ...]
    former: bool


class Surroundings:
    """The words of one scene as bodies, units and titles."""

    def __init__(self, scene: Scene, words: Words, hits: list[TitleHit], names: NameReader, bodies: BodyReader) -> None:
        self._scene = scene
        self._words = words
        self._names = names
        self._bodies = bodies
        self._by_last = {hit.last: hit for hit in hits}
        self.title_at = {hit.word: hit for hit in hits}

    def chain(self, hit: TitleHit) -> Chain:
        """Walks left from a title over bodies, units, modifiers and joint titles to where a name may stand."""
        bodies: list[Body] = [hit.body] if hit.body else []
        former = False
        right = hit.word
        for _ in range(_STEPS):
            left = self.neighbour(right)
            step = self._step(hit, left, right, bool(bodies)) if left is not None else None
            if left is None or step is None:
                break
            former = former or self._words[left].text in _FORMER
            right, body = step
            if body is not None:
                bodies.append(body)
        return Chain(right, tuple(bodies), former)

    def _step(self, hit: TitleHit, left: int, right: int, has_body: bool) -> tuple[int, Body | None] | None:
        """Over one word: where the walk stands then, and the body the word names. None when it is no such word."""
        word = self._words[left].text
        if word in SKIPPED:
            return left, None
        if word in _OWNERS:
            return left, self._bodies.of_office(_OWNERS[word], "central")
        joint = self._by_last.get(left)
        if joint is not None and self._crosses(joint, hit, right):
            return joint.word, None if has_body else joint.body
        body = self.body(left) or (Body(word, "public") if word in LEVEL_WORDS and hit.compound else None)
        if body is None or body.kind in ("central", "firm"):
            body = self._ministry_abroad(left) or body
        return (left, body) if body is not None or self.is_unit(left) else None

    def _ministry_abroad(self, index: int) -> Body | None:
        """인도 상공부, EU 집행위원회: called like a ministry, straight after a country or a body abroad."""
        word = self._words[index].text
        if index == 0 or self._words.joint(index - 1) != "space" or not _MINISTRY.fullmatch(word):
            return None
        before = self.body(index - 1)
        if before is None or before.kind != "foreign":
            return None
        return Body(word if before.country else f"{before.name} {word}", "foreign")

    def _crosses(self, joint: TitleHit, hit: TitleHit, right: int) -> bool:
        """Whether the name may stand before another title: "A 부총리 겸 장관"; but not in "A 차관 IOC 위원장"."""
        return not joint.particle and (self._words[right].text == "겸" or joint.opens or right == hit.word)

    def neighbour(self, right: int) -> int | None:
        """The word that stands before ``right``, over a short bracket if there is one."""
        while right > 0 and self._words.joint(right - 1) == "dot" and self.is_unit(right):
            right -= 1  # 방위사업·산업기술범죄수사부
        joint = self._words.joint(right - 1) if right > 0 else "other"
        if joint in ("space", "cell"):
            return right - 1
        return self._words.before_bracket(right) if joint == "close" else None

    def opened(self, index: int) -> bool:
        """Whether a bracket opens before the word: 관세청(청장 김도윤)."""
        return index > 0 and self._words.joint(index - 1) == "open"

    def body(self, index: int) -> Body | None:
        """The body that one word names, with the place before it: 서울 남대문경찰서."""
        word = self._words[index].text
        body = self._bodies.read(word)
        if body is None or body.kind != "public" or self._bodies.is_place_word(word):
            return body
        before = self._words[index - 1].text if index and self._words.joint(index - 1) == "space" else ""
        if before and self._bodies.is_place_word(before) and body.name == word:
            return replace(body, name=f"{before} {word}")
        return body

    def is_unit(self, index: int) -> bool:
        """A unit of a body or a place: neither names the body."""
        word = self._words[index]
        if self._bodies.is_place_word(word.text):
            return True
        if word.text[-1] == "과" and _DIVISION.fullmatch(word.text):
            return True
        last = self._scene.token_at(word.end - 1)
        if last is not None and last.tag[0] == "J":  # "장관과", and not 정책과
            return False
        return bool(_UNIT.fullmatch(word.text)) and self._names.confidence(word.text, word.start) < 0.6

    def is_desk(self, index: int) -> bool:
        """A unit such as ministries have, straight before the next word."""
        return index >= 0 and self._words.joint(index) == "space" and bool(_DESK.fullmatch(self._words[index].text))

    def before_name(self, index: int) -> tuple[Body, ...]:
        """Bodies straight before a name: 조달청의 임기근 청장, 서울 강남경찰서 홍길동 서장."""
        bodies: list[Body] = []
        right = index
        for _ in range(4):
            left = index - 1 if right == index and self.opened(index) else self.neighbour(right)
            if left is None:
                break
            body = self._owner(left)
            if body is None and self._words[left].text not in SKIPPED and not self.is_unit(left):
                break
            if body is not None:
                bodies.append(body)
            right = left
        return tuple(bodies)

    def _owner(self, index: int) -> Body | None:
        """A body, also as a genitive; a single syllable is none: "회의 중 홍길동 의원"."""
        word = self._words[index].text
        if len(word) == 1:
            return None
        return self.body(index) or (self._bodies.read(word[:-1]) if word.endswith("의") else None)


def nearest(inner: tuple[Body, ...], outer: tuple[Body, ...], hit: TitleHit) -> Body | None:
    """The body of an office among those beside it: the one nearest to the title; a country makes it foreign."""
    chain = inner or outer
    if not chain:
        return None
    country = next((body for body in (*inner, *outer) if body.country), None)
    if country is None or chain[0] is country or chain[0].kind == "public":
        return chain[0]
    if chain[0] is hit.body and not hit.compound:  # 대통령, 총리: the country itself
        return country
    return Body(f"{country.name} {chain[0].name}", "foreign")
