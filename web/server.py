"""The WSGI server of one process: waitress, which reads slow clients without giving them a thread.

Who reads an answer too slowly is closed, so that nobody holds a thread or the place of a file; who is idle the longest
is closed when there is no room for others.

An address with Hangul as typed is taken too: ``curl 'http://…/search?q=전략물자'`` sends the bytes of UTF-8 as they
are. The standard wants them percent-encoded and waitress refuses them; a person at a shell should get an answer.
Knows nothing of several processes (``web.workers``): it serves whatever listening sockets it is given.
"""

from __future__ import annotations

import errno
import logging
import re
import socket
import time
from collections.abc import Sequence
from typing import Any

import waitress
from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ThreadedTaskDispatcher
from waitress.trigger import trigger

log = logging.getLogger("web.server")

NOT_ASCII = re.compile(rb"[\x80-\xff]")
STOP_SECONDS = 10.0
"""So long an answer that is on its way may take after ``stop``."""

LIMITS = {
    "max_request_header_size": 64 * 1024,
    "max_request_body_size": 64 * 1024,  # nothing is posted here
    "connection_limit": 500,
    "channel_timeout": 60,  # seconds an idle connection is kept, and half a request is waited for
    "cleanup_interval": 10,
    "asyncore_use_poll": True,  # select() ends at file number 1,024
}

IDLE_FROM, IDLE_TO = 0.9, 0.8
"""So full, of the limit of connections, the longest idle ones are closed, down to so full: others still get in."""
READ_GRACE, READ_RATE, READ_LONGEST = 30.0, 16_000, 3_600.0
"""An answer has to be read by so many bytes a second after a grace in seconds, and within an hour."""
QUEUE_SECONDS = 60.0
"""So often at most it is told that requests wait."""
LOOP_SECONDS, TASK_SECONDS = 5.0, 120.0
"""The loop turns every second. For so long all threads may be busy, with nothing handed out and nothing written."""


def encoded(header: bytes) -> bytes:
    """The header with every byte of its first line that is not ASCII percent-encoded."""
    line, end, rest = header.partition(b"\r\n")
    return NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line) + end + rest


