"""Appointments and nominations: the new office and its holder stand around a verb, not side by side.

Owns "홍길동 의원을 신임 차관으로 임명", "태영호가 민주평통 사무처장으로 취임". Must not know the plain orders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.extraction.officials_bodies import Body
from kb.extraction.officials_claims import Claim, claim
from kb.extraction.officials_names import NameReader
from kb.extraction.officials_near import Chain, Surroundings, nearest
from kb.extraction.officials_titles import TitleHit
from kb.extraction.officials_words import Words
from kb.extraction.scene import Scene

_OF_OBJECT = "임명|내정|지명|선임|발탁|위촉|기용|선출|임용|보임|낙점|추대|영입|제청"
_OF_SUBJECT = "취임|승진|부임|복귀"
_FOLLOWS = re.compile(f"{_OF_OBJECT}|{_OF_SUBJECT}|발령|인선")
_FOLLOWS_SUBJECT = re.compile(f"{_OF_SUBJECT}|(?:{_OF_OBJECT})(?:되|된|될|됐|됨|받)")
APPOINTED = re.compile(rf"(?:{_OF_OBJECT}|{_OF_SUBJECT})(?:된|한|됐던|했던)")
_ROLE = re.compile(r"[가-힣]*(?:교수|변호사|대표|박사|회장|사장|원장|총장|위원|이사|고문|기자|씨)(?:이|가|을|를|은|는)")
_RULE = "official:appointment"
_REACH = 40  # characters from a title to its verb
_REACH_OF_SEVERAL = 200  # "A에 B를, C에 D를 각각 임명"


class Appointments:
    """Reads the appointments of one scene."""

    def __init__(self, scene: Scene, words: Words, names: NameReader, near: Surroundings) -> None:
        self._scene = scene
        self._words = words
        self._names = names
        self._near = near

    def follow(self, hit: TitleHit, of_subject: bool = False) -> bool:
        """Whether a verb of appointing follows the title; ``of_subject``: one that says so of its subject."""
        end = self._scene.sentence_bounds(hit.end)[1]
        verb = _FOLLOWS_SUBJECT if of_subject else _FOLLOWS
        several = "각각" in self._scene.text[hit.end : min(end, hit.end + _REACH_OF_SEVERAL)]
        reach = min(end, hit.end + (_REACH_OF_SEVERAL if several else _REACH))
        return verb.search(self._scene.text, hit.end, reach) is not None

    def around(self, hit: TitleHit, chain: Chain, by_title: dict[int, list[Claim]]) -> Iterator[Claim]:
        """The person before the title: object of the verb, or subject of one that appoints its subject."""
        left = self._near.neighbour(chain.first)
        if left is None or hit.particle not in ("에", "으로", "로") or not self.follow(hit):
            return
        word = self._words[left]
        if not word.text.endswith(("을", "를")) and not self.follow(hit, of_subject=True):
            return
        body = nearest(chain.bodies, (), hit)
        if left in by_title:
            for other in by_title[left]:
                yield claim(hit, other.name, other.start, body, _RULE, other.confidence)
            return
        found = self._names.with_particle(word.text, word.start)
        if found is not None and found[0] != word.text:
            yield claim(hit, found[0], word.start, body, _RULE, found[1])
        elif _ROLE.fullmatch(word.text):
            yield from self._with_role(hit, left, body)

    def _with_role(self, hit: TitleHit, role: int, body: Body | None) -> Iterator[Claim]:
        """유상임 서울대 재료공학부 교수를 … 장관 후보자로 지명: the name a few words before a private role."""
        for index in range(role - 1, max(role - 5, -1), -1):
            if self._words.joint(index) != "space":
                return
            word = self._words[index]
            confidence = self._names.confidence(word.text, word.start)
            if confidence >= 0.9:
                yield claim(hit, word.text, word.start, body, _RULE, confidence - 0.1)
                return
