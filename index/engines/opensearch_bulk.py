"""Changes on their way to an index: collected, sent in bounded requests, repeated where a node was busy.

The last change of a document wins. What the index refuses for good is reported document by document, after
everything else has been sent.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from index.engines.opensearch_client import BUSY, Json, Remote, line, path_of, pauses
from index.errors import DocumentFailure, DocumentsRefused, EngineUnavailable

OVERHEAD = 200  # bytes of the line that says what to do with a document
FAILURE = 300  # characters of a reason


class Bulk:
    """What has not been sent yet. ``changed``: anything was put in since it was last set to False."""

    def __init__(self, remote: Remote, index: str) -> None:
        self._remote, self._path = remote, path_of(index, "_bulk")
        self._most, self._size_limit = remote.settings.bulk_docs, remote.settings.bulk_bytes
        self._pending: dict[str, tuple[str, bytes | None]] = {}  # own id → the project's id and the document
        self._bytes = 0
        self.changed = False

    @property
    def is_full(self) -> bool:
        return len(self._pending) >= self._most or self._bytes >= self._size_limit

    def put(self, id_: str, own: str, source: Json) -> None:
        self._set(own, (id_, line(source)))

    def remove(self, id_: str, own: str) -> None:
        self._set(own, (id_, None))

    def holds(self, own: str) -> bool | None:
        """Whether the document will be there; nothing when no change of it is pending."""
        found = self._pending.get(own)
        return None if found is None else found[1] is not None

    def send(self) -> None:
        """Raises ``DocumentsRefused``, and ``EngineUnavailable`` when the cluster stays away."""
        failures: list[DocumentFailure] = []
        for part in self._parts():
            failures += self._delivered(part)
        self._pending.clear()
        self._bytes = 0
        if failures:
            raise DocumentsRefused(tuple(failures))

    # --- inside

    def _set(self, own: str, change: tuple[str, bytes | None]) -> None:
        self._bytes += len(change[1] or b"") + OVERHEAD
        self._pending[own] = change
        self.changed = True

    def _parts(self) -> Iterator[list[str]]:
        """Own ids, as many as one request may hold."""
        part: list[str] = []
        size = 0
        for own, (_, source) in self._pending.items():
            more = len(source or b"") + OVERHEAD
            if part and (len(part) >= self._most or size + more > self._size_limit):
                yield part
                part, size = [], 0
            part.append(own)
            size += more
        if part:
            yield part

    def _delivered(self, part: list[str]) -> list[DocumentFailure]:
        """Sends again what a node had no time for; the failures that another try would not mend."""
        failures: list[DocumentFailure] = []
        for pause in (*pauses(self._remote.settings.retries), None):
            items = self._answered(part)
            part = [own for own, told in items if is_passing(told)]
            failures += [self._failure(own, told) for own, told in items if is_final(told)]
            if not part or pause is None:
                break
            time.sleep(pause)
        if part:
            raise EngineUnavailable(f"OpenSearch had no time for {len(part)} documents, such as {part[0]}")
        return failures

    def _answered(self, part: list[str]) -> list[tuple[str, Json]]:
        lines = b"".join(self._lines(own) for own in part)
        answer = self._remote.ask("POST", self._path, lines, filter_path="items.*.status,items.*.error")
        told = [next(iter(item.values())) for item in answer["items"]]
        return list(zip(part, told, strict=True))

    def _lines(self, own: str) -> bytes:
        source = self._pending[own][1]
        return line({"delete": {"_id": own}}) if source is None else line({"index": {"_id": own}}) + source

    def _failure(self, own: str, told: Json) -> DocumentFailure:
        error = told.get("error", {})
        cause = error.get("caused_by") or error
        reason = cause.get("reason") or error.get("reason")
        return DocumentFailure(self._pending[own][0], f"{told['status']} {error.get('type')}: {reason}"[:FAILURE])


def is_passing(told: Json) -> bool:
    return bool(told["status"] == BUSY or told["status"] >= 500)


def is_final(told: Json) -> bool:
    """A document to delete that is not there is 404 without an error."""
    return bool(400 <= told["status"] < 500 and told["status"] != BUSY and "error" in told)
