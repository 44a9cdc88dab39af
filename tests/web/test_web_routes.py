"""Every address of the site answers, safely and lightly. The table must name each rule of the URL map."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from page_checks import check_safe, check_structure
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from kb.knowledge import KnowledgeBase
from kb.model import EntityKind
from kb.views import SearchParams

LIGHT = 100_000  # bytes of a page

PAGES = {
    "/": "/",
    "/search": "/search?q=전략물자",
    "/search/filter/<name>": "/search/filter/agency?q=수출&agency=관세청&not_country=RU",
    "/explain": "/explain?q=전략물자 관세청",
    "/help": "/help",
    "/help/api": "/help/api",
    "/directory": "/directory?agency=관세청",
    "/status": "/status",
    "/overview": "/overview",
    "/in-force": "/in-force?about=topic",
    "/entities": "/entities",
    "/entities/<kind>": "/entities/agency",
    "/entities/<kind>/<path:name>": "/entities/agency/관세청",
    "/posts/<source>/<path:name>": "{post}",
    "/posts/<source>/<path:name>/original": "{post}/original",
}
DATA = {
    "/api/v1/search": "/api/v1/search?q=전략물자",
    "/api/v1/posts/<source>/<path:name>": "/api/v1{post}",
    "/api/v1/entities/<kind>": "/api/v1/entities/agency",
    "/api/v1/entities/<kind>/<path:name>": "/api/v1/entities/agency/관세청",
    "/api/v1/directory": "/api/v1/directory",
    "/api/v1/overview": "/api/v1/overview",
    "/api/v1/in-force": "/api/v1/in-force",
    "/api/v1/suggest": "/api/v1/suggest?q=관세",
    "/api/v1/explain": "/api/v1/explain?q=전략물자",
    "/api/v1/status": "/api/v1/status",
    "/api/v1/openapi.json": "/api/v1/openapi.json",
    "/healthz": "/healthz",
    "/readyz": "/readyz",
}
FILES = {
    "/posts/<source>/<path:name>/cite.bib": "{post}/cite.bib",
    "/search.csv": "/search.csv?q=전략물자",
    "/search.xlsx": "/search.xlsx?q=전략물자",
    "/search.jsonl": "/search.jsonl?q=전략물자",
    "/search.atom": "/search.atom?q=전략물자",
    "/directory.csv": "/directory.csv?agency=관세청",
    "/directory.xlsx": "/directory.xlsx",
    "/directory.jsonl": "/directory.jsonl",
    "/directory.vcf": "/directory.vcf?q=관세청",
    "/in-force.ics": "/in-force.ics",
    "/entities/<kind>.csv": "/entities/agency.csv",
    "/entities/<kind>.xlsx": "/entities/agency.xlsx",
    "/entities/<kind>.jsonl": "/entities/agency.jsonl",
    "/entities/<kind>/<path:name>.atom": "/entities/agency/관세청.atom",
    "/metrics": "/metrics",
}
MISSING = [
    "/nothing",
    "/posts/samples/1999-01-01-1",
    "/posts/none/1999-01-01-1/original",
    "/posts/samples/..%2f..%2fetc%2fpasswd/original",
    "/entities/planet",
    "/search/filter/planet",
    "/search/filter/month",
    "/entities/agency/세상에없는부",
    "/entities/planet/지구",
    "/entities/agency/%00",
    "/static/none.css",
    "/static/../cli.py",
]


@pytest.fixture(scope="module")
def post(knowledge: KnowledgeBase) -> str:
    return knowledge.search(SearchParams(q="전략물자", filters={"source": ("samples",)})).hits[0].url


def test_every_rule_has_an_example(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"}
    assert rules == set(PAGES) | set(DATA) | set(FILES)


@pytest.mark.parametrize("address", PAGES.values())
def test_a_page_answers_safely_and_lightly(client: FlaskClient, post: str, address: str) -> None:
    answer = client.get(address.format(post=post))
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    assert len(answer.data) < LIGHT
    check_safe(answer.text, answer.headers["Content-Security-Policy"])
    check_structure(HTMLParser(answer.text))


@pytest.mark.parametrize("address", DATA.values())
def test_json_answers_with_an_object(client: FlaskClient, post: str, address: str) -> None:
    answer = client.get(address.format(post=post))
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert isinstance(answer.get_json(), dict)


@pytest.mark.parametrize("address", FILES.values())
def test_a_file_answers_safely(client: FlaskClient, post: str, address: str) -> None:
    answer = client.get(address.format(post=post))
    assert answer.status_code == 200 and answer.data
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", MISSING)
def test_what_is_not_there_is_404_in_both_shapes(client: FlaskClient, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 404
    assert "찾을 수 없습니다" in page.text
    check_safe(page.text, page.headers["Content-Security-Policy"])
    told = client.get(address, headers={"Accept": "application/json"})
    assert told.status_code == 404
    assert told.content_type == "application/problem+json"
    assert told.get_json()["status"] == 404


@pytest.mark.parametrize("kind", EntityKind.__args__)
def test_every_kind_has_its_list(client: FlaskClient, kind: str) -> None:
    assert client.get(f"/entities/{kind}").status_code == 200


@pytest.mark.parametrize("kind", EntityKind.__args__)
def test_every_kind_has_its_pages(client: FlaskClient, knowledge: KnowledgeBase, kind: str) -> None:
    for item in knowledge.entities(kind, per_page=3).items:
        answer = client.get(item.link.url)
        assert answer.status_code == 200, item.link
        assert item.link.label in answer.text
        check_structure(HTMLParser(answer.text))


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_site_is_read_only(client: FlaskClient, method: str) -> None:
    answer = getattr(client, method)("/api/v1/search")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.content_type == "application/problem+json"


def test_an_unchanged_page_is_not_sent_again(client: FlaskClient, post: str) -> None:
    for address in ("/search?q=전략물자", "/api/v1/search?q=전략물자", post):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304, address
        assert again.data == b""


def test_styles_and_scripts_are_kept_for_good(client: FlaskClient) -> None:
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").text):
        with client.get(address) as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]


def test_probes_are_never_kept(client: FlaskClient) -> None:
    assert client.get("/healthz").headers["Cache-Control"] == "no-store"
    assert client.get("/readyz").get_json()["ready"] is True
