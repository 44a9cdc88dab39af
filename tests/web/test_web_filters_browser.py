"""Filters by mouse and without scripts: several values, leaving out, the tree, long lists, months, density."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from browsers import BROWSER

pytestmark = BROWSER
playwright = pytest.importorskip("playwright.sync_api")
Page = playwright.Page


@pytest.fixture
def plain(browser: playwright.Browser, site: str) -> Iterator[Page]:
    """A browser that runs no scripts."""
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="ko-KR")
    yield context.new_page()
    context.close()


def asked(page: Page) -> dict[str, list[str]]:
    return {name: values for name, values in parse_qs(urlsplit(page.url).query).items() if name != "q"}


def settled(page: Page, address: str) -> None:
    page.wait_for_url(address)
    page.locator("#results:not([aria-busy])").wait_for()


def total(page: Page) -> int:
    return int(page.locator(".total b").inner_text().replace(",", ""))


def test_several_values_and_one_left_out(page: Page) -> None:
    page.goto("/search")
    rows = page.locator("#f-country > ul > li .row")
    before = rows.locator("label > span:first-child").all_inner_texts()
    rows.nth(0).locator("label").first.click()
    settled(page, "**country=*")
    one = total(page)
    rows.nth(1).locator("label").first.click()
    settled(page, "**country=*&country=*")
    assert total(page) >= one and len(asked(page)["country"]) == 2
    assert rows.locator("label > span:first-child").all_inner_texts() == before  # nothing jumped under the hand
    rows.nth(0).locator(".no").click()  # from chosen to left out, in one step
    settled(page, "**not_country=*")
    assert len(asked(page)["country"]) == len(asked(page)["not_country"]) == 1
    chips = page.locator("a.chip")
    assert chips.count() == 2 and page.locator("a.chip.not").count() == 1
    page.locator("a.chip.not").click()
    settled(page, "**country=*")
    assert "not_country" not in asked(page)
    page.go_back()
    settled(page, "**not_country=*")
    assert page.locator("a.chip.not").count() == 1


def test_the_tree_of_agencies_by_mouse(page: Page) -> None:
    page.goto("/search")
    tree = page.locator("#f-agency")
    former = tree.locator(".row.former", has_text="산업통상자원부")
    assert former.locator("xpath=ancestor::li[2]").locator(".row").first.inner_text().startswith("산업통상부")
    former.locator("label").first.click()
    settled(page, "**agency=*")
    line = total(page)
    assert tree.get_by_text("함께 찾음").count() >= 1  # its later name is in force, too
    tree.locator("select").select_option("name")
    settled(page, "**reach=name*")
    assert 0 < total(page) < line and tree.get_by_text("함께 찾음").count() == 0


def test_a_long_list_is_searched_also_for_what_it_does_not_hold(page: Page) -> None:
    page.goto("/search")
    facet = page.locator(".facet", has=page.locator("[data-all]")).first
    field = (facet.get_attribute("id") or "").removeprefix("f-")
    boxes = f'input[name="{field}"]'
    held = set(facet.locator(boxes).evaluate_all("nodes => nodes.map(node => node.value)"))
    page.goto(f"/search/filter/{field}")
    every = page.locator(f"#values {boxes}").evaluate_all(
        "nodes => nodes.map(node => [node.value, node.labels[0].innerText])"
    )
    page.goto("/search")
    missing, label = next((value, label) for value, label in every if value not in held)
    name = label.split()[0]
    facet.locator(".facet-search").fill(name)
    row = facet.locator(f'.found {boxes}[value="{missing}"]')
    row.wait_for()
    row.click()  # not check(): the answer may replace the row before it is looked at again
    settled(page, f"**{field}=*")
    assert asked(page)[field] == [missing] and total(page) >= 1
    assert facet.locator(".facet-search").input_value() == name  # what was typed stays


def test_a_month_is_clicked_and_clicked_again(page: Page) -> None:
    page.goto("/search")
    bars = page.locator("#f-period .bars a")
    count = bars.count()
    bars.nth(1).click()
    settled(page, "**from=*")
    assert bars.count() == count and page.locator("#f-period .bars a:not(.out)").count() == 1
    bars.nth(2).click()
    settled(page, "**from=*")
    page.locator("#f-period .bars a:not(.out)").click()
    settled(page, "**/search")
    assert page.locator("a.chip").count() == 0


def test_density_is_remembered(page: Page) -> None:
    page.goto("/search?q=수출")
    tall = page.locator(".hit").nth(1).bounding_box()
    page.get_by_role("link", name="좁게").click()
    settled(page, "**density=narrow*")
    low = page.locator(".hit").nth(1).bounding_box()
    assert tall and low and low["height"] < 0.7 * tall["height"]
    page.goto("/search?q=전략물자")
    assert page.locator(".hits.tight").count() == 1


def test_filters_without_scripts(plain: Page) -> None:
    plain.goto("/search")
    plain.locator('#f-country input[name="country"]').nth(0).check()
    plain.locator('#f-country input[name="country"]').nth(1).check()
    plain.locator('#f-topic input[name="not_topic"]').nth(0).check()
    plain.locator("#f-agency .row.former input").first.check()
    plain.locator("#reach").select_option("name")
    plain.locator(".apply").click()
    found = asked(plain)
    assert len(found["country"]) == 2 and len(found["not_topic"]) == 1 and found["reach"] == ["name"]
    assert plain.locator("a.chip").count() == 4
    plain.locator("a.chip").first.click()
    assert plain.locator("a.chip").count() == 3
    plain.get_by_role("link", name="좁게").click()
    plain.goto("/search")
    assert plain.locator(".hits.tight").count() == 1
    plain.locator("#f-period .bars a").nth(1).click()
    assert "from" in asked(plain)


def test_the_page_of_a_filter_without_scripts(plain: Page) -> None:
    plain.goto("/search?not_topic=sanctions&sort=date")
    plain.locator(".facet .all a").first.click()
    field = plain.locator("#values .row input").first.get_attribute("name") or ""
    plain.locator(f'#values input[name="{field}"]:visible').nth(2).check()
    plain.locator(f'#values input[name="{field}"]:visible').nth(4).check()
    plain.locator("#values button").click()
    found = asked(plain)
    assert len(found[field]) == 2 and found["not_topic"] == ["sanctions"] and found["sort"] == ["date"]


def test_no_filter_row_is_covered_on_a_phone(page: Page) -> None:
    """Each row that can be scrolled to is what the finger meets in its middle."""
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto("/search")
    page.locator(".filters-label").click()
    covered = page.evaluate(
        """() => [...document.querySelectorAll("#filters .row")].filter((row) => {
          if (!row.checkVisibility()) return false;
          row.scrollIntoView({ block: "end" });
          const box = row.getBoundingClientRect();
          return !row.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
        }).length"""
    )
    assert covered == 0
