"""Files and feeds are in the language of the page they are taken from; what posts say stays as it is."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from test_web_export import sheet
from test_web_language import HANGUL

from web.directory.export import HEAD as DESKS
from web.entities.export import HEAD as ENTITIES
from web.export.feeds import ATOM
from web.search.export import HEAD as POSTS

ENGLISH = {"Accept-Language": "en"}
LISTS = {"/search": POSTS, "/search?q=수출": POSTS, "/entities/country": ENTITIES, "/directory": DESKS}


def file_of(address: str, form: str) -> str:
    path, _, asked = address.partition("?")
    return f"{path}.{form}?{asked}"


@pytest.mark.parametrize("address", LISTS)
def test_headings_are_english_on_an_english_page(client: FlaskClient, address: str) -> None:
    answer = client.get(file_of(address, "csv"), headers=ENGLISH)
    first = next(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert not HANGUL.search(" ".join(first)) and len(set(first)) == len(LISTS[address])
    assert answer.headers["Content-Language"] == "en"
    rows, about = (sheet(client.get(file_of(address, "xlsx"), headers=ENGLISH).data, n) for n in (1, 2))
    assert rows[0] == first
    assert not any(HANGUL.search(row[0]) for row in about) and about[0][0] == "List"


@pytest.mark.parametrize("address", LISTS)
def test_headings_are_korean_on_a_korean_page(client: FlaskClient, address: str) -> None:
    text = client.get(file_of(address, "csv")).data.decode("utf-8-sig")
    assert tuple(next(csv.reader(io.StringIO(text)))) == LISTS[address]


def test_what_is_made_while_it_is_sent_is_english_too(client: FlaskClient) -> None:
    rows = list(csv.reader(io.StringIO(client.get("/entities/country.csv", headers=ENGLISH).data.decode("utf-8-sig"))))
    names = {row[1]: row[0] for row in rows}
    assert names["RU"] == "Russia"
    topics = client.get("/search.csv?topic=strategic-items", headers=ENGLISH).data.decode("utf-8-sig")
    assert "Strategic items and export control" in topics


@pytest.mark.parametrize("address", ["/search.atom?q=수출", "/search.atom", "/entities/country/RU.atom"])
def test_a_feed_is_in_the_language_of_its_page(client: FlaskClient, address: str) -> None:
    korean, english = client.get(address), client.get(address, headers=ENGLISH)
    told, said = ElementTree.fromstring(korean.data), ElementTree.fromstring(english.data)
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert (told.attrib[lang], said.attrib[lang]) == ("ko", "en")
    title = said.findtext(f"{{{ATOM}}}title") or ""
    assert title.startswith("Trade Security Knowledge Base") and "무역안보" not in title
    assert [n.text for n in told.iterfind(f".//{{{ATOM}}}id")] == [n.text for n in said.iterfind(f".//{{{ATOM}}}id")]
    entry = said.find(f"{{{ATOM}}}entry/{{{ATOM}}}title")
    assert entry is not None and entry.attrib[lang] == "ko"


def test_a_card_is_in_the_language_of_its_page(client: FlaskClient) -> None:
    card = client.get("/directory.vcf?q=관세청", headers=ENGLISH).text
    assert "NOTE:Last seen 20" in card and "CATEGORIES:무역안보" not in card
    assert "마지막 확인" in client.get("/directory.vcf?q=관세청").text
