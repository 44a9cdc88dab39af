"""All values of one filter in a search: a page of its own, for lists that are too long to stand beside the results."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request

from kb.errors import NotFound
from kb.views import SearchParams
from web import labels
from web.context import service
from web.language.catalog import noop as n_
from web.params import Text, clean
from web.search import params as state
from web.search.boxes import Row, every, narrowed, rows

FIND = Text("find", n_("값의 이름에 든 글자"), limit=100)
SHOWN = 150  # rows of the page; the rest is found by name


def values(name: str) -> str:
    """Raises NotFound, BadParameter."""
    if name not in labels.FILTERS or name in ("month", "department"):
        raise NotFound(f"‘{clean(name)[:40]}’(이)라는 필터는 없습니다.")
    params, find = replace(state.read(request.args), page=1), FIND.read(request.args)
    found = rows(service().search(replace(params, whole=name, per_page=1, snippets=False)), name)
    found = narrowed(found, name, find) if find else found
    shown = _fitting(found)
    return render_template(
        "filter_values.html",
        name=name,
        label=labels.FILTERS[name],
        rows=shown,
        left=sum(row.size for row in found[len(shown) :]),
        find=find,
        params=params,
        kept=_kept(params, name, shown),
        state=state,
        q=params.q,
    )


def _fitting(found: tuple[Row, ...]) -> tuple[Row, ...]:
    """So many whole branches as there is room for; what is in force is always among them."""
    room, kept = SHOWN, []
    for row in sorted(found, key=lambda row: not row.active):
        room -= row.size
        if room >= 0 or row.active:
            kept.append(row)
    return tuple(kept)


def _kept(params: SearchParams, name: str, shown: tuple[Row, ...]) -> list[tuple[str, str]]:
    """The rest of the state, with what is in force and stands in no row (a narrowed list, an alias)."""
    boxed = {row.value for row in every(shown)}
    own = (name, state.WITHOUT + name)
    return [(key, value) for key, value in state.pairs(params) if key not in own or value not in boxed]


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/search/filter/<name>", "values", values)
