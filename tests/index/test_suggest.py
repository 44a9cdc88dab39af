from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.suggest import Entry, Suggester

ENTRIES = [
    Entry("agency", "산업통상부", ("산업통상부", "산업부", "MOTIR", "Ministry of Trade"), 50),
    Entry("agency", "관세청", ("관세청", "KCS"), 40),
    Entry("department", "수출통제과", ("외교부 수출통제과",), 5),
    Entry("topic", "strategic-items", ("전략물자", "strategic items"), 60),
    Entry("phrase", "전략산업", ("전략산업",), 3),
]


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    return Suggester(ENTRIES)


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("전", ["strategic-items", "전략산업"]),
        ("전랴", ["strategic-items", "전략산업"]),  # the last letter is not typed yet
        ("전략ㅁ", ["strategic-items"]),
        ("ㅈㄹㅁㅈ", ["strategic-items"]),
        ("ㅈㄹ", ["strategic-items", "전략산업"]),
        ("moti", ["산업통상부"]),
        ("ministry of t", ["산업통상부"]),
        ("수출통", ["수출통제과"]),  # a word inside
        ("rhks", ["관세청"]),
        ("관 세", ["관세청"]),
        ("없는것", []),
        ("", []),
        ("   ", []),
    ],
)
def test_completions(suggester: Suggester, typed: str, keys: list[str]) -> None:
    assert [found.entry.key for found in suggester.complete(typed)] == keys


def test_the_name_that_matched_is_told_when_it_is_another(suggester: Suggester) -> None:
    assert suggester.complete("산업부")[0].via == "산업부"
    assert suggester.complete("산업통")[0].via is None


@given(st.text(max_size=20))
def test_anything_may_be_typed(text: str) -> None:
    found = Suggester(ENTRIES).complete(text, 3)
    assert len(found) == len({(f.entry.kind, f.entry.key) for f in found}) <= 3


def test_an_answer_takes_milliseconds_over_many_names() -> None:
    syllables = [chr(0xAC00 + 28 * n) for n in range(300)]
    names = [one + other + "부" for one in syllables for other in syllables[:100]]
    suggester = Suggester(Entry("agency", name, (name,), 1.0) for name in names)

    def cost() -> float:
        began = time.process_time()
        for typed in ("ㄱ", "가", "ㄱㄱ", "a"):
            suggester.complete(typed)
        return time.process_time() - began

    assert min(cost() for _ in range(3)) < 4 * 0.1  # takes a hundredth of it
