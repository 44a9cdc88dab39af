"""A small knowledge base made once, copied for each test that damages it; commands without root's rights."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.analysis.korean import KoreanAnalyzer
from kb.cli import main
from kb.knowledge import KnowledgeBase
from kb.settings import Settings

Kb = Callable[..., Result]
UNPRIVILEGED = """
import ctypes, os, sys
for right in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: what lets root read and write everything
    ctypes.CDLL(None).prctl(24, right, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-c", "from kb.cli import main; main()", *sys.argv[1:]])
"""


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("robust") / "site" / "_posts"
    folder.mkdir(parents=True)
    for number in range(12):
        text = f"---\ntitle: 우회수출 단속 {number}\n---\n<p>관세청 조사총괄과(042-481-78{number:02})가 단속한다.</p>\n"
        (folder / f"2024-07-01-{number:02}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def pristine(collection: Path, analyzer: KoreanAnalyzer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made from a folder that is gone now: whichever copy is read next takes its names over."""
    root = tmp_path_factory.mktemp("pristine")
    data, posts = root / "var", Path(shutil.copytree(collection, root / "site" / "_posts"))
    with KnowledgeBase.open(Settings(data_dir=data), analyzer) as base:
        base.ingest([posts])
    shutil.rmtree(posts)
    return data


@pytest.fixture
def data(pristine: Path, tmp_path: Path) -> Path:
    """A copy to be damaged."""
    return Path(shutil.copytree(pristine, tmp_path / "var"))


@pytest.fixture
def posts(collection: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(collection, tmp_path / "site" / "_posts"))


@pytest.fixture
def kb(data: Path, analyzer: KoreanAnalyzer, monkeypatch: pytest.MonkeyPatch) -> Kb:
    """A command on the copy, in this process. A traceback is no answer, whatever the fault."""
    monkeypatch.setattr(KnowledgeBase, "analyzer", analyzer)

    def run(*words: str | Path, data_dir: Path = data) -> Result:
        result = CliRunner().invoke(main, ["--data-dir", str(data_dir), *map(str, words)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def unprivileged(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """A command of a user who may only what the files' modes allow, also when the tests run as root."""
    if os.geteuid() == 0 and ctypes.CDLL(None).prctl(23, 8, 0, 0, 0) != 1:  # CAP_SETPCAP: may give rights up
        pytest.skip("root without the right to give up its rights")
    command = [sys.executable, "-c", UNPRIVILEGED, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
