"""Units of agencies named in a text."""

from __future__ import annotations

from kb.extraction.scene import Scene
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import Mention


def find_departments(scene: Scene, gazetteer: Gazetteer) -> list[Mention]:
    return []
