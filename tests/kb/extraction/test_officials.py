"""Every order in which Korean prose joins a name, an office and a body, and what must not be taken for one.

The sentences are our own, the officials in them invented (but for presidents and prime ministers, whose
office is told from other countries' by who held it).
"""

from __future__ import annotations

import datetime as dt
import time

import pytest

from index.analysis.korean import KoreanAnalyzer
from kb.extraction.agencies import find_agencies
from kb.extraction.officials import find_officials
from kb.extraction.scene import Scene
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import Block, Mention, Post, Provenance


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


class Reader:
    """Finds the officials of a text, given as if it were a post's."""

    def __init__(self, analyzer: KoreanAnalyzer, gazetteer: Gazetteer) -> None:
        self._analyzer = analyzer
        self._gazetteer = gazetteer

    def mentions(self, text: str, date: dt.date = dt.date(2024, 8, 8)) -> list[Mention]:
        scene = Scene(_post(text, date), self._analyzer.analyse(text))
        scene.add(find_agencies(scene, self._gazetteer))
        return find_officials(scene, self._gazetteer)

    def officials(self, text: str, date: dt.date = dt.date(2024, 8, 8)) -> set[str]:
        refs = {mention.entity for mention in self.mentions(text, date)}
        return {f"{ref.name}/{ref.title}/{ref.agency}/{ref.office_kind}" for ref in refs}


def _post(text: str, date: dt.date) -> Post:
    blocks, at = [], 0
    for line in text.split("\n"):
        blocks.append(Block("row" if "\t" in line else "paragraph", at, at + len(line)))
        at += len(line) + 1
    return Post("own", "post", "", "", "", date, (), None, text, 0, 0, tuple(blocks), Provenance(), "")


@pytest.fixture(scope="module")
def read(analyzer: KoreanAnalyzer, gazetteer: Gazetteer) -> Reader:
    return Reader(analyzer, gazetteer)


