"""One real knowledge base for all web tests: our sample posts, and posts that mean harm, read once a session."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from access_sites import Make, Site
from browsers import CHROMIUM
from flask import Flask
from flask.testing import FlaskClient
from hostile import HOSTILE, HOSTILE_NAME

from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from web import create_app
from web.server import Server, listen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("hostile") / "_posts"
    folder.mkdir()
    (folder / f"{HOSTILE_NAME}.md").write_text(HOSTILE, encoding="utf-8")
    settings = Settings(data_dir=tmp_path_factory.mktemp("var"), jobs=1)
    with KnowledgeBase.open(settings) as opened:
        opened.ingest([ROOT / "data" / "posts"], "samples")
        opened.ingest([folder], "hostile")
        yield opened


@pytest.fixture(scope="session")
def app(knowledge: KnowledgeBase) -> Flask:
    return create_app(knowledge.settings, knowledge)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def site(app: Flask) -> Iterator[str]:
    """The address of a running server."""
    server = Server(app, listen("127.0.0.1", 0), threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.address
    server.stop()
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    assert CHROMIUM is not None, "KB_TEST_REQUIRE names browser, and Chromium is not installed"
    with sync_playwright() as api:
        opened = api.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page that fails the test on any script error, refused resource or request to another host."""
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900}, locale="ko-KR")
    context.set_default_timeout(10_000)
    opened, wrong = context.new_page(), []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on("request", lambda request: None if request.url.startswith(site) else wrong.append(request.url))
    yield opened
    context.close()
    assert wrong == []


@pytest.fixture
def make(knowledge: KnowledgeBase, tmp_path: Path) -> Make:
    """``make(access="token", rate_search=3)``: each setting as named."""

    def made(**settings: Any) -> Site:
        settings = {"data_dir": tmp_path, **settings}
        return Site(create_app(knowledge.settings.model_copy(update=settings), knowledge), knowledge, tmp_path)

    return made


@pytest.fixture
def guarded(make: Make) -> Site:
    """By token, and nobody counts."""
    return make(access="token", rate_limits="off")
