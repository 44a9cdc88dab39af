"""PostgreSQL's own full-text search: ``tsvector`` of our tokens, simple configuration, GIN; a throw-away server."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL

from bench.compare.contestant import TOP
from bench.compare.texts import Document, Query
from bench.processes import Tree
from tests.servers import postgresql

ROOMY = {
    "shared_buffers": "1GB",
    "maintenance_work_mem": "512MB",
    "work_mem": "64MB",
    "max_wal_size": "8GB",
    "jit": "off",
}


class Postgres:
    title = "PostgreSQL `tsvector` with GIN, our tokens"
    lacks = "no BM25: `ts_rank` knows no word's rarity and reads every match; a text's positions end at 16,383"

    def __init__(self, server: postgresql.Server, connection: psycopg.Connection) -> None:
        self._server, self._connection = server, connection

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[Postgres]:
        postgresql.SETTINGS.update(ROOMY)  # the tests' server is a small one, and this process runs no tests
        with postgresql.serving() as server:
            url: URL = server.make().set(drivername="postgresql")
            with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
                yield cls(server, connection)

    def version(self) -> str:
        return ".".join(map(str, divmod(self._connection.info.server_version, 10_000)))

    def build(self, documents: Iterator[Document]) -> None:
        self._connection.execute("CREATE TABLE found (number bigint PRIMARY KEY, body tsvector)")
        self._connection.execute("CREATE TEMP TABLE given (number bigint, tokens text)")
        with self._connection.cursor().copy("COPY given FROM STDIN") as copy:
            for document in documents:
                copy.write_row((document.number, document.tokens))
        self._connection.execute("INSERT INTO found SELECT number, to_tsvector('simple', tokens) FROM given")
        self._connection.execute("DROP TABLE given")
        self._connection.execute("CREATE INDEX ON found USING gin (body)")
        self._connection.execute("VACUUM ANALYZE found")

    def search(self, query: Query) -> int:
        asked = " | ".join("'" + token.replace("\\", "\\\\").replace("'", "''") + "'" for token in query.tokens)
        rows = (
            "SELECT number FROM found, to_tsquery('simple', %s) q WHERE body @@ q"
            " ORDER BY ts_rank(body, q) DESC, number LIMIT %s"
        )
        self._connection.execute(rows, (asked, TOP)).fetchall()
        counted = "SELECT count(*) FROM found WHERE body @@ to_tsquery('simple', %s)"
        row = self._connection.execute(counted, (asked,)).fetchone()
        return int(row[0]) if row else 0

    def size(self) -> int:
        row = self._connection.execute("SELECT pg_total_relation_size('found')").fetchone()
        return int(row[0]) if row else 0

    def cpu(self) -> float:
        """Ours and the server's, whose helpers for one query come and go: those are missed."""
        spent = resource.getrusage(resource.RUSAGE_SELF)
        process = self._server._process
        server = Tree(process.pid).cpu() if process else 0.0
        return spent.ru_utime + spent.ru_stime + server if process else time.process_time()
