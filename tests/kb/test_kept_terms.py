"""Index terms are kept with each post: an index is made from them, and they never say what the post does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from index.builds import BuildManifest
from index.errors import SearchError
from kb.knowledge import KnowledgeBase
from kb.search import sync
from kb.store import tables as t
from kb.views import SearchParams
from tests.kb.conftest import WritePost


def found(base: KnowledgeBase, q: str) -> set[str]:
    return {hit.post for hit in base.search(SearchParams(q=q, per_page=100)).hits}


def kept(base: KnowledgeBase) -> dict[int, bytes]:
    with base._database.session() as session:
        return dict(session.execute(select(t.TermsRow.post_id, t.TermsRow.terms)).all())


@pytest.fixture
def two_posts(base: KnowledgeBase, folder: Path, write: WritePost) -> KnowledgeBase:
    write("2024-07-01-1.md", "우회수출 단속", "관세청은 우회수출을 단속한다고 밝혔다. 문의 044-203-4832")
    write("2024-07-02-2.md", "날씨 소식", "내일은 맑다.")
    base.ingest([folder])
    return base


def test_reading_keeps_terms_and_removal_takes_them(two_posts: KnowledgeBase, folder: Path) -> None:
    assert len(kept(two_posts)) == 2
    (folder / "2024-07-02-2.md").unlink()
    two_posts.ingest([folder])
    assert len(kept(two_posts)) == 1


def test_a_reindex_reads_kept_terms_and_no_morphemes(two_posts: KnowledgeBase) -> None:
    with two_posts._database.writing() as session:
        session.execute(update(t.AnalysisRow).values(morphemes=b"no morphemes"))
    assert two_posts.reindex().documents == 2
    with two_posts._engine.open_reader() as reader:
        assert reader.doc_freq("body", "0442034832") == 1 and reader.doc_freq("gram", "우회") == 1


@pytest.mark.parametrize("change", [{"fingerprint": "older"}, {"content_hash": "of another text"}])
def test_terms_of_another_analysis_or_text_are_made_anew(two_posts: KnowledgeBase, change: dict[str, str]) -> None:
    before = kept(two_posts)
    with two_posts._database.writing() as session:
        session.execute(update(t.TermsRow).values(terms=b"not to be read", **change))
    two_posts.reindex()
    assert found(two_posts, "우회수출") == {"site/2024-07-01-1"}
    assert kept(two_posts) == before


def test_a_database_from_before_is_filled_in_once(two_posts: KnowledgeBase) -> None:
    before = kept(two_posts)
    with two_posts._database.writing() as session:
        session.query(t.TermsRow).delete()
    two_posts.reindex()
    assert kept(two_posts) == before
    assert found(two_posts, "우회수출") == {"site/2024-07-01-1"}


def test_terms_are_not_kept_for_a_post_that_has_changed(two_posts: KnowledgeBase) -> None:
    from kb.store import writes

    first, second = kept(two_posts)
    with two_posts._database.writing() as session:
        hashes = dict(session.execute(select(t.PostRow.id, t.PostRow.content_hash)).all())
        rows = [(first, "another", b"old"), (second, hashes[second], b"new"), (second + 99, "gone", b"lost")]
        writes.keep_terms(session, rows, "f")
    assert kept(two_posts) == {second: b"new"}


def test_the_index_grows_while_posts_are_read(
    base: KnowledgeBase, folder: Path, write: WritePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the last post there is nothing left to put in; a killed run leaves posts and terms, and no half index."""
    for number in range(1, 6):
        write(f"2024-07-0{number}-{number}.md", f"수출 통제 {number}", "전략물자 수출을 통제한다.")
    monkeypatch.setattr("kb.pipeline.BATCH", 2)
    left: list[int] = []
    finish = sync.IndexSync._finish

    def counting(self: sync.IndexSync, build: sync.Rebuild, feed: sync._Feed) -> BuildManifest:
        left.append(feed.replay(build.writer))
        if len(left) == 1:
            raise KeyboardInterrupt
        return finish(self, build, feed)

    monkeypatch.setattr(sync.IndexSync, "_finish", counting)
    with pytest.raises(KeyboardInterrupt):
        base.ingest([folder])
    assert left == [0] and not base._engine.builds()
    write("2024-07-06-6.md", "수출 통제 6", "전략물자 수출을 통제한다.")
    base.ingest([folder])
    assert left == [0, 0]
    assert base.check().ok and len(found(base, "전략물자")) == 6
    with base._database.session() as session:
        assert session.scalar(select(func.count()).select_from(t.Change)) == 0


def test_trouble_with_the_index_does_not_stop_reading(
    base: KnowledgeBase, folder: Path, write: WritePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("2024-07-01-1.md", "우회수출 단속", "관세청은 우회수출을 단속한다고 밝혔다.")
    follow, times = sync._Feed.replay, iter(range(100))

    def failing(self: sync._Feed, writer: object) -> int:
        if next(times) == 0:
            raise SearchError("the disk is full")
        return follow(self, writer)  # type: ignore[arg-type] # handed on as it came

    monkeypatch.setattr(sync._Feed, "replay", failing)
    assert base.ingest([folder]).added == 1
    assert found(base, "우회수출") == {"site/2024-07-01-1"}
