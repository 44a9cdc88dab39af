"""The server: real requests over a socket."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask, Response

from web import server as server_module
from web.server import Channel, Server, encoded, listen


def raw(site: str, line: bytes) -> bytes:
    """What the server answers to a request line, byte for byte."""
    address = urlsplit(site)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
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


def sent(site: str, request: bytes) -> list[bytes]:
    """The statuses of all that the server answers to some bytes; it has to answer something and stay."""
    address = urlsplit(site)
    with socket.create_connection((address.hostname, address.port), timeout=2) as connection:
        connection.sendall(request)
        answer = b""
        with contextlib.suppress(TimeoutError, ConnectionError):
            while part := connection.recv(65536):
                answer += part
    return re.findall(rb"^HTTP/1\.[01] (\d{3})", answer, re.MULTILINE)


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5",
        b"transfer-encoding: chunked\r\nTRANSFER-ENCODING: chunked",
        b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding : chunked\r\nContent-Length: 5",
        b"Transfer-Encoding: xchunked\r\nContent-Length: 5",
        b"Content-Length: 0\r\nContent-Length: 5",
        b"Content-Length: 5\r\nContent-Length: 5",
        b"Content-Length: 5, 5",
        b"Content-Length: +5",
        b"Content-Length: 0x5",
        b"Content-Length: -5",
        b"Content-Length: \xef\xbc\x95",
        b"X: a\nContent-Length: 5",
        b"X: a\rContent-Length: 5",
        b"X: a\0b",
    ],
)
def test_what_two_servers_may_read_in_two_ways_is_refused(site: str, headers: bytes) -> None:
    request = b"POST /healthz HTTP/1.1\r\nHost: localhost\r\n" + headers + b"\r\n\r\n0\r\n\r\n" + SMUGGLED
    (status,) = sent(site, request)
    assert status in (b"400", b"501")


@pytest.mark.parametrize(
    "host",
    [
        b"Host: localhost\r\nHost: evil.example", b"Host: ..", b"Host: " + b"a" * 5_000, b"Host: a b", b"Host: [::1",
        b"Host: a@b", b"Host: a#b", b"Host: a/b", b"Host: <a>", b"Host: a:1:2", b"Host: \xed\x95\x9c", b"X: y",
        b"Host: [::1]evil.example", b"Host: " + b"a." * 5_000,
    ],
)  # fmt: skip
def test_a_host_that_is_no_name_is_refused(site: str, host: bytes) -> None:
    assert sent(site, b"GET /healthz HTTP/1.1\r\n" + host + b"\r\nConnection: close\r\n\r\n") == [b"400"]


@pytest.mark.parametrize("host", [b"localhost", b"127.0.0.1:8000", b"[::1]:80", b"kb_web.intra.", b"LOCALHOST:"])
def test_a_host_that_is_a_name_is_taken(site: str, host: bytes) -> None:
    assert sent(site, b"GET /healthz HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n") == [b"200"]


def test_a_body_is_refused_over_a_socket(site: str) -> None:
    """A header of the refusal that a server may not pass on was a traceback for every such request."""
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"
    assert sent(site, request + SMUGGLED)[0] == b"413"


@pytest.mark.parametrize(
    "target",
    [
        b"//evil.example/", b"///evil.example/%2e%2e", b"/\\evil.example", b"/static/..%2f..%2fserver.py", b"/%00",
        b"*", b"/static/%2e%2e/%2e%2e/server.py", b"/static/..%5c..%5cserver.py", b"/static/site.css%00.js", b"/%ff%fe",
    ],
)  # fmt: skip
def test_addresses_that_lead_elsewhere_lead_nowhere(site: str, target: bytes) -> None:
    answer = raw(site, b"GET " + target + b" HTTP/1.1")
    assert answer.startswith(b"HTTP/1.1 404")
    assert b'href="//' not in answer and b'href="http' not in answer


BEGAN = threading.Event()  # the page of ``slow`` is being made


@pytest.fixture
def slow() -> Iterator[Server]:
    """A server of one thread whose only page takes half a second."""
    app = Flask(__name__)
    BEGAN.clear()

    @app.get("/")
    def page() -> str:
        BEGAN.set()
        time.sleep(0.5)
        return "done"

    with running(app) as server:
        yield server


@contextlib.contextmanager
def running(app: Flask) -> Iterator[Server]:
    """With one thread."""
    server = Server(app, listen("127.0.0.1", 0), threads=1)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server
    server.stop()
    thread.join(timeout=60)
    assert not thread.is_alive()


def connected(server: Server) -> socket.socket:
    address = urlsplit(server.address)
    return socket.create_connection((address.hostname, address.port), timeout=10)


@pytest.fixture
def large() -> tuple[Flask, threading.Event]:
    """A page of 40 MB, more than a server keeps for a reader, and what tells that it was given up or sent."""
    app, ended = Flask(__name__), threading.Event()

    @app.get("/large")
    def page() -> Response:
        response = Response((b"x" * 100_000 for _ in range(400)), content_type="text/plain")
        response.call_on_close(ended.set)
        return response

    @app.get("/")
    def small() -> str:
        return "done"

    return app, ended


def test_who_reads_by_drops_is_closed(
    large: tuple[Flask, threading.Event], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer is more than the server keeps for a reader, so its one thread waits for him."""
    monkeypatch.setattr(server_module, "READ_GRACE", 1.5)
    app, ended = large
    with running(app) as server, connected(server) as reader:
        reader.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert reader.recv(1_000).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        assert raw(server.address, b"GET / HTTP/1.1").endswith(b"done"), "the thread is free again"
        assert time.monotonic() - began > 0.5
        assert ended.is_set()
    assert "너무 천천히 읽는" in caplog.text


