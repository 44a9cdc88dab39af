"""How often a visitor may ask: a budget a minute for each kind of request, told in headers (RateLimit-*).

Counted with ``limits``, the library under Flask-Limiter, whose own layer names a limit after the view function
and cannot take ours, of which several share one (docs/decisions/0520-who-may-come-in.md).
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import cast

from flask import Flask, Response, current_app, g, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from kb.settings import Settings
from web.access import gate, rules
from web.access.gate import client_address, visitor
from web.access.rules import Budget
from web.refusals import BodyRefused, Crowded, Forbidden, TooMany, Unauthorised

log = logging.getLogger("web.gate")

KEY = "kb.limits"


class Limits:
    """The budgets of one application. ``files`` is how many files are being made just now, at most."""

    def __init__(self, settings: Settings, storage: Storage) -> None:
        self._limiter = FixedWindowRateLimiter(storage)
        self._budgets: dict[Budget, RateLimitItem] = {
            "search": RateLimitItemPerMinute(settings.rate_search),
            "suggest": RateLimitItemPerMinute(settings.rate_suggest),
            "export": RateLimitItemPerMinute(settings.rate_export),
            "page": RateLimitItemPerMinute(settings.rate_page),
            "refused": RateLimitItemPerMinute(settings.rate_page),
        }
        self.files = threading.BoundedSemaphore(settings.exports_at_once)

    def take(self, budget: Budget, who: str) -> dict[str, str]:
        """Counts a request. Returns headers; raises TooMany. Without counters the site goes on answering."""
        item = self._budgets[budget]
        try:
            within = self._limiter.hit(item, budget, who)
            window = self._limiter.get_window_stats(item, budget, who)
        except sqlite3.Error as error:
            log.warning("요청을 세지 못했습니다: %s", error)
            return {}
        seconds = max(0, round(window.reset_time - time.time()))
        headers = {
            "RateLimit-Limit": str(item.amount),
            "RateLimit-Remaining": str(window.remaining),
            "RateLimit-Reset": str(seconds),
        }
        if not within:
            raise TooMany(seconds, headers)
        return headers


def limits() -> Limits:
    return cast(Limits, current_app.extensions[KEY])


def check() -> None:
    """The gate. Whom it turns away is counted too, apart from the pages: the form to sign in stays within reach."""
    try:
        gate.check()
    except (Unauthorised, Forbidden, BodyRefused):
        g.rate = limits().take("refused", payer())
        raise


def payer() -> str:
    """Who is counted: by address where nobody is known, a network's worth for IPv6."""
    who = visitor()
    return who.key if who is not None and who.known else client_address()


def count() -> None:
    """Before each request, after the gate."""
    budget = rules.budget()
    if budget is None:
        return
    g.rate = limits().take(budget, payer())
    if budget == "export" and request.method in ("GET", "HEAD"):  # HEAD makes the file, too
        take_place()


def take_place() -> None:
    if not limits().files.acquire(blocking=False):
        raise Crowded
    g.file_slot = True


def tell(response: Response) -> Response:
    """Headers of the budget; the place of a file is free again when it has been sent, or its reader is gone."""
    response.headers.update(g.get("rate", {}))
    if g.pop("file_slot", False):
        release = _once(limits().files)
        response.call_on_close(release) if response.is_streamed else release()
    return response


def _once(place: threading.BoundedSemaphore) -> Callable[[], None]:
    left = [place]

    def release() -> None:
        if left:
            left.pop().release()

    return release


def register(app: Flask, settings: Settings, storage: Storage) -> None:
    """In place of the gate alone, before any page."""
    app.extensions[KEY] = Limits(settings, storage)
    app.before_request(check)
    app.before_request(count)
    app.after_request(tell)
