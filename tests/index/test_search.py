"""The whole way from a typed text to answers, on a small collection and the reference engine."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import searcher
from index.analysis.korean import KoreanAnalyzer
from index.analysis.terms import document_terms
from index.document import IndexDoc, SearchRequest
from index.engines.base import Reader
from index.engines.memory_engine import MemoryEngine
from index.lexicon import Lexicon
from index.query.concepts import ConceptReader
from index.query.expand import Planner
from index.query.names import NameTable, load_names
from index.query.parser import parse
from index.query.plan import Plan
from index.rank import StoredText
from index.searcher import Answers
from index.spelling import Speller

POSTS = {
    "strategic": "전략물자 불법수출 단속\n관세청과 산업통상자원부는 전략물자의 불법 수출을 함께 단속한다. "
    "우회수출도 감시한다.",
    "non-strategic": "비전략물자 안내\n비전략물자는 허가 없이 보낼 수 있다. 상황허가는 따로 확인한다.",
    "dumping": "덤핑 조사 착수\n무역위원회가 철강 덤핑 조사를 시작했다.",
    "anti-dumping": "반덤핑 관세 부과\n기획재정부가 반덤핑 관세를 5년 동안 부과한다.",
    "duty-free": "무관세 적용 품목\n자유무역협정으로 무관세를 적용받는 품목이 늘었다.",
    "re-export": "재수출 신고 절차\n재수출하는 물품은 미리 신고해야 한다.",
    "covered": "급여 확대\n보건복지부가 치료 급여를 넓힌다.",
    "not-covered": "비급여 진료비 공개\n비급여 진료비를 공개한다.",
    "russia": "대러시아 수출통제 강화\n정부가 러시아에 대한 수출통제 품목을 1,402개로 늘렸다. 상황허가 대상이다.",
    "north": "대북 독자제재\n외교부는 북한 선박을 제재했다. 문의: 수출통제·제재담당관실(02-2100-7338)",
    "chips": "반도체 장비 수출 통제\n미국 상무부가 반도체 장비의 수출을 통제한다.",
    "name": "장미란 차관 선수촌 방문\n장미란 차관이 사전훈련센터를 방문했다.",
}
FIRST = dt.date(2024, 1, 1)


@dataclass(frozen=True)
class World:
    """A collection that can be asked."""

    reader: Reader
    lexicon: Lexicon
    planner: Planner
    speller: Speller
    texts: Mapping[str, StoredText]

    def plan(self, text: str) -> Plan:
        return self.planner.plan(parse(text), self.reader, self.speller)

    def ask(self, text: str, offset: int = 0, limit: int = 100) -> Answers:
        plan = self.plan(text)
        request = SearchRequest(plan.tree, offset=offset, limit=limit)
        return searcher.search(self.reader, self.lexicon, plan, request, self.load)

    def found(self, text: str) -> list[str]:
        return [id_ for answer in self.ask(text).answers for id_ in (answer.id, *answer.copies)]

    def load(self, ids: Sequence[str]) -> Mapping[str, StoredText]:
        return {id_: self.texts[id_] for id_ in ids}


def world_of(analyzer: KoreanAnalyzer, posts: Mapping[str, str], days: int = 10) -> World:
    texts = {
        id_: StoredText(id_, FIRST + dt.timedelta(days=days * number), text)
        for number, (id_, text) in enumerate(posts.items())
    }
    engine = MemoryEngine(document_terms)
    with engine.start_build("f") as writer:
        writer.add(
            IndexDoc(
                t.id,
                "h",
                t.date,
                t.text,
                t.text.find("\n") + 1,
                t.text.find("\n") + 1,
                analyzer.analyse(t.text),
                {"month": (f"{t.date:%Y-%m}",)},
            )
            for t in texts.values()
        )
        manifest = writer.seal()
    engine.promote(manifest.build)
    reader = engine.open_reader()
    names = NameTable([*load_names(), ("산업통상자원부", "산업부", "MOTIE"), ("북한", "北", "북")])
    lexicon = Lexicon(reader)
    speller = Speller(lexicon, names.names(), analyzer.knows)
    return World(reader, lexicon, Planner(ConceptReader(analyzer, names)), speller, texts)


@pytest.fixture(scope="module")
def world(analyzer: KoreanAnalyzer) -> Iterator[World]:
    made = world_of(analyzer, POSTS)
    yield made
    made.reader.close()


@pytest.mark.parametrize(
    ("word", "home", "opposite"),
    [
        ("전략물자", "strategic", "non-strategic"),
        ("비전략물자", "non-strategic", "strategic"),
        ("덤핑", "dumping", "anti-dumping"),
        ("반덤핑", "anti-dumping", "dumping"),
        ("관세", "anti-dumping", "duty-free"),
        ("무관세", "duty-free", "anti-dumping"),
        ("수출", "strategic", "re-export"),
        ("재수출", "re-export", "strategic"),
        ("급여", "covered", "not-covered"),
        ("비급여", "not-covered", "covered"),
    ],
)
@pytest.mark.parametrize("form", ["{}", '"{}"', "제목:{}", "({})", "{} OR 없는낱말임"])
def test_a_word_never_finds_its_opposite(world: World, word: str, home: str, opposite: str, form: str) -> None:
    found = world.found(form.format(word))
    assert home in found
    assert opposite not in found


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("불법수출", "strategic"),
        ("불법 수출", "strategic"),
        ("전략물자의 불법수출을 단속하는", "strategic"),
        ("MOTIE 단속", "strategic"),
        ("산업부 전략물자", "strategic"),
        ("export control 러시아", "russia"),
        ("對러시아 수출통제", "russia"),
        ("대러 상황허가", "russia"),
        ("catch-all 러시아", "russia"),
        ("1402개 품목", "russia"),
        ("7338", "north"),
        ("02-2100-7338", "north"),
        ("對北 제재", "north"),
        ("장미란", "name"),
        ("반도체장비", "chips"),
        ("ＭＯＴＩＥ 전략물자", "strategic"),
        ("wjsfiranfwk 단속", "strategic"),
        ("수출통재 러시아", "russia"),
        ("반덤핑 관세를 부과한다는 소식 알려줘", "anti-dumping"),
    ],
)
def test_however_it_is_typed(world: World, text: str, first: str) -> None:
    assert world.found(text)[0] == first


def test_a_slip_is_corrected_and_told(world: World) -> None:
    assert world.plan("수출통재 품목").suggestion == "수출통제 품목"
    assert world.plan("wjsfiranfwk 단속").suggestion == "전략물자 단속"
    assert world.plan("수출통제 품목").suggestion is None


def test_operators_are_exact(world: World) -> None:
    assert set(world.found("수출통제 -러시아")) == set(world.found("수출통제")) - set(world.found("러시아"))
    assert set(world.found("덤핑 OR 급여")) == set(world.found("덤핑")) | set(world.found("급여"))
    assert set(world.found("수출통제 AND 상황허가")) == {"russia"}
    assert world.found('"물자 단속"') == []
    assert world.found('"불법 수출"') == ["strategic"]
    assert world.found("날짜:2024-01-01") == ["strategic"]
    assert world.found("월:2024-03 -없는낱말임")
    assert "re-export" in world.found("재수출*")


TERMS = st.sampled_from(
    ["수출통제", "상황허가", "덤핑", "-관세", '"불법 수출"', "급여", "제목:반덤핑", "품목", "날짜:2024-02", "수출*"]
)


@settings(max_examples=60, deadline=None)
@given(one=TERMS, other=TERMS)
def test_operators_obey_set_algebra(world: World, one: str, other: str) -> None:
    everything = set(POSTS)
    a, b = set(world.found(one)), set(world.found(other))
    assert set(world.found(f"({one}) AND ({other})")) == a & b
    assert set(world.found(f"({one}) OR ({other})")) == a | b
    assert set(world.found(f"-({one})")) == everything - a
    assert set(world.found(f"-({one} OR {other})")) == everything - a - b


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=40) | st.text("전략물자비수출()\"-*:OR AND기관날짜20.,\0😀<>';", max_size=40))
def test_every_text_is_answered(world: World, text: str) -> None:
    answers = world.ask(text)
    assert answers.total == len(answers.answers)
    shown = [id_ for answer in answers.answers for id_ in (answer.id, *answer.copies)]
    assert len(shown) == len(set(shown))


ABUSE = {
    "long": "가" * 10_000,
    "words": "수출통제 " * 2_000,
    "terms": " ".join(f"낱말{n}" for n in range(500)),
    "parentheses": "(" * 5_000,
    "quotes": '"' * 9_999,
    "stars": "*" * 9_999,
    "prefix": "a*",
    "hyphens": "-" * 9_999,
    "long prefix": "가" * 500 + "*",
    "letters": "ㅋ" * 10_000,
    "operators": "OR " * 3_000,
    "html": "<script>" * 1_000,
    "digits": "1" * 10_000,
}


@pytest.mark.parametrize("text", ABUSE.values(), ids=ABUSE)
def test_no_query_is_slow(world: World, text: str) -> None:
    world.ask("예열")
    began = time.process_time()
    world.ask(text)
    assert time.process_time() - began < 3  # the slowest takes less than a tenth of one


def test_pages_are_cut_from_one_order(world: World) -> None:
    whole = [answer.id for answer in world.ask("수출 OR 관세 OR 제재 OR 급여").answers]
    pages = [a.id for offset in range(0, 12, 2) for a in world.ask("수출 OR 관세 OR 제재 OR 급여", offset, 2).answers]
    assert pages == whole


def test_behind_the_head_the_order_goes_on(analyzer: KoreanAnalyzer) -> None:
    posts = {f"p{n:03}": f"수출 소식 {n}\n{'수출 ' * (n % 7)}{n}번째 회의와 {n * 17}개 품목" for n in range(80)}
    world = world_of(analyzer, posts)
    pages = [a.id for offset in range(0, 90, 9) for a in world.ask("수출", offset, 9).answers]
    assert sorted(pages) == sorted(posts)
    assert world.ask("수출").total == 80
    world.reader.close()


def test_copies_are_folded_and_counted_once_where_something_is_asked(analyzer: KoreanAnalyzer) -> None:
    told = (
        "가온물산 밀링머신 적발\n관세청은 가온물산이 밀링머신을 몰래 보내려던 것을 찾아냈다. 가온물산은 밀링머신을 "
        "농기계로 속였다. 밀링머신은 부산항에 묶였다. 부산항 세관은 가온물산을 조사한다. 부산항 감시를 늘린다."
    )
    others = {f"f{n}": f"소식 {n}\n날씨가 {n}도였다. {n}번째 회의에서 예산을 다뤘다." for n in range(40)}
    world = world_of(analyzer, {"one": told, "two": told.replace("적발", "조사"), **others}, days=1)
    answers = world.ask("밀링머신")
    assert [(answer.id, answer.copies) for answer in answers.answers] == [("one", ("two",))]
    assert answers.total == 1
    assert world.ask("월:2024-01").total == 31  # browsing shows every document for itself
    world.reader.close()


def test_where_not_all_words_are_found_fewer_are_asked_and_it_is_told(world: World) -> None:
    answers = world.ask("장미란 쀍쀍쀍")
    assert answers.answers[0].id == "name"
    assert answers.loosened is not None
    assert world.ask("쀍쀍쀍").total == 0
    assert world.ask("장미란 AND 쀍쀍쀍").total == 0


def test_function_words_are_set_aside_unless_they_are_all_there_is(world: World) -> None:
    roles = {word.typed: word.role for word in world.plan("반덤핑 관세가 언제 부과되는지 알려줘").words}
    assert roles["언제"] == roles["알려"] == "function"
    assert roles["반덤핑"] == "word"
    assert all(word.role == "word" for word in world.plan("언제 무엇").words)


@pytest.mark.parametrize("empty", ['"!!!"', "무엇", "제목:!"])
def test_words_that_are_none_demand_and_exclude_nothing(world: World, empty: str) -> None:
    for text in (f"수출통제 {empty}", f"수출통제 -{empty}", f"수출통제 OR {empty}", f"수출통제 AND {empty}"):
        assert world.found(text) == world.found("수출통제")


def test_a_name_typed_in_several_words_demands_no_more_than_words_do(world: World) -> None:
    assert world.found("전략 물자 수출 입 고시")[0] == "strategic"  # a known name that no post holds as such


@pytest.mark.parametrize("text", ["대러 제재", "대러제재", "러시아 수출 규제 품목 확대"])
def test_a_name_that_stands_nowhere_is_taken_apart_and_it_is_told(analyzer: KoreanAnalyzer, text: str) -> None:
    world = world_of(analyzer, {"war": "은행 거래 중단\n제재를 받은 은행은 러시아 돈을 옮기지 못한다.", **POSTS})
    answers = world.ask(text)
    assert answers.answers and answers.answers[0].id in ("war", "russia")
    world.reader.close()


def test_what_was_typed_as_one_word_is_not_taken_apart(world: World) -> None:
    assert world.ask("KOSTI").total == 0  # the words of 전략물자관리원 are in every post here


@pytest.mark.parametrize("text", ["비전략물자 수출입", "비전략물자수출입고시", "반덤핑 재수출"])
def test_an_opposite_is_never_taken_apart(world: World, text: str) -> None:
    plan = world.plan(text)
    apart = [tree for tree, note in plan.looser if "나누어" in note]
    assert not apart, plan.looser


@pytest.mark.parametrize("word", ["EAR", "BIS", "tor"])
def test_latin_letters_are_no_part_of_a_longer_word(analyzer: KoreanAnalyzer, word: str) -> None:
    world = world_of(analyzer, {"seo": "검색 안내\nSearch Engine Optimization, bismuth, author를 다룬다."})
    assert world.ask(word).total == 0
    assert world.ask("search").total == 1
    world.reader.close()


def test_an_unknown_filter_value_is_told(analyzer: KoreanAnalyzer, world: World) -> None:
    planner = Planner(ConceptReader(analyzer, NameTable()), lambda name, text: ())
    plan = planner.plan(parse("기관:없는청 수출"), world.reader)
    assert any("없는청" in note for note in plan.notes)


@pytest.mark.parametrize("text", ["미·중 갈등", "미중 갈등", "美中 갈등", "중미 갈등"])
def test_a_pair_of_countries_is_no_word_of_asking(analyzer: KoreanAnalyzer, text: str) -> None:
    """The 중 of 미·중 is China, and not the 중 of 회의 중."""
    posts = {
        "pair": "무역 갈등\n미국과 중국의 갈등이 이어진다.",
        "one": "회의 중 갈등\n미국 의회는 회의 중에 갈등을 빚었다. 갈등, 또 갈등.",
        "none": "지역 갈등\n주민의 갈등",
    }
    world = world_of(analyzer, {**posts, **POSTS})
    assert world.found(text)[0] == "pair"
    assert "none" not in world.found(text)
    world.reader.close()


def test_a_long_name_that_stands_nowhere_outweighs_a_frequent_word_beside_it(analyzer: KoreanAnalyzer) -> None:
    posts = {
        "goods": "전략 물자의 관리\n물자를 전략으로 나눈다.",
        **{f"change{n}": f"조례 {n} 개정\n조례를 개정하고 또 개정한다." for n in range(6)},
    }
    world = world_of(analyzer, posts)
    answers = world.ask("전략물자수출입고시 개정")
    assert answers.answers[0].id == "goods"
    assert answers.loosened and answers.total > 1
    world.reader.close()


def test_when_counts_for_less_than_what(analyzer: KoreanAnalyzer) -> None:
    """Each word stands in one post; of two that hold half of the query, the older has its matter."""
    world = world_of(analyzer, {"what": "흑연 통제\n흑연 통제", "when": "상반기 2023년\n2023년 상반기"})
    assert world.found("2023년 상반기 흑연 통제")[0] == "what"
    world.reader.close()


@pytest.mark.parametrize("text", ["россия", "ㅅㄹ", "トヨタ россия"])
def test_letters_that_no_post_is_searched_by_find_nothing_and_it_is_told(world: World, text: str) -> None:
    assert world.ask(text).total == 0
    assert all(any(word in note for note in world.plan(text).notes) for word in text.split())


def test_beside_words_such_letters_are_set_aside_and_told(world: World) -> None:
    assert world.found("россия 수출통제") == world.found("수출통제")
    assert any("россия" in note for note in world.plan("россия 수출통제").notes)
    assert world.found("-россия") and not world.plan("은 수출통제").notes
