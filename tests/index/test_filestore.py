"""Directories, pointers, locks and the log of builds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.builds import BuildManifest
from index.errors import BuildRefused, IndexBroken, NoLiveBuild, WriterBusy
from index.filestore import MANIFEST, BuildStore, FileLock


def sealed(store: BuildStore, documents: int = 1) -> str:
    with store.lock_builder():
        build, folder = store.new_folder("f00")
        (folder / "data").write_text("x" * documents)
        store.seal(BuildManifest(build, store.engine, "f00", 1, documents, 0, "2026-11-22T10:45:00+00:00"))
    return build


@pytest.fixture
def store(tmp_path: Path) -> BuildStore:
    return BuildStore(tmp_path, "some")


def test_a_lock_says_who_holds_it(tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock", "testing"), pytest.raises(WriterBusy, match=rf"pid {os.getpid()}, testing"):
        FileLock(tmp_path / "lock", "again")
    FileLock(tmp_path / "lock", "free again").release()


def test_a_lock_goes_with_its_holder(tmp_path: Path) -> None:
    code = "import sys, time, pathlib; from index.filestore import FileLock\n"
    code += "lock = FileLock(pathlib.Path(sys.argv[1]), 'other'); print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "lock")], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(WriterBusy, match=f"pid {holder.pid}, other"):
        FileLock(tmp_path / "lock", "mine")
    holder.kill()
    holder.wait()
    holder.stdout.close()
    FileLock(tmp_path / "lock", "mine").release()


def test_looking_creates_nothing(store: BuildStore) -> None:
    assert (store.live_id(), store.builds(), store.log()) == (None, (), [])
    with pytest.raises(NoLiveBuild):
        store.live_path()
    assert not store.folder.exists()


def test_unsealed_builds_do_not_exist_and_are_swept_by_the_next_builder(store: BuildStore) -> None:
    with store.lock_builder():
        abandoned, folder = store.new_folder("f00")
        (folder / "data").write_text("half")
    assert store.builds() == ()
    with pytest.raises(BuildRefused):
        store.promote(abandoned)
    kept = sealed(store)
    assert not folder.exists()
    assert [info.manifest.build for info in store.builds()] == [kept]


def test_one_earlier_build_is_kept_and_older_ones_wait_for_the_grace_period(tmp_path: Path) -> None:
    store = BuildStore(tmp_path, "some", grace_seconds=3600)
    builds = []
    for _ in range(4):
        builds.append(sealed(store))
        store.promote(builds[-1])
    kinds = {info.manifest.build: (info.live, info.previous) for info in store.builds()}
    assert kinds == {
        builds[0]: (False, False),
        builds[1]: (False, False),
        builds[2]: (False, True),
        builds[3]: (True, False),
    }
    long_ago = time.time() - 3601
    os.utime(store.folder / builds[0] / "RETIRED", (long_ago, long_ago))
    last = sealed(store)
    assert {info.manifest.build for info in store.builds()} == {*builds[1:], last}


def test_a_sealed_build_waits_to_be_promoted(tmp_path: Path) -> None:
    store = BuildStore(tmp_path, "some", grace_seconds=0)
    store.promote(sealed(store))
    waiting = sealed(store)
    sealed(store)  # another builder sweeps, and must leave it
    store.promote(waiting)
    assert store.live_id() == waiting


def test_a_build_that_comes_back_is_not_swept(tmp_path: Path) -> None:
    store = BuildStore(tmp_path, "some", grace_seconds=0)
    first, second, third = sealed(store), sealed(store), sealed(store)
    for build in (first, second, third, first):
        store.promote(build)
    sealed(store)
    assert store.live_id() == first
    assert {first, third} <= {info.manifest.build for info in store.builds()}


def test_dropping_a_build_in_use_by_a_writer_is_refused(store: BuildStore) -> None:
    build = sealed(store)
    with store.lock_writer(build), pytest.raises(WriterBusy):
        store.drop(build)
    store.drop(build)
    assert store.builds() == ()


@pytest.mark.parametrize("name", ["../../etc", "", ".", "LIVE", "builds.jsonl"])
def test_only_builds_can_be_named(store: BuildStore, name: str) -> None:
    sealed(store)
    for attempt in (store.drop, store.promote, store.manifest):
        with pytest.raises(BuildRefused):
            attempt(name)


@pytest.mark.parametrize("text", ["", "../..", "20261122104500-s1-abc-7k extra", "\ufffd"])
def test_a_broken_pointer_is_named_not_followed(store: BuildStore, text: str) -> None:
    store.promote(sealed(store))
    (store.folder / "LIVE").write_text(text, encoding="utf-8")
    with pytest.raises(IndexBroken):
        store.live_path()


def test_damaged_pointers_and_manifests_are_replaced_by_the_next_build(store: BuildStore) -> None:
    damaged, kept = sealed(store), sealed(store)
    store.promote(damaged)
    store.promote(kept)
    (store.folder / "LIVE").write_text("?")
    (store.folder / "PREVIOUS").write_text("")
    (store.folder / damaged / MANIFEST).write_text("{")
    assert [(info.manifest.build, info.live) for info in store.builds()] == [(kept, False)]
    fresh = sealed(store)
    store.promote(fresh)
    assert store.live_path()[0] == fresh
    assert {info.manifest.build for info in store.builds()} == {kept, fresh}
    assert not (store.folder / damaged).exists()


def test_a_pointer_to_nothing_is_no_live_build(store: BuildStore) -> None:
    build = sealed(store)
    store.promote(build)
    (store.folder / build / MANIFEST).unlink()
    with pytest.raises(NoLiveBuild):
        store.live_path()


def test_every_step_is_logged(store: BuildStore) -> None:
    first, second = sealed(store, 3), sealed(store, 4)
    store.promote(first)
    store.promote(second)
    store.promote(second)  # already live: nothing happens
    store.rollback()
    store.drop(second)
    steps = [(line["action"], line["build"], line["documents"]) for line in store.log()]
    assert steps == [
        ("seal", first, 3),
        ("seal", second, 4),
        ("promote", first, 3),
        ("promote", second, 4),
        ("rollback", first, 3),
        ("drop", second, 0),
    ]
    assert all(line["who"] and line["at"] for line in store.log())


def test_builds_stay_in_their_order_when_the_clock_is_put_back(
    store: BuildStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datetime as dt

    import index.builds

    class Wrong(dt.datetime):
        """Thirty years ago."""

        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return dt.datetime(1996, 1, 1, tzinfo=tz)

    made = [sealed(store)]
    monkeypatch.setattr(index.builds.dt, "datetime", Wrong)
    made += [sealed(store), sealed(store)]
    assert made == sorted(made)
    for build in made:
        store.promote(build)
    assert [info.manifest.build for info in store.builds()] == made
    assert [info.live for info in store.builds()] == [False, False, True]
    assert store.rollback().build == made[1]


def test_a_line_of_the_log_that_was_cut_off_is_told(store: BuildStore) -> None:
    build = sealed(store)
    with (store.folder / "builds.jsonl").open("a") as log:
        log.write('{"at": "2026-1\n[]\n')
    store.promote(build)
    assert [line["action"] for line in store.log()] == ["seal", "damaged", "damaged", "promote"]
