"""The relations picture: the most named of each kind, every label inside and apart from the next."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kb.views import EntityCount, NamedLink
from web.entities.relations import EACH, FEW, KINDS, MANY, MOST, NARROW, STEP, TALL, THICKEST, narrow, relations

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
    strongest = max(n.posts for n in picture.neighbours)
    assert max(n.width for n in picture.neighbours) == max(1, round(THICKEST * strongest / max(MANY, strongest), 1))
    least = min(n.posts for n in picture.neighbours)
    left_out = [n for numbers in table.values() for n in numbers[:EACH]]
    assert sorted(left_out, reverse=True)[len(picture.neighbours) - 1] == least


@given(st.dictionaries(st.sampled_from(KINDS), counts))
def test_a_phone_has_one_column_with_a_finger_s_room_for_each(table: dict[str, list[int]]) -> None:
    together = {kind: items(kind, numbers) for kind, numbers in table.items()}
    picture, roomy = narrow(together), relations(together)
    assert (picture is None) == (roomy is None)
    if picture is None or roomy is None:
        return
    assert len(picture.neighbours) == min(FEW, len(roomy.neighbours))
    assert {n.link for n in picture.neighbours} <= {n.link for n in roomy.neighbours}
    assert all(n.side == 1 and picture.middle[0] < n.x < NARROW / 2 for n in picture.neighbours)
    assert all(after.y - before.y >= TALL - 0.2 for before, after in pairwise(picture.neighbours))
