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

from typing import Literal


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
