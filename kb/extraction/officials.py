"""Officials of a post: one office for each named person, every mention of the name.

Owns the way from a scene to mentions: titles are found (``officials_titles``), joined to names
(``officials_phrases``), weighed person by person (``officials_judge``). Must not know any of their rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kb.extraction.officials_bodies import BodyReader
from kb.extraction.officials_claims import Claim
from kb.extraction.officials_judge import Judge, Office
from kb.extraction.officials_names import PARTICLES, NameReader
from kb.extraction.officials_phrases import PhraseReader
from kb.extraction.officials_titles import find_titles
from kb.extraction.scene import Scene
from kb.gazetteer.gazetteer import Gazetteer
from kb.gazetteer.titles import Title
from kb.model import EntityRef, Mention

_AFTER_NAME = re.compile(rf"(?:{'|'.join(PARTICLES)})?(?![가-힣A-Za-z0-9])")


def find_officials(scene: Scene, gazetteer: Gazetteer) -> list[Mention]:
    """All named persons with a public office, every mention of each with the same reference."""
    bodies = BodyReader(gazetteer, scene.date)
    words, hits = find_titles(scene.text, gazetteer, bodies)
    if not hits:
        return []
    titles = gazetteer.titles.titles
    names = NameReader(scene, gazetteer.titles.names, lambda word: word in titles or bodies.names(word), _rank(titles))
    judge = Judge(scene, gazetteer.titles, bodies, PhraseReader(scene, words, hits, names, bodies).claims())
    offices = list(judge.offices())
    found = list(_by_surname(scene, offices))
    for office in offices:
        found += _mentions(scene, office, judge.of(office.claim.name))
    return sorted(found, key=lambda mention: mention.start)


def _rank(titles: dict[str, Title]) -> Callable[[str], bool]:
    """Whether a surname before the word makes "김 실장" of it; 윤주석, 김대신 and 임수석 are names."""
    return lambda word: word in titles and word not in ("주석", "대신", "감사", "수석")


def _ref(office: Office) -> EntityRef:
    return EntityRef("official", office.claim.name, agency=office.body, title=office.title, office_kind=office.kind)


def _mentions(scene: Scene, office: Office, claims: list[Claim]) -> Iterator[Mention]:
    """The claimed places first, then every other place where the full name stands."""
    ref = _ref(office)
    claimed = {claim.start: claim for claim in claims}
    for claim in claimed.values():
        yield scene.mention(ref, claim.start, claim.end, claim.rule, claim.confidence)
    for start in _occurrences(scene.text, ref.name):
        if start not in claimed:
            yield scene.mention(ref, start, start + len(ref.name), "official:name-again", 0.7)


def _by_surname(scene: Scene, offices: list[Office]) -> Iterator[Mention]:
    """최 정책관은, 윤 대통령의: surname and closing word, where only one person of the post answers to them."""
    answers: dict[str, list[Office]] = {}
    for office in offices:
        if 2 <= len(office.claim.name) <= 3:
            answers.setdefault(f"{office.claim.name[0]} {office.claim.hit.kind.word}", []).append(office)
    for words, meant in answers.items():
        if len(meant) == 1:
            for start in _occurrences(scene.text, words):
                yield scene.mention(_ref(meant[0]), start, start + len(words), "official:surname-title", 0.6)


def _occurrences(text: str, name: str) -> Iterator[int]:
    """Where the name stands as a word of its own, with or without a particle."""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if (at == 0 or not text[at - 1].isalnum()) and _AFTER_NAME.match(text, end):
            yield at
        at = text.find(name, end)
