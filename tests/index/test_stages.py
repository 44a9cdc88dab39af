"""Times of stages: recorded where somebody asks, summed, and apart for each thread."""

from __future__ import annotations

import threading

import pytest

from index.stages import Times, recorded, staged


@staged("half")
def half(value: int) -> int:
    """Of an even number."""
    if value % 2:
        raise ValueError
    return value // 2


def test_only_what_is_recorded_is_timed() -> None:
    assert half(4) == 2
    with recorded() as times:
        assert half(4) == 2
        first = times["half"]
        half(6)
        assert times["half"] > first
    half(8)
    assert list(times) == ["half"]
    assert half.__doc__ == "Of an even number."


def test_a_stage_that_fails_counts_too() -> None:
    with recorded() as times, pytest.raises(ValueError):
        half(3)
    assert times["half"] > 0


def test_threads_do_not_mix() -> None:
    found: list[Times] = []

    def work() -> None:
        half(2)
        with recorded() as times:
            pass
        found.append(times)

    with recorded() as times:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert (times, found) == ({}, [{}])
