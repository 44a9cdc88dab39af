"""Files and folders of the data directory are their owner's alone, whatever the umask; what exists keeps its rights.

The database holds hashes of tokens, the logs hold addresses of clients, an index is as good as code.
"""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

FOLDER, FILE = 0o700, 0o600


def make_folder(folder: Path) -> None:
    """With those above it, which are made as the umask says."""
    folder.mkdir(FOLDER, parents=True, exist_ok=True)


def make_file(path: Path) -> None:
    """Empty, where none is. That it cannot be made is told by whoever writes to it."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))


def copy(source: Path, target: Path) -> None:
    """In place of what was there, a link included."""
    target.unlink(missing_ok=True)
    make_file(target)
    shutil.copyfile(source, target)


def rights_of(path: Path) -> int:
    """Those that a file in its place should have: of the one that is there, or the owner's alone."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return FILE
