"""The Korean words for kinds, filters and sorting. Templates and JSON take them from here."""

from __future__ import annotations

from typing import get_args

from index.fields import FILTER_FIELDS
from kb.model import EntityKind
from web.language.catalog import noop as N_

KINDS: dict[str, str] = {
    "agency": N_("기관"),
    "department": N_("부서"),
    "official": N_("인물"),
    "country": N_("국가"),
    "contact": N_("연락처"),
    "topic": N_("주제"),
    "law": N_("법령"),
    "regime": N_("통제체제"),
    "hscode": N_("HS 코드"),
    "organisation": N_("단체"),
}
assert tuple(KINDS) == get_args(EntityKind), "each kind of entity needs its Korean name"

LEADS: dict[str, str] = {
    "agency": N_("중앙행정기관. 이름이 바뀐 기관은 연혁으로 이어집니다."),
    "department": N_("기관 안의 국·실·과·팀. 글에 적힌 이름을 따릅니다."),
    "official": N_("직책과 함께 이름이 나온 사람."),
    "country": N_("글에 나오는 다른 나라."),
    "contact": N_("문의처로 적힌 전화번호와 그 주인."),
    "topic": N_("글이 주로 다루는 주제."),
    "law": N_("글이 인용한 법률·시행령·고시."),
    "regime": N_("다자 수출통제체제와 조약."),
    "hscode": N_("글에 적힌 품목 번호."),
    "organisation": N_("공공기관·협회·국제기구."),
}

FILTERS: dict[str, str] = {field.name: field.korean for field in FILTER_FIELDS}
MONTH = "month"  # a filter, shown as the histogram and never as a list

SORTS: dict[str, str] = {"relevance": N_("정확도순"), "date": N_("최신순")}

SAMPLES = "samples"  # the source of our own posts, shown as such

RUN_COUNTS: dict[str, str] = {
    "seen": N_("확인"),
    "added": N_("추가"),
    "updated": N_("갱신"),
    "unchanged": N_("변경 없음"),
    "removed": N_("삭제"),
    "recovered": N_("복구"),
    "failed": N_("실패"),
}

# The names of data/gazetteer/topics.yaml and of the filters, so that they are in the catalog too.
TOPICS: tuple[str, ...] = (
    N_("전략물자·수출통제"),
    N_("불법수출·단속"),
    N_("제재"),
    N_("관세·통관"),
    N_("통상협정·통상협상"),
    N_("무역구제"),
    N_("공급망·경제안보"),
    N_("기술보호"),
    N_("방산수출"),
    N_("수출 진흥·수출 동향"),
    N_("외국인투자·해외투자"),
)
FILTER_NAMES: tuple[str, ...] = (N_("분류"), N_("출처"), N_("월"))