CENTRAL = [
    # a rank behind the name, the office before it; names and titles that hold other titles
    ("산업부 무역안보정책관 김도윤 국장은 설명했다.", "김도윤/무역안보정책관/산업통상자원부/central"),
    ("임수석 외교부 대변인은 정례브리핑에서 밝혔다.", "임수석/대변인/외교부/central"),
    ("이서연 외교부대변인은 말했다.", "이서연/대변인/외교부/central"),
    ("권혜진 산업부 자유무역협정교섭관이 수석대표다.", "권혜진/자유무역협정교섭관/산업통상자원부/central"),
    ("윤서연관세청장은 말했다.", "윤서연/청장/관세청/central"),
    ("김도윤산업부장관이 출국했다.", "김도윤/장관/산업통상자원부/central"),
    ("산업통상자원부(장관 : 김도윤)는 개최했다.", "김도윤/장관/산업통상자원부/central"),
    # desk officers, one after another
    ("산업부 무역안보심사과 김도윤 서기관, 이서연 주무관이 강의했다.", "이서연/주무관/산업통상자원부/central"),
    ("산업부 무역안보과 과장 김도윤(044-203-4832)·사무관 박서준(044-203-4833)", "박서준/사무관/산업통상자원부/central"),
    (
        "산업부 보도\n자료문의 : 무역안보과 김도윤 과장(☎2110-5350), 이서연 사무관(☎2110-5352)",
        "이서연/사무관/산업통상자원부/central",
    ),
    (
        "산업부 보도\n담당부서 : 무역안보과 / 과장 김도윤, 사무관 이서연 (02-2110-5350, 5352)",
        "김도윤/과장/산업통상자원부/central",
    ),
    ("관세청은 단속했다.\n연락처\n관세청\n조사총괄과\n이서연 사무관\n042-481-7926", "이서연/사무관/관세청/central"),
    # name, body, title
    ("김도윤 산업부 무역안보정책관은 수출통제를 강조했다.", "김도윤/무역안보정책관/산업통상자원부/central"),
    ("김도윤 산업통상자원부 장관이 기업인을 만났다.", "김도윤/장관/산업통상자원부/central"),
    ("서지훈 방위사업청 미래전력사업본부장은 설명했다.", "서지훈/미래전력사업본부장/방위사업청/central"),
    (
        "박서현 국민권익위 심사보호국장 전담 직무대리는 말했다.",
        "박서현/심사보호국장전담직무대리/국민권익위원회/central",
    ),
    ("이수민 국무조정실 국무2차장은 점검했다.", "이수민/국무2차장/국무조정실/central"),
    ("정하늘 민주평화통일자문회의(민주평통) 사무처장은 밝혔다.", "정하늘/사무처장/민주평화통일자문회의/central"),
    ("최민준 과학기술정보통신부 제1차관이 참석했다.", "최민준/제1차관/과학기술정보통신부/central"),
    ("최민준(58) 외교부 2차관이 참석했다.", "최민준/2차관/외교부/central"),
    # body, name, title
    ("관세청 한지원 조사국장은 공조를 당부했다.", "한지원/조사국장/관세청/central"),
    ("산업부 김도윤 무역안보정책관이 회의를 주재했다.", "김도윤/무역안보정책관/산업통상자원부/central"),
    ("조달청의 임태호 청장은 혁신을 약속했다.", "임태호/청장/조달청/central"),
    ("행정안전부 윤재성 차관보는 당부했다.", "윤재성/차관보/행정안전부/central"),
    ("환경부 물관리정책실 송유진 물환경정책과장은 설명했다.", "송유진/물환경정책과장/환경부/central"),
    # the body inside the title
    ("김도윤 관세청장은 세관을 찾았다.", "김도윤/청장/관세청/central"),
    ("오세진 금융위원장이 취임했다.", "오세진/위원장/금융위원회/central"),
    ("오세진 공정거래위원장은 밝혔다.", "오세진/위원장/공정거래위원회/central"),
    ("오세진 공정위원장은 밝혔다.", "오세진/위원장/공정거래위원회/central"),
    ("오세진 방통위원장은 밝혔다.", "오세진/위원장/방송통신위원회/central"),
    ("한지원 국가정보원장이 보고했다.", "한지원/원장/국가정보원/central"),
    ("한지원 국정원장이 보고했다.", "한지원/원장/국가정보원/central"),
    ("한지원 감사원장이 보고했다.", "한지원/원장/감사원/central"),
    ("박서현 법무장관은 반박했다.", "박서현/장관/법무부/central"),
    ("박서현 법무부장관은 반박했다.", "박서현/장관/법무부/central"),
    ("박서현 외교장관은 회담을 했다.", "박서현/장관/외교부/central"),
    ("박서현 통일차관은 밝혔다.", "박서현/차관/통일부/central"),
    ("이수민 질병관리청장은 당부했다.", "이수민/청장/질병관리청/central"),
    ("이수민 국무조정실장은 회의를 열었다.", "이수민/실장/국무조정실/central"),
    ("이수민 식약처장은 밝혔다.", "이수민/처장/식품의약품안전처/central"),
    ("이수민 경찰청장 후보자는 답했다.", "이수민/청장후보자/경찰청/central"),
    # single offices
    ("윤석열 대통령은 담화를 발표했다.", "윤석열/대통령/대통령실/central"),
    ("문재인 전 대통령이 방문했다.", "문재인/대통령/대통령실/central"),
    ("한덕수 국무총리는 회의를 주재했다.", "한덕수/국무총리/국무조정실/central"),
    ("한덕수 총리는 회의를 주재했다.", "한덕수/총리/국무조정실/central"),
    ("성하준 대통령실 정책실장은 밝혔다.", "성하준/정책실장/대통령실/central"),
    ("성하준 대통령정책실장은 밝혔다.", "성하준/정책실장/대통령실/central"),
    ("성하준 정책실장은 밝혔다.", "성하준/정책실장/대통령실/central"),
    ("정유찬 대통령 비서실장이 나왔다.", "정유찬/비서실장/대통령실/central"),
    ("장수호 국가안보실장은 밝혔다.", "장수호/실장/국가안보실/central"),
    ("장수호 국가안보실 1차장은 밝혔다.", "장수호/1차장/국가안보실/central"),
    ("홍예준 대통령실 정무수석이 설명했다.", "홍예준/정무수석/대통령실/central"),
    ("홍예준 대통령실 산업정책비서관이 설명했다.", "홍예준/산업정책비서관/대통령실/central"),
    ("이석훈 검찰총장은 지시했다.", "이석훈/검찰총장/대검찰청/central"),
    ("정인호 산업부 통상교섭본부장은 협상했다.", "정인호/통상교섭본부장/산업통상자원부/central"),
    ("정인호 통상교섭본부장은 협상했다.", "정인호/통상교섭본부장/산업통상자원부/central"),
    ("유상우 과학기술혁신본부장은 밝혔다.", "유상우/과학기술혁신본부장/과학기술정보통신부/central"),
    ("조현우 주미국대사가 나왔다.", "조현우/주미국대사/None/central"),
    ("조현우 주벨기에유럽연합 대사가 나왔다.", "조현우/주벨기에유럽연합대사/None/central"),
    # title, name
    ("산업통상자원부 장관인 김도윤은 일본을 찾았다.", "김도윤/장관/산업통상자원부/central"),
    ("보건복지부 2차관, 박민서의 발언을 정리했다.", "박민서/2차관/보건복지부/central"),
    ("대한민국 대통령 윤석열이 미국을 방문했다.", "윤석열/대통령/대통령실/central"),
    ("환경부장관 김도윤은 댐을 찾았다.", "김도윤/장관/환경부/central"),
    ("산업부 무역안보정책관 김도윤은 말했다.", "김도윤/무역안보정책관/산업통상자원부/central"),
    # brackets
    ("김도윤(산업통상자원부 장관)은 답했다.", "김도윤/장관/산업통상자원부/central"),
    ("이 회의에는 산업부(무역안보정책관 김도윤)가 참석했다.", "김도윤/무역안보정책관/산업통상자원부/central"),
    # inherited bodies
    ("산업통상자원부는 8일 대책을 냈다. 김도윤 장관은 현장을 찾았다.", "김도윤/장관/산업통상자원부/central"),
    ("해양수산부는 행사를 연다. 송지우 차관은 당부했다.", "송지우/차관/해양수산부/central"),
    ("국토교통부는 주택 공급을 늘린다. 이기호 주거복지정책관은 설명했다.", "이기호/주거복지정책관/국토교통부/central"),
    (
        "산업통상자원부는 교육을 연다. 이창민 기술규제대응국장은 말했다.",
        "이창민/기술규제대응국장/산업통상자원부/central",
    ),
    ("관세청과 산업부가 협력한다. 임태호 청장은 밝혔다.", "임태호/청장/관세청/central"),
    # several offices of one person
    ("최은호 부총리 겸 기획재정부 장관은 회의를 열었다.", "최은호/장관/기획재정부/central"),
    ("최은호 경제부총리 겸 기획재정부 장관은 회의를 열었다.", "최은호/장관/기획재정부/central"),
    ("정승호 권익위 사무처장 겸 부위원장은 밝혔다.", "정승호/부위원장/국민권익위원회/central"),
    ("여성가족부 최은서 여성정책국장이 왔다. 최은서 국장은 말했다.", "최은서/여성정책국장/여성가족부/central"),
    (
        "장미래 차관이 왔다. 문화체육관광부는 장미래 제2차관이 점검했다고 밝혔다.",
        "장미래/제2차관/문화체육관광부/central",
    ),
    ("이한결 중앙재난안전대책본부 제2차장(행정안전부 장관)은 밝혔다.", "이한결/제2차장/중앙재난안전대책본부/central"),
    # former, nominated, appointed
    ("조현우 전 법무부 장관은 말했다.", "조현우/장관/법무부/central"),
    ("조현우 신임 통일부 차관은 말했다.", "조현우/차관/통일부/central"),
    ("김완호 환경부 장관 후보자의 청문회가 열렸다.", "김완호/장관후보자/환경부/central"),
    ("방송통신위원회 인사청문회가 열렸다. 김도윤 후보자는 답했다.", "김도윤/후보자/방송통신위원회/central"),
    ("최근 환경부 장관 후보자인 김완호의 청문회가 열렸다.", "김완호/장관후보자/환경부/central"),
    ("대통령은 김완호를 환경부 장관 후보자로 지명했다.", "김완호/장관후보자/환경부/central"),
    ("정부는 관세청장에 김도윤을 임명했다.", "김도윤/청장/관세청/central"),
    ("정부는 통일부 차관에 김도윤 전 의원을 내정했다.", "김도윤/차관/통일부/central"),
    ("김도윤이 조달청장으로 취임했다.", "김도윤/청장/조달청/central"),
    ("정부는 김도윤 서울대 교수를 과기정통부 장관에 임명했다.", "김도윤/장관/과학기술정보통신부/central"),
    # as press releases print it
    ("관세청(청장 김도윤)은 8일 밝혔다.", "김도윤/청장/관세청/central"),
    ("산업통상자원부(장관 김도윤, 이하 산업부)는 밝혔다.", "김도윤/장관/산업통상자원부/central"),
    ("관세청 조사총괄과 책임자 과장 김도윤 (042-481-7800)", "김도윤/과장/관세청/central"),
    ("관세청은 단속한다. 조사총괄과 김도윤 과장은 말했다.", "김도윤/과장/관세청/central"),
    ("담당 부서\t관세청 조사총괄과\t책임자\t과장\t김도윤\t(042-481-7800)", "김도윤/과장/관세청/central"),
    ("행사에 김도윤 산업부 장관, 송지우 해수부 차관, 임태호 조달청장이 왔다.", "송지우/차관/해양수산부/central"),
    ("행사에 김도윤 산업부 장관, 송지우 해수부 차관, 임태호 조달청장이 왔다.", "임태호/청장/조달청/central"),
    ("한훈 농식품부 차관은 점검했다.", "한훈/차관/농림축산식품부/central"),
    ("이완 농식품부 차관이 왔다. 이완 차관은 말했다.", "이완/차관/농림축산식품부/central"),
    ("남궁민서 외교부 대변인은 밝혔다.", "남궁민서/대변인/외교부/central"),
    ("대통령 직속 지방시대위원회 우동진 위원장은 말했다.", "우동진/위원장/지방시대위원회/central"),
    # several appointments in one sentence, verbs that say so of their subject
    (
        "대통령은 국가안보실장에 신지훈 국방부 장관을, 국방부 장관에 김용우 경호처장을 각각 지명했다.",
        "신지훈/실장/국가안보실/central",
    ),
    (
        "대통령은 국가안보실장에 신지훈 국방부 장관을, 국방부 장관에 김용우 경호처장을 각각 지명했다.",
        "김용우/장관/국방부/central",
    ),
    ("이병준 대통령실 기후환경비서관이 환경부 차관으로 승진했다.", "이병준/차관/환경부/central"),
    ("환경부 장관 후보자로 지명된 김도윤 교수가 출근했다.", "김도윤/장관후보자/환경부/central"),
    ("윤석열 대통령이 환경부 장관 후보자로 김도윤 차관을 지명했다.", "윤석열/대통령/대통령실/central"),
    ("한덕수 대통령 권한대행 국무총리는 회의를 열었다.", "한덕수/국무총리/국무조정실/central"),
    # middle dots
    ("조지원 경찰청장·김봉수 서울경찰청장이 나왔다.", "조지원/청장/경찰청/central"),
    ("조지원 경찰청장·김봉수 서울경찰청장이 나왔다.", "김봉수/청장/서울경찰청/public"),
    ("안도현·박상호 산업부 장관이 나왔다.", "안도현/장관/산업통상자원부/central"),
    ("김도윤 산업부 산업·에너지정책관은 말했다.", "김도윤/산업·에너지정책관/산업통상자원부/central"),
    ("◇ 산업통상자원부 ▲ 무역안보정책관 김도윤 ▲ 무역정책관 이수민", "이수민/무역정책관/산업통상자원부/central"),
    # rows of a table
    ("장관\t김도윤\t차관\t송지우\n산업통상자원부", "김도윤/장관/산업통상자원부/central"),
    ("김도윤\t산업통상자원부 장관", "김도윤/장관/산업통상자원부/central"),
    ("김도윤장관은 산업통상자원부에서 회의를 열었다.", "김도윤/장관/산업통상자원부/central"),
]

