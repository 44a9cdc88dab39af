"""Whose a bare desk is: one whose agency is printed elsewhere in the post, or nowhere.

Owns the search for that agency, from the row outwards. Must not know where desks were found nor who owns a number.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

from kb.extraction.desks import Desk
from kb.extraction.phones import Phone
from kb.extraction.scene import Scene


def adopted(scene: Scene, desks: list[Desk], phones: list[Phone]) -> list[Desk]:
    """All desks; those without agency take the one printed near them, or the one that the post is about.

    Several bare desks on several exchanges belong to several agencies: nobody can tell which.
    """
    bare = {unit.name for desk in desks if desk.agency is None for unit in desk.units}
    exchanges = {phone.number.rpartition("-")[0] for phone in phones}
    alone = main_agency(scene) if len(bare) <= 2 or len(exchanges) == 1 else None
    kept: list[Desk] = []
    for desk in desks:
        if desk.agency is None:
            owner = _in_row(scene, desk, desks) or _above(scene, desk, kept)
            desk = desk.under(owner.agency, owner.is_body) if owner else desk.under(alone)
        kept.append(desk)
    return kept


def main_agency(scene: Scene) -> str | None:
    """The agency that the post is about: two in three of its mentions of agencies name it."""
    counts = Counter(mention.entity.name for mention in scene.mentions("agency"))
    name, count = counts.most_common(1)[0] if counts else ("", 0)
    return name if count and 3 * count >= 2 * counts.total() else None


def _in_row(scene: Scene, desk: Desk, desks: list[Desk]) -> Desk | None:
    """The desk in the same row of a table that tells the agency."""
    block = scene.block_of(desk.start)
    if block is None or block.kind != "row":
        return None
    first, last = (bisect_left(desks, place, key=lambda d: d.start) for place in (block.start, block.end))
    return next((other for other in reversed(desks[first:last]) if other.agency), None)


def _above(scene: Scene, desk: Desk, before: list[Desk]) -> Desk | None:
    """The last desk in this block or the one before; a body's only in this block."""
    at = scene.block_index(desk.start)
    if at is None:
        return None
    here, floor = scene.blocks[at].start, scene.blocks[max(0, at - 1)].start
    for earlier in reversed(before):
        if earlier.start < floor:
            return None
        if earlier.agency and earlier.start >= (here if earlier.is_body else floor):
            return earlier
    return None
