"""Tells whether a word is a person's name. Knows surnames, syllables of given names and Kiwi's tags.

Must not know titles or bodies.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import cached_property

from kb.extraction.scene import Scene
from kb.gazetteer.titles import NameParts

_HANGUL = re.compile(r"[가-힣]{2,5}")
_UNIT_ENDS = "국실과단팀부처청위회당측군"
_ENDINGS = (
    "은는이가을를의에도만과와로서고며나지까한된할인던라야게들씨님"  # syllables that particles and endings close with
)
_RANKS = frozenset(
    "이병 일병 상병 병장 하사 중사 상사 원사 준위 소위 중위 대위 소령 중령 대령 준장 소장 중장 대장 여사 출신".split()
)
_NOT_A_NAME = re.compile(r"[한미중일러북유남]{2,4}|..[부처청]|.모")  # 한미일, 인구부, 박모 씨
_COMMONEST = "김이박최정강조윤장임"
_FOREIGN = re.compile(r"[가-힣]{1,8}")
# What may follow a name that stands before no title: "박성재는", "안덕근을", "박민수의".
_PARTICLES = """
은 는 이 가 을 를 과 와 의 도 에게 께서 으로 로 이며 이고 이라고 라고 이나 나 입니다 이다 인 만 까지 부터 에 이었다
씨 씨는 씨가 씨를 씨의 씨와 씨도 씨에 씨에게 님 측 측은 등 등이 등을 등은
"""
PARTICLES = tuple(sorted(_PARTICLES.split(), key=len, reverse=True))


# Given names abroad that are also forms of Korean words, so that Kiwi takes them for those: 지나 러몬도.
_GIVEN_ABROAD = frozenset("지나 사라 타라 가이 이안 하산 마리 리사 제이 아이만 미아 하비 자이 에바 노아".split())
# Syllables that no Sino-Korean word has, and few native nouns; names written by sound are full of them: 보렐, 고얄.
BY_SOUND = re.compile(
    "[그느드르므브스즈츠크트프흐네데레메베케테페헤디티키히쿠푸코카커퍼터더러머버너타샤쟈챠냐랴쇼뉴튜퓨듀츄슈쥬웨퀘퀸윈윌퀴튀]"
    "|[런컨턴펀먼던넌들블클틀플릴딜틸킬핀딘틴킨빌]|[겐겔넨넬덴델렌렐멘멜벤벨센셀엔엘젠젤첸첼켄켈텐텔펜펠헨헬셰셴옌옐녜]"
    "|[앤앨랜랠맨맬밴밸샌샐잰챈캔캘팬팰핸핼얄냘럄얀샨]"
)
# Words that may be written in kana: 무로후시 고지. Korean nouns are so too, hence only beside Japan.
BY_KANA = re.compile(
    "^[아이우에오가기구게고카키쿠케코사시스세소자지즈제조다데도타치쓰츠테토나니누네노하히후헤호바비부베보파피푸페포"
    "마미무메모야유요라리루레로와간긴군겐곤안인운엔온칸킨쿤켄콘산신슌센손단덴돈탄친텐톤난닌넨한힌헨혼반빈분벤본만민멘몬란린렌론]{2,5}$"
)
_NOUNS = frozenset(("NNG", "NNP", "NNB", "IC", "XPN", "XSN", "NR"))


class NameReader:
    """Judges words of one scene. ``taken`` says of a word that it means something else (an agency, a title …)."""

    def __init__(
        self, scene: Scene, parts: NameParts, taken: Callable[[str], bool], is_title: Callable[[str], bool]
    ) -> None:
        self._scene = scene
        self._parts = parts
        self._taken = taken
        self._is_title = is_title

    def confidence(self, word: str, start: int) -> float:
        """How surely ``word`` is a Korean name; 0 when it is none."""
        parts = self._parts
        if (
            not _HANGUL.fullmatch(word)
            or _NOT_A_NAME.fullmatch(word)
            or len(word) > 4
            or word in parts.not_names
            or self._scene.date >= parts.historical.get(word, dt.date.max)
        ):
            return 0.0
        shape = 0.0 if word[1:] in _RANKS else self._shape(word)
        if shape == 0.0 or self._taken(word) or self._is_title(word[1:]):
            return 0.0
        return shape if self._scene.analysis is None else self._tagged(word, start, shape)

    def _shape(self, word: str) -> float:
        """By its syllables alone."""
        parts = self._parts
        if word[:2] in parts.double and len(word) > 2:
            return 0.9 if self._given(word[2:]) else 0.5
        if word[0] not in parts.single or len(word) == 4:
            return 0.0
        if len(word) == 2:
            return 0.6 if word[0] in parts.common and word[1] in parts.given else 0.0
        if word[0] not in parts.common:
            return 0.6 if self._given(word[1:]) else 0.0
        return 0.9 if self._given(word[1:]) else 0.4

    def _given(self, syllables: str) -> bool:
        return all(syllable in self._parts.given for syllable in syllables)

    def _tagged(self, word: str, start: int, shape: float) -> float:
        """Kiwi knows the common nouns; it splits names that it does not know, so its word is only one voice."""
        end = start + len(word)
        tokens = list(self._scene.tokens(start, end))
        if not tokens or (tokens[-1].end > end and tokens[-1].tag != "NNP"):  # 정상회|의
            return 0.0
        tags = [token.tag for token in tokens]
        unknown = len(tokens) == 3 and len(word) == 3  # 안|덕|근: a word that Kiwi does not know
        proper = "NNP" in tags or (unknown and not any(tag[0] in "JE" for tag in tags))
        if len(word) == 2 and len(tokens) == 2 and not any(tag[0] in "JEX" for tag in tags):  # 김|산
            return 0.5 if word[0] in _COMMONEST else 0.45
        if len(word) == 2:
            return 0.8 if tags == ["NNP"] or word in self._proper else 0.0
        if len(tags) == 1 and tags[0][0] != "N":  # 하지만
            return 0.0
        if shape < 0.5:
            return 0.6 if tags == ["NNP"] else 0.0
        if tags[:1] == ["NNG"] and tokens[0].end - start == 2 and word[-1] == "한" and len(tags) == 2:  # 추진한
            return 0.0
        if tags == ["NNG", "VCP", "ETM"] and not self._means_else(word[:-1]):  # 정성인, 장미란
            return 0.5
        if any(tag[0] in "JE" for tag in tags):
            if self._in_spite_of_endings(word, tags, proper):
                return shape - 0.25
            return 0.5 if len(word) == 3 and word[-1] not in _ENDINGS else 0.0
        if not proper and word[-1] in _UNIT_ENDS:
            return 0.0
        return min(shape + 0.05, 0.95) if proper else shape - 0.1

    def _means_else(self, word: str) -> bool:
        return self._taken(word) or self._is_title(word) or word in self._parts.not_names

    def _in_spite_of_endings(self, word: str, tags: list[str], proper: bool) -> bool:
        """Kiwi reads 장미란 as 장미이란: a name all the same when the post has it as a name elsewhere."""
        if word in self._proper or (proper and not self._taken(word[:-1])):
            return True
        return tags[-1][0] not in "JE" and word[-1] not in "한된할는"

    @cached_property
    def _proper(self) -> frozenset[str]:
        """Every form that Kiwi takes for a proper noun somewhere in the post."""
        analysis = self._scene.analysis
        if analysis is None:
            return frozenset()
        return frozenset(form for form, tag in zip(analysis.forms, analysis.tags, strict=True) if tag == "NNP")

    def foreign(self, word: str, start: int, spelling: re.Pattern[str] | None = None) -> bool:
        """Whether the word may be part of a foreigner's name: a proper noun for Kiwi, without particle or ending.

        ``spelling``: nouns too that Kiwi does not know and that are spelled as foreign words are (호세프, 보렐).
        """
        if not _FOREIGN.fullmatch(word) or word in self._parts.not_names:
            return False
        spanning = self._scene.token_at(start)  # Kiwi takes "제롬 파월" for one word
        tags = [token.tag for token in self._scene.tokens(start + 1, start + len(word))]
        tags += [spanning.tag] if spanning else []
        if "NNP" in tags:
            return not any(tag[0] in "JEV" for tag in tags)
        if spelling is None:
            return False
        spelled = len(word) == 1 or spelling.search(word) is not None  # 응우옌 홍 디엔
        return word in _GIVEN_ABROAD or (spelled and _NOUNS.issuperset(tags))

    def with_particle(self, word: str, start: int) -> tuple[str, float] | None:
        """The name that a word begins with when only a particle follows it."""
        best: tuple[str, float] | None = None
        for name in self._cuts(word):
            confidence = self.confidence(name, start)
            if confidence > 0.0 and (best is None or confidence > best[1]):
                best = (name, confidence)
        return best

    @staticmethod
    def _cuts(word: str) -> Iterator[str]:
        yield word
        for particle in PARTICLES:
            if word.endswith(particle) and len(word) - len(particle) >= 2:
                yield word[: -len(particle)]
