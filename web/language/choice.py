"""Which language a request is answered in: its address, else the cookie, else what the browser asks for.

Only pages and files for people have a language: the API, probes and static files do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from flask import Response, g, has_request_context, request
from werkzeug.urls import iri_to_uri

from web.params import Choice

LANGUAGE = "lang"  # the name of the parameter and of the cookie
CODES = ("ko", "en")  # the first is the default
NAMES = {"ko": "한국어", "en": "English"}
NEUTRAL = ("/api/", "/healthz", "/readyz")
YEAR = 365 * 24 * 3600
LANG = Choice(LANGUAGE, "화면의 언어", CODES)


def language() -> str:
    """Korean outside a request and wherever language plays no part."""
    if not has_request_context():
        return CODES[0]
    if "language" not in g:
        g.language = CODES[0] if neutral() else _asked() or _kept() or preferred(request.accept_languages)
    return str(g.language)


def english() -> bool:
    return language() == "en"


def neutral() -> bool:
    return request.path.startswith(NEUTRAL)


def _asked() -> str:
    """What the address says, if it can be taken; ``check`` refuses what cannot."""
    value = request.args.get(LANGUAGE, "")
    return value if value in CODES else ""


def _kept() -> str:
    value = request.cookies.get(LANGUAGE, "")
    return value if value in CODES else ""


def preferred(accepted: Iterable[tuple[str, float]]) -> str:
    """English where it is asked for by name and above Korean; Korean for everybody else."""
    best = dict.fromkeys(CODES, 0.0)
    for tag, quality in accepted:
        code = tag.replace("_", "-").partition("-")[0].lower()
        if code in best:
            best[code] = max(best[code], quality)
    return "en" if best["en"] > best["ko"] else CODES[0]


def check() -> None:
    """Before each request. Raises BadParameter for a language that the site does not speak."""
    if not neutral():
        LANG.read(request.args)


def keep(response: Response) -> Response:
    """A language that the address asks for is remembered; caches learn what the answer hangs on."""
    if neutral() or (request.endpoint == "static" and response.status_code < 400):
        return response
    if _asked() and response.status_code < 400:
        response.set_cookie(
            LANGUAGE, _asked(), max_age=YEAR, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
        )
    response.vary.update(("Accept-Language", "Cookie"))
    if response.content_type and response.content_type.startswith("text/html"):
        response.headers["Content-Language"] = language()
    return response


def here(code: str) -> str:
    """The present address in a language, as a path."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != LANGUAGE]
    return iri_to_uri(request.path) + "?" + urlencode([*kept, (LANGUAGE, code)])
