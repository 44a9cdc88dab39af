"""Who a visitor is: found by a token, a signed cookie, a trusted proxy's word, or because nobody is asked.

Says nothing of what they may open (``gate``) and remembers tokens for a moment only: one that is revoked
is refused by every process within ``REMEMBERED`` seconds.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kb.access.audit import AuditLog
from kb.access.tokens import SCOPES, Scope, Token, matches, parts
from web.access.keys import sign, signed

log = logging.getLogger("web.gate")

REMEMBERED = 2.0  # seconds
MOST = 10_000  # tokens remembered
FOR_PEOPLE: tuple[Scope, ...] = ("read", "export")
SESSION = re.compile(r"([a-z2-7]{8})\.([0-9]{10})\.([0-9a-f]{64})")

Find = Callable[[str], Token | None]


class Forged(Exception):
    """A cookie that nobody got from us."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """``key`` is what their requests are counted under; ``session`` the cookie of a browser that signed in."""

    kind: Literal["local", "anyone", "token", "user"]
    key: str
    scopes: tuple[Scope, ...]
    session: str = ""

    @property
    def known(self) -> bool:
        return self.kind != "anyone"


def local(address: str) -> Visitor:
    return Visitor("local", address, SCOPES)


def anyone(address: str) -> Visitor:
    return Visitor("anyone", address, FOR_PEOPLE)


def proxied(user: str) -> Visitor:
    return Visitor("user", f"user:{user}", FOR_PEOPLE)


class Tokens:
    """The tokens of the knowledge base as the web sees them: read, compared, noted once a day."""

    def __init__(self, find: Find, audit: AuditLog) -> None:
        self._find, self._audit = find, audit
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[float, Token]] = {}
        self._noted: dict[str, dt.date] = {}

    def by_text(self, text: str) -> Visitor | None:
        """The visitor that a token as sent stands for, or None where it does not open."""
        given = parts(text)
        token = self._token(given[0]) if given else None
        if given is None or not matches(token, given[1]) or token is None or not token.valid(_now()):
            return None
        self._note(token)
        return Visitor("token", f"token:{token.id}", token.scopes)

    def by_session(self, cookie: str, key: bytes, hours: int) -> Visitor | None:
        """None for one of ours that has ended. Raises Forged for one that we did not make."""
        found = SESSION.fullmatch(cookie)
        if not found:
            raise Forged
        ident, issued, mac = found.groups()
        token = self._token(ident)
        if token is None or not signed(key, mac, *_words(token, issued)):
            raise Forged
        age = _now().timestamp() - int(issued)
        if not -60 <= age <= hours * 3600 or not token.valid(_now()):
            return None
        self._note(token)
        scopes = tuple(scope for scope in token.scopes if scope in FOR_PEOPLE)
        return Visitor("token", f"token:{token.id}", scopes, cookie)

    def session(self, text: str, key: bytes) -> str:
        """A cookie for a token that ``by_text`` has taken."""
        given = parts(text)
        token = self._token(given[0]) if given else None
        assert token is not None
        issued = str(int(_now().timestamp()))
        return f"{token.id}.{issued}.{sign(key, *_words(token, issued))}"

    def _token(self, ident: str) -> Token | None:
        moment = time.monotonic()
        seen = self._seen.get(ident)
        if seen is not None and moment - seen[0] < REMEMBERED:
            return seen[1]
        token = self._find(ident)
        with self._lock:
            if len(self._seen) >= MOST:
                self._seen.clear()
            if token is not None:
                self._seen[ident] = (moment, token)
            else:
                self._seen.pop(ident, None)
        return token

    def _note(self, token: Token) -> None:
        """The day of its last use goes to the audit log: the web writes nothing to the database."""
        today = _now().date()
        with self._lock:
            known = self._noted.get(token.id) == today
            self._noted[token.id] = today
        if known:
            return
        try:
            self._audit.record("token used", token=token.id, name=token.name)
        except OSError as error:
            log.warning("토큰 %s의 사용을 기록하지 못했습니다: %s", token.id, error)


def _words(token: Token, issued: str) -> tuple[str, ...]:
    """With the hash of the secret, so that no session outlives its token."""
    return ("session", token.id, issued, token.digest.hex())


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
