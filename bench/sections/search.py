"""Searches over HTTP as a browser or a program asks them: ranked, counted by seven filters, with snippets.

Three ways of asking: ``new`` queries that the server has never seen, the given ones over and over without answers
being kept, and the same with answers kept as by default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from bench.load import measured
from bench.processes import Served, served
from bench.queries import SEARCH, addresses
from bench.tables import Cell, Column, Row, aimed, number, spots, table
from bench.work import Result, Work, count_posts, label, load_average, tell, without_cache

WORKERS = 2
CLIENTS = (1, 8)
WARM_UP = 60  # requests that are not counted
MEMORY_AIM, P50_AIM, RATE_AIM, FIRST_BYTE_AIM = 900, 8, 300, 80
P95_AIMS = {100_000: 25, 1_000_000: 80}
Asking = Literal["new", "again", "kept"]


def measure(work: Work) -> Result:
    rows = []
    for size in (0, *work.sizes):
        for engine in work.engines:
            if engine != "whoosh" or size <= work.whoosh_up_to:
                rows += searched(work, size, engine)
    rows += searched(work, 0, "tantivy", path="/search")
    for size in work.sizes[:1]:
        rows += searched(work, size, "tantivy", asking="again")
        rows += searched(work, size, "tantivy", asking="kept")
    return {"queries": len(work.queries().given), "seconds": work.seconds, "rows": rows}


def searched(
    work: Work,
    size: int,
    engine: str,
    *,
    path: str = SEARCH,
    asking: Asking = "new",
    env: Mapping[str, str] | None = None,
) -> list[Result]:
    """One client, then eight, on a server of their own; and the memory that it takes afterwards."""
    env = {**({} if asking == "kept" else without_cache()), **(env or {})}
    base = work.indexed(size, engine, env)
    what = {"engine": engine, "size": size, "posts": count_posts(base), "path": path, "asking": asking}
    tell(f"searching {what['posts']:,} posts with {engine}, {asking} queries: {path}")
    queries = work.queries()
    first, second = queries.shares()
    shares = (first, second[WARM_UP:]) if asking == "new" else (list(queries.given), list(queries.given))
    with served(base, engine=engine, workers=WORKERS, env=env) as server:
        loaded(server, addresses(second[:WARM_UP], path), clients=2, seconds=60)
        rows = [
            loaded(server, addresses(share, path), clients=clients, seconds=work.seconds, once=asking == "new")
            for clients, share in zip(CLIENTS, shares, strict=True)
        ]
        memory = server.tree.memory()
    return [
        {**what, **row, "memory_mb": memory.all, "file_mb": memory.files, "processes_mb": memory.each} for row in rows
    ]


def loaded(server: Served, paths: list[str], *, clients: int, seconds: float, once: bool = True) -> Result:
    """A load, with the server's own processor time a request. ``once``: no address twice."""
    busy, began = load_average(), server.tree.cpu()
    at_most = len(paths) if once else 0
    found = measured(server.host, server.port, paths, clients=clients, seconds=seconds, at_most=at_most)
    spent = server.tree.cpu() - began
    return {**found, "server_ms": spent / max(1, found["requests"]) * 1000, "load_average": busy}


# --- the page


def told(result: Result) -> Iterator[str]:
    rows = [{**row, "label": label(row["size"], row["posts"])} for row in result["rows"]]
    new = [row for row in rows if row["path"] == SEARCH and row["asking"] == "new"]
    yield (
        f"{result['queries']} given queries, parts of them and words of titles, {result['seconds']:g} s with one "
        f"client and as long with eight. `kb serve --workers {WORKERS}`, no answer kept, and **no query asked twice**: "
        "what a server remembers of a query does not help. A client keeps its connection, takes gzip, and asks again "
        "as soon as it is answered; all clients are one light process beside the server, on the same two cores, whose "
        "own cost stands in the last column. Answers hold ten hits with marked snippets, folded copies, the counts of "
        "seven filters, suggestions and notes."
    )
    yield _table(new)
    failed = sum(sum(row["failed"].values()) for row in rows)
    yield f"{sum(row['requests'] for row in rows):,} requests in all, {failed} of them without an answer of 200."
    yield from _again(rows)
    yield from _pages(rows)
    yield from _memory(new)


WHAT = (Column("engine", "engine"), Column("label", "posts"), Column("clients", "clients"))


def _again(rows: list[Result]) -> Iterator[str]:
    for asking, how in (("again", "answers not kept"), ("kept", "answers kept, as by default (`KB_ANSWER_CACHE`)")):
        if found := [row for row in rows if row["asking"] == asking]:
            yield f"The given queries over and over, {how}:"
            yield _table(found)


def _table(rows: list[Result]) -> str:
    return table(
        rows,
        (
            *WHAT,
            Column("p50", "p50 ms", _for(100_000, 1, aimed(P50_AIM))),
            Column("p95", "p95 ms", _p95),
            Column("p99", "p99 ms", number(1)),
            Column("per_second", "requests/s", _for(100_000, 8, aimed(RATE_AIM, digits=0, least=True), digits=0)),
            Column("server_ms", "server's processor, ms a request", number(1)),
            Column("client_ms", "client's, ms", number(2)),
        ),
    )


def _for(size: int, clients: int, cell: Cell, *, digits: int = 1) -> Cell:
    """A cell with its aim, where the aim is for: Tantivy, that size, so many clients."""

    def chosen(row: Row, value: float) -> str:
        meant = (row["engine"], row["size"], row["clients"]) == ("tantivy", size, clients)
        return cell(row, value) if meant else number(digits)(row, value)

    return chosen


def _p95(row: Row, value: float) -> str:
    aim = P95_AIMS.get(row["size"])
    return _for(row["size"], 1, aimed(aim))(row, value) if aim else number(1)(row, value)


def _pages(rows: list[Result]) -> Iterator[str]:
    found = [row for row in rows if row["path"] != SEARCH]
    if found:
        yield (
            "The page itself (HTML) instead of JSON; a first byte within "
            f"{FIRST_BYTE_AIM} ms is asked for at five thousand posts:"
        )
        yield table(
            found,
            (
                *WHAT,
                Column("p50", "p50 / p95 / p99, ms", spots("p50", "p95", "p99")),
                Column("first_byte_p95", "first byte, p95 ms", _for(0, 1, aimed(FIRST_BYTE_AIM))),
                Column("per_second", "requests/s", number(0)),
                Column("bytes", "bytes, gzip", number(0)),
            ),
        )


def _memory(rows: list[Result]) -> Iterator[str]:
    last = {(row["engine"], row["size"]): row for row in rows}
    yield (
        f"**Memory** of the server after that load, parent and {WORKERS} workers, Kiwi included; what they share is "
        "counted once (PSS). Pages of files (index, database, libraries) count too, though the kernel may take them "
        f"back. Asked for: {MEMORY_AIM} MB at 100 thousand posts."
    )
    yield table(
        [{**row, "each": ", ".join(f"{mb:,.0f}" for mb in row["processes_mb"])} for row in last.values()],
        (
            *WHAT[:2],
            Column("memory_mb", "MB in all", aimed(MEMORY_AIM, digits=0, where=lambda row: row["size"] == 100_000)),
            Column("file_mb", "of them pages of files", number(0)),
            Column("each", "parent, workers"),
        ),
    )
