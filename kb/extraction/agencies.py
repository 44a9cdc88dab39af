"""Agencies named in a text: longest name first, then what stands around it decides.

Owns which stretches of a text name a central body. Must not know units, persons or numbers.
"""

from __future__ import annotations

from functools import lru_cache

import ahocorasick

from kb.extraction.scene import Scene
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import EntityRef, Mention


@lru_cache(maxsize=4)
def _automaton(gazetteer: Gazetteer) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for name in gazetteer.agencies.written():
        automaton.add_word(name, name)
    automaton.make_automaton()
    return automaton


def find_agencies(scene: Scene, gazetteer: Gazetteer) -> list[Mention]:
    """All agencies named in the scene, in reading order."""
    found = []
    for last, name in _automaton(gazetteer).iter_long(scene.text):
        start, end = last + 1 - len(name), last + 1
        agency = gazetteer.agencies.read(name, scene.date)
        if agency is not None:
            found.append(scene.mention(EntityRef("agency", agency.name), start, end, "agency:name", 0.9))
    return found
