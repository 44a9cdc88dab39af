"""The values used last, up to a sum of their sizes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Bounded(Generic[Key, Value]):
    """The values used last, whose sizes add up to ``most`` at most. Safe for many threads."""

    def __init__(self, most: int, size: Callable[[Value], int] = lambda _: 1) -> None:
        self._most = most
        self._size = size
        self._held: OrderedDict[Key, Value] = OrderedDict()
        self._sum = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            value = self._held.get(key)
            if value is not None:
                self._held.move_to_end(key)
            return value

    def put(self, key: Key, value: Value) -> None:
        with self._lock:
            before = self._held.pop(key, None)
            self._held[key] = value
            self._sum += self._size(value) - (0 if before is None else self._size(before))
            while self._sum > self._most:
                self._sum -= self._size(self._held.popitem(last=False)[1])
