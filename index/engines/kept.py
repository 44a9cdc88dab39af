"""What engines share whose builds outlive the process, in files or in a cluster: a store that owns the builds.

Says what such a store must offer and asks it. Knows neither directories nor servers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from index.builds import BuildInfo, BuildManifest
from index.engines.base import Engine
from index.errors import WriterBusy


class Lock(Protocol):
    """Held since it was made."""

    def release(self) -> None: ...


class KeptBuilds(Protocol):
    """The builds of one engine: what ``Engine`` says of them."""

    def promote(self, build: str) -> None: ...

    def rollback(self) -> BuildManifest: ...

    def builds(self) -> tuple[BuildInfo, ...]: ...

    def drop(self, build: str) -> None: ...

    def lock_builder(self) -> AbstractContextManager[Lock]:
        """Raises ``WriterBusy`` while a build is being made."""

    def sweep(self) -> None:
        """Removes what killed builders left and builds retired long ago. Needs the builder's lock."""


class KeptEngine(Engine):
    """An engine whose builds a store keeps."""

    store: KeptBuilds

    def promote(self, build: str) -> None:
        self.store.promote(build)

    def rollback(self) -> BuildManifest:
        return self.store.rollback()

    def builds(self) -> tuple[BuildInfo, ...]:
        return self.store.builds()

    def drop(self, build: str) -> None:
        self.store.drop(build)

    def tidy(self) -> bool:
        try:
            with self.store.lock_builder():
                self.store.sweep()
        except WriterBusy:
            return False
        return True


@contextmanager
def released_on_error(lock: Lock) -> Iterator[None]:
    """A lock that a writer would have given back, where none came to be."""
    try:
        yield
    except BaseException:
        lock.release()
        raise
