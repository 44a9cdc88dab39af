"""Feeds: Atom 1.0 as RFC 4287 has it, the newest first, under ids that never change."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from kb.knowledge import KnowledgeBase
from kb.model import EntityKind
from web.export.feeds import ATOM, Entry, Feed, atom

A = f"{{{ATOM}}}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT00:00:00\+09:00")
FEEDS = ["/search.atom", "/search.atom?q=전략물자", "/search.atom?agency=관세청&from=2020", "/search.atom?q=뷁쉛궯"]


def read(client: FlaskClient, address: str) -> ElementTree.Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.data)


def check(feed: ElementTree.Element) -> None:
    """What RFC 4287 demands of a feed and its entries."""
    assert feed.tag == f"{A}feed"
    for node in (feed, *feed.iter(f"{A}entry")):
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"{A}{name}")) == 1, name
        assert (node.findtext(f"{A}id") or "").startswith("urn:uuid:")
        assert MOMENT.fullmatch(node.findtext(f"{A}updated") or "")
        assert (node.findtext(f"{A}author/{A}name") or "").strip()
        assert len(node.findall(f"{A}link[@rel='alternate']")) == 1
    assert len(feed.findall(f"{A}link[@rel='self']")) == 1
    ids = [node.text for node in feed.iter(f"{A}id")]
    assert len(ids) == len(set(ids))
    assert all(node.attrib["type"] == "text" for node in feed.iter(f"{A}summary"))


@pytest.mark.parametrize("address", FEEDS)
def test_a_search_is_a_valid_feed(client: FlaskClient, address: str) -> None:
    feed = read(client, address)
    check(feed)
    days = [node.text or "" for node in feed.iterfind(f"{A}entry/{A}updated")]
    assert days == sorted(days, reverse=True)
    assert feed.findtext(f"{A}updated") == (days[0] if days else "1970-01-01T00:00:00+09:00")


@pytest.mark.parametrize("kind", EntityKind.__args__)
def test_an_entity_is_a_valid_feed(client: FlaskClient, knowledge: KnowledgeBase, kind: str) -> None:
    for item in knowledge.entities(kind, per_page=3).items:
        feed = read(client, f"{item.link.url}.atom")
        check(feed)
        assert item.link.label in (feed.findtext(f"{A}title") or "")
        assert feed.findall(f"{A}entry")


def test_an_entity_feed_holds_the_newest_posts_that_name_it(client: FlaskClient) -> None:
    told = client.get("/api/v1/entities/agency/관세청").get_json()["mentions"]
    feed = read(client, "/entities/agency/관세청.atom")
    assert [node.text for node in feed.iterfind(f"{A}entry/{A}title")] == [" ".join(m["title"].split()) for m in told]
    for entry in feed.iterfind(f"{A}entry"):
        link = entry.find(f"{A}link")
        assert link is not None
        assert client.get(link.attrib["href"].removeprefix("http://localhost")).status_code == 200


def test_an_alias_leads_to_the_one_feed(client: FlaskClient) -> None:
    answer = client.get("/entities/agency/방사청.atom")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/entities/agency/{quote('방위사업청')}.atom"
    assert client.get("/entities/agency/세상에없는부.atom").status_code == 404
    assert client.get("/entities/planet/지구.atom").status_code == 404


def test_a_post_has_one_id_in_every_feed_and_at_every_address(client: FlaskClient) -> None:
    whole = {e.findtext(f"{A}title"): e.findtext(f"{A}id") for e in read(client, "/search.atom").iter(f"{A}entry")}
    feeds = ["/search.atom?agency=관세청", "/entities/agency/관세청.atom"]
    for feed in (read(client, address) for address in feeds):
        shared = [e for e in feed.iter(f"{A}entry") if e.findtext(f"{A}title") in whole]
        assert all(e.findtext(f"{A}id") == whole[e.findtext(f"{A}title")] for e in shared)
    elsewhere = client.get("/search.atom", base_url="https://localhost:8443")
    other = ElementTree.fromstring(elsewhere.data)
    assert [e.findtext(f"{A}id") for e in other.iter(f"{A}entry")] == list(whole.values())


@pytest.mark.parametrize("page", ["/search?q=전략물자&agency=관세청", "/entities/agency/관세청", "/overview"])
def test_a_page_names_its_feed(client: FlaskClient, page: str) -> None:
    link = HTMLParser(client.get(page).text).css_first('link[rel="alternate"][type="application/atom+xml"]')
    assert link is not None and link.attributes["title"]
    check(read(client, link.attributes["href"] or ""))


@pytest.mark.parametrize("address", ["/search.atom?q=전략물자", "/entities/agency/관세청.atom"])
def test_a_reader_that_comes_back_is_told_that_nothing_is_new(client: FlaskClient, address: str) -> None:
    etag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_what_xml_cannot_hold_is_left_out() -> None:
    hostile = "<b>&amp;\x00\x0b\ufffe ]]> 전략"
    entry = Entry("post a/b", hostile, dt.date(2024, 7, 1), "/posts/a/b", hostile, "a")
    text = atom(Feed("search", hostile, "http://localhost/f", "http://localhost/", "http://localhost", (entry,)))
    feed = ElementTree.fromstring(text)
    assert "<b>&amp;" in (feed.findtext(f"{A}title") or "")
    assert feed.findtext(f"{A}entry/{A}summary") == feed.findtext(f"{A}title")


@pytest.mark.parametrize("asked", ["from=2024-02-31", "page=0", "sort=age"])
def test_a_bad_parameter_is_an_answer(client: FlaskClient, asked: str) -> None:
    assert client.get(f"/search.atom?{asked}").status_code == 400
