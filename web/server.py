"""The WSGI server of one process: waitress, which reads slow clients without giving them a thread.

An address with Hangul as typed is taken too: ``curl 'http://…/search?q=전략물자'`` sends the bytes of UTF-8 as they
are. The standard wants them percent-encoded and waitress refuses them; a person at a shell should get an answer.
Knows nothing of several processes (``web.workers``): it serves whatever listening sockets it is given.
"""

from __future__ import annotations

import errno
import re
import socket
import time
from collections.abc import Sequence
from typing import Any

import waitress
from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.trigger import trigger

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


def encoded(header: bytes) -> bytes:
    """The header with every byte of its first line that is not ASCII percent-encoded."""
    line, end, rest = header.partition(b"\r\n")
    return NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line) + end + rest


class Parser(HTTPRequestParser):  # type: ignore[misc] # waitress has no types
    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(encoded(header_plus))


class Channel(HTTPChannel):  # type: ignore[misc] # waitress has no types
    parser_class = Parser
    last_activity: float  # waitress's: a channel that has had none for long is closed

    def handle_read(self) -> None:
        """More bytes of the same half request are no activity: a client that drips them is closed in time."""
        half, before = self.request is not None, self.last_activity
        super().handle_read()
        if half and self.request is not None:
            self.last_activity = before

    @property
    def idle(self) -> bool:
        return not self.requests and not self.total_outbufs_len


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
        self._server = waitress.create_server(
            app,
            map=self._sockets,
            sockets=list(listening),
            threads=threads,
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
        finally:
            self._listening[0].task_dispatcher.shutdown(timeout=1)
            wasyncore.close_all(self._sockets)

    def stop(self) -> None:
        """Ends ``run``; may be called from another thread or a signal handler."""
        if self._stopping is None:
            self._stopping = time.monotonic()
            self._trigger.pull_trigger()

    def _done(self) -> bool:
        if self._stopping is None:
            return False
        for each in self._listening:
            if each.accepting:  # what comes from now on is refused, or taken by another process
                each.accepting = False
                each.del_channel()
                each.socket.close()
        connections = [each for each in self._sockets.values() if isinstance(each, Channel)]
        for each in connections:
            if each.idle:
                each.handle_close()
        return all(each.idle for each in connections) or time.monotonic() - self._stopping > STOP_SECONDS
