"""What a post is about, and what it only mentions in passing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from small_scenes import check_places, small_scene

from kb.extraction.topics import THRESHOLD, find_topics, weigh
from kb.gazetteer.gazetteer import DATA
from kb.gazetteer.topics import load_topics

LISTS: Any = SimpleNamespace(topics=load_topics(DATA / "topics.yaml"))

ABOUT = {
    "strategic-items": """전략물자 수출허가 제도가 바뀐다
이중용도 품목의 전문판정을 신청하면 보름 안에 결과를 받는다. 상황허가 대상인 비전략물자도 확인해야 한다.""",
    "evasion-enforcement": """세관, 러시아로 우회수출한 업체 적발
관세청은 대외무역법 위반 혐의로 두 명을 송치했다. 이들은 제3국을 거쳐 불법 수출한 것으로 드러났다.""",
    "sanctions": """정부, 대북 독자제재 대상 추가 지정
외교부는 안보리 결의를 위반한 선박과 기관을 제재 명단에 올렸다. 자산 동결이 뒤따른다.""",
    "customs": """해외직구 통관 절차와 면세한도 안내
관세청은 수입신고와 원산지증명서 제출 방법을 안내했다. 할당관세 품목도 늘어난다.""",
    "trade-agreements": """한-필리핀 FTA 31일 발효
자유무역협정에 따라 자동차 시장이 열린다. 통상교섭본부장은 CPTPP 가입도 검토한다고 말했다.""",
    "trade-remedy": """무역위원회, 중국산 후판 덤핑 예비판정
반덤핑 조사에서 국내 산업피해가 확인되어 잠정 덤핑방지관세를 건의한다.""",
    "supply-chain": """핵심광물 공급망 안정 대책 발표
희토류와 흑연의 수입선을 다변화하고 공공비축을 늘린다. 경제안보 품목을 점검한다.""",
    "tech-protection": """반도체 국가핵심기술 유출 일당 검거
산업기술보호법 위반으로 구속되었다. 영업비밀 침해와 기술 유출에 대한 처벌이 무거워진다.""",
    "defense-export": """K9 자주포 루마니아 수출 계약 체결
방산 수출이 이어지고 있다. 방위산업 협력을 위해 무기 수출 금융을 지원한다.""",
    "export-promotion": """5월 수출 동향, 무역수지 흑자
수출액은 580억 달러로 지난해보다 늘었다. 무역금융과 수출바우처를 늘려 수출기업을 지원한다.""",
    "foreign-investment": """외국인직접투자 신고액 역대 최대
