"""What can go wrong in the knowledge base.

* KbError
  - UsageError        the call is wrong: a folder that is not there, an unknown filter value
  - DataError         reviewed data in data/ is wrong; names file and line
  - PostUnreadable    one post cannot be read; the run goes on
  - NotFound          no such post or entity
  - StoreError        the database cannot be used as it is
  - Busy              another process holds the writer; try again
"""

from __future__ import annotations

import errno
from typing import Literal

_OS_REASONS = {
    errno.EACCES: "권한이 없습니다",
    errno.EPERM: "권한이 없습니다",
    errno.EROFS: "읽기 전용입니다",
    errno.ENOSPC: "디스크가 가득 찼습니다",
    errno.EDQUOT: "디스크 할당량을 다 썼습니다",
    errno.EFBIG: "파일 크기의 한도를 넘었습니다",
    errno.EIO: "디스크에서 오류가 났습니다",
    errno.ENOENT: "없습니다",
    errno.ENOTDIR: "폴더가 아닙니다",
    errno.EISDIR: "폴더입니다",
    errno.ENAMETOOLONG: "이름이 너무 깁니다",
    errno.EMFILE: "열린 파일이 너무 많습니다",
    errno.EADDRINUSE: "다른 프로그램이 이미 쓰고 있습니다",
    errno.EADDRNOTAVAIL: "이 컴퓨터의 주소가 아닙니다",
}


def os_reason(error: OSError) -> str:
    """What the operating system objects to, in Korean where it is common."""
    return _OS_REASONS.get(error.errno or 0, error.strerror or str(error))


class KbError(Exception):
    """Base of all; the message is in Korean and fit to be shown to a user."""


class UsageError(KbError):
    pass


class DataError(KbError):
    """``where`` is ``file:line``."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


Cause = Literal["content", "access", "gone"]


class PostUnreadable(KbError):
    """``reason`` tells a person what is wrong and what to do.

    ``cause``: what the file holds is no post; it could not be opened just now; it vanished meanwhile.
    """

    def __init__(self, path: str, reason: str, cause: Cause = "content") -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.cause = cause


class NotFound(KbError):
    pass


class StoreError(KbError):
    pass


class Busy(KbError):
    pass


class RunHeld(Busy):
    """Another writes posts, on whichever machine: ``holder`` says who; it is empty when that one was just gone."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"다른 작업이 글을 쓰는 중입니다 ({holder or '방금 끝났습니다'}). 끝난 뒤 다시 실행하십시오.")
        self.holder = holder
