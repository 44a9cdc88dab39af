"""Whether an index directory may be opened: a Whoosh index holds pickles, so who writes to it runs code as its reader.

Trusted is the owner of the index's root, this process's own user and the system's (root); nobody else may own or
be able to write what is opened, or a folder on the way to it. Asked before anything is unpickled, by whoever
unpickles. Where files have no owners (Windows), nothing is asked.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from index.errors import IndexUntrusted

SYSTEM = 0  # root's number


def check_trusted(build: Path) -> None:
    """``build`` is ``<root>/<engine>/<build id>``. Raises IndexUntrusted naming a place that others may write."""
    if os.name != "posix":
        return
    engine, root = build.parent, build.parent.parent
    _check_way(root)
    owners = {SYSTEM, os.geteuid(), root.stat().st_uid}
    for place in (root, engine, build, *_files(build)):
        _check(place, owners)


def _files(build: Path) -> Iterator[Path]:
    with os.scandir(build) as found:
        yield from (Path(entry.path) for entry in found)


def _check_way(root: Path) -> None:
    """Whoever may write to the folder above could put another root into its place; a sticky one forbids that."""
    above = root.absolute().parent
    mode = above.stat()
    if _writable_by_others(mode) and not mode.st_mode & stat.S_ISVTX:
        raise _refused(above)
    if root.stat().st_uid not in {SYSTEM, os.geteuid(), mode.st_uid}:
        raise _refused(root)


def _check(place: Path, owners: Iterable[int]) -> None:
    try:
        mode = place.lstat()
    except FileNotFoundError:
        return  # a commit removes files of the one before
    if stat.S_ISLNK(mode.st_mode) or mode.st_uid not in owners or _writable_by_others(mode):
        raise _refused(place)


def _writable_by_others(mode: os.stat_result) -> bool:
    """A group of which the owner is the only member (umask 002 on Debian) is nobody else."""
    if mode.st_mode & stat.S_IWOTH:
        return True
    return bool(mode.st_mode & stat.S_IWGRP) and not _own_group(mode.st_uid, mode.st_gid)


@lru_cache(maxsize=256)
def _own_group(user: int, group: int) -> bool:
    import grp
    import pwd

    try:
        named, owner = grp.getgrgid(group), pwd.getpwuid(user)
    except KeyError:
        return user == group  # numbers without names: containers
    return owner.pw_gid == group and set(named.gr_mem) <= {owner.pw_name}


def _refused(place: Path) -> IndexUntrusted:
    return IndexUntrusted(f"others than its owner may write {place}, or it is not theirs")
