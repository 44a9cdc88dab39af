"""Agencies in sentences of our own: names, short forms, lists; and the words and bodies that only look like one."""

from __future__ import annotations

import datetime as dt

import pytest
from desk_scenes import agencies, desk_scene, gazetteer

from index.analysis.korean import KoreanAnalyzer

NAMED = [
    ("산업부는 전략물자 고시를 개정했다", "산업통상자원부"),
    ("산업부, 행안부와 과기정통부가 함께 발표했다", "산업통상자원부 행정안전부 과학기술정보통신부"),
    ("관세청장은 우회수출을 단속했다", "관세청"),
    ("관세청 조사국장이 설명했다", "관세청"),
    ("무역위원회는 덤핑을 판정했고 무역위원장은 말했다. 국제무역위원회와 미국 무역위원회", "무역위원회"),
    ("외교부장관과 국방부장관이 만났다", "외교부 국방부"),
    ("금융위원장과 방송통신위원장 후보자", "금융위원회 방송통신위원회"),
    ("방통위원 한 명을 임명했다", "방송통신위원회"),
    ("이원식 검찰총장이 출석했다", "대검찰청"),
    ("대통령 비서실장이 밝혔다", "대통령실"),
    ("해경과 소방청이 구조했다", "해양경찰청 소방청"),
    ("해양 경찰청은 단속을 강화했다", "해양경찰청"),
    ("보건 복지부와 공정거래위는 조사했다", "보건복지부 공정거래위원회"),
    ("중대본은 비상 2단계를 가동했다", "중앙재난안전대책본부"),
    ("MOTIE와 KCS가 공동으로 발표했다(NSSC 참석)", "산업통상자원부 관세청 원자력안전위원회"),
    ("산업·외교·국방부 차관이 참석했다", "산업통상자원부 외교부 국방부"),
    ("기재·국토부가 대책을 낸다", "기획재정부 국토교통부"),
    ("교육ㆍ고용부 장관", "교육부 고용노동부"),
    ("방사청과 국정원, 공수처", "방위사업청 국가정보원 고위공직자범죄수사처"),
    ("한국 외교부와 미국 국무부가 협의했다", "외교부"),
    ("행정안전부 재난안전관리본부장은 말했다", "행정안전부 재난안전관리본부"),
    ("구제역 중앙사고수습본부는 방역을 강화한다", "중앙사고수습본부"),
    ("농식품부 관계자는 기자와 통화했다", "농림축산식품부"),
    ("경제사회노동위원회와 의료개혁특별위원회", "경제사회노동위원회 의료개혁특별위원회"),
    ("개인정보위가 과징금을 부과했다", "개인정보보호위원회"),
    ("교육부부터 바뀐다", "교육부"),
    ("담당 관세청 직원", "관세청"),
    ("보건복지부와질병관리청, 관세청외교부", "보건복지부 질병관리청 관세청 외교부"),
    ("한·미 국방부와 한미 외교부", "국방부 외교부"),
    ("베트남 산업무역부와 산업부", "산업통상자원부"),
    ("서울\t경찰청\t소방청", "경찰청 소방청"),
    ("수출이란 산업부의 목표다", "산업통상자원부"),
    ("일본이 외교부에 항의했다", "외교부"),
    ("산업 통상 자원부와 공정 거래 위원회, 과학 기술 정보 통신부", "산업통상자원부 공정거래위원회 과학기술정보통신부"),
    ("윤서연관세청장은 말했다", "관세청"),
    ("금융委·공정委 합동 조사, 무역委는", "금융위원회 공정거래위원회 무역위원회"),
    ("폴란드 방한단은 국방부, 군비청, 대통령실 일원을 포함한다. 방위사업청은 환영했다.", "방위사업청"),
    ("미국 대표단은 국방부 청사를 찾았다", "국방부"),
    ("세르게이 라브로프 외교부 장관과 김도윤 외교부 장관", "외교부"),
]


@pytest.mark.parametrize(("text", "expected"), NAMED)
def test_agencies_are_named(text: str, expected: str) -> None:
    assert agencies(desk_scene(text)) == expected.split()


