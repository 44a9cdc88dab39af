"""Owns which files of a named place are posts: a Jekyll site, a folder, one file. Opens none of them."""

from __future__ import annotations

import os
import stat
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.errors import UsageError, os_reason

SUFFIXES = (".md", ".markdown", ".html")
UNSURE = -1
_TICK_NS = 2_000_000_000  # the coarsest clock of a file system in use
_NOT_SOURCES = frozenset(("_site", "node_modules", "vendor"))  # what Jekyll builds or installs


@dataclass(frozen=True, slots=True)
class PostFile:
    """``relative`` is the path below the root, with "/".

    ``stamp`` differs whenever the file was written, also by one that put its old time back. ``UNSURE`` when it
    may be written again without that being seen, or could not be asked: such a file is compared by its content.
    """

    path: Path
    relative: str
    size: int
    stamp: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """``path`` ends in a slash for a folder that could not be listed: what is in it is not known."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class PostFolder:
    """The posts below ``root``, sorted by path. Only the names are held; sizes are asked while one goes along."""

    root: Path
    names: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    single: bool = False  # one file was named: what else lies in the folder is not known

    def __iter__(self) -> Iterator[PostFile]:
        for name in self.names:
            yield _post_file(self.root, name)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The folders that could not be listed, absolute, with a closing slash."""
        return tuple(f"{self.root}/{one.path}" for one in self.skipped if one.path.endswith("/"))

    def is_there(self) -> bool:
        """Whether the folder can still be listed and holds anything: a mount that was lost is an empty folder."""
        try:
            return any(self.root.iterdir())
        except OSError:
            return False


def find_posts(path: Path) -> PostFolder:
    """Raises UsageError for a place that is missing, is empty, cannot be read, or holds no post."""
    if _shown(str(path)) != str(path):
        raise UsageError(f"'{_shown(str(path))}': 경로가 UTF-8이 아니어서 읽을 수 없습니다.")
    try:
        return _found(path)
    except PermissionError:
        raise UsageError(f"'{path}' 폴더를 읽을 권한이 없습니다.") from None
    except OSError as error:
        raise UsageError(f"'{path}'를 읽을 수 없습니다 ({os_reason(error)}).") from None


def _found(path: Path) -> PostFolder:
    if not path.exists():
        raise UsageError(f"'{path}'가 없습니다. 경로를 확인해 주세요.")
    if path.is_file():
        return _single(path)
    if not path.is_dir():
        raise UsageError(f"'{path}'는 폴더도 글 파일도 아닙니다.")
    return _folder(path)


def _single(path: Path) -> PostFolder:
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"'{path}'는 글 파일이 아닙니다. {', '.join(SUFFIXES)} 파일을 읽습니다.")
    root = next((parent for parent in path.absolute().parents if parent.name == "_posts"), path.absolute().parent)
    return PostFolder(root, (path.absolute().relative_to(root).as_posix(),), (), single=True)


def _folder(path: Path) -> PostFolder:
    if not any(path.iterdir()):
        raise UsageError(f"'{path}' 폴더가 비어 있습니다.")
    root = path / "_posts" if (path / "_posts").is_dir() and len(_post_folders(path)) == 1 else path
    names, skipped = _list(root)
    if any("_posts" in name.split("/")[:-1] for name in names):  # a site: its pages and README are no posts
        names = [name for name in names if "_posts" in name.split("/")[:-1]]
    if not names:
        if any(one.path.endswith("/") or not one.path for one in skipped):
            raise UsageError(f"'{root}'에 읽을 수 없는 폴더가 있고 읽을 수 있는 글이 없습니다. 권한을 확인해 주세요.")
        raise UsageError(f"'{path}' 폴더에 글 파일({', '.join(SUFFIXES)})이 없습니다.")
    return PostFolder(root, tuple(sorted(names)), tuple(skipped))


def _post_folders(path: Path) -> list[str]:
    found = []
    for where, folders, _ in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _NOT_SOURCES]
        found += [os.path.join(where, name) for name in folders if name == "_posts"]  # noqa: PTH118  # os.walk gives str
        if len(found) > 1:
            break
    return found


def _list(root: Path) -> tuple[list[str], list[Skipped]]:
    names: list[str] = []
    skipped: list[Skipped] = []
    pending = [""]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(root / folder) as entries:
                for entry in entries:
                    _sort_entry(root, f"{folder}{entry.name}", entry, (names, skipped, pending))
        except OSError as error:
            skipped.append(Skipped(_shown(folder), f"폴더를 읽을 수 없습니다 ({os_reason(error)})."))
    return names, sorted(skipped, key=lambda one: one.path)


def _sort_entry(
    root: Path, name: str, entry: os.DirEntry[str], into: tuple[list[str], list[Skipped], list[str]]
) -> None:
    names, skipped, pending = into
    reason = _reason(root, entry)
    if entry.is_dir(follow_symlinks=False) and reason is None:
        pending.append(f"{name}/")
    elif reason is None and _is_post_name(entry.name):
        names.append(name)
    elif reason and (_is_post_name(entry.name) or entry.is_dir()):
        skipped.append(Skipped(_shown(name), reason))


def _is_post_name(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def _reason(root: Path, entry: os.DirEntry[str]) -> str | None:
    """Why an entry is not followed, or None."""
    if _shown(entry.name) != entry.name:
        return "파일 이름이 UTF-8이 아니어서 읽지 않았습니다."
    if entry.name.startswith("."):
        return "숨김 파일은 읽지 않습니다."
    if entry.is_symlink():
        return _link_reason(root, Path(entry.path))
    if entry.is_dir(follow_symlinks=False):
        return "Jekyll이 만든 폴더는 읽지 않습니다." if entry.name in _NOT_SOURCES else None
    if not entry.is_file(follow_symlinks=False):
        return "일반 파일이 아니어서(장치, 파이프 등) 읽지 않았습니다."
    return None


def _link_reason(root: Path, path: Path) -> str | None:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "링크가 가리키는 파일이 없습니다."
    if not target.is_relative_to(root.resolve()):
        return "폴더 밖을 가리키는 링크는 따라가지 않습니다."
    return None if target.is_file() else "폴더를 가리키는 링크는 따라가지 않습니다."


def _shown(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def _post_file(root: Path, name: str) -> PostFile:
    path = root / name
    try:
        found = path.stat()
        size, stamp = (found.st_size, _stamp(found)) if stat.S_ISREG(found.st_mode) else (0, UNSURE)
    except OSError:
        size, stamp = 0, UNSURE
    return PostFile(path, unicodedata.normalize("NFC", name), size, stamp)


def _stamp(found: os.stat_result) -> int:
    """Both times of a file in one number: that of its content can be set by anyone, that of its node by none."""
    if found.st_ctime_ns > time.time_ns() - _TICK_NS:
        return UNSURE
    return found.st_mtime_ns + found.st_ctime_ns
