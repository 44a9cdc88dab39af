"""What another value of a filter would find: a filter in force is counted as if it were not.

Else a list would hold, beside what is chosen, only what is named together with it, and choosing a second value
would be choosing from what the first one left. What is excluded would stand there with 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from index.document import FacetCount, SearchRequest
from index.engines.base import Reader
from index.query.plan import Plan
from index.query.tree import Node
from index.searcher import Answers
from index.stages import staged

Counts = list[tuple[str, int]]
MONTH = "month"


def counted(found: Iterable[FacetCount]) -> Counts:
    return [(each.value, each.count) for each in found]


@staged("facets")
def counts_beside(reader: Reader, request: SearchRequest) -> dict[str, Counts]:
    """By field, for each filter in force and for the months of a period: one more question to the engine each."""
    return {
        field: counted(reader.search(freed).facets[field])
        for field in request.facets
        if (freed := _freed(request, field)) is not None
    }


def _freed(request: SearchRequest, field: str) -> SearchRequest | None:
    dated = field == MONTH and (request.date_from or request.date_to)
    if field not in request.filters and field not in request.without and not dated:
        return None
    filters, without = _without(request.filters, field), _without(request.without, field)
    freed = replace(request, filters=filters, without=without, offset=0, limit=0, facets=(field,))
    return replace(freed, date_from=None, date_to=None) if dated else freed


def _without(chosen: Mapping[str, tuple[str, ...]], field: str) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in chosen.items() if name != field}


def asked_tree(plan: Plan, answers: Answers) -> Node:
    """The tree that was answered: the strict one, or the looser one that says so."""
    return next((tree for tree, note in plan.looser if note == answers.loosened), plan.tree)
