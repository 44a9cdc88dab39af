"""Days of force over all posts: each leads to its sentence, what is ahead comes first, a calendar has the same days."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from page_checks import first
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from kb.days_told import Grain
from kb.knowledge import KnowledgeBase
from kb.views import ForceInPost, NamedLink, SearchParams
from kb.views.force import DaysOfForce, Statement
from web.force import routes
from web.force.page import PAST, away, chosen, view

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))
GRAINS: st.SearchStrategy[Grain] = st.sampled_from(["day", "month", "year"])
TOPIC = NamedLink("topic", "sanctions", "제재")


def statement(day: dt.date | None, grain: Grain, topical: bool = False) -> Statement:
    starts = {"day": {}, "month": {"day": 1}, "year": {"month": 1, "day": 1}}[grain]
    told = day.replace(**starts) if day else None
    force = ForceInPost(told, grain if day else None, None if day else "공포 후 6개월", "시행된다.", "s0")
    return Statement("samples/x", "제목", dt.date(2024, 7, 1), "samples", (), (TOPIC,) if topical else (), force)


STATEMENTS = st.lists(st.builds(statement, st.none() | DAYS, GRAINS, st.booleans()), max_size=12)


def told(client: FlaskClient, address: str = "/in-force") -> HTMLParser:
    answer = client.get(address)
    assert answer.status_code == 200
    return HTMLParser(answer.text)


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day on which one of the samples' days is past and another ahead."""
    monkeypatch.setattr(routes, "today", lambda: dt.date(2026, 3, 20))


def test_what_is_ahead_stands_first_and_says_how_far_it_is(client: FlaskClient, on: None) -> None:
    ahead, *_, past = told(client).css(".due")
    days = [time.attributes["datetime"] for time in ahead.css("time")]
    assert "2026-04-01" in days and days == sorted(days, key=str) and min(map(str, days)) >= "2026-03"
    assert "12일 뒤" in ahead.text() and "2026-03-16" in past.html
    assert not past.css(".ahead")


def test_a_statement_leads_to_its_sentence_on_the_post(client: FlaskClient, on: None) -> None:
    rows = told(client).css(".due ul > li")
    assert rows
    for row in rows:
        address, _, anchor = (first(row, "h3 a").attributes["href"] or "").partition("#")
        page = told(client, address)
        assert page.css_first(f"#{anchor}") is not None, address
        said = [" ".join(quote.text().split()) for quote in page.css(".force q")]
        assert " ".join(first(row, "q").text().split()) in said


def test_the_page_has_all_that_posts_say(client: FlaskClient, knowledge: KnowledgeBase) -> None:
    said = set()
    for hit in knowledge.search(SearchParams(per_page=200)).hits:
        for post in (hit.post, *(copy.post for copy in hit.copies)):
            said |= {(post, force.anchor, force.day, force.counted) for force in knowledge.post(post).force}
    listed = knowledge.days_of_force().statements
    assert {(s.post, s.force.anchor, s.force.day, s.force.counted) for s in listed} == said
    assert len(listed) == len(said) > 5


def test_only_posts_about_a_topic_where_asked(client: FlaskClient) -> None:
    every = client.get("/api/v1/in-force").get_json()["statements"]
    topical = client.get("/api/v1/in-force?about=topic").get_json()["statements"]
    assert topical == [stated for stated in every if stated["topics"]]
    page = told(client, "/in-force?about=topic")
    assert first(page, '.due-bar [aria-current="true"] .count').text() == str(len(topical))
    assert client.get("/in-force?about=law").status_code == 400


def test_a_calendar_has_every_whole_day_once(client: FlaskClient) -> None:
    answer = client.get("/in-force.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    lines = answer.text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert all(len(line.encode()) <= 75 for line in lines)
    days = [s["day"] for s in client.get("/api/v1/in-force").get_json()["statements"] if s["grain"] == "day"]
    assert [f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in re.findall(r"DTSTART;VALUE=DATE:(\d{8})", answer.text)] == days
    uids = re.findall(r"UID:(\S+)", answer.text)
    assert len(set(uids)) == len(uids) == len(days)


@given(STATEMENTS, DAYS)
def test_every_statement_stands_in_one_list(statements: list[Statement], today: dt.date) -> None:
    found = DaysOfForce(None, tuple(statements))
    ahead, past = found.ahead(today), found.past(today)
    assert sorted(map(id, (*ahead, *past, *found.undated))) == sorted(map(id, statements))
    assert all(stated.last is not None and stated.last >= today for stated in ahead)
    assert all(stated.last is not None and stated.last < today for stated in past)


@given(STATEMENTS, DAYS)
def test_the_page_counts_what_it_lists(statements: list[Statement], today: dt.date) -> None:
    shown = view(DaysOfForce(None, tuple(statements)), "topic", today)
    topical = chosen(DaysOfForce(None, tuple(statements)), "topic").statements
    listed = [stated for day in (*shown.ahead, *shown.past) for stated in day.statements]
    assert len(listed) + shown.left + len(shown.undated) == shown.topical == len(topical)
    assert shown.all == len(statements) and all(stated.topics for stated in listed)
    assert not any(day.away for day in shown.past)


def test_a_long_past_is_cut_and_the_rest_counted() -> None:
    days = [dt.date(2020, 1, 1) + dt.timedelta(days=n) for n in range(PAST + 7)]
    found = DaysOfForce(None, tuple(statement(day, "day") for day in days))
    shown = view(found, "all", dt.date(2030, 1, 1))
    assert shown.left == 7 and shown.past[0].first == days[-1]


def test_how_far_a_day_is(client: FlaskClient) -> None:
    today = dt.date(2026, 3, 20)
    with client.application.test_request_context("/?lang=ko"):
        assert [away(today + dt.timedelta(days=n), today) for n in (-1, 0, 1, 2, 400)] == [
            "",
            "오늘",
            "내일",
            "2일 뒤",
            "400일 뒤",
        ]
