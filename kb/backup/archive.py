"""The file of a backup: a zip archive of few known members, with a manifest that has the SHA-256 of each.

Reading trusts nothing: every member is named, sized and hashed before a byte of it counts, only names from our own
list are written, and never by a path that the archive gives. Knows no database.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from kb.errors import UsageError, os_reason

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "kb.sqlite3"
AUDIT = "audit.jsonl"
KNOWN = re.compile(r"manifest\.json|kb\.sqlite3|audit\.jsonl|corrections/[0-9A-Za-z가-힣_.-]{1,100}\.ya?ml")
WORD = re.compile(r"[0-9A-Za-z_.+-]{0,60}")  # what a manifest tells is shown to a person, on a terminal
MOMENT = re.compile(r"[0-9T:.+-]{19,32}")
MOST_MEMBERS = 200
MANIFEST_BYTES = 200_000
RATIO, RATIO_FROM = 200, 100_000_000  # text packs ten times; what packs better and is large is a bomb
LEVEL = 1  # most of a base is packed already
BLOCK = 1 << 20

Progress = Callable[[str, int, int], object]
"""What is done, how much of it, of how much."""


def silent(what: str, done: int, total: int) -> None:
    """A progress that tells nobody."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. ``database`` is the kind it was taken from; every kind is kept as an SQLite file."""

    format: int
    program: str
    created: str
    database: str
    revision: str
    posts: int
    members: Mapping[str, tuple[int, str]]  # name → (bytes, SHA-256)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Raises UsageError for what ``to_json`` did not write."""
        try:
            raw = json.loads(text)
            found = cls(**raw)
            members = {str(name): (int(size), str(digest)) for name, (size, digest) in raw["members"].items()}
            wellformed = all(size >= 0 and re.fullmatch("[0-9a-f]{64}", digest) for size, digest in members.values())
            if not isinstance(found.posts, int) or not isinstance(found.format, int) or not wellformed:
                raise ValueError
            if not all(map(WORD.fullmatch, (found.program, found.database, found.revision))):
                raise ValueError
            if not MOMENT.fullmatch(found.created) or not dt.datetime.fromisoformat(found.created):
                raise ValueError
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise UsageError("백업 파일의 목록(manifest.json)을 읽을 수 없습니다. 깨졌거나 백업이 아닙니다.") from error
        if found.format > FORMAT:
            raise UsageError("더 새로운 판의 프로그램이 만든 백업입니다. 프로그램을 새 판으로 올린 뒤 되돌리십시오.")
        return cls(**{**raw, "members": members})


def digest_of(path: Path) -> tuple[int, str]:
    with path.open("rb") as stream:
        return path.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest()


def write_archive(path: Path, manifest: Manifest, files: Mapping[str, Path], progress: Progress = silent) -> None:
    """The archive at ``path``, which must not exist; durable when it returns."""
    with path.open("xb") as raw:
        path.chmod(0o600)  # hashes of tokens and everything else that the base holds
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
            archive.writestr(MANIFEST, manifest.to_json())
            for name, source in files.items():
                total, done = source.stat().st_size, 0
                with source.open("rb") as stream, archive.open(name, "w", force_zip64=True) as member:
                    while block := stream.read(BLOCK):
                        member.write(block)
                        done += len(block)
                        progress("파일로 묶는 중", done, total)
        raw.flush()
        os.fsync(raw.fileno())


class Archive:
    """A backup that has been looked at: its members are ours, and as large as the manifest says."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    @property
    def bytes(self) -> int:
        return sum(size for size, _ in self.manifest.members.values())

    def extract(self, folder: Path, progress: Progress = silent) -> dict[str, Path]:
        """Every member but the manifest, verified, under a name of ours. Raises UsageError."""
        if shutil.disk_usage(folder).free < self.bytes * 1.05:
            raise UsageError(f"빈자리가 모자랍니다: 되돌리려면 {self.bytes / 1e6:,.0f} MB가 있어야 합니다.")
        found = {}
        for number, (name, (size, digest)) in enumerate(self.manifest.members.items()):
            found[name] = folder / f"member-{number}"
            self._copy(name, found[name], size, digest, progress)
        return found

    def _copy(self, name: str, target: Path, size: int, digest: str, progress: Progress) -> None:
        found, done = hashlib.sha256(), 0
        with _told(), self._archive.open(name) as member, target.open("xb") as out:
            while block := member.read(BLOCK):
                done += len(block)
                if done > size:
                    break
                found.update(block)
                out.write(block)
                progress("꺼내어 확인하는 중", done, size)
        if done != size or found.hexdigest() != digest:
            raise UsageError(f"백업 파일이 깨졌습니다: {name}의 체크섬이 목록과 다릅니다. 다른 백업을 쓰십시오.")


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Raises UsageError for what is no backup, or not whole, or not only a backup."""
    with _opened(path) as raw, _told(), zipfile.ZipFile(raw) as archive:
        members = _members(archive)
        about = members.pop(MANIFEST, None)
        if about is None or about.file_size > MANIFEST_BYTES:
            raise UsageError(f"{path.name}: kb backup이 만든 파일이 아닙니다 (목록이 없습니다).")
        manifest = Manifest.from_json(archive.read(MANIFEST))
        if {name: info.file_size for name, info in members.items()} != {
            name: size for name, (size, _) in manifest.members.items()
        } or DATABASE not in members:
            raise UsageError(f"{path.name}: 백업 파일이 깨졌습니다. 담긴 것이 목록과 다릅니다.")
        _refuse_bomb(path, members)
        yield Archive(archive, manifest)


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """By name. Anything that we would not have written is refused: paths, links, devices, doubles, encryption."""
    found: dict[str, zipfile.ZipInfo] = {}
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS:
        raise UsageError(f"백업이 아닙니다: 담긴 것이 {len(infos):,}개나 됩니다.")
    for info in infos:
        mode = info.external_attr >> 16
        strange = (
            not KNOWN.fullmatch(info.filename)
            or info.filename in found
            or (stat.S_IFMT(mode) not in (0, stat.S_IFREG))
            or info.flag_bits & 0x1
            or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        )
        if strange:
            name = info.filename.encode("unicode_escape").decode()[:80]
            raise UsageError(f"백업에 있을 수 없는 것이 담겨 있어 되돌리지 않았습니다: {name}")
        found[info.filename] = info
    return found


def _refuse_bomb(path: Path, members: Mapping[str, zipfile.ZipInfo]) -> None:
    total, packed = sum(info.file_size for info in members.values()), path.stat().st_size
    if total > RATIO_FROM and total > packed * RATIO:
        sizes = f"{packed / 1e6:,.1f} MB인 파일이 {total / 1e6:,.0f} MB로 풀립니다"
        raise UsageError(f"{path.name}: {sizes}. 백업이 아닌 것으로 보고 멈췄습니다.")


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        raw = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path}: 백업 파일을 열 수 없습니다 ({os_reason(error)}).") from error
    with raw:
        yield raw


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        if isinstance(error, UsageError):
            raise
        raise UsageError(
            f"백업 파일이 아니거나, 깨졌거나, 중간에 잘렸습니다 ({error}). 다른 백업을 쓰십시오."
        ) from error
