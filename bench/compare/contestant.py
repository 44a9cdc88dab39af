"""What is asked of a contestant: take all documents, then answer with the ten best that hold any of the tokens,
and with how many there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar, Protocol

from bench.compare.texts import Document, Query

TOP = 10


class Contestant(Protocol):
    """Made with an empty folder; a context manager, since some are servers."""

    title: ClassVar[str]
    lacks: ClassVar[str]  # what it does not do of what our answers hold

    def version(self) -> str:
        """Of what is measured, as it says itself."""

    def build(self, documents: Iterator[Document]) -> None:
        """Everything indexed, on disk and ready to be searched."""

    def search(self, query: Query) -> int:
        """Reads the ten best and says how many match."""

    def size(self) -> int:
        """Bytes on disk of the index alone, as far as it can be told from the texts."""

    def cpu(self) -> float:
        """Seconds of the processor spent so far, by a server too."""


class Maker(Protocol):
    title: ClassVar[str]
    lacks: ClassVar[str]

    def __call__(self, folder: Path) -> AbstractContextManager[Contestant]: ...
