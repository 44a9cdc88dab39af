"""Processes that serve one site: a parent that has loaded what is large, and children, if only one, forked from it.

A child that does not move is ended and replaced, too: each tells the time in memory that all of them share, as long
as its server moves, and the parent looks.

The children share the parent's memory as long as nobody writes to it, so Kiwi's model is held once a machine.
Nothing that belongs to one process crosses the fork: no connection, no reader, no thread of ours. The parent
serves nothing: it waits, puts a new child where one ended, and ends all of them when it is told to. Knows
neither Flask nor the knowledge base.
"""

from __future__ import annotations

import logging
import mmap
import os
import signal
import struct
import sys
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, Protocol

from web import memory

log = logging.getLogger(__name__)

ENDS = {signal.SIGTERM, signal.SIGINT}
WAITED_FOR = {*ENDS, signal.SIGCHLD}
MOST = 4  # processes when nobody says how many
END_SECONDS = 15.0  # until a child that was told to end is killed
LOOK_SECONDS = 1.0  # so often children tell the time, and the parent looks
START_SECONDS = 60.0  # until a child's server runs
ASLEEP_SECONDS = 5.0  # who has not looked for so long was stopped, as its children may have been
QUICK_SECONDS, PAUSE_SECONDS = 5.0, 1.0  # a child that ended so soon is not replaced at once: it would end again


class Stoppable(Protocol):
    """What is needed of ``web.server.Server``."""

    def run(self) -> None: ...

    def stop(self) -> None: ...

    def moving(self) -> bool: ...


def default_count() -> int:
    return min(len(os.sched_getaffinity(0)), MOST)


def can_watch() -> bool:
    """Whether this system lets a parent wait for its children and its end at once; macOS does not."""
    return hasattr(signal, "sigtimedwait")


def run_alone(server: Stoppable) -> None:
    """``server`` in this process until SIGTERM or SIGINT; a second one ends at once."""

    def end(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        server.stop()

    for each in ENDS:
        signal.signal(each, end)
    server.run()


class Beats:
    """When each of a few processes last moved: numbers in memory that a fork shares."""

    WIDTH = struct.calcsize("d")

    def __init__(self, count: int) -> None:
        self._memory = mmap.mmap(-1, count * self.WIDTH)

    def tell(self, place: int, moment: float) -> None:
        struct.pack_into("d", self._memory, place * self.WIDTH, moment)

    def last(self, place: int) -> float:
        return float(struct.unpack_from("d", self._memory, place * self.WIDTH)[0])


@dataclass(frozen=True, slots=True)
class Child:
    """``place`` is its own among the beats."""

    began: float
    place: int


class Workers:
    """``count`` children, each running the server that ``make`` makes in it.

    One that has not moved for ``stuck_seconds`` is ended; 0 leaves it.
    """

    def __init__(self, count: int, make: Callable[[], Stoppable], stuck_seconds: float = 0) -> None:
        self._count = count
        self._make = make
        self._stuck_seconds = stuck_seconds
        self._children: dict[int, Child] = {}  # by process id
        self._beats = Beats(count)
        self._looked = time.monotonic()
        self._alive = os.pipe()  # nobody writes: children that read its end have lost their parent

    def run(self) -> None:
        """Until SIGTERM or SIGINT."""
        memory.settle()
        signal.pthread_sigmask(signal.SIG_BLOCK, WAITED_FOR)
        try:
            for _ in range(self._count):
                self._start()
            while (got := signal.sigtimedwait(WAITED_FOR, LOOK_SECONDS)) is None or got.si_signo not in ENDS:
                self._replace()
                self._end_stuck(time.monotonic())
            log.info("%s: 프로세스 %d개를 끝냅니다", signal.Signals(got.si_signo).name, len(self._children))
        finally:
            self._end()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, WAITED_FOR)

    def _start(self) -> None:
        place = min(set(range(self._count)) - {child.place for child in self._children.values()})
        self._beats.tell(place, time.monotonic() + START_SECONDS)
        with warnings.catch_warnings():  # Kiwi's and NumPy's idle threads hold no lock, and children do without them
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if not child:
            self._work(place)
        self._children[child] = Child(time.monotonic(), place)

    def _work(self, place: int) -> NoReturn:
        """The life of a child. Whatever happens, it never returns into the parent's code."""
        status = 1
        try:
            os.close(self._alive[1])
            server = self._make()
            threading.Thread(target=self._follow, args=(server,), daemon=True).start()
            threading.Thread(target=self._beat, args=(server, place), daemon=True).start()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, WAITED_FOR)
            run_alone(server)
            status = 0
        except BaseException:
            log.exception("프로세스 %d: 문제가 생겨 끝납니다", os.getpid())
        finally:
            logging.shutdown()
            sys.stderr.flush()
            os._exit(status)

    def _follow(self, server: Stoppable) -> None:
        """A child does not outlive its parent, however that ended."""
        os.read(self._alive[0], 1)
        server.stop()

    def _beat(self, server: Stoppable, place: int) -> None:
        while True:
            if server.moving():
                self._beats.tell(place, time.monotonic())
            time.sleep(LOOK_SECONDS)

    def _end_stuck(self, now: float) -> None:
        """Processes that do not move answer nobody, and connections that the system gives them wait for ever."""
        asleep, self._looked = now - self._looked > ASLEEP_SECONDS, now
        for child, about in self._children.items():
            still = now - self._beats.last(about.place)
            if asleep:
                self._beats.tell(about.place, now)
            elif still > self._stuck_seconds > 0:
                log.error("프로세스 %d: %.0f초 동안 움직이지 않아 끝냅니다", child, still)
                self._beats.tell(about.place, now)  # its end is told next
                os.kill(child, signal.SIGKILL)

    def _replace(self) -> None:
        ended = [(child, status, self._children.pop(child).began) for child, status in self._ended()]
        for child, status, began in ended:
            log.error("프로세스 %d: 끝나서(%s) 새로 띄웁니다", child, _how(status))
            if time.monotonic() - began < QUICK_SECONDS:
                time.sleep(PAUSE_SECONDS)
            self._start_again()

    def _start_again(self) -> None:
        """Until there is room: a machine that has no memory for a moment is no reason to end those that serve."""
        while not signal.sigpending() & set(ENDS):
            try:
                self._start()
            except OSError as problem:
                log.error("프로세스를 띄울 수 없어(%s) 다시 해 봅니다", problem.strerror)
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
                    log.error("프로세스 %d: 끝나지 않아 강제로 끝냅니다", child)
                    os.kill(child, signal.SIGKILL)
                until += END_SECONDS
            time.sleep(0.02)
        for end in self._alive:
            os.close(end)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"신호 {-code}" if code < 0 else f"상태 {code}"
