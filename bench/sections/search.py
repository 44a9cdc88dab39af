"""Searches over HTTP as a browser or a program asks them: ranked, counted by seven filters, with snippets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bench.load import measured
from bench.processes import Served, served
from bench.tables import Column, Row, aimed, number, spots, table
from bench.work import Result, Work, count_posts, label, load_average, tell, without_cache

WORKERS = 2
CLIENTS = (1, 8)
WARM_UP = 40  # requests that are not counted
MEMORY_AIM = 900
PAGES = ("/api/v1/search", "/search")


def measure(work: Work) -> Result:
    rows = []
    for size in (0, *work.sizes):
        for engine in work.engines:
            if engine == "whoosh" and size > work.whoosh_up_to:
                continue
            rows += _asked(work, size, engine, without_cache())
    rows += _asked(work, 0, "tantivy", without_cache(), PAGES[1])
    if without_cache() and work.sizes:
        rows += _asked(work, work.sizes[0], "tantivy", {}, cached=True)
    return {"queries": len(work.queries()), "seconds": work.seconds, "rows": rows}


def _asked(
    work: Work, size: int, engine: str, env: Mapping[str, str], path: str = PAGES[0], *, cached: bool = False
) -> list[Result]:
    base = work.indexed(size, engine)
    what = {"engine": engine, "size": size, "posts": count_posts(base), "path": path, "cached": cached}
    tell(f"searching {what['posts']:,} posts with {engine}{', answers kept' if cached else ''}: {path}")
    addresses = work.addresses(path)
    with served(base, engine=engine, workers=WORKERS, env=env) as server:
        loaded(server, addresses, clients=2, seconds=60, at_most=WARM_UP)
        rows = [loaded(server, addresses, clients=clients, seconds=work.seconds) for clients in CLIENTS]
        memory = server.tree.memory_mb()
    return [{**what, **row, "memory_mb": sum(memory), "processes_mb": memory} for row in rows]


def loaded(server: Served, addresses: list[str], *, clients: int, seconds: float, at_most: int = 0) -> Result:
    """A load, with the server's own processor time a request."""
    busy, began = load_average(), server.tree.cpu()
    found = measured(server.host, server.port, addresses, clients=clients, seconds=seconds, at_most=at_most)
    spent = server.tree.cpu() - began
    return {**found, "server_ms": spent / max(1, found["requests"]) * 1000, "load_average": busy}


def told(result: Result) -> Iterator[str]:
    rows = [{**row, "label": label(row["size"], row["posts"])} for row in result["rows"]]
    yield (
        f"{result['queries']} queries, {result['seconds']:g} s each with one client and with eight. "
        f"`kb serve --workers {WORKERS}`, no answer kept. A client keeps its connection, takes gzip, and asks again as "
        "soon as it is answered; all clients are one light process beside the server, whose own cost stands in "
        "the last column, on the same two cores. Answers hold ten hits with marked snippets, folded copies, the "
        "counts of seven filters, suggestions and notes."
    )
    yield _table([row for row in rows if row["path"] == PAGES[0] and not row["cached"]])
    failed = sum(sum(row["failed"].values()) for row in rows)
    yield f"{sum(row['requests'] for row in rows):,} requests in all, {failed} of them without an answer of 200."
    other = [row for row in rows if row["path"] != PAGES[0]]
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
    kept = [row for row in rows if row["cached"]]
    if kept:
        yield "With answers kept (`KB_ANSWER_CACHE` as it is by default), each query asked again and again:"
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
    last = {(row["engine"], row["size"]): row for row in rows if row["path"] == PAGES[0] and not row["cached"]}
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