HOST = re.compile(
    rb"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,40}\.?(?::[0-9]{0,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{0,5})?"
)
FRAMING = re.compile(rb"^(host|content-length|transfer-encoding)[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)


def check_framing(header: bytes) -> None:
    """Raises ParsingError for what another server on the way might read otherwise than we do (request smuggling).

    One host at most, and one that may stand in a link; one way to say where the body ends, said once.
    """
    found: dict[bytes, bytes] = {}
    for name, value in FRAMING.findall(header.partition(b"\r\n")[2]):
        if name.lower() in found:
            raise ParsingError("a header that may stand once stands twice")
        found[name.lower()] = value.strip()
    if b"content-length" in found and b"transfer-encoding" in found:
        raise ParsingError("both Content-Length and Transfer-Encoding")
    if not HOST.fullmatch(found.get(b"host") or b"localhost"):
        raise ParsingError("Host is no name")
    if b"host" not in found and header.partition(b"\r\n")[0].endswith(b"/1.1"):
        raise ParsingError("no Host")


class Parser(HTTPRequestParser):  # type: ignore[misc] # waitress has no types
    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(encoded(header_plus))
        check_framing(header_plus)


class Channel(HTTPChannel):  # type: ignore[misc] # waitress has no types
    parser_class = Parser
    last_activity: float  # waitress's: a channel that has had none for long is closed

    sent = 0
    reading: tuple[float, int] | None = None  # since when an answer waits to be read, and what had been sent then

    def send(self, data: bytes, do_close: bool = True) -> int:
        count: int = super().send(data, do_close)
        self.sent += count
        return count

    def write_soon(self, data: Any) -> int:
        self.server.task_dispatcher.moved()
        written: int = super().write_soon(data)
        return written

    def too_slow(self, now: float) -> bool:
        """Whether the reader of an answer takes it by drops. To be asked every second or so."""
        if not self.total_outbufs_len:
            self.reading = None
            return False
        since, sent = self.reading = self.reading or (now, self.sent)
        return now - since > min(READ_GRACE + (self.sent - sent) / READ_RATE, READ_LONGEST)

    def handle_read(self) -> None:
        """More bytes of the same half request are no activity: a client that drips them is closed in time."""
        half, before = self.request is not None, self.last_activity
        super().handle_read()
        if half and self.request is not None:
            self.last_activity = before

    @property
    def idle(self) -> bool:
        return not self.requests and not self.total_outbufs_len


class Tasks(ThreadedTaskDispatcher):  # type: ignore[misc] # waitress has no types
    """Its threads, when they last did something, and how many requests had to wait for them."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._moved, self._head = time.monotonic(), None
        self._most, self._told = 0, -QUEUE_SECONDS
        self.set_thread_count(threads)

    def add_task(self, task: Any) -> None:
        """As waitress does, without its line for each request that waits."""
        with self.lock:
            self.queue.append(task)
            self.queue_cv.notify()
            self._most = max(self._most, len(self.queue))

    def tell_waiting(self, now: float) -> None:
        """A line a minute at most, for queues that the threads do not empty in one round."""
        if self._most <= len(self.threads) or now - self._told < QUEUE_SECONDS:
            return
        log.warning(
            "기다리는 요청이 한때 %d개였습니다. 스레드 %d개가 모두 바빴습니다(KB_WORKERS, KB_THREADS).",
            self._most,
            len(self.threads),
        )
        self._most, self._told = 0, now

    def moved(self) -> None:
        self._moved = time.monotonic()

    def stuck(self) -> bool:
        """Whether something has long been waiting while nothing happened. To be asked every second or so."""
        try:
            head = self.queue[0]
        except IndexError:
            head = None
        if head is None or head is not self._head:
            self.moved()
        self._head = head
        return time.monotonic() - self._moved > TASK_SECONDS


def listen(host: str, port: int) -> list[socket.socket]:
    """Listening sockets on every address of ``host``, all on one port. Raises OSError where there is none."""
    found: list[socket.socket] = []
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        try:
            found.append(_bound(family, kind, protocol, (address[0], port, *address[2:])))
        except OSError as error:
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):  # a machine without IPv6
                raise
            missing = error
        port = found[0].getsockname()[1] if found else port
    if not found:
        raise missing
    return found


def _bound(family: int, kind: int, protocol: int, address: tuple[Any, ...]) -> socket.socket:
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(1024)
    except BaseException:
        made.close()
        raise
    return made


def address_of(listening: Sequence[socket.socket]) -> str:
    """``localhost`` may be several sockets; the first is named."""
    host, port = listening[0].getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class Server:
    """A server over sockets that listen already; other processes may serve the same ones."""

    def __init__(self, app: Flask, listening: Sequence[socket.socket], threads: int) -> None:
        self.address = address_of(listening)
        self._stopping: float | None = None
        self._sockets: dict[int, Any] = {}  # waitress's own table of everything it waits for
        self._turned = self._tidied = time.monotonic()
        self._tasks = Tasks(threads)
        self._server = waitress.create_server(
            app,
            map=self._sockets,
            sockets=list(listening),
            _dispatcher=self._tasks,
            ident=None,
            clear_untrusted_proxy_headers=False,  # web.access.proxies does, and knows which ones are trusted
            **LIMITS,
        )
        self._listening = [each for each in self._sockets.values() if hasattr(each, "channel_class")]
        self._trigger = next(each for each in self._sockets.values() if isinstance(each, trigger))
        for each in self._listening:
            each.channel_class = Channel

    def run(self) -> None:
        """Until ``stop``; answers that are on their way are still given."""
        try:
            while not self._done():
                wasyncore.loop(timeout=1.0, use_poll=True, map=self._sockets, count=1)
                self._turned = time.monotonic()
                self._tidy(self._turned)
        finally:
            self._tasks.shutdown(timeout=1)
            wasyncore.close_all(self._sockets)

    def stop(self) -> None:
        """Ends ``run``; may be called from another thread or a signal handler."""
        if self._stopping is None:
            self._stopping = time.monotonic()
            self._trigger.pull_trigger()

    def moving(self) -> bool:
        """Whether requests are taken in and handed out. For another thread, every second or so."""
        return not self._tasks.stuck() and time.monotonic() - self._turned < LOOP_SECONDS

    def _tidy(self, now: float) -> None:
        """Closes readers that are too slow, and who is idle the longest when it gets full."""
        full = len(self._sockets) > LIMITS["connection_limit"] * IDLE_FROM
        if not full and now - self._tidied < 1.0:
            return
        self._tidied = now
        self._tasks.tell_waiting(now)
        for each in self._channels():
            if each.too_slow(now):
                log.warning("답을 너무 천천히 읽는 연결을 끊었습니다: %s", each.addr[0])
                each.handle_close()
        if full:
            idle = sorted((each for each in self._channels() if each.idle), key=lambda each: each.last_activity)
            for each in idle[: len(self._sockets) - int(LIMITS["connection_limit"] * IDLE_TO)]:
                each.handle_close()

    def _channels(self) -> list[Channel]:
        return [each for each in self._sockets.values() if isinstance(each, Channel)]

    def _done(self) -> bool:
        if self._stopping is None:
            return False
        for each in self._listening:
            if each.accepting:  # what comes from now on is refused, or taken by another process
                each.accepting = False
                each.del_channel()
                each.socket.close()
        connections = self._channels()
        for each in connections:
            if each.idle:
                each.handle_close()
        return all(each.idle for each in connections) or time.monotonic() - self._stopping > STOP_SECONDS
