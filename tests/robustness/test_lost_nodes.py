"""A node of three dies without notice, the one that leads the cluster: nothing is lost and no request fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from engine_samples import promoted, sample, sample_terms
from servers.clusters import MARKS, fresh_settings, shared_cluster
from servers.opensearch import Cluster

from index.document import IndexDoc, SearchRequest
from index.engines.base import Engine
from index.engines.opensearch_client import Remote
from index.factory import make_engine
from index.opensearch_settings import OpenSearchSettings
from index.query.tree import Term

pytestmark = MARKS
POSTS = 400


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """The tests' own, whole again when the test is over."""
    cluster = shared_cluster()
    cluster.wait("yellow")
    yield cluster
    for number in range(len(cluster.nodes)):
        if not cluster.runs(number):
            cluster.run(number)
    cluster.wait("yellow")


@pytest.fixture
def settings(cluster: Cluster) -> OpenSearchSettings:
    return fresh_settings(shards=3, replicas=1)


def engine_of(settings: OpenSearchSettings) -> Engine:
    return make_engine("opensearch", Path(), sample_terms, settings)


def posts(count: int = POSTS) -> list[IndexDoc]:
    return [sample(f"p{n:04}", f"x {n}", day=n % 28 + 1) for n in range(count)]


def leading(settings: OpenSearchSettings, cluster: Cluster) -> int:
    """The number of the node that leads: to lose it costs most."""
    remote = Remote(settings)
    (told,) = remote.ask("GET", "/_cat/cluster_manager", format="json")["answer"]
    remote.close()
    return next(number for number, node in enumerate(cluster.nodes) if node.name == told["node"])


def test_nothing_is_lost_when_a_node_dies_while_posts_are_added(cluster: Cluster, settings: OpenSearchSettings) -> None:
    engine, lost = engine_of(replace(settings, bulk_docs=20)), leading(settings, cluster)

    def stream() -> Iterator[IndexDoc]:
        for number, post in enumerate(posts()):
            if number == POSTS // 2:
                cluster.kill(lost)
            yield post

    with engine.start_build("f00") as writer:
        assert writer.add(stream()) == POSTS
        writer.commit()
        with writer.open_reader() as reader:
            assert reader.ids() == {post.id: post.content_hash for post in posts()}
        manifest = writer.seal()
    engine.promote(manifest.build)
    assert manifest.documents == POSTS
    with engine.open_writer() as live:
        live.add([sample("late", "x")])
    with engine.open_reader() as reader:
        assert reader.search(SearchRequest(Term("body", "x"))).total == POSTS + 1


def test_no_search_fails_when_a_node_dies(cluster: Cluster, settings: OpenSearchSettings) -> None:
    engine = engine_of(settings)
    promoted(engine, posts())
    wait_for_copies(settings)
    lost = leading(settings, cluster)
    request = SearchRequest(Term("body", "x"), limit=20, facets=("agency",))
    with engine.open_reader() as reader, searching(engine, lambda: reader.search(request).total) as totals:
        time.sleep(1)
        before = len(totals)
        cluster.kill(lost)
        until = time.monotonic() + 30
        while len(totals) < before + 20 and time.monotonic() < until:
            time.sleep(0.1)
    assert len(totals) >= before + 20
    assert set(totals) == {POSTS}


@contextmanager
def searching(engine: Engine, kept: Callable[[], int]) -> Iterator[list[int]]:
    """Two threads search until the block is left: one with a reader of its own each time, one with the one kept."""
    totals: list[int] = []
    failures: list[Exception] = []
    done = threading.Event()

    def fresh() -> int:
        with engine.open_reader() as reader:
            return reader.search(SearchRequest(Term("body", "x"), limit=5)).total

    def loop(ask: Callable[[], int]) -> None:
        while not done.wait(0.02):
            try:
                totals.append(ask())
            except Exception as error:  # whatever it is, it is the finding
                failures.append(error)

    threads = [threading.Thread(target=loop, args=(ask,)) for ask in (kept, fresh)]
    for thread in threads:
        thread.start()
    try:
        yield totals
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert not failures


def wait_for_copies(settings: OpenSearchSettings) -> None:
    remote = Remote(settings)
    path = f"/_cluster/health/{settings.prefix}-*"
    assert remote.ask("GET", path, wait_for_status="green")["status"] == "green"
    remote.close()
