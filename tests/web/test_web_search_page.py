"""The search page: it says what the JSON says, and every condition it shows can be taken away again."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from page_checks import first
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from kb.views import FacetValue, SearchParams, SearchResult
from web.search.page import pager, view

QUERIES = ["", "전략물자", "관세청 우회수출", '"수출통제" -러시아', "기관:관세청", "뷁쉛궯"]


@pytest.mark.parametrize("q", QUERIES)
@pytest.mark.parametrize(
    "more", [{}, {"sort": "date"}, {"from": "2024", "per_page": "3"}, {"page": "2", "per_page": "2"}]
)
def test_page_and_json_agree(client: FlaskClient, q: str, more: dict[str, str]) -> None:
    asked = {"q": q, **more}
    told = client.get("/api/v1/search", query_string=asked).get_json()
    tree = HTMLParser(client.get("/search", query_string=asked).text)
    assert [node.attributes["href"] for node in tree.css(".hit h2 a")] == [hit["url"] for hit in told["hits"]]
    assert [node.text() for node in tree.css(".hit h2 a")] == [hit["title"] for hit in told["hits"]]
    if told["total"]:
        assert first(tree, ".total b").text() == f"{told['total']:,}"
    for name, values in told["facets"].items():
        boxes = {node.attributes["value"] for node in tree.css(f"input[type=checkbox][name={name}]")}
        assert boxes <= {value["value"] for value in values}
        assert boxes or not values or name == "month"


def test_a_facet_count_is_the_number_of_posts_behind_it(client: FlaskClient) -> None:
    facets = client.get("/api/v1/search").get_json()["facets"]
    for name in ("topic", "country", "source"):  # an agency also finds the posts of its other names
        for value in facets[name][:3]:
            found = client.get("/api/v1/search", query_string={name: value["value"], "per_page": 100}).get_json()
            folded = sum(len(hit["copies"]) for hit in found["hits"])
            assert found["total"] + folded == value["count"], (name, value)


def test_an_agency_finds_the_posts_of_all_its_names(client: FlaskClient) -> None:
    asked = [
        client.get("/api/v1/search", query_string={"agency": name}).get_json()["total"]
        for name in ("산업부", "산업통상자원부", "산업통상부", "MOTIE")
    ]
    assert len(set(asked)) == 1 and asked[0] > 0


def test_excluding_is_the_rest_of_including(client: FlaskClient) -> None:
    everything = client.get("/api/v1/search").get_json()
    value = everything["facets"]["agency"][0]["value"]
    with_it = client.get("/api/v1/search", query_string={"agency": value}).get_json()["total"]
    without = client.get("/api/v1/search", query_string={"not_agency": value}).get_json()["total"]
    assert 0 < with_it < everything["total"]
    assert with_it + without == everything["total"]


def test_each_chip_takes_away_its_own_condition(client: FlaskClient) -> None:
    asked = "/search?q=수출&agency=관세청&agency=외교부&not_country=RU&from=2020&sort=date&page=2&per_page=1"
    tree = HTMLParser(client.get(asked).text)
    chips = [parse_qs(urlsplit(node.attributes["href"] or "").query) for node in tree.css("a.chip")]
    whole = {"q": ["수출"], "agency": ["관세청", "외교부"], "not_country": ["RU"], "from": ["2020-01-01"]}
    kept = {"sort": ["date"], "per_page": ["1"]}
    assert chips == [
        whole | kept | {"agency": ["외교부"]},
        whole | kept | {"agency": ["관세청"]},
        {key: value for key, value in (whole | kept).items() if key != "not_country"},
        {key: value for key, value in (whole | kept).items() if key != "from"},
    ]


def test_what_is_excluded_is_named(client: FlaskClient) -> None:
    tree = HTMLParser(client.get("/search?not_country=JP").text)
    assert "일본" in first(tree, "a.chip").text()
    box = first(tree, 'input[name="not_country"][value="JP"]')
    assert "checked" in box.attributes


def test_the_form_sends_the_state_that_is_shown(client: FlaskClient) -> None:
    """Without JavaScript the form alone must keep every condition, also those that no box shows."""
    asked = "/search?q=수출&agency=관세청&country=AQ&not_topic=sanctions&sort=date&per_page=5&recency=off"
    tree = HTMLParser(client.get(asked).text)
    sent = {("q", first(tree, "#q").attributes["value"])}
    for field in tree.css('[form="find"]'):
        kind, name = field.attributes.get("type"), field.attributes.get("name")
        if name and (kind == "hidden" or (kind == "checkbox" and "checked" in field.attributes)):
            sent.add((name, field.attributes["value"]))
    assert sent == {
        ("q", "수출"),
        ("agency", "관세청"),
        ("country", "AQ"),
        ("not_topic", "sanctions"),
        ("sort", "date"),
        ("per_page", "5"),
        ("recency", "off"),
    }


def test_nothing_found_helps_on(client: FlaskClient) -> None:
    tree = HTMLParser(client.get("/search?q=뷁쉛궯&agency=관세청").text)
    nothing = first(tree, ".nothing")
    assert "뷁쉛궯" in nothing.text()
    assert any((a.attributes["href"] or "").startswith("/explain") for a in nothing.css("a"))
    assert tree.css("a.chip")


def test_months_lead_to_their_posts(client: FlaskClient) -> None:
    tree = HTMLParser(client.get("/search").text)
    for link in tree.css(".bars a")[:4]:
        label = link.attributes["aria-label"] or ""
        found = client.get((link.attributes["href"] or "").replace("/search", "/api/v1/search")).get_json()
        assert label.endswith(f"{found['total']:,}건")


def test_the_first_page_passes_a_query_on(client: FlaskClient) -> None:
    answer = client.get("/?q=관세청")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/search?q=")


def result(params: SearchParams, values: list[FacetValue]) -> SearchResult:
    return SearchResult(params, 1, (), {"agency": tuple(values)}, None, (), (), 1, 0.0)


def test_only_what_the_address_names_is_ticked() -> None:
    """Else unticking one name of an agency would leave its other names ticked, and the filter in force."""
    values = [FacetValue("산업통상부", "산업통상부", 3, 1), FacetValue("산업통상자원부", "산업통상자원부", 9, 1)]
    box = view(result(SearchParams(filters={"agency": ("산업통상부",)}), values)).boxes[0]
    assert [(row.included, row.through) for row in box.first] == [(True, False), (False, True)]
    assert box.kept == ()


def test_an_alias_in_the_address_is_kept() -> None:
    values = [FacetValue("산업통상부", "산업통상부", 3, 1)]
    shown = view(result(SearchParams(filters={"agency": ("산업부",)}), values))
    assert shown.boxes[0].kept == (("agency", "산업부"),)
    assert [row.through for row in shown.boxes[0].first] == [True]
    assert [chip.label for chip in shown.chips] == ["산업부"]


def test_a_value_without_a_box_is_kept() -> None:
    shown = view(result(SearchParams(filters={"agency": ("관세청",)}), [FacetValue("외교부", "외교부", 3)]))
    assert shown.boxes[0].kept == (("agency", "관세청"),)


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [
        (1, 1, []),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, 3, None, 9]),
        (5, 9, [1, None, 3, 4, 5, 6, 7, None, 9]),
        (40, 9, [1, None, 9]),
    ],
)
def test_pager(page: int, pages: int, shown: list[int | None]) -> None:
    assert [each and each[0] for each in pager(page, pages, str)] == shown
