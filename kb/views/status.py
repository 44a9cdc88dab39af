"""The state of the base."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from kb.views.common import Json


@dataclass(frozen=True, slots=True)
class RunView:
    source: str
    folder: str
    started: dt.datetime
    finished: dt.datetime | None
    counts: Mapping[str, int]
    failures: tuple[tuple[str, str], ...]  # path, reason


@dataclass(frozen=True, slots=True)
class Pulse:
    """Whether a search can be answered and how stale the answer would be, without counting anything large.

    ``advice`` says in Korean what to do when it cannot. ``lag`` is None when the database cannot be asked.
    """

    ready: bool
    advice: str
    lag: int | None
    build: str | None
    built: dt.datetime | None


@dataclass(frozen=True, slots=True)
class StatusView:
    """``lag`` is the number of changes the index has not followed yet; sizes are bytes.

    ``built`` is when the live build was made; ``outbox`` the changes that any index still waits for.
    """

    posts: int
    first: dt.date | None
    last: dt.date | None
    sources: tuple[tuple[str, int], ...]
    entities: Mapping[str, int]
    engine: str
    build: str | None
    indexed: int
    lag: int
    database_bytes: int
    index_bytes: int
    runs: tuple[RunView, ...]
    built: dt.datetime | None = None
    outbox: int = 0

    def to_json(self) -> dict[str, Json]:
        return {
            "posts": self.posts,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "sources": dict(self.sources),
            "entities": dict(self.entities),
            "engine": self.engine,
            "build": self.build,
            "indexed": self.indexed,
            "lag": self.lag,
            "built": self.built.isoformat() if self.built else None,
            "outbox": self.outbox,
            "database_bytes": self.database_bytes,
            "index_bytes": self.index_bytes,
            "runs": [
                {
                    "source": r.source,
                    "started": r.started.isoformat(),
                    "finished": r.finished.isoformat() if r.finished else None,
                    "counts": dict(r.counts),
                    "failed": [{"path": path, "reason": reason} for path, reason in r.failures],
                }
                for r in self.runs
            ],
        }
