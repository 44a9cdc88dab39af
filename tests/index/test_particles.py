"""The particle follows the sound before it; where that cannot be known, both stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.particles import with_particles


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("관세청이(가) 없습니다", "관세청이 없습니다"),
        ("산업부이(가) 없습니다", "산업부가 없습니다"),
        ("‘관세청’(이)라는 기관", "‘관세청’이라는 기관"),
        ("‘산업부’(이)라는 기관", "‘산업부’라는 기관"),
        ("'서울'(으)로 바뀌었으나", "'서울'로 바뀌었으나"),
        ("'관세청'(으)로", "'관세청'으로"),
        ("'산업부'(으)로", "'산업부'로"),
        ("044-203-4832을(를)", "044-203-4832를"),
        ("제19은(는)", "제19는"),
        ("제10은(는)", "제10은"),
        ("EU은(는)", "EU는"),
        ("BTS와(과) WTO와(과) FTA와(과)", "BTS와 WTO와 FTA와"),
        ("KBM이(가)", "KBM이"),
        ("Entity이(가)", "Entity이(가)"),  # nobody can tell
        ("(이)가", "(이)가"),
    ],
)
def test_the_particle_that_fits_is_kept(written: str, read: str) -> None:
    assert with_particles(written) == read


@given(st.text())
def test_text_without_both_forms_stays_as_it_is(text: str) -> None:
    assert with_particles(text.replace("(", "[")) == text.replace("(", "[")
