"""The Korean words for kinds, filters and sorting. Templates and JSON take them from here."""

from __future__ import annotations

from typing import get_args

from index.fields import FILTER_FIELDS
from kb.model import EntityKind

KINDS: dict[str, str] = {
    "agency": "기관",
    "department": "부서",
    "official": "인물",
    "country": "국가",
    "contact": "연락처",
    "topic": "주제",
    "law": "법령",
    "regime": "통제체제",
    "hscode": "HS 코드",
    "organisation": "단체",
}
assert tuple(KINDS) == get_args(EntityKind), "each kind of entity needs its Korean name"

LEADS: dict[str, str] = {
    "agency": "중앙행정기관. 이름이 바뀐 기관은 연혁으로 이어집니다.",
    "department": "기관 안의 국·실·과·팀. 글에 적힌 이름을 따릅니다.",
    "official": "직책과 함께 이름이 나온 사람.",
    "country": "글에 나오는 다른 나라.",
    "contact": "문의처로 적힌 전화번호와 그 주인.",
    "topic": "글이 주로 다루는 주제.",
    "law": "글이 인용한 법률·시행령·고시.",
    "regime": "다자 수출통제체제와 조약.",
    "hscode": "글에 적힌 품목 번호.",
    "organisation": "공공기관·협회·국제기구.",
}

FILTERS: dict[str, str] = {field.name: field.korean for field in FILTER_FIELDS}
MONTH = "month"  # a filter, shown as the histogram and never as a list

SORTS: dict[str, str] = {"relevance": "정확도순", "date": "최신순"}

SAMPLES = "samples"  # the source of our own posts, shown as such

RUN_COUNTS: dict[str, str] = {
    "seen": "확인",
    "added": "추가",
    "updated": "갱신",
    "unchanged": "변경 없음",
    "removed": "삭제",
    "recovered": "복구",
    "failed": "실패",
}
