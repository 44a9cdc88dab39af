"""The Korean words for kinds, filters and sorting. Templates and JSON take them from here."""

from __future__ import annotations

from typing import get_args

from index.fields import FILTER_FIELDS
from kb.model import EntityKind
from web.language.catalog import noop as n_

KINDS: dict[str, str] = {
    "agency": n_("기관"),
    "department": n_("부서"),
    "official": n_("인물"),
    "country": n_("국가"),
    "contact": n_("연락처"),
    "topic": n_("주제"),
    "law": n_("법령"),
    "regime": n_("통제체제"),
    "hscode": n_("HS 코드"),
    "organisation": n_("단체"),
}
assert tuple(KINDS) == get_args(EntityKind), "each kind of entity needs its Korean name"

LEADS: dict[str, str] = {
    "agency": n_("중앙행정기관. 이름이 바뀐 기관은 연혁으로 이어집니다."),
    "department": n_("기관 안의 국·실·과·팀. 글에 적힌 이름을 따릅니다."),
    "official": n_("직책과 함께 이름이 나온 사람."),
    "country": n_("글에 나오는 다른 나라."),
    "contact": n_("문의처로 적힌 전화번호와 그 주인."),
    "topic": n_("글이 주로 다루는 주제."),
    "law": n_("글이 인용한 법률·시행령·고시."),
    "regime": n_("다자 수출통제체제와 조약."),
    "hscode": n_("글에 적힌 품목 번호."),
    "organisation": n_("공공기관·협회·국제기구."),
}

FILTERS: dict[str, str] = {field.name: field.korean for field in FILTER_FIELDS}
MONTH = "month"  # a filter, shown as the histogram and never as a list

REACHES: dict[str, str] = {
    "line": n_("옛 이름과 새 이름 포함"),
    "name": n_("고른 이름만"),
    "under": n_("소속 기관까지 포함"),
}

SORTS: dict[str, str] = {"relevance": n_("정확도순"), "date": n_("최신순")}

SAMPLES = "samples"  # the source of our own posts, shown as such

RUN_COUNTS: dict[str, str] = {
    "seen": n_("확인"),
    "added": n_("추가"),
    "updated": n_("갱신"),
    "unchanged": n_("변경 없음"),
    "removed": n_("삭제"),
    "recovered": n_("복구"),
    "failed": n_("실패"),
}

# The names of data/gazetteer/topics.yaml and of the filters, so that they are in the catalog too.
TOPICS: tuple[str, ...] = (
    n_("전략물자·수출통제"),
    n_("불법수출·단속"),
    n_("제재"),
    n_("관세·통관"),
    n_("통상협정·통상협상"),
    n_("무역구제"),
    n_("공급망·경제안보"),
    n_("기술보호"),
    n_("방산수출"),
    n_("수출 진흥·수출 동향"),
    n_("외국인투자·해외투자"),
)
FILTER_NAMES: tuple[str, ...] = (n_("분류"), n_("출처"), n_("월"))