NOT_NAMED = [
    "온라인 교육부터 동영상까지 제공한다",
    "환경부담금과 고용부담금을 낸다",
    "교육부문과 국방부문의 예산",
    "국방부대 앞에서 만났다",
    "금융위기와 산업부지, 산업부품",
    "통일부산 축제",
    "서울경찰청과 경북경찰청, 부산 경찰청이 수사했다",
    "각 시·도 경찰청에 접수한다",
    "서울지방국세청과 수도권기상청",
    "중앙기상청 자료",
    "미국 국방부와 미 노동부, 美 법무부",
    "러시아 외교부는 성명을 냈다",
    "중국 정부의 외교부와 러시아의 국방부",
    "인도 국방부와 이란 외교부",
    "중국 상무부와 외교부",
    "중국은 외교부 대변인을 통해 반발했다",
    "왕이 외교부장과 만났다",
    "각국 외교부가 협의했다",
    "국회 과학기술정보방송통신위원회가 열렸다",
    "산업부 홍길동 기자",
    "경제산업부 기자단",
    "국민의힘 선관위는 공문을 보냈다",
    "정부와 관계부처, 양 부처, 당국이 합동으로",
    "대통령은 밝혔다",
    "경찰과 검찰은 조사했다",
    "청와대 관람을 예약했다",  # 2024: a park
    "중대범죄수사청을 신설하는 법안",  # 2024: a bill
    "금융감독원과 한국은행, 무역안보관리원",
    "파베우 베이다 국방부 차관, 다리우스 우코프스키 안보실 부실장",
    "공공기관운영위원회와 방위사업추진위원회",
    "MOTIEX와 XMOTIE, AMOFA",
]


@pytest.mark.parametrize("text", NOT_NAMED)
def test_what_only_looks_like_an_agency(text: str, analyzer: KoreanAnalyzer) -> None:
    assert agencies(desk_scene(text, analyzer)) == []


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2024-05-01", "산업통상자원부 환경부 기획재정부 방송통신위원회"),
        ("2025-10-01", "산업통상부 기후에너지환경부 기획재정부 방송미디어통신위원회"),
        ("2026-02-01", "산업통상부 기후에너지환경부 재정경제부 방송미디어통신위원회"),
    ],
)
def test_the_name_is_that_of_the_date(date: str, expected: str) -> None:
    scene = desk_scene("산업부, 환경부, 기재부, 방통위가 참석했다", date=dt.date.fromisoformat(date))
    assert agencies(scene) == expected.split()


def test_an_office_led_by_a_minister_has_no_head_of_its_own_syllable() -> None:
    scene = desk_scene("기획처 장관은 밝혔다. 서강대 기획처장도 참석했다.", date=dt.date(2026, 2, 1))
    assert [mention.surface for mention in scene.mentions("agency")] == ["기획처"]


def test_a_name_out_of_its_time_is_less_certain() -> None:
    scene = desk_scene("산업통상자원부 장관과 산업부", date=dt.date(2026, 2, 1))
    former, current = scene.mentions("agency")
    assert former.entity == current.entity
    assert former.confidence < current.confidence


def test_a_bare_name_after_a_foreign_one_is_foreign_unless_something_is_ours() -> None:
    assert agencies(desk_scene("러시아 국방부는 공격했다. 국방부는 부인했다.")) == []
    assert agencies(desk_scene("국방부는 규탄했다. 러시아 국방부는 부인했다. 국방부는 다시 밝혔다.")) == ["국방부"]
    assert agencies(desk_scene("중국 외교부는 부인했다. 우리 외교부는 초치했다.")) == ["외교부"]
    assert "외교부" in agencies(desk_scene("중국 외교부가 논평했다. 통일부와 외교부는 협의했다."))


def test_a_headquarters_inside_a_ministry_is_its_unit() -> None:
    scene = desk_scene("보건복지부 중앙사고수습본부 전략팀(044-202-1605)")
    assert agencies(scene) == ["보건복지부"]
    assert [m.entity.name for m in scene.mentions("department")] == ["중앙사고수습본부", "전략팀"]


def test_the_parts_of_a_list_stand_at_their_places() -> None:
    scene = desk_scene("산업·외교·국방부")
    assert [m.surface for m in scene.mentions("agency")] == ["산업", "외교", "국방부"]


@pytest.mark.parametrize(
    "alias", ["금융위", "국민권익위", "공정거래위", "방송통신위", "개인정보보호위", "원자력안전위"]
)
def test_a_short_name_is_told_as_one_in_every_process(alias: str) -> None:
    """It is also a spelling of the full name: which of them is told must not hang on the order of a set."""
    scene = desk_scene(f"{alias}는 제재를 밝혔다")
    listed = alias in {name for agency in gazetteer().agencies.agencies for name in agency.aliases}
    assert [mention.rule for mention in scene.mentions("agency")] == ["agency:alias" if listed else "agency:name"]
