"""The WSGI server: waitress, which also takes an address with Hangul as typed.

``curl 'http://…/search?q=전략물자'`` sends the bytes of UTF-8 as they are. The standard wants them
percent-encoded and waitress refuses them; a person at a shell should get an answer all the same.
"""

from __future__ import annotations

import re
from typing import Any

import waitress
from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.trigger import trigger

NOT_ASCII = re.compile(rb"[\x80-\xff]")


def encoded(header: bytes) -> bytes:
    """The header with every byte of its first line that is not ASCII percent-encoded."""
    line, end, rest = header.partition(b"\r\n")
    return NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line) + end + rest


class Parser(HTTPRequestParser):  # type: ignore[misc] # waitress has no types
    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(encoded(header_plus))


class Channel(HTTPChannel):  # type: ignore[misc] # waitress has no types
    parser_class = Parser


class Server:
    """A bound server; ``address`` is known before ``run`` is called."""

    def __init__(self, app: Flask, host: str, port: int, threads: int) -> None:
        self._sockets: dict[int, Any] = {}  # waitress's own table of everything it listens to
        self._server = waitress.create_server(
            app,
            map=self._sockets,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
        for each in self._sockets.values():
            if hasattr(each, "channel_class"):
                each.channel_class = Channel

    @property
    def address(self) -> str:
        """``localhost`` may be several sockets; the first is named."""
        several = getattr(self._server, "effective_listen", None)
        host, port = several[0] if several else (self._server.effective_host, self._server.effective_port)
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def run(self) -> None:
        """Until interrupted or stopped."""
        self._server.run()
        self._server.task_dispatcher.shutdown()

    def stop(self) -> None:
        """Ends ``run``; may be called from another thread."""
        found = next(each for each in self._sockets.values() if isinstance(each, trigger))
        found.pull_trigger(lambda: wasyncore.close_all(self._sockets))
