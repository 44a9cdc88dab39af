"""An analyst's hand: what it does in the browser, counted as docs/tasks.md counts it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

TABLE = Path(__file__).parents[2] / "docs" / "tasks.md"
ROW = re.compile(r"^\| (\d+k?) \| .*? \| (≤ )?(\d+) \|", re.M)


class Hand:
    """A click, a key pressed and a field filled count as one each; Tab counts like any other key."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts = 0

    def click(self, target: Locator) -> None:
        target.click()
        self.acts += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.acts += 1

    def fill(self, target: Locator, text: str) -> None:
        target.fill(text)
        self.acts += 1

    def type(self, text: str) -> None:
        """Into the field that has the focus."""
        self.page.keyboard.type(text)
        self.acts += 1

    def skip_to(self, place: str) -> None:
        """By one of the links that stand first on every page."""
        self.tab_to(f'.skip[href="#{place}"]')
        self.press("Enter")

    def tab_to(self, selector: str, limit: int = 80, key: str = "Tab") -> None:
        for _ in range(limit):
            self.press(key)
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is not reached with {limit} tabs")

    def told(self, task: str) -> None:
        """The page for people says the same number, or that it is no more than this one."""
        rows = {number: (most, int(acts)) for number, most, acts in ROW.findall(TABLE.read_text(encoding="utf-8"))}
        most, said = rows[task]
        assert self.acts <= said if most else self.acts == said, f"task {task} took {self.acts}, docs/tasks.md: {said}"
