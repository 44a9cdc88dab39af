"""The post page: text as stored, marks that are links, and what it says of its origin."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from kb.knowledge import KnowledgeBase
from kb.views import BlockView, SearchParams
from web.posts.page import groups, web_address
from web.posts.routes import decoded


@pytest.fixture(scope="module")
def posts(knowledge: KnowledgeBase) -> list[str]:
    return [hit.url for hit in knowledge.search(SearchParams(q="", sort="date", per_page=100)).hits]


def test_every_post_opens_as_page_and_json(client: FlaskClient, posts: list[str]) -> None:
    assert len(posts) > 40
    for url in posts:
        told = client.get(f"/api/v1{url}").get_json()
        tree = HTMLParser(client.get(url).text)
        assert tree.css_first("h1").text() == told["title"]
        shown = "".join("".join(node.text() for node in tree.css(".text")).split())
        for line in told["text"].split("\n")[1:]:
            assert "".join(line.split()) in shown, (url, line)


def test_every_mark_leads_to_its_entity_and_stands_alone(client: FlaskClient, posts: list[str]) -> None:
    for url in posts[:10]:
        for mark in HTMLParser(client.get(url).text).css("a.m"):
            assert (mark.attributes["id"] or "").startswith("m")
            assert client.get(mark.attributes["href"] or "").status_code == 200, mark.html


def test_samples_are_marked_as_such(client: FlaskClient, posts: list[str]) -> None:
    sample = next(url for url in posts if url.startswith("/posts/samples/"))
    assert "견본" in client.get(sample).text
    assert "견본" not in client.get(next(url for url in posts if "/hostile/" in url)).text


def test_numbers_can_be_dialled(client: FlaskClient, knowledge: KnowledgeBase) -> None:
    desk = knowledge.entities("contact").items[0]
    post = knowledge.entity("contact", desk.link.value).mentions[0].post
    tree = HTMLParser(client.get(f"/posts/{post}").text)
    dials = {node.attributes["href"] for node in tree.css("a.tel")}
    assert "tel:" + desk.link.value.replace("-", "") in dials


def test_neighbouring_items_are_one_list(knowledge: KnowledgeBase) -> None:
    post = knowledge.post(knowledge.search(SearchParams(sort="date")).hits[0].post)
    kinds = ["paragraph", "item", "item", "paragraph", "paragraph", "row", "row", "item"]
    blocks = tuple(BlockView(kind, 0, ()) for kind in kinds)  # type: ignore[arg-type] # literals in a list
    from dataclasses import replace

    found = [(kind, len(members)) for kind, members in groups(replace(post, blocks=blocks))]
    assert found == [("paragraph", 1), ("item", 2), ("paragraph", 1), ("paragraph", 1), ("row", 2), ("item", 1)]


@pytest.mark.parametrize(
    ("address", "safe"),
    [("https://www.korea.kr/a", True), ("javascript:alert(1)", False), ("data:text/html,x", False), (None, False)],
)
def test_only_web_addresses_become_links(address: str | None, safe: bool) -> None:
    assert (web_address(address) is not None) == safe


def test_files_in_either_encoding_are_readable() -> None:
    assert decoded("전략물자".encode()) == "전략물자"
    assert decoded("전략물자".encode("cp949")) == "전략물자"
    assert decoded(b"\xef\xbb\xbfabc") == "abc"
    assert "\ufffd" in decoded(b"\xff\xfe\xff")


def test_the_citation_names_who_what_and_when(client: FlaskClient, posts: list[str]) -> None:
    told = client.get(f"/api/v1{posts[0]}").get_json()
    cite = HTMLParser(client.get(posts[0]).text).css_first("#cite").text()
    day = dt.date.fromisoformat(told["date"])
    assert told["title"] in cite and f"{day.year}. {day.month}. {day.day}." in cite


def test_days_of_force_stand_under_the_title_with_their_sentence(client: FlaskClient) -> None:
    page = HTMLParser(client.get("/posts/samples/2026-03-03-1").text)
    assert [day.attributes["datetime"] for day in page.css(".force time")] == ["2026-03-16", "2026-04-01"]
    assert len(page.css(".force li")) == 1  # one sentence says both
    for item in page.css(".force li"):
        place = (item.css_first("a").attributes["href"] or "")[1:]
        paragraph = page.css_first(f"#{place}").parent
        assert paragraph is not None and item.css_first("q").text() in paragraph.text()
    told = client.get("/api/v1/posts/samples/2026-03-03-1").get_json()["in_force"]
    assert [(f["day"], f["grain"]) for f in told] == [("2026-03-16", "day"), ("2026-04-01", "day")]


def test_a_day_that_is_still_to_come_says_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "/posts/samples/2026-03-03-1"
    for today, ahead in ((dt.date(2026, 3, 15), 2), (dt.date(2026, 3, 16), 1), (dt.date(2026, 4, 1), 0)):
        monkeypatch.setattr("web.posts.routes.today", lambda today=today: today)
        assert len(HTMLParser(client.get(url).text).css(".force .ahead")) == ahead
