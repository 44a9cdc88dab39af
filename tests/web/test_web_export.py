"""Exports hold what the list shows, all pages of it, and open safely in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from access_sites import Make
from flask.testing import FlaskClient

from kb.knowledge import KnowledgeBase
from kb.rows import Row, csv_line, csv_lines
from kb.views import SearchParams
from web.export import FORMS, cell, file_name
from web.export.feeds import ATOM
from web.export.workbook import chunks, xlsx
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


FORMULAS = (
    "=1+1",
    "+82-2",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "＝1+1",
    "＋82",
    "－1",
    "＠SUM(A1)",
    " =1+1",
    "\u3000=1",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    assert next(csv.reader(io.StringIO(csv_line([text]), newline="")))[0] == "'" + text
    assert cell("전략물자") == "전략물자"


def test_the_feed_holds_the_newest(client: FlaskClient) -> None:
    answer = client.get("/search.atom?q=전략물자")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.data)
    days = [node.text for node in feed.iterfind(f"{{{ATOM}}}entry/{{{ATOM}}}updated")]
    assert days == sorted(days, key=str, reverse=True) and days
    for link in feed.iterfind(f"{{{ATOM}}}entry/{{{ATOM}}}link"):
        assert client.get(link.attrib["href"].removeprefix("http://localhost")).status_code == 200


@pytest.mark.parametrize("form", [*FORMS, "atom"])
def test_a_bad_parameter_is_an_answer_and_not_a_torn_file(client: FlaskClient, form: str) -> None:
    assert client.get(f"/search.{form}?from=2024-02-31").status_code == 400


def test_a_list_of_entities_as_csv(client: FlaskClient) -> None:
    told = client.get("/api/v1/entities/agency?per_page=200").get_json()
    rows = list(csv.reader(io.StringIO(client.get("/entities/agency.csv").data.decode("utf-8-sig"), newline="")))
    assert [row[1] for row in rows[1:]] == [entity["key"] for entity in told["entities"]]
    assert client.get("/entities/planet.csv").status_code == 404


SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EPOCH = dt.date(1899, 12, 30)


def sheet(data: bytes, number: int = 1) -> list[list[str]]:
    """The cells of a sheet as text, row by row; none may be a formula or a link."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        text = book.read(f"xl/worksheets/sheet{number}.xml").decode()
        assert not any("hyperlink" in name or "_rels/sheet" in name for name in book.namelist())
    assert "<f>" not in text and "<hyperlink" not in text
    tree = ElementTree.fromstring(text)
    return [["".join(cell.itertext()) for cell in row.iter(f"{SHEET}c")] for row in tree.iter(f"{SHEET}row")]


@pytest.mark.parametrize("asked", ASKED)
def test_a_workbook_holds_every_hit(client: FlaskClient, asked: str) -> None:
    told = client.get(f"/api/v1/search{asked}{'&' if asked else '?'}per_page=100").get_json()["hits"]
    rows = sheet(client.get(f"/search.xlsx{asked}").data)
    assert tuple(rows[0]) == export.HEAD
    assert [EPOCH + dt.timedelta(days=int(row[0])) for row in rows[1:]] == [
        dt.date.fromisoformat(hit["date"]) for hit in told
    ]
    assert [row[1] for row in rows[1:]] == [hit["title"] for hit in told]


def test_a_workbook_says_where_it_comes_from(client: FlaskClient) -> None:
    about = dict(sheet(client.get("/search.xlsx?agency=관세청").data, 2))
    assert "관세청" in unquote(about["주소"]) and about["목록"] == "글"


@pytest.mark.parametrize("text", ["=1+1", "+82-2", "-1", "@SUM(A1)", "{=A1}", "https://a.example", "\x00전략", "007"])
def test_text_in_a_workbook_stays_text(text: str) -> None:
    rows: list[Row] = [(text, 7, None, dt.date(2024, 7, 1), dt.date(1850, 1, 1))]
    data = b"".join(chunks(xlsx("이름: [1/2]", ("가", "나", "다", "라", "마"), (9,) * 5, rows, ("안내", []))))
    (row,) = sheet(data)[1:]
    assert row[0].replace("_x0000_", "\x00") == text
    assert row[1:] == ["7", "45474", "1850-01-01"]


@pytest.mark.parametrize("text", ["=1+1", "＝1+1", "\n=1", "전략물자"])
def test_what_looks_like_a_formula_is_marked_as_text(text: str) -> None:
    data = b"".join(chunks(xlsx("이름", ("가",), (9,), [(text,)], ("안내", []))))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        styles, rows = (book.read(f"xl/{name}.xml").decode() for name in ("styles", "worksheets/sheet1"))
    style = re.search(r'r="A2" s="(\d+)"', rows)
    formats = re.findall(r"<xf [^>]*>", styles.partition("<cellXfs")[2])
    assert ('quotePrefix="1"' in formats[int(style[1])] if style else False) == (text != "전략물자")


def test_what_does_not_fit_into_a_cell_is_cut() -> None:
    data = b"".join(chunks(xlsx("가", ("가",), (9,), [("전" * 40_000,)], ("안내", []))))
    assert len(sheet(data)[1][0]) == 32_767


@pytest.mark.parametrize("form", FORMS)
def test_a_long_answer_says_what_it_leaves_out(make: Make, form: str) -> None:
    client = make(export_rows=3).client()
    total = client.get("/api/v1/search").get_json()["total"]
    data = client.get(f"/search.{form}").data
    lines = sheet(data)[1:] if form == "xlsx" else data.decode("utf-8-sig").splitlines()[form == "csv" :]
    noted = sheet(data, 2)[-1][-1] if form == "xlsx" else str(lines.pop())
    assert len(lines) == 3
    assert f"{total:,}건" in noted and "3건" in noted


def test_a_note_is_the_last_line() -> None:
    assert list(csv_lines(("가",), [("나",)], "다"))[-1] == "다\r\n"


@pytest.mark.parametrize("kind", ["agency", "official", "contact"])
@pytest.mark.parametrize("form", FORMS)
def test_entities_in_every_form(client: FlaskClient, kind: str, form: str) -> None:
    told = client.get(f"/api/v1/entities/{kind}?per_page=200").get_json()["entities"]
    answer = client.get(f"/entities/{kind}.{form}")
    assert answer.content_type == FORMS[form]
    if form == "jsonl":
        assert [json.loads(line) for line in answer.text.splitlines()] == told
        return
    rows = sheet(answer.data) if form == "xlsx" else list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == [entity["label"] for entity in told]


def test_files_bear_korean_names(client: FlaskClient) -> None:
    told = client.get("/search.xlsx?q=전략물자 수출").headers["Content-Disposition"]
    assert told.startswith("attachment; filename=posts.xlsx; filename*=UTF-8''")
    assert unquote(told.rsplit("''")[1]) == "글-전략물자-수출.xlsx"


@pytest.mark.parametrize(
    ("title", "name"),
    [('글 a/b\\c:d\n"e"', "글-a-b-c-d-e"), ("../../etc", "etc"), ("?*", "목록"), ("가" * 99, "가" * 60)],
)
def test_a_name_is_one_that_every_system_takes(title: str, name: str) -> None:
    assert file_name(title) == name


def test_a_hostile_query_stays_inside_its_header(client: FlaskClient) -> None:
    told = client.get("/search.csv", query_string={"q": 'x"; filename=y.exe\r\nSet-Cookie: a=b'}).headers
    assert "Set-Cookie" not in told
    assert told["Content-Disposition"].startswith("attachment; filename=posts.csv; filename*=UTF-8''")
