"""Rebuilding beside the live build: what is promoted, what is refused, and what a kill leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engine_samples import ENGINE_NAMES, found, sample, sample_engine
from hypothesis import given, settings
from hypothesis import strategies as st

from index.document import IndexDoc
from index.engines.base import Engine, Reader, Writer
from index.errors import BuildRefused, WriterBusy
from index.query.tree import Term
from index.rebuild import rebuild


@pytest.fixture(params=ENGINE_NAMES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return sample_engine(request.param, tmp_path)


def posts(count: int, version: str = "1") -> list[IndexDoc]:
    return [sample(f"p{number}", f"글 v{version}", version=version) for number in range(count)]


def test_the_first_build_goes_live(engine: Engine) -> None:
    seen: list[int] = []
    manifest = rebuild(engine, iter(posts(250)), fingerprint="f01", seq0=9, progress=seen.append)
    assert engine.live() == manifest
    assert (manifest.documents, manifest.seq0, manifest.fingerprint) == (250, 9, "f01")
    assert seen == [100, 200, 250]
    assert len(found(engine, Term("body", "글"))) == 250


def test_changes_made_meanwhile_are_replayed_until_there_are_none(engine: Engine) -> None:
    pending = [[sample("p0", "새", version="2")], [sample("p1", "새", version="2")], []]
    calls = 0

    def replay(writer: Writer) -> int:
        nonlocal calls
        calls += 1
        return writer.add(pending.pop(0)) if pending else 0

    def verify(reader: object) -> list[str]:
        pending.append([sample("late", "새")])  # arrives while the build is looked at
        return []

    rebuild(engine, posts(3), fingerprint="f01", replay=replay, verify=verify)
    assert sorted(found(engine, Term("body", "새"))) == ["late", "p0", "p1"]
    assert calls == 4


def test_a_store_that_never_rests_does_not_hold_the_build_up(engine: Engine) -> None:
    rebuild(engine, posts(1), fingerprint="f01", replay=lambda writer: writer.add([sample("again")]))
    assert sorted(found(engine)) == ["again", "p0"]


def test_a_build_that_the_check_objects_to_is_refused(engine: Engine) -> None:
    def same_as_store(reader: Reader) -> list[str]:
        return [f"{id_} is missing" for id_ in sorted({"p0", "p1", "p9"} - reader.ids().keys())]

    live = rebuild(engine, [*posts(2), sample("p9")], fingerprint="f01", verify=same_as_store)
    with pytest.raises(BuildRefused, match="p9 is missing"):
        rebuild(engine, posts(2), fingerprint="f02", verify=same_as_store)
    assert engine.live() == live
    assert len(engine.builds()) == 1


def test_something_much_smaller_needs_force(engine: Engine) -> None:
    rebuild(engine, posts(10), fingerprint="f01")
    with pytest.raises(BuildRefused, match="10"):
        rebuild(engine, posts(4), fingerprint="f01")
    assert len(found(engine)) == 10
    rebuild(engine, posts(4), fingerprint="f01", force=True)
    assert len(found(engine)) == 4
    rebuild(engine, posts(1), fingerprint="f01", verify=lambda reader: [])  # the store is the truth
    assert found(engine) == ["p0"]


def test_documents_that_fail_leave_the_live_build(engine: Engine) -> None:
    rebuild(engine, posts(2), fingerprint="f01")

    def failing() -> Iterator[IndexDoc]:
        yield sample("n")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rebuild(engine, failing(), fingerprint="f01")
    assert sorted(found(engine)) == ["p0", "p1"]
    rebuild(engine, posts(3), fingerprint="f01")
    assert len(found(engine)) == 3


def test_a_second_builder_fails_fast(engine: Engine) -> None:
    with engine.start_build("f01"), pytest.raises(WriterBusy):
        rebuild(engine, posts(1), fingerprint="f01")


KILLED = """
import os, signal, sys
from pathlib import Path
import engine_samples
import index.filestore as filestore
from index.engines import whoosh_codec, whoosh_session
from index.rebuild import rebuild

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

engine = engine_samples.sample_engine("whoosh", Path(sys.argv[1]))
docs = [engine_samples.sample(f"n{n}", "새") for n in range(50)]
step = sys.argv[2]
if step == "documents":
    docs = (doc if n < 30 else die() for n, doc in enumerate(docs))
elif step == "postings":
    whoosh_codec.ColumnFieldWriter.close = die
elif step == "commit":
    whoosh_session.clean_files = die
elif step == "manifest":
    filestore.write_atomically = die
elif step == "pointer":
    filestore.BuildStore.promote = die
elif step == "half pointer":
    Path.replace = die
rebuild(engine, docs, fingerprint="f02", replay=lambda w: 0, verify=die if step == "verify" else None, force=True)
"""


@pytest.mark.parametrize("step", ["documents", "postings", "commit", "verify", "manifest", "half pointer", "pointer"])
def test_killed_at_any_step_the_live_build_answers_and_the_next_rebuild_succeeds(tmp_path: Path, step: str) -> None:
    engine = sample_engine("whoosh", tmp_path, posts(3))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path), step], env=environment, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert sorted(found(engine)) == ["p0", "p1", "p2"]
    with engine.open_writer() as writer:
        writer.add([sample("p3")])
    rebuild(engine, posts(5), fingerprint="f03")
    assert len(found(engine)) == 5
    unsealed = {path.parent for path in tmp_path.rglob("*.toc")} - {
        path.parent for path in tmp_path.rglob("MANIFEST.json")
    }
    assert not unsealed


Change = Callable[[Writer], int]
changes = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["-", "가", "나", "다"])), max_size=8)


@pytest.mark.parametrize("name", ENGINE_NAMES)
@settings(max_examples=25, deadline=None)
@given(before=changes, during=changes)
def test_build_change_replay_equals_change_build(
    name: str, tmp_path_factory: pytest.TempPathFactory, before: list[tuple[str, str]], during: list[tuple[str, str]]
) -> None:
    def state(steps: list[tuple[str, str]]) -> list[IndexDoc]:
        last = dict(steps)
        return [sample(id_, text, version=text) for id_, text in sorted(last.items()) if text != "-"]

    def replay(writer: Writer) -> int:
        done = 0
        while during_left:
            id_, text = during_left.pop(0)
            done += writer.delete([id_]) if text == "-" else writer.add([sample(id_, text, version=text)])
        return done

    during_left = list(during)
    replayed = sample_engine(name, tmp_path_factory.mktemp("a"))
    rebuild(replayed, state(before), fingerprint="f01", replay=replay)
    at_once = sample_engine(name, tmp_path_factory.mktemp("b"), state([*before, *during]))
    with replayed.open_reader() as left, at_once.open_reader() as right:
        assert left.ids() == right.ids()
        assert list(left.terms("body")) == list(right.terms("body"))
