"""Laws with their articles, regimes, HS codes and bodies that are no agency."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_scenes import check_places, small_scene

from kb.extraction.references import find_references
from kb.gazetteer.gazetteer import DATA
from kb.gazetteer.references import load_references
from kb.model import Mention

LISTS: Any = SimpleNamespace(references=load_references(DATA))


def mentions(text: str, date: dt.date = dt.date(2024, 9, 1)) -> list[Mention]:
    scene = small_scene(text, date=date)
    found = find_references(scene, LISTS)
    check_places(scene, found)
    return found


def names(text: str, kind: str) -> list[str]:
    return [mention.entity.name for mention in mentions(text) if mention.entity.kind == kind]


LAWS = [
    ("대외무역법 제19조에 따라", ["대외무역법"], ["대외무역법 제19조"]),
    ("대외무역법 시행령 제33조의2 제1항", ["대외무역법 시행령"], ["대외무역법 시행령 제33조의2 제1항"]),
    ("「전략물자 수출입고시」 제35차 개정안", ["전략물자 수출입고시"], ["전략물자 수출입고시」 제35차 개정안"]),
    ("전략물자수출입고시 개정", ["전략물자 수출입고시"], ["전략물자수출입고시"]),
    ("산업기술보호법과 방산기술보호법", ["산업기술의 유출방지 및 보호에 관한 법률", "방위산업기술 보호법"], None),
    ("공급망안정화법이 시행된다", ["경제안보를 위한 공급망 안정화 지원 기본법"], None),
    ("「학교 밖 청소년 지원에 관한 법률」 개정", ["학교 밖 청소년 지원에 관한 법률"], None),
    ("아동복지법 위반 혐의로", ["아동복지법"], None),
    ("초·중등교육법 시행령", ["초·중등교육법 시행령"], None),
    ("공직선거법·정치자금법 위반", ["공직선거법", "정치자금법"], None),
    (
        "유엔 안보리 결의 제2375호와 안보리 대북제재 결의 1718호",
        ["유엔 안보리 결의 제2375호", "유엔 안보리 결의 제1718호"],
        None,
    ),
    ("특허법 제2조와 특허법인 가람", ["특허법"], ["특허법 제2조"]),
    ("사용 방법 제1조, 수법 위반, 편법 제1조", [], None),
    (
        "「관세법 시행령」과 「농산물에 대한 관세법 특례 고시」",
        ["관세법 시행령", "농산물에 대한 관세법 특례 고시"],
        None,
    ),
    ("「산업기술보호법」 제11조", ["산업기술의 유출방지 및 보호에 관한 법률"], ["산업기술보호법」 제11조"]),
    ("의료법인 가람의료재단, 의료법 위반", ["의료법"], None),
    ("특별법 위반, 동법 시행령, 관계법 위반", [], None),
    ("「경주 석굴암」과 「즐거운 문법」", [], None),
]


@pytest.mark.parametrize(("text", "expected", "surfaces"), LAWS)
def test_laws(text: str, expected: list[str], surfaces: list[str] | None) -> None:
    assert names(text, "law") == expected
    if surfaces is not None:
        assert [m.surface for m in mentions(text) if m.entity.kind == "law"] == surfaces


REGIMES = [
    ("바세나르 체제와 핵공급국 그룹(NSG)", ["바세나르체제", "핵공급국그룹", "핵공급국그룹"]),
    ("Wassenaar Arrangement and the Australia Group", ["바세나르체제", "호주그룹"]),
    ("MTCR 총회와 화학무기금지협약(CWC)", ["미사일기술통제체제", "화학무기금지협약", "화학무기금지협약"]),
    (
        "IPEF와 RCEP, CPTPP",
        ["인도·태평양 경제프레임워크", "역내포괄적경제동반자협정", "포괄적·점진적 환태평양경제동반자협정"],
    ),
    ("「무기거래조약」 비준", ["무기거래조약"]),
    ("ANSGX와 NSGroup", []),
]


@pytest.mark.parametrize(("text", "expected"), REGIMES)
def test_regimes(text: str, expected: list[str]) -> None:
    assert names(text, "regime") == expected


CODES = [
    ("HS 8542.31에 해당한다", ["8542.31"]),
    ("HS코드 8542.31, 8542.32와 8486.20", ["8542.31", "8542.32"]),
    ("HSK 8525.89-1000 품목", ["8525.89-1000"]),
    ("HS 제8471호의 컴퓨터", ["8471"]),
    ("HS 코드: 854231", ["8542.31"]),
    ("HSK 8542311000", ["8542.31-1000"]),
    ("HS 2022 개정안에 따라", []),
    ("8542.31은 앞말이 없다", []),
    ("HS코드 1000여 개와 HSK 1402개 품목, HS 2024년판", []),
    ("HSBC 2024년 실적", []),
    ("HS 9901.10은 없는 류다", []),
    ("ABHS 8542", []),
]


@pytest.mark.parametrize(("text", "expected"), CODES)
def test_hs_codes_only_after_their_sign(text: str, expected: list[str]) -> None:
    assert names(text, "hscode") == expected


BODIES = [
    ("코트라(KOTRA)와 무역협회", ["대한무역투자진흥공사", "대한무역투자진흥공사", "한국무역협회"]),
    ("금감원과 한국은행", ["금융감독원", "한국은행"]),
    ("유엔 안보리와 유엔사", ["유엔 안전보장이사회"]),
    ("외교부 유엔과(02-000-0000), 유엔과장", []),
    ("유엔과 미국", ["유엔"]),
    ("한수원과 한국전력", ["한국수력원자력", "한국전력공사"]),
    ("비무역협회라는 말은 없다", []),
    ("EUROPE와 NATOX", []),
]


@pytest.mark.parametrize(("text", "expected"), BODIES)
def test_bodies(text: str, expected: list[str]) -> None:
    assert names(text, "organisation") == expected


@pytest.mark.parametrize(
    ("date", "expected"), [(dt.date(2024, 8, 20), "전략물자관리원"), (dt.date(2024, 8, 21), "무역안보관리원")]
)
def test_a_renamed_body_bears_the_name_of_the_day(date: dt.date, expected: str) -> None:
    for written in ("전략물자관리원", "무역안보관리원", "KOSTI"):
        assert [m.entity.name for m in mentions(f"제목\n{written}에 물었다", date)] == [expected]


@given(st.text(alphabet="HSK법제조호위반 0123456789.,-·「」대외무역결의안보리유엔\n", max_size=60))
def test_mentions_point_at_their_surface_whatever_the_text(text: str) -> None:
    mentions("제목\n" + text)
