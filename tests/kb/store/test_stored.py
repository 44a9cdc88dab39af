"""Posts that an older analyzer or older rules read are found, whichever way they differ."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from kb.store import stored, writes
from kb.store import tables as t
from kb.store.database import Database
from tests.kb.store.test_sums import DAYS, identified, read_post

SECOND = select(t.PostRow.id).where(t.PostRow.name == "p1").scalar_subquery()


@pytest.mark.parametrize(
    "change",
    [
        update(t.AnalysisRow).where(t.AnalysisRow.post_id == SECOND).values(fingerprint="0 older"),
        update(t.AnalysisRow).where(t.AnalysisRow.post_id == SECOND).values(fingerprint="z other"),
        update(t.PostRow).where(t.PostRow.id == SECOND).values(extraction=""),
        update(t.PostRow).where(t.PostRow.id == SECOND).values(extraction="z other"),
        delete(t.AnalysisRow).where(t.AnalysisRow.post_id == SECOND),
    ],
)
def test_one_that_differs_is_stale(database: Database, change: object) -> None:
    with database.writing() as session:
        batch = [read_post(f"p{n}", DAYS[0], (n,)) for n in range(3)]
        writes.store_posts(session, writes.source_id(session, "s"), batch, identified)
        assert stored.count_stale(session, "a", "e") == 0
        session.execute(change)  # type: ignore[call-overload] # a statement that writes
        assert stored.count_stale(session, "a", "e") == 1
        assert [post.post.name for post in stored.stale_posts(session, "a", "e")] == ["p1"]
