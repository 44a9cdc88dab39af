"""Known script payloads in every place a post, an entity, a query or an address has, opened in the real browser.

Nothing may run, the Content-Security-Policy may have nothing to report, and no page may fetch from elsewhere.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from browsers import BROWSER
from payloads import PAYLOADS
from sqlalchemy import create_engine, text

from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from kb.views import SearchParams
from web import create_app
from web.server import Server, listen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = BROWSER

WATCH = """
window.told = [];
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = () => window.told.push("ran: " + name);
addEventListener("securitypolicyviolation", (e) => window.told.push(`policy: ${e.violatedDirective} ${e.blockedURI}`));
"""
TOUCH = """
for (const each of document.querySelectorAll("details")) each.open = true;
for (const kind of ["mouseover", "pointerrawupdate", "focusin", "focus", "toggle"])
  for (const each of document.querySelectorAll("main *")) each.dispatchEvent(new Event(kind));
"""
POST = """---
title: {title}
excerpt: {title}
categories:
  - {title}
source: {title}
link: {title}
---
<p>산업통상자원부 무역안보정책과 전략물자 {payload}</p>

<p title={quoted}>{payload}</p>

{payload}

<p>문의 : 산업통상자원부 무역안보정책과 {payload} (044-203-4832, {escaped})</p>
<p>자료 출처: <a href={quoted}>{escaped}</a></p>
"""


def written(payload: str) -> str:
    quoted = json.dumps(payload)
    escaped = payload.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return POST.format(title=quoted, payload=payload, quoted=quoted, escaped=escaped)


def file_name(payload: str, at: int) -> str:
    return f"2024-03-01-{at}-" + payload.replace("/", "∕").replace("\x00", "")[:60] + ".md"


@pytest.fixture(scope="module")
def payload_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """A base whose posts are payloads, and whose every entity is renamed to hold one."""
    folder = tmp_path_factory.mktemp("payloads") / "_posts"
    folder.mkdir()
    for at, payload in enumerate(PAYLOADS):
        (folder / file_name(payload, at)).write_text(written(payload), encoding="utf-8")
    settings = Settings(data_dir=tmp_path_factory.mktemp("var"), jobs=1)
    with KnowledgeBase.open(settings) as opened:
        report = opened.ingest([folder], PAYLOADS[0].replace("/", "|"))
        assert report.added > len(PAYLOADS) * 0.9, report.failed
        rename_entities(settings)
        yield opened


def rename_entities(settings: Settings) -> None:
    engine = create_engine(settings.database)
    with engine.begin() as connection:
        for (number,) in connection.execute(text("select id from entities")).all():
            name = PAYLOADS[number % len(PAYLOADS)].replace("\x00", "")
            connection.execute(
                text("update entities set label = label || :name, key = key || :name where id = :id"),
                {"name": name, "id": number},
            )
    engine.dispose()


@pytest.fixture(scope="module")
def payload_site(payload_base: KnowledgeBase) -> Iterator[str]:
    app = create_app(payload_base.settings, payload_base)
    server = Server(app, listen("127.0.0.1", 0), threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.address
    server.stop()
    thread.join(timeout=10)


@pytest.fixture
def watched(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    context.set_default_timeout(15_000)
    yield context
    context.close()


def posts_of(knowledge: KnowledgeBase) -> list[str]:
    return [hit.url for hit in knowledge.search(SearchParams(per_page=100)).hits]


def entity_pages(knowledge: KnowledgeBase) -> list[str]:
    kinds = ("agency", "department", "official", "country", "contact", "topic", "law", "organisation", "regime")
    found = [
        f"/entities/{kind}/{quote(each.link.value, safe='')}"
        for kind in kinds
        for each in knowledge.entities(kind).items
    ]
    return [*found, *(f"/entities/{kind}" for kind in kinds)]


def addresses_with(payload: str, at: int) -> list[str]:
    """The searches, and two of the other pages in turn: all of them with all payloads would take minutes."""
    given = quote(payload.replace("\x00", ""), safe="")
    searches = [
        f"/search?q={given}&agency={given}&not_topic={given}&country={given}",
        f"/search?q=%22{given}%22%20전략물자&from={given}&sort={given}&{given}=1",
    ]
    others = [
        f"/explain?q={given}",
        f"/entities/agency?q={given}",
        f"/directory?agency={given}&q={given}",
        f"/entities/official/{given}",
        f"/posts/{given}/{given}",
        f"/{given}",
    ]
    return [*searches, others[at % len(others)], others[(at + 3) % len(others)]]


def opened(context: BrowserContext, site: str, addresses: list[str]) -> list[str]:
    """What ran, was reported by the policy or was asked of elsewhere on these pages."""
    page, wrong = context.new_page(), []
    page.on("request", lambda request: None if request.url.startswith(site) else wrong.append(f"asked {request.url}"))
    page.on("dialog", lambda dialog: (wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
    for address in addresses:
        page.goto(site + address, wait_until="load")
        page.evaluate(TOUCH)
        wrong += [f"{address}: {told}" for told in page.evaluate("window.told")]
    page.close()
    return wrong


def test_the_watch_itself_sees_what_runs(watched: BrowserContext) -> None:
    page = watched.new_page()
    page.goto("data:text/html,<img src=x onerror=alert(1)>", wait_until="load")
    page.wait_for_function("window.told.length > 0")
    assert page.evaluate("window.told") == ["ran: alert"]


def test_posts_and_entities_of_payloads(
    watched: BrowserContext, payload_site: str, payload_base: KnowledgeBase
) -> None:
    posts = posts_of(payload_base)
    assert len(posts) > len(PAYLOADS) / 2
    originals = [f"{post}/original" for post in posts]
    lists = ["/", "/search?q=전략물자&per_page=100", "/overview", "/directory", "/status"]
    assert opened(watched, payload_site, [*posts, *originals, *entity_pages(payload_base), *lists]) == []


def test_addresses_of_payloads(watched: BrowserContext, payload_site: str) -> None:
    assert (
        opened(
            watched, payload_site, [each for at, payload in enumerate(PAYLOADS) for each in addresses_with(payload, at)]
        )
        == []
    )


def test_suggestions_of_payloads(watched: BrowserContext, payload_site: str) -> None:
    """What is typed and what is offered for it is put into the page by script."""
    page = watched.new_page()
    page.goto(payload_site + "/search")
    for payload in ("산업통상", "<img src=x onerror=alert(1)>", "</mark><script>alert(1)</script>"):
        page.fill("input[name=q]", "")
        with page.expect_response(lambda answer: "suggest" in answer.url):
            page.type("input[name=q]", payload)
        page.wait_for_timeout(150)
        assert page.evaluate("window.told") == []
