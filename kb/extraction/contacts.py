"""Telephone numbers and their owners."""

from __future__ import annotations

from kb.extraction.scene import Scene
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import Mention


def find_contacts(scene: Scene, gazetteer: Gazetteer) -> list[Mention]:
    return []
