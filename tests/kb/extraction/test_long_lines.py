"""No finder may take long over a line that nobody wrote for reading: 200,000 characters without a break."""

from __future__ import annotations

import time

import pytest
from desk_scenes import gazetteer
from small_scenes import small_post

from kb.extraction.pipeline import FINDERS
from kb.extraction.scene import Scene

SIZE = 200_000
LIMIT = 4.0  # seconds on a busy machine; the slowest, titles and nothing else, takes 2.4 and is linear
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
    "countries": "한미일 대중 방미 ",
    "laws": "「대외무역법」 제19조 ",
    "openings": "「",
}


@pytest.mark.parametrize("seed", LINES.values(), ids=LINES.keys())
def test_a_long_line_is_read_in_time(seed: str) -> None:
    post = small_post("제목\n" + (seed * (SIZE // len(seed) + 1))[:SIZE])
    scene = Scene(post)
    for find in FINDERS:
        started = time.process_time()
        scene.add(find(scene, gazetteer()))
        spent = time.process_time() - started
        assert spent < LIMIT, f"{find.__name__}: {spent:.1f} s"
