"""Whole posts in the ways that press releases are written: what all finders together make of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from desk_scenes import contacts, departments, gazetteer
from small_scenes import small_post

from index.analysis.korean import KoreanAnalyzer
from kb.extraction.pipeline import Extractor
from kb.extraction.scene import Scene
from kb.model import Extraction

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("press_releases.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(gazetteer())


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_press_release(case: dict[str, Any], analyzer: KoreanAnalyzer, extractor: Extractor) -> None:
    scene = _extracted(case["text"].replace(" | ", "\t"), case["date"], analyzer, extractor)
    found = _found(scene)
    for kind in ("agencies", "departments", "contacts", "countries"):
        if kind in case:
            assert found[kind] == sorted(case[kind]), kind
    if "officials" in case:
        own = found["officials"]
        assert [o for o in own if o in case["officials"]] == sorted(case["officials"]), own
        if not case["officials"]:
            assert own == []


def _extracted(written: str, date: dt.date, analyzer: KoreanAnalyzer, extractor: Extractor) -> Scene:
    post = small_post(written, date)
    rows = tuple(replace(b, kind="row") if "\t" in post.text[b.start : b.end] else b for b in post.blocks)
    post = replace(post, blocks=rows)
    scene = Scene(post, analyzer.analyse(post.text))
    extraction: Extraction = extractor.extract(post, scene.analysis)
    scene.add(extraction.mentions)
    return scene


def _found(scene: Scene) -> dict[str, list[str]]:
    officials = {m.entity for m in scene.mentions("official")}
    return {
        "agencies": sorted({m.entity.name for m in scene.mentions("agency")}),
        "departments": sorted(departments(scene)),
        "contacts": sorted(contacts(scene)),
        "countries": sorted({m.entity.name for m in scene.mentions("country")}),
        "officials": sorted(f"{o.name} {o.title} {o.agency or '-'}" for o in officials),
    }
