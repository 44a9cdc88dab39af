"""A list from its beginning to its end while the index changes: newest first, each window after the last post seen.

Day and id of a post do not change with its neighbours, as its rank or its page does: nothing that is there all the
time is skipped or given twice. Copies are not folded, since what is folded depends on the window.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from index.document import Hit, SearchRequest
from index.engines.base import Reader
from index.query.plan import Plan
from index.searcher import Answer, Answers
from kb.views import Place

SPARE = 100  # rows asked for beyond the window, for those of its first day that were seen


def walked(reader: Reader, plan: Plan, request: SearchRequest, after: Place) -> tuple[Answers, Place | None]:
    """The window behind ``after``, and where the next one begins; None where there is none."""
    whole, note = _whole(reader, plan, request)
    found = _behind(reader, whole, after, request.limit + 1)
    window = found[: request.limit]
    more = Place(window[-1].date, window[-1].id) if len(found) > len(window) and window else None
    total = reader.search(replace(whole, offset=0, limit=0)).total
    answers = tuple(Answer(hit.id, hit.score, hit.date) for hit in window)
    return Answers(answers, total, {}, "", note), more


def _whole(reader: Reader, plan: Plan, request: SearchRequest) -> tuple[SearchRequest, str | None]:
    """All of it, by the first tree that finds something: the same for every window."""
    plainly = replace(request, sort="date", facets=())
    for tree, note in ((plan.tree, None), *plan.looser):
        if reader.search(replace(plainly, query=tree, offset=0, limit=0)).total:
            return replace(plainly, query=tree), note
    return replace(plainly, query=plan.tree), None


def _behind(reader: Reader, whole: SearchRequest, after: Place, count: int) -> list[Hit]:
    last = min(whole.date_to or dt.date.max, after.day)
    asked = replace(whole, date_to=None if last == dt.date.max else last, limit=count + SPARE)
    found: list[Hit] = []
    offset = 0
    while len(found) < count:
        hits = reader.search(replace(asked, offset=offset)).hits
        found += [hit for hit in hits if hit.date < after.day or hit.id > after.post]
        offset += len(hits)
        if len(hits) < asked.limit:
            break
    return found[:count]
