"""Scenes with rows (a line with tabs), agencies found, and the finders of desks and numbers run over them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

from small_scenes import DATE, check_places, small_post

from index.analysis.korean import KoreanAnalyzer
from kb.extraction.agencies import find_agencies
from kb.extraction.contacts import find_contacts
from kb.extraction.departments import find_departments
from kb.extraction.scene import Scene
from kb.gazetteer.gazetteer import Gazetteer


@cache
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def desk_scene(written: str, analyzer: KoreanAnalyzer | None = None, date: dt.date = DATE) -> Scene:
    """A scene after agencies, departments and contacts; the first line is the title."""
    post = small_post(f"알림\n{written}", date)
    rows = tuple(replace(b, kind="row") if "\t" in post.text[b.start : b.end] else b for b in post.blocks)
    scene = Scene(replace(post, blocks=rows), analyzer.analyse(post.text) if analyzer else None)
    for find in (find_agencies, find_departments, find_contacts):
        mentions = list(find(scene, gazetteer()))
        check_places(scene, sorted(mentions, key=lambda m: m.start))
        scene.add(mentions)
    return scene


def agencies(scene: Scene) -> list[str]:
    return list(dict.fromkeys(m.entity.name for m in scene.mentions("agency")))


def departments(scene: Scene) -> list[str]:
    """``agency/unit`` in reading order."""
    return list(dict.fromkeys(f"{m.entity.agency or '-'}/{m.entity.name}" for m in scene.mentions("department")))


def contacts(scene: Scene) -> list[str]:
    """``number agency/unit`` in reading order."""
    return list(
        dict.fromkeys(
            f"{m.entity.name} {m.entity.agency or '-'}/{m.entity.department or '-'}" for m in scene.mentions("contact")
        )
    )
