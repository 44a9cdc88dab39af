"""Who the peer is: what a proxy says of a request counts only where it comes from a proxy that is trusted.

A WSGI layer over the application, by the peer's address alone, so it holds under every server. It always
rewrites: a header about the client that nobody trusted sent is taken out, and never seen by what follows.
We speak no TLS ourselves, so https is what a trusted proxy says and nothing else.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from web.access.mode import Network

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

USER = "kb.user"  # the name that a trusted proxy gave
FORWARDED = "kb.forwarded"  # a request that came, or may have come, through a proxy: never this machine's own
ABOUT_CLIENT = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_BY",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)
LONGEST_USER = 200
HOPS = 20  # of a chain of proxies that are looked at


class Proxies:
    """Wraps a WSGI application."""

    def __init__(self, app: WSGIApplication, trusted: tuple[Network, ...], user_header: str) -> None:
        self._app, self._trusted = app, trusted
        self._user_header = "HTTP_" + user_header.upper().replace("-", "_")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.rewrite(environ)
        return self._app(environ, start_response)

    def rewrite(self, environ: WSGIEnvironment) -> None:
        """In place; what servers or clients wrote under our own names is gone too."""
        told = {name: environ.pop(name) for name in ABOUT_CLIENT if name in environ}
        user = environ.pop(self._user_header, "")
        environ[USER], environ[FORWARDED], environ["wsgi.url_scheme"] = "", False, "http"
        peer = address(environ.get("REMOTE_ADDR", ""))
        if peer is None or not self._trusts(peer):
            environ[FORWARDED] = bool(told)
            return
        environ[USER], environ[FORWARDED] = named(user), True  # also where it tells nothing of its client
        if told.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower() == "https":
            environ["wsgi.url_scheme"] = "https"
        environ["REMOTE_ADDR"] = str(self._client(peer, told.get("HTTP_X_FORWARDED_FOR", "")))

    def _client(self, peer: Address, chain: str) -> Address:
        """From the right: the first that is no proxy of ours. What stands left of it, anybody may have written."""
        client = peer
        for part in reversed(chain.split(",")[-HOPS:]):
            hop = address(part)
            if hop is None:
                return client
            client = hop
            if not self._trusts(hop):
                return client
        return client

    def _trusts(self, peer: Address) -> bool:
        return any(peer in network for network in self._trusted if network.version == peer.version)


@lru_cache(maxsize=4_096)
def address(text: str) -> Address | None:
    """Of ``1.2.3.4``, ``1.2.3.4:5``, ``[::1]:5`` or ``::1``; an IPv4 address in IPv6's clothes is IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def named(header: str) -> str:
    """The user, or "" for what cannot be one name: nothing, two headers joined by a comma, control characters."""
    name = header.strip()
    return name if len(name) <= LONGEST_USER and name.isprintable() and "," not in name else ""
