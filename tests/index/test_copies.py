from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.copies import Sketch, are_copies, fold_copies
from index.lexicon import Background

DAY = dt.date(2024, 7, 15)
ONE = """관세청은 가온물산이 밀링머신 스무 대를 몰래 보내려던 것을 찾아냈다고 밝혔다.
가온물산은 밀링머신을 농기계로 속여 신고했다. 밀링머신은 전략물자로 허가가 있어야 한다.
관세청은 가온물산 대표를 검찰에 보냈고, 밀링머신은 부산항 보세창고에 묶어 두었다.
부산항에서 밀링머신을 실으려던 배는 떠나지 못했다. 부산항 세관은 감시를 늘린다."""
SAME = """밀링머신을 농기계라고 속인 가온물산이 부산항 세관에 적발됐다. 허가 없이 밀링머신 스무 대를 보내려 한 혐의다.
관세청에 따르면 가온물산은 부산항에서 배에 싣기 직전 적발됐다. 밀링머신은 전략물자다.
관세청은 가온물산 대표를 검찰에 보냈으며 부산항 감시를 늘린다."""
TEMPLATE = """{0} 에어컨 청소 가격과 후기를 알려 드립니다. {0} 업체는 친절합니다. {0}에서 벽걸이 청소 가격은 8만원,
{0}에서 스탠드 청소 가격은 12만원입니다. {0} 업체를 비교하고 {0} 후기를 읽어 보세요. 청소 청소 청소 가격 가격 가격"""
OTHERS = [
    f"{n}번째 다른 소식이다. 국회와 정부는 예산을 논의했다. 날씨는 {n}도였다. 선수단이 {n}위를 했다."
    for n in range(120)
]


@pytest.fixture(scope="module")
def background() -> Background:
    return Background([ONE, SAME, *(TEMPLATE.format(f"{a}{b}동") for a in "가나다" for b in "산천호평"), *OTHERS])


def test_two_tellings_of_one_announcement_are_copies(background: Background) -> None:
    assert are_copies(Sketch(ONE, DAY, background), Sketch(SAME, DAY + dt.timedelta(days=1), background))


def test_the_same_telling_weeks_later_is_none(background: Background) -> None:
    assert not are_copies(Sketch(ONE, DAY, background), Sketch(ONE, DAY + dt.timedelta(days=30), background))


def test_one_template_filled_twice_is_no_copy(background: Background) -> None:
    one, other = TEMPLATE.format("종촌동"), TEMPLATE.format("도남동")
    assert not are_copies(Sketch(one, DAY, background), Sketch(other, DAY, background))
    assert are_copies(Sketch(one, DAY, background), Sketch(one, DAY, background))


def test_groups_keep_the_order_and_lose_nothing(background: Background) -> None:
    sketches = [Sketch(text, DAY, background) for text in (OTHERS[0], ONE, OTHERS[1], SAME)]
    groups = fold_copies(sketches)
    assert [1, 3] in groups
    assert [group[0] for group in groups] == sorted(group[0] for group in groups)
    assert sorted(place for group in groups for place in group) == [0, 1, 2, 3]


@given(one=st.text(max_size=60), other=st.text(max_size=60))
def test_being_copies_is_mutual(one: str, other: str) -> None:
    background = Background(["가나다 라마바", one])
    a, b = Sketch(one, DAY, background), Sketch(other, DAY, background)
    assert are_copies(a, b) == are_copies(b, a)
