"""The search page: it says what the JSON says, and every condition it shows can be taken away again."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
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
        rows = tree.css(f".row:has(input[name={name}])")
        counted = [row for row in rows if first(row, ".count").text() != "0"]  # else it leads to what stands below
        boxes = {first(row, "input").attributes["value"] for row in counted}
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


def test_a_second_value_can_be_chosen_beside_the_first(client: FlaskClient) -> None:
    """The counts of a filter in force are those without it; what is excluded keeps its count, too."""
    free = client.get("/api/v1/search").get_json()["facets"]
    for asked in ({"agency": "관세청"}, {"not_agency": "관세청"}, {"agency": "관세청", "not_agency": "외교부"}):
        facets = client.get("/api/v1/search", query_string=asked).get_json()["facets"]
        assert [value for value in facets["agency"] if value["count"]] == free["agency"], asked
        assert facets["topic"] != free["topic"]
    months = client.get("/api/v1/search?from=2024-08&to=2024-08").get_json()["facets"]["month"]
    assert months == free["month"]


def test_two_values_find_the_posts_of_either(client: FlaskClient) -> None:
    def found(*names: str) -> set[str]:
        asked = {"country": names, "per_page": 100}
        return {hit["post"] for hit in client.get("/api/v1/search", query_string=asked).get_json()["hits"]}

    assert found("RU") and found("CN") and found("RU") != found("CN")
    assert found("RU", "CN") == found("RU") | found("CN")


def test_an_agency_reaches_as_far_as_is_asked(client: FlaskClient) -> None:
    def total(**asked: str) -> int:
        return int(client.get("/api/v1/search", query_string=asked).get_json()["total"])

    alone = {name: total(agency=name, reach="name") for name in ("산업통상자원부", "산업통상부")}
    line = {total(agency=name) for name in alone}
    assert len(line) == 1 and all(0 < posts < line.copy().pop() for posts in alone.values())
    assert total(agency="기획재정부", reach="under") > total(agency="기획재정부")  # the customs service stands under it
    assert total(not_agency="산업통상부", reach="name") > total(not_agency="산업통상부")


def test_the_agencies_are_a_tree(client: FlaskClient) -> None:
    tree = HTMLParser(client.get("/search").text)
    under = {
        node.attributes["value"]: {below.attributes["value"] for below in item.css('li input[name="agency"]')}
        for item in tree.css("#f-agency li")
        for node in item.css('input[name="agency"]')[:1]
    }
    assert "산업통상자원부" in under["산업통상부"]
    assert any("관세청" in below for below in under.values())
    former = next(node for node in tree.css(".row.former") if "산업통상자원부" in node.text())
    assert "2013~2025" in former.text()


def test_every_value_of_a_filter_has_its_page(client: FlaskClient) -> None:
    """All values, also those that the list beside the results leaves out, and the rest of the search is kept."""
    page = HTMLParser(client.get("/search/filter/official?q=수출&agency=관세청&official=없는 사람&sort=date").text)
    told = client.get("/api/v1/search?q=수출&agency=관세청").get_json()["facets"]["official"]
    assert {node.attributes["value"] for node in page.css('#values input[name="official"]')} >= {
        v["value"] for v in told
    }
    kept = {(n.attributes["name"], n.attributes["value"]) for n in page.css("#values > input[type=hidden]")}
    assert kept == {("q", "수출"), ("agency", "관세청"), ("official", "없는 사람"), ("sort", "date")}


def test_a_long_list_is_narrowed_by_name(client: FlaskClient) -> None:
    page = HTMLParser(client.get("/search/filter/agency?find=관세").text)
    named = [node.attributes["value"] for node in page.css('#values input[name="agency"]')]
    assert "관세청" in named and "외교부" not in named
    assert "재정경제부" in named  # the newest name of the ministry that leads to it
    english = HTMLParser(client.get("/search/filter/country?find=russia", headers={"Accept-Language": "en"}).text)
    assert [node.attributes["value"] for node in english.css('#values input[name="country"]')] == ["RU"]
    assert "없습니다" in client.get("/search/filter/agency?find=zzz").text


def test_results_stand_as_close_as_was_chosen_last(app: Flask) -> None:
    client = app.test_client()
    assert HTMLParser(client.get("/search").text).css_first(".hits .snippet")
    narrow = HTMLParser(client.get("/search?density=narrow").text)
    assert narrow.css_first(".hits.tight") and not narrow.css_first(".hits .snippet")
    again = HTMLParser(client.get("/search?q=수출").text)
    assert again.css_first(".hits.tight")
    wide = first(again, ".density:not([aria-current])").attributes["href"] or ""
    assert parse_qs(urlsplit(wide).query) == {"q": ["수출"], "density": ["wide"]}
    assert not HTMLParser(client.get(wide).text).css_first(".hits.tight")
    assert client.get("/search?density=tiny").status_code == 400


def test_a_period_is_shown_within_all_months(client: FlaskClient) -> None:
    """One bar leads to the next, and the one that is chosen back to all."""
    every = HTMLParser(client.get("/search").text).css("#f-period .bars a")
    chosen = HTMLParser(client.get(every[1].attributes["href"] or "").text)
    bars = chosen.css("#f-period .bars a")
    assert len(bars) == len(every)
    assert [i for i, bar in enumerate(bars) if "out" not in (bar.attributes.get("class") or "")] == [1]
    assert bars[1].attributes["href"] == "/search"


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


def test_a_row_keeps_its_place_when_it_is_ticked() -> None:
    values = [FacetValue(str(n), str(n), 99 - n, int(n in (3, 20))) for n in range(40)]
    box = view(result(SearchParams(filters={"agency": ("3", "20")}), values)).boxes[0]
    assert [row.value for row in box.first] == ["0", "1", "2", "3", "4", "5", "6", "20"]
    assert box.further and "20" not in {row.value for row in box.more}


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


@pytest.mark.parametrize(
    "q", ["불법수출 단속 누구에게 물어봐", "불법수출 단속 문의처", "불법수출 단속 담당 부서 전화번호"]
)
def test_who_asks_for_a_number_sees_the_desks_of_the_first_posts(client: FlaskClient, q: str) -> None:
    page = HTMLParser(client.get("/search", query_string={"q": q}).text)
    desks = page.css(".call li")
    assert desks and page.css(".hit")
    for desk in desks:
        number, post = desk.css_first(".tel"), desk.css_first(".when")
        assert number is not None and post is not None
        assert f'href="{number.attributes["href"]}"' in client.get(post.attributes["href"] or "").text
    further = [a.attributes["href"] or "" for a in page.css(".call .hint a")]
    assert further and all(client.get(address).status_code == 200 for address in further)


@pytest.mark.parametrize(
    "address", ["/search?q=불법수출 단속", "/search?q=쀍쀍쀍 문의", "/search", "/search?q=수출 문의&page=2"]
)
def test_nobody_else_does(client: FlaskClient, address: str) -> None:
    assert 'class="call' not in client.get(address).text
