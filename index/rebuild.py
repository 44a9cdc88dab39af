"""Building an index anew beside the live one: build, replay, verify, seal, promote.

Engine-neutral and fed by the caller: it knows no store. Until the last step the live build answers as
before, and a process killed anywhere leaves at most an unsealed build, which the next one sweeps.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self

from index.builds import BuildManifest
from index.document import IndexDoc
from index.engines.base import BuildWriter, Engine, Reader, Writer
from index.errors import BuildRefused

log = logging.getLogger(__name__)

Replay = Callable[[Writer], int]
"""Applies to the writer what the store has changed since it was last called; how many changes there were."""

Verify = Callable[[Reader], Sequence[str]]
"""What is wrong with the build that a reader shows; nothing, when it may be promoted."""

MAX_REPLAYS = 20  # a store that changes faster than this is followed by the sync step after promotion
MUCH_SMALLER = 0.5
PROGRESS_EVERY = 100


class Rebuild:
    """A build in the making, for whoever feeds it in his own time: a context, which discards what was not finished."""

    def __init__(self, engine: Engine, fingerprint: str) -> None:
        """Raises ``WriterBusy`` while another build is being made."""
        self._engine = engine
        self.writer = engine.start_build(fingerprint)
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def finish(
        self, *, seq0: int = 0, replay: Replay | None = None, verify: Verify | None = None, force: bool = False
    ) -> BuildManifest:
        """Commits, replays, verifies, seals and makes it live; see ``rebuild``."""
        self.writer.commit()
        _replay(self.writer, replay)
        checks = _checked(self.writer, verify, self._engine, force)
        manifest = self.writer.seal(seq0=seq0, checks=checks)
        self.close()
        if replay is not None:
            with self._engine.open_writer(manifest.build) as late:
                replay(late)
        self._engine.promote(manifest.build)
        log.info("build %s of %d documents is live", manifest.build, manifest.documents)
        return manifest

    def close(self) -> None:
        """Gives the lock back; a build that was not sealed is gone."""
        if not self._closed:
            self._closed = True
            self.writer.close()


def rebuild(
    engine: Engine,
    docs: Iterable[IndexDoc],
    *,
    fingerprint: str,
    seq0: int = 0,
    replay: Replay | None = None,
    verify: Verify | None = None,
    progress: Callable[[int], None] | None = None,
    force: bool = False,
) -> BuildManifest:
    """Makes a build of ``docs`` and makes it live.

    ``seq0`` is the store's change number when ``docs`` was listed. ``replay`` is called until it finds
    nothing, once more with the sealed build just before it goes live. Raises ``WriterBusy`` when another
    build is being made, and ``BuildRefused`` (the live build stays) when ``verify`` objects; without a
    ``verify``, when the build is less than half of the live one and ``force`` is not given.
    """
    with Rebuild(engine, fingerprint) as build:
        build.writer.add(_counted(docs, progress))
        return build.finish(seq0=seq0, replay=replay, verify=verify, force=force)


def _counted(docs: Iterable[IndexDoc], progress: Callable[[int], None] | None) -> Iterator[IndexDoc]:
    count = 0
    for count, doc in enumerate(docs, start=1):
        yield doc
        if progress is not None and count % PROGRESS_EVERY == 0:
            progress(count)
    if progress is not None:
        progress(count)


def _replay(writer: BuildWriter, replay: Replay | None) -> None:
    for _ in range(MAX_REPLAYS if replay is not None else 0):
        if replay is None or not replay(writer):
            break
        writer.commit()


def _checked(writer: BuildWriter, verify: Verify | None, engine: Engine, force: bool) -> tuple[str, ...]:
    with writer.open_reader() as reader:
        counted = f"{reader.documents} documents"
        if verify is not None:
            objections = verify(reader)
            if objections:
                raise BuildRefused("; ".join(objections))
            return counted, "equals the store"
        before = engine.health().documents
        if reader.documents < before * MUCH_SMALLER and not force:
            raise BuildRefused(f"the build has {counted}, the live one {before}; see force")
        return (counted,)
