"""One open reader for many threads, replaced when the index changes.

Opening a reader costs far more than a search, so a process keeps one. At each lease the engine's
``state`` (a few file-system calls) says whether it is still the latest. Where the index on disk is damaged
under it, the reader that is open goes on answering.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from index.engines.base import Engine, Reader
from index.errors import IndexBroken, SearchError
from index.stages import staged

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Lease:
    reader: Reader
    state: Hashable
    users: int = 0
    retired: bool = False


class SharedReader:
    """Hands the latest reader to each request; an old one is closed when its last search is done."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._current: _Lease | None = None
        self.opened = 0  # how often a reader was opened
        self._told = ""  # the trouble that was last logged: once, not once a request

    @contextmanager
    def lease(self) -> Iterator[Reader]:
        """A reader on the live build as it is now. Raises ``NoLiveBuild`` and ``IndexBroken``."""
        try:
            lease = self._take()
        except (SearchError, OSError) as problem:
            lease = self._keep(problem)
        try:
            yield lease.reader
        finally:
            self._give_back(lease)

    def close(self) -> None:
        """Closes the reader when its last user is done; the next lease opens another."""
        self._replace(None)

    @staged("reader")
    def _take(self) -> _Lease:
        state = self.engine.state()
        found = self._claim(state)
        if found is not None:
            return found
        with self._opening:  # one thread opens, the others wait for it
            state = self.engine.state()
            found = self._claim(state)
            if found is not None:
                return found
            # The state is read before the reader is opened: a commit in between is seen at the next lease.
            fresh = _Lease(self.engine.open_reader(), state, users=1)
            self.opened += 1
            self._replace(fresh)
            return fresh

    def _keep(self, problem: SearchError | OSError) -> _Lease:
        """What has been open so far, whatever happened on disk."""
        with self._lock:
            current = self._current
            if current is not None:
                current.users += 1
        if current is None:
            raise problem if isinstance(problem, SearchError) else IndexBroken(str(problem)) from problem
        if self._told != str(problem):
            self._told = str(problem)
            log.error("the index on disk cannot be opened, build %s goes on: %s", current.reader.build, problem)
        return current

    def _claim(self, state: Hashable) -> _Lease | None:
        with self._lock:
            current = self._current
            if current is None or current.state != state:
                return None
            current.users += 1
            return current

    def _replace(self, fresh: _Lease | None) -> None:
        with self._lock:
            old, self._current = self._current, fresh
            if old is None:
                return
            old.retired = True
            idle = old.users == 0
        if idle:
            old.reader.close()

    def _give_back(self, lease: _Lease) -> None:
        with self._lock:
            lease.users -= 1
            last = lease.retired and lease.users == 0
        if last:
            lease.reader.close()
