"""Locks that hold across machines: a document for each, that only one can create.

A lock says until when it holds and is prolonged while its owner lives, so one whose owner was killed ends by
itself. Clocks of the machines may differ by a third of that time.
"""

from __future__ import annotations

import getpass
import os
import socket
import threading
import time
import uuid
from contextlib import suppress
from typing import Self

from index.builds import utc_now
from index.engines.opensearch_client import Json, Refused, Remote, path_of
from index.errors import SearchError, WriterBusy

CONFLICT, GONE = 409, 404
LINES: Json = {"lines": {"type": "object", "enabled": False}}  # kept as it is given, not searched


class Lock:
    """Held from making it until ``release``. Raises ``WriterBusy`` and says who has it."""

    def __init__(self, remote: Remote, name: str, purpose: str) -> None:
        self._remote, self._name, self._purpose = remote, name, purpose
        self._token = uuid.uuid4().hex
        self._seconds = remote.settings.lock_seconds
        self._version: Json = self._created() or self._taken_over()
        self._until = time.monotonic() + self._seconds
        self._turn = threading.Lock()
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name=f"lock {name}", daemon=True)
        self._keeper.start()

    def check(self) -> None:
        """Raises ``SearchError`` when the lock may be another's by now; ask before every write."""
        if time.monotonic() > self._until:
            self._prolong()

    def release(self) -> None:
        if self._over.is_set():
            return
        self._over.set()
        self._keeper.join()
        with suppress(SearchError):  # it ends by itself
            self._remote.ask("DELETE", self._path("_doc"), **self._version)

    # --- inside

    def _created(self) -> Json | None:
        """Its version; nothing when somebody else has the lock."""
        for _ in range(2):
            try:
                return _version(self._remote.ask("PUT", self._path("_create"), self._content()))
            except Refused as error:
                if error.status == GONE:
                    make_index(self._remote)
                elif error.status == CONFLICT:
                    return None
                else:
                    raise
        raise SearchError("the index of locks cannot be made")

    def _taken_over(self) -> Json:
        """The lock when it has run out, or is ours: the answer to a request that was repeated was lost."""
        try:
            found = self._remote.ask("GET", self._path("_doc"))
        except Refused as error:
            raise WriterBusy(f"{self._purpose}: the lock has just been given back") from error
        held = found["_source"]
        if held["token"] == self._token:
            return _version(found)
        if time.time() < held["until"]:
            raise WriterBusy(f"{self._purpose}: the lock is held by {held['owner']}")
        return self._written(_version(found))

    def _written(self, version: Json) -> Json:
        try:
            return _version(self._remote.ask("PUT", self._path("_doc"), self._content(), **version))
        except Refused as error:
            found = self._remote.ask("GET", self._path("_doc"))
            if found["_source"]["token"] != self._token:  # else the first of two tries had been heard
                raise WriterBusy(f"{self._purpose}: another has taken the lock") from error
            return _version(found)

    def _prolong(self) -> None:
        with self._turn:
            begun = time.monotonic()
            self._version = self._written(self._version)
            self._until = begun + self._seconds

    def _keep(self) -> None:
        while not self._over.wait(self._seconds / 3):
            with suppress(SearchError):  # the writer is told by ``check``
                self._prolong()

    def _content(self) -> Json:
        owner = f"{who()}@{socket.gethostname()}, pid {os.getpid()}, {self._purpose}, since {utc_now()}"
        return {"token": self._token, "until": time.time() + self._seconds, "owner": owner}

    def _path(self, action: str) -> str:
        return path_of(self._remote.settings.locks, action, self._name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def make_index(remote: Remote) -> None:
    """The index of locks, where it is not there yet. ``lines`` are those of ``opensearch_log``."""
    settings = {"number_of_shards": 1, "auto_expand_replicas": "0-2"}  # without it nothing can be written
    fields = {"token": {"type": "keyword"}, "until": {"type": "double"}, "owner": {"type": "keyword"}, **LINES}
    body = {"settings": settings, "mappings": {"dynamic": "strict", "properties": fields}}
    try:
        remote.ask("PUT", path_of(remote.settings.locks), body)
    except Refused as error:
        if error.kind != "resource_already_exists_exception":
            raise


def _version(answer: Json) -> Json:
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}


def who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return f"uid {os.getuid()}"
