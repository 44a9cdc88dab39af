"""Every shape of number, and the digits that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.extraction.phones import find_phones

HOTLINES = {"110": "", "112": "", "119": "", "1332": "", "1345": "", "1366": ""}


def numbers(text: str) -> list[str]:
    phones = find_phones(text, HOTLINES)
    assert all(0 <= p.start < p.end <= len(text) for p in phones)
    return [p.number for p in phones]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("무역안보정책과(044-203-4832)", "044-203-4832"),
        ("과 0442035250)", "044-203-5250"),
        ("T/F(0442035250)", "044-203-5250"),
        ("02-6000-6496~9", "02-6000-6496 02-6000-6497 02-6000-6498 02-6000-6499"),
        ("044-203-4832～33", "044-203-4832 044-203-4833"),
        ("044)215-5510", "044-215-5510"),
        ("(031)249-8444으로", "031-249-8444"),
        ("+82-44-203-4832", "044-203-4832"),
        ("+82 2 2100 2951", "02-2100-2951"),
        ("０４４－２０３－４８３２", "044-203-4832"),
        ("044–203–4832", "044-203-4832"),
        ("02.2100.2951", "02-2100-2951"),
        ("044 203 4832", "044-203-4832"),
        ("044-203-4361, 4369", "044-203-4361 044-203-4369"),
        ("044-203-4361·4369", "044-203-4361 044-203-4369"),
        ("044-205-7661 또는 7501", "044-205-7661 044-205-7501"),
        ("(044-201-1794), (044-201-1792)", "044-201-1794 044-201-1792"),
        ("☎15882188", "1588-2188"),
        ("1588-0075", "1588-0075"),
        ("콜센터(1600-3190)", "1600-3190"),
        ("070-7819-0043", "070-7819-0043"),
        ("080-700-0074", "080-700-0074"),
        ("0504-123-4567", "0504-123-4567"),
        ("☎1345", "1345"),
        ("국번없이 1332", "1332"),
        ("여성긴급전화 1366로 연락", "1366"),
        ("콜센터(국번 없이 110)", "110"),
        ("즉시 119에 신고하세요", "119"),
        ("112로 신고해 주세요", "112"),
        ("전화 044-203-4832, 팩스 044-203-4833", "044-203-4832"),
        ("(전화) 044-203-4832 (팩스) 044-203-4833", "044-203-4832"),
        ("T. 02-2100-2951, F. 02-2100-2952", "02-2100-2951"),
    ],
)
def test_numbers(text: str, expected: str) -> None:
    assert numbers(text) == expected.split()


@pytest.mark.parametrize(
    "text",
    [
        "FAX: 044-203-4833",
        "팩스번호 044-203-4833",
        "044-203-4833(팩스)",
        "2024-07-16",
        "2024.07.16.~2025.01.31.",
        "1592-1598년 임진왜란",
        "1600-1700년대",
        "하루 110원",
        "병원 112곳과 119구급대",
        "112에 신고가 들어왔다",
        "120~270일",
        "사업자등록번호 012-34-56789",
        "계좌번호 02-2100-2951",
        "법률 제02-2024-0012호",
        "35,044-203",
        "16001234명",
        "‘02-800-7070’ 번호의 주인",
    ],
)
def test_no_numbers(text: str) -> None:
    assert numbers(text) == []


@given(st.sampled_from(["02", "031", "044", "051", "064"]), st.integers(200, 9999), st.integers(0, 9999))
def test_any_way_of_writing_one_number_gives_the_same(area: str, middle: int, last: int) -> None:
    if str(middle)[0] in "01":
        return
    expected = [f"{area}-{middle}-{last:04}"]
    for sep in ("-", ")", ".", " ", " - "):
        assert numbers(f"문의 {area}{sep}{middle}-{last:04} 입니다") == expected
    assert numbers(f"☎{area}{middle}{last:04}") == expected


@given(st.text(alphabet="0123456789-~()., 년전화팩스☎", max_size=60))
def test_no_text_breaks_the_finder(text: str) -> None:
    for number in numbers(text):
        assert number.replace("-", "").isdigit()