외국인투자 유치를 위해 현금지원을 늘린다. 외국인투자 안보심의도 정비한다.""",
}

PASSING = [
    "올림픽 양궁 대표팀 금메달\n선수단은 인천공항에서 통관 절차를 마치고 돌아왔다. 팬들이 환영했다.",
    "국회의원 후보 인터뷰\n그는 공급망 문제도 짧게 말했지만 대부분 지역 현안 이야기였다. 도서관을 짓겠다고 했다.",
    "방송 심의 제재 조치 결정\n방송통신심의위원회는 법정 제재를 의결했다. 과징금도 부과했다.",
    "지금 확인해보세요! 세번째 이야기\n맛집을 소개합니다. 꼭 들러보세요.",
    "가을 축제 안내\n특산물을 싸게 파는 덤핑 처리 행사는 없다.",
    "개인정보 유출 사고 조사\n개인정보 보호 대책을 발표했다. 정보 유출 규모는 확인 중이다.",
    "원산지 표시 위반 음식점 점검\n농산물 원산지 표시를 확인한다.",
]


@pytest.mark.parametrize("topic", ABOUT)
def test_each_topic_is_found_in_a_post_about_it(topic: str) -> None:
    scene = small_scene(ABOUT[topic])
    mentions = find_topics(scene, LISTS)
    check_places(scene, mentions)
    assert topic in {mention.entity.name for mention in mentions}


@pytest.mark.parametrize("text", PASSING)
def test_a_passing_word_is_no_topic(text: str) -> None:
    assert find_topics(small_scene(text), LISTS) == []


def test_every_topic_points_at_no_more_than_three_passages() -> None:
    mentions = find_topics(small_scene("\n".join(ABOUT.values())), LISTS)
    for topic in {mention.entity.name for mention in mentions}:
        own = [mention.surface for mention in mentions if mention.entity.name == topic]
        assert 1 <= len(own) <= 3
        assert len(set(own)) == len(own)


def test_the_passages_that_decided_are_those_of_the_title_first() -> None:
    mentions = find_topics(small_scene(ABOUT["trade-remedy"]), LISTS)
    assert any(mention.start < mention_end_of_title(ABOUT["trade-remedy"]) for mention in mentions)


def mention_end_of_title(text: str) -> int:
    return text.index("\n")


def test_a_word_counts_at_most_three_times_in_the_body() -> None:
    once = weigh(small_scene("제목\n" + "반덤핑 조사. " * 3), LISTS.topics)["trade-remedy"].score
    often = weigh(small_scene("제목\n" + "반덤핑 조사. " * 30), LISTS.topics)["trade-remedy"].score
    assert often == once


def test_a_longer_word_takes_the_place_of_a_shorter_one_inside_it() -> None:
    evidence = weigh(small_scene("제목\n비전략물자 목록을 보았다"), LISTS.topics)["strategic-items"]
    assert [hit.word.word for hit in evidence.hits] == ["비전략물자"]


def test_words_of_another_matter_weigh_against() -> None:
    plain = weigh(small_scene("제재 대상 지정\n외교부가 독자 제재를 발표했다."), LISTS.topics)["sanctions"]
    other = weigh(small_scene("제재 대상 지정\n외교부가 독자 제재를 발표했다. 과징금과 징계도 있다."), LISTS.topics)[
        "sanctions"
    ]
    assert other.score < plain.score


def test_a_paired_word_counts_only_with_its_partner_in_the_same_sentence() -> None:
    with_partner = weigh(small_scene("제목\n세관이 마약을 적발했다."), LISTS.topics)["evasion-enforcement"]
    without = weigh(small_scene("제목\n세관에 들렀다. 적발은 없었다."), LISTS.topics)["evasion-enforcement"]
    assert with_partner.strong > 0
    assert without.strong == 0


def test_a_variant_of_a_weapon_is_the_weapon() -> None:
    assert weigh(small_scene("제목\n폴란드형 FA-50GF 납품"), LISTS.topics)["defense-export"].strong > 0


def test_the_threshold_is_more_than_one_strong_word_in_the_title() -> None:
    assert THRESHOLD > 4


@pytest.mark.parametrize(
    ("title", "lead", "expected"),
    [
        ("마약 수사 외압 의혹 청문회", "세관 직원의 밀반입 연루 수사에 외압이 있었는지 다투었다.", set()),
        ("지방재정 투자심사 완화", "시도의 투자심사 기준을 낮춘다.", set()),
        ("미국 상계관세 판정에 승소", "상계관세 판정을 국제무역법원이 돌려보냈다.", {"trade-remedy"}),
    ],
)
def test_a_word_of_the_field_in_another_matter(title: str, lead: str, expected: set[str]) -> None:
    assert topics_of(title, lead) == expected


HEADLINES = [line.split("\t") for line in (Path(__file__).with_name("headlines.tsv")).read_text("utf-8").splitlines()]


def test_headlines_of_the_field_written_without_looking_at_the_vocabulary() -> None:
    """A title and a sentence must do for nine in ten: real posts say far more."""
    field = [(topic, title, lead) for topic, title, lead in HEADLINES if topic != "-"]
    right = [topic in topics_of(title, lead) for topic, title, lead in field]
    assert sum(right) >= 0.9 * len(right)


@pytest.mark.parametrize("line", [line for line in HEADLINES if line[0] == "-"], ids=lambda line: line[1])
def test_headlines_of_other_matters_have_no_topic(line: list[str]) -> None:
    assert topics_of(line[1], line[2]) == set()


def topics_of(title: str, lead: str) -> set[str]:
    return {mention.entity.name for mention in find_topics(small_scene(f"{title}\n{lead}"), LISTS)}