def test_who_reads_at_a_modest_pace_gets_all(
    large: tuple[Flask, threading.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "READ_GRACE", 0.5)
    app, _ = large
    with running(app) as server, connected(server) as reader:
        reader.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        got = 0
        while part := reader.recv(1_000_000):
            got += len(part)
            time.sleep(0.02)
        assert got > 40_000_000


def test_idle_connections_make_room_for_others(
    large: tuple[Flask, threading.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server_module.LIMITS, "connection_limit", 30)
    with running(large[0]) as server, contextlib.ExitStack() as held:
        for number in range(100):  # half of them with half a request
            connection = held.enter_context(connected(server))
            if number % 2:
                connection.sendall(b"GET / HTTP/1.1\r\nX-Half:")
        began = time.monotonic()
        assert raw(server.address, b"GET / HTTP/1.1").endswith(b"done")
        assert time.monotonic() - began < 30  # takes a hundredth to a half of one; who is not closed is kept for sixty


def test_a_server_whose_threads_hang_does_not_move(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "TASK_SECONDS", 0.5)
    app, began, go = Flask(__name__), threading.Event(), threading.Event()

    @app.get("/")
    def page() -> str:
        began.set()
        go.wait(60)
        return "done"

    with running(app) as server, connected(server) as one, connected(server) as other:
        one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert began.wait(60)
        time.sleep(1.0)
        assert server.moving(), "one request may take its time while nobody waits"
        other.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        until(lambda: not server.moving())
        go.set()
        assert other.recv(1_000).startswith(b"HTTP/1.1 200")
        until(server.moving)


def test_a_server_whose_loop_does_not_turn_does_not_move(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(Flask(__name__), listen("127.0.0.1", 0), threads=1)
    assert server.moving()
    monkeypatch.setattr(server_module, "LOOP_SECONDS", 0.2)
    time.sleep(0.4)
    assert not server.moving()
    server.stop()
    server.run()


def test_an_answer_on_its_way_is_given_after_stop(slow: Server) -> None:
    found: list[bytes] = []
    asking = threading.Thread(target=lambda: found.append(raw(slow.address, b"GET / HTTP/1.1")))
    asking.start()
    assert BEGAN.wait(60)
    slow.stop()
    asking.join(timeout=60)
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
        assert time.monotonic() - began < 30  # takes a hundredth to a half of one; who is not closed is kept for sixty


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


def test_that_requests_wait_is_one_line(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many they are; the next is written when the time for another has come and more had to wait."""
    app, gate = Flask(__name__), threading.Event()

    @app.get("/")
    def page() -> str:
        gate.wait(60)
        return "done"

    def waiting() -> list[str]:
        return [record.getMessage() for record in caplog.records if "기다리는" in record.getMessage()]

    def burst(server: Server) -> None:
        gate.clear()
        clients = [connected(server) for _ in range(6)]
        for client in clients:
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        until(lambda: len(server._tasks.queue) == 5)
        gate.set()
        for client in clients:
            with client:
                assert client.recv(100).startswith(b"HTTP/1.1 200")

    with running(app) as server:
        burst(server)
        until(lambda: len(waiting()) == 1)
        burst(server)
        server._tasks.tell_waiting(time.monotonic())
        assert len(waiting()) == 1
        monkeypatch.setattr(server_module, "QUEUE_SECONDS", 0.0)
        until(lambda: len(waiting()) == 2)
    assert re.fullmatch(r"기다리는 요청이 한때 [56]개였습니다\. 스레드 1개가 .*KB_THREADS.*", waiting()[0])
    assert not [record for record in caplog.records if record.name.startswith("waitress")]


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)
