from __future__ import annotations

import sys
from array import array

import pytest

from index.analysis import hugepages


def test_memory_is_moved_and_stays_what_it_was() -> None:
    numbers = array("Q", range(3_000_000))  # 24 MB, a mapping of its own
    moved = hugepages.collapse()
    assert 0 <= moved < 1 << 36
    assert numbers == array("Q", range(3_000_000))
    if sys.platform.startswith("linux"):
        assert sum(end - start for start, end in hugepages._own_memory()) >= 16 << 20


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux tells of its memory so")
def test_pieces_are_whole_huge_pages() -> None:
    numbers = array("Q", range(1_000_000))
    pieces = list(hugepages._own_memory())
    assert pieces and all(start % (2 << 20) == 0 and end % (2 << 20) == 0 and start < end for start, end in pieces)
    assert len(numbers) == 1_000_000


def test_another_system_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert hugepages.collapse() == 0
