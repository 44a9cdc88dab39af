"""A PostgreSQL server of the tests' own: made in a temporary folder, stopped with them, never a system's.

It speaks over a socket in its folder, so that no port can be taken. Its own order of text is Korean (ICU), which
is not ours: what does not ask for code points fails here. ``KB_TEST_POSTGRESQL_URL`` takes a server that runs.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL
from sqlalchemy.engine import make_url

GIVEN = os.environ.get("KB_TEST_POSTGRESQL_URL")
REQUIRED = "postgresql" in os.environ.get("KB_TEST_REQUIRE", "").split(",")
BINARIES = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=None)
MARKS = [
    pytest.mark.postgresql,
    pytest.mark.skipif(
        not (GIVEN or BINARIES or REQUIRED), reason="postgresql: no server is installed (apt install postgresql)"
    ),
]
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "fsync": "off",  # a test's server need not outlive a power cut
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


class Server:
    """One server with an empty database for whoever asks; ``stop`` and ``start`` are for tests of its absence."""

    def __init__(self, admin: URL, folder: Path | None = None) -> None:
        self._admin = admin
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0

    @property
    def is_ours(self) -> bool:
        return self._folder is not None

    def start(self) -> None:
        assert self._folder is not None
        assert BINARIES is not None
        options = [f"--{name}={value}" for name, value in SETTINGS.items()]
        command = [BINARIES / "postgres", "-D", self._folder / "data", "-k", self._folder, *options]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(_as_user(command), stdout=log, stderr=log, cwd=self._folder)
        until = time.monotonic() + 30
        while not self._answers():
            assert time.monotonic() < until, (self._folder / "log").read_text(errors="replace")
            time.sleep(0.05)

    def stop(self) -> None:
        """At once: whoever is connected is cut off."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
            self._process = None

    def make(self, template: str = "template0") -> URL:
        """A database of its own, empty or like another."""
        self._made += 1
        name = f"kb_test_{os.getpid()}_{self._made}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self._admin.set(database=name)

    def drop(self, url: URL) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)')

    def run(self, statement: str) -> None:
        with psycopg.connect(_libpq(self._admin), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload] # a test's own text

    def _answers(self) -> bool:
        try:
            psycopg.connect(_libpq(self._admin), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def serving() -> Iterator[Server]:
    """The server that is given, or one made for the occasion."""
    if GIVEN:
        yield Server(make_url(GIVEN).set(drivername="postgresql+psycopg"))
        return
    assert BINARIES is not None, "KB_TEST_REQUIRE names postgresql, and no server is installed"
    folder = Path(tempfile.mkdtemp(prefix="kb-pg-"))
    try:
        _make_cluster(folder)
        server = Server(
            URL.create("postgresql+psycopg", "kb", database="postgres", query={"host": str(folder)}), folder
        )
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_cluster(folder: Path) -> None:
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
    assert BINARIES is not None
    order = ["--locale-provider=icu", "--icu-locale=ko"] if int(BINARIES.parent.name) >= 15 else []
    command = [BINARIES / "initdb", "-D", folder / "data", "-U", "kb", "-A", "trust", "-E", "UTF8", "--no-sync"]
    made = subprocess.run(
        _as_user([*command, "--locale=C.UTF-8", *order]), capture_output=True, text=True, cwd=folder, check=False
    )
    assert made.returncode == 0, made.stderr


def _as_user(command: list[str | Path]) -> list[str]:
    """PostgreSQL refuses to run as root. The server ends with us, however we end."""
    words = [str(word) for word in command]
    rights = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *rights, "--pdeathsig=QUIT", *words]


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
