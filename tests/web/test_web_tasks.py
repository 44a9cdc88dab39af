"""What an analyst does, from the first page to the answer, in a real browser over the sample posts.

Every task begins at the landing page and counts what the hand does; docs/tasks.md shows the same numbers.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsers import BROWSER
from hand import Hand

pytestmark = BROWSER

playwright = pytest.importorskip("playwright.sync_api")
Page = playwright.Page
TOTAL = ".total b"


@pytest.fixture
def hand(page: Page) -> Hand:
    page.goto("/")
    return Hand(page)


def total(page: Page) -> int:
    return int(page.locator(TOTAL).inner_text().replace(",", ""))


def settled(page: Page, address: str) -> None:
    page.wait_for_url(address)
    page.locator("#results:not([aria-busy])").wait_for()


def days(page: Page) -> list[str]:
    found: list[str] = page.locator(".hit-when time").evaluate_all("nodes => nodes.map(node => node.dateTime)")
    return found


def by_suggestion(page: Page, hand: Hand, name: str) -> None:
    """To the page of what is meant, by its name in the query box."""
    hand.fill(page.locator("#q"), name)
    page.locator("#suggestions li").first.wait_for()
    hand.press("ArrowDown")
    hand.press("Enter")
    page.wait_for_url("**/entities/**")


def test_enforcement_news_of_the_customs_service_of_a_month(page: Page, hand: Hand) -> None:
    hand.click(page.locator(".sections").get_by_text("검색"))
    hand.click(page.locator("#f-agency").get_by_text("관세청", exact=True))
    settled(page, "**agency=*")
    hand.click(page.locator("#f-topic").get_by_text("불법수출·단속", exact=True))
    settled(page, "**topic=evasion-enforcement*")
    hand.fill(page.locator('input[name="from"]'), "2024-08")
    hand.fill(page.locator('input[name="to"]'), "2024-08")
    hand.press("Enter")
    settled(page, "**to=2024-08*")
    assert days(page) and all(day.startswith("2024-08") for day in days(page))
    assert page.locator("a.chip").count() == 3
    hand.told("1")


def test_who_held_an_office_in_july_2024(page: Page, hand: Hand) -> None:
    by_suggestion(page, hand, "산업통상자원부")
    section = page.locator("section", has=page.get_by_role("heading", name="직책과 인물"))
    rows = section.locator("tr", has_text="통상교섭본부장")
    times = rows.evaluate_all("rows => rows.map(row => [...row.querySelectorAll('time')].map(time => time.dateTime))")
    held = [
        at for at, (first, *last) in enumerate(times) if first <= "2024-07-31" and [*last, first][0] >= "2024-07-01"
    ]
    assert len(held) == 1, times  # one holder, told with the days that show it
    hand.told("2")
    name = rows.nth(held[0]).locator("th a")
    shown = name.inner_text()
    name.click()
    page.wait_for_url("**/entities/official/**")
    assert page.locator("h1").inner_text().startswith(shown)
    assert page.get_by_role("heading", name="역임한 직책").count() == 1


def test_whom_to_call_about_a_catch_all_licence_today(page: Page, hand: Hand) -> None:
    hand.fill(page.locator("#q"), "상황허가 문의")
    hand.press("Enter")
    page.wait_for_url("**/search?q=*")
    number = page.locator(".call a.tel").first
    assert re.fullmatch(r"tel:\d{9,11}", number.get_attribute("href") or "")
    assert "무역안보" in page.locator(".call li").first.inner_text()
    hand.click(page.locator(".call li").first.get_by_text("기록"))
    page.wait_for_url("**/entities/contact/**")
    assert page.locator("section", has_text="마지막 확인").count() >= 1  # is it still the number today?
    hand.told("3")


def test_a_story_through_an_agencys_renaming(page: Page, hand: Hand) -> None:
    by_suggestion(page, hand, "산업통상자원부")
    lineage = page.locator(".lineage").inner_text()
    assert all(name in lineage for name in ("지식경제부", "산업통상자원부", "산업통상부"))
    hand.click(page.locator(".entity-head a.button").first)
    page.wait_for_url("**/search?agency=*")
    names = set(page.locator(".hit .k-agency").all_inner_texts())
    assert {"산업통상부", "산업통상자원부"} <= names
    assert len({day[:4] for day in days(page)}) >= 2
    hand.told("4")


def test_a_filtered_list_is_taken_along(page: Page, hand: Hand) -> None:
    hand.fill(page.locator("#q"), "수출")
    hand.press("Enter")
    page.wait_for_url("**/search?q=*")
    hand.click(page.locator("#f-agency").get_by_text("관세청", exact=True))
    settled(page, "**agency=*")
    shown = total(page)
    with page.expect_download() as started:
        hand.click(page.locator(".take").get_by_role("link", name="CSV"))
    text = Path(started.value.path()).read_text(encoding="utf-8-sig")
    assert len(list(csv.reader(text.splitlines()))) == shown + 1
    hand.told("5")


def test_reading_on_a_phone(page: Page, hand: Hand) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    hand.fill(page.locator("#q"), "수출통제")
    hand.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert not page.locator("#filters").is_visible()
    hand.click(page.locator(".filters-label"))
    hand.click(page.locator("#f-country li label").first)
    settled(page, "**country=*")
    hand.click(page.locator(".narrow-only"))
    assert not page.locator("#filters").is_visible()
    hand.click(page.locator(".hit h2 a").first)
    page.wait_for_url("**/posts/**")
    size = float(page.locator(".text p").first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)"))
    assert size >= 16
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    hand.told("6")


def test_all_of_it_without_a_mouse(page: Page, hand: Hand) -> None:
    """A query, a filter, a post and its telephone number, with nothing but keys."""
    hand.press("/")
    hand.type("전략물자")
    page.locator("#suggestions li").first.wait_for()
    hand.press("Escape")
    assert page.locator("#q").input_value() == "전략물자"
    hand.press("Enter")
    page.wait_for_url("**/search?q=*")
    hand.tab_to(".skip")
    hand.press("Enter")
    hand.tab_to('input[name="agency"]')
    hand.press("Space")
    settled(page, "**agency=*")
    assert page.evaluate("document.activeElement.name") == "agency"  # the place is kept
    hand.press("/")
    hand.press("ArrowDown")
    hand.press("Enter")
    page.wait_for_url("**/posts/**")
    hand.tab_to(".skip")
    hand.press("Enter")
    hand.tab_to(".legend input")
    hand.press("Space")
    assert not page.locator(".legend input").first.is_checked()
    hand.told("7")


def test_reading_in_english(page: Page, hand: Hand) -> None:
    """A colleague abroad: to English, a country and a topic by their English names, a post, and back."""
    hand.click(page.locator("a.tongue"))
    page.wait_for_url("**lang=en*")
    assert page.locator("html").get_attribute("lang") == "en"
    hand.fill(page.locator("#q"), "수출통제")
    hand.press("Enter")
    page.wait_for_url("**/search?q=*")
    hand.click(page.locator("#f-country").get_by_text("Russia", exact=True))
    settled(page, "**country=RU*")
    assert page.locator(".total").inner_text().endswith("posts") and page.locator("a.chip").inner_text().startswith(
        "Countries"
    )
    hand.click(page.locator(".hit h2 a").first)
    page.wait_for_url("**/posts/**")
    assert page.locator(".text").get_attribute("lang") == "ko"  # what was announced stays as it was announced
    hand.click(page.locator("a.tongue"))
    page.wait_for_url("**lang=ko*")
    assert page.get_by_role("heading", name="출처").count() == 1
    hand.told("9")


# --- the same tasks with nothing but keys ------------------------------------------------------------------------


def asked_by_keys(page: Page, hand: Hand, q: str) -> None:
    hand.press("/")
    if q:
        hand.type(q)
    hand.press("Enter")
    page.wait_for_url("**/search*")


def test_enforcement_news_by_keys(page: Page, hand: Hand) -> None:
    asked_by_keys(page, hand, "")
    hand.skip_to("main")
    hand.tab_to(".skip-chart")
    hand.press("Enter")  # past one link a month
    hand.type("2024-08")
    hand.press("Tab")
    settled(page, "**from=2024-08*")
    hand.type("2024-08")
    hand.press("Enter")
    settled(page, "**to=2024-08*")
    hand.tab_to('input[name="agency"][value="관세청"]')
    hand.press("Space")
    settled(page, "**agency=*")
    hand.tab_to('input[name="topic"][value="evasion-enforcement"]')
    hand.press("Space")
    settled(page, "**topic=evasion-enforcement*")
    assert days(page) and all(day.startswith("2024-08") for day in days(page))
    hand.told("1k")


def test_who_held_an_office_by_keys(page: Page, hand: Hand) -> None:
    hand.press("/")
    hand.type("산업통상자원부")
    page.locator("#suggestions li").first.wait_for()
    hand.press("ArrowDown")
    hand.press("Enter")
    page.wait_for_url("**/entities/**")
    assert page.locator("section", has=page.get_by_role("heading", name="직책과 인물")).count() == 1
    hand.told("2k")


def test_whom_to_call_by_keys(page: Page, hand: Hand) -> None:
    asked_by_keys(page, hand, "상황허가 문의")
    hand.skip_to("results")
    hand.tab_to('.call a[href*="/entities/contact/"]')
    hand.press("Enter")
    page.wait_for_url("**/entities/contact/**")
    hand.told("3k")


def test_a_story_through_a_renaming_by_keys(page: Page, hand: Hand) -> None:
    hand.press("/")
    hand.type("산업통상자원부")
    page.locator("#suggestions li").first.wait_for()
    hand.press("ArrowDown")
    hand.press("Enter")
    page.wait_for_url("**/entities/**")
    hand.skip_to("main")
    hand.tab_to(".entity-head a.button")
    hand.press("Enter")
    page.wait_for_url("**/search?agency=*")
    assert {"산업통상부", "산업통상자원부"} <= set(page.locator(".hit .k-agency").all_inner_texts())
    hand.told("4k")


def test_a_list_is_taken_along_by_keys(page: Page, hand: Hand) -> None:
    asked_by_keys(page, hand, "수출")
    hand.skip_to("main")
    hand.tab_to('input[name="agency"][value="관세청"]')
    hand.press("Space")
    settled(page, "**agency=*")
    hand.press("/")
    hand.tab_to(".skip", limit=20, key="Shift+Tab")  # back to the links that skip: the last of them
    assert page.evaluate("document.activeElement.hash") == "#take"
    hand.press("Enter")
    hand.tab_to(".take a")
    with page.expect_download():
        hand.press("Enter")
    hand.told("5k")


def test_from_when_something_is_in_force(page: Page, hand: Hand) -> None:
    hand.click(page.get_by_role("link", name="언제부터 시행되나"))
    page.wait_for_url("**/in-force")
    hand.click(page.locator(".due h3 a").first)
    page.wait_for_url("**/posts/**#s*")
    assert page.locator(":target").count() == 1
    hand.told("11")


def test_a_post_is_cited_by_keys(page: Page, hand: Hand) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hand.skip_to("main")
    hand.tab_to(".news li a")
    hand.press("Enter")
    page.wait_for_url("**/posts/**")
    hand.skip_to("origin")
    hand.tab_to("button[data-copy=cite]")
    hand.press("Enter")
    page.get_by_role("button", name="복사함").wait_for()
    hand.told("10k")


def test_what_is_typed_while_a_filter_answers_is_kept(page: Page) -> None:
    page.goto("/search")
    page.route("**/search?from=*", lambda route: (page.wait_for_timeout(500), route.continue_()))
    page.locator('input[name="from"]').fill("2024-08")
    page.keyboard.press("Tab")  # the first day is asked for, and the hand goes on
    with page.expect_response("**/search?from=2024-08"):
        page.keyboard.type("2024-")
    settled(page, "**from=2024-08*")
    page.keyboard.type("08")
    page.keyboard.press("Tab")  # without Enter
    settled(page, "**to=2024-08*")
    assert page.locator("a.chip").count() == 1
    assert days(page) and all(day.startswith("2024-08") for day in days(page))


@pytest.fixture
def plain(browser: playwright.Browser, site: str) -> Iterator[Page]:
    """A browser that runs no scripts."""
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="ko-KR")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_the_enforcement_news_without_scripts(plain: Page) -> None:
    plain.goto("/")
    hand = Hand(plain)
    hand.click(plain.locator(".sections").get_by_text("검색"))
    hand.click(plain.locator("#f-agency").get_by_text("관세청", exact=True))
    hand.click(plain.locator("#f-topic").get_by_text("불법수출·단속", exact=True))
    hand.fill(plain.locator('input[name="from"]'), "2024-08")
    hand.fill(plain.locator('input[name="to"]'), "2024-08")
    hand.click(plain.locator("button.apply"))
    plain.wait_for_url("**to=2024-08*")
    assert plain.locator(".hit").count() >= 1
    assert plain.locator("a.chip").count() == 3
    hand.told("8")
    plain.locator(".hit h2 a").first.click()
    plain.wait_for_url("**/posts/**")
    assert plain.locator(".rail a.tel").count() >= 1
    assert plain.locator(".scripted:visible").count() == 0  # nothing that would not work


def test_a_post_is_cited(page: Page, hand: Hand) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hand.click(page.locator(".news li a").first)
    page.wait_for_url("**/posts/**")
    hand.click(page.locator("button[data-copy=cite]"))
    page.get_by_role("button", name="복사함").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#cite").inner_text()
    hand.told("10")
