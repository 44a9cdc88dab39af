"""OpenSearch alone: one node from Maven Central, one shard, our tokens under the ``whitespace`` analyzer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opensearchpy import OpenSearch
from opensearchpy.helpers import bulk

from bench.compare.contestant import TOP
from bench.compare.texts import Document, Query
from bench.processes import Tree
from tests.servers.opensearch import Cluster

INDEX, HEAP = "found", "2g"
BODY = {
    "settings": {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"},
    "mappings": {
        "dynamic": False,
        "_source": {"enabled": False},
        "properties": {"body": {"type": "text", "analyzer": "whitespace"}},
    },
}


class OpenSearchAlone:
    title = "OpenSearch, one node, our tokens"
    lacks = "one field, no filters, no counts by filter, over HTTP; ranked with BM25"

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._client = OpenSearch(list(cluster.addresses), timeout=120)

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[OpenSearchAlone]:
        cluster = Cluster.start(nodes=1, heap=HEAP, folder=folder / "opensearch")
        try:
            yield cls(cluster)
        finally:
            cluster.stop()

    def version(self) -> str:
        return str(self._client.info()["version"]["number"])

    def build(self, documents: Iterator[Document]) -> None:
        self._client.indices.create(index=INDEX, body=BODY)
        actions = ({"_index": INDEX, "_id": str(each.number), "body": each.tokens} for each in documents)
        bulk(self._client, actions, chunk_size=1000, max_chunk_bytes=10_000_000, request_timeout=120)
        self._client.indices.forcemerge(index=INDEX, max_num_segments=1, request_timeout=600)
        self._client.indices.refresh(index=INDEX)

    def search(self, query: Query) -> int:
        body = {
            "query": {"match": {"body": {"query": " ".join(query.tokens), "operator": "or"}}},
            "size": TOP,
            "track_total_hits": True,
            "_source": False,
        }
        found = self._client.search(index=INDEX, body=body, params={"request_cache": "false"})
        return int(found["hits"]["total"]["value"])

    def size(self) -> int:
        stats = self._client.indices.stats(index=INDEX, metric="store")
        return int(stats["_all"]["total"]["store"]["size_in_bytes"])

    def cpu(self) -> float:
        """Ours and the server's."""
        return time.process_time() + sum(Tree(node.pid).cpu() for node in self._cluster.nodes)
