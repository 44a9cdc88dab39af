"""What can go wrong in search.

* SearchError
  - NoLiveBuild      nothing has been built yet, or the pointer leads nowhere
  - WriterBusy       another process writes or builds; retryable
  - BuildRefused     a build is not sealed, not complete or of another analysis; it is not promoted
    - NoEarlierBuild   there is nothing to roll back to
  - IndexBroken      the files of a build cannot be read
  - IndexUntrusted   somebody else may have written what would be opened as code
  - SearchTooSlow    a search was given up after the time it may take
  - Unsupported      this engine cannot do what was asked
    - MissingLibrary   an engine is there, but not what it needs
  - EngineUnavailable  the server of an engine does not answer; retryable
  - DocumentsRefused   an engine's server refused documents; says which and why
  - DictionaryError  a word list is wrong; names file and line
"""

from __future__ import annotations

from dataclasses import dataclass


class SearchError(Exception):
    """Base of all. ``retryable``: the same call may succeed a moment later."""

    retryable = False


class NoLiveBuild(SearchError):
    pass


class WriterBusy(SearchError):
    retryable = True


class BuildRefused(SearchError):
    pass


class NoEarlierBuild(BuildRefused):
    pass


class IndexBroken(SearchError):
    pass


class IndexUntrusted(SearchError):
    pass


class SearchTooSlow(SearchError):
    pass


class Unsupported(SearchError):
    pass


class MissingLibrary(Unsupported):
    def __init__(self, engine: str, module: str, extra: str) -> None:
        hint = f'; install the extra "{extra}"' if extra else ""
        super().__init__(f"engine {engine!r} needs the module {module!r}, which is missing{hint}")
        self.engine, self.module = engine, module


class EngineUnavailable(SearchError):
    retryable = True


@dataclass(frozen=True, slots=True)
class DocumentFailure:
    id: str
    reason: str


class DocumentsRefused(SearchError):
    def __init__(self, failures: tuple[DocumentFailure, ...]) -> None:
        told = "; ".join(f"{failure.id}: {failure.reason}" for failure in failures[:5])
        super().__init__(f"{len(failures)} documents were refused: {told}{'; …' if len(failures) > 5 else ''}")
        self.failures = failures


class DictionaryError(SearchError):
    pass
