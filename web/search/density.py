"""How close results stand: as the address says, else as chosen last (a cookie that the address alone sets)."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, request

from web.language.catalog import noop as n_
from web.params import Choice

NAME = "density"
NAMES = {"wide": n_("넓게"), "narrow": n_("좁게")}
DENSITY = Choice(NAME, n_("결과를 보이는 간격"), tuple(NAMES))
YEAR = 365 * 24 * 3600


def density() -> str:
    """Raises BadParameter for a density that there is not."""
    asked = DENSITY.read(request.args)
    kept = request.cookies.get(NAME, "")
    return asked if request.args.get(NAME) or kept not in NAMES else kept


def at_density(name: str) -> str:
    """The present address with another density."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != NAME]
    return request.path + "?" + urlencode([*kept, (NAME, name)])


def keep(response: Response) -> Response:
    """After each request of the search page."""
    asked = request.args.get(NAME, "")
    if asked in NAMES and response.status_code == 200:
        response.set_cookie(NAME, asked, max_age=YEAR, secure=request.is_secure, httponly=True, samesite="Lax")
    return response
