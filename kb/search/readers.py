"""One open reader for all requests, renewed when the index has moved on."""

from __future__ import annotations

import threading
from collections.abc import Hashable

from index.engines.base import Engine, Reader


class ReaderCache:
    """A reader is a snapshot: requests that still hold the old one finish on it, then it is let go."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._state: Hashable = None
        self._reader: Reader | None = None

    def get(self) -> Reader:
        """The newest reader. Raises NoLiveBuild. Costs a few ``stat`` calls when nothing has changed."""
        state = self._engine.state()
        with self._lock:
            if self._reader is None or state != self._state:
                self._reader = self._engine.open_reader()
                self._state = state
            return self._reader

    def close(self) -> None:
        with self._lock:
            reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()
