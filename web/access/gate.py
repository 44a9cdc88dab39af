"""The gate: before each request, who asks, and whether they may. What it finds stands in ``g`` for the request."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from typing import cast
from urllib.parse import urlsplit

from flask import current_app, g, has_request_context, request

from kb.access.tokens import LONGEST, SCOPE_NAMES, Scope
from kb.settings import Settings
from web.access import proxies, rules, visitors
from web.access.guesses import Guesses
from web.access.mode import is_loopback
from web.access.proxies import FORWARDED, USER
from web.access.rules import METRICS, open_to_operators
from web.access.visitors import Forged, Tokens, Visitor
from web.language.catalog import noop as n_
from web.refusals import BodyRefused, Forbidden, TooMany, Unauthorised

__all__ = ["METRICS", "Access", "access", "check", "open_to_operators", "sees_details", "visitor"]

KEY = "kb.access"
FORM_BYTES = 4_096
SCHEME = "bearer "
SCOPE_MISSING = n_("이 토큰으로는 할 수 없는 일입니다. 필요한 범위: %(scope)s (%(about)s)")


@dataclass(frozen=True, slots=True)
class Access:
    """What the gate of one application works with. ``key`` signs sign-ins and is empty where there are none."""

    settings: Settings
    tokens: Tokens
    guesses: Guesses
    key: bytes


def access() -> Access:
    return cast(Access, current_app.extensions[KEY])


def visitor() -> Visitor | None:
    """Of the present request; None outside one and for whoever is not known."""
    return cast("Visitor | None", g.get("visitor")) if has_request_context() else None


def sees_details() -> bool:
    """Whether a probe may tell more than yes or no."""
    return visitor() is not None


def check() -> None:
    """Raises a ``Refusal``. Runs for addresses that do not exist too: nobody learns from outside which do."""
    refuse_bodies()
    wanted = rules.scope()
    if wanted == "metrics":
        return check_operator()
    try:
        g.visitor = identify()
    except (Unauthorised, Forbidden, TooMany):
        if wanted is not None:
            raise
        g.visitor = None
    if wanted is not None:
        allow(wanted)
    return None


def refuse_bodies() -> None:
    """Nothing is taken but the form of a sign-in, whose size Flask bounds (``MAX_CONTENT_LENGTH``)."""
    length, form = request.content_length or 0, request.endpoint in ("access.sign_in", "access.sign_out")
    if "Transfer-Encoding" in request.headers or length > (FORM_BYTES if form else 0):
        raise BodyRefused


def check_operator() -> None:
    """This machine itself, where that is enough; else a token.

    A proxy on this machine need not say that it is one. So where others may come in, being here proves nothing,
    unless the settings say that nobody here passes on what strangers ask.
    """
    settings = access().settings
    enough = own_name() if settings.access == "local" else settings.metrics == "local"
    g.visitor = visitors.local("local") if enough and own_machine() else by_token()
    if g.visitor is None:
        raise Unauthorised
    allow("metrics")


def allow(wanted: Scope) -> None:
    who = visitor()
    if who is None:
        raise Unauthorised
    if wanted not in who.scopes:
        raise Forbidden(SCOPE_MISSING % {"scope": wanted, "about": SCOPE_NAMES[wanted]}, wanted)


def identify() -> Visitor | None:
    """Raises Unauthorised for a credential that does not open, Forbidden for a name that is not this machine's."""
    mode, address = access().settings.access, client_address()
    if mode == "local":
        check_own()
        return visitors.local(address)
    if mode == "proxy" and (user := request.environ.get(USER, "")):
        return visitors.proxied(user)
    found = by_token() or (by_cookie() if mode == "token" else None)
    return found or (visitors.anyone(address) if mode == "open" else None)


def check_own() -> None:
    """Raises Forbidden for what came through a proxy, which may write our name into what strangers ask, too."""
    if not own_machine() or not own_name():
        raise Forbidden(
            n_("이 컴퓨터의 주소(localhost)로만 들어올 수 있습니다. 다른 이름으로 열려면 KB_ACCESS를 정해야 합니다.")
        )


def own_name() -> bool:
    """A page elsewhere may give its own name the address of this machine and read along (DNS rebinding)."""
    return is_loopback(urlsplit(f"//{request.host}").hostname or "")


def own_machine() -> bool:
    return is_loopback(request.remote_addr or "") and not request.environ.get(FORWARDED)


def by_token() -> Visitor | None:
    """None where no token of ours was sent; another kind of credential may be the proxy's own."""
    sent = request.headers.get("Authorization", "")
    if not sent:
        return None
    text = sent[len(SCHEME) :].strip() if sent[: len(SCHEME)].lower() == SCHEME else ""
    if not text.startswith("kb_") and access().settings.access != "token":
        return None
    return opened(text)


def opened(text: str) -> Visitor:
    """The visitor of a token as sent. Raises Unauthorised, or TooMany for who has tried too often."""
    found = access().tokens.by_text(text) if len(text) <= LONGEST else None
    if found is None:
        access().guesses.count(client_address(), text)
        raise Unauthorised(
            n_("이 토큰으로는 들어올 수 없습니다. 틀렸거나, 만료되었거나, 폐지된 토큰입니다."), wrong=True
        )
    return found


def by_cookie() -> Visitor | None:
    """A cookie that no longer holds is as good as none: the page asks to sign in.

    One that we never signed is a guess like a wrong token, and counted as one.
    """
    sent = request.cookies.get(cookie_name(), "")
    if not sent:
        return None
    try:
        return access().tokens.by_session(sent, access().key, access().settings.session_hours)
    except Forged:
        g.forged = True  # the form takes it back, so that a browser with an old one is not counted again
        access().guesses.count(client_address(), "")
        return None


def cookie_name() -> str:
    """``__Host-`` binds a cookie to this very host, where https makes that possible."""
    return "__Host-kb" if request.is_secure else "kb"


def client_address() -> str:
    """What a stranger is counted and told by: for IPv6 the network, of which anybody has more than enough addresses."""
    return network_of(request.remote_addr or "")


@lru_cache(maxsize=4_096)
def network_of(peer: str) -> str:
    found = proxies.address(peer)
    if found is not None and found.version == 6:
        return str(ipaddress.ip_network((int(found), 64), strict=False))
    return str(found or "?")
