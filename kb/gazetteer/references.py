"""Laws, international regimes and bodies that are no agency: the reviewed names of each.

Owns ``laws.yaml``, ``regimes.yaml`` and ``organisations.yaml``. Must not know texts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kb.gazetteer.records import Record, read_records
from kb.gazetteer.spellings import ways_to_write

ReferenceKind = Literal["law", "regime", "organisation"]
FILES: dict[ReferenceKind, str] = {"law": "laws.yaml", "regime": "regimes.yaml", "organisation": "organisations.yaml"}


@dataclass(frozen=True, slots=True)
class Reference:
    """One law, regime or body. ``former`` is what it was called before ``since``."""

    kind: ReferenceKind
    name: str
    aliases: tuple[str, ...]
    since: dt.date | None
    former: str | None
    careful: bool
    where: str

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it is called, its name first."""
        return (self.name, *self.aliases, *((self.former,) if self.former else ()))

    def name_on(self, date: dt.date) -> str:
        """The name that held on a day."""
        return self.former if self.former and self.since and date < self.since else self.name


class ReferenceList:
    """All references, by any spelling."""

    def __init__(self, references: tuple[Reference, ...]) -> None:
        self.references = references
        self.spellings = {text: ref for ref in references for name in ref.names for text in ways_to_write(name)}

    def __iter__(self) -> Iterator[Reference]:
        return iter(self.references)

    def resolve(self, name: str) -> Reference | None:
        """The reference that is called so."""
        return self.spellings.get(name)


def load_references(folder: Path) -> ReferenceList:
    """Reads and checks the three lists; ``DataError`` names file and line."""
    seen: dict[str, str] = {}
    found: list[Reference] = []
    for kind, file in FILES.items():
        for record in read_records(folder / file):
            reference = _reference(record, kind)
            for text in {text for name in reference.names for text in ways_to_write(name)}:
                if seen.setdefault(text, record.where) != record.where:
                    raise record.wrong(f"'{text}'는 이미 {seen[text]}에 있습니다")
            found.append(reference)
    return ReferenceList(tuple(found))


def _reference(record: Record, kind: ReferenceKind) -> Reference:
    record.only(("name", "aliases", "english", "from", "former", "careful"))
    since, former = record.date("from"), record.optional("former")
    if (since is None) != (former is None):
        raise record.wrong("'from'과 'former'는 함께 있어야 합니다")
    aliases = record.texts("aliases") + record.texts("english")
    careful = record.optional("careful") is not None
    return Reference(kind, record.text("name"), aliases, since, former, careful, record.where)
