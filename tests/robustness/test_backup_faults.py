"""Backup and restore under a kill, a full disk, missing rights: whole or not at all, and said."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.robustness.conftest import Kb, unprivileged

KB = (sys.executable, "-c", "from kb.cli import main; main()")


def killed_at(seconds: float, *words: str | Path) -> int:
    process = subprocess.Popen([*KB, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    process.kill()
    return process.wait()


def test_a_killed_backup_leaves_no_half_file(kb: Kb, data: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    subprocess.run([*KB, "--data-dir", str(data), "backup", str(tmp_path / "whole")], check=True)
    took = time.monotonic() - began
    for number, share in enumerate((0.6, 0.8, 0.9, 0.95)):
        path = tmp_path / f"{number}.backup"
        killed_at(took * share, "--data-dir", data, "backup", path)
        if path.exists():  # then it is whole
            assert kb("restore", path, data_dir=tmp_path / f"restored-{number}").exit_code == 0
    for left in tmp_path.glob(".kb-backup-*"):
        os.utime(left, (time.time() - 3600, time.time() - 3600))
    assert kb("backup", tmp_path / "last").exit_code == 0
    assert list(tmp_path.glob(".kb-backup-*")) == []


def test_a_killed_restore_is_run_again(kb: Kb, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "backup"
    assert kb("backup", path).exit_code == 0
    began = time.monotonic()
    subprocess.run([*KB, "--data-dir", str(tmp_path / "first"), "restore", str(path)], check=True)
    took = time.monotonic() - began
    for share in (0.5, 0.7, 0.85):
        target = tmp_path / f"restored-{share}"
        if killed_at(took * share, "--data-dir", target, "restore", path) != -signal.SIGKILL:
            continue
        again = kb("restore", path, data_dir=target)
        if again.exit_code == 2:  # the database was in its place already: only the index is missing
            assert "--force" in again.stderr, again.stderr
            built = kb("reindex", data_dir=target)
            assert built.exit_code == 0, (share, built.output)
        else:
            assert again.exit_code == 0, (share, again.output)
        checked = kb("check", "--deep", data_dir=target)
        assert checked.exit_code == 0, (share, checked.output)
        assert '"total": 12' in kb("search", "우회수출", "--json", data_dir=target).stdout
        assert not list(target.glob(".restore-*")) or again.exit_code == 2


def test_a_full_disk_leaves_no_backup(data: Path, tmp_path: Path) -> None:
    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    folder = tmp_path / "backups"
    folder.mkdir()
    full = subprocess.run(
        [*KB, "--data-dir", str(data), "backup", str(folder / "x")],
        capture_output=True, text=True, check=False, preexec_fn=little_room, timeout=120,
    )  # fmt: skip
    assert full.returncode == 2
    assert any(word in full.stderr for word in ("디스크", "한도")), full.stderr
    assert "Traceback" not in full.stderr
    assert list(folder.iterdir()) == []


def test_too_little_room_to_restore_is_said_before_anything_is_written(kb: Kb, tmp_path: Path) -> None:
    path, disk = tmp_path / "backup", tmp_path / "disk"
    assert kb("backup", path).exit_code == 0
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount a small disk")
    try:
        refused = kb("restore", path, data_dir=disk / "var")
        assert refused.exit_code == 2
        assert "빈자리가 모자랍니다" in refused.stderr or "디스크" in refused.stderr
        assert not list(disk.rglob("*.sqlite3")) and not list(disk.rglob(".restore-*"))
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_missing_rights_are_told(kb: Kb, data: Path, tmp_path: Path) -> None:
    path, closed = tmp_path / "backup", tmp_path / "closed"
    assert kb("backup", path).exit_code == 0
    shutil.copy(path, tmp_path / "locked")
    (tmp_path / "locked").chmod(0)
    closed.mkdir(mode=0o555)
    try:
        for words in (
            ("--data-dir", data, "backup", closed / "x"),
            ("--data-dir", closed / "var", "restore", path),
            ("--data-dir", tmp_path / "new", "restore", tmp_path / "locked"),
        ):
            refused = unprivileged(*words)
            assert refused.returncode == 2, words
            assert "권한이 없습니다" in refused.stderr, refused.stderr
            assert "Traceback" not in refused.stderr
    finally:
        closed.chmod(0o755)


def test_a_read_only_data_folder_can_be_backed_up(data: Path, tmp_path: Path) -> None:
    for path in (data, *data.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        taken = unprivileged("--data-dir", data, "backup", tmp_path / "x")
        assert taken.returncode == 0, taken.stderr
    finally:
        for path in (data, *data.rglob("*")):
            path.chmod(0o755)
