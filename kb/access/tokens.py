"""Access tokens as values: how one is made, written down, read back and compared.

A token is ``kb_<id>_<secret>``. The id is public: it names the row, stands in lists and logs. The secret is
160 random bits, shown once and kept as its SHA-256: with that much chance in it a slow hash adds nothing,
and every request pays for one. This module knows neither the database nor the web.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from kb.errors import UsageError

Scope: TypeAlias = Literal["read", "export", "metrics"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
SCOPE_NAMES: dict[Scope, str] = {
    "read": "글과 목록 보기, 검색, API, 피드",
    "export": "목록 전체를 파일로 내려받기",
    "metrics": "/metrics 읽기",
}

ID_BYTES, SECRET_BYTES = 5, 20  # 8 and 32 letters
SHAPE = re.compile(r"kb_([a-z2-7]{8})_([a-z2-7]{32})")
LONGEST = 100  # no header or form value beyond this is looked at
NAME_LIMIT = 80
SPAN = re.compile(r"([1-9][0-9]{0,4})([dwmy])")
DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
NOBODY = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept. ``digest`` is the SHA-256 of the secret."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: dt.datetime
    expires_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None
    digest: bytes = field(default=b"", repr=False)

    def state(self, now: dt.datetime) -> Literal["valid", "expired", "revoked"]:
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "valid"

    def valid(self, now: dt.datetime) -> bool:
        return self.state(now) == "valid"


def mint(name: str, scopes: Iterable[str], expires_at: dt.datetime | None, now: dt.datetime) -> tuple[Token, str]:
    """A new token, and its text, which exists nowhere else. Raises UsageError."""
    ident, secret = _letters(ID_BYTES), _letters(SECRET_BYTES)
    token = Token(ident, read_name(name), read_scopes(scopes), now, expires_at, digest=digest_of(secret))
    return token, f"kb_{ident}_{secret}"


def _letters(count: int) -> str:
    return base64.b32encode(secrets.token_bytes(count)).decode().lower()


def digest_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def parts(text: str) -> tuple[str, str] | None:
    """(id, secret) of what somebody sent, or None where it cannot be a token."""
    found = SHAPE.fullmatch(text) if len(text) <= LONGEST else None
    return (found[1], found[2]) if found else None


def matches(token: Token | None, secret: str) -> bool:
    """In the same time whether the token is there, and wherever the secret differs."""
    kept = token.digest if token is not None else NOBODY
    return hmac.compare_digest(kept, digest_of(secret)) and token is not None


def read_name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > NAME_LIMIT or not name.isprintable():
        raise UsageError(f"토큰의 이름은 1자에서 {NAME_LIMIT}자까지입니다. 누가 어디에 쓰는지 적으십시오.")
    return name


def read_scopes(given: Iterable[str]) -> tuple[Scope, ...]:
    """In the order of ``SCOPES``; none given means ``read``."""
    wanted = set(given) or {"read"}
    if unknown := sorted(wanted - set(SCOPES)):
        raise UsageError(f"'{unknown[0]}'이라는 범위는 없습니다. 쓸 수 있는 것: {', '.join(SCOPES)}")
    return tuple(scope for scope in SCOPES if scope in wanted)


def read_expiry(text: str, now: dt.datetime) -> dt.datetime | None:
    """``90d``, ``12w``, ``6m``, ``1y``, a day (to its end, in the zone of this machine) or ``never``."""
    if text == "never":
        return None
    if span := SPAN.fullmatch(text):
        return _after(now, int(span[1]) * DAYS[span[2]], text)
    try:
        day = dt.date.fromisoformat(text)
        end = dt.datetime.combine(day, dt.time.max, now.astimezone().tzinfo).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"만료 '{text}'을(를) 읽을 수 없습니다. 90d, 6m, 1y, 2027-03-31, never처럼 쓰십시오."
        ) from error
    if end <= now:
        raise UsageError(f"만료 {text}은(는) 이미 지난 날입니다.")
    return end.replace(microsecond=0)


def _after(now: dt.datetime, days: int, text: str) -> dt.datetime:
    try:
        return (now + dt.timedelta(days=days)).replace(microsecond=0)
    except OverflowError as error:
        raise UsageError(f"만료 '{text}'은(는) 달력을 벗어납니다.") from error
