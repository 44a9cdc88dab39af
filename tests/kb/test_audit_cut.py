"""A line of the audit log that a full disk cut off swallows nothing that comes after it."""

from __future__ import annotations

from pathlib import Path

from kb.access.audit import AuditLog


def test_the_entry_after_a_cut_line_is_whole(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.record("first")
    with log.path.open("ab") as file:
        file.write(b'{"when": "2026-')
    log.record("second")
    assert [entry.action for entry in log.entries()] == ["first", "damaged", "second"]
