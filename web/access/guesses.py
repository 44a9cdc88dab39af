"""Tokens that do not open: how many an address may try, and that the audit log hears of it."""

from __future__ import annotations

import logging
import sqlite3
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from kb.access.audit import AuditLog
from kb.access.tokens import parts
from web.refusals import TooMany

log = logging.getLogger("web.gate")

ALLOWED = RateLimitItemPerMinute(20)
TOLD = RateLimitItemPerMinute(1)  # lines of the log about an address
TOLD_IN_ALL = RateLimitItemPerMinute(30)  # lines a process writes: nobody fills the disk with guesses
KIND = "guess"


class Guesses:
    """With 160 random bits nobody guesses a token; this keeps whoever tries from costing anything."""

    def __init__(self, storage: Storage | None, audit: AuditLog) -> None:
        """Without storage they are told and not limited."""
        self._shared = FixedWindowRateLimiter(storage) if storage is not None else None
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._audit = audit

    def count(self, address: str, text: str) -> None:
        """Raises TooMany for who tries too often. A token that opens is never asked: colleagues share addresses.

        Of what was tried the log keeps the public part, where it has one.
        """
        if self._own.hit(TOLD, address) and self._own.hit(TOLD_IN_ALL, KIND):
            self._tell(address, parts(text))
        if self._shared is not None and not self._within(self._shared, address):
            raise TooMany(round(self._shared.get_window_stats(ALLOWED, KIND, address).reset_time - time.time()))

    def _within(self, shared: FixedWindowRateLimiter, address: str) -> bool:
        try:
            return shared.hit(ALLOWED, KIND, address)
        except sqlite3.Error as error:
            log.warning("틀린 토큰을 세지 못했습니다: %s", error)
            return True

    def _tell(self, address: str, tried: tuple[str, str] | None) -> None:
        try:
            self._audit.record("sign-in refused", address=address, token=tried[0] if tried else None)
        except OSError as error:
            log.warning("%s에서 온 로그인의 거절을 기록하지 못했습니다: %s", address, error)
