"""Which sentences say when something takes force, and which day they mean."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.days_told import DAY, resolve
from kb.force import in_force
from kb.model import Block

WRITTEN = dt.date(2024, 2, 23)


def blocks_of(text: str) -> tuple[Block, ...]:
    found, at = [], 0
    for line in text.split("\n"):
        found.append(Block("row" if "\t" in line else "title" if at == 0 else "paragraph", at, at + len(line)))
        at += len(line) + 1
    return tuple(found)


def days(sentence: str, written: dt.date = WRITTEN, title: str = "소식") -> list[str]:
    text = f"{title}\n{sentence}"
    cut = {"day": 10, "month": 7, "year": 4}
    return [
        f.told.first.isoformat()[: cut[f.told.grain]] if f.told else f.counted or ""
        for f in in_force(text, blocks_of(text), written)
    ]


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("상황허가 품목을 늘린 고시가 24일부터 시행된다.", ["2024-02-24"]),
        ("개정 고시가 2024년 2월 24일부터 시행됩니다.", ["2024-02-24"]),
        ("개정 고시는 2024. 2. 24.부터 시행한다.", ["2024-02-24"]),
        ("개정 고시는 ’24.2.24.(토)부터 시행한다.", ["2024-02-24"]),
        ("고시 시행일은 3월 16일이며 자진신고 조항은 4월 1일부터 적용한다.", ["2024-03-16", "2024-04-01"]),
        ("개정 고시\t시행일\t3월 16일", ["2024-03-16"]),
        ("고시 시행 : 3월 16일", ["2024-03-16"]),
        ("협정은 오는 1일 발효된다.", ["2024-03-01"]),
        ("개정 고시가 내달 1일부터 시행된다.", ["2024-03-01"]),
        ("개정 고시가 다음 달부터 시행된다.", ["2024-03"]),
        ("우회덤핑 방지 제도는 내년부터 시행된다.", ["2025"]),
        ("관세 특례는 내년 1월 1일부터 시행될 예정이다.", ["2025-01-01"]),
        ("개정 대외무역법이 8월 21일부터 본격적으로 시행된다.", ["2024-08-21"]),
        ("고시가 20일 시행되었다.", ["2024-02-20"]),
        ("고시가 28일 시행됐다.", ["2024-01-28"]),
        ("개정안은 공포 후 6개월이 지난 날부터 시행한다.", ["공포 후 6개월"]),
        ("개정 규정은 고시한 날부터 시행한다.", ["고시한 날"]),
        ("개정 고시가 3월부터 시행된다. 고시 시행일은 3월 16일이다.", ["2024-03-16"]),
    ],
)
def test_days_of_force_are_read(sentence: str, wanted: list[str]) -> None:
    assert days(sentence) == wanted


@pytest.mark.parametrize(
    "sentence",
    [
        "폭염특보가 24일 발효된다.",
        "군은 24일부터 확성기 방송을 전면 시행한다.",
        "관세청은 24일 대외무역법 설명회를 시행한다.",
        "24일 발표한 전략물자 수출입고시 시행계획에 따른다.",
        "2016년부터 이 법이 시행되었다.",  # history
        "내년부터 시행될 예정인 관세 제도를 유예하는 방안을 검토한다.",  # put off
        "집행정지 신청으로 조례는 24일 효력이 발생하지 않는다.",
        "고시가 24일간 시행된다.",
        "점검을 24일부터 시행한다.",  # nothing that takes force
        "24일 국무회의에서 의결한 법률을 곧 시행한다.",
        "개정 고시가 2월 30일부터 시행된다.",  # no such day
    ],
)
def test_other_days_are_left_alone(sentence: str) -> None:
    assert days(sentence) == []


def test_what_takes_force_may_stand_in_the_title() -> None:
    assert days("26일부터 시행한다.", title="상황허가 57개 품목 고시") == ["2024-02-26"]
    assert days("26일부터 시행한다.", title="여름 운영 시간 안내") == []


def test_headings_say_it_where_no_sentence_does() -> None:
    assert days("품목은 57개다.", title="러시아 상황허가 57개 품목, 26일부터 시행") == ["2024-02-26"]


def test_a_day_is_told_once_with_the_sentence_of_the_body() -> None:
    text = "상황허가 고시 26일 시행\n상황허가 고시를 26일부터 시행한다. 고시는 26일부터 시행된다."
    (only,) = in_force(text, blocks_of(text), WRITTEN)
    assert text[only.start : only.end] == "상황허가 고시를 26일부터 시행한다."


@pytest.mark.parametrize(
    ("told", "written", "tense", "meant"),
    [
        ("26일", dt.date(2023, 12, 28), "future", dt.date(2024, 1, 26)),
        ("26일", dt.date(2024, 1, 2), "past", dt.date(2023, 12, 26)),
        ("1일", dt.date(2024, 7, 30), "open", dt.date(2024, 8, 1)),
        ("22일", dt.date(2024, 7, 25), "open", dt.date(2024, 7, 22)),
        ("1월 1일", dt.date(2024, 12, 30), "open", dt.date(2025, 1, 1)),
        ("12월 31일", dt.date(2025, 1, 2), "open", dt.date(2024, 12, 31)),
        ("지난달 3일", dt.date(2024, 1, 5), "open", dt.date(2023, 12, 3)),
    ],
)
def test_what_readers_knew_is_put_back(told: str, written: dt.date, tense: str, meant: dt.date) -> None:
    found = DAY.match(told)
    assert found
    day = resolve(found, written, tense)  # type: ignore[arg-type] # a literal in a table
    assert day and (day.first, day.grain) == (meant, "day")


@given(
    st.text(alphabet="시행발효고시법개정부터일월년내달오는지난은는 \t\n.:0123456789", max_size=80),
    st.dates(dt.date(2000, 1, 1), dt.date(2090, 12, 31)),
)
def test_any_text_is_read_and_every_statement_is_a_place_in_it(text: str, written: dt.date) -> None:
    blocks = blocks_of(text)
    for force in in_force(text, blocks, written):
        assert any(b.start <= force.start < force.end <= b.end for b in blocks)
        assert (force.told is None) == (force.counted is not None)
        assert force.told is None or abs(force.told.first - written) <= dt.timedelta(days=3660)


@pytest.mark.parametrize("written", [dt.date.min, dt.date(1, 1, 20), dt.date(9999, 12, 2), dt.date.max])
def test_at_the_ends_of_the_calendar(written: dt.date) -> None:
    """A post may say that it is from any day there is."""
    days(
        "3월 1일부터 개정 고시가 시행된다. 내년 1월 시행한다. 오는 1일 시행된다. 30일 시행했다. 지난달 시행됐다.",
        written,
    )


@pytest.mark.parametrize(
    "sentence", ["1일시행 ", "시행 1일 ", "시행일 1일 ", "공포 후 6개월 후 시행 ", "3월 1일 시행되며 ", "1일부터 "]
)
def test_a_sentence_without_end_costs_by_its_length(sentence: str) -> None:
    """A page reads it whenever it is asked for: eight times the text, about eight times the work and not sixty-four."""

    def cost(times: int) -> float:
        began = time.process_time()
        days(f"개정 고시 {sentence * times}시행")
        return time.process_time() - began

    assert min(cost(8_000) for _ in range(2)) < 30 * max(min(cost(1_000) for _ in range(3)), 0.002)
