"""The key that signs sign-ins: random bytes in a file of the data directory, made when it is first needed.

Not in the database: whoever reads a copy of it finds hashes that open nothing, and could otherwise make
sessions from them. Shared by all processes of a machine; machines that share users share the file.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from kb import private
from kb.errors import UsageError, os_reason
from kb.settings import Settings

FILE = "access.key"
BYTES = 32


def secret_key(settings: Settings) -> bytes:
    """Raises UsageError where the key cannot be had, or others may read it."""
    path = settings.secret_file or settings.data_dir / FILE
    try:
        if settings.secret_file is None and not path.exists():
            _make(path)
        mode = stat.S_IMODE(path.stat().st_mode)
        key = path.read_bytes()
    except OSError as error:
        raise UsageError(f"로그인 열쇠 파일 {path}을(를) 쓸 수 없습니다 ({os_reason(error)})") from error
    if os.name == "posix" and mode & 0o077:
        raise UsageError(f"로그인 열쇠 파일 {path}을(를) 다른 사용자가 읽을 수 있습니다. chmod 600 {path}")
    if len(key) < BYTES:
        raise UsageError(f"로그인 열쇠 파일 {path}이(가) {BYTES}바이트보다 짧습니다. 지우면 새로 만듭니다.")
    return key


def _make(path: Path) -> None:
    """Whole or not at all: another process may look at the same moment, and the first one's key stands."""
    private.make_folder(path.parent)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(BYTES))
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def sign(key: bytes, *words: str) -> str:
    """Words cannot run into each other: none of ours holds the character between them."""
    return hmac.new(key, "\x00".join(words).encode(), hashlib.sha256).hexdigest()


def signed(key: bytes, mac: str, *words: str) -> bool:
    return hmac.compare_digest(sign(key, *words).encode(), mac.encode("utf-8", "replace"))
