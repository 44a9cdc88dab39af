"""What was done to the builds of one prefix, and by whom: one document in the index of locks, a line for each deed.

The log is for people. Where it cannot be written the deed stands all the same, and the process's log says so.
"""

from __future__ import annotations

import logging

from index.builds import utc_now
from index.engines.opensearch_client import Json, Refused, Remote, path_of
from index.engines.opensearch_locks import CONFLICT, GONE, LINES, make_index, who
from index.errors import SearchError

log = logging.getLogger(__name__)

KEPT = 1_000  # lines; the oldest go
TRIES = 5
OLD_INDEX = "strict_dynamic_mapping_exception"  # an index of locks made before there was a log

Line = dict[str, str | int]


class BuildLog:
    """``lines`` are oldest first."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._name = f"{remote.settings.prefix}:log"

    def lines(self) -> list[Line]:
        return self._kept()[0]

    def note(self, action: str, build: str, documents: int) -> None:
        line: Line = {"at": utc_now(), "who": who(), "action": action, "build": build, "documents": documents}
        try:
            if not any(self._added(line) for _ in range(TRIES)):
                log.warning("opensearch: %s of %s is not in the log: others write it all the time", action, build)
        except SearchError as error:
            log.warning("opensearch: %s of %s is not in the log: %s", action, build, error)

    # --- inside

    def _kept(self) -> tuple[list[Line], Json | None]:
        """The lines, and the version that they are of; none where nothing was ever noted."""
        try:
            found = self._remote.ask("GET", self._path("_doc"))
        except Refused as error:
            if error.status == GONE:
                return [], None
            raise
        version = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
        return found["_source"].get("lines", []), version

    def _added(self, line: Line) -> bool:
        """False when another has written meanwhile, or the index has first to be made or renewed."""
        lines, version = self._kept()
        content = {"lines": [*lines, line][-KEPT:]}
        try:
            self._remote.ask("PUT", self._path("_doc" if version else "_create"), content, **(version or {}))
        except Refused as error:
            if error.kind == OLD_INDEX:
                self._remote.ask("PUT", path_of(self._remote.settings.locks, "_mapping"), {"properties": LINES})
            elif error.status == GONE:
                make_index(self._remote)
            elif error.status != CONFLICT:
                raise
            return False
        return True

    def _path(self, action: str) -> str:
        return path_of(self._remote.settings.locks, action, self._name)
