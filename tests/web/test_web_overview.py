"""The overview: its figures are those of the searches that they lead to."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from kb.knowledge import KnowledgeBase
from web.overview.page import SHADES, overview


def found(client: FlaskClient, address: str) -> int:
    """Posts behind an address of the search page, folded copies counted too: facets count posts."""
    told = client.get(address.replace("/search", "/api/v1/search") + "&per_page=100").get_json()
    return int(told["total"]) + sum(len(hit["copies"]) for hit in told["hits"])


def test_a_square_counts_the_posts_that_name_the_agency(client: FlaskClient) -> None:
    squares = HTMLParser(client.get("/overview").text).css(".heat td a")
    assert squares
    for link in squares[:8]:  # the search also finds an agency's other names
        assert int(link.text()) <= found(client, link.attributes["href"] or "")


def test_a_country_counts_its_posts_of_the_period(client: FlaskClient) -> None:
    for row in HTMLParser(client.get("/overview").text).css("table.list tbody tr")[:4]:
        link = row.css_first("td a")
        assert link is not None
        assert int(link.text()) == found(client, link.attributes["href"] or "")


def test_shades_grow_with_numbers(knowledge: KnowledgeBase) -> None:
    squares = [s for row in overview(knowledge, knowledge.status().last).heat for s in row.squares]
    ordered = sorted(squares, key=lambda square: square.count)
    assert [s.shade for s in ordered] == sorted(s.shade for s in ordered)
    assert all((s.shade == 0) == (s.count == 0) for s in squares)
    assert max(s.shade for s in squares) == SHADES


@pytest.mark.parametrize("selector", [".small-multiples h3 a", ".heat thead a", ".heat tbody th a"])
def test_every_name_has_its_page(client: FlaskClient, selector: str) -> None:
    for link in HTMLParser(client.get("/overview").text).css(selector)[:5]:
        assert client.get(link.attributes["href"] or "").status_code in (200, 302)
