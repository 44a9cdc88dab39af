"""Decides what a post is about, by adding up the words that speak for each topic.

The sum is open to inspection: a word in the title counts 4 points, in the lead or a heading 2, in
the body 1; the same word counts at most three times in the body; a supporting word counts a fifth
of a strong one and all of them together no more than half of the strong ones; a word of another
matter takes away what a strong one gives. Long posts need more, short ones less. The passages that
decided are the strong words that gave most. What each number was tried against: docs/decisions/0241.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from kb.extraction.scene import Scene
from kb.extraction.vocabulary import Vocabulary, inside_latin_word
from kb.gazetteer.gazetteer import Gazetteer
from kb.gazetteer.topics import TopicList, TopicWord
from kb.model import EntityRef, Mention

THRESHOLD = 5.0
_PLACES = {"title": 4.0, "lead": 2.0, "heading": 2.0}
_SUPPORT, _AGAINST = 0.2, 1.0
_SHARE = 0.15  # of the strongest topic's score: what weighs less is passing
_BODY_CAP = 3  # times that one word counts in the body
_USUAL_LENGTH = 1500  # characters; what is needed grows with the root of the length
_SHOWN = 3  # passages
_REACH = 150  # characters to the partner of a word


class _Hit(NamedTuple):
    word: TopicWord
    start: int
    end: int
    points: float


@dataclass(slots=True)
class Evidence:
    """What speaks for one topic in one post."""

    strong: float = 0.0
    support: float = 0.0
    against: float = 0.0
    hits: list[_Hit] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    reached: int = 0  # end of the last word: words do not overlap

    @property
    def score(self) -> float:
        return self.strong + min(self.support, self.strong / 2) - self.against


def find_topics(scene: Scene, gazetteer: Gazetteer) -> list[Mention]:
    """Up to three mentions for each topic of the post: its best passages."""
    found: list[Mention] = []
    weighed = weigh(scene, gazetteer.topics)
    needed = max([THRESHOLD * _demand(scene), *(_SHARE * evidence.score for evidence in weighed.values())])
    for topic, evidence in weighed.items():
        surplus = evidence.score / needed
        if surplus >= 1:
            found += _passages(scene, topic, evidence, min(0.99, 0.5 + 0.2 * surplus))
    return sorted(found, key=lambda mention: mention.start)


def weigh(scene: Scene, topics: TopicList) -> dict[str, Evidence]:
    """The evidence for every topic that has any."""
    found: dict[str, Evidence] = {}
    for start, end, word in _words(scene, topics):
        evidence = found.setdefault(word.topic, Evidence())
        if start >= evidence.reached:
            evidence.reached = end
            _count(evidence, word, start, end, _place(scene, start))
    return found


@lru_cache(maxsize=4)
def _vocabulary(topics: TopicList) -> Vocabulary:
    return Vocabulary(topics.spellings)


def _words(scene: Scene, topics: TopicList) -> Iterator[tuple[int, int, TopicWord]]:
    for start, spelling in _vocabulary(topics).occurrences(scene.text):
        end = start + len(spelling)
        if spelling.isascii() and inside_latin_word(scene.text, start, end):
            continue
        for word in topics.spellings[spelling]:
            if word.near is None or _has_partner(scene, word.near, start, end):
                yield start, end, word


def _has_partner(scene: Scene, near: re.Pattern[str], start: int, end: int) -> bool:
    """In the same sentence, and not further off than a long sentence goes: one line may hold a whole book."""
    first, last = scene.sentence_bounds(start)
    return near.search(scene.text, max(first, start - _REACH), min(last, end + _REACH)) is not None


def _place(scene: Scene, offset: int) -> float:
    block = scene.block_of(offset)
    return _PLACES.get(block.kind, 1.0) if block else 1.0


def _count(evidence: Evidence, word: TopicWord, start: int, end: int, place: float) -> None:
    if place == 1.0:
        times = evidence.counted[word.word] = evidence.counted.get(word.word, 0) + 1
        if times > _BODY_CAP:
            return
    if word.role == "support":
        evidence.support += _SUPPORT * place
    elif word.role == "against":
        evidence.against += _AGAINST * place
    else:
        evidence.strong += place
        evidence.hits.append(_Hit(word, start, end, place))


def _demand(scene: Scene) -> float:
    return min(1.5, max(0.6, math.sqrt(len(scene.text) / _USUAL_LENGTH)))


def _passages(scene: Scene, topic: str, evidence: Evidence, confidence: float) -> Iterator[Mention]:
    """The best hits, no word twice."""
    best: dict[str, _Hit] = {}
    for hit in sorted(evidence.hits, key=lambda hit: (-hit.points, hit.start)):
        best.setdefault(hit.word.word, hit)
    for hit in list(best.values())[:_SHOWN]:
        yield scene.mention(EntityRef("topic", topic), hit.start, hit.end, "topic-words", round(confidence, 2))
