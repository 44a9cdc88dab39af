"""What becomes of the tokens of a backup: one that was revoked after it was taken must not open again.

Nobody can tell from a backup what was revoked since. So all are revoked, unless the operator knows better; and what
this place knows to be revoked stays so even then.
"""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from pathlib import Path

from kb.access.audit import AuditLog
from kb.errors import KbError
from kb.settings import Settings
from kb.store import snapshot
from kb.store.database import Database
from kb.store.tokens import TokenStore

ALL_REVOKED = (
    "백업에 있던 토큰 {count}개는 폐지했습니다. 백업한 뒤에 폐지한 토큰이 되살아나지 않게 하려는 것입니다. "
    "kb token create로 새로 나누어 주거나, 그런 토큰이 없으면 --keep-tokens로 되돌리십시오."
)
KEPT = "백업에 있던 토큰 {count}개를 그대로 두었습니다. 그 사이에 폐지한 것이 없는지 kb token list로 확인하십시오."
STILL_REVOKED = "이곳에서 이미 폐지한 토큰 {count}개는 폐지한 채로 두었습니다."


def settle(path: Path, *, keep: bool, revoked: frozenset[str]) -> tuple[str, ...]:
    """In the taken-out database at ``path``. Returns what a person is told. ``revoked``: ids known from elsewhere."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    with snapshot.edited(path) as database:
        tokens = TokenStore(database)
        valid = {each.id for each in tokens.all() if each.valid(now)}
        ended = valid & revoked if keep else valid
        for ident in sorted(ended):
            tokens.revoke(ident, now)
    told = (KEPT, STILL_REVOKED) if keep else ("", ALL_REVOKED)
    return tuple(text.format(count=len(some)) for text, some in zip(told, (valid - ended, ended), strict=True) if some)


def known_revoked(settings: Settings) -> frozenset[str]:
    """By the base that is about to be replaced, as far as it can be read, and by the log, which outlives it."""
    return frozenset({*_by_database(settings), *_by_log(AuditLog(settings.data_dir))})


def _by_database(settings: Settings) -> set[str]:
    if settings.database_url is None and not (settings.data_dir / "kb.sqlite3").is_file():
        return set()
    with closing(Database(settings.database)) as database:
        try:
            return {each.id for each in TokenStore(database).all() if each.revoked_at is not None}
        except KbError:  # damaged, or empty: often why somebody restores
            return set()


def _by_log(log: AuditLog) -> set[str]:
    return {str(entry.details.get("ident")) for entry in log.entries() if entry.action == "token revoke"}
