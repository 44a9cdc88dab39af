"""The directory: what it lists, whom a filter means, how a desk is taken along."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import replace
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from page_checks import check_safe, check_structure, first
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from kb.identity import standing_name
from kb.knowledge import KnowledgeBase
from kb.search.directory import joined
from kb.views import NamedLink
from kb.views.directory import STALE, Desk, DirectoryPage
from web.directory.export import HEAD
from web.directory.params import ORDERS, Asked
from web.directory.vcard import Words, card, folded

DAY = dt.date(2024, 7, 1)

SAID = Words("소속 미상", "마지막 확인 %(day)s.", "무역안보")


def desk(number: str = "02-100-2000", department: str | None = "조사과", agency: str | None = "관세청") -> Desk:
    link = NamedLink("contact", number, number)
    return Desk(link, department, agency, None, None, DAY, DAY, 1, "samples/2024-07-01-1")


@pytest.mark.parametrize("asked", ["", "?agency=관세청", "?q=조사", "?sort=agency&per_page=5&page=2", "?q=없는부서"])
def test_page_and_json_agree(client: FlaskClient, asked: str) -> None:
    told = client.get(f"/api/v1/directory{asked}").get_json()
    tree = HTMLParser(client.get(f"/directory{asked}").text)
    shown = [node.text() for node in tree.css(".desk-number .tel")]
    assert shown == [each["number"] for each in told["desks"]]
    dials = [node.attributes["href"] for node in tree.css(".desk-number .tel")]
    assert dials == ["tel:" + each["number"].replace("-", "") for each in told["desks"]]
    assert [node.attributes["href"] for node in tree.css(".desk-table .num a")] == [d["url"] for d in told["desks"]]


def test_every_desk_of_every_contact_page_is_there(client: FlaskClient, knowledge: KnowledgeBase) -> None:
    listed = {d["number"] for d in everything(client)}
    pages = knowledge.entities("contact", per_page=200)
    assert listed == {item.link.label for item in pages.items}


def test_pages_are_a_partition(client: FlaskClient) -> None:
    whole, parts = everything(client), []
    pages = client.get("/api/v1/directory?per_page=7").get_json()["pages"]
    for page in range(1, pages + 1):
        parts += client.get(f"/api/v1/directory?per_page=7&page={page}").get_json()["desks"]
    assert parts == whole


@pytest.mark.parametrize("names", [("산업부", "산업통상자원부", "산업통상부", "MOTIE"), ("방사청", "방위사업청")])
def test_an_agency_is_found_by_any_of_its_names(client: FlaskClient, names: tuple[str, ...]) -> None:
    answers = [client.get("/api/v1/directory", query_string={"agency": name}).get_json() for name in names]
    assert answers[0]["total"] > 0
    assert all(answer["desks"] == answers[0]["desks"] for answer in answers)
    assert {d["agency"] for d in answers[0]["desks"]} <= set(answers[0]["names"])


def test_every_word_must_stand_somewhere(client: FlaskClient) -> None:
    one = everything(client)[0]
    words = f"{one['number'].replace('-', '')[:6]} {one['department'][:2]}"
    found = client.get("/api/v1/directory", query_string={"q": words}).get_json()["desks"]
    assert one in found
    nothing = client.get("/api/v1/directory", query_string={"q": words + " 뷁쉛"}).get_json()
    assert nothing["total"] == 0


def test_an_owner_counts_what_its_filter_finds(client: FlaskClient) -> None:
    for owner in client.get("/api/v1/directory").get_json()["agencies"]:
        found = client.get("/api/v1/directory", query_string={"agency": owner["name"]}).get_json()
        assert found["total"] == owner["desks"], owner


@pytest.mark.parametrize("order", ORDERS)
def test_orders(client: FlaskClient, order: str) -> None:
    desks = client.get(f"/api/v1/directory?sort={order}&per_page=200").get_json()["desks"]
    key = "last" if order == "fresh" else "agency"
    values = [d[key] or "\uffff" for d in desks]
    assert values == sorted(values, reverse=order == "fresh") and len(set(values)) > 1


def test_an_unknown_agency_is_told(client: FlaskClient) -> None:
    answer = client.get("/directory?agency=세상에없는부")
    assert answer.status_code == 200
    assert "세상에없는부" in first(HTMLParser(answer.text), ".notes").text()


@pytest.mark.parametrize("asked", ["page=0", "sort=name", "per_page=999", "q=" + "가" * 101])
def test_bad_parameters_are_refused_by_name(client: FlaskClient, asked: str) -> None:
    for address in ("/directory", "/directory.csv", "/directory.vcf", "/api/v1/directory"):
        answer = client.get(f"{address}?{asked}")
        assert answer.status_code == 400 and asked.split("=")[0] in answer.text


@pytest.mark.parametrize("asked", ["", "?agency=관세청&sort=agency", "?q=02"])
def test_files_hold_every_page(client: FlaskClient, asked: str) -> None:
    wanted = [d["number"] for d in everything(client, asked)]
    text = client.get(f"/directory.csv{asked}").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert tuple(rows[0]) == HEAD
    assert [row[0].removeprefix("'") for row in rows[1:]] == wanted
    assert [json.loads(line)["number"] for line in client.get(f"/directory.jsonl{asked}").text.splitlines()] == wanted
    cards = client.get(f"/directory.vcf{asked}").text
    assert cards.count("BEGIN:VCARD\r\n") == cards.count("END:VCARD\r\n") == len(wanted)


def test_a_file_has_a_korean_name(client: FlaskClient) -> None:
    told = client.get("/directory.csv?agency=관세청").headers["Content-Disposition"]
    assert told.startswith("attachment; filename=contacts.csv; filename*=UTF-8''")
    assert unquote(told.rsplit("''")[1]) == "연락처-관세청.csv"


def test_an_old_number_is_faded() -> None:
    newest = DAY + STALE
    page = DirectoryPage("", "", 1, 1, 1, (), (), (), newest, ())
    assert not page.is_stale(desk())
    assert replace(page, newest=newest + dt.timedelta(days=1)).is_stale(desk())


def test_a_desk_without_its_body_joins_the_one_that_names_it() -> None:
    later = DAY + dt.timedelta(days=9)
    bare = replace(desk(agency=None), first=later, last=later, post="samples/2024-07-10-1")
    (one,) = joined([desk(), bare], str)
    assert (one.agency, one.first, one.last, one.posts, one.post) == ("관세청", DAY, later, 2, bare.post)
    two = [desk(), desk(agency="외교부"), bare]
    assert set(joined(two, str)) == set(two), "two bodies: nobody knows whose it is"
    alone = [desk(department=None), desk(department=None, agency=None)]
    assert set(joined(alone, str)) == set(alone), "a bare number is nobody's"


def test_a_desk_stays_one_over_a_renaming(knowledge: KnowledgeBase) -> None:
    later = DAY + dt.timedelta(days=600)
    old, new = desk(agency="산업통상자원부"), replace(desk(agency="산업통상부"), first=later, last=later)
    (one,) = joined([old, new], lambda body: standing_name(body, knowledge.gazetteer))
    assert (one.agency, one.first, one.last, one.posts) == ("산업통상부", DAY, later, 2)


def test_a_number_is_saved_from_its_page(client: FlaskClient) -> None:
    number = everything(client)[0]["number"]
    links = HTMLParser(client.get(f"/entities/contact/{number}").text).css(".entity-head a.button")
    saved = [link.attributes["href"] or "" for link in links if "vcf" in (link.attributes["href"] or "")]
    assert len(saved) == 1
    assert f"TEL;TYPE=WORK,VOICE:{number}\r\n" in client.get(saved[0]).text


def test_a_card_is_one_that_telephones_read() -> None:
    text = card(desk(department="수출; 입, 과\\팀\n둘"), "http://localhost", SAID)
    lines = text.replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCARD" and lines[1] == "VERSION:3.0" and lines[-2:] == ["END:VCARD", ""]
    assert r"ORG:관세청;수출\; 입\, 과\\팀 둘" in lines
    assert "TEL;TYPE=WORK,VOICE:02-100-2000" in lines
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    again = card(replace(desk(), last=DAY + dt.timedelta(days=1)), "http://localhost", SAID)
    assert card(desk(), "x", SAID).split("\r\n")[2] == again.split("\r\n")[2], "read again, a card replaces itself"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300))
def test_folding_tears_no_character_and_loses_nothing(line: str) -> None:
    text = folded(line)
    assert text.replace("\r\n ", "") == line
    assert all(len(part.encode()) <= 75 for part in text.split("\r\n"))


@given(
    st.builds(Asked, st.text(max_size=5), st.text(max_size=5), st.sampled_from(list(ORDERS)), st.integers(1, 99)),
)
def test_the_address_holds_the_state(asked: Asked) -> None:
    assert asked.url().count("page=") == 0
    assert ("page=" in asked.address()) == (asked.page > 1)
    assert asked.url(q="", agency="", order="fresh") == "/directory"


def test_text_of_posts_and_of_the_address_is_inert(client: FlaskClient) -> None:
    for asked in ('"><script>alert(1)</script>', "{{ 7 * 7 }}"):
        for name in ("q", "agency"):
            answer = client.get("/directory", query_string={name: asked})
            check_safe(answer.text, answer.headers["Content-Security-Policy"])
            check_structure(HTMLParser(answer.text))
            assert "<script>alert" not in answer.text


def everything(client: FlaskClient, asked: str = "") -> list[dict[str, str]]:
    told = client.get(f"/api/v1/directory{asked}{'&' if asked else '?'}per_page=200").get_json()
    assert told["pages"] == 1
    desks: list[dict[str, str]] = told["desks"]
    return desks
