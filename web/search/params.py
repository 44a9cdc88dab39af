"""The parameters of a search, read and written: the address always holds the whole state.

``agency=관세청`` includes, ``not_agency=관세청`` excludes; the names are those of ``index.fields``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, cast, get_args
from urllib.parse import urlencode

from kb.views import Reach, SearchParams
from web import labels
from web.language.catalog import noop as n_
from web.params import Args, BadParameter, Choice, Day, Many, Param, Text, Whole

WITHOUT = "not_"
DEEPEST = 10_000  # results that pages lead to; what comes after them is for a file, or for narrower conditions
LISTED = 50  # values of a filter that an answer holds unless all of them are asked for

TOO_DEEP = f"페이지로는 앞의 {DEEPEST:,}건까지만 넘겨 봅니다. 조건을 좁히거나 파일로 내려받으십시오."

Q = Text("q", n_("검색어. 문법은 도움말에 있습니다"))
FROM = Day("from", n_("이날부터"))
TO = Day("to", n_("이날까지"), last=True)
SORT = Choice("sort", n_("정렬"), tuple(labels.SORTS))
PAGE = Whole("page", n_("페이지 번호"), default=1, least=1, most=10_000)
PER_PAGE = Whole("per_page", n_("페이지당 글 수"), default=10, least=1, most=100)
REACH = Choice(
    "reach", n_("고른 기관의 범위. line은 옛 이름과 새 이름, name은 그 이름만, under는 소속 기관까지"), get_args(Reach)
)
RECENCY = Choice("recency", n_("on이면 최근 글을 조금 앞세웁니다"), ("on", "off"))
INCLUDE = {name: Many(name, f"{korean} 조건. 되풀이하면 그 가운데 하나") for name, korean in labels.FILTERS.items()}
EXCLUDE = {name: Many(WITHOUT + name, f"뺄 {korean}") for name, korean in labels.FILTERS.items()}

PARAMS: tuple[Param, ...] = (Q, *INCLUDE.values(), *EXCLUDE.values(), FROM, TO, SORT, PAGE, PER_PAGE, RECENCY, REACH)


def read(args: Args) -> SearchParams:
    """Raises BadParameter."""
    params = SearchParams(
        q=Q.read(args),
        filters=_chosen(args, INCLUDE),
        without=_chosen(args, EXCLUDE),
        date_from=FROM.read(args),
        date_to=TO.read(args),
        sort=cast(Literal["relevance", "date"], SORT.read(args)),
        page=PAGE.read(args),
        per_page=PER_PAGE.read(args),
        recency=RECENCY.read(args) == "on",
        reach=cast(Reach, REACH.read(args)),
    )
    if params.date_from and params.date_to and params.date_from > params.date_to:
        raise BadParameter("from", params.date_from.isoformat(), f"끝나는 날({params.date_to})보다 뒤입니다.")
    if params.page * params.per_page > DEEPEST:
        raise BadParameter("page", str(params.page), TOO_DEEP)
    return params


def _chosen(args: Args, table: Mapping[str, Many]) -> dict[str, tuple[str, ...]]:
    read = {name: param.read(args) for name, param in table.items()}
    return {name: values for name, values in read.items() if values}


def pairs(params: SearchParams) -> list[tuple[str, str]]:
    """The state as names and values, without what is at its default."""
    found = [("q", params.q)] if params.q else []
    found += [(name, value) for name, values in params.filters.items() for value in values]
    found += [(WITHOUT + name, value) for name, values in params.without.items() for value in values]
    found += [("from", params.date_from.isoformat())] if params.date_from else []
    found += [("to", params.date_to.isoformat())] if params.date_to else []
    found += [("sort", params.sort)] if params.sort != SORT.choices[0] else []
    found += [("page", str(params.page))] if params.page != PAGE.default else []
    found += [("per_page", str(params.per_page))] if params.per_page != PER_PAGE.default else []
    found += [("reach", params.reach)] if params.reach != REACH.choices[0] else []
    return found + ([] if params.recency else [("recency", "off")])


def url(params: SearchParams, path: str = "/search") -> str:
    state = pairs(params)
    return f"{path}?{urlencode(state)}" if state else path


def moved(params: SearchParams, page: int) -> SearchParams:
    return replace(params, page=page)


def sorted_by(params: SearchParams, sort: Literal["relevance", "date"]) -> SearchParams:
    return replace(params, sort=sort, page=1)


def asked(params: SearchParams, q: str) -> SearchParams:
    """The same filters with another query, from the first page."""
    return replace(params, q=q, page=1)


def period(params: SearchParams, first: dt.date | None, last: dt.date | None) -> SearchParams:
    return replace(params, date_from=first, date_to=last, page=1)


def dropped(params: SearchParams, name: str, value: str) -> SearchParams:
    """Without one value of a filter; ``name`` begins with ``not_`` for an excluded one."""
    if name.startswith(WITHOUT):
        return replace(params, without=_less(params.without, name.removeprefix(WITHOUT), value), page=1)
    return replace(params, filters=_less(params.filters, name, value), page=1)


def _less(table: Mapping[str, tuple[str, ...]], name: str, value: str) -> dict[str, tuple[str, ...]]:
    left = {key: tuple(v for v in values if key != name or v != value) for key, values in table.items()}
    return {key: values for key, values in left.items() if values}


def unfiltered(params: SearchParams) -> SearchParams:
    return SearchParams(
        q=params.q, sort=params.sort, per_page=params.per_page, recency=params.recency, reach=params.reach
    )
