"""The metrics, and how several processes share them. What each answers: docs/operations.md.

One process keeps its figures in memory. Several write them into files of one folder, which is named by
``PROMETHEUS_MULTIPROC_DIR`` before the library is loaded (hence it is loaded here on first use), and any of them
answers for all. What is true of the base and not of a process is read when somebody asks, at most every few seconds.
"""

from __future__ import annotations

import fcntl
import logging
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import KbError
from kb.service import Service
from kb.views import SearchResult, StatusView

if TYPE_CHECKING:
    from prometheus_client.metrics_core import GaugeMetricFamily

log = logging.getLogger("web.metrics")

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
FOLDING, ENDED = "folding.lock", "ended"  # files of the folder: of who adds up, and of the sums
BUCKETS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5.0, 10.0)
PROCESS_SECONDS = 5.0  # so often at most a process looks at itself
BASE_SECONDS = 5.0  # so long what was read of the base is told again


class Metrics:
    """Counts for one application. Every method is safe for many threads and costs a few microseconds."""

    def __init__(self, service: Service) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        if folder := os.environ.get(FOLDER):
            fold_dead(Path(folder))
        self._registry = own = CollectorRegistry()
        self._base = BaseCollector(service)
        self._service = service
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._openings = 0
        self.requests = Counter("kb_http_requests", "요청 수", ("route", "status"), registry=own)
        self.seconds = Histogram("kb_http_request_seconds", "답까지의 시간", ("route",), buckets=BUCKETS, registry=own)
        self.searches = Histogram("kb_search_seconds", "검색에 든 시간", buckets=BUCKETS, registry=own)
        self.empty = Counter("kb_searches_empty", "아무것도 찾지 못한 검색", registry=own)
        self.corrected = Counter("kb_searches_corrected", "다른 검색어를 권한 검색", registry=own)
        self.slow = Counter("kb_searches_slow", "KB_SLOW_MS보다 오래 걸린 검색", registry=own)
        self.openings = Counter("kb_index_reader_openings", "색인을 새로 연 횟수", registry=own)
        of_process = partial(Gauge, labelnames=("process",), multiprocess_mode="livesum", registry=own)
        self.memory = of_process("kb_process_memory_bytes", "프로세스의 상주 메모리")
        self.files = of_process("kb_process_open_files", "프로세스가 연 파일")

    def answered(self, route: str, status: int, seconds: float) -> None:
        self.requests.labels(route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)
        self._look()

    def searched(self, result: SearchResult, *, slow: bool) -> None:
        self.searches.observe(result.seconds)
        for happened, counter in (
            (not result.total, self.empty),
            (result.suggestion is not None, self.corrected),
            (slow, self.slow),
        ):
            if happened:
                counter.inc()

    def told(self) -> bytes:
        """Everything in Prometheus' text form, of all processes."""
        from prometheus_client import CollectorRegistry, generate_latest

        self._look(now=True)
        folder = os.environ.get(FOLDER)
        processes = _all_processes(Path(folder)) if folder else generate_latest(self._registry)
        base = CollectorRegistry()
        base.register(self._base)
        return processes + generate_latest(base)

    def _look(self, *, now: bool = False) -> None:
        """What the process is like: memory, open files, how often it opened the index."""
        moment = time.monotonic()
        if moment - self._looked < PROCESS_SECONDS and not now:
            return
        with self._lock:
            self._looked = moment
            openings = self._service.openings()
            self.openings.inc(max(0, openings - self._openings))
            self._openings = openings
        memory, files = process_figures()
        self.memory.labels(str(os.getpid())).set(memory)
        self.files.labels(str(os.getpid())).set(files)


