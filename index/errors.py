"""What can go wrong in search.

* SearchError
  - NoLiveBuild      nothing has been built yet, or the pointer leads nowhere
  - WriterBusy       another process writes or builds; retryable
  - BuildRefused     a build is not sealed, not complete or of another analysis; it is not promoted
  - IndexBroken      the files of a build cannot be read
  - Unsupported      this engine cannot do what was asked
  - DictionaryError  a word list is wrong; names file and line
"""

from __future__ import annotations


class SearchError(Exception):
    """Base of all. ``retryable``: the same call may succeed a moment later."""

    retryable = False


class NoLiveBuild(SearchError):
    pass


class WriterBusy(SearchError):
    retryable = True


class BuildRefused(SearchError):
    pass


class IndexBroken(SearchError):
    pass


class Unsupported(SearchError):
    pass


class DictionaryError(SearchError):
    pass
