"""A period that a question names is offered as a filter, with the rest of the question left as it is."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kb.views import SearchParams
from web.search.periods import period_named

TODAY = dt.date(2026, 2, 11)  # a Wednesday


@pytest.mark.parametrize(
    ("q", "rest", "first", "last"),
    [
        ("2024년 7월 산업부", "산업부", "2024-07-01", "2024-07-31"),
        ("2024년 7월 3일 관세청 발표", "관세청 발표", "2024-07-03", "2024-07-03"),
        ("2024년 하반기 제재", "제재", "2024-07-01", "2024-12-31"),
        ("작년 3월 수출통제", "수출통제", "2025-03-01", "2025-03-31"),
        ("지난해 수출통제 발표", "수출통제 발표", "2025-01-01", "2025-12-31"),
        ("올해에 나온 제재", "나온 제재", "2026-01-01", "2026-12-31"),
        ("지난주 관세청 발표", "관세청 발표", "2026-02-02", "2026-02-08"),
        ("관세청이 지난달에 발표한 단속", "관세청이 발표한 단속", "2026-01-01", "2026-01-31"),
        ("어제 나온 고시", "나온 고시", "2026-02-10", "2026-02-10"),
        ("최근 한 달 제재", "제재", "2026-01-12", "2026-02-11"),
        ("최근 3개월간 우회수출", "우회수출", "2025-11-13", "2026-02-11"),
        ("최근 일주일 동안 수출통제", "수출통제", "2026-02-04", "2026-02-11"),
        ("12월 상황허가", "상황허가", "2025-12-01", "2025-12-31"),  # the last December there was
        ("2월 상황허가", "상황허가", "2026-02-01", "2026-02-28"),
        ("2024년 7월부터 상황허가", "상황허가", "2024-07-01", None),
        ("2024년 7월까지 상황허가", "상황허가", None, "2024-07-31"),
    ],
)
def test_the_period_that_is_named(app: Flask, q: str, rest: str, first: str | None, last: str | None) -> None:
    with app.test_request_context("/search"):
        named = period_named(SearchParams(q=q), TODAY)
    assert named is not None
    asked = parse_qs(urlsplit(named.url).query)
    assert asked.get("q", [""])[0] == rest
    assert (asked.get("from", [None])[0], asked.get("to", [None])[0]) == (first, last)


@pytest.mark.parametrize(
    "q",
    [
        "수출통제",
        "13월 제재",
        "2월 30일 고시",
        '"2024년 7월" 제재',
        "date:2024-07 제재",
        "제20월호",
        "1402개",
    ],
)
def test_what_names_none(app: Flask, q: str) -> None:
    with app.test_request_context("/search"):
        named = period_named(SearchParams(q=q), TODAY)
    assert named is None


def test_none_is_offered_where_one_is_chosen(client: FlaskClient) -> None:
    assert "글이 나온 날로 좁히기" in client.get("/search?q=2024년 7월 제재").text
    assert "글이 나온 날로 좁히기" not in client.get("/search?q=2024년 7월 제재&from=2024").text


@given(st.text(alphabet="2024년13월 5일지난달작최근주부터까지 제재", max_size=40))
def test_any_question_is_read(app: Flask, q: str) -> None:
    with app.test_request_context("/search"):
        named = period_named(SearchParams(q=q), TODAY)
        assert named is None or named.label
