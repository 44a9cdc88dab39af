"""A closed load on a server: so many clients, each with one connection that stays open, each asking as soon as it
is answered. A process of its own, one thread, bare sockets: what it costs itself is part of its report.

    python -m bench.load --port N --clients 8 --seconds 10 [--at-most N] < addresses

Reads addresses (one a line, ``/api/v1/search?q=…``) and prints figures as JSON. Knows HTTP, not the site.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle

HEAD = "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept-Encoding: gzip\r\nAccept: */*\r\n\r\n"
END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Load:
    """Milliseconds unless named otherwise. ``client_ms`` is the load generator's own processor time a request."""

    clients: int
    requests: int
    failed: dict[str, int]
    seconds: float
    per_second: float
    p50: float
    p95: float
    p99: float
    first_byte_p50: float
    first_byte_p95: float
    bytes: float
    client_ms: float


def percentile(sorted_values: Sequence[float], share: float) -> float:
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))] if sorted_values else 0.0


class Client:
    """One connection: a request under way, and what has come of its answer."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = self.first = 0.0
        self._got = b""
        self._length = -1

    def ask(self, path: str) -> None:
        self._got, self._length, self.first = b"", -1, 0.0
        self.began = time.perf_counter()
        self.socket.sendall(HEAD.format(path=path, host=self._host, port=self._port).encode())

    def answered(self) -> bool:
        """Takes what has come. True when the answer is whole."""
        chunk = self.socket.recv(1 << 18)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self.first = self.first or time.perf_counter()
        self._got += chunk
        if self._length < 0 and (end := self._got.find(END)) >= 0:
            self._length = end + len(END) + self._body_length(self._got[:end])
        return 0 <= self._length <= len(self._got)

    @property
    def status(self) -> str:
        return self._got[9:12].decode()

    @property
    def size(self) -> int:
        return len(self._got)

    def _body_length(self, head: bytes) -> int:
        for line in head.lower().split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name == b"content-length":
                return int(value)
        raise ConnectionError("an answer without its length")


def load(host: str, port: int, paths: Sequence[str], clients: int, seconds: float, at_most: int = 0) -> Load:
    began, spent = time.perf_counter(), time.process_time()
    times, firsts, size, failed = _ask_all(host, port, paths, clients, began + seconds, at_most)
    took, cost = time.perf_counter() - began, time.process_time() - spent
    count = len(times) or 1
    ordered, first = sorted(times), sorted(firsts)
    return Load(
        clients=clients,
        requests=len(times),
        failed=dict(failed),
        seconds=took,
        per_second=len(times) / took,
        p50=percentile(ordered, 0.5) * 1000,
        p95=percentile(ordered, 0.95) * 1000,
        p99=percentile(ordered, 0.99) * 1000,
        first_byte_p50=percentile(first, 0.5) * 1000,
        first_byte_p95=percentile(first, 0.95) * 1000,
        bytes=size / count,
        client_ms=cost / count * 1000,
    )


def _ask_all(
    host: str, port: int, paths: Sequence[str], clients: int, until: float, at_most: int
) -> tuple[list[float], list[float], int, Counter[str]]:
    times: list[float] = []
    firsts: list[float] = []
    failed: Counter[str] = Counter()
    size = 0
    coming = _limited(paths, until, at_most)
    with selectors.DefaultSelector() as waiting:
        for _, path in zip(range(clients), coming, strict=False):
            client = Client(host, port)
            waiting.register(client.socket, selectors.EVENT_READ, client)
            client.ask(path)
        while waiting.get_map():
            for key, _ in waiting.select():
                client = key.data
                if not client.answered():
                    continue
                now = time.perf_counter()
                times.append(now - client.began)
                firsts.append(client.first - client.began)
                size += client.size
                if client.status != "200":
                    failed[client.status] += 1
                if (following := next(coming, None)) is None:
                    waiting.unregister(client.socket)
                    client.socket.close()
                else:
                    client.ask(following)
    return times, firsts, size, failed


def _limited(paths: Sequence[str], until: float, at_most: int) -> Iterator[str]:
    for number, path in enumerate(cycle(paths)):
        if time.perf_counter() > until or 0 < at_most <= number:
            return
        yield path


def measured(
    host: str, port: int, paths: Sequence[str], *, clients: int, seconds: float, at_most: int = 0
) -> dict[str, float]:
    """The same, by a process of its own."""
    words = [sys.executable, "-m", "bench.load", "--host", host, "--port", str(port)]
    words += ["--clients", str(clients), "--seconds", str(seconds), "--at-most", str(at_most)]
    done = subprocess.run(words, input="\n".join(paths), stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--at-most", type=int, default=0, help="requests in all; 0 is no limit")
    args = parser.parse_args()
    paths = sys.stdin.read().split()
    print(json.dumps(asdict(load(args.host, args.port, paths, args.clients, args.seconds, args.at_most))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
