"""From a post and its morphemes to its mentions: runs the finders in order.

A finder is a function ``find_xxx(scene, gazetteer)`` that returns mentions and sees, through the
scene, what the finders before it found. To add one, add it to ``FINDERS``. Knows no store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

import kb.extraction
import kb.gazetteer
from index.analysis.stream import Analysis
from kb.extraction.agencies import find_agencies
from kb.extraction.contacts import find_contacts
from kb.extraction.countries import find_countries
from kb.extraction.departments import find_departments
from kb.extraction.officials import find_officials
from kb.extraction.references import find_references
from kb.extraction.scene import Scene
from kb.extraction.topics import find_topics
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import Extraction, Mention, Post

Finder = Callable[[Scene, Gazetteer], Iterable[Mention]]

FINDERS: tuple[Finder, ...] = (
    find_agencies,
    find_departments,
    find_officials,
    find_contacts,
    find_countries,
    find_topics,
    find_references,
)


class Extractor:
    """Finds every entity of a post. Holds no state between posts."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.fingerprint = _fingerprint(gazetteer)

    def extract(self, post: Post, analysis: Analysis | None) -> Extraction:
        scene = Scene(post, analysis)
        for find in FINDERS:
            scene.add(find(scene, self.gazetteer))
        return Extraction(scene.all_mentions())


def _fingerprint(gazetteer: Gazetteer) -> str:
    """Changes whenever the rules or the gazetteer do: the store extracts anew what bears another.

    The rules are the sources of the two packages themselves, so no version number can be forgotten.
    """
    digest = hashlib.blake2b(gazetteer.fingerprint.encode(), digest_size=16)
    for package in (kb.extraction, kb.gazetteer):
        for source in sorted(Path(str(package.__file__)).parent.glob("*.py")):
            digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()
