"""What engines share whose builds are directories: the builds, the pointer, the locks, the manifest.

Such an engine says how a build is created, opened, written and counted. Knows no engine's library.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from index.builds import FIELDS_VERSION, BuildInfo, BuildManifest, utc_now
from index.engines.base import BuildWriter, Engine, Health, Reader, TermsOf, Writer
from index.errors import SearchError, WriterBusy
from index.filestore import BuildStore, FileLock, directory_size


class FileEngine(Engine):
    """Builds in ``<root>/<name>``."""

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

    def promote(self, build: str) -> None:
        self.store.promote(build)

    def rollback(self) -> BuildManifest:
        return self.store.rollback()

    def builds(self) -> tuple[BuildInfo, ...]:
        return self.store.builds()

    def live(self) -> BuildManifest | None:
        return self.store.live_manifest()

    def drop(self, build: str) -> None:
        self.store.drop(build)

    def log(self) -> Sequence[Mapping[str, str | int]]:
        return self.store.log()

    def tidy(self) -> bool:
        try:
            with self.store.lock_builder():
                self.store.sweep()
        except WriterBusy:
            return False
        return True

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


@contextmanager
def released_on_error(lock: FileLock) -> Iterator[None]:
    try:
        yield
    except BaseException:
        lock.release()
        raise
