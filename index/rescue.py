"""When nothing is found: which words find nothing alone, and what to ask instead."""

from __future__ import annotations

from index.document import SearchRequest
from index.engines.base import Reader
from index.query.plan import Plan, PlanWord

ASKED = frozenset({"word", "phrase", "prefix", "title"})


def counts(reader: Reader, plan: Plan) -> tuple[int | None, ...]:
    """How many documents each of the plan's words finds alone; None where it is no word that is looked for."""
    return tuple(_count(reader, word) for word in plan.words)


def _count(reader: Reader, word: PlanWord) -> int | None:
    if word.node is None:
        return None
    return reader.search(SearchRequest(word.node, limit=0)).total


def instead(reader: Reader, plan: Plan) -> str | None:
    """The nearest query that finds something: what was meant, or else the words that find anything at all."""
    if plan.suggestion:
        return plan.suggestion
    found = zip(plan.words, counts(reader, plan), strict=True)
    kept = [f'"{word.typed}"' if word.role == "phrase" else word.typed for word, count in found if _keeps(word, count)]
    asked = [word for word in plan.words if word.role in ASKED]
    return " ".join(kept) if 0 < len(kept) < len(asked) else None


def _keeps(word: PlanWord, count: int | None) -> bool:
    return word.role in ("word", "phrase", "prefix") and bool(count)
