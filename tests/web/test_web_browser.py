"""The site in a real browser: Chromium over the running server."""

from __future__ import annotations

import re

import pytest
from browsers import BROWSER

from web.labels import KINDS

pytestmark = BROWSER

playwright = pytest.importorskip("playwright.sync_api")
WIDTHS = (360, 390, 768, 1280, 1920)


def test_from_a_query_to_a_post_and_its_agency(page: playwright.Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("전략물자")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    total = int(page.locator(".total b").inner_text().replace(",", ""))
    page.locator('#f-agency input[name="agency"]').first.check()
    page.wait_for_url("**agency=*")
    page.locator("#results:not([aria-busy])").wait_for()
    assert 0 < int(page.locator(".total b").inner_text().replace(",", "")) <= total
    assert page.locator("a.chip").count() == 1
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/posts/**")
    page.locator(".rail a.k-agency").first.click()
    page.wait_for_url("**/entities/agency/**")
    page.locator(".sentence a").first.click()
    page.wait_for_url(re.compile(r"/posts/.*#m\d+"))
    assert page.locator(".m:target").count() == 1


def test_filters_keep_the_way_back(page: playwright.Page) -> None:
    page.goto("/search?q=수출")
    before = page.locator(".total").inner_text()
    page.locator('#f-agency input[name="agency"]').first.check()
    page.wait_for_url("**agency=*")
    page.go_back()
    page.wait_for_function("text => document.querySelector('.total').innerText === text", arg=before)
    assert page.locator("a.chip").count() == 0


def test_one_click_takes_an_agency_with_all_its_names_away(page: playwright.Page) -> None:
    page.goto("/search?agency=산업통상부")
    whole = page.locator(".total b").inner_text()
    page.locator('#f-agency input[name="agency"][value="산업통상부"]').uncheck()
    page.wait_for_url("**/search")
    page.wait_for_function("text => document.querySelector('.total b').innerText !== text", arg=whole)
    assert page.locator("a.chip").count() == 0


def test_including_and_excluding_do_not_stand_together(page: playwright.Page) -> None:
    page.goto("/search")
    row = page.locator("#f-topic li").first
    row.locator('input[name="topic"]').check()
    page.wait_for_url("**?topic=*")
    page.locator('#f-topic input[name="not_topic"]').first.check()
    page.wait_for_url("**not_topic=*")
    assert "?topic=" not in page.url and "&topic=" not in page.url


def test_suggestions_by_keyboard(page: playwright.Page) -> None:
    page.goto("/help")
    page.locator("#q").fill("")
    page.locator("#q").type("관세")
    page.locator("#suggestions li").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert page.locator("#q").get_attribute("aria-activedescendant") == "suggestion-0"
    page.keyboard.press("Escape")
    assert page.locator("#q").get_attribute("aria-expanded") == "false"


def test_arrows_go_from_hit_to_hit(page: playwright.Page) -> None:
    page.goto("/search?q=전략물자")
    title = "document.activeElement.closest('.hit h2 a') && document.activeElement.textContent"
    hits = page.locator(".hit h2 a").all_inner_texts()
    page.keyboard.press("/")
    for wanted in hits[:3]:
        page.keyboard.press("ArrowDown")
        assert page.evaluate(title) == wanted
    page.keyboard.press("ArrowUp")
    assert page.evaluate(title) == hits[1]
    page.keyboard.press("Enter")
    page.wait_for_url("**/posts/**")


def test_kinds_can_be_switched_off(page: playwright.Page, site: str) -> None:
    page.goto("/search?agency=관세청")
    page.locator(".hit h2 a").first.click()
    mark = page.locator(".m.k-agency").first
    line = "node => getComputedStyle(node).textDecorationLine"
    assert mark.evaluate(line) == "underline"
    page.locator("#show-agency").uncheck()
    assert mark.evaluate(line) == "none"


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_screen(page: playwright.Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/search?q=전략물자")
    post = page.locator(".hit h2 a").first.get_attribute("href")
    for address in (
        "/",
        "/search?q=전략물자",
        post,
        f"{post}/original",
        "/entities",
        "/overview",
        "/entities/agency",
        "/entities/agency/관세청",
        "/status",
        "/help",
        "/explain?q=전략물자",
        "/search?page=90",
    ):
        page.goto(address)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, (address, over)


def test_everything_works_without_scripts(browser: playwright.Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.locator("#q").fill("전략물자")
    page.locator(".find button").click()
    page.locator('#f-agency input[name="agency"]').first.check()
    page.locator(".apply").click()
    assert "agency=" in page.url
    assert page.locator("a.chip").count() == 1
    assert page.locator(".hit").count() > 0
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(browser: playwright.Browser, site: str, scheme: str) -> None:
    """WCAG AA: 4.5 to 1, for every colour of text that the style sheet knows."""
    context = browser.new_context(base_url=site, color_scheme=scheme)
    page = context.new_page()
    page.goto("/help")
    for ground in ("paper", "sheet", "sunk"):
        for name in ("ink", "ink-2", "ink-3", "accent", "warn", "good", *(f"c-{kind}" for kind in KINDS)):
            ratio = page.evaluate(CONTRAST, [name, ground])
            assert ratio >= 4.5, (scheme, name, ground, ratio)
    assert page.evaluate(CONTRAST, ["ink", "mark"]) >= 4.5
    context.close()


CONTRAST = """([name, ground]) => {
  const style = getComputedStyle(document.documentElement);
  const light = (property) => {
    const hex = style.getPropertyValue('--' + property).trim().slice(1);
    const parts = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const [low, high] = [light(name), light(ground)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""
