"""Searches over HTTP as a browser or a program asks them: ranked, counted by seven filters, with snippets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bench.load import measured
from bench.processes import Served, served
from bench.queries import SEARCH, addresses
from bench.tables import Column, Row, aimed, number, spots, table
from bench.work import Result, Work, count_posts, label, load_average, tell, without_cache

WORKERS = 2
CLIENTS = (1, 8)
WARM_UP = 60  # requests that are not counted
MEMORY_AIM = 900


def measure(work: Work) -> Result:
    rows = []
    for size in (0, *work.sizes):
        for engine in work.engines:
            if engine != "whoosh" or size <= work.whoosh_up_to:
                rows += searched(work, size, engine)
    rows += searched(work, 0, "tantivy", path="/search")
    if without_cache() and work.sizes:
        rows += searched(work, work.sizes[0], "tantivy", again=True)
    return {"queries": len(work.queries().given), "seconds": work.seconds, "rows": rows}


def searched(
    work: Work,
    size: int,
    engine: str,
    *,
    path: str = SEARCH,
    again: bool = False,
    env: Mapping[str, str] | None = None,
) -> list[Result]:
    """One client, then eight. ``again`` asks the given queries over and over, with answers kept as by default."""
    env = {**({} if again else without_cache()), **(env or {})}
    base = work.indexed(size, engine, env)
    what = {"engine": engine, "size": size, "posts": count_posts(base), "path": path, "again": again}
    tell(f"searching {what['posts']:,} posts with {engine}{', the same again' if again else ''}: {path}")
    queries = work.queries()
    first, second = queries.shares()
    shares = (queries.given, queries.given) if again else (first, second[WARM_UP:])
    with served(base, engine=engine, workers=WORKERS, env=env) as server:
        loaded(server, addresses(second[:WARM_UP], path), clients=2, seconds=60)
        rows = [
            loaded(server, addresses(list(share), path), clients=clients, seconds=work.seconds, once=not again)
            for clients, share in zip(CLIENTS, shares, strict=True)
        ]
        memory = server.tree.memory_mb()
    return [{**what, **row, "memory_mb": sum(memory), "processes_mb": memory} for row in rows]


def loaded(server: Served, paths: list[str], *, clients: int, seconds: float, once: bool = True) -> Result:
    """A load, with the server's own processor time a request. ``once``: no address twice."""
    busy, began = load_average(), server.tree.cpu()
    at_most = len(paths) if once else 0
    found = measured(server.host, server.port, paths, clients=clients, seconds=seconds, at_most=at_most)
    spent = server.tree.cpu() - began
    return {**found, "server_ms": spent / max(1, found["requests"]) * 1000, "load_average": busy}


def told(result: Result) -> Iterator[str]:
    rows = [{**row, "label": label(row["size"], row["posts"])} for row in result["rows"]]
    yield (
        f"{result['queries']} given queries, parts of them and words of titles, {result['seconds']:g} s with one "
        f"client and as long with eight. `kb serve --workers {WORKERS}`, no answer kept, and **no query asked twice**: "
        "what a server remembers of a query does not help. A client keeps its connection, takes gzip, and asks again "
        "as soon as it is answered; all clients are one light process beside the server, on the same two cores, whose "
        "own cost stands in the last column. Answers hold ten hits with marked snippets, folded copies, the counts of "
        "seven filters, suggestions and notes."
    )
    yield _table([row for row in rows if row["path"] == SEARCH and not row["again"]])
    failed = sum(sum(row["failed"].values()) for row in rows)
    yield f"{sum(row['requests'] for row in rows):,} requests in all, {failed} of them without an answer of 200."
    other = [row for row in rows if row["path"] != SEARCH]
    if other:
        yield "The page itself (HTML) instead of JSON; a first byte within 80 ms is asked for at five thousand posts:"
        yield table(
            other,
            (
                *WHAT,
                Column("p50", "p50 / p95 / p99, ms", spots("p50", "p95", "p99")),
                Column("first_byte_p95", "first byte, p95 ms", aimed(80, where=lambda row: row["clients"] == 1)),
                Column("per_second", "requests/s", number(0)),
                Column("bytes", "bytes, gzip", number(0)),
            ),
        )
    kept = [row for row in rows if row["again"]]
    if kept:
        yield "The given queries over and over, with answers kept as by default (`KB_ANSWER_CACHE`):"
        yield _table(kept)
    yield from _memory(rows)


WHAT = (Column("engine", "engine"), Column("label", "posts"), Column("clients", "clients"))


def _table(rows: list[Result]) -> str:
    return table(
        rows,
        (
            *WHAT,
            Column("p50", "p50 ms", _p50),
            Column("p95", "p95 ms", _p95),
            Column("p99", "p99 ms", number(1)),
            Column("per_second", "requests/s", _per_second),
            Column("server_ms", "server's processor, ms a request", number(1)),
            Column("client_ms", "client's, ms", number(2)),
        ),
    )


def _alone_at(size: int, clients: int) -> dict[str, int | str]:
    return {"engine": "tantivy", "size": size, "clients": clients}


def _p50(row: Row, value: float) -> str:
    return aimed(8, where=lambda row: row.items() >= _alone_at(100_000, 1).items())(row, value)


def _p95(row: Row, value: float) -> str:
    limit = 80 if row["size"] == 1_000_000 else 25
    return aimed(limit, where=lambda row: row["size"] >= 100_000 and row.items() >= _alone_at(row["size"], 1).items())(
        row, value
    )


def _per_second(row: Row, value: float) -> str:
    return aimed(300, digits=0, least=True, where=lambda row: row.items() >= _alone_at(100_000, 8).items())(row, value)


def _memory(rows: list[Result]) -> Iterator[str]:
    last = {(row["engine"], row["size"]): row for row in rows if row["path"] == SEARCH and not row["again"]}
    yield (
        f"**Memory** of the server after that load, parent and {WORKERS} workers, Kiwi included; what they share is "
        f"counted once (PSS). Asked for: {MEMORY_AIM} MB at 100 thousand posts."
    )
    yield table(
        [{**row, "each": ", ".join(f"{mb:,.0f}" for mb in row["processes_mb"])} for row in last.values()],
        (
            *WHAT[:2],
            Column("memory_mb", "MB in all", aimed(MEMORY_AIM, digits=0, where=lambda row: row["size"] == 100_000)),
            Column("each", "parent, workers"),
        ),
    )
