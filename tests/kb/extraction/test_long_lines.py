"""No finder may take long over a line that nobody wrote for reading: 200,000 characters without a break.

What is asked is that time grows with length and not with its square. Ten times the length takes a linear
finder ten times as long and a quadratic one a hundred times: the bound lies between, far from both, so that
a slow or busy machine, which slows both readings, changes nothing.
"""

from __future__ import annotations

import time

import pytest
from desk_scenes import gazetteer
from small_scenes import small_post

from kb.extraction.pipeline import FINDERS, Finder
from kb.extraction.scene import Scene

SMALL, LARGE = 20_000, 200_000
TIMES = 40  # as long may the large one take
NOISE = 0.1  # seconds: what takes less is taken for as much, for it is too short to be measured
LIMIT = 40.0  # seconds, whatever the growth: ten times what the slowest takes, titles and nothing else
LINES = {
    "one syllable": "과",
    "words": "가나다 ",
    "brackets": "(((",
    "closed brackets": "(02-100",
    "digits": "0123456789",
    "hyphens": "02-",
    "numbers": "02-2100-2524, ",
    "extensions": "044-203-4832~9, 4842 ",
    "short codes": "신고 112 ",
    "cells": "과장\t",
    "empty cells": "\t",
    "agencies": "산업통상자원부 ",
    "agencies in a chain": "산업통상자원부 무역안보정책과 ",
    "bare desks": "무역안보정책과, ",
    "dots": "산업·외교·",
    "titles": "장관 ",
    "names and titles": "안덕근 산업통상자원부 장관 ",
    "joint titles": "부총리 겸 ",
    "labels": "문의: ",
    "labels run together": "전화번호",
    "sites": "창덕궁 누리집(",
    "keys": "전화: 02-730-2811 주소: ",
    "tip lines": "제보 KBS 카카오톡 ",
    "latin": "MOTIE KCS ",
    "places": "서울특별시 종로구 ",
    "quotes": "‘",
    "topics": "전략물자 수출통제 관세 ",
    "topics and words against them": "세관 관세청 수출 협상 비축 전투기 ",
    "countries": "한미일 대중 방미 ",
    "countries and words": "미 中 한미 인도 이란 수단 북 대중 러-일 ",
    "laws": "「대외무역법」 제19조 ",
    "references": "특허법 HS 8542.31, 유엔 안보리 결의 「가나 ",
    "openings": "「",
}


@pytest.mark.parametrize("seed", LINES.values(), ids=LINES.keys())
def test_time_grows_with_the_length_of_a_line(seed: str) -> None:
    small, large = spent(seed, SMALL), spent(seed, LARGE)
    slow = {name: (small[name], took) for name, took in large.items() if took > allowed(small[name])}
    assert not slow, f"seconds for {SMALL} and {LARGE} characters: {slow}"


def spent(seed: str, size: int) -> dict[str, float]:
    """Seconds of processor time that each finder takes over a line of so many characters."""
    scene = Scene(small_post("제목\n" + (seed * (size // len(seed) + 1))[:size]))
    return {find.__name__: _seconds(find, scene) for find in FINDERS}


def _seconds(find: Finder, scene: Scene) -> float:
    lists = gazetteer()
    started = time.process_time()
    scene.add(find(scene, lists))
    return time.process_time() - started


def allowed(small: float) -> float:
    """What the large line may take when the small one took so long."""
    return min(TIMES * max(small, NOISE), LIMIT)


@pytest.mark.parametrize("small", [0.1, 0.2, 0.4])
def test_growth_by_the_square_is_told_from_growth_by_length(small: float) -> None:
    growth = LARGE / SMALL
    assert 3 * small * growth < allowed(small)  # linear, and the machine three times as slow meanwhile
    assert small * growth**2 >= allowed(small)  # as slow as the square
