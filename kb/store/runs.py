"""The record of runs: what each ingestion saw, and what it could not read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from kb.store import tables as t
from kb.views import RunView

KEPT_FAILURES_A_RUN = 10_000


def begin_run(session: Session, source: str, folder: str) -> int:
    run = t.Run(source=source, folder=folder, started_at=dt.datetime.now(dt.UTC), counts={})
    session.add(run)
    session.flush()  # the number is needed at once
    return run.id


def end_run(session: Session, run: int, counts: Mapping[str, int], failed: Iterable[tuple[str, str]]) -> None:
    session.execute(
        update(t.Run).where(t.Run.id == run).values(finished_at=dt.datetime.now(dt.UTC), counts=dict(counts))
    )
    rows = [{"run_id": run, "path": path, "reason": reason} for path, reason in failed][:KEPT_FAILURES_A_RUN]
    if rows:
        session.execute(insert(t.Failure), rows)


def last_runs(session: Session, limit: int = 5) -> tuple[RunView, ...]:
    """Newest first, each with its failures."""
    runs = session.scalars(select(t.Run).order_by(t.Run.id.desc()).limit(limit)).all()
    views = []
    for run in runs:
        failures = session.execute(
            select(t.Failure.path, t.Failure.reason).where(t.Failure.run_id == run.id).order_by(t.Failure.id).limit(200)
        )
        times = utc(run.started_at), utc(run.finished_at) if run.finished_at else None
        views.append(RunView(run.source, run.folder, *times, run.counts, tuple(failures)))
    return tuple(views)


def utc(moment: dt.datetime) -> dt.datetime:
    """SQLite keeps no offset: what comes back without one was written in UTC."""
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
