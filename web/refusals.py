"""Why a visitor is turned away. ``web.errors`` says what each becomes over HTTP; ``headers`` go with the answer."""

from __future__ import annotations

from collections.abc import Mapping

from kb.errors import KbError
from web.language.catalog import noop as n_

REALM = 'Bearer realm="trade-control-kb"'


class Refusal(KbError):
    """Base of all; the message is fit for a user."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.headers = dict(headers or {})


class Unauthorised(Refusal):
    """Nobody we know. ``wrong``: something was shown and it does not open; else nothing was shown."""

    def __init__(self, message: str = n_("접근 토큰이 필요합니다."), wrong: bool = False) -> None:
        error = ', error="invalid_token"' if wrong else ""
        super().__init__(message, {"WWW-Authenticate": REALM + error})
        self.wrong = wrong


class Forbidden(Refusal):
    """Known, and not allowed this. ``scope`` is what a token would need."""

    def __init__(self, message: str, scope: str = "") -> None:
        error = f', error="insufficient_scope", scope="{scope}"'
        super().__init__(message, {"WWW-Authenticate": REALM + error} if scope else None)


class TooMany(Refusal):
    """More than this visitor may ask in a minute."""

    def __init__(self, seconds: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(
            n_("잠깐 사이에 요청이 너무 많았습니다."), {"Retry-After": str(max(1, seconds)), **(headers or {})}
        )


class Crowded(Refusal):
    """As many files are being made as this process makes at once."""

    def __init__(self) -> None:
        super().__init__(n_("다른 파일을 만들고 있어 지금은 내려받을 수 없습니다."), {"Retry-After": "5"})


class BodyRefused(Refusal):
    """A body where none is taken, or a longer one than a form."""

    def __init__(self) -> None:
        super().__init__(n_("이 주소는 내용을 받지 않습니다."))