PUBLIC = [
    ("인천세관 조사총괄과 박서준 관세조사관은 말했다.", "박서준/관세조사관/인천세관/public"),
    ("인천세관 여행자정보분석과 관세행정관 박서준(30)이 선정되었다.", "박서준/관세행정관/인천세관/public"),
    ("이재원 국립중앙과학관 관장은 설명했다.", "이재원/관장/국립중앙과학관/public"),
    ("이재원 한국은행 총재는 금리를 동결했다.", "이재원/총재/한국은행/public"),
    ("이재원 한은 총재는 금리를 동결했다.", "이재원/총재/한은/public"),
    ("이복희 금융감독원장은 밝혔다.", "이복희/원장/금융감독원/public"),
    ("이복희 금감원장은 밝혔다.", "이복희/원장/금융감독원/public"),
    ("임성준 전 해병대 1사단장의 의혹이다.", "임성준/1사단장/해병대/public"),
    ("오세현 서울시장은 현장을 찾았다.", "오세현/시장/서울특별시/public"),
    ("김동우 경기도지사는 밝혔다.", "김동우/도지사/경기도/public"),
    ("김동우 경기지사는 밝혔다.", "김동우/지사/경기도/public"),
    ("조성우 강남구청장은 밝혔다.", "조성우/구청장/강남구/public"),
    ("최혜진 경기도 정책기획관은 밝혔다.", "최혜진/정책기획관/경기도/public"),
    ("노규민 전 경북경찰청 수사부장이 나온다.", "노규민/수사부장/경북경찰청/public"),
    ("조병우 서울경찰청장은 밝혔다.", "조병우/청장/서울경찰청/public"),
    ("백해솔 전 영등포경찰서 형사과장이 나온다.", "백해솔/형사과장/영등포경찰서/public"),
    ("서울남부지법 한정우 부장판사는 영장을 발부했다.", "한정우/부장판사/서울남부지법/public"),
    ("김현수 합참의장은 밝혔다.", "김현수/의장/합동참모본부/public"),
    ("양용호 해군참모총장이 참석했다.", "양용호/참모총장/해군/public"),
    ("유정민 코트라 사장은 말했다.", "유정민/사장/코트라/public"),
    ("권종우 한국관광공사 관광기업지원실장은 말했다.", "권종우/관광기업지원실장/한국관광공사/public"),
    ("한국무역보험공사(사장 장영우)는 밝혔다.", "장영우/사장/한국무역보험공사/public"),
    ("서울시(시장 오세현)는 밝혔다.", "오세현/시장/서울특별시/public"),
    ("진종우 국가기술표준원장은 밝혔다.", "진종우/원장/국가기술표준원/public"),
    ("조희수 서울시교육감은 밝혔다.", "조희수/교육감/서울특별시교육청/public"),
    ("이한서 LH 사장은 밝혔다.", "이한서/사장/LH/public"),
    ("김산 무안군수는 말했다.", "김산/군수/무안군/public"),
    ("강릉시는 선정됐다. 김홍준 시장은 말했다.", "김홍준/시장/강릉시/public"),
]

