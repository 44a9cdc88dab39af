"""Joins names to titles by the orders of Korean prose, one sentence part at a time.

Each reader starts from a title and looks left ("최우혁 산업부 무역안보정책관", "관세청 한창령 조사국장"), right
("장관인 안덕근은") or around it ("홍길동 의원을 신임 차관으로 임명"). Must not weigh persons against each
other, nor look for a body further away than the words beside name and title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kb.extraction.officials_bodies import Body, BodyReader
from kb.extraction.officials_names import NameReader
from kb.extraction.officials_titles import TitleHit
from kb.extraction.officials_words import Words
from kb.extraction.scene import Scene

_SKIPPED = frozenset(
    "신임 전 현 前 現 신 전임 현임 후임 초대 차기 당시 겸 겸임 한국 대한민국 우리 우리나라 제 민간 소속 산하 측"
    " 등 담당 부문 공동 이임 취임한 신임인 첫 씨 국무위원 상임 수석 전직 현직 영장전담 형사 민사 행정 합의"
    " 재판장".split()
)
_FORMER = frozenset(("전", "前", "전임", "전직"))
_UNIT = re.compile(r"[가-힣A-Za-z0-9·]{2,}(?:국|실|과|단|팀|부|본부|센터|관|원|위|회|처|소|반|TF|대|청|군|단독)")
_DESK = re.compile(r"[가-힣]{3,}(?:과|국|담당관실|정책관실|추진단)")
_APPOINTS = re.compile(
    r"임명|내정|지명|선임|발탁|위촉|기용|선출|취임|승진|부임|임용|보임|발령|인선|낙점|추대|영입|복귀|제청|추천"
)
_IS_APPOINTED = re.compile(
    r"취임|승진|부임|복귀|(?:임명|내정|지명|선임|발탁|위촉|기용|선출|임용|보임|낙점|추대|영입)(?:되|된|될|됐|됨|받)"
)
_APPOINTED = re.compile(r"(?:임명|내정|지명|선임|발탁|위촉|선출|취임|승진|부임)(?:된|한|됐던|했던)")
_ROLE = re.compile(r"[가-힣]*(?:교수|변호사|대표|박사|회장|사장|원장|총장|위원|이사|고문|기자|씨)(?:이|가|을|를|은|는)")
LEVEL_WORDS = ("도", "시", "군", "구")  # 김도윤 도 자치행정국장: the province that the post is about
_BRIDGE = frozenset(("", "인", "이자", "이었던", "이던", "였던"))
# Offices that stand before those of their staff: "대통령 비서실장", "국무총리 비서실장".
_OWNERS = {"대통령": "대통령실", "총리": "국무총리비서실", "국무총리": "국무총리비서실", "청와대": "대통령실"}
_RUN_TOGETHER = ("대통령", "총리", "국무총리", "부총리", "장관", "차관", "청장", "처장", "의원")
_STEPS = 8


@dataclass(frozen=True, slots=True)
class Claim:
    """At ``[start, end)`` stands the name of a person who is given the title of ``hit`` and the body."""

    name: str
    start: int
    end: int
    hit: TitleHit
    title: str
    body: Body | None
    former: bool
    rule: str
    confidence: float
    desk: bool = False  # a unit of a ministry stands beside name or title: 조사총괄과 김도윤 과장


@dataclass(frozen=True, slots=True)
class _Chain:
    """What stands between a name and its title: where it begins, and the bodies in it."""

    first: int
    bodies: tuple[Body, ...]
    former: bool


class PhraseReader:
    """Reads the claims of one scene."""

    def __init__(self, scene: Scene, words: Words, hits: list[TitleHit], names: NameReader, bodies: BodyReader) -> None:
        self._scene = scene
        self._words = words
        self._hits = hits
        self._names = names
        self._bodies = bodies
        self._by_last = {hit.last: hit for hit in hits}
        self._by_word = {hit.word: hit for hit in hits}

    def claims(self) -> list[Claim]:
        """All claims in reading order of their titles."""
        found: list[Claim] = []
        by_title: dict[int, list[Claim]] = {}
        taken: set[int] = set()
        for hit in self._hits:
            if hit.opens:
                continue
            chain = self._chain(hit)
            mine = list(self._run_together(hit)) or list(self._left(hit, chain, taken))
            mine = mine or list(self._bracket(hit, chain, by_title)) or list(self._appointed_left(hit, chain, by_title))
            mine = mine or list(self._right(hit, chain))
            taken.update(claim.start for claim in mine if claim.rule == "official:title-name")
            by_title[hit.last] = mine
            found += mine
        return found

    # -- the words before a title -------------------------------------------------------------

    def _chain(self, hit: TitleHit) -> _Chain:
        """Walks left over bodies, units, modifiers and joint titles to where a name may stand."""
        bodies: list[Body] = [hit.body] if hit.body else []
        former = False
        right = hit.word
        for _ in range(_STEPS):
            left = self._neighbour(right)
            if left is None:
                break
            word = self._words[left].text
            former = former or word in _FORMER
            joined = self._words[right].text == "겸"
            if word in _SKIPPED:
                right = left
                continue
            if word in _OWNERS:
                bodies.append(self._bodies.of_office(_OWNERS[word], "central"))
                right = left
                continue
            joint_title = self._by_last.get(left)
            if joint_title is not None and not joint_title.particle and self._crosses(joint_title, joined, right, hit):
                if joint_title.body and not bodies:
                    bodies.append(joint_title.body)
                right = joint_title.word
                continue
            body = self._body(left) or (Body(word, "public") if word in LEVEL_WORDS and hit.compound else None)
            if body is None and not self._is_unit(left):
                break
            if body is not None:
                bodies.append(body)
            right = left
        return _Chain(right, tuple(bodies), former)

    @staticmethod
    def _crosses(joint_title: TitleHit, joined: bool, right: int, hit: TitleHit) -> bool:
        """Whether the name may stand before another title: "A 부총리 겸 장관"; but not in "A 차관 IOC 위원장"."""
        return joined or joint_title.opens or right == hit.word

    def _neighbour(self, right: int) -> int | None:
        """The word that stands before ``right``, over a short bracket if there is one."""
        joint = self._words.joint(right - 1) if right > 0 else "other"
        if joint in ("space", "cell"):
            return right - 1
        return self._words.before_bracket(right) if joint == "close" else None

    def _body(self, index: int) -> Body | None:
        word = self._words[index].text
        body = self._bodies.read(word)
        if body is None or body.kind != "public":
            return body
        before = self._words[index - 1].text if index and self._words.joint(index - 1) == "space" else ""
        if before and self._bodies.is_place_word(before) and body.name == word:
            return replace(body, name=f"{before} {word}")
        return body

    def _is_unit(self, index: int) -> bool:
        word = self._words[index]
        if self._bodies.is_place_word(word.text):
            return True
        last = self._scene.token_at(word.end - 1)
        if last is not None and last.tag[0] == "J":  # "장관과", and not 정책과
            return False
        return bool(_UNIT.fullmatch(word.text)) and self._names.confidence(word.text, word.start) < 0.6

    # -- name before title ----------------------------------------------------------------------

    def _left(self, hit: TitleHit, chain: _Chain, taken: set[int]) -> Iterator[Claim]:
        left = self._neighbour(chain.first)
        if left is None or (self._words.joint(left) == "cell" and self._words[left].start in taken):
            return
        names = list(self._named(left))
        abroad = list(self._foreign(hit, left, chain, alone=not names))
        if abroad or not names:
            yield from abroad
            return
        if names[0][2] <= 0.5 and not chain.bodies:
            return
        outer = self._before_name(left) if names else ()
        body = _nearest(chain.bodies, outer, hit)
        rule = "official:name-title" if chain.bodies or not outer else "official:body-name-title"
        if self._joined_to_another(hit):
            rule = "official:joint"
        elif len(names) > 1:
            rule = "official:names-title"
        desk = self._is_desk(left - 1) or self._is_desk(hit.word - 1)
        for name, start, confidence in names:
            claim = self._claim(hit, name, start, body, chain.former, rule, confidence)
            yield replace(claim, desk=desk)

    def _is_desk(self, index: int) -> bool:
        return index >= 0 and self._words.joint(index) == "space" and bool(_DESK.fullmatch(self._words[index].text))

    def _joined_to_another(self, hit: TitleHit) -> bool:
        """사무처장 겸 부위원장: the last office of such a row is the one to list."""
        following = hit.last + 1
        return following < len(self._words) and self._words[following].text == "겸"

    def _foreign(self, hit: TitleHit, left: int, chain: _Chain, alone: bool) -> Iterator[Claim]:
        """조 바이든 미국 대통령, 일본 무로후시 고지 스포츠청장: a name of several words with a sign of another country.

        ``alone``: the last word by itself is no Korean name, so that a lesser sign will do.
        """
        first = self._first_of_foreign(left)
        if first is None or (first == left and len(self._words[left].text) < 5):
            return
        outer = self._before_name(first)
        body = _nearest(chain.bodies, outer, hit)
        abroad = alone and hit.kind.evidence in ("alone", "foreign") if body is None else body.kind == "foreign"
        abroad = abroad or (alone and body is not None and body is hit.body and hit.title in ("대통령", "총리"))
        if abroad:
            start, end = self._words[first].start, self._words[left].end
            name = self._scene.text[start:end]
            claim = self._claim(hit, name, start, body, chain.former, "official:foreign-name", 0.7)
            yield replace(claim, body=body if body and body.kind == "foreign" else Body("", "foreign"))

    def _first_of_foreign(self, left: int) -> int | None:
        """Where a name of up to three words that closes with ``left`` begins; None when there is none."""
        first = None
        for index in range(left, max(left - 3, -1), -1):
            word = self._words[index]
            if index < left and self._words.joint(index) != "space":
                break
            if self._bodies.read(word.text) is not None or not self._names.foreign(word.text, word.start):
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

    def _before_name(self, index: int) -> tuple[Body, ...]:
        """Bodies straight before a name: 조달청의 임기근 청장, 서울 강남경찰서 홍길동 서장."""
        bodies: list[Body] = []
        right = index
        for _ in range(4):
            left = self._neighbour(right)
            if left is None and right == index and index and self._words.joint(index - 1) == "open":
                left = index - 1  # 수원지법 형사11부(신진우 부장판사)
            if left is None:
                break
            word = self._words[left].text
            body = self._body(left) or (self._bodies.read(word[:-1]) if word.endswith("의") else None)
            body = body if len(word) > 1 else None  # "회의 중 홍길동 의원"
            if body is None and word not in _SKIPPED and not self._is_unit(left):
                break
            if body is not None:
                bodies.append(body)
            right = left
        return tuple(bodies)

    def _run_together(self, hit: TitleHit) -> Iterator[Claim]:
        """윤석열대통령, 안덕근장관: only titles that need no other evidence."""
        word = self._words[hit.word]
        name = self._scene.text[hit.start : hit.start + 3]
        if not hit.compound or hit.kind.word not in _RUN_TOGETHER or name + hit.kind.word != hit.office:
            return
        confidence = self._names.confidence(name, word.start)
        if confidence >= 0.9:
            bare = replace(hit, title=hit.kind.word + hit.acting, compound=False)
            yield self._claim(bare, name, hit.start, None, False, "official:run-together", confidence - 0.1)

    # -- title before name ----------------------------------------------------------------------

    def _right(self, hit: TitleHit, chain: _Chain) -> Iterator[Claim]:
        right = hit.last + 1
        joint = self._words.gap(hit.last, right)
        if right + 1 < len(self._words) and _APPOINTED.fullmatch(self._words[right].text):
            right += 1  # 장관 후보자로 지명된 김도윤
        appointing = hit.particle in ("에", "으로", "로", "에는", "으로는", "로는") and self._appoints(hit)
        if not appointing and (hit.particle not in _BRIDGE or joint not in ("space", "cell", "comma", "open")):
            return
        if right >= len(self._words) or joint not in ("space", "cell", "comma", "open"):
            return
        word = self._words[right]
        found = self._names.with_particle(word.text, word.start)
        opened = chain.first > 0 and self._words.joint(chain.first - 1) == "open"  # 관세청(청장 김도윤)
        if found is None or found[1] < (0.7 if appointing or opened or hit.particle == "인" else 0.9):
            return
        if not appointing and found[0] == word.text and self._own_title(right, hit):
            return
        rule = "official:appointment" if appointing else "official:title-name"
        body = _nearest(chain.bodies, self._before_name(chain.first) if opened else (), hit)
        yield self._claim(hit, found[0], word.start, body, chain.former, rule, found[1] - 0.05)

    def _own_title(self, index: int, hit: TitleHit) -> bool:
        """Whether the name at ``index`` has a title of its own after it, other than that of ``hit``."""
        for right in range(index + 1, min(index + 5, len(self._words))):
            if self._words.joint(right - 1) != "space":
                return False
            if right in self._by_word:
                return self._by_word[right].title != hit.title
            if self._body(right) is None and self._words[right].text not in _SKIPPED and not self._is_unit(right):
                return False
        return False

    def _appoints(self, hit: TitleHit, of_subject: bool = False) -> bool:
        """Whether a verb of appointing follows; ``of_subject``: one that says so of its subject."""
        end = self._scene.sentence_bounds(hit.end)[1]
        verb = _IS_APPOINTED if of_subject else _APPOINTS
        reach = end if "각각" in self._scene.text[hit.end : end] else min(end, hit.end + 40)
        return verb.search(self._scene.text, hit.end, reach) is not None

    def _appointed_left(self, hit: TitleHit, chain: _Chain, by_title: dict[int, list[Claim]]) -> Iterator[Claim]:
        """홍길동 의원을 신임 차관으로 임명, 태영호가 민주평통 사무처장으로 취임."""
        left = self._neighbour(chain.first)
        if left is None or hit.particle not in ("에", "으로", "로") or not self._appoints(hit):
            return
        body = _nearest(chain.bodies, (), hit)
        word = self._words[left]
        if not word.text.endswith(("을", "를")) and not self._appoints(hit, of_subject=True):
            return
        for claim in by_title.get(left, ()):
            yield self._claim(hit, claim.name, claim.start, body, False, "official:appointment", claim.confidence)
        found = self._names.with_particle(word.text, word.start) if left not in by_title else None
        if found is not None and found[0] != word.text:
            yield self._claim(hit, found[0], word.start, body, False, "official:appointment", found[1])
        elif left not in by_title and _ROLE.fullmatch(word.text):
            yield from self._with_role(hit, left, body)

    def _with_role(self, hit: TitleHit, role: int, body: Body | None) -> Iterator[Claim]:
        """유상임 서울대 재료공학부 교수를 … 장관 후보자로 지명: the name a few words before a private role."""
        for index in range(role - 1, max(role - 5, -1), -1):
            if self._words.joint(index) != "space":
                return
            word = self._words[index]
            confidence = self._names.confidence(word.text, word.start)
            if confidence >= 0.9:
                yield self._claim(hit, word.text, word.start, body, False, "official:appointment", confidence - 0.1)
                return

    def _bracket(self, hit: TitleHit, chain: _Chain, by_title: dict[int, list[Claim]]) -> Iterator[Claim]:
        """안덕근(산업통상자원부 장관); a second office in a bracket behind the first one."""
        left = chain.first - 1
        if left < 0 or self._words.joint(left) != "open":
            return
        body = _nearest(chain.bodies, (), hit)
        for claim in by_title.get(left, ()):
            yield self._claim(hit, claim.name, claim.start, body, chain.former, "official:second", claim.confidence)
        if left not in by_title:
            for name, start, confidence in self._named(left):
                yield self._claim(hit, name, start, body, chain.former, "official:bracket", confidence)

    def _claim(
        self, hit: TitleHit, name: str, start: int, body: Body | None, former: bool, rule: str, confidence: float
    ) -> Claim:
        return Claim(name, start, start + len(name), hit, hit.title, body, former, rule, round(confidence, 2))


def _nearest(inner: tuple[Body, ...], outer: tuple[Body, ...], hit: TitleHit) -> Body | None:
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
