"""From a folder to the knowledge base: what changes, what goes, what cannot be read, what is interrupted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import select, update

from index.errors import WriterBusy
from index.filestore import FileLock
from kb import pipeline
from kb.errors import NotFound, UsageError
from kb.knowledge import KnowledgeBase
from kb.store.tables import PostRow, SourceFile
from kb.views import SearchParams
from tests.kb.conftest import WritePost


def found(base: KnowledgeBase, q: str) -> set[str]:
    return {hit.post for hit in base.search(SearchParams(q=q, per_page=100)).hits}


def test_a_folder_becomes_searchable(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    write("2024-07-01-1.md", "우회수출 단속", "관세청은 우회수출을 단속한다고 밝혔다.")
    write("2024-07-02-2.md", "날씨 소식", "내일은 맑다.")
    report = base.ingest([folder.parent])
    assert (report.seen, report.added, report.failed) == (2, 2, [])
    assert found(base, "우회수출") == {"site/2024-07-01-1"}
    assert base.check().ok


def test_a_second_run_reads_only_what_changed(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    kept = write("2024-07-01-1.md")
    changed = write("2024-07-02-2.md", "예전 제목")
    base.ingest([folder])
    changed.write_text(changed.read_text(encoding="utf-8").replace("예전", "새로운"), encoding="utf-8")
    os.utime(kept, ns=(1, 1))  # a new time, the same content
    report = base.ingest([folder])
    assert (report.seen, report.updated, report.unchanged, report.added) == (2, 1, 1, 0)
    assert base.post("site/2024-07-02-2").title == "새로운 제목"
    assert found(base, "예전") == set()
    again = base.ingest([folder])
    assert (again.unchanged, again.updated) == (2, 0)


def test_posts_whose_files_are_gone_are_removed(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    write("2024-07-01-1.md")
    gone = write("2024-07-02-2.md", "사라질 글", "국세청이 공개한다.")
    base.ingest([folder])
    gone.unlink()
    assert base.ingest([folder]).removed == 1
    with pytest.raises(NotFound):
        base.post("site/2024-07-02-2")
    assert found(base, "사라질") == set()
    assert base.check().ok


def test_only_the_named_folder_loses_posts(base: KnowledgeBase, folder: Path, write: WritePost, tmp_path: Path) -> None:
    write("2024-07-01-1.md")
    other = tmp_path / "other"
    other.mkdir()
    (other / "2024-07-03-3.md").write_text("---\ntitle: 다른 곳\n---\n본문", encoding="utf-8")
    base.ingest([folder], "one")
    base.ingest([other], "one")
    (other / "2024-07-03-3.md").unlink()
    (other / "2024-07-04-4.md").write_text("---\ntitle: 새 글\n---\n본문", encoding="utf-8")
    assert base.ingest([other], "one").removed == 1
    assert base.post("one/2024-07-01-1").title


def test_a_single_file_removes_nothing(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    one, two = write("2024-07-01-1.md"), write("2024-07-02-2.md")
    base.ingest([folder])
    two.unlink()
    report = base.ingest([one])
    assert (report.seen, report.removed) == (1, 0)
    assert base.count_posts() == 2


@pytest.mark.parametrize("make_it_bad", [Path.rmdir, lambda folder: None])
def test_a_missing_or_empty_folder_is_an_error_and_removes_nothing(
    base: KnowledgeBase, folder: Path, write: WritePost, make_it_bad: object
) -> None:
    path = write("2024-07-01-1.md")
    base.ingest([folder])
    path.unlink()
    assert callable(make_it_bad)
    make_it_bad(folder)
    with pytest.raises(UsageError, match=r"비어 있습니다|없습니다"):
        base.ingest([folder])
    assert base.count_posts() == 1


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    write("2024-07-01-1.md")
    (folder / "2024-07-02-binary.md").write_bytes(b"\x00\x01\x02" * 100)
    (folder / "2024-02-31-never.md").write_text("---\ntitle: 없는 날\n---\n본문", encoding="utf-8")
    (folder / "2024-07-03-huge.md").write_bytes(b"---\ntitle: big\n---\n" + b"a" * 50_000_000)
    report = base.ingest([folder])
    assert (report.seen, report.added, len(report.failed)) == (4, 1, 3)
    assert all(reason for _, reason in report.failed)
    again = base.ingest([folder])
    assert (again.unchanged, len(again.failed)) == (1, 3)  # still named, still explained
    assert {path for path, _ in base.status().runs[0].failures} == {path for path, _ in again.failed}


def test_a_post_that_turns_bad_goes_and_is_named(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    path = write("2024-07-01-1.md")
    write("2024-07-02-2.md")
    base.ingest([folder])
    path.write_bytes(b"\x00" * 1000)
    report = base.ingest([folder])
    assert (report.removed, len(report.failed)) == (1, 1)
    assert base.count_posts() == 1


def test_two_posts_of_one_name(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    write("2024-07-01-1.md", "먼저 온 글")
    second = folder / "2024-07-01-1.html"
    second.write_text("---\ntitle: 나중 글\n---\n<p>본문</p>", encoding="utf-8")
    report = base.ingest([folder])
    assert (report.added, len(report.failed)) == (1, 1)
    assert "같은 이름" in report.failed[0][1]
    for path in folder.glob("*.md"):
        path.unlink()
    assert base.ingest([folder]).failed == []  # the name is free now
    assert base.post("site/2024-07-01-1").title == "나중 글"


def test_a_folder_that_moved_keeps_its_posts(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    write("2024-07-01-1.md")
    base.ingest([folder], "site")
    moved = folder.parent.parent / "moved"
    folder.parent.rename(moved)
    report = base.ingest([moved], "site")
    assert report.failed == []
    assert base.count_posts() == 1


def test_an_interrupted_run_continues(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    for number in range(120):
        write(f"2024-07-01-{number:03}.md", f"글 {number}", f"산업통상자원부 {number}번 안내.")
    calls = 0

    def stop(done: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        base.ingest([folder], progress=stop)
    assert 0 < base.count_posts() < 120
    report = base.ingest([folder])
    assert report.added + report.unchanged == 120
    assert 0 < report.unchanged < 120
    assert base.check().ok


def test_what_another_process_read_ahead_is_stored_like_the_rest(
    base: KnowledgeBase, folder: Path, write: WritePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first files are read by a child, one of them is no post, and more follow than it may read."""
    monkeypatch.setattr(pipeline, "AHEAD", range(2, 6))
    for number in range(8):
        write(f"2024-07-0{number + 1}-{number}.md", f"제목 {number}", f"관세청은 {number}번째 단속을 밝혔다.")
    (folder / "2024-07-02-1.md").write_bytes(b"\0")
    report = base.ingest([folder])
    assert (report.seen, report.added, len(report.failed)) == (8, 7, 1)
    for number in (0, 2, 3, 4, 5, 6, 7):
        ident = f"site/2024-07-0{number + 1}-{number}"
        assert base.post(ident).title == f"제목 {number}"
        assert base.original(ident) == (folder / f"2024-07-0{number + 1}-{number}.md").read_bytes()
    assert base.check().ok


