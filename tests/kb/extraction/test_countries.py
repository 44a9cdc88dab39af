"""Countries by name, abbreviation, adjective and hanja, and the words that only look like one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_scenes import check_places, small_scene

from index.analysis.korean import KoreanAnalyzer
from kb.extraction.countries import find_countries
from kb.gazetteer.countries import load_countries
from kb.gazetteer.gazetteer import DATA

LISTS: Any = SimpleNamespace(countries=load_countries(DATA))


def found(text: str, analyzer: KoreanAnalyzer) -> set[str]:
    scene = small_scene(text, analyzer)
    mentions = find_countries(scene, LISTS)
    check_places(scene, mentions)
    return {mention.entity.name for mention in mentions}


NAMED = [
    ("미국과 중국, 일본이 회의에 참석했다", "US CN JP"),
    ("우즈벡과 카자흐, 키르기스를 거친 화물", "UZ KZ KG"),
    ("사우디와 아랍에미리트, 남아공의 수주전", "SA AE ZA"),
    ("체코공화국과 원전 계약을 맺었다", "CZ"),
    ("옛 버마인 미얀마로 간 부품", "MM"),
    ("터키는 튀르키예로 이름을 바꾸었다", "TR"),
    ("콩고민주공화국에서 코발트를 캔다", "CD"),
    ("적도 기니 정부가 발표했다", "GQ"),
    ("도미니카공화국 대표단", "DO"),
    ("나이지리아와 니제르의 국경", "NG NE"),
    ("대만과 홍콩, 마카오의 관세 영역", "TW HK MO"),
    ("호주와 뉴질랜드가 합의했다", "AU NZ"),
    ("북한산 석탄과 러시아인 선원", "KP RU"),
    ("중국어선이 나포되었다", "CN"),
    ("Export rules of the United States and the UK changed", "US GB"),
    ("US and U.S. forms", "US"),
    ("UAE 육군과 훈련했다", "AE"),
    ("태국산 과일과 베트남 쌀국수", "TH VN"),
    ("미국농무부와 미국대사관", "US"),
    ("인도 정부와 인도네시아 정부", "IN ID"),
    ("인도의 모디 총리와 통화했다", "IN"),
    ("이란 외무부가 규탄했다", "IR"),
    ("이란산 원유와 인도인 기술자, 네팔인 노동자", "IR IN NP"),
    ("영국식 예시와 독일식 제도, 리비아산 원유", "GB DE LY"),
    ("이탈리아, 독일보다 높았다", "IT DE"),
    ("가나 정부와 코코아 협력을 논의했다", "GH"),
    ("수단 내전으로 교민이 철수했다", "SD"),
    ("오만 정부와 수소 협력을 맺었다", "OM"),
    ("조지아 총리가 트빌리시에서 연설했다", "GE"),
    ("페루와 쿠바, 칠레를 방문했다", "PE CU CL"),
    ("일본도 참가했고 중국집권당 대표도 왔다", "JP CN"),
    ("튀르키예와 조지아, 카자흐스탄으로 가는 물량", "TR GE KZ"),
    ("가나·케냐와 수교했다", "GH KE"),
    ("인도 위협에 맞선 호주제품", "IN AU"),
    ("콩고기업의 코발트와 터키석유공사", "CD TR"),
]

SHORT = [
    ("한․미․일 수출통제 세미나", "US JP"),
    ("中, 갈륨 수출통제…日 유감", "CN JP"),
    ('위원회 "中, 도자기질타일 덤핑"', "CN"),
    ("중·일·대만 기업과 한·미·UAE 육군", "CN JP TW US AE"),
    ("중국, 수단을 가리지 않고 미국, 수단으로 삼아", "CN US"),
    ("미국, 수단, 에티오피아를 방문했다", "US SD ET"),
    ("한미 정상회담이 열렸다", "US"),
    ("한미일 협력과 한중일 회의", "US JP CN"),
    ("한일관계와 한중대화, 한일고위급 회의", "JP CN"),
    ("북중러 밀착과 북러 군사협력", "KP CN RU"),
    ("러북 조약과 미중 갈등", "RU KP US CN"),
    ("한·미·일 안보실장", "US JP"),
    ("미·중 무역 갈등", "US CN"),
    ("한-베트남 정상회담", "VN"),
    ("한·캐나다 협정", "CA"),
    ("한-일 공동선언", "JP"),
    ("북-러 협력", "KP RU"),
    ("미·이란 핵협상", "US IR"),
    ("미·EU 무역기술위원회", "US"),
    ("대(對)중 수출과 대(對)러 제재", "CN RU"),
    ("對러 제재와 대러 수출통제", "RU"),
    ("대러시아 우회수출", "RU"),
    ("대중 수출과 대미 수출이 늘었다", "CN US"),
    ("대북 독자제재", "KP"),
    ("대일 무역적자", "JP"),
    ("대통령의 방미 일정이 끝났다", "US"),
    ("장관의 방중과 방일 성과", "CN JP"),
    ("러시아 대통령의 방북", "RU KP"),
    ("주미대사를 지냈다", "US"),
    ("주일 한국대사관", "JP"),
    ("주한미군과 주일미군", "US JP"),
    ("주우즈베키스탄 대사", "UZ"),
    ("미 국무부와 미 상무부가 발표했다", "US"),
    ("조 바이든 미 대통령", "US"),
    ("러 외무부가 반발했다", "RU"),
    ("북 미사일 발사를 규탄했다", "KP"),
    ("탈북민과 북핵 문제", "KP"),
    ("남북관계와 남북정상회담", "KP"),
    ("北 오물풍선과 日 방위백서", "KP JP"),
    ("美·中 정상이 만났다", "US CN"),
    ("獨 총리와 英 총리, 佛 대통령", "DE GB FR"),
    ("북미 정상회담의 가능성", "US KP"),
    ("친미 정권과 반중 정서", "US CN"),
    ("재일동포와 재미교포", "JP US"),
    ("러·우 전쟁이 아니라 러우 전쟁", "RU UA"),
]

NONE = [
    "국가나 인종, 증가나 감소, 상가나 주택",
    "가나다 순으로 정리했다",
    "전투기를 적기에 인도할 예정이다",
    "차량이 인도로 돌진했다",
    "인도 위를 걷던 보행자가 다쳤다",
    "인도적 지원과 인도주의 원칙",
    "인도·태평양 전략과 인태 지역",
    "범죄인 인도 조약을 맺었다",
    "사랑이란 무엇인가, 취업촉진수당이란?",
    "교통수단과 선수단, 납부 수단",
    "오만과 편견, 오만한 태도, 오만 원",
    "꽃잎이 말리고 있다",
    "호주머니에 넣었다",
    "러시아워의 도로",
    "스페인독감과 우루과이라운드",
    "공격수가 코모로 이적했다",
    "월남쌈과 이태리타월",
    "남극 대륙의 빙하",
    "호주제를 폐지했다",
    "일본도를 휘두른 일본도 살인 사건",
    "저녁은 중국집에서",
    "부탄가스 폭발 사고",
    "통일본부와 고독일 수도",
    "보호주의와 선호주의",
    "확대만 하고 기대만 했다",
    "박영국 씨가 말했다",
    "그리스도의 사랑, 그리스도교",
    "영어와 중국어, 일본어를 가르친다",
    "한중사전을 펼쳤다",
    "일본뇌염 경보 발령",
    "대중교통과 대중문화, 대중의 관심",
    "대미를 장식했다",
    "재미있는 이야기와 재미를 찾아서",
    "북카페와 북콘서트, 경북과 전북, 강북",
    "중장기 계획과 중·저신용자, 초·중·고",
    "영·유아 보육과 일·가정 양립",
    "회의 중 정부가 밝혔다",
    "16일 정부가 발표했다",
    "북미 시장과 남미, 북중미 월드컵",
    "대한민국과 한국의 미래",
    "EU와 ASEAN, 아프리카와 중동, 나토, 걸프",
    "한미약품과 한미사이언스의 경영권",
    "한일시멘트 공장",
    "피지 분비가 많은 피부",
    "조지아주 공장에서 생산한다",
    "터키석 반지와 기니피그",
    "콩고물이 떨어졌다",
    "아일랜드 식탁이 있는 주방",
    "파리 올림픽과 워싱턴의 분위기, 도쿄 거리",
    "여러 사람이 보러 왔다",
    "여성들의 美의 기준과 각선美",
    "수사 中 사망했다",
    "하루 日 평균 생산량",
    "남북으로 뻗은 도로",
    "반미 샌드위치를 먹었다",
    "일제 점검을 일제히 시작했다",
    "USB와 BUS, CONTACT US$",
    "올리비아가 노래했다",
    "리차드가 왔다",
    "이탈리안 레스토랑의 저지 원단",
    "뉴멕시코주와 뉴저지",
    "주중에는 바쁘고 방학 중에는 쉰다",
]


@pytest.mark.parametrize(("text", "codes"), NAMED)
def test_names(text: str, codes: str, analyzer: KoreanAnalyzer) -> None:
    assert found(text, analyzer) == set(codes.split())


@pytest.mark.parametrize(("text", "codes"), SHORT)
def test_abbreviations_and_hanja(text: str, codes: str, analyzer: KoreanAnalyzer) -> None:
    assert found(text, analyzer) == set(codes.split())


@pytest.mark.parametrize("text", NONE)
def test_words_that_only_look_like_countries(text: str, analyzer: KoreanAnalyzer) -> None:
    assert found(text, analyzer) == set()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("대미·대중 수출이 늘었다", "US CN"),
        ("러·우 전쟁의 여파", "RU UA"),
        ("한·미·EU 공조", "US"),
        ("중 상무부가 갈륨 수출을 통제했다", "CN"),
        ("일측은 수출규제를 설명했다", "JP"),
        ("조지아를 경유해 러시아로 보냈다", "GE RU"),
        ("말리 정부에 지원했다", "ML"),
        ("통가, 사모아, 바누아투의 장관", "TO WS VU"),
        ("회의 중 상무부 직원이 나갔다", ""),
        ("대중·대학가 상권", ""),
        ("스위스롤과 파나마 모자", ""),
    ],
)
def test_neighbours_decide_for_names_that_are_also_words(text: str, codes: str, analyzer: KoreanAnalyzer) -> None:
    assert found(text, analyzer) == set(codes.split())


def test_one_form_may_name_several_countries_at_one_place(analyzer: KoreanAnalyzer) -> None:
    scene = small_scene("한미일 협력", analyzer)
    mentions = find_countries(scene, LISTS)
    assert [(m.entity.name, m.start, m.end) for m in mentions] == [("US", 0, 3), ("JP", 0, 3)]


def test_a_place_is_marked_once(analyzer: KoreanAnalyzer) -> None:
    scene = small_scene("러-일 갈등과 한-미-일 협력", analyzer)
    assert [m.surface for m in find_countries(scene, LISTS)] == ["러-일", "러-일", "한-미-일", "한-미-일"]


@given(st.text(alphabet="미중일러북한인도이란대만美中日 ·-.,\n은는이가", max_size=60))
def test_mentions_point_at_their_surface_whatever_the_text(text: str) -> None:
    scene = small_scene("제목\n" + text)
    check_places(scene, find_countries(scene, LISTS))
