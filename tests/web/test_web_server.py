"""The server: real requests over a socket."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask

from web.server import Channel, Server, encoded, listen


def raw(site: str, line: bytes) -> bytes:
    """What the server answers to a request line, byte for byte."""
    address = urlsplit(site)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_hangul_as_typed_is_understood(site: str) -> None:
    answer = raw(site, "GET /api/v1/search?q=전략물자 HTTP/1.1".encode())
    assert answer.startswith(b"HTTP/1.1 200")
    assert raw(site, "GET /entities/agency/관세청 HTTP/1.1".encode()).startswith(b"HTTP/1.1 200")


def test_only_the_first_line_is_encoded() -> None:
    assert encoded("GET /가 HTTP/1.1\r\nX: 나".encode()) == b"GET /%EA%B0%80 HTTP/1.1\r\nX: " + "나".encode()


@pytest.mark.parametrize("line", [b"GET / HTTP/9.9", b"\x00\x01\x02", b"GET", b"GET " + b"a" * 300_000 + b" HTTP/1.1"])
def test_broken_requests_do_not_end_the_server(site: str, line: bytes) -> None:
    with contextlib.suppress(ConnectionError, TimeoutError):
        raw(site, line)
    with urllib.request.urlopen(f"{site}/healthz", timeout=10) as answer:
        assert answer.status == 200


@pytest.fixture
def slow() -> Iterator[Server]:
    """A server of one thread whose only page takes half a second."""
    app = Flask(__name__)

    @app.get("/")
    def page() -> str:
        time.sleep(0.5)
        return "done"

    server = Server(app, listen("127.0.0.1", 0), threads=1)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server
    server.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_an_answer_on_its_way_is_given_after_stop(slow: Server) -> None:
    found: list[bytes] = []
    asking = threading.Thread(target=lambda: found.append(raw(slow.address, b"GET / HTTP/1.1")))
    asking.start()
    time.sleep(0.2)
    slow.stop()
    asking.join(timeout=10)
    assert found[0].endswith(b"done")
    time.sleep(0.2)
    with pytest.raises(ConnectionRefusedError):
        raw(slow.address, b"GET / HTTP/1.1")


def test_clients_that_drip_their_requests_take_no_thread(slow: Server) -> None:
    address = urlsplit(slow.address)
    with contextlib.ExitStack() as held:
        for _ in range(20):
            connection = held.enter_context(socket.create_connection((address.hostname, address.port), timeout=10))
            connection.sendall(b"GET / HTTP/1.1\r\nX-Half:")
        began = time.monotonic()
        assert raw(slow.address, b"GET / HTTP/1.1").endswith(b"done")
        assert time.monotonic() - began < 5


def test_dripping_does_not_keep_a_connection_alive() -> None:
    """The first byte of a request counts as activity, the rest of a half one does not."""
    one, other = socket.socketpair()
    server = Server(Flask(__name__), listen("127.0.0.1", 0), threads=1)
    try:
        channel = Channel(server._listening[0], one, None, server._listening[0].adj, map={})
        channel.last_activity = 1.0
        other.sendall(b"GET / HT")
        channel.handle_read()
        begun = channel.last_activity
        assert begun > 1.0
        other.sendall(b"TP/1.1")
        time.sleep(0.01)
        channel.handle_read()
        assert channel.last_activity == begun
        channel.handle_close()
    finally:
        other.close()
        server.stop()
        server.run()
