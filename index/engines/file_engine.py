"""What engines share whose builds are directories: the builds, the pointer, the locks, the manifest.

Such an engine says how a build is created, opened, written and counted. Knows no engine's library.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from index.builds import FIELDS_VERSION, BuildManifest, utc_now
from index.engines.base import BuildWriter, Health, Reader, TermsOf, Writer
from index.engines.kept import KeptEngine, released_on_error
from index.errors import SearchError
from index.filestore import BuildStore, FileLock, directory_size


class FileEngine(KeptEngine):
    """Builds in ``<root>/<name>``."""

    store: BuildStore

    def __init__(self, root: Path, terms_of: TermsOf) -> None:
        self.store = BuildStore(root, self.name)
        self._terms_of = terms_of

    # --- what an engine says of itself

    @abstractmethod
    def _create(self, build: str, folder: Path) -> None:
        """An index without documents in an empty folder."""

    @abstractmethod
    def _build_writer(self, build: str, lock: FileLock, fingerprint: str) -> BuildWriter: ...

    @abstractmethod
    def _writer(self, build: str, lock: FileLock) -> Writer: ...

    @abstractmethod
    def _reader(self, build: str, folder: Path) -> Reader: ...

    @abstractmethod
    def _count(self, folder: Path) -> int:
        """How many documents the latest commit holds."""

    @abstractmethod
    def _translated(self, build: str) -> AbstractContextManager[None]:
        """What the library raises over files it cannot read becomes ``IndexBroken``."""

    # --- the same for all

    def open_reader(self) -> Reader:
        return self._reader(*self.store.live_path())

    def start_build(self, fingerprint: str) -> BuildWriter:
        lock = self.store.lock_builder()
        with released_on_error(lock):
            build, folder = self.store.new_folder(fingerprint)
            self._create(build, folder)
            return self._build_writer(build, lock, fingerprint)

    def open_writer(self, build: str | None = None, *, fingerprint: str | None = None) -> Writer:
        build = build or self.store.live_path()[0]
        self.store.manifest(build).check_made_with(fingerprint)
        return self._writer(build, self.store.lock_writer(build))

    def live(self) -> BuildManifest | None:
        return self.store.live_manifest()

    def log(self) -> Sequence[Mapping[str, str | int]]:
        return self.store.log()

    def health(self) -> Health:
        try:
            build, folder = self.store.live_path()
            manifest = self.store.manifest(build)
            with self._translated(build):
                documents = self._count(folder)
            return Health(self.name, build, documents, manifest.fingerprint, directory_size(folder))
        except SearchError as error:
            return Health(self.name, None, 0, "", 0, str(error))


def seal(
    store: BuildStore, build: str, fingerprint: str, documents: int, seq0: int, checks: tuple[str, ...]
) -> BuildManifest:
    """Makes a build durable and writes its manifest, last."""
    manifest = BuildManifest(build, store.engine, fingerprint, FIELDS_VERSION, documents, seq0, utc_now(), checks)
    store.seal(manifest)
    return manifest
