"""On a phone: what can be touched is large enough for a finger, the menu shows where one is, relations are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsers import BROWSER

pytestmark = BROWSER
pytest.importorskip("playwright.sync_api")

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FINGER = 44
PAGES = [
    "/",
    "/search?q=수출&agency=관세청",
    "/search?q=상황허가 문의",
    "/in-force",
    "/directory",
    "/entities/agency/관세청",
]
TOUCHED = (
    ".sections a, .tongue, .sorts a, .chip, .examples a, .take a, .files a, .related a, .pager a, .colophon a, .button,"
    " .call .tel, .filters-label, .row > label, .facet summary, .rest summary, .ways li, .owners > ul a, .narrow input,"
    " .narrow button, .period input, .desk-number .tel, .relations .slim .reach"
)
SMALL = """([touched, finger]) => [...document.querySelectorAll(touched)]
    .map((node) => [node, node.getBoundingClientRect()])
    .filter(([, box]) => box.width && box.height && box.height < finger - 0.6)
    .map(([node, box]) => `${node.outerHTML.slice(0, 90)} ${box.height}`)"""


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site, viewport={"width": 390, "height": 844}, locale="ko-KR", is_mobile=True, has_touch=True
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("address", PAGES)
def test_what_is_touched_is_as_high_as_a_finger(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.evaluate("for (const each of document.querySelectorAll('#filters-shown')) each.checked = true")
    assert phone.locator(TOUCHED).count() > 10
    assert phone.evaluate(SMALL, [TOUCHED, FINGER]) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_relations_are_drawn_in_one_column(phone: Page) -> None:
    phone.goto("/entities/agency/관세청")
    assert not phone.locator(".relations .roomy").is_visible()
    neighbours = phone.locator(".relations .slim a")
    assert neighbours.count() >= 4
    for text in phone.locator(".relations .slim text").all():
        box = text.bounding_box()
        assert box is not None and box["x"] + box["width"] <= 390 and box["height"] >= 14
    address = neighbours.first.get_attribute("href")
    neighbours.first.locator("text").tap()
    phone.wait_for_url(f"**{address}")


def test_a_desk_has_both_columns(page: Page) -> None:
    page.goto("/entities/agency/관세청")
    assert page.locator(".relations .roomy").is_visible() and not page.locator(".relations .slim").is_visible()


@pytest.mark.parametrize("address", ["/search", "/entities/topic", "/help"])
def test_the_menu_shows_where_one_is(phone: Page, address: str) -> None:
    phone.goto(address)
    here = phone.locator(".sections a[aria-current]")
    box = here.bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_the_way_back_to_the_results_stays_in_reach(phone: Page) -> None:
    phone.goto("/search?q=수출")
    phone.locator(".filters-label").tap()
    back = phone.locator(".narrow-only")
    box = back.bounding_box()
    assert box is not None and box["y"] + box["height"] <= 844
    back.tap()
    assert not phone.locator("#filters").is_visible()
