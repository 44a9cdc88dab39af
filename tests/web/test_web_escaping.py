"""Text from posts and from the address is text: it never becomes markup, script or a template."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hostile import HOSTILE_NAME, PAYLOAD
from page_checks import check_safe, check_structure, first
from selectolax.lexbor import LexborHTMLParser as HTMLParser

POST = f"/posts/hostile/{quote(HOSTILE_NAME)}"
ADDRESSES = [
    POST,
    f"{POST}/original",
    "/?q=" + quote(PAYLOAD),
    "/search?source=hostile",
    "/search?q=" + quote(f'"{PAYLOAD}"'),
    "/search?agency=" + quote(PAYLOAD),
    "/search?not_topic=" + quote(f'"><{PAYLOAD}'),
    "/search?from=" + quote(PAYLOAD),
    "/search?" + quote(PAYLOAD) + "=1",
    "/explain?q=" + quote(PAYLOAD),
    "/entities/agency?q=" + quote(PAYLOAD),
    "/entities/agency/" + quote(PAYLOAD, safe=""),
    "/entities/agency/관세청",
    "/entities/" + quote(PAYLOAD, safe=""),
    "/posts/" + quote(PAYLOAD, safe="") + "/" + quote(PAYLOAD, safe=""),
    "/" + quote(PAYLOAD, safe=""),
    "/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_payloads_are_inert(client: FlaskClient, address: str) -> None:
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code in (200, 400, 404)
    check_safe(answer.text, answer.headers["Content-Security-Policy"])
    check_structure(HTMLParser(answer.text))
    assert PAYLOAD not in answer.text
    assert "49" not in first(HTMLParser(answer.text), "title").text()


def test_the_payload_is_shown_as_text(client: FlaskClient) -> None:
    heading = HTMLParser(client.get(POST).text).css_first("h1")
    assert heading is not None and PAYLOAD in heading.text()
    assert "{{ 7 * 7 }}" in first(HTMLParser(client.get(POST).text), ".text").text()


def test_the_original_file_is_shown_as_written(client: FlaskClient) -> None:
    shown = HTMLParser(client.get(f"{POST}/original").text).css_first("pre.raw")
    assert shown is not None and "<script>alert(6)</script>" in shown.text()


def test_snippets_in_json_are_escaped(client: FlaskClient) -> None:
    hits = client.get("/api/v1/search", query_string={"q": "전략물자", "source": "hostile"}).get_json()["hits"]
    assert hits
    for hit in hits:
        left = hit["snippet"].replace("<mark>", "").replace("</mark>", "")
        assert "<" not in left and ">" not in left


def test_a_header_cannot_be_split(client: FlaskClient) -> None:
    answer = client.get("/entities/agency/%0d%0aSet-Cookie:%20a=b")
    assert "Set-Cookie" not in answer.headers
