"""The same service on OpenSearch: one node of its own, started for the occasion from Maven Central's artifacts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.processes import Tree, kb
from bench.queries import SEARCH
from bench.sections.search import WHAT, searched
from bench.tables import Column, number, spots, table
from bench.work import Result, Work, count_posts, label, tell
from tests.servers.opensearch import Cluster, NoServer

HEAP = "2g"
ENGINE = "opensearch"


def measure(work: Work) -> Result:
    size = work.compared
    base = work.base(size)
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
        tell("starting a node of OpenSearch")
        try:
            cluster = Cluster.start(nodes=1, heap=HEAP, folder=Path(folder) / "cluster")
        except NoServer as problem:
            return {"problem": str(problem).partition(";")[0]}
        try:
            return _on(cluster, work, base, size)
        finally:
            cluster.stop()


def _on(cluster: Cluster, work: Work, base: Path, size: int) -> Result:
    env = {"KB_OPENSEARCH_URLS": ",".join(cluster.addresses), "KB_OPENSEARCH_REPLICAS": "0"}
    node, posts = Tree(cluster.nodes[0].pid), count_posts(base)
    tell(f"reindexing {posts:,} posts with {ENGINE}")
    began = node.cpu()
    done = kb(base, "reindex", "--engine", ENGINE, engine=ENGINE, env=env)
    built = {"posts": posts, "seconds": done.seconds, "cpu": done.cpu, "node_cpu": node.cpu() - began}
    rows = searched(work, size, ENGINE, env=env)
    beside = [row for row in (work.saved("search") or {"rows": []})["rows"] if _same(row, size)]
    return {"built": built, "rows": rows, "beside": beside, "node_mb": node.memory().all}


def _same(row: Result, size: int) -> bool:
    return bool(row["engine"] == "tantivy" and row["size"] == size and row["asking"] == "new" and row["path"] == SEARCH)


def told(result: Result) -> Iterator[str]:
    if "problem" in result:
        yield f"Could not be measured here: {result['problem']}"
        return
    built = result["built"]
    rows = [{**row, "label": label(row["size"], row["posts"])} for row in (*result["beside"], *result["rows"])]
    yield (
        f"`KB_ENGINE=opensearch` on one node with a heap of {HEAP} on the same two cores; `kb reindex` of "
        f"{built['posts']:,} posts took {built['seconds']:.0f} s ({built['posts'] / built['seconds']:,.0f} posts/s; "
        f"processor {built['cpu']:.0f} s ours, {built['node_cpu']:.0f} s the node's). The node holds "
        f"{result['node_mb']:,.0f} MB. The same queries as above; the figures of Tantivy are those above."
    )
    yield table(
        rows,
        (
            *WHAT,
            Column("p50", "p50 / p95 / p99, ms", spots("p50", "p95", "p99")),
            Column("per_second", "requests/s", number(0)),
            Column("server_ms", "our processor, ms a request", number(1)),
        ),
    )
    yield from _ratio(result)


def _ratio(result: Result) -> Iterator[str]:
    """How many times as fast Tantivy is; twice is asked for."""
    ours = {row["clients"]: row for row in result["beside"]}
    theirs = {row["clients"]: row for row in result["rows"]}
    if ours.keys() >= theirs.keys():
        one, eight = theirs[1]["p50"] / ours[1]["p50"], ours[8]["per_second"] / theirs[8]["per_second"]
        mark = "✔" if min(one, eight) >= 2 else "✘"
        yield (
            f"With Tantivy an answer comes in **{one:.1f}** times less time at p50, and with eight clients there are "
            f"**{eight:.1f}** times as many {mark} ≥ 2."
        )
