"""Names that mean the same: agencies and their former names, acronyms, terms of the field in two languages.

The table is filled by whoever knows the names; this module knows only how they are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from index.analysis.dictionary import FOLDER
from index.analysis.normalize import clean, key
from index.errors import DictionaryError

_BETWEEN = re.compile(r"[\W_]+")


class Names(Protocol):
    """What planning asks of a table of names."""

    def others(self, text: str) -> tuple[str, ...]:
        """The other names of what ``text`` names; empty when it is no name."""
        ...


class NameTable:
    """Groups of equal names. A name may stand in several groups and then means all of them."""

    def __init__(self, groups: Iterable[Iterable[str]] = ()) -> None:
        self._others: dict[str, dict[str, None]] = {}
        for group in groups:
            self._add(tuple(dict.fromkeys(clean(name).strip() for name in group)))

    def _add(self, names: tuple[str, ...]) -> None:
        for name in names:
            others = self._others.setdefault(name_key(name), {})
            others.update(dict.fromkeys(other for other in names if name_key(other) != name_key(name)))

    def __len__(self) -> int:
        return len(self._others)

    def others(self, text: str) -> tuple[str, ...]:
        return tuple(self._others.get(name_key(text), ()))

    def names(self) -> Iterator[str]:
        """Every name once, as written."""
        return iter(dict.fromkeys(name for others in self._others.values() for name in others))


def name_key(text: str) -> str:
    """Names are equal without white space, hyphens and dots, in any case and width."""
    return _BETWEEN.sub("", key(text))


def load_names(folder: Path = FOLDER) -> tuple[tuple[str, ...], ...]:
    """The groups of the folder's ``.names.tsv`` files: a line is a group, names parted by tabs."""
    return tuple(group for path in sorted(folder.glob("*.names.tsv")) for group in _read(path))


def _read(path: Path) -> Iterator[tuple[str, ...]]:
    seen: dict[str, int] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        group = tuple(line.split("\t"))
        if len(group) < 2 or any(not name_key(name) or name != clean(name).strip() for name in group):
            raise DictionaryError(f"{path.name}:{number}: 이름이 둘 이상, 앞뒤 빈칸 없이 있어야 합니다")
        for name in group:
            if seen.setdefault(name_key(name), number) != number:
                raise DictionaryError(f"{path.name}:{number}: '{name}'이(가) {seen[name_key(name)]}행에 이미 있습니다")
        yield group