ELSEWHERE = [
    ("추경민 국민의힘 원내대표는 말했다.", "추경민/원내대표/국민의힘/assembly"),
    ("더불어민주당 김남우 의원은 물었다.", "김남우/의원/더불어민주당/assembly"),
    ("우원호 국회의장은 말했다.", "우원호/의장/국회/assembly"),
    ("정청아 법사위원장은 말했다.", "정청아/위원장/국회/assembly"),
    ("윤희성 한국수출입은행장은 말했다.", "윤희성/은행장/한국수출입은행/public"),
    ("김동선 국세청 국제조세관리관은 발표했다.", "김동선/국제조세관리관/국세청/central"),
    ("안세령 주벨기에유럽연합대사관 공사참사관과 만났다.", "안세령/공사참사관/주벨기에유럽연합대사관/public"),
    ("조 바이든 미국 대통령은 말했다.", "조 바이든/대통령/미국/foreign"),
    ("기시다 후미오 일본 총리와 만났다.", "기시다 후미오/총리/일본/foreign"),
    ("일본 무로후시 고지 스포츠청장을 만났다.", "무로후시 고지/스포츠청장/일본/foreign"),
    ("리창 중국 총리와 회담했다.", "리창/총리/중국/foreign"),
    ("시진핑 중국 국가주석은 말했다.", "시진핑/국가주석/중국/foreign"),
    ("왕원타오 중국 상무부장을 만났다.", "왕원타오/상무부장/중국/foreign"),
    ("제롬 파월 연준 의장은 말했다.", "제롬 파월/의장/연준/foreign"),
    ("북한 김정은 국무위원장과의 만남이다.", "김정은/국무위원장/북한/foreign"),
    ("재닛 옐런 미국 재무부 장관은 말했다.", "재닛 옐런/장관/미국 재무부/foreign"),
    ("지나 러몬도 미국 상무부 장관은 밝혔다.", "지나 러몬도/장관/미국 상무부/foreign"),
    ("사드 알카비 카타르 에너지부 장관과 회담했다.", "사드 알카비/장관/카타르 에너지부/foreign"),
    ("응우옌 홍 디엔 베트남 산업무역부 장관과 만났다.", "응우옌 홍 디엔/장관/베트남 산업무역부/foreign"),
    ("마로시 셰프초비치 EU 집행위원회 부위원장은 말했다.", "마로시 셰프초비치/부위원장/EU 집행위원회/foreign"),
    ("호세프 보렐 유럽연합(EU) 외교안보 고위대표가 말했다.", "호세프 보렐/고위대표/유럽연합/foreign"),
    ("타룬 바자즈 인도 재무차관과 회담했다.", "타룬 바자즈/재무차관/인도/foreign"),
    ("사이토 겐 일본 경제산업상과 회담했다.", "사이토 겐/경제산업상/일본/foreign"),
    ("카멀라 해리스 미국 부통령은 연설했다.", "카멀라 해리스/부통령/미국/foreign"),
    ("그때 도널드 트럼프 미국 대통령은 말했다.", "도널드 트럼프/대통령/미국/foreign"),
]

