"""The search page, the first page, how a query was read, and the help page."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from kb.views import SearchParams
from web import labels
from web.context import service
from web.language import LANG, LANGUAGE
from web.params import unknown
from web.search import density, export, values
from web.search import params as state
from web.search.desks import whom_to_call
from web.search.page import view
from web.search.periods import period_named
from web.today import today

blueprint = Blueprint("search", __name__)
export.register(blueprint)
values.register(blueprint)
blueprint.after_request(density.keep)

NEWEST = 6
EXAMPLES = (
    "전략물자 불법수출 단속",
    "상황허가 품목 확대",
    "기관:관세청 우회수출",
    '"이중용도" -군용',
    "수출통제 문의는 어디에?",
    "date:2024-07..2024-12 제재",
)


@blueprint.get("/")
def landing() -> str | BaseResponse:
    if any(request.args.get(name) for name in request.args if name != LANGUAGE):
        return redirect(state.url(state.read(request.args)), 302)
    newest = service().search(SearchParams(sort="date", per_page=NEWEST))
    return render_template("landing.html", newest=newest, examples=EXAMPLES, status=service().status())


@blueprint.get("/search")
def search() -> str | Response:
    params = state.read(request.args)
    result = service().search(params)
    ignored = unknown(request.args, (*state.PARAMS, density.DENSITY, LANG))
    return render_template(
        "search.html",
        result=result,
        view=view(result),
        call=whom_to_call(result),
        period=period_named(params, today()),
        ignored=ignored,
        state=state,
        q=params.q,
        most=export.most(),
        reaches=labels.REACHES,
        density=density.density(),
        densities=density.NAMES,
        at_density=density.at_density,
    )


@blueprint.get("/explain")
def explain() -> str:
    q = state.Q.read(request.args)
    return render_template("explain.html", q=q, found=service().explain(q) if q else None)


@blueprint.get("/help")
def help_page() -> str:
    return render_template("help.html", filters=labels.FILTERS, most=export.most())
