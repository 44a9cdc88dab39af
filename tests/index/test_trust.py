"""Nothing is unpickled from a directory that somebody else could have written to."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest
from engine_samples import promoted, sample, sample_terms

from index.engines.whoosh_engine import WhooshEngine
from index.errors import IndexUntrusted
from index.trust import check_trusted

ROOT = Path(__file__).parents[2]
UNPICKLING = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "joblib", "jsonpickle"}
# Reads what its own forked child writes into a pipe that nobody else holds: no file, no address, no other program.
FROM_OUR_OWN_CHILD = {"kb/ahead.py"}
BY_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A real build below ``tmp_path/index/whoosh``."""
    engine = WhooshEngine(tmp_path / "index", sample_terms)
    name = promoted(engine, [sample("a", "수출 통제")])
    return tmp_path / "index" / "whoosh" / name


def opened(build: Path) -> None:
    WhooshEngine(build.parent.parent, sample_terms).open_reader().close()


def test_what_only_its_owner_writes_is_opened(build: Path) -> None:
    check_trusted(build)
    opened(build)


@pytest.mark.parametrize("place", [".", "..", "../..", "../../..", "toc"])
def test_what_anybody_may_write_is_not_opened(build: Path, place: str) -> None:
    target = next(build.glob("_MAIN_*.toc")) if place == "toc" else (build / place).resolve()
    target.chmod(target.stat().st_mode | 0o002)
    with pytest.raises(IndexUntrusted):
        opened(build)
    target.chmod(target.stat().st_mode & ~0o002)
    opened(build)


def test_a_sticky_folder_above_is_no_danger(build: Path) -> None:
    above = build.parent.parent.parent
    above.chmod(0o1777)
    opened(build)


@BY_ROOT
def test_a_group_may_not_write_unless_it_is_its_owners_own(build: Path) -> None:
    toc = next(build.glob("_MAIN_*.toc"))
    toc.chmod(0o664)
    opened(build)  # group root of user root
    os.chown(toc, -1, 12_345)
    toc.chmod(0o664)
    with pytest.raises(IndexUntrusted):
        opened(build)


@BY_ROOT
@pytest.mark.parametrize("place", [".", "..", "../..", "toc"])
def test_what_belongs_to_somebody_else_is_not_opened(build: Path, place: str) -> None:
    target = next(build.glob("_MAIN_*.toc")) if place == "toc" else (build / place).resolve()
    os.chown(target, 12_345, -1)
    with pytest.raises(IndexUntrusted):
        opened(build)


def test_a_link_in_a_build_is_not_followed(build: Path, tmp_path: Path) -> None:
    toc = next(build.glob("_MAIN_*.toc"))
    elsewhere = tmp_path / "elsewhere"
    toc.rename(elsewhere)
    toc.symlink_to(elsewhere)
    with pytest.raises(IndexUntrusted):
        opened(build)


class Bomb:
    """Leaves a file where it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.target),)


def test_a_pickle_that_was_slipped_in_does_not_run(build: Path, tmp_path: Path) -> None:
    """The way in is shown to be real first: in a trusted directory the same file does run code."""
    import pickle

    toc, went_off = next(build.glob("_MAIN_*.toc")), tmp_path / "went off"
    whole = toc.read_bytes()
    payload = pickle.dumps(Bomb(went_off), 2)
    place = whole.rindex(b"\x80\x05")  # the last pickle of the file: its segments
    toc.write_bytes(whole[:place] + payload)
    build.chmod(0o777)
    with pytest.raises(IndexUntrusted):
        opened(build)
    assert not went_off.exists()
    build.chmod(0o755)
    with pytest.raises(Exception):  # noqa: B017 - whatever the wreck makes of it
        opened(build)
    assert went_off.exists(), "the bomb is a dud, and this test shows nothing"


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        alias.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    return names | {
        (node.module or "").partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    }


def calls(path: Path) -> set[str]:
    found = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return {ast.unparse(node.func) for node in found}


def test_our_own_code_unpickles_and_evaluates_nothing() -> None:
    sources = [path for package in ("index", "kb", "web") for path in (ROOT / package).rglob("*.py")]
    assert len(sources) > 100
    for path in sources:
        if path.relative_to(ROOT).as_posix() not in FROM_OUR_OWN_CHILD:
            assert not imports(path) & UNPICKLING, path
        assert not calls(path) & {"eval", "exec", "np.load", "yaml.load", "yaml.unsafe_load", "os.system"}, path