NOBODY = [
    "노무현 대통령의 정신을 기린다.",
    "신임 차관은 현장을 찾았다.",
    "정부 장관들이 모였다.",
    "해당 국장은 답하지 않았다.",
    "관계 부처 장관 회의가 열렸다.",
    "한미일 국방장관이 모였다.",
    "미국 대통령 선거가 열린다.",
    "윤 대통령은 조 1차장에게 지시했다.",
    "산업부 장관과 관세청장이 서명했다.",
    "이재현 삼성전자 회장은 출국했다.",
    "김범석 카카오 경영쇄신위원장이 출석했다.",
    "정몽진 대한축구협회장은 사퇴를 거부했다.",
    "박단우 대한전공의협의회 비상대책위원장은 말했다.",
    "손흥준 축구 대표팀 감독은 웃었다.",
    "홍명수 감독과 이강우 선수가 만났다.",
    "이찬우 준법감시위원회 위원장은 이재현 회장을 만났다.",
    "김혜원 원장은 환자를 돌본다. 병원은 강남에 있다.",
    "유상우 서울대 재료공학부 교수는 강의했다.",
    "대규모 외상 거래가 문제다.",
    "전통 시장과 노량진 시장을 찾았다.",
    "서울 시장의 물가가 올랐다.",
    "채상병 특검법에 법무부 장관이 반대했다.",
    "박정희 전 대통령의 생가를 찾았다.",
    "기시다 총리는 말했다.",
    "마크롱 프랑스 대통령은 말했다.",
    "유전자 검사와 혈액 검사를 받았다.",
    "소속사 대표 김하늘은 배우 이서준을 만났다.",
    "강한 산업부 장관, 유능한 외교부 장관이 필요하다.",
    "하지만 산업부 장관은 답하지 않았다.",
    "최근 환경부 장관은 바뀌었다.",
    "국민은 대통령에게 물었다.",
    "이 후보자는 답했다.",
    "인구부 장관을 새로 둔다.",
    "추진한 산업부 장관에게 물었다.",
    "질병관리청은 접종을 당부했다. 이날 김도윤 후보자는 답했다.",
    "박모 전 산업부 장관은 말했다.",
    "김도윤 금감원장 추천 의혹이 있다.",
    "한국무역협회 윤진석 회장은 말했다.",
    "최태윤 대한상공회의소 회장은 말했다.",
    "민주노총 양경우 위원장은 고용노동부를 비판했다.",
    "대한의사협회 임현준 회장은 보건복지부를 비판했다.",
    "가수 김하늘의 소속사 대표는 말했다.",
    "이순신 장군과 안중근 의사",
    "한빛전자 김도윤 과장, 이서연 부장이 설명했다.",
]


