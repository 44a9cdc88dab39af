"""How an OpenSearch cluster is reached and used: one frozen value, from the process's settings to the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OpenSearchSettings:
    """``prefix`` begins the name of every index and alias, so several knowledge bases can share a cluster.

    ``bulk_docs`` and ``bulk_bytes`` bound one request of an indexing run, ``timeout`` (seconds) one request of
    any kind. A request that finds no node is repeated ``retries`` times, each pause twice the one before.
    ``lock_seconds`` is how long the lock of a process that was killed still holds.
    """

    urls: tuple[str, ...] = ("http://127.0.0.1:9200",)
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    prefix: str = "trade-control-kb"
    shards: int = 1
    replicas: int = 1
    refresh: str = "-1"
    bulk_docs: int = 500
    bulk_bytes: int = 8_000_000
    timeout: float = 30.0
    retries: int = 8
    lock_seconds: float = 30.0
    locks_index: str = ""
    """Where locks are kept; ``<prefix>.locks`` when it is empty."""

    @property
    def locks(self) -> str:
        return self.locks_index or f"{self.prefix}.locks"
