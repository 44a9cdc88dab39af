"""Why a query found what it found, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from index.document import SearchRequest
from index.engines.base import Reader
from index.query.plan import Plan, PlanWord
from index.rank import COVERAGE, NEARNESS, RECENCY, ROWS, SPELLING, Evidence
from index.searcher import Answers
from kb.views import ExplainHit, ExplainView, ExplainWord

ROLES = {
    "word": "찾는 말",
    "phrase": "구절",
    "prefix": "앞부분이 같은 말",
    "title": "제목에서 찾는 말",
    "filter": "거르는 조건",
    "date": "기간",
    "without": "빼는 말",
    "function": "기능어 (찾지 않음)",
}


def explained(
    q: str, plan: Plan, answers: Answers, reader: Reader, titles: Mapping[str, tuple[str, dt.date]]
) -> ExplainView:
    return ExplainView(
        q=q,
        canonical=plan.canonical,
        words=tuple(_word(word, reader) for word in plan.words),
        notes=(*plan.notes, *([answers.loosened] if answers.loosened else [])),
        tree=repr(plan.tree),
        hits=tuple(
            ExplainHit(answer.id, titles[answer.id][0], round(answer.score, 4), _reasons(answer.evidence))
            for answer in answers.answers
            if answer.id in titles
        ),
    )


def _word(word: PlanWord, reader: Reader) -> ExplainWord:
    posts = reader.search(SearchRequest(word.node, limit=0)).total if word.node is not None else None
    return ExplainWord(word.typed, ROLES[word.role], word.terms, word.expansions, word.corrections, posts)


def _reasons(evidence: Evidence | None) -> tuple[tuple[str, float], ...]:
    if evidence is None:
        return ()
    parts = (
        ("낱말의 무게 (BM25)", evidence.engine),
        ("찾는 말을 담은 몫", COVERAGE * evidence.coverage),
        ("낱말 사이의 가까움", NEARNESS * evidence.nearness),
        ("적힌 글자와 같음", SPELLING * evidence.spelling),
        ("나란히 이어짐", ROWS * evidence.rows),
        ("새 글", RECENCY * evidence.recency),
    )
    return tuple((name, round(value, 4)) for name, value in parts if value)
