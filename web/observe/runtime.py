"""What happens around each request: its id, its line in the access log, its place in the metrics."""

from __future__ import annotations

import logging
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from flask import Flask, Response, g, request

from index.errors import WriterBusy
from index.filestore import FileLock
from kb.logs import REQUEST
from web.observe.metrics import FOLDER, Metrics

log = logging.getLogger("web.access")

PREFIX, LOCK = "kb-metrics-", "serving.lock"
LEFT_SECONDS = 60  # a folder that has just been made is not locked yet
HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
NO_ROUTE = "none"  # of addresses that are nothing: as they were typed they would be a label each


def request_id() -> str:
    """The one that a proxy gave, where it cannot be mistaken for anything else; a new one otherwise."""
    given = request.headers.get(HEADER, "")
    return given if WELL_FORMED.fullmatch(given) else secrets.token_hex(6)


def begin() -> None:
    g.request_id = request_id()
    g.began = time.perf_counter()
    REQUEST.set(g.request_id)


def register(app: Flask, metrics: Metrics, slow_ms: int) -> None:
    def finish(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else NO_ROUTE
        line = partial(_told, metrics, slow_ms, route, g.began, _facts(route, response))
        if response.is_streamed and not response.direct_passthrough:
            response.call_on_close(line)  # a list of thousands is answered when its last row has gone
        else:
            line()
        return response

    app.before_request(begin)
    app.after_request(finish)


def _facts(route: str, response: Response) -> dict[str, str | int]:
    """What the log keeps of a request. What was asked for is kept of slow ones alone, under ``asked``."""
    return {
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "client": request.remote_addr or "-",
        "asked": request.full_path.rstrip("?"),
    }


def _told(metrics: Metrics, slow_ms: int, route: str, began: float, facts: dict[str, str | int]) -> None:
    seconds = time.perf_counter() - began
    metrics.answered(route, int(facts["status"]), seconds)
    slow = seconds * 1000 >= slow_ms > 0
    level = logging.WARNING if slow else logging.INFO
    if not log.isEnabledFor(level):
        return
    asked = facts.pop("asked")
    if slow:
        facts["slow"] = asked
    ms = round(seconds * 1000, 1)
    words = f"{facts['method']} {asked if slow else route} {facts['status']} {ms} ms {facts['client']}"
    log.log(level, "느린 요청 %s" if slow else "%s", words, extra={**facts, "ms": ms})


@contextmanager
def shared_between(processes: int) -> Iterator[None]:
    """Where several processes put their figures together: a folder that is gone when the last has ended."""
    if processes <= 1:
        yield
        return
    _sweep(Path(tempfile.gettempdir()))
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder,
        FileLock(Path(folder) / LOCK, "kb serve"),  # which the processes that are forked hold, too
    ):
        os.environ[FOLDER] = folder  # how the library is told; read when it is loaded, after the fork
        try:
            yield
        finally:
            del os.environ[FOLDER]


def _sweep(folder: Path) -> None:
    """What servers that were killed have left; never that of one that runs, nor what another user laid there."""
    for left in folder.glob(f"{PREFIX}*"):
        with suppress(OSError, WriterBusy):
            found = left.lstat()  # a link of this name leads elsewhere
            ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
            if ours and time.time() - found.st_mtime > LEFT_SECONDS and (left / LOCK).is_file():
                with FileLock(left / LOCK, "sweep"):
                    shutil.rmtree(left, ignore_errors=True)
