"""The relations picture: the most named of each kind, every label inside and apart from the next."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kb.views import EntityCount, NamedLink
from web.entities.relations import EACH, KINDS, MOST, STEP, THICKEST, relations

counts = st.lists(st.integers(1, 900), max_size=8).map(lambda found: sorted(found, reverse=True))


def items(kind: str, numbers: list[int]) -> tuple[EntityCount, ...]:
    return tuple(EntityCount(NamedLink(kind, f"{kind}{i}", f"{kind}{i}"), n) for i, n in enumerate(numbers))


@given(st.dictionaries(st.sampled_from(KINDS), counts))
def test_everything_has_its_place(table: dict[str, list[int]]) -> None:
    picture = relations({kind: items(kind, numbers) for kind, numbers in table.items()})
    shown = sum(min(EACH, len(numbers)) for numbers in table.values())
    if shown < 4:
        assert picture is None
        return
    assert picture is not None
    assert len(picture.neighbours) == min(MOST, shown)
    for side in (-1, 1):
        column = [n.y for n in picture.neighbours if n.side == side]
        assert all(0 < y < picture.height for y in column)
        assert all(after - before >= STEP - 0.2 for before, after in pairwise(column))
    assert max(n.width for n in picture.neighbours) == THICKEST
    least = min(n.posts for n in picture.neighbours)
    left_out = [n for numbers in table.values() for n in numbers[:EACH]]
    assert sorted(left_out, reverse=True)[len(picture.neighbours) - 1] == least