def process_figures() -> tuple[int, int]:
    """(bytes resident, open files); zeros where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE"), len(os.listdir("/proc/self/fd"))  # noqa: PTH208 # names alone
    except OSError:
        return 0, 0


def _all_processes(folder: Path) -> bytes:
    """The figures of all processes, while none of them is folding those of the dead."""
    from prometheus_client import CollectorRegistry, generate_latest, multiprocess

    registry = CollectorRegistry()
    with _locked(folder):
        _fold_dead(folder)
        multiprocess.MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call] # the library's
        return generate_latest(registry)


def fold_dead(folder: Path) -> None:
    """A process that takes the place of another takes over its counts: a file for each that ever ran would pile up."""
    with _locked(folder):
        _fold_dead(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / FOLDING).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fold_dead(folder: Path) -> None:
    """Gauges of those that have ended are forgotten, their counts go into one file of a kind."""
    for path in folder.glob("*.db"):
        kind, _, number = path.stem.rpartition("_")
        if not number.isdigit() or Path("/proc", number).exists():
            continue
        if not kind.startswith("gauge"):
            try:
                _add_up(path, folder / f"{kind}_{ENDED}.db")
            except (RuntimeError, ValueError, struct.error) as error:  # killed while it wrote
                log.warning("프로세스 %s의 수를 잃었습니다: %s", number, error)
        path.unlink(missing_ok=True)


def _add_up(source: Path, target: Path) -> None:
    from prometheus_client.mmap_dict import MmapedDict

    total = MmapedDict(str(target))  # type: ignore[no-untyped-call] # the library's
    try:
        for key, value, moment, _ in MmapedDict.read_all_values_from_file(str(source)):  # type: ignore[no-untyped-call] # the library's
            total.write_value(key, total.read_value(key)[0] + value, moment)  # type: ignore[no-untyped-call] # the library's
    finally:
        total.close()  # type: ignore[no-untyped-call] # the library's


class BaseCollector:
    """Gauges of the knowledge base, the same whichever process is asked."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._held: tuple[float, StatusView | None, bool] | None = None

    def collect(self) -> Iterator[GaugeMetricFamily]:
        from prometheus_client.metrics_core import GaugeMetricFamily as Gauge

        status, ready = self._read()
        yield Gauge("kb_ready", "검색에 답할 수 있으면 1", value=ready)
        if status is None:
            return
        yield Gauge("kb_posts", "데이터베이스의 글", value=status.posts)
        yield Gauge("kb_index_documents", "색인의 글", value=status.indexed)
        yield Gauge("kb_index_lag_changes", "색인에 아직 반영하지 않은 변경", value=status.lag)
        yield Gauge("kb_outbox_changes", "어느 색인이든 아직 기다리는 변경", value=status.outbox)
        yield Gauge("kb_index_bytes", "색인의 크기", value=status.index_bytes)
        yield Gauge("kb_database_bytes", "데이터베이스의 크기", value=status.database_bytes)
        if status.built is not None:
            built = status.built.timestamp()
            yield Gauge("kb_index_built_timestamp_seconds", "쓰는 색인을 만든 때", value=built)
        yield from self._runs(status)

    def _read(self) -> tuple[StatusView | None, bool]:
        """None when the database cannot be asked: that is what ``kb_ready`` 0 is for."""
        with self._lock:
            if self._held is None or time.monotonic() - self._held[0] > BASE_SECONDS:
                try:
                    read: tuple[StatusView | None, bool] = self._service.status(), self._service.ready()[0]
                except KbError:
                    read = None, False
                self._held = (time.monotonic(), *read)
            return self._held[1], self._held[2]

    def _runs(self, status: StatusView) -> Iterator[GaugeMetricFamily]:
        from prometheus_client.metrics_core import GaugeMetricFamily as Gauge

        finished = Gauge("kb_ingest_finished_timestamp_seconds", "끝난 마지막 수집의 때", labels=("source",))
        failed = Gauge("kb_ingest_failed_posts", "마지막 수집이 읽지 못한 파일", labels=("source",))
        newest = {run.source: run for run in reversed(status.runs) if run.finished}
        for source, run in newest.items():
            finished.add_metric((source,), run.finished.timestamp() if run.finished else 0)
            failed.add_metric((source,), run.counts.get("failed", 0))
        yield finished
        yield failed
        unfinished = sum(run.finished is None for run in status.runs)
        yield Gauge("kb_ingest_unfinished_runs", "끝나지 않은 최근 수집", value=unfinished)
