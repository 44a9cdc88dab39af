"""Charts: every month has its place, and a bar is as high as its number."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from web import charts


def link(first: dt.date, last: dt.date) -> str:
    return f"{first}..{last}"


months = st.dates(dt.date(2000, 1, 1), dt.date(2030, 12, 31)).map(lambda day: day.isoformat()[:7])
tables = st.dictionaries(months, st.integers(1, 500), min_size=1, max_size=40)


@given(tables)
def test_nothing_is_lost_and_nothing_leaves_the_picture(table: dict[str, int]) -> None:
    chart = charts.by_month(tuple(table.items()), link)
    assert chart is not None
    assert sum(bar.count for bar in chart.bars) == sum(table.values())
    assert len(chart.bars) <= charts.MOST_BARS
    lefts = [bar.x for bar in chart.bars]
    assert lefts == sorted(lefts)
    for bar in chart.bars:
        assert bar.x >= 0 and bar.x + bar.width <= chart.width + 0.1
        assert bar.y >= 0 and abs(bar.y + bar.height - chart.height) < 0.1
        assert (bar.url is None) == (bar.count == 0) == (bar.height == 0)


@given(tables)
def test_the_highest_bar_is_full(table: dict[str, int]) -> None:
    chart = charts.by_month(tuple(table.items()), link)
    assert chart is not None
    assert max(bar.height for bar in chart.bars) == chart.height
    assert chart.highest == max(bar.count for bar in chart.bars)


def test_gaps_are_months_without_posts() -> None:
    chart = charts.by_month((("2023-11", 2), ("2024-02", 1)), link)
    assert chart is not None
    assert [bar.count for bar in chart.bars] == [2, 0, 0, 1]
    assert chart.bars[3].url == "2024-02-01..2024-02-29"
    assert chart.bars[0].label == "2023년 11월 2건"


def test_no_months_no_picture() -> None:
    assert charts.by_month((), link) is None
