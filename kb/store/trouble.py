"""What goes wrong with a database, told so that a person knows what to do. Knows no tables.

SQLite is known by its words, PostgreSQL by its five-letter states: a server speaks its administrator's language.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from kb.errors import Busy, KbError, NotFound, StoreError

SQLITE = {
    "readonly": "쓸 권한이 없습니다. 데이터 폴더의 권한을 확인하십시오. 읽기만 하는 명령은 그대로 됩니다.",
    "full": "디스크가 가득 찼습니다. 자리를 비우고 같은 명령을 다시 실행하면 이어서 합니다.",
    "I/O": "디스크에 쓰거나 읽지 못했습니다. 빈자리와 디스크를 확인하고 다시 실행하십시오.",
    "locked": "다른 작업이 쓰는 중입니다. 잠시 뒤에 다시 실행하십시오.",
    "unable to open": "열 수 없습니다. 데이터 폴더의 권한을 확인하십시오.",
}
BROKEN = (
    "데이터베이스 파일이 깨졌습니다 ({address}: {problem}). "
    "백업을 되돌리거나, 이 데이터 폴더를 옮겨 두고 kb ingest로 다시 읽으십시오."
)
AWAY = "데이터베이스 서버에 연결할 수 없습니다. 서버가 떠 있는지, KB_DATABASE_URL의 주소가 맞는지 확인하십시오."
SLOW = "데이터베이스의 답이 정한 시간(KB_DATABASE_SECONDS)을 넘겼습니다. 조건을 좁혀 다시 시도하십시오."
WAITED = "다른 작업이 데이터베이스에 쓰는 중이라 기다리다가 멈췄습니다. 잠시 뒤에 다시 실행하십시오."

# SQLSTATE, or the two letters of its class; the longer one goes first
POSTGRESQL = {
    "28": "로그인을 거절했습니다. KB_DATABASE_URL의 사용자와 비밀번호를 확인하십시오.",
    "3D": "그 이름의 데이터베이스가 없습니다. docs/operations.md의 PostgreSQL 절대로 먼저 만드십시오.",
    "42501": "권한이 없습니다. 이 사용자에게 표를 쓰고 만들 권한이 있는지 확인하십시오.",
    "25006": "읽기 전용 서버입니다. 쓰는 명령은 원본 서버의 주소로 실행하십시오.",
    "53100": "서버의 디스크가 가득 찼습니다. 자리를 비우고 같은 명령을 다시 실행하면 이어서 합니다.",
    "53300": "서버의 연결 수가 다 찼습니다. max_connections를 늘리거나 KB_DATABASE_POOL을 줄이십시오.",
    "53": "서버의 자원이 모자랍니다. 서버의 메모리와 디스크를 확인하십시오.",
    "XX": "데이터베이스 서버 안의 데이터가 깨졌을 수 있습니다. 서버의 기록을 보고 백업을 되돌리십시오.",
}
# A connection that the server refuses comes without its state; in another language it is only told to be away
REFUSED = {
    "does not exist": "3D",
    "authentication failed": "28",
    "no password supplied": "28",
    "no pg_hba.conf entry": "28",
    "too many clients": "53300",
    "connection slots": "53300",
}
BUSY = {"55P03": WAITED, "57014": SLOW, "40001": WAITED, "40P01": WAITED}
NUL = "cannot contain NUL"  # psycopg's own words; no stored text has one


@contextmanager
def told(address: str) -> Iterator[None]:
    """The database's own errors as the project's; ``address`` must not hold a password."""
    try:
        yield
    except exc.TimeoutError as error:
        raise Busy(
            "데이터베이스 연결이 모두 쓰이고 있습니다. 잠시 뒤에 다시 시도하십시오. (KB_DATABASE_POOL)"
        ) from error
    except exc.DBAPIError as error:
        translated = _translated(error, address)
        if translated is None:
            raise
        raise translated from error


def _translated(error: exc.DBAPIError, address: str) -> KbError | None:
    """None: an error of ours, which no advice to a user would mend."""
    if (error.orig.__class__.__module__ or "").startswith("psycopg"):
        return _of_postgresql(error, address)
    problem = str(error.orig)
    if "malformed" in problem or "not a database" in problem:
        return StoreError(BROKEN.format(address=address, problem=problem))
    if not isinstance(error, exc.OperationalError):
        return None
    advice = next((told for word, told in SQLITE.items() if word in problem), problem)
    return StoreError(f"데이터베이스를 쓸 수 없습니다 ({address}: {problem}): {advice}")


def _of_postgresql(error: exc.DBAPIError, address: str) -> KbError | None:
    state: str = getattr(error.orig, "sqlstate", None) or ""
    if state in BUSY:
        return Busy(BUSY[state])
    problem = " ".join(str(error.orig).split())
    if NUL in problem:
        return NotFound("그런 이름은 없습니다: 이름에 NUL 문자가 있습니다.")
    if not state and isinstance(error, exc.OperationalError):
        state = next((known for words, known in REFUSED.items() if words in problem), "")
    advice = POSTGRESQL.get(state) or POSTGRESQL.get(state[:2])
    if advice is None and _is_away(error, state):
        advice = AWAY
    return StoreError(f"데이터베이스를 쓸 수 없습니다 ({address}: {problem}): {advice}") if advice else None


def _is_away(error: exc.DBAPIError, state: str) -> bool:
    """Connections that fail have no state at all; one that is cut has that of a server shutting down."""
    cut = state[:2] in ("08", "57", "58")
    return cut or (not state and isinstance(error, exc.OperationalError | exc.InterfaceError))
