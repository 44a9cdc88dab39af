"""Sites with access control for the tests: one application a way in, over the session's knowledge base."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from kb.access.tokens import mint
from kb.knowledge import KnowledgeBase

HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Site:
    """An application and what makes tokens for it. ``data`` is its own: counters and the log are not shared."""

    app: Flask
    knowledge: KnowledgeBase
    data: Path

    def token(self, *scopes: str, expires_in: dt.timedelta | None = HOUR) -> str:
        now = dt.datetime.now(dt.UTC)
        made, text = mint("시험", scopes or ("read", "export"), now + expires_in if expires_in else None, now)
        self.knowledge.tokens.add(made)
        return text

    def client(self, token: str | None = None, **headers: str) -> FlaskClient:
        client = self.app.test_client()
        if token is not None:
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        for name, value in headers.items():
            client.environ_base[f"HTTP_{name.upper()}"] = value
        return client


Make = Callable[..., Site]
