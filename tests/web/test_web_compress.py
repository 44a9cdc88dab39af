"""Compression: the same bytes for everybody, fewer of them on the way, and a page with all its files under 100 KB."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

GZIP = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("address", ["/", "/search", "/api/v1/search?per_page=50", "/search.atom", "/nothing"])
def test_compressed_is_the_same(client: FlaskClient, address: str) -> None:
    plain, packed = client.get(address), client.get(address, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 1.5
    if plain.status_code == 200:
        assert gzip.decompress(packed.data) == plain.data
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_compressed_page_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/search", headers=GZIP)
    assert first.headers["ETag"].startswith("W/")
    again = client.get("/search", headers=GZIP | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""


def test_gzip_can_be_refused(client: FlaskClient) -> None:
    answer = client.get("/search", headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    "address", ["/", "/search", "/overview", "/directory", "/entities/agency/산업통상자원부", "/help"]
)
def test_a_first_visit_is_light(client: FlaskClient, address: str) -> None:
    page = client.get(address, headers=GZIP)
    tree = HTMLParser(gzip.decompress(page.data))
    files = [
        node.attributes.get("href") or node.attributes["src"] for node in tree.css("link[href^='/static'], script")
    ]
    weight = len(page.data)
    for file in files:
        with client.get(file or "", headers=GZIP) as answer:
            assert answer.status_code == 200
            weight += len(answer.data)
    assert weight < 100_000 / 2, weight


def test_exports_are_streamed_as_they_are(client: FlaskClient) -> None:
    with client.get("/search.csv", headers=GZIP) as answer:
        assert "Content-Encoding" not in answer.headers
        assert answer.data.startswith(b"\xef\xbb\xbf")
