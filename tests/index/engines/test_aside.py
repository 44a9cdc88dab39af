"""A call in a thread of its own: its result, its error, and no waiting beyond the deadline."""

from __future__ import annotations

import threading
import time

import pytest

from index import deadline
from index.engines.aside import aside
from index.errors import IndexBroken, SearchTooSlow


def test_both_go_on_at_once() -> None:
    told = threading.Event()
    result = aside(lambda: told.wait(60))
    told.set()  # would come too late if the call had been waited for
    assert result() is True


def test_an_error_is_raised_where_the_result_is_asked_for() -> None:
    def broken() -> None:
        raise IndexBroken("a file is gone")

    result = aside(broken)
    with pytest.raises(IndexBroken, match="a file is gone"):
        result()


def test_a_call_that_takes_too_long_is_given_up() -> None:
    told, began = threading.Event(), time.monotonic()
    result = aside(lambda: told.wait(60))
    with deadline.within(0.05), pytest.raises(SearchTooSlow):
        result()
    assert time.monotonic() - began < 30
    told.set()  # it ends by itself
    assert result() is True
