"""The figures mean what the guidelines' scorer means; the form is the annotators'."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_scenes import small_post

from kb.extraction.evaluate import GoldPost, evaluate, to_gold_form
from kb.extraction.scene import Scene
from kb.model import EntityRef, Extraction

GOLD = {
    "post": "site__2024-08-08-1",
    "agencies": ["산업통상자원부", "관세청"],
    "departments": [{"name": "수출통제·제재담당관실", "agency": "외교부"}],
    "officials": [
        {"name": "홍길동", "title": "무역안보정책관", "agency": "산업통상자원부", "kind": "central"},
        {"name": "존 스미스", "title": "장관", "agency": "미국", "kind": "foreign"},
    ],
    "countries": ["US", "kr"],
    "contacts": [{"number": "044-203-4832", "agency": "산업통상자원부", "department": "무역안보정책과"}],
    "topics": ["strategic-items"],
}


def figures(predicted: dict[str, object]) -> dict[str, tuple[int, int, int]]:
    found = evaluate([GoldPost.from_json(GOLD)], [GoldPost.from_json(predicted)])
    return {figure.kind: (figure.right, figure.wrong, figure.missed) for figure in found}


def test_the_same_is_perfect() -> None:
    for figure in evaluate([GoldPost.from_json(GOLD)], [GoldPost.from_json(GOLD)]):
        assert (figure.f1, figure.misses) == (1.0, ())


def test_names_are_compared_without_dots_and_spaces_and_posts_by_either_id() -> None:
    other = GOLD | {"post": "site/2024-08-08-1.md", "departments": [{"name": "수출통제 제재담당관실", "agency": None}]}
    assert figures(other)["departments"] == (1, 0, 0)


def test_what_is_scored_and_what_is_not() -> None:
    other = GOLD | {
        "agencies": ["관세청", "외교부"],
        "countries": ["US", "CN", "KR"],
        "officials": [
            {"name": "홍길동", "title": "국장", "agency": "산업통상자원부", "kind": "central"},
            {"name": "존스미스", "title": "총리", "agency": "영국", "kind": "central"},  # foreign in the gold: ignored
            {"name": "이몽룡", "title": "의원", "agency": "국회", "kind": "assembly"},  # of a kind that is not scored
        ],
        "contacts": [{"number": "0442034832", "agency": "산업통상자원부", "department": None}],
    }
    assert figures(other) == {
        "agencies": (1, 1, 1),
        "departments": (1, 0, 0),
        "officials": (1, 0, 0),
        "officials+title": (0, 1, 1),
        "officials+agency": (1, 0, 0),
        "countries": (1, 1, 0),
        "contacts": (1, 0, 0),
        "contacts+owner": (0, 1, 1),
        "topics": (1, 0, 0),
    }


def test_a_post_without_prediction_is_all_missed() -> None:
    agencies = evaluate([GoldPost.from_json(GOLD)], [])[0]
    assert (agencies.precision, agencies.recall, agencies.f1) == (1.0, 0.0, 0.0)
    assert [(miss.value, miss.wanted) for miss in agencies.misses] == [("관세청", True), ("산업통상자원부", True)]


@given(st.sets(st.sampled_from("가나다라마바")), st.sets(st.sampled_from("가나다라마바")))
def test_f1_is_the_harmonic_mean(want: set[str], got: set[str]) -> None:
    gold = GoldPost("p/1", agencies=tuple(want))
    figure = evaluate([gold], [GoldPost("p/1", agencies=tuple(got))])[0]
    assert figure.right + figure.missed == len(want)
    assert figure.right + figure.wrong == len(got)
    total = len(want) + len(got)
    assert figure.f1 == pytest.approx(2 * figure.right / total if total and (want and got) else figure.f1)
    assert len(figure.misses) == figure.wrong + figure.missed


def test_an_extraction_in_the_annotators_form() -> None:
    post = small_post("제목\n산업부 최우혁 무역안보정책관, 무역안보정책과(044-203-4832). 산업부는 미국과 협의")
    scene = Scene(post)

    def at(entity: EntityRef, surface: str) -> None:
        start = post.text.index(surface)
        scene.add([scene.mention(entity, start, start + len(surface), "test", 1.0)])

    at(EntityRef("agency", "산업통상자원부"), "산업부")
    at(EntityRef("agency", "산업통상자원부"), "산업부는")
    at(EntityRef("department", "무역안보정책과", agency="산업통상자원부"), "무역안보정책과")
    at(
        EntityRef("official", "최우혁", agency="산업통상자원부", title="무역안보정책관", office_kind="central"),
        "최우혁",
    )
    at(EntityRef("contact", "044-203-4832", agency="산업통상자원부", department="무역안보정책과"), "044-203-4832")
    at(EntityRef("country", "US"), "미국")
    assert json.loads(json.dumps(to_gold_form(post, Extraction(scene.all_mentions())).as_json())) == {
        "post": "test/2024-09-01-1",
        "agencies": ["산업통상자원부"],
        "departments": [{"name": "무역안보정책과", "agency": "산업통상자원부"}],
        "officials": [{"name": "최우혁", "title": "무역안보정책관", "agency": "산업통상자원부", "kind": "central"}],
        "countries": ["US"],
        "contacts": [{"number": "044-203-4832", "agency": "산업통상자원부", "department": "무역안보정책과"}],
        "topics": [],
    }
