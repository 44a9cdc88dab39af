"""Who speaks, and who is only named."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.search.quotes import quoted
from kb.store.entities import MentionPlace

NAME = "홍길동"


def place(text: str) -> MentionPlace:
    at = text.index(NAME)
    return MentionPlace("s/1", "제목", dt.date(2024, 7, 1), text, at, at + len(NAME), "rule", 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "홍길동 장관은 “수출통제를 국제 공조에 맞추겠다”고 말했다.",
        '앞 문장이다. 홍길동 산업부 1차관은 27일 "우회수출을 막겠다"라며 협력을 당부했다. 뒤 문장이다.',
        "홍길동 관세청장이 “첫째다. 둘째다. 셋째까지 한다”고 밝혔다.",
    ],
)
def test_a_subject_whose_speech_is_reported(text: str) -> None:
    ((found, start, end),) = quoted([place(text)], 5)
    shown = found.text[start:end]
    assert shown.startswith("홍길동") and shown.endswith(".") and "“" in shown.replace('"', "“")


@pytest.mark.parametrize(
    "text",
    [
        "홍길동 장관은 ‘수출 플러스 전략’을 발표했다.",  # a name
        "홍길동 장관은 “세계로 가는 수출” 행사에 참석했다.",  # a title
        "김철수 차관은 “홍길동 장관이 곧 발표한다”고 말했다.",  # named inside
        "김철수 차관은 홍길동 장관의 방문을 두고 “뜻깊은 일이다”라고 말했다.",  # another case
        "홍길동 장관은 회의에 참석했다. 김철수 차관은 “협력하겠다”고 말했다.",  # another sentence
        "홍길동 장관은 " + "가" * 500 + " “협력하겠다는 뜻이다”라고 말했다.",
    ],
)
def test_others_do_not_speak(text: str) -> None:
    assert quoted([place(text)], 5) == ()


def test_one_quotation_a_post_and_so_many_as_asked() -> None:
    text = "홍길동 장관은 “수출통제를 지키겠다”고 말했다."
    found = [place(text)] * 3
    assert len(quoted(found, 5)) == 1
    many = [MentionPlace(f"s/{n}", "", dt.date(2024, 7, 1), text, 0, 3, "rule", 1.0) for n in range(9)]
    assert len(quoted(many, 5)) == 5
