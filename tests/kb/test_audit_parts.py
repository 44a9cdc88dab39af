"""The audit log is parted by size: nothing is read twice or not at all, and strangers cannot push out what matters."""

from __future__ import annotations

import json
import multiprocessing
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from kb.access import parts
from kb.access.audit import FILE, AuditLog
from kb.cli import main

WRITERS, LINES = 4, 150


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART_BYTES", 2_000)
    monkeypatch.setattr(parts, "PARTS", 3)


def write(folder: Path, writer: int) -> None:
    log = AuditLog(folder)
    for number in range(LINES):
        log.record("ingest", writer=writer, number=number)


def test_of_several_processes_no_line_is_lost_or_doubled_and_each_keeps_its_order(tmp_path: Path) -> None:
    forked = multiprocessing.get_context("fork")
    writers = [forked.Process(target=write, args=(tmp_path, number)) for number in range(WRITERS)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    told = [(entry.details["writer"], entry.details["number"]) for entry in AuditLog(tmp_path).entries()
            if entry.action == "ingest"]  # fmt: skip
    assert len(told) == WRITERS * LINES == len(set(told))
    for writer in range(WRITERS):
        numbers = [number for who, number in told if who == writer]
        assert sum(a > b for a, b in pairwise(numbers)) <= len(parts.parts(tmp_path))
    assert len(parts.parts(tmp_path)) <= 3 + 1
    assert not any(path.stat().st_mode & 0o077 for path in tmp_path.iterdir())


def test_strangers_push_nothing_out_and_fill_nothing(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    for number in range(10):
        log.record("token created", token=f"t{number}")
        for _ in range(100):
            log.record("sign-in refused", address="192.0.2.9")
    size = sum(path.stat().st_size for path in tmp_path.glob("audit*"))
    assert size < 2_000 * 5 + 30 * 200
    entries = list(log.entries())
    assert [e.details["token"] for e in entries if e.action == "token created"] == [f"t{n}" for n in range(10)]
    refused = sum(e.action == "sign-in refused" for e in entries)
    left_out = sum(int(str(e.details["refused sign-ins left out"])) for e in entries if e.action == "thinned")
    assert refused + left_out == 1_000


def test_thinning_that_was_cut_short_is_not_done_twice(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    for number in range(30):
        log.record("ingest", number=number)
    part = parts.parts(tmp_path)[0]
    parts._thin(part, tmp_path / parts.OLDEST)  # and killed before the part was removed
    for number in range(30, 160):
        log.record("ingest", number=number)
    assert [e.details["number"] for e in log.entries() if e.action == "ingest"] == list(range(160))


def test_the_command_and_the_backup_hold_all_parts(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    for number in range(60):
        log.record("ingest", number=number)
    assert len(parts.parts(tmp_path)) >= 2
    told = CliRunner().invoke(main, ["--data-dir", str(tmp_path), "audit", "--json", "--last", "1000"])
    assert [entry["number"] for entry in json.loads(told.stdout) if entry["action"] == "ingest"] == list(range(60))
    assert log.copy_whole(tmp_path / "copy")
    assert [json.loads(line)["number"] for line in (tmp_path / "copy").read_text().splitlines()] == list(range(60))


def test_a_cut_line_at_the_end_of_a_part_swallows_nothing(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.record("first")
    (tmp_path / FILE).rename(tmp_path / "audit-000001.jsonl")
    with (tmp_path / "audit-000001.jsonl").open("ab") as part:
        part.write(b'{"at": "20')
    log.record("second")
    assert log.copy_whole(tmp_path / "copy")
    assert [json.loads(line)["action"] for line in (tmp_path / "copy").read_text().splitlines()[::2]] == [
        "first",
        "second",
    ]


def test_a_log_that_somebody_has_led_elsewhere_is_left_so(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.log"
    elsewhere.touch()
    (tmp_path / FILE).symlink_to(elsewhere)
    write(tmp_path, 1)
    assert (tmp_path / FILE).is_symlink() and parts.parts(tmp_path) == []
    assert len(elsewhere.read_text().splitlines()) == LINES
