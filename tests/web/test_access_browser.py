"""Signing in with the real browser: on a phone and a desktop, light and dark, without scripts, by keyboard alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from access_sites import Site
from browsers import BROWSER

from web.server import Server, listen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = BROWSER
SCREENS = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}


@pytest.fixture
def door(guarded: Site) -> Iterator[str]:
    server = Server(guarded.app, listen("127.0.0.1", 0), threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.address
    server.stop()
    thread.join(timeout=10)


def context(browser: Browser, door: str, **options: object) -> BrowserContext:
    return browser.new_context(base_url=door, locale="ko-KR", **options)  # type: ignore[arg-type] # its own options


@pytest.mark.parametrize("scripts", [True, False])
def test_in_and_out_by_keyboard(browser: Browser, door: str, guarded: Site, scripts: bool) -> None:
    with context(browser, door, java_script_enabled=scripts) as opened:
        page = opened.new_page()
        page.goto("/entities/agency?q=관세")
        assert page.get_by_role("alert").count() == 0, "who just came did nothing wrong"
        page.get_by_label("접근 토큰").fill("kb_aaaaaaaa_" + "a" * 32)
        page.keyboard.press("Enter")
        page.get_by_role("alert").filter(has_text="들어올 수 없습니다").wait_for()
        page.get_by_label("접근 토큰").fill(guarded.token("read"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/entities/agency?q=*")
        assert "관세청" in page.inner_text("main")
        kept = {cookie["name"]: cookie for cookie in opened.cookies()}
        assert kept["kb"]["httpOnly"] and kept["kb"]["sameSite"] == "Strict"
        page.get_by_role("link", name="로그아웃").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="로그아웃").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign-in")
        assert "kb" not in {cookie["name"] for cookie in opened.cookies()}


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_door_fits_and_axe_finds_nothing(browser: Browser, door: str, screen: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with context(browser, door, viewport=SCREENS[screen], color_scheme=scheme) as opened:
        page = opened.new_page()
        for address in ("/search?q=관세", "/sign-out"):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
