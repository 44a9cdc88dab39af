"""Signing in with a browser: a form that takes a token once and gives a signed cookie for some hours.

The form is the only thing on the site that is posted. It is bound to the browser by a cookie of its own
(SameSite=Strict), by a mac and by the Origin header, so no other site can sign a visitor in or out.
"""

from __future__ import annotations

import re
import secrets
from urllib.parse import quote

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as BaseResponse

from web.access.gate import access, cookie_name, opened, visitor
from web.access.keys import sign, signed
from web.address import is_ours
from web.errors import answer, wants_json
from web.language.catalog import noop as n_
from web.refusals import Forbidden, Refusal, TooMany, Unauthorised

blueprint = Blueprint("access", __name__)

FORM = "kb_form"
NONCE = re.compile(r"[0-9a-f]{32}")
HOME = "/"
STALE = n_("로그인 양식이 오래되었거나 다른 사이트에서 왔습니다. 이 페이지에서 다시 하십시오.")


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | BaseResponse:
    if request.method != "POST":
        return form(safe(request.args.get("next", "")))
    onward, text = safe(request.form.get("next", "")), request.form.get("token", "").strip()
    try:
        own_form("sign-in")
        opened(text)
    except (Unauthorised, Forbidden, TooMany) as refused:
        return form(onward, refused)
    response = redirect(onward, 303)
    session = access().tokens.session(text, access().key)
    _keep(response, cookie_name(), session, access().settings.session_hours * 3600)
    _drop(response, FORM)
    return response


@blueprint.route("/sign-out", methods=["GET", "POST"])
def sign_out() -> Response | BaseResponse:
    if request.method != "POST":
        return form(HOME, leaving=True)
    try:
        own_form("sign-out")
    except Forbidden as refused:
        return form(HOME, refused, leaving=True)
    response = redirect("/sign-in", 303)
    _drop(response, cookie_name())
    response.headers["Clear-Site-Data"] = '"cache"'  # pages that a next user of the browser should not find
    return response


def form(onward: str, refused: Refusal | None = None, *, leaving: bool = False) -> Response:
    """The page of the form, bound to this browser. Its status is that of the refusal, if any."""
    nonce = request.cookies.get(FORM, "")
    nonce = nonce if NONCE.fullmatch(nonce) else secrets.token_hex(16)
    act = "sign-out" if leaving else "sign-in"
    page = render_template(
        "sign_in.html",
        onward=onward,
        refused=None
        if isinstance(refused, Unauthorised) and not refused.wrong
        else refused,  # who just came did no wrong
        leaving=leaving,
        mac=sign(access().key, act, nonce),
        hours=access().settings.session_hours,
        elsewhere=request.headers.get("Sec-Fetch-Site") == "cross-site",
        signed_in=(who := visitor()) is not None and bool(who.session),
    )
    response = make_response(page, STATUS.get(type(refused), 200) if refused is not None else 200)
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(refused.headers if refused is not None else {})
    _keep(response, FORM, nonce, None)
    if g.get("forged"):
        _drop(response, cookie_name())
    return response


STATUS: dict[type[Refusal], int] = {Unauthorised: 401, Forbidden: 403, TooMany: 429}


def own_form(act: str) -> None:
    """Raises Forbidden where the form is not ours, or came from another site."""
    nonce, mac = request.cookies.get(FORM, ""), request.form.get("form", "")
    origin = request.headers.get("Origin")
    foreign = origin is not None and not is_ours(origin)
    if foreign or not NONCE.fullmatch(nonce) or not signed(access().key, mac, act, nonce):
        raise Forbidden(STALE)


def safe(onward: str) -> str:
    """A path of this site and nothing that a browser could read as another's address."""
    plain = onward.startswith("/") and not onward.startswith(("//", "/\\", "/sign-")) and onward.isprintable()
    return onward if plain and len(onward) <= 4_000 and "\\" not in onward else HOME


def door(refused: Unauthorised) -> Response:
    """For people the form, at the address that they asked for; for programs the problem."""
    return answer(refused) if wants_json() else form(here(), refused)


def here() -> str:
    """The present address, to come back to."""
    if request.method not in ("GET", "HEAD"):
        return HOME
    asked = request.query_string.decode("utf-8", "replace")
    return safe(iri_to_uri(quote(request.path) + (f"?{asked}" if asked else "")))


def _keep(response: BaseResponse, name: str, value: str, seconds: int | None) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=request.is_secure, httponly=True, samesite="Strict"
    )


def _drop(response: BaseResponse, name: str) -> None:
    response.delete_cookie(name, path="/", secure=request.is_secure, httponly=True, samesite="Strict")
