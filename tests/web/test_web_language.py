"""Two languages: how one is chosen, that pages keep to it, and that the catalog says all there is to say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from page_checks import check_safe, check_structure
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node
from test_web_routes import LIGHT, MISSING, PAGES

from kb.knowledge import KnowledgeBase
from kb.model import EntityKind
from kb.views import SearchParams
from web.language.catalog import CATALOG
from web.language.choice import preferred
from web.language.extract import kept, spoken
from web.language.told import PLACE, SENTENCES

ROOT = Path(__file__).parents[2]
HANGUL = re.compile(r"[가-힣ㄱ-ㅎ]+")
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9,ko;q=0.5"}
DROPPED = {"이 %(kind)s의 글 검색"}  # says "these posts" in English, where the kind stands above it
SAID = ("aria-label", "title", "placeholder", "alt", "label")
FURTHER = [
    "/?lang=en",
    "/search",
    "/search?q=전략물자&agency=관세청&not_topic=customs&country=RU&from=2020-01&to=2025-12&unheard=1",
    '/search?q="전략물자&page=900',
    "/search?q=없는말씀입니다&agency=관세청",
    "/search?q=관세쳥",
    "/search?q=수출 OR&agency=없는기관",
    "/search?sort=date&per_page=30",
    "/explain",
    '/explain?q="반덤핑" -중국 기관:관세청 date:2024 title:수출 수출*',
    "/directory",
    "/directory?q=zzz",
    "/directory?agency=없는기관&unheard=1",
    "/directory?page=99",
    "/entities/agency?q=zzz",
]
REFUSED = ["/search?page=0", "/search?from=2024-02-31", "/search?sort=best", "/search?q=a&q=b", "/search?lang=fr"]


def words_outside(node: Node, found: list[str]) -> None:
    """Text that stands in no element marked as Korean, and the words of attributes."""
    if (node.attributes or {}).get("lang") == "ko":
        return
    child = node.child
    while child is not None:
        if child.tag == "-text":
            found.append(child.text(deep=True))
        elif child.tag not in ("script", "style", "-comment"):
            words_outside(child, found)
        child = child.next


def untranslated(text: str) -> list[str]:
    """Hangul that the page neither marks as Korean nor shows as such elsewhere (a title, a label repeats content)."""
    tree = HTMLParser(text)
    assert tree.body is not None and tree.head is not None
    content = " ".join(node.text() for node in tree.css('[lang="ko"]'))
    content += " ".join(node.attributes.get("value") or "" for node in tree.css("input, option"))
    outside: list[str] = []
    words_outside(tree.body, outside)
    inside = {node.mem_id for node in tree.css('[lang="ko"] *')}
    nodes = [node for node in tree.css("*") if node.mem_id not in inside]
    repeated = [node.attributes.get(name) or "" for node in nodes for name in SAID]
    repeated += [node.text() for node in tree.css("title")]
    wrong = [piece.strip() for piece in outside if HANGUL.search(piece)]
    return wrong + [piece for piece in repeated if any(run not in content for run in HANGUL.findall(piece))]


@pytest.fixture(scope="module")
def post(knowledge: KnowledgeBase) -> str:
    return knowledge.search(SearchParams(q="전략물자", filters={"source": ("samples",)})).hits[0].url


@pytest.mark.parametrize("address", [*PAGES.values(), *FURTHER])
def test_an_english_page_is_english(client: FlaskClient, post: str, address: str) -> None:
    answer = client.get(address.format(post=post), headers=ENGLISH)
    assert answer.status_code == 200
    assert untranslated(answer.text) == []
    assert len(answer.data) < LIGHT
    check_safe(answer.text, answer.headers["Content-Security-Policy"])
    check_structure(HTMLParser(answer.text), "en")
    assert answer.headers["Content-Language"] == "en"


@pytest.mark.parametrize("address", [*MISSING, *REFUSED])
def test_an_english_failure_is_english(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={**ENGLISH, "Accept": "text/html"})
    assert answer.status_code in (400, 404)
    assert untranslated(answer.text) == []


@pytest.mark.parametrize("kind", EntityKind.__args__)
def test_english_lists_and_entities_are_english(client: FlaskClient, knowledge: KnowledgeBase, kind: str) -> None:
    addresses = [f"/entities/{kind}", *(item.link.url for item in knowledge.entities(kind, per_page=3).items)]
    for address in addresses:
        assert untranslated(client.get(address, headers=ENGLISH).text) == [], address


def test_the_check_sees_what_is_not_translated(client: FlaskClient) -> None:
    page = client.get("/help", headers=ENGLISH).text
    assert untranslated(page.replace("How to search", "검색 방법")) != []
    assert untranslated(page.replace('aria-label="Main menu"', 'aria-label="주 메뉴"')) == ["주 메뉴"]


def test_every_message_has_its_english() -> None:
    """Missing: run ``python -m web.language.extract`` and translate what is empty."""
    said, have = {m.id for m in spoken() if m.id}, {m.id for m in kept() if m.id}
    assert said - have == set()
    assert have - said == set()
    with CATALOG.open("rb") as source:
        catalog = read_po(source, locale="en")
    assert not catalog.obsolete
    for message in catalog:
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        if message.id:
            assert all(text.strip() for text in texts) and not message.fuzzy, message.id


def test_places_and_tags_are_the_same_in_both_languages() -> None:
    """A place or a tag that is lost in translation would be found only by whoever meets the page."""
    for message in kept():
        if not message.id:
            continue
        korean = message.id if isinstance(message.id, str) else message.id[0]
        for text in [message.string] if isinstance(message.string, str) else message.string:
            assert korean in DROPPED or sorted(PLACE.findall(text)) == sorted(PLACE.findall(korean)), korean
            tags = re.compile(r"</?(?!span)\w+")
            assert sorted(tags.findall(text)) == sorted(tags.findall(korean)), korean


def test_topics_have_english_names() -> None:
    topics = yaml.safe_load((ROOT / "data" / "gazetteer" / "topics.yaml").read_text(encoding="utf-8"))
    have = {message.id for message in kept()}
    assert {topic["name"] for topic in topics} <= have


def test_sentences_of_others_are_recognised(app: Flask) -> None:
    from web.language import told

    with app.test_request_context("/?lang=en"):
        assert told("‘우주청’에 해당하는 기관이(가) 없습니다.") == (
            'Nothing under “Agencies” is called “<span lang="ko">우주청</span>”.'
        )
        assert told("<b>처음 보는 문장</b>") == '<span lang="ko">&lt;b&gt;처음 보는 문장&lt;/b&gt;</span>'
        for sentence in SENTENCES:
            assert "%(" not in told(PLACE.sub("x", sentence))
    with app.test_request_context("/"):
        assert told("찾을 낱말이 없어 모든 글을 보입니다.") == "찾을 낱말이 없어 모든 글을 보입니다."


@pytest.mark.parametrize("script", ["site.js", "directory.js"])
def test_words_of_scripts_have_their_english(script: str) -> None:
    code = (ROOT / "web" / "static" / script).read_text(encoding="utf-8")
    table = code[code.index("const ENGLISH = {") :]
    known = set(re.findall(r'"([^"]*[가-힣][^"]*)":', table[: table.index("};")]))
    said = set(re.findall(r'"([^"\n]*[가-힣][^"\n]*)"(?!:)', code.split("\n", 1)[1]))
    assert said <= known


# --- the choice -----------------------------------------------------------------------------------------------------


def language_of(client: FlaskClient, address: str = "/help", accept: str | None = None) -> str:
    text = client.get(address, headers={"Accept-Language": accept} if accept else {}).text
    return str(HTMLParser(text).css_first("html").attributes["lang"])  # type: ignore[union-attr] # every page has one


def test_korean_comes_first(client: FlaskClient) -> None:
    assert language_of(client) == "ko"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("en-US,en;q=0.9", "en"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("fr-FR,fr;q=0.9", "ko"),
        ("fr,en;q=0.5", "en"),
        ("*", "ko"),
        ("en;q=0", "ko"),
        ("ko,en", "ko"),
        ("nonsense;;;", "ko"),
    ],
)
def test_what_the_browser_asks_for(client: FlaskClient, accept: str, expected: str) -> None:
    assert language_of(client, accept=accept) == expected


def test_regions_and_old_spellings_count_as_their_language() -> None:
    assert preferred([("en_AU", 0.4), ("ko", 0.3)]) == "en"
    assert preferred([("EN", 1.0), ("ko-KP", 1.0)]) == "ko"
    assert preferred([]) == "ko"


def test_the_address_decides_and_is_remembered(client: FlaskClient) -> None:
    answer = client.get("/help?lang=en")
    assert "How to search" in answer.text
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("lang=en;") and "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert len(answer.headers.getlist("Set-Cookie")) == 1
    assert language_of(client) == "en"
    assert "Set-Cookie" not in client.get("/help").headers
    assert language_of(client, "/help?lang=ko", accept="en") == "ko"
    assert language_of(client, accept="en") == "ko"


def test_an_unknown_language_is_refused_and_a_strange_cookie_is_not_used(client: FlaskClient) -> None:
    refused = client.get("/help?lang=fr")
    assert refused.status_code == 400 and "lang=fr" in refused.text
    assert "Set-Cookie" not in refused.headers
    client.set_cookie("lang", "<script>")
    assert language_of(client) == "ko"


def test_the_switch_keeps_the_address(client: FlaskClient) -> None:
    page = HTMLParser(client.get("/search?q=전략물자&agency=관세청&agency=산업부&page=1").text)
    switch = page.css_first("a.tongue")
    assert switch is not None and switch.text() == "English" and switch.attributes["lang"] == "en"
    other = client.get(str(switch.attributes["href"]))
    assert other.request.args.getlist("agency") == ["관세청", "산업부"] and other.request.args["q"] == "전략물자"
    back = HTMLParser(other.text).css_first("a.tongue")
    assert back is not None and back.text() == "한국어" and str(back.attributes["href"]).count("lang=") == 1
    told = {link.attributes["hreflang"] for link in HTMLParser(other.text).css("link[rel=alternate][hreflang]")}
    assert told == {"ko", "en"}


def test_the_first_page_stays_the_first_page(client: FlaskClient) -> None:
    assert client.get("/?lang=en").status_code == 200
    assert client.get("/?lang=en&q=전략물자").status_code == 302


def test_a_language_is_no_unknown_parameter(client: FlaskClient) -> None:
    assert "Unknown parts" not in client.get("/search?q=a&lang=en").text


def test_caches_keep_the_languages_apart(client: FlaskClient) -> None:
    korean, english = client.get("/help"), client.get("/help", headers=ENGLISH)
    assert {"Cookie", "Accept-Language"} <= {name.strip() for name in korean.headers["Vary"].split(",")}
    assert korean.headers["ETag"] != english.headers["ETag"]
    again = client.get("/help", headers={**ENGLISH, "If-None-Match": english.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/help", headers={"If-None-Match": english.headers["ETag"]}).status_code == 200


def test_the_api_has_no_language(client: FlaskClient) -> None:
    for address in ("/api/v1/search?q=전략물자", "/api/v1/search?page=0", "/healthz"):
        korean, english = client.get(address), client.get(address, headers=ENGLISH)
        told, said = ({k: v for k, v in a.get_json().items() if not k.startswith("request")} for a in (korean, english))
        assert told == said
        assert "Accept-Language" not in korean.headers.get("Vary", "")
    assert "Set-Cookie" not in client.get("/api/v1/search?q=a&lang=en").headers


def test_names_dates_and_numbers_are_english(client: FlaskClient) -> None:
    page = client.get("/entities/country/RU", headers=ENGLISH).text
    assert "<h1>Russia</h1>" in page
    assert "Strategic items and export control" in client.get("/entities/topic", headers=ENGLISH).text
    assert re.search(r">\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) 20\d\d</time>", page)
    assert "2024. " not in HTMLParser(page).css_first("main").text()  # type: ignore[union-attr] # every page has one
