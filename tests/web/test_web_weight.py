"""What a page weighs as sent to a browser without cache, that nothing in it moves, and that nothing moves by itself.

Weight is bytes on the wire (HTML, styles, scripts, picture of the tab; compressed, with headers), as issue 5 means it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsers import BROWSER
from test_web_routes import PAGES

from kb.knowledge import KnowledgeBase
from kb.views import SearchParams

pytestmark = BROWSER
playwright = pytest.importorskip("playwright.sync_api")
Page = playwright.Page

MOST = 100_000
WATCH = """window.shifted = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true })"""
WEIGHED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .map((entry) => [entry.name, entry.transferSize])"""
HEAVY = ["/search?per_page=100", "/search?per_page=100&lang=en", "/search/filter/agency", "/search?density=narrow"]


@pytest.fixture(scope="module")
def post(knowledge: KnowledgeBase) -> str:
    return knowledge.search(SearchParams(q="전략물자", filters={"source": ("samples",)})).hits[0].url


@pytest.fixture(scope="module", params=[390, 1280])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    return {"width": request.param, "height": 800}


@pytest.fixture
def fresh(browser: playwright.Browser, site: str, size: dict[str, int]) -> Iterator[Page]:
    """A browser that has seen nothing yet."""
    context = browser.new_context(base_url=site, viewport=size, locale="ko-KR")
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("address", [*PAGES.values(), *HEAVY])
def test_a_page_is_light_and_still(fresh: Page, post: str, address: str) -> None:
    fresh.goto(address.format(post=post))
    fresh.mouse.wheel(0, 2000)
    weights: list[tuple[str, int]] = fresh.evaluate(WEIGHED)
    assert all(weight > 0 for _, weight in weights) and len(weights) >= 3
    assert sum(weight for _, weight in weights) < MOST
    fresh.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert fresh.evaluate("window.shifted") < 0.01


def test_a_second_page_fetches_nothing_but_itself(fresh: Page) -> None:
    fresh.goto("/")
    fresh.goto("/help")
    sent = {name.rsplit("/", 1)[-1].split("?")[0]: weight for name, weight in fresh.evaluate(WEIGHED)}
    assert sent["site.css"] == sent["site.js"] == 0


def test_motion_is_left_out_for_those_who_ask(browser: playwright.Browser, site: str, post: str) -> None:
    def moving(**options: Any) -> int:
        context = browser.new_context(base_url=site, **options)
        page = context.new_page()
        page.goto(post)
        found: int = page.evaluate(
            "[...document.querySelectorAll('*')].map(node => getComputedStyle(node)).filter(style =>"
            " style.animationName !== 'none' || style.transitionDuration.split(',').some(time => parseFloat(time) > 0))"
            ".length"
        )
        context.close()
        return found

    assert moving(reduced_motion="reduce") == 0
    assert moving(reduced_motion="no-preference") > 0


def test_a_printed_post_is_the_post(browser: playwright.Browser, site: str, post: str) -> None:
    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.goto(post)
    page.emulate_media(media="print")
    for gone in (".masthead", ".colophon", ".legend", ".copy", ".files", ".near"):
        assert page.locator(f"{gone}:visible").count() == 0, gone
    for stays in ("h1", ".text", ".origin", ".rail .tel", ".cite"):
        assert page.locator(f"{stays}:visible").count() > 0, stays
    assert page.locator(".m").first.evaluate("node => getComputedStyle(node).textDecorationLine") == "none"
    assert page.pdf(format="A4").startswith(b"%PDF")
    context.close()
