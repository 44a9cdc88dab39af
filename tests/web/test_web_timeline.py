"""The timeline of an entity: every line within the picture, on one scale, in order of time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import get_args

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from kb.knowledge import KnowledgeBase
from kb.model import EntityKind
from kb.views import EntityCount, EntityPage, NamedLink, OfficeHeld
from web.entities.timeline import LEAST, timeline

PERSON = NamedLink("official", "홍길동", "홍길동")


def page(kind: str, **parts: object) -> EntityPage:
    first, last = dt.date(2020, 1, 1), dt.date(2024, 12, 31)
    empty = EntityPage(NamedLink(kind, "x", "x"), (), None, (), 9, first, last, (), {}, (), (), (), (), 1, 1)
    return replace(empty, **parts)  # type: ignore[arg-type] # fields by name


def held(title: str | None, first: dt.date, last: dt.date, posts: int = 1) -> OfficeHeld:
    return OfficeHeld(PERSON, title, "산업부", first, last, posts)


def test_offices_stand_on_one_scale() -> None:
    offices = (
        held("장관", dt.date(2022, 7, 2), dt.date(2024, 12, 31), 5),
        held("차관", dt.date(2020, 1, 1), dt.date(2020, 1, 1)),
        held(None, dt.date(2020, 1, 1), dt.date(2024, 12, 31)),
    )
    found = timeline(page("official", offices=offices))
    assert found is not None and found.about == "office"
    assert [lane.name for lane in found.lanes] == ["산업부 차관", "산업부", "산업부 장관"]
    assert [lane.x for lane in found.lanes] == [0.0, 0.0, pytest.approx(50, abs=0.2)]
    assert [lane.width for lane in found.lanes] == [LEAST, 100.0, pytest.approx(50, abs=0.2)]
    assert len(found.years) == 4


def test_agencies_stand_beside_a_country() -> None:
    days = dt.date(2024, 12, 31)
    named = tuple(EntityCount(NamedLink("agency", n, n), 3, days, days) for n in ("관세청", "외교부"))
    found = timeline(page("country", together={"agency": named}))
    assert found is not None and found.about == "agency"
    assert all(lane.x + lane.width <= 100 for lane in found.lanes)


def test_nothing_to_compare_is_no_timeline() -> None:
    one = (EntityCount(NamedLink("agency", "a", "a"), 3, dt.date(2024, 1, 1), dt.date(2024, 1, 2)),)
    assert timeline(page("country", together={"agency": one})) is None
    assert timeline(page("law")) is None
    day = dt.date(2024, 1, 1)
    assert timeline(page("official", offices=(held("장관", day, day),), first=day, last=day)) is None


def test_the_busiest_are_shown_and_no_more() -> None:
    offices = tuple(held(f"직책{n}", dt.date(2021, 1, 1), dt.date(2022, 1, 1), n) for n in range(1, 40))
    found = timeline(page("agency", offices=offices))
    assert found is not None and found.about == "holder"
    assert {lane.posts for lane in found.lanes} == set(range(30, 40))


@pytest.mark.parametrize("kind", get_args(EntityKind))
def test_every_kind_has_what_its_page_owes(client: FlaskClient, knowledge: KnowledgeBase, kind: str) -> None:
    """The most named of each kind: a chart of several months, what is named with it, its sentences, its key posts."""
    for item in knowledge.entities(kind, per_page=1).items:
        tree = HTMLParser(client.get(item.link.url).text)
        months = client.get(f"/api/v1{item.link.url}").get_json()["by_month"]
        assert bool(tree.css(".bars a")) == (len(months) > 1)
        assert tree.css(".mentions li") and tree.css(".together li")
        assert tree.css(".keyposts li") or item.posts <= 3
        assert tree.css(".lanes li") or kind not in ("agency", "official", "country", "topic")


def test_the_tables_of_an_agency(client: FlaskClient) -> None:
    tree = HTMLParser(client.get("/entities/agency/산업통상자원부").text)
    headings = [node.text() for node in tree.css("h2")]
    wanted = [
        "연혁",
        "월별 글 수",
        "연도별 글 수",
        "관계",
        "직책을 맡은 사람이 글에 나온 때",
        "핵심 글",
        "직책과 인물",
        "연락처",
        "부서",
    ]
    assert [name for name in wanted if name not in headings] in (["월별 글 수"], ["연도별 글 수"])
    assert {"함께 나온 기관", "함께 나온 국가", "함께 나온 주제"} <= set(headings)
