"""The relations picture: an entity in the middle, who and what is named with it on both sides.

Two columns keep every label readable; a thicker line is more posts together. A phone has room for one column only:
there the entity stands at the edge. Units are the view box's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
MANY = 4  # posts together that a thickest line takes at least

FEW = 12  # of one column
NARROW, TALL = 360, 44  # a finger's height each
NEAR, FAR = 16, 116  # where the entity and the column stand


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
    """``middle`` is where the entity itself stands."""

    neighbours: tuple[Neighbour, ...]
    width: int
    height: int
    middle: tuple[float, float]


def relations(together: Mapping[str, tuple[EntityCount, ...]]) -> Relations | None:
    """None where there are too few to be worth a picture."""
    chosen = _chosen(together, MOST)
    if len(chosen) < 4:
        return None
    half = -(-len(chosen) // 2)
    middle = WIDTH / 2, half * STEP / 2
    most = _most(chosen)
    left = _column(chosen[:half], EDGE, middle, most)
    right = _column(chosen[half:], WIDTH - EDGE, middle, most)
    return Relations((*left, *right), WIDTH, half * STEP, middle)


def narrow(together: Mapping[str, tuple[EntityCount, ...]]) -> Relations | None:
    """The same for a phone."""
    chosen = _chosen(together, FEW)
    if len(chosen) < 4:
        return None
    middle = NEAR, len(chosen) * TALL / 2
    most = _most(chosen)
    return Relations(tuple(_column(chosen, FAR, middle, most)), NARROW, len(chosen) * TALL, middle)


def _chosen(together: Mapping[str, tuple[EntityCount, ...]], most: int) -> list[EntityCount]:
    """The most named of each kind, kinds in their order, so that colours stand together."""
    best = [item for kind in KINDS for item in together.get(kind, ())[:EACH]]
    kept = sorted(best, key=lambda item: -item.posts)[:most]
    return [item for item in best if item in kept]


def _most(chosen: Sequence[EntityCount]) -> int:
    return max(MANY, *(item.posts for item in chosen))


def _column(items: Sequence[EntityCount], x: float, middle: tuple[float, float], most: int) -> list[Neighbour]:
    """Spread over the whole height, each with its line from the middle."""
    height, side = 2 * middle[1], 1 if x > middle[0] else -1
    bend = (middle[0] + x) / 2
    return [
        Neighbour(
            link=item.link,
            posts=item.posts,
            side=side,
            x=x,
            y=round(y, 1),
            text_x=x + side * 12,
            width=round(max(1.0, THICKEST * item.posts / most), 1),
            path=f"M{middle[0]:g} {middle[1]:g}C{bend:g} {middle[1]:g} {bend:g} {y:.1f} {x:g} {y:.1f}",
        )
        for i, item in enumerate(items)
        for y in [height * (i + 0.5) / len(items)]
    ]
