"""OpenSearch behind the seam: for collections and ministries that one machine does not carry.

Here are writers and the engine; ``opensearch_fields`` says how documents lie in an index, ``opensearch_query``
and ``opensearch_reader`` how they are found, ``opensearch_builds`` what a build is, ``opensearch_client`` how
the cluster is spoken to. Scores are Lucene's BM25 (decision 0313).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import islice

from index.builds import FIELDS_VERSION, BuildManifest, utc_now
from index.document import IndexDoc
from index.engines.base import BuildWriter, Health, Reader, TermsOf, Writer
from index.engines.kept import KeptEngine, released_on_error
from index.engines.opensearch_builds import Builds, manifest_of
from index.engines.opensearch_bulk import Bulk
from index.engines.opensearch_client import Remote, path_of
from index.engines.opensearch_fields import own_id, source_of
from index.engines.opensearch_locks import Lock
from index.engines.opensearch_reader import OpenSearchReader
from index.errors import NoLiveBuild, SearchError
from index.opensearch_settings import OpenSearchSettings

ASKED_AT_ONCE = 1_000  # ids


class OpenSearchWriter(Writer):
    """Changes of a live build are kept here until they are committed: the cluster itself takes nothing back."""

    def __init__(self, remote: Remote, builds: Builds, build: str, lock: Lock, terms_of: TermsOf) -> None:
        self.build = build
        self._remote, self._builds, self._lock, self._terms_of = remote, builds, lock, terms_of
        self._index = builds.index_of(build)
        self._bulk = Bulk(remote, self._index)
        self._closed = False

    def add(self, docs: Iterable[IndexDoc]) -> int:
        given = 0
        for doc in docs:
            self._open().put(doc.id, own_id(doc.id), source_of(doc, self._terms_of(doc)))
            self._flow()
            given += 1
        return given

    def delete(self, ids: Iterable[str]) -> int:
        """Ids of one call are asked for together, since each question is a journey."""
        asked, there = iter(ids), 0
        while some := list(dict.fromkeys(islice(asked, ASKED_AT_ONCE))):
            unknown = [id_ for id_ in some if self._open().holds(own_id(id_)) is None]
            present = self._present(unknown) | {id_ for id_ in some if self._bulk.holds(own_id(id_))}
            for id_ in filter(present.__contains__, some):
                self._bulk.remove(id_, own_id(id_))
            there += len(present)
            self._flow()
        return there

    def commit(self) -> None:
        if not self._open().changed:
            return
        self._lock.check()
        self._bulk.send()
        self._remote.ask("POST", path_of(self._index, "_refresh"))
        self._committed()
        self._bulk.changed = False

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._lock.release()

    # --- inside

    def _flow(self) -> None:
        """What is done after each change: nothing, since a live build shows what is sent."""

    def _committed(self) -> None:
        self._builds.count_commit(self.build)

    def _open(self) -> Bulk:
        if self._closed:
            raise SearchError("this writer is closed")
        return self._bulk

    def _present(self, ids: list[str]) -> set[str]:
        if not ids:
            return set()
        asked = {"ids": [own_id(id_) for id_ in ids]}
        answer = self._remote.ask("POST", path_of(self._index, "_mget"), asked, _source=False)
        return {id_ for id_, told in zip(ids, answer["docs"], strict=True) if told.get("found")}


class OpenSearchBuildWriter(OpenSearchWriter, BuildWriter):
    """Nobody sees the build, so documents are sent as they come."""

    def __init__(
        self, remote: Remote, builds: Builds, build: str, lock: Lock, terms_of: TermsOf, fingerprint: str
    ) -> None:
        super().__init__(remote, builds, build, lock, terms_of)
        self._fingerprint, self._sealed = fingerprint, False

    def open_reader(self) -> Reader:
        return OpenSearchReader(self._remote, self.build, self._index)

    def seal(self, *, seq0: int = 0, checks: tuple[str, ...] = ()) -> BuildManifest:
        self.commit()
        self._remote.ask("POST", path_of(self._index, "_flush"), wait_if_ongoing=True)
        counted = int(self._remote.ask("GET", path_of(self._index, "_count"))["count"])
        manifest = BuildManifest(
            self.build, OpenSearchEngine.name, self._fingerprint, FIELDS_VERSION, counted, seq0, utc_now(), checks
        )
        self._lock.check()
        self._builds.seal(manifest)
        self._sealed = True
        return manifest

    def close(self) -> None:
        try:
            if not self._closed and not self._sealed:
                self._builds.discard(self.build)
        finally:
            super().close()

    def _flow(self) -> None:
        if self._bulk.is_full:
            self._lock.check()
            self._bulk.send()

    def _committed(self) -> None:
        """Commits are counted of builds that have readers."""


class OpenSearchEngine(KeptEngine):
    """Builds in the indexes of a cluster."""

    store: Builds

    name = "opensearch"
    exact_scores = False
    empty_fields_count = False

    def __init__(self, settings: OpenSearchSettings, terms_of: TermsOf) -> None:
        self.remote = Remote(settings)
        self.store = Builds(self.remote, self.name)
        self._terms_of = terms_of

    def open_reader(self) -> Reader:
        build = self.store.live().build
        return OpenSearchReader(self.remote, build, self.store.index_of(build))

    def state(self) -> Hashable:
        try:
            live = self.store.live()
        except NoLiveBuild:
            return None
        return live.build, live.commits

    def start_build(self, fingerprint: str) -> BuildWriter:
        lock = self.store.lock_builder()
        with released_on_error(lock):
            build = self.store.create(fingerprint)
            return OpenSearchBuildWriter(self.remote, self.store, build, lock, self._terms_of, fingerprint)

    def open_writer(self, build: str | None = None, *, fingerprint: str | None = None) -> Writer:
        held = self.store.sealed(build) if build else self.store.live()
        manifest_of(held).check_made_with(fingerprint)
        lock = self.store.lock_writer(held.build)
        return OpenSearchWriter(self.remote, self.store, held.build, lock, self._terms_of)

    def close(self) -> None:
        self.remote.close()

    def live(self) -> BuildManifest | None:
        try:
            return manifest_of(self.store.live())
        except NoLiveBuild:
            return None

    def log(self) -> Sequence[Mapping[str, str | int]]:
        return self.store.log.lines()

    def health(self) -> Health:
        """Asks once: who looks at a cluster that is down does not want to wait for it."""
        try:
            held = self.store.live(patient=False)
            index = self.store.index_of(held.build)
            color = self.remote.ask_once("GET", path_of("_cluster", "health", index))["status"]
            problem = "" if color != "red" else "parts of the index are on no node that runs"
            documents = 0 if problem else int(self.remote.ask_once("GET", path_of(index, "_count"))["count"])
            size = self.store.sizes(patient=False).get(held.build, 0)
            return Health(self.name, held.build, documents, manifest_of(held).fingerprint, size, problem)
        except SearchError as error:
            return Health(self.name, None, 0, "", 0, str(error))
