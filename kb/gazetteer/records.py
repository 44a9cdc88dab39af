"""Reads reviewed YAML lists so that every complaint can name file and line. Knows no entity.

A list is a YAML sequence of mappings. Each becomes a ``Record``: plain strings, lists of strings
and lists of sub-records, read through typed getters that raise ``DataError`` with ``file:line``.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import yaml

from kb.errors import DataError

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Record:
    """One mapping of a list with its place."""

    def __init__(self, path: Path, node: yaml.MappingNode) -> None:
        self.path = path
        self.line = node.start_mark.line + 1
        self._fields: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in self._fields:
                raise DataError(f"{path.name}:{key.start_mark.line + 1}", f"'{name}' 항목이 두 번 나옵니다")
            self._fields[name] = value

    @property
    def where(self) -> str:
        return f"{self.path.name}:{self.line}"

    def wrong(self, problem: str) -> DataError:
        return DataError(self.where, problem)

    def only(self, names: Iterable[str]) -> None:
        """Refuses misspelt fields."""
        for name in self._fields.keys() - set(names):
            raise self.wrong(f"모르는 항목 '{name}'입니다")

    def text(self, name: str) -> str:
        value = self.optional(name)
        if not value:
            raise self.wrong(f"'{name}' 항목이 없습니다")
        return value

    def optional(self, name: str) -> str | None:
        node = self._fields.get(name)
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            raise self.wrong(f"'{name}' 항목은 글자여야 합니다")
        return unicodedata.normalize("NFC", str(node.value)) or None

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(unicodedata.normalize("NFC", str(item.value)) for item in self._items(name, yaml.ScalarNode))

    def records(self, name: str) -> tuple[Record, ...]:
        items = self._items(name, yaml.MappingNode)
        return tuple(Record(self.path, item) for item in items if isinstance(item, yaml.MappingNode))

    def date(self, name: str) -> dt.date | None:
        value = self.optional(name)
        if value is None:
            return None
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise self.wrong(f"'{name}' 날짜 '{value}'는 YYYY-MM-DD 꼴이 아닙니다") from None

    def _items(self, name: str, kind: type[yaml.Node]) -> list[yaml.Node]:
        node = self._fields.get(name)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) or not all(isinstance(item, kind) for item in node.value):
            raise self.wrong(f"'{name}' 항목은 목록이어야 합니다")
        return list(node.value)


def read_records(path: Path) -> list[Record]:
    """All records of a YAML list file. ``DataError`` when it is missing or not such a list."""
    try:
        with path.open(encoding="utf-8") as stream:
            root = yaml.compose(stream, Loader=_Loader)
    except OSError as problem:
        raise DataError(f"{path.name}:0", f"읽을 수 없습니다 ({problem.strerror})") from problem
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 0
        raise DataError(f"{path.name}:{line}", f"YAML 형식이 잘못되었습니다 ({problem.problem})") from problem
    if root is None:
        return []
    if not isinstance(root, yaml.SequenceNode):
        raise DataError(f"{path.name}:1", "목록이어야 합니다")
    for item in root.value:
        if not isinstance(item, yaml.MappingNode):
            raise DataError(f"{path.name}:{item.start_mark.line + 1}", "항목은 '이름: 값' 꼴이어야 합니다")
    return [Record(path, item) for item in root.value]
