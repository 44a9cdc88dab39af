"""Where builds of file-based engines live: directories, the pointer to the live one, locks and the log.

    <root>/<engine>/LIVE                  one build id; replaced atomically
    <root>/<engine>/PREVIOUS              the build to roll back to
    <root>/<engine>/BUILD.lock            held while a build is made (its holder's pid is inside)
    <root>/<engine>/builds.jsonl          every seal, promotion, rollback and deletion
    <root>/<engine>/<build id>/           an index; without MANIFEST.json it does not exist for readers
    <root>/<engine>/<build id>/WRITE.lock

Knows nothing of what an index consists of.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from index.builds import BuildInfo, BuildManifest, is_build_id, new_build_id, utc_now
from index.errors import BuildRefused, IndexBroken, NoEarlierBuild, NoLiveBuild, WriterBusy

MANIFEST = "MANIFEST.json"
GRACE_SECONDS = 15 * 60  # longer than the longest request; deleting a retired build waits so long
KEPT_RETIRED = 3  # but of many builds in a row no more than these: a reader holds its files open, deleted or not


UNNAMED = "unknown"  # for a moment, while a holder writes its name or takes it off


class FileLock:
    """An exclusive lock on a file, given back when its holder dies. Raises ``WriterBusy`` and says who has it."""

    def __init__(self, path: Path, purpose: str) -> None:
        self._file = path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or UNNAMED
            self._file.close()
            raise WriterBusy(f"{purpose}: the lock is held by {holder}") from error
        self._file.truncate(0)
        self._file.write(f"pid {os.getpid()}, {purpose}, since {utc_now()}\n")
        self._file.flush()

    def release(self) -> None:
        if not self._file.closed:
            self._file.truncate(0)
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class BuildStore:
    """The builds of one engine in one directory."""

    def __init__(self, root: Path, engine: str, grace_seconds: float = GRACE_SECONDS) -> None:
        self.folder = root / engine
        self.engine = engine
        self._grace = grace_seconds

    # --- reading: never creates anything

    def live_id(self) -> str | None:
        return self._pointer("LIVE")

    def live_path(self) -> tuple[str, Path]:
        """The live build, resolved once; what is opened from it stays with that build."""
        build = self.live_id()
        if build is None:
            raise NoLiveBuild(f"{self.engine}: nothing has been built yet")
        path = self.folder / build
        if not (path / MANIFEST).is_file():
            raise NoLiveBuild(f"{self.engine}: the live build {build} is not there")
        return build, path

    def manifest(self, build: str) -> BuildManifest:
        """Raises ``BuildRefused`` when the build is not there or not sealed."""
        if not is_build_id(build):
            raise BuildRefused(f"{build!r} is no build id")
        try:
            return BuildManifest.from_json((self.folder / build / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise BuildRefused(f"build {build} is not there or not sealed") from error
        except (OSError, UnicodeDecodeError) as error:
            raise IndexBroken(f"the manifest of {build} cannot be read: {error}") from error

    def builds(self) -> tuple[BuildInfo, ...]:
        """The sealed builds, oldest first. A build whose manifest cannot be read is not sealed."""
        live, previous = self._whole_pointer("LIVE"), self._whole_pointer("PREVIOUS")
        return tuple(
            BuildInfo(manifest, name == live, name == previous, directory_size(self.folder / name))
            for name in self._names()
            if (manifest := self._sealed(name)) is not None
        )

    def live_manifest(self) -> BuildManifest | None:
        """The manifest of the live build, if there is one that can be read."""
        live = self._whole_pointer("LIVE")
        return self._sealed(live) if live is not None else None

    def log(self) -> list[dict[str, str | int]]:
        """What was done to builds, oldest first. A line that a full disk cut off is told as ``damaged``."""
        path = self.folder / "builds.jsonl"
        if not path.is_file():
            return []
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        return [_noted(line) for line in lines if line.strip()]

    # --- changing

    def lock_builder(self) -> FileLock:
        self.folder.parent.mkdir(0o700, parents=True, exist_ok=True)  # a new root is its owner's alone
        self.folder.mkdir(exist_ok=True)
        return FileLock(self.folder / "BUILD.lock", f"building a {self.engine} index")

    def lock_writer(self, build: str) -> FileLock:
        return FileLock(self.folder / build / "WRITE.lock", f"writing to {self.engine} build {build}")

    def new_folder(self, fingerprint: str) -> tuple[str, Path]:
        """An empty unsealed build. The builder's lock must be held: unsealed leftovers are swept first."""
        self.sweep()
        newest = max(self._names(), default=None)
        while True:
            build = new_build_id(fingerprint, after=newest)
            try:
                (self.folder / build).mkdir()
            except FileExistsError:
                continue
            return build, self.folder / build

    def seal(self, manifest: BuildManifest) -> None:
        """Makes every file of the build durable, then writes the manifest."""
        folder = self.folder / manifest.build
        for path in folder.iterdir():
            sync_file(path)
        sync_file(folder)
        write_atomically(folder / MANIFEST, manifest.to_json())
        self._note("seal", manifest.build, manifest.documents)

    def promote(self, build: str, action: str = "promote") -> None:
        manifest = self.manifest(build)
        live = self._whole_pointer("LIVE")
        if live == build:
            return
        if live is not None:
            self._retire(self._whole_pointer("PREVIOUS"), keep=(build, live))
            write_atomically(self.folder / "PREVIOUS", live + "\n")
        (self.folder / build / "RETIRED").unlink(missing_ok=True)
        write_atomically(self.folder / "LIVE", build + "\n")
        self._note(action, build, manifest.documents)

    def rollback(self) -> BuildManifest:
        previous = self._pointer("PREVIOUS")
        if previous is None:
            raise NoEarlierBuild(f"{self.engine}: there is no earlier build to go back to")
        manifest = self.manifest(previous)
        self.promote(previous, "rollback")
        return manifest

    def drop(self, build: str) -> None:
        if build == self._whole_pointer("LIVE"):
            raise BuildRefused(f"{build} is the live build")
        if not is_build_id(build) or not (self.folder / build).is_dir():
            raise BuildRefused(f"there is no build {build!r}")
        with self.lock_writer(build):
            self._remove(build)

    def sweep(self) -> None:
        """Removes unsealed leftovers, and retired builds after the grace period. Needs the builder's lock."""
        kept = {self._whole_pointer("LIVE"), self._whole_pointer("PREVIOUS")}
        expired = self._expired()
        for name in self._names():
            if name not in kept and (name in expired or self._sealed(name) is None):
                self._remove(name)

    def discard(self, build: str) -> None:
        """Removes a build that was given up before it was sealed."""
        shutil.rmtree(self.folder / build, ignore_errors=True)

    # --- inside

    def _names(self) -> list[str]:
        if not self.folder.is_dir():
            return []
        return sorted(entry.name for entry in os.scandir(self.folder) if is_build_id(entry.name) and entry.is_dir())

    def _pointer(self, name: str) -> str | None:
        try:
            build = (self.folder / name).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexBroken(f"the pointer {name} of {self.engine} cannot be read: {error}") from error
        if not is_build_id(build):
            raise IndexBroken(f"the pointer {name} of {self.engine} holds {build[:40]!r}, which is no build id")
        return build

    def _whole_pointer(self, name: str) -> str | None:
        """The pointer, or nothing when it is damaged: a builder must be able to replace it."""
        try:
            return self._pointer(name)
        except IndexBroken:
            return None

    def _sealed(self, build: str) -> BuildManifest | None:
        try:
            return self.manifest(build)
        except (BuildRefused, IndexBroken):
            return None

    def _expired(self) -> set[str]:
        """Builds retired long ago, or before the newest few. A time in the future is of a clock that was wrong."""
        marks = [self.folder / name / "RETIRED" for name in self._names()]
        retired = sorted(((mark.stat().st_mtime, mark.parent.name) for mark in marks if mark.is_file()), reverse=True)
        old = [name for at, name in retired if abs(time.time() - at) >= self._grace]
        return {*old, *(name for _, name in retired[KEPT_RETIRED:])}

    def _retire(self, build: str | None, keep: tuple[str, str]) -> None:
        if build is not None and build not in keep and (self.folder / build).is_dir():
            (self.folder / build / "RETIRED").touch()

    def _remove(self, build: str) -> None:
        # The manifest goes first: a deletion that is interrupted leaves an unsealed build, not half of one.
        (self.folder / build / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(self.folder / build)
        self._note("drop", build, 0)

    def _note(self, action: str, build: str, documents: int) -> None:
        line = {"at": utc_now(), "who": _who(), "action": action, "build": build, "documents": documents}
        with (self.folder / "builds.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")


def _noted(line: str) -> dict[str, str | int]:
    found: dict[str, str | int] = {"at": "", "who": "", "action": "damaged", "build": "", "documents": 0}
    try:
        told = json.loads(line)
        return {**found, **told} if isinstance(told, dict) else found
    except ValueError:
        return found


def write_atomically(path: Path, text: str) -> None:
    """The file holds the old text or the new one, whatever happens, also after a power cut."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_file(path.parent)


def sync_file(path: Path) -> None:
    """Forces a file or the entries of a directory to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def directory_size(folder: Path) -> int:
    """Bytes of the files in a folder; what vanishes meanwhile counts nothing."""
    total = 0
    with suppress(FileNotFoundError):
        for entry in os.scandir(folder):
            with suppress(FileNotFoundError):
                total += entry.stat().st_size
    return total


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return f"uid {os.getuid()}"
