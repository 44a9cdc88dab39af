"""Lists in a real browser: copied as a table, downloaded, read on a telephone."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsers import BROWSER

pytestmark = BROWSER

playwright = pytest.importorskip("playwright.sync_api")
READ = """async () => {
  const [item] = await navigator.clipboard.read();
  const text = async (type) => (await item.getType(type)).text();
  return [await text("text/plain"), await text("text/html")];
}"""


def test_the_directory_is_copied_as_a_table(page: playwright.Page, site: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    page.goto("/directory?agency=관세청&per_page=2")
    total = int(page.locator(".total b").inner_text())
    assert total > 2, "more than a page"
    page.locator("#copy-desks").click()
    page.get_by_text("복사함").wait_for()
    text, table = page.evaluate(READ)
    rows = [line.split("\t") for line in text.split("\n")]
    assert rows[0] == ["번호", "부서", "기관", "처음 확인", "마지막 확인", "글"]
    assert len(rows) == total + 1 and all(len(row) == 6 for row in rows)
    assert [row[0] for row in rows[1:3]] == page.locator(".desk-number .tel").all_inner_texts()
    assert table.count("<tr>") == total + 1
    assert f"{total}개를 복사했습니다" in (page.locator("#copied").text_content() or "")


def test_a_list_is_downloaded_under_its_korean_name(page: playwright.Page, tmp_path: Path) -> None:
    page.goto("/directory?agency=관세청")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "연락처-관세청.csv"
    saved = tmp_path / "list.csv"
    download.value.save_as(saved)
    assert saved.read_bytes().startswith(b"\xef\xbb\xbf")


def test_no_list_is_wider_than_the_screen(page: playwright.Page) -> None:
    for address in ("/directory", "/directory?q=뷁", "/overview"):
        page.goto(address)
        for width in (360, 768, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, (address, width)


def test_a_number_is_a_finger_wide_on_a_telephone(page: playwright.Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/directory")
    for at in range(3):
        box = page.locator(".desk-number .tel").nth(at).bounding_box()
        assert box is not None and box["height"] >= 40 and box["width"] >= 100
        department = page.locator(".desk-department").nth(at).bounding_box()
        assert department is not None and department["x"] + department["width"] <= box["x"]


def test_the_directory_works_without_scripts(browser: playwright.Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/directory")
    whole = int(page.locator(".total b").inner_text())
    page.locator("#desk-agency").fill("관세청")
    page.locator(".narrow button").click()
    assert 0 < int(page.locator(".total b").inner_text()) < whole
    assert not page.locator("#copy-desks").is_visible()
    context.close()
