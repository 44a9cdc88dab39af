"""Several processes that serve one site: a parent that has loaded what is large, and children forked from it.

The children share the parent's memory as long as nobody writes to it, so Kiwi's model is held once a machine.
Nothing that belongs to one process crosses the fork: no connection, no reader, no thread of ours. The parent
serves nothing: it waits, puts a new child where one ended, and ends all of them when it is told to. Knows
neither Flask nor the knowledge base.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from typing import NoReturn, Protocol

log = logging.getLogger(__name__)

ENDS = {signal.SIGTERM, signal.SIGINT}
WAITED_FOR = {*ENDS, signal.SIGCHLD}
MOST = 4  # processes when nobody says how many
END_SECONDS = 15.0  # until a child that was told to end is killed
QUICK_SECONDS, PAUSE_SECONDS = 5.0, 1.0  # a child that ended so soon is not replaced at once: it would end again


class Stoppable(Protocol):
    """What is needed of ``web.server.Server``."""

    def run(self) -> None: ...

    def stop(self) -> None: ...


def default_count() -> int:
    return min(len(os.sched_getaffinity(0)), MOST)


def run_alone(server: Stoppable) -> None:
    """``server`` in this process until SIGTERM or SIGINT; a second one ends at once."""

    def end(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        server.stop()

    for each in ENDS:
        signal.signal(each, end)
    server.run()


class Workers:
    """``count`` children, each running the server that ``make`` makes in it."""

    def __init__(self, count: int, make: Callable[[], Stoppable]) -> None:
        self._count = count
        self._make = make
        self._children: dict[int, float] = {}  # process id → when it was started
        self._alive = os.pipe()  # nobody writes: children that read its end have lost their parent

    def run(self) -> None:
        """Until SIGTERM or SIGINT."""
        gc.collect()
        gc.freeze()  # or the first collection in each child would write to, and so copy, all of it
        signal.pthread_sigmask(signal.SIG_BLOCK, WAITED_FOR)
        try:
            for _ in range(self._count):
                self._start()
            while (got := signal.sigwait(WAITED_FOR)) not in ENDS:
                self._replace()
            log.info("%s: ending %d processes", signal.Signals(got).name, len(self._children))
        finally:
            self._end()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, WAITED_FOR)

    def _start(self) -> None:
        with warnings.catch_warnings():  # Kiwi's and NumPy's idle threads hold no lock, and children do without them
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if not child:
            self._work()
        self._children[child] = time.monotonic()

    def _work(self) -> NoReturn:
        """The life of a child. Whatever happens, it never returns into the parent's code."""
        status = 1
        try:
            os.close(self._alive[1])
            server = self._make()
            threading.Thread(target=self._follow, args=(server,), daemon=True).start()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, WAITED_FOR)
            run_alone(server)
            status = 0
        except BaseException:
            log.exception("process %d of the server failed", os.getpid())
        finally:
            logging.shutdown()
            sys.stderr.flush()
            os._exit(status)

    def _follow(self, server: Stoppable) -> None:
        """A child does not outlive its parent, however that ended."""
        os.read(self._alive[0], 1)
        server.stop()

    def _replace(self) -> None:
        ended = [(child, status, self._children.pop(child)) for child, status in self._ended()]
        for child, status, began in ended:
            log.error("process %d of the server ended (%s), another takes its place", child, _how(status))
            if time.monotonic() - began < QUICK_SECONDS:
                time.sleep(PAUSE_SECONDS)
            self._start_again()

    def _start_again(self) -> None:
        """Until there is room: a machine that has no memory for a moment is no reason to end those that serve."""
        while not signal.sigpending() & set(ENDS):
            try:
                self._start()
            except OSError as problem:
                log.error("no process can be started (%s); trying again", problem.strerror)
                time.sleep(PAUSE_SECONDS)
            else:
                return

    def _ended(self) -> list[tuple[int, int]]:
        """Children that have ended, each with its status. Several ends may come as one signal."""
        found = [os.waitpid(child, os.WNOHANG) for child in self._children]
        return [(child, status) for child, status in found if child]

    def _end(self) -> None:
        for child in self._children:
            os.kill(child, signal.SIGTERM)
        until = time.monotonic() + END_SECONDS
        while self._children:
            for child, _ in self._ended():
                del self._children[child]
            if time.monotonic() > until:
                for child in self._children:
                    log.error("process %d of the server does not end and is killed", child)
                    os.kill(child, signal.SIGKILL)
                until += END_SECONDS
            time.sleep(0.02)
        for end in self._alive:
            os.close(end)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"signal {-code}" if code < 0 else f"status {code}"
