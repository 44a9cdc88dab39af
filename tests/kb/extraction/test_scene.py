"""Positions: blocks, sentences, morphemes, mentions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from small_scenes import small_post, small_scene

from index.analysis.korean import KoreanAnalyzer
from kb.extraction.pipeline import FINDERS, Extractor
from kb.extraction.scene import Scene
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import EntityRef

TEXT = "제목 줄\n첫 문장이다. 둘째는 3.5% 늘었다! “셋째다.” 넷째\n다음 문단"


def test_blocks_hold_their_line_break() -> None:
    scene = small_scene(TEXT)
    for block in scene.blocks:
        for offset in (block.start, block.end):
            assert scene.block_of(offset) is block
    assert scene.block_of(len(scene.text) + 5) is None


def test_sentences() -> None:
    scene = small_scene(TEXT)
    found = dict.fromkeys(scene.sentence_bounds(at) for at in range(len(scene.text)))
    assert [scene.text[a:b] for a, b in found] == [
        "제목 줄",
        "첫 문장이다.",
        "둘째는 3.5% 늘었다!",
        "“셋째다.”",
        "넷째",
        "다음 문단",
    ]


@given(st.text(alphabet='가나 .!?\n"”5', min_size=1, max_size=40))
def test_every_letter_lies_in_its_sentence(text: str) -> None:
    scene = small_scene(f"제목\n{text}")
    for at, letter in enumerate(scene.text):
        start, end = scene.sentence_bounds(at)
        assert start <= at
        assert letter.isspace() or at < end
        assert "\n" not in scene.text[start:end]


def test_tokens(analyzer: KoreanAnalyzer) -> None:
    scene = small_scene("제목\n산업부는 개정했다", analyzer)
    start = scene.text.index("산업부")
    assert [t.form for t in scene.tokens(start, start + 4)] == ["산업부", "는"]
    particle = scene.token_at(start + 3)
    assert particle is not None
    assert particle.tag == "JX"
    assert scene.token_at(scene.text.index("\n")) is None
    assert Scene(scene.post).token_at(start) is None
    assert list(Scene(scene.post).tokens(0, 9)) == []


def test_mentions_are_kept_in_reading_order() -> None:
    scene = small_scene("제목\n관세청과 외교부와 관세청")
    later = scene.text.rindex("관세청")
    scene.add([scene.mention(EntityRef("agency", "관세청"), later, later + 3, "r", 1.0)])
    first = scene.text.index("관세청")
    scene.add([scene.mention(EntityRef("agency", "관세청"), first, first + 3, "r", 1.0)])
    assert [m.start for m in scene.mentions("agency")] == [first, later]
    assert [m.start for m in scene.mentions_in("agency", first, later + 2)] == [first]
    assert [m.start for m in scene.mentions_in("agency", first + 1, later + 3)] == [later]
    before = scene.mention_before("agency", later)
    assert before is not None
    assert before.start == first
    assert scene.mention_before("agency", first) is None
    assert scene.mentions("official") == []


def test_the_extractor_gives_all_kinds_in_reading_order(analyzer: KoreanAnalyzer) -> None:
    extractor = Extractor(Gazetteer.load())
    post = small_post(
        "산업부, 러시아 우회수출 단속\n산업부 무역안보정책과(044-203-4832)는 전략물자 수출허가를 미국과 협의했다"
    )
    extraction = extractor.extract(post, analyzer.analyse(post.text))
    places = [(m.start, -m.end) for m in extraction.mentions]
    assert places == sorted(places)
    assert {"agency", "department", "contact", "country"} <= {m.entity.kind for m in extraction.mentions}
    assert extractor.extract(post, analyzer.analyse(post.text)) == extraction
    assert len(FINDERS) == len(set(FINDERS))


def test_the_fingerprint_is_of_rules_and_gazetteer() -> None:
    gazetteer = Gazetteer.load()
    assert Extractor(gazetteer).fingerprint == Extractor(Gazetteer.load()).fingerprint != gazetteer.fingerprint
