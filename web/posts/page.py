"""What the post page shows beside the text: how blocks form lists and tables, which kinds are marked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from kb.views import BlockView, ForceInPost, PostPage
from web import labels


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: str
    label: str
    count: int


def kinds_in(post: PostPage) -> tuple[KindCount, ...]:
    """The kinds marked in the text, in their fixed order."""
    cells = [post.heading, *(cell for block in post.blocks for cell in block.cells)]
    found = Counter(piece.entity.kind for cell in cells for piece in cell if piece.entity is not None)
    return tuple(KindCount(kind, label, found[kind]) for kind, label in labels.KINDS.items() if found[kind])


def groups(post: PostPage) -> list[tuple[str, list[BlockView]]]:
    """Blocks in order, where neighbouring list items and table rows are one group."""
    joined = ("item", "row")
    numbered = enumerate(post.blocks)
    found = groupby(numbered, key=lambda pair: (pair[1].kind, -1 if pair[1].kind in joined else pair[0]))
    return [(key[0], [block for _, block in pairs]) for key, pairs in found]


def statements(post: PostPage) -> list[list[ForceInPost]]:
    """Days of force, those of one sentence together."""
    return [list(found) for _, found in groupby(post.force, key=lambda stated: stated.anchor)]


def web_address(address: str | None) -> str | None:
    """An address that is safe to link: text from a post may hold any scheme."""
    if address is None or not address.lower().startswith(("https://", "http://")):
        return None
    return address