@pytest.mark.parametrize(("text", "expected"), CENTRAL + PUBLIC + ELSEWHERE)
def test_finds(read: Reader, text: str, expected: str) -> None:
    assert expected in read.officials(text)


DATED = [
    ("정인호 통상교섭본부장은 협상했다.", dt.date(2007, 4, 2), "정인호/통상교섭본부장/외교통상부/central"),
    ("산자부 김도윤 제2차관", dt.date(2007, 4, 2), "김도윤/제2차관/산업자원부/central"),
    ("외교부 김도윤 장관", dt.date(2007, 4, 2), "김도윤/장관/외교통상부/central"),
    ("노무현 대통령은 말했다.", dt.date(2003, 5, 14), "노무현/대통령/대통령실/central"),
    ("정인호 통상교섭본부장은 협상했다.", dt.date(2025, 11, 3), "정인호/통상교섭본부장/산업통상부/central"),
    ("구윤서 부총리 겸 재정경제부 장관은 말했다.", dt.date(2026, 2, 1), "구윤서/장관/재정경제부/central"),
    ("김도윤 산업부 장관은 말했다.", dt.date(2025, 11, 3), "김도윤/장관/산업통상부/central"),
    ("최은호 경제부총리는 말했다.", dt.date(2026, 2, 1), "최은호/경제부총리/재정경제부/central"),
    ("이재명 대통령은 말했다.", dt.date(2025, 7, 1), "이재명/대통령/대통령실/central"),
]


