"""Engines by name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from index import factory
from index.errors import Unsupported
from index.factory import DEFAULT_ENGINE, ENGINES, EngineSpec, make_engine


def test_the_default_engine_is_made_with_the_terms_of_the_analysis(tmp_path: Path) -> None:
    engine = make_engine(DEFAULT_ENGINE, tmp_path)
    assert engine.name == DEFAULT_ENGINE
    assert list(tmp_path.iterdir()) == []


def test_every_engine_carries_its_name(tmp_path: Path) -> None:
    assert {name: make_engine(name, tmp_path).name for name in ENGINES} == {name: name for name in ENGINES}


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match=r"lucene.*memory, opensearch, tantivy, whoosh"):
        make_engine("lucene", tmp_path)


def test_a_missing_library_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factory, "ENGINES", {"other": EngineSpec("no_such_library", "Engine", "fast")})
    with pytest.raises(Unsupported, match=r'no_such_library.*"fast"'):
        make_engine("other", tmp_path)


def test_a_mistake_in_our_own_module_is_not_called_a_missing_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(factory, "ENGINES", {"other": EngineSpec("index.engines.nowhere", "Engine")})
    with pytest.raises(ModuleNotFoundError):
        make_engine("other", tmp_path)


def test_importing_the_factory_imports_no_engine() -> None:
    code = "import sys, index.factory; print([m for m in sys.modules if 'engines.' in m and not m.endswith('.base')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
