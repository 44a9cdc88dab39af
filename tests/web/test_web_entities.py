"""Entities: any name leads to one address, lists can be searched and paged, sentences lead into their post."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from kb.knowledge import KnowledgeBase
from kb.model import EntityKind


def test_an_alias_leads_to_the_one_address(client: FlaskClient, knowledge: KnowledgeBase) -> None:
    answer = client.get("/entities/agency/방사청")
    assert answer.status_code == 302
    assert unquote(answer.headers["Location"]) == "/entities/agency/방위사업청"
    assert client.get("/api/v1/entities/agency/방사청").get_json()["key"] == "방위사업청"


@pytest.mark.parametrize("kind", EntityKind.__args__)
def test_a_list_and_its_json_agree(client: FlaskClient, kind: str) -> None:
    told = client.get(f"/api/v1/entities/{kind}").get_json()
    tree = HTMLParser(client.get(f"/entities/{kind}").text)
    assert [node.attributes["href"] for node in tree.css("tbody th a")] == [e["url"] for e in told["entities"]]


def test_a_list_can_be_searched(client: FlaskClient) -> None:
    told = client.get("/api/v1/entities/agency?q=관세").get_json()
    assert told["total"] >= 1
    assert all("관세" in entity["label"] for entity in told["entities"])
    assert "없는이름없는이름" in client.get("/entities/agency?q=없는이름없는이름").text


def test_pages_of_a_list_are_a_partition(client: FlaskClient) -> None:
    whole = client.get("/api/v1/entities/agency?per_page=200").get_json()
    seen: list[str] = []
    for page in range(1, -(-whole["total"] // 5) + 1):
        part = client.get(f"/api/v1/entities/agency?per_page=5&page={page}").get_json()
        seen += [entity["key"] for entity in part["entities"]]
    assert seen == [entity["key"] for entity in whole["entities"]]


def test_a_sentence_leads_to_its_place(client: FlaskClient) -> None:
    tree = HTMLParser(client.get("/entities/agency/관세청").text)
    sentences = tree.css(".sentence a")
    assert sentences
    for link in sentences[:5]:
        address = urlsplit(link.attributes["href"] or "")
        target = HTMLParser(client.get(address.path).text).css_first(f"#{address.fragment}")
        assert target is not None, link.html
        assert target.text() in ("", link.css_first("mark").text())  # empty inside another name


def test_the_search_button_finds_the_posts_of_the_entity(client: FlaskClient, knowledge: KnowledgeBase) -> None:
    for kind in ("agency", "country", "topic", "official", "department"):
        found = knowledge.entities(kind).items[0]
        button = HTMLParser(client.get(found.link.url).text).css_first(".entity-head a.button")
        asked = (button.attributes["href"] or "").replace("/search", "/api/v1/search")
        assert client.get(asked).get_json()["total"] >= 1, found.link


def test_months_of_an_agency_add_up(client: FlaskClient) -> None:
    told = client.get("/api/v1/entities/agency/관세청").get_json()
    assert sum(month["posts"] for month in told["by_month"]) == told["posts"]
    months = [month["month"] for month in told["by_month"]]
    assert months == sorted(months)


def test_on_a_bodys_own_page_its_people_stand_without_its_newest_name(client: FlaskClient) -> None:
    page = HTMLParser(client.get("/entities/agency/산업통상자원부").text)
    names = [node.text() for node in page.css("th .tag.k-official")]
    assert names and not any("(산업통상부)" in name for name in names)
    assert "(산업통상부)" in client.get("/entities/official").text  # elsewhere it tells people of one name apart