@pytest.mark.parametrize(("text", "date", "expected"), DATED)
def test_body_has_its_name_of_the_day(read: Reader, text: str, date: dt.date, expected: str) -> None:
    assert expected in read.officials(text, date)


@pytest.mark.parametrize("text", NOBODY)
def test_finds_nobody(read: Reader, text: str) -> None:
    assert read.officials(text) == set()


def test_every_mention_of_a_person_is_the_same_official(read: Reader) -> None:
    text = "산업부 최우현 무역안보정책관은 말했다. 최우현 국장은 덧붙였다. 최 정책관은 마쳤다. 최우현의 말이다."
    found = read.mentions(text)
    assert {mention.entity.title for mention in found} == {"무역안보정책관"}
    assert [mention.surface for mention in found] == ["최우현", "최우현", "최 정책관", "최우현"]
    assert all(text[mention.start : mention.end] == mention.surface for mention in found)


def test_surname_alone_is_nobody_when_two_bear_it(read: Reader) -> None:
    text = "김도윤 산업부 장관과 김서연 외교부 장관이 만났다. 김 장관은 말했다."
    assert "김 장관" not in {mention.surface for mention in read.mentions(text)}


def test_nobody_inherits_an_office_that_another_holds(read: Reader) -> None:
    text = "이진서 방송통신위원장 후보자와 최민하 위원장이 다퉜다."
    assert read.officials(text) == {"이진서/위원장후보자/방송통신위원회/central"}


def test_headquarters_have_no_minister(read: Reader) -> None:
    text = "행정안전부는 비를 걱정한다. 중앙재난안전대책본부가 열렸다. 김도윤 장관은 말했다."
    assert read.officials(text) == {"김도윤/장관/행정안전부/central"}


def test_works_without_morphemes(gazetteer: Gazetteer) -> None:
    text = "김도윤 관세청장은 말했다."
    scene = Scene(_post(text, dt.date(2024, 8, 8)), None)
    scene.add(find_agencies(scene, gazetteer))
    assert [mention.surface for mention in find_officials(scene, gazetteer)] == ["김도윤"]


def test_long_runs_of_titles_cost_no_more_than_their_length(read: Reader) -> None:
    text = "김도윤 산업부 " + "정책국장 " * 3000 + "장관"
    started = time.process_time()
    read.mentions(text)
    assert time.process_time() - started < 20  # takes less than one
