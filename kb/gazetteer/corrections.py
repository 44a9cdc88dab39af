"""Corrections by people who read: what the rules get wrong is put right here without code.

Owns ``data/corrections/*.yaml`` and their checks. Each record says what to ``do``, to which ``kind`` of
entity, named by its address (the last part of its page's URL, as ``kb entities KIND --json`` shows it):

* ``merge``: ``name`` becomes ``into``; the old address leads to the new one
* ``split``: in ``posts`` (``source/name``), ``name`` is ``into`` instead
* ``rename``: ``name`` is shown as ``to``
* ``alias``: ``alias`` leads to ``name``
* ``hide``: ``name`` is no entity; with ``surface`` only where it is written so, with ``posts`` only there

Every record has a ``why``. They hold over every re-extraction, since they are applied when it is stored.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from kb.errors import DataError
from kb.gazetteer.records import Record, read_records
from kb.model import EntityKind

Deed = Literal["merge", "split", "rename", "alias", "hide"]
_FIELDS = {
    "merge": ("into",),
    "split": ("into", "posts"),
    "rename": ("to",),
    "alias": ("alias",),
    "hide": ("surface", "posts"),
}
_OPTIONAL = {"surface", "posts"}


@dataclass(frozen=True, slots=True)
class Correction:
    """One record. ``target`` is what ``into``, ``to`` or ``alias`` gives."""

    do: Deed
    kind: EntityKind
    name: str
    target: str | None
    surface: str | None
    posts: tuple[str, ...]
    where: str

    def holds(self, surface: str, post: str) -> bool:
        return self.surface in (None, surface) and (not self.posts or post in self.posts)


CORRECTIONS = Path(__file__).parents[2] / "data" / "corrections"


class CorrectionList:
    """All corrections, by the entity they are about."""

    def __init__(self, corrections: tuple[Correction, ...] = ()) -> None:
        self.fingerprint = hashlib.blake2b(repr(corrections).encode(), digest_size=8).hexdigest()
        self._about: dict[tuple[str, str], list[Correction]] = defaultdict(list)
        self.merged_from: dict[tuple[str, str], list[str]] = defaultdict(list)
        for one in corrections:
            self._about[one.kind, one.name].append(one)
            if one.do == "merge" and one.target:
                self.merged_from[one.kind, one.target].append(one.name)

    def about(self, kind: str, key: str) -> tuple[Correction, ...]:
        return tuple(self._about.get((kind, key), ()))


def load_corrections(folder: Path = CORRECTIONS) -> CorrectionList:
    """Every ``*.yaml`` of the folder; none is no error. ``DataError`` names file and line."""
    corrections: list[Correction] = []
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        corrections += [_correction(record) for record in read_records(path)]
    _check(corrections)
    return CorrectionList(tuple(corrections))


def _correction(record: Record) -> Correction:
    do, kind = record.text("do"), record.text("kind")
    if do not in get_args(Deed):
        raise record.wrong(f"모르는 일 '{do}'입니다 ({', '.join(get_args(Deed))})")
    if kind not in get_args(EntityKind):
        raise record.wrong(f"모르는 종류 '{kind}'입니다 ({', '.join(get_args(EntityKind))})")
    record.only(("do", "kind", "name", "why", *_FIELDS[do]))
    record.text("why")
    wanted = next((field for field in _FIELDS[do] if field not in _OPTIONAL), None)
    posts = record.texts("posts")
    if do == "split" and not posts:
        raise record.wrong("'posts' 항목이 없습니다")
    return Correction(
        cast(Deed, do),
        cast(EntityKind, kind),
        record.text("name"),
        record.text(wanted) if wanted else None,
        record.optional("surface"),
        posts,
        record.where,
    )


def _check(corrections: list[Correction]) -> None:
    """A merged name may not be merged again or be a target: chains and circles are errors."""
    merged = {(one.kind, one.name): one for one in corrections if one.do == "merge"}
    for one in merged.values():
        if (one.kind, one.target) in merged:
            other = merged[one.kind, one.target or ""]
            problem = f"'{one.target}'은(는) {other.where}에서 다시 합쳐집니다. 마지막 이름으로 바로 합치십시오"
            raise DataError(one.where, problem)
