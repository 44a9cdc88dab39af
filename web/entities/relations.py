"""The relations picture: an entity in the middle, who and what is named with it on both sides.

Two columns keep every label readable; a thicker line is more posts together. Units are the view box's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.views import EntityCount, NamedLink
from web import labels
from web.language import gettext, shown

KINDS = ("agency", "organisation", "official", "country", "topic", "law", "regime")
EACH = 4  # of a kind, so that no kind crowds out the others
MOST = 20
WIDTH, STEP = 760, 34
EDGE = 250  # distance of a column from the picture's side
THICKEST = 9.0


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One end of a line: ``side`` is -1 left, 1 right; ``path`` draws the line from the middle."""

    link: NamedLink
    posts: int
    side: int
    x: float
    y: float
    text_x: float
    width: float
    path: str

    @property
    def spoken(self) -> str:
        kind, name = gettext(labels.KINDS[self.link.kind]), shown(self.link.kind, self.link.value, self.link.label)
        return gettext("%(kind)s %(name)s, 함께 나온 글 %(n)s건", kind=kind, name=name, n=f"{self.posts:,}")


@dataclass(frozen=True, slots=True)
class Relations:
    neighbours: tuple[Neighbour, ...]
    width: int
    height: int

    @property
    def middle(self) -> tuple[float, float]:
        return self.width / 2, self.height / 2


def relations(together: Mapping[str, tuple[EntityCount, ...]]) -> Relations | None:
    """None where there are too few to be worth a picture."""
    chosen = _chosen(together)
    if len(chosen) < 4:
        return None
    half = -(-len(chosen) // 2)
    height = half * STEP
    most = max(item.posts for item in chosen)
    left = [_place(item, i, half, -1, height, most) for i, item in enumerate(chosen[:half])]
    right = [_place(item, i, len(chosen) - half, 1, height, most) for i, item in enumerate(chosen[half:])]
    return Relations((*left, *right), WIDTH, height)


def _chosen(together: Mapping[str, tuple[EntityCount, ...]]) -> list[EntityCount]:
    """The most named of each kind, kinds in their order, so that colours stand together."""
    best = [item for kind in KINDS for item in together.get(kind, ())[:EACH]]
    kept = sorted(best, key=lambda item: -item.posts)[:MOST]
    return [item for item in best if item in kept]


def _place(item: EntityCount, i: int, count: int, side: int, height: int, most: int) -> Neighbour:
    x = WIDTH - EDGE if side > 0 else EDGE
    y = height * (i + 0.5) / count
    middle = WIDTH / 2
    bend = (middle + x) / 2
    return Neighbour(
        link=item.link,
        posts=item.posts,
        side=side,
        x=x,
        y=round(y, 1),
        text_x=x + side * 12,
        width=round(max(1.0, THICKEST * item.posts / most), 1),
        path=f"M{middle:g} {height / 2:g}C{bend:g} {height / 2:g} {bend:g} {y:.1f} {x:g} {y:.1f}",
    )
