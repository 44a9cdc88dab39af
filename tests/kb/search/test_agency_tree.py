"""The agencies of an answer as a tree, over the reviewed list itself."""

from __future__ import annotations

import pytest

from kb.gazetteer.gazetteer import Gazetteer
from kb.search.agency_tree import AgencyTree
from kb.views import AgencyBranch, FacetValue


@pytest.fixture(scope="module")
def tree() -> AgencyTree:
    return AgencyTree(Gazetteer.load().agencies)


def values(**counts: int) -> list[FacetValue]:
    return [FacetValue(name, name, count) for name, count in counts.items()]


def drawn(branches: tuple[AgencyBranch, ...]) -> list[object]:
    return [
        (b.value.value, drawn(b.former), drawn(b.under)) if b.former or b.under else b.value.value for b in branches
    ]


def test_earlier_names_stand_under_the_newest_that_posts_name(tree: AgencyTree) -> None:
    found = tree.grown(values(산업통상자원부=5, 산업통상부=2, 지식경제부=1))
    assert drawn(found) == [("산업통상부", ["산업통상자원부", "지식경제부"], [])]
    assert (found[0].since, found[0].until) == (2025, None)
    assert [(b.since, b.until) for b in found[0].former] == [(2013, 2025), (2008, 2013)]
    assert drawn(tree.grown(values(산업통상자원부=5, 지식경제부=1))) == [("산업통상자원부", ["지식경제부"], [])]


def test_a_subordinate_body_stands_under_its_ministry_also_when_no_post_names_that(tree: AgencyTree) -> None:
    assert drawn(tree.grown(values(관세청=3, 국세청=4, 외교부=9))) == [
        "외교부",
        ("기획재정부", [], ["국세청", "관세청"]),
    ]
    ministry = tree.grown(values(관세청=3))[0]
    assert (ministry.value.count, ministry.weight) == (0, 3)


def test_bodies_stand_under_bodies_that_stand_under_bodies(tree: AgencyTree) -> None:
    assert drawn(tree.grown(values(국가수사본부=1))) == [("행정안전부", [], [("경찰청", [], ["국가수사본부"])])]


def test_a_name_that_no_list_knows_is_a_branch_of_its_own(tree: AgencyTree) -> None:
    assert drawn(tree.grown(values(없는부=1))) == ["없는부"]


def test_nobody_is_lost_and_nobody_twice_when_every_body_is_named(tree: AgencyTree) -> None:
    everybody = [agency.name for agency in Gazetteer.load().agencies]

    def all_in(branches: tuple[AgencyBranch, ...]) -> list[str]:
        return [name for b in branches for name in (b.value.value, *all_in(b.former), *all_in(b.under))]

    found = tree.grown([FacetValue(name, name, 1) for name in everybody])
    assert sorted(all_in(found)) == sorted(everybody)


def test_under_a_body_stand_its_bodies_with_all_their_names(tree: AgencyTree) -> None:
    found = tree.under({"행정안전부"})
    assert {"경찰청", "국가수사본부", "소방청"} <= found
    assert tree.under({"관세청"}) == {"관세청"}
