"""Builds as indexes of a cluster: their manifests, which of them is live, which is to go.

    <prefix>-<build id>     an index; without a manifest in its mapping's ``_meta`` it does not exist for readers
    <prefix>.live           an alias of the live build; swapped atomically with the next
    <prefix>.previous       an alias of the build to roll back to
    <prefix>.locks          an index of locks, and what was done to builds (``opensearch_log``)

``_meta`` also counts the commits of a build and says when it was retired. Knows nothing of documents and queries.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace

from index.builds import BuildInfo, BuildManifest, is_build_id, new_build_id
from index.engines.opensearch_client import Json, Refused, Remote, path_of
from index.engines.opensearch_fields import index_settings, mapping
from index.engines.opensearch_locks import Lock
from index.engines.opensearch_log import BuildLog
from index.errors import BuildRefused, IndexBroken, NoEarlierBuild, NoLiveBuild

log = logging.getLogger(__name__)

GRACE_SECONDS = 15 * 60  # longer than the longest request; deleting a retired build waits so long
KEPT_RETIRED = 3  # but of many builds in a row no more than these
GONE = 404


@dataclass(frozen=True, slots=True)
class Held:
    """What the cluster says of one index."""

    build: str
    manifest: str | None = None
    commits: int = 0
    retired: float | None = None
    live: bool = False
    previous: bool = False

    def meta(self) -> Json:
        return {"manifest": self.manifest, "commits": self.commits, "retired": self.retired}


class Builds:
    """The builds of one prefix in one cluster."""

    def __init__(self, remote: Remote, engine: str) -> None:
        self._remote, self._engine = remote, engine
        self._prefix = remote.settings.prefix
        self.log = BuildLog(remote)

    def index_of(self, build: str) -> str:
        return f"{self._prefix}-{build}"

    # --- reading

    def live(self, patient: bool = True) -> Held:
        """The live build, from whatever node is asked. Raises ``NoLiveBuild``."""
        try:
            path = path_of(f"{self._prefix}.live", "_mapping")
            found = self._remote.ask("GET", path, patient=patient, local=True, filter_path="*.mappings._meta")
        except Refused as error:
            if error.status == GONE:
                raise NoLiveBuild("opensearch: nothing has been built yet") from error
            raise
        for name, told in found.items():
            return replace(self._held(name, told), live=True)
        raise NoLiveBuild("opensearch: nothing has been built yet")

    def every(self) -> tuple[Held, ...]:
        """Every build, sealed or not, oldest first."""
        wanted = "*.aliases,*.mappings._meta"
        found = self._remote.ask("GET", path_of(f"{self._prefix}-*"), filter_path=wanted)
        held = [self._held(name, told) for name, told in found.items()]
        return tuple(sorted((one for one in held if is_build_id(one.build)), key=lambda one: one.build))

    def sealed(self, build: str) -> Held:
        """Raises ``BuildRefused`` when the build is not there or not sealed."""
        held = next((one for one in self.every() if one.build == build and one.manifest), None)
        if held is None:
            raise BuildRefused(f"build {build} is not there or not sealed")
        return held

    def builds(self) -> tuple[BuildInfo, ...]:
        sizes = self.sizes()
        return tuple(
            BuildInfo(manifest_of(held), held.live, held.previous, sizes.get(held.build, 0))
            for held in self.every()
            if held.manifest
        )

    def sizes(self, patient: bool = True) -> dict[str, int]:
        """Bytes of each build on all nodes together."""
        path = path_of(f"{self._prefix}-*", "_stats", "store")
        wanted = "indices.*.total.store.size_in_bytes"
        found = self._remote.ask("GET", path, patient=patient, filter_path=wanted).get("indices", {})
        return {self._build_of(name): told["total"]["store"]["size_in_bytes"] for name, told in found.items()}

    # --- changing

    def lock_builder(self) -> Lock:
        return Lock(self._remote, f"{self._prefix}:build", "building an opensearch index")

    def lock_writer(self, build: str) -> Lock:
        return Lock(self._remote, f"{self._prefix}:write-{build}", f"writing to opensearch build {build}")

    def create(self, fingerprint: str) -> str:
        """An empty unsealed build. The builder's lock must be held: unsealed leftovers are swept first."""
        self.sweep()
        newest = max((held.build for held in self.every()), default=None)
        build = new_build_id(fingerprint, after=newest)
        body = {"settings": index_settings(self._remote.settings), "mappings": mapping()}
        try:
            made = self._remote.ask("PUT", path_of(self.index_of(build)), body, wait_for_active_shards=self._copies())
            if not made["shards_acknowledged"]:
                log.warning("opensearch: build %s begins with fewer copies than it is to have", build)
        except Refused as error:  # two random signs and a second make an id: only our own second try meets it
            if error.kind != "resource_already_exists_exception":
                raise
        return build

    def seal(self, manifest: BuildManifest) -> None:
        self._note(Held(manifest.build, manifest.to_json()))
        self.log.note("seal", manifest.build, manifest.documents)
        log.info("opensearch: build %s of %d documents is sealed", manifest.build, manifest.documents)

    def count_commit(self, build: str) -> None:
        held = self.sealed(build)
        self._note(replace(held, commits=held.commits + 1))

    def promote(self, build: str, action: str = "promote") -> None:
        """Swaps the aliases in one step; readers find the old build or the new one."""
        target, every = self.sealed(build), self.every()
        live = next((held for held in every if held.live), None)
        if live is not None and live.build == build:
            return
        for held in every:
            if held.previous and held.build != build:
                self._note(replace(held, retired=time.time()))
        if target.retired is not None:
            self._note(replace(target, retired=None))
        self._swap(build, live.build if live else None, [held for held in every if held.previous])
        log.info("opensearch: build %s is live", build)
        self.log.note(action, build, manifest_of(target).documents)

    def rollback(self) -> BuildManifest:
        previous = next((held for held in self.every() if held.previous and held.manifest), None)
        if previous is None:
            raise NoEarlierBuild("opensearch: there is no earlier build to go back to")
        self.promote(previous.build, "rollback")
        return manifest_of(previous)

    def drop(self, build: str) -> None:
        held = next((one for one in self.every() if one.build == build), None)
        if held is None:
            raise BuildRefused(f"there is no build {build!r}")
        if held.live:
            raise BuildRefused(f"{build} is the live build")
        with self.lock_writer(build):
            self._drop(build)

    def discard(self, build: str) -> None:
        """Deletes an index; one that is not there is no error."""
        self._remote.ask("DELETE", path_of(self.index_of(build)), ignore_unavailable=True)

    def sweep(self) -> None:
        """Removes unsealed leftovers, and retired builds after the grace period. Needs the builder's lock."""
        every = self.every()
        retired = sorted((held.retired, held.build) for held in every if held.retired is not None)
        expired = {build for at, build in retired if abs(time.time() - at) >= GRACE_SECONDS}
        expired |= {build for _, build in retired[:-KEPT_RETIRED]}
        for held in every:
            if not (held.live or held.previous) and (held.manifest is None or held.build in expired):
                self._drop(held.build)

    # --- inside

    def _drop(self, build: str) -> None:
        self.discard(build)
        self.log.note("drop", build, 0)

    def _copies(self) -> int:
        """Copies that a build has from its first document on: one that comes later is lost with the first node."""
        nodes = self._remote.ask("GET", "/_cluster/health", filter_path="number_of_data_nodes")["number_of_data_nodes"]
        return min(self._remote.settings.replicas + 1, int(nodes))

    def _swap(self, build: str, live: str | None, previous: list[Held]) -> None:
        live_name, previous_name = f"{self._prefix}.live", f"{self._prefix}.previous"
        actions: list[Json] = [{"add": {"index": self.index_of(build), "alias": live_name}}]
        if live is not None:
            actions += [{"remove": {"index": self.index_of(live), "alias": live_name}}]
            gone = [held.build for held in previous if held.build != live]
            actions += [{"remove": {"index": self.index_of(one), "alias": previous_name}} for one in gone]
            actions += [{"add": {"index": self.index_of(live), "alias": previous_name}}]
        self._remote.ask("POST", "/_aliases", {"actions": actions})

    def _note(self, held: Held) -> None:
        self._remote.ask("PUT", path_of(self.index_of(held.build), "_mapping"), {"_meta": held.meta()})

    def _held(self, name: str, told: Json) -> Held:
        meta, aliases = told.get("mappings", {}).get("_meta", {}), told.get("aliases", {})
        return Held(
            self._build_of(name),
            meta.get("manifest"),
            meta.get("commits", 0),
            meta.get("retired"),
            f"{self._prefix}.live" in aliases,
            f"{self._prefix}.previous" in aliases,
        )

    def _build_of(self, name: str) -> str:
        return name.removeprefix(f"{self._prefix}-")


def manifest_of(held: Held) -> BuildManifest:
    if held.manifest is None:
        raise IndexBroken(f"build {held.build} has no manifest")
    return BuildManifest.from_json(held.manifest)
