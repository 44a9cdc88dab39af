"""Work begun in a forked process while this one is held up. Knows nothing of what the work is.

Kiwi takes two seconds to load and holds Python's lock all the while: the other core would have nothing to do.
"""

from __future__ import annotations

import logging
import os
import pickle
import select
import signal
from collections.abc import Iterable, Iterator
from contextlib import closing
from types import TracebackType
from typing import Generic, NoReturn, Self, TypeVar

log = logging.getLogger(__name__)

MOST_BYTES = 64_000_000  # are held for whoever takes them

Item = TypeVar("Item")


class Ahead(Generic[Item]):
    """``items`` are made in a child process until somebody begins to take them; then come those that were made.

    In their order, and without a gap: who has to have them all goes on after the last. A child that fails or is killed
    has made fewer. It holds nothing of ours open, so that no lock outlives us in it, and ends when we do.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        told, self._tell = os.pipe()
        results, out = os.pipe()
        self._child = os.fork()
        if not self._child:
            _work(items, told, out)
        os.close(told)
        os.close(out)
        self._results = os.fdopen(results, "rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The child is not needed any more, whatever it is doing."""
        os.kill(self._child, signal.SIGKILL)  # it is ours until it is waited for: the number cannot be another's
        os.waitpid(self._child, 0)
        self._results.close()
        self._stop()

    def __iter__(self) -> Iterator[Item]:
        self._stop()
        try:
            while True:
                yield pickle.load(self._results)  # noqa: S301  # from our own child
        except EOFError:
            pass
        except (pickle.UnpicklingError, OSError) as problem:
            log.warning("미리 해 둔 일을 끝까지 받지 못했습니다: %s", problem)

    def _stop(self) -> None:
        if self._tell >= 0:
            os.close(self._tell)
            self._tell = -1


def _work(items: Iterable[Item], told: int, out: int) -> NoReturn:
    """The life of the child. Whatever happens, it never returns into the parent's code."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, too, and ends us
        _let_go_of_all_but(told, out)
        made, size = [], 0
        for item in items:
            made.append(pickle.dumps(item, pickle.HIGHEST_PROTOCOL))
            size += len(made[-1])
            if size > MOST_BYTES or select.select([told], [], [], 0)[0]:
                break
        with closing(os.fdopen(out, "wb")) as pipe:
            pipe.writelines(made)
    except BaseException:  # also what would end a program: nothing of this child may go on as the parent
        log.info("nothing is done ahead", exc_info=True)
    finally:
        os._exit(0)


def _let_go_of_all_but(*kept: int) -> None:
    """Sockets, lock files and the other ends of our pipes; standard streams stay."""
    last = 2
    for number in sorted(kept):
        os.closerange(last + 1, number)
        last = number
    os.closerange(last + 1, os.sysconf("SC_OPEN_MAX"))
