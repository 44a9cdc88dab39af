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
class StatusView:
    """``lag`` is the number of changes the index has not followed yet; sizes are bytes."""

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
