"""What an analyst does, from the first click to the answer, in a real browser over the sample posts."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from browsers import BROWSER

pytestmark = BROWSER

playwright = pytest.importorskip("playwright.sync_api")
TOTAL = ".total b"


def total(page: playwright.Page) -> int:
    return int(page.locator(TOTAL).inner_text().replace(",", ""))


def settled(page: playwright.Page, address: str) -> None:
    page.wait_for_url(address)
    page.locator("#results:not([aria-busy])").wait_for()


def test_enforcement_news_of_the_customs_service_of_a_month(page: playwright.Page) -> None:
    page.goto("/")
    page.locator(".sections").get_by_text("검색").click()
    page.locator("#f-agency").get_by_text("관세청", exact=True).click()
    settled(page, "**agency=*")
    page.locator("#f-topic").get_by_text("불법수출·단속", exact=True).click()
    settled(page, "**topic=evasion-enforcement*")
    page.locator('input[name="from"]').fill("2024-08")
    page.locator('input[name="to"]').fill("2024-08")
    page.keyboard.press("Enter")
    settled(page, "**to=2024-08*")
    days = page.locator(".hit time").evaluate_all("nodes => nodes.map(node => node.dateTime)")
    assert days and all(day.startswith("2024-08") for day in days)
    assert page.locator("a.chip").count() == 3


def test_who_held_an_office_at_a_time(page: playwright.Page) -> None:
    page.goto("/entities/agency/산업통상자원부")
    row = page.locator("tr", has_text="무역안보정책관").filter(has_text="2024. 8. 8.").first
    row.locator("th a").click()
    page.wait_for_url("**/entities/official/**")
    offices = page.locator("section", has=page.get_by_role("heading", name="역임한 직책"))
    assert offices.get_by_text("무역안보심사과장").count() >= 1
    assert offices.get_by_text("무역안보정책관").count() >= 1


def test_whom_to_call_about_a_catch_all_licence(page: playwright.Page) -> None:
    page.goto("/search?q=상황허가 문의&sort=date")
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/posts/**")
    number = page.locator(".rail a.tel").first
    assert re.fullmatch(r"tel:\d{9,11}", number.get_attribute("href") or "")
    page.locator(".rail .who").first.click()
    page.wait_for_url("**/entities/contact/**")
    assert page.locator("section", has_text="마지막 확인").count() >= 1


def test_a_story_through_an_agencys_renaming(page: playwright.Page) -> None:
    page.goto("/entities/agency/산업통상자원부")
    page.locator(".lineage").get_by_role("link", name="산업통상부", exact=True).click()
    page.wait_for_url("**/entities/agency/**")
    page.locator(".entity-head a.button").first.click()
    page.wait_for_url("**/search?agency=*")
    years = {day[:4] for day in page.locator(".hit time").evaluate_all("nodes => nodes.map(node => node.dateTime)")}
    assert len(years) >= 2
    names = page.locator(".hit .k-agency").all_inner_texts()
    assert "산업통상부" in names and "산업통상자원부" in names


def test_a_filtered_list_is_taken_along(page: playwright.Page) -> None:
    page.goto("/search?q=수출&agency=관세청&not_country=JP")
    shown = total(page)
    with page.expect_download() as started:
        page.locator(".take").get_by_role("link", name="CSV").click()
    text = Path(started.value.path()).read_text(encoding="utf-8-sig")
    assert len(list(csv.reader(text.splitlines()))) == shown + 1


def test_reading_on_a_phone(page: playwright.Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/search?q=수출통제")
    assert not page.locator("#filters").is_visible()
    page.locator(".filters-label").click()
    page.locator("#f-country li label").first.click()
    settled(page, "**country=*")
    page.locator(".narrow-only").click()
    assert not page.locator("#filters").is_visible()
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/posts/**")
    size = float(page.locator(".text p").first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)"))
    assert size >= 16
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_all_of_it_without_a_mouse(page: playwright.Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("/")
    page.keyboard.type("전략물자")
    page.locator("#suggestions li").first.wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#q").input_value() == "전략물자"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    page.locator('#f-agency input[name="agency"]').first.focus()
    page.keyboard.press("Space")
    settled(page, "**agency=*")
    assert page.evaluate("document.activeElement.name") == "agency"  # the place is kept
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/posts/**")
    page.locator("#show-agency").focus()
    page.keyboard.press("Space")
    assert not page.locator("#show-agency").is_checked()
