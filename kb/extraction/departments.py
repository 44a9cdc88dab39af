"""The departments among the desks of a post.

Owns which units become mentions and how certain they are. Must not know where desks stand nor who owns a number.
"""

from __future__ import annotations

from kb.extraction.desk_search import desks_of
from kb.extraction.desks import Desk
from kb.extraction.scene import Scene
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import EntityRef, Mention


def find_departments(scene: Scene, gazetteer: Gazetteer) -> list[Mention]:
    """Every unit of every desk that is an agency's, or whose agency the post does not give."""
    found: dict[tuple[int, int], Mention] = {}
    for desk in desks_of(scene, gazetteer):
        if desk.is_body:
            continue
        rule, confidence = _judged(desk)
        for unit in desk.units:
            entity = EntityRef("department", unit.name, agency=desk.agency)
            found.setdefault((unit.start, unit.end), scene.mention(entity, unit.start, unit.end, rule, confidence))
    return list(found.values())


def _judged(desk: Desk) -> tuple[str, float]:
    if desk.agency is None:
        return "department:bare", 0.7
    return ("department:inherited", 0.9) if desk.inherited else ("department:agency", 0.97)