def test_a_second_writer_is_told_who_writes(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    write("2024-07-01-1.md")
    base.settings.data_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(base.settings.data_dir / "ingest.lock", "ingest"), pytest.raises(WriterBusy, match=str(os.getpid())):
        base.ingest([folder])


def test_mentions_stand_where_they_say(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    write("2024-08-08-1.md", "협업", "산업부 무역안보정책과(044-203-4832)와 관세청이 미국 요청에 따라 조사한다.")
    base.ingest([folder])
    page = base.post("site/2024-08-08-1")
    assert [link.label for link in page.agencies] == ["산업통상자원부", "관세청"]
    pieces = [piece for block in page.blocks for cell in block.cells for piece in cell]
    assert "".join(piece.text for piece in pieces) in page.text
    marked = {piece.text: piece.entity.value for piece in pieces if piece.entity}
    assert marked["산업부"] == "산업통상자원부"
    assert [(c.number, c.agency, c.department) for c in page.contacts] == [
        ("044-203-4832", "산업통상자원부", "무역안보정책과")
    ]


def test_reindex_answers_the_same(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    write("2024-07-01-1.md", "우회수출 단속")
    base.ingest([folder])
    before = found(base, "우회수출")
    built = base.reindex()
    assert built.documents == 1
    assert found(base, "우회수출") == before == {"site/2024-07-01-1"}
    assert base.rollback().build != built.build
    assert found(base, "우회수출") == before


# -- a newer reader ---------------------------------------------------------------------------------


def of_an_older_reader(base: KnowledgeBase, reader: str | None = None) -> None:
    """Its files as an older program left them."""
    with base._database.writing() as session:
        session.execute(update(SourceFile).values(reader=reader))


@pytest.mark.parametrize("reader", [None, "older"])
def test_what_an_older_reader_read_is_read_again_once(
    base: KnowledgeBase, folder: Path, write: WritePost, reader: str | None
) -> None:
    same, otherwise = write("2024-07-01-1.md"), write("2024-07-02-2.md", "바른 제목")
    base.ingest([folder])
    with base._database.writing() as session:
        before = session.scalars(select(PostRow.id).order_by(PostRow.name)).all()
        session.execute(update(PostRow).where(PostRow.id == before[1]).values(title="옛 판이 잘못 읽은 제목"))
    of_an_older_reader(base, reader)
    report = base.ingest([folder])
    assert (report.seen, report.reread, report.updated, report.unchanged) == (2, 2, 1, 1)
    assert base.post("site/2024-07-02-2").title == "바른 제목"
    with base._database.session() as session:
        after = session.scalars(select(PostRow.id).order_by(PostRow.name)).all()
    assert after[0] == before[0]  # what reads the same is not written
    assert base.check().ok
    again = base.ingest([folder])
    assert (again.reread, again.unchanged, again.updated) == (0, 2, 0)
    assert same.exists() and otherwise.exists()


def test_a_post_that_changed_since_an_older_reader_is_no_reread(
    base: KnowledgeBase, folder: Path, write: WritePost
) -> None:
    changed = write("2024-07-01-1.md", "예전 제목")
    base.ingest([folder])
    of_an_older_reader(base)
    changed.write_text(changed.read_text(encoding="utf-8").replace("예전", "새로운"), encoding="utf-8")
    report = base.ingest([folder])
    assert (report.reread, report.updated) == (0, 1)


def test_posts_of_an_older_reader_stay_where_their_folder_is_not_read(
    base: KnowledgeBase, folder: Path, write: WritePost, tmp_path: Path
) -> None:
    write("2024-07-01-1.md")
    other = tmp_path / "other" / "_posts"
    other.mkdir(parents=True)
    moved = write("2024-07-02-2.md").rename(other / "2024-07-02-2.md")
    base.ingest([folder.parent, other.parent])
    of_an_older_reader(base)
    moved.unlink()
    assert base.ingest([folder.parent]).reread == 1
    assert base.post("other/2024-07-02-2").title
