"""axe-core finds nothing on any kind of page: phone and desktop, light and dark (WCAG 2.2 A and AA, and best practice).

The pages keep their own Content-Security-Policy: Playwright evaluates axe in the page without loading it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from browsers import BROWSER

from kb.knowledge import KnowledgeBase
from kb.model import EntityKind
from kb.views import SearchParams

pytestmark = BROWSER
pytest.importorskip("playwright.sync_api")
base = pytest.importorskip("axe_playwright_python.base")

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
# What another palette can change; all else is the same page.
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
# Axe passes over what is hidden: lists are opened, and the filters that a phone folds away.
OPENED = """() => {
    for (const each of document.querySelectorAll("details")) each.open = true;
    for (const each of document.querySelectorAll("#filters-shown")) each.checked = true;
}"""
WIDTHS = {390: 844, 1280: 900}

PAGES = {
    "landing": "/",
    "hits": "/search?q=전략물자",
    "whom to call, and a period": "/search?q=2024년 상황허가 문의",
    "no hits": "/search?q=뷁쉛궯",
    "filters and a correction": "/search?q=전략뭉자&agency=관세청&not_country=JP&from=2024-01&sort=date",
    "beyond the last page": "/search?q=전략물자&page=999",
    "refused": "/search?from=내일",
    "not found": "/nothing",
    "entities": "/entities",
    "directory": "/directory",
    "directory of an agency": "/directory?agency=관세청&q=상황허가",
    "overview": "/overview",
    "days of force": "/in-force",
    "status": "/status",
    "help": "/help",
    "API": "/help/api",
    "values of a filter": "/search/filter/agency?q=수출&agency=관세청",
    "compact": "/search?q=수출&density=narrow",
    "explain": "/explain?q=산업부 전략물자",
}


@pytest.fixture(scope="module")
def posts(knowledge: KnowledgeBase) -> list[str]:
    """The best hit, the post that means harm, and one with days of force."""
    asked = SearchParams(q="전략물자", filters={"source": ("samples",)}), SearchParams(filters={"source": ("hostile",)})
    return [*(knowledge.search(params).hits[0].url for params in asked), "/posts/samples/2026-03-03-1"]


@pytest.fixture(scope="module", params=WIDTHS)
def view(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    size = {"width": request.param, "height": WIDTHS[request.param]}
    context = browser.new_context(base_url=site, viewport=size, locale="ko-KR", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def findings(page: Page, address: str) -> list[str]:
    page.emulate_media(color_scheme="light")
    page.goto(address)
    page.evaluate(OPENED)
    page.evaluate(base.AXE_SCRIPT)
    found = told(page, "light", ALL)
    page.emulate_media(color_scheme="dark")
    return found + told(page, "dark", COLOURS)


def told(page: Page, scheme: str, options: dict[str, Any]) -> list[str]:
    violations = page.evaluate("options => axe.run(options).then(found => found.violations)", options)
    return [
        f"{scheme} {each['id']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for each in violations
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing_on_a_page(view: Page, address: str) -> None:
    assert findings(view, address) == []


def test_axe_finds_nothing_on_a_post(view: Page, posts: list[str]) -> None:
    for address in (*posts, f"{posts[0]}/original"):
        assert findings(view, address) == [], address


@pytest.mark.parametrize("kind", EntityKind.__args__)
def test_axe_finds_nothing_on_a_list_and_its_most_named(view: Page, knowledge: KnowledgeBase, kind: str) -> None:
    assert findings(view, f"/entities/{kind}") == []
    for item in knowledge.entities(kind, per_page=1).items:
        assert findings(view, item.link.url) == [], item.link


def test_axe_finds_nothing_while_suggestions_are_open(view: Page) -> None:
    view.goto("/")
    view.locator("#q").press_sequentially("관세")
    view.locator("#suggestions li").first.wait_for()
    view.keyboard.press("ArrowDown")
    view.evaluate(base.AXE_SCRIPT)
    assert told(view, "light", ALL) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_would_find_something(view: Page, scheme: str) -> None:
    """A page made worse on purpose is told, in both palettes."""
    view.emulate_media(color_scheme=scheme)
    view.goto("/help")
    view.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input><p id=faint>연한 글</p>')")
    view.evaluate("document.querySelector('#faint').style.color = 'color-mix(in srgb, currentColor 20%, Canvas)'")
    view.evaluate(base.AXE_SCRIPT)
    found = told(view, scheme, ALL)
    assert any("label" in each for each in found) and any("color-contrast" in each for each in found)
