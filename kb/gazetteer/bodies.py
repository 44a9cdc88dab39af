"""Public bodies that are no agency: owners of telephone numbers, and long names that hold an agency's.

Owns ``bodies.yaml``. Must not know texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kb.errors import DataError
from kb.gazetteer.records import Record, read_records


@dataclass(frozen=True, slots=True)
class Body:
    """One body: its full name, Korean short names and English names."""

    name: str
    aliases: tuple[str, ...]
    english: tuple[str, ...]
    where: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases, *self.english)


class BodyList:
    """All bodies by any name."""

    def __init__(self, bodies: tuple[Body, ...]) -> None:
        self.bodies = bodies
        self._by_name = {name: body for body in bodies for name in body.names}

    def names(self) -> tuple[str, ...]:
        return tuple(self._by_name)

    def resolve(self, name: str) -> Body | None:
        return self._by_name.get(name)


def load_bodies(path: Path) -> BodyList:
    """Reads and checks the list; ``DataError`` names file and line."""
    seen: dict[str, Body] = {}
    bodies = []
    for record in read_records(path):
        body = _body(record)
        for name in body.names:
            if name in seen:
                raise DataError(body.where, f"'{name}'은 {seen[name].where}에도 있습니다")
            seen[name] = body
        bodies.append(body)
    return BodyList(tuple(bodies))


def _body(record: Record) -> Body:
    record.only(("name", "aliases", "english"))
    return Body(record.text("name"), record.texts("aliases"), record.texts("english"), record.where)
