"""The cluster that tests share: started by the first that asks, stopped when the session ends.

``KB_TEST_OPENSEARCH`` names the folder of a cluster that runs already (``python -m tests.servers.opensearch``).
"""

from __future__ import annotations

import atexit
import os
import shutil
import uuid
from collections import deque
from functools import cache
from pathlib import Path

import pytest

from index.engines.opensearch_client import Remote
from index.errors import SearchError
from index.opensearch_settings import OpenSearchSettings

from .opensearch import Cluster, NoServer, find_java

GIVEN = os.environ.get("KB_TEST_OPENSEARCH")
REQUIRED = "opensearch" in os.environ.get("KB_TEST_REQUIRE", "").split(",")
LOCKS = "kb-test.locks"
KEPT = 4  # so many of the prefixes last given out keep their indexes

_given_out: deque[str] = deque()


def _lacking() -> str:
    """What this machine lacks; nothing when a cluster can be had."""
    try:
        find_java()
    except NoServer as error:
        return str(error)
    return "" if shutil.which("mvn") else "mvn is not on the path"


LACKING = "" if GIVEN else _lacking()
MARKS = [
    pytest.mark.opensearch,
    pytest.mark.skipif(bool(LACKING) and not REQUIRED, reason=f"opensearch: {LACKING}"),
]


@cache
def shared_cluster() -> Cluster:
    """Three nodes. Tests that stop nodes take a cluster of their own."""
    if GIVEN:
        return Cluster.at(Path(GIVEN))
    cluster = Cluster.start(nodes=3, owner=os.getpid())
    atexit.register(cluster.stop)
    return cluster


def fresh_settings(shards: int = 2, replicas: int = 0) -> OpenSearchSettings:
    """Of an engine that has nothing built yet. Indexes of tests long over are removed."""
    prefix = f"kb-test-{uuid.uuid4().hex[:12]}"
    settings = OpenSearchSettings(
        urls=shared_cluster().addresses, prefix=prefix, shards=shards, replicas=replicas, locks_index=LOCKS
    )
    _given_out.append(prefix)
    while len(_given_out) > KEPT:
        _remove(settings, _given_out.popleft())
    return settings


def _remove(settings: OpenSearchSettings, prefix: str) -> None:
    remote = Remote(settings)
    try:
        remote.ask("DELETE", f"/{prefix}-*", ignore_unavailable=True)
    except SearchError as error:
        raise AssertionError(f"indexes of {prefix} stay behind: {error}") from error
    finally:
        remote.close()
