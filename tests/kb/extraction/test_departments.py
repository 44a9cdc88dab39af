"""Units of agencies: chains, lists, tables; and the nouns that end like a unit."""

from __future__ import annotations

import pytest
from desk_scenes import departments, desk_scene

from index.analysis.korean import KoreanAnalyzer

FOUND = [
    ("산업통상자원부 무역안보정책과에 문의하면 된다", "산업통상자원부/무역안보정책과"),
    ("관세청 조사국 조사총괄과(042-481-7818)", "관세청/조사국 관세청/조사총괄과"),
    ("보건복지부 정신건강정책관 자살예방정책과로 문의", "보건복지부/자살예방정책과"),
    (
        "과학기술정보통신부의 지식재산전략기획단 기획총괄과",
        "과학기술정보통신부/지식재산전략기획단 과학기술정보통신부/기획총괄과",
    ),
    (
        "문의: 고용노동부 안전보건감독기획과(044-202-8915), 화학사고예방과(044-202-8971)",
        "고용노동부/안전보건감독기획과 고용노동부/화학사고예방과",
    ),
    (
        "기획재정부 공공정책국 공공정책총괄과, 공공윤리정책과, 공공혁신기획과에 문의",
        "기획재정부/공공정책국 기획재정부/공공정책총괄과 기획재정부/공공윤리정책과 기획재정부/공공혁신기획과",
    ),
    ("소방청의 생활안전과 및 소방산업과에 연락", "소방청/생활안전과 소방청/소방산업과"),
    ("국토교통부 주택기금과 공공주택정책과(044-201-3351)", "국토교통부/주택기금과 국토교통부/공공주택정책과"),
    ("해양경찰청 외사과 외사기획계(032-835-2168)", "해양경찰청/외사과 해양경찰청/외사기획계"),
    ("경찰청 국가수사본부 형사국 마약조직범죄수사과(02-3150-2171)", "경찰청/형사국 경찰청/마약조직범죄수사과"),
    ("외교부 수출통제·제재담당관실(02-2100-6874)", "외교부/수출통제·제재담당관실"),
    (
        "산업부 자원산업정책국 동해 심해 가스전 개발 총괄 T/F(044-203-5250)",
        "산업통상자원부/자원산업정책국 산업통상자원부/동해심해가스전개발총괄T/F",
    ),
    ("행정안전부는 ‘특례시 특별법 제정 TF’를 구성했다", "행정안전부/특례시특별법제정TF"),
    ("과학기술정보통신부 국립중앙과학관 과학교육과(042-601-7935, 7934)", "과학기술정보통신부/과학교육과"),
    ("해양수산부 항로표지과(044-200-5877), 국립해양측위정보원 측위정보과(043-730-8052)", "해양수산부/항로표지과"),
    ("기획재정부 세제실은 검토했다", "기획재정부/세제실"),
    (
        "산업통상자원부 무역안보정책과와 기술안보과가 담당한다",
        "산업통상자원부/무역안보정책과 산업통상자원부/기술안보과",
    ),
    (
        "농림축산식품부 축산정책과(044-201-2317), 축산경영과 양돈(044-201-2336)",
        "농림축산식품부/축산정책과 농림축산식품부/축산경영과",
    ),
    (
        "담당부서\t연락처\n보건복지부 전략팀\t044-202-1605\n의료인력정책과\t044-202-2431",
        "보건복지부/전략팀 보건복지부/의료인력정책과",
    ),
    ("재산세제과\t기획재정부 세제실\t044-215-4310", "기획재정부/재산세제과 기획재정부/세제실"),
    (
        "북핵정책과: 02-2100-7878\n외환제도과: 044-215-4754\n기획행정실: 02-2100-1817",
        "-/북핵정책과 -/외환제도과 -/기획행정실",
    ),
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_units_are_found(text: str, expected: str, analyzer: KoreanAnalyzer) -> None:
    assert sorted(departments(desk_scene(text, analyzer))) == sorted(expected.split())


NOT_FOUND = [
    "관세청 조사국장이 설명했다",
    "산업부 무역안보정책관은 말했다",
    "법무부의 비판과 대응",
    "국토부 입장과 다르다",
    "교육부 결과와 효과, 통계청 통계",
    "외교부 대표단과 국방부 선수단",
    "복지부의 방침과는 다르다",
    "산업부 장관과 차관, 외교부 대변인",
    "미국과 중국, 한국의 관계",
    "국가대표팀과 연구팀, 증권사 리서치팀(02-3770-1234)",
    "YTN 뉴스팀 전화: 02-398-8585",
    "관세청 회의실에서 열렸다",
    "서울세관 조사국은 적발했다",
    "운영사무국에 문의하면 된다",
]


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_only_ends_like_a_unit(text: str, analyzer: KoreanAnalyzer) -> None:
    assert departments(desk_scene(text, analyzer)) == []


def test_a_lone_unit_belongs_to_the_only_agency_of_the_post() -> None:
    scene = desk_scene("산업통상자원부는 부인했다.\n\n보도는 사실과 다르다.\n재생에너지정책관 재생에너지보급과에 문의")
    assert departments(scene) == ["산업통상자원부/재생에너지보급과"]


def test_bare_desks_on_one_exchange_belong_to_the_agency_of_the_post() -> None:
    desks = "규제개혁담당관실\t044-202-7068\n고용보험기획과\t044-202-7373\n실업급여과\t044-202-{}"
    told = "고용노동부는 밝혔다.\n본문이다.\n담당부서\t전화번호\n"
    assert departments(desk_scene(told + desks.format("7909")))[0] == "고용노동부/규제개혁담당관실"
    other = desks.replace("044-202-{}", "02-2100-7909")
    assert departments(desk_scene(told + other))[0] == "-/규제개혁담당관실"


def test_a_unit_in_prose_belongs_to_the_one_agency_that_the_post_is_about() -> None:
    assert departments(desk_scene("여성가족부는 부인했다.\n여성정책국의 사기가 낮다는 보도다.")) == [
        "여성가족부/여성정책국"
    ]
    assert departments(desk_scene("여성가족부와 교육부는 부인했다.\n여성정책국의 사기가 낮다는 보도다.")) == []
    assert departments(desk_scene("‘부동산 시장 점검 TF’를 열었다.")) == []


def test_a_long_table_keeps_every_owner() -> None:
    rows = "\n".join(f"관세청 조사{n}과\t042-481-{n:04}" for n in range(1, 400))
    assert departments(desk_scene(rows)) == [f"관세청/조사{n}과" for n in range(1, 400)]


def test_an_inherited_agency_is_less_certain() -> None:
    scene = desk_scene("기획재정부 대외경제총괄과(044-215-7610), 통상정책과(044-215-7670)")
    own, inherited = scene.mentions("department")
    assert own.confidence > inherited.confidence
