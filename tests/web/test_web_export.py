"""Exports hold what the list shows, all pages of it, and open safely in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from kb.knowledge import KnowledgeBase
from kb.views import SearchParams
from web.export import cell
from web.export.feeds import ATOM
from web.export.tables import csv_line
from web.search import export

ASKED = ["", "?q=전략물자", "?q=전략물자&sort=date&not_country=US", "?agency=관세청&from=2020"]


def all_hits(client: FlaskClient, asked: str) -> list[str]:
    told = client.get(f"/api/v1/search{asked}{'&' if asked else '?'}per_page=100").get_json()
    assert told["pages"] == 1
    return [hit["post"] for hit in told["hits"]]


@pytest.mark.parametrize("asked", ASKED)
def test_every_form_holds_every_hit(client: FlaskClient, asked: str) -> None:
    wanted = all_hits(client, asked)
    text = client.get(f"/search.csv{asked}").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert tuple(rows[0]) == export.HEAD
    assert [row[6] for row in rows[1:]] == wanted
    lines = client.get(f"/search.jsonl{asked}").text.splitlines()
    assert [json.loads(line)["post"] for line in lines] == wanted


def test_pages_follow_one_another_without_a_gap(knowledge: KnowledgeBase) -> None:
    whole = [hit.post for hit in knowledge.search(SearchParams(per_page=100)).hits]
    assert [hit.post for hit in export.every_hit(knowledge, SearchParams(), chunk=7)] == whole


def test_csv_opens_in_excel_with_hangul(client: FlaskClient) -> None:
    assert client.get("/search.csv").data.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("text", ["=1+1", "+82-2", "-1", "@SUM(A1)", "\tx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert next(csv.reader([csv_line([text])]))[0] == "'" + text
    assert cell("전략물자") == "전략물자"


def test_the_feed_holds_the_newest(client: FlaskClient) -> None:
    answer = client.get("/search.atom?q=전략물자")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.data)
    days = [node.text for node in feed.iterfind(f"{{{ATOM}}}entry/{{{ATOM}}}updated")]
    assert days == sorted(days, key=str, reverse=True) and days
    for link in feed.iterfind(f"{{{ATOM}}}entry/{{{ATOM}}}link"):
        assert client.get(link.attrib["href"].removeprefix("http://localhost")).status_code == 200


@pytest.mark.parametrize("form", ["csv", "jsonl", "atom"])
def test_a_bad_parameter_is_an_answer_and_not_a_torn_file(client: FlaskClient, form: str) -> None:
    assert client.get(f"/search.{form}?from=2024-02-31").status_code == 400


def test_a_list_of_entities_as_csv(client: FlaskClient) -> None:
    told = client.get("/api/v1/entities/agency?per_page=200").get_json()
    rows = list(csv.reader(io.StringIO(client.get("/entities/agency.csv").data.decode("utf-8-sig"), newline="")))
    assert [row[1] for row in rows[1:]] == [entity["key"] for entity in told["entities"]]
    assert client.get("/entities/planet.csv").status_code == 404
