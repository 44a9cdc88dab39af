"""Parameters: each bad value has an answer that names it; what a search's address says can be read back."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from index.fields import FILTER_FIELDS
from kb.views import SearchParams
from web.params import BadParameter, clean
from web.search import params as state

BAD = [
    ("page", "-1"),
    ("page", "0"),
    ("page", "abc"),
    ("page", "1.5"),
    ("page", "٣"),
    ("page", "99999999999999999999"),
    ("per_page", "1000"),
    ("per_page", "0"),
    ("sort", "age"),
    ("recency", "maybe"),
    ("from", "2024-02-31"),
    ("from", "2024-13"),
    ("from", "0000"),
    ("from", "0999"),
    ("from", "2024-00"),
    ("q", " " * 1001),
    ("to", "어제"),
    ("to", "2024/07/01"),
    ("q", "전" * 10_000),
    ("agency", "가" * 500),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_refused_by_name(client: FlaskClient, name: str, value: str) -> None:
    answer = client.get("/api/v1/search", query_string={name: value})
    assert answer.status_code == 400
    problem = answer.get_json()
    assert problem["parameter"] == name
    assert value.startswith(problem["value"].removesuffix("…"))
    page = client.get("/search", query_string={name: value})
    assert page.status_code == 400
    assert f"{name}=" in page.text


@pytest.mark.parametrize("name", ["page", "sort", "from", "q"])
def test_a_single_value_given_twice_is_refused(name: str) -> None:
    with pytest.raises(BadParameter, match="한 번만"):
        state.read(MultiDict([(name, "1"), (name, "2")]))


def test_too_many_values_of_a_filter_are_refused() -> None:
    with pytest.raises(BadParameter, match="50개까지"):
        state.read(MultiDict([("agency", f"기관{n}") for n in range(51)]))


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadParameter, match="뒤입니다"):
        state.read(MultiDict({"from": "2024-08", "to": "2024-07"}))


def test_months_and_years_stand_for_their_ends() -> None:
    read = state.read(MultiDict({"from": "2024-02", "to": "2024-02"}))
    assert (read.date_from, read.date_to) == (dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    read = state.read(MultiDict({"from": "2023", "to": "2024"}))
    assert (read.date_from, read.date_to) == (dt.date(2023, 1, 1), dt.date(2024, 12, 31))


@pytest.mark.parametrize("hidden", ["\x00", "\x1b[31m", "\n", "\u0007"])
def test_control_characters_are_white_space(client: FlaskClient, hidden: str) -> None:
    plain = client.get("/api/v1/search", query_string={"q": "전략물자 수출"}).get_json()
    marked = client.get("/api/v1/search", query_string={"q": f"전략물자{hidden[:1]}수출"}).get_json()
    assert [hit["post"] for hit in marked["hits"]] == [hit["post"] for hit in plain["hits"]]


def test_decomposed_hangul_is_composed() -> None:
    assert clean("\u1100\u116a\u11ab\u1109\u1166") == "관세"


def test_an_unknown_name_is_told(client: FlaskClient) -> None:
    assert client.get("/api/v1/search?agncy=x&q=수출").get_json()["ignored"] == ["agncy"]
    assert "agncy" in client.get("/search?agncy=x&q=수출").text


def test_a_filter_value_that_does_not_exist_finds_nothing_or_is_refused(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?agency=세상에없는부")
    assert answer.status_code == 400 or answer.get_json()["total"] == 0
    assert "세상에없는부" in client.get("/search?agency=세상에없는부").text


def test_a_page_beyond_the_last_says_so(client: FlaskClient) -> None:
    assert client.get("/api/v1/search?page=90").get_json()["hits"] == []
    assert "첫 페이지로" in client.get("/search?page=90").text


texts = st.text(max_size=30).map(clean)
values = st.lists(st.text(min_size=1, max_size=12).map(clean).filter(bool), min_size=1, max_size=3, unique=True)
tables = st.dictionaries(st.sampled_from([field.name for field in FILTER_FIELDS]), values.map(tuple), max_size=3)
days = st.dates(min_value=dt.date(1948, 1, 1)) | st.none()


@given(
    texts,
    tables,
    tables,
    days,
    days,
    st.sampled_from(["relevance", "date"]),
    st.integers(1, 1_000),
    st.booleans(),
    st.sampled_from(["line", "name", "under"]),
)
def test_an_address_holds_the_whole_state(q, filters, without, first, last, sort, page, recency, reach) -> None:  # type: ignore[no-untyped-def] # hypothesis fills them
    if first and last and first > last:
        first, last = last, first
    asked = SearchParams(q, filters, without, first, last, sort, page, 10, recency, reach)
    assert state.read(MultiDict(state.pairs(asked))) == asked
