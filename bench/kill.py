"""Killed anywhere: ``kb ingest``, ``kb reindex`` and ``kb check --repair`` under SIGKILL at random moments.

    python -m bench.kill --kills 300 [--seed 1] [--exec 0.1] [--engine whoosh] [--json FILE]

Each round changes a folder of posts (some new, changed, renamed, broken, gone), brings a control knowledge
base up to date undisturbed, and starts the same command as a real process on a second one, which is killed.
After each kill: a site opened long ago and one opened now both answer, ``check`` finds nothing beyond
pending changes and counts the sums of the pages anew. Then the command runs to its end, and everything that
is stored, summed and indexed must be equal to the control's, compared value by value.

Processes are forked from a warm server and given the control's morphemes in place of Kiwi (which writes
nothing): a kill then falls on our own code and not on two seconds of loading. ``--exec`` is the share of
commands that are started as ``kb`` itself, with Kiwi.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from bench.kill_parts import Folder, content, run_command
from index.analysis.korean import KoreanAnalyzer
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from kb.views import SearchParams

KB = (sys.executable, "-c", "from kb.cli import main; main()")
QUERIES = ("전략물자", "우회수출 단속", "관세청")


@dataclass
class Figures:
    """What a run came to. ``kills`` counts processes that died of our signal, not those that were done before."""

    kills: dict[str, int] = field(default_factory=dict)
    finished_before: int = 0
    compared: int = 0
    searches: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def killed(self) -> int:
        return sum(self.kills.values())


class Arena:
    """A folder, the control, the victim and a site that looks at the victim the whole time."""

    def __init__(self, root: Path, seed: int, engine: str, share: float, posts: int) -> None:
        self.random = random.Random(seed)
        self.folder = Folder(root / "site" / "_posts", self.random, posts)
        self.figures = Figures()
        self.engine, self.share = engine, share
        self.analyzer = KoreanAnalyzer()
        self.control, self.victim = root / "control", root / "victim"
        self.took: dict[tuple[str, bool], float] = {}
        os.environ["KB_ENGINE"] = engine  # for the commands
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(["bench.kill_parts"])
        self._undisturbed(self.control, "ingest")
        shutil.copytree(self.control, self.victim)
        self.site = self._open(self.victim)
        self._look(self.site)

    def round(self, kills: int) -> None:
        """One change of the folder and one command, killed until ``kills`` have been counted or it is through."""
        command = self.random.choices(("ingest", "reindex", "repair"), (6, 3, 1))[0]
        if command == "ingest":
            self.folder.change()
        self._undisturbed(self.control, command)
        for _ in range(min(kills, self.random.choice((1, 1, 2, 3)))):
            if not self._kill(command):
                break
            self._inspect(command)
        self._finish(command)
        self._compare(command)

    # --- the victim

    def _kill(self, command: str) -> bool:
        """Starts the command and kills it; False when it was faster."""
        real = self.random.random() < self.share
        expected = self.took.get((command, real), 4.0 if real else 1.0)
        began = time.perf_counter()
        process = self._start(command, real)
        time.sleep(self.random.uniform(0, expected))
        process.kill()
        code = self._wait(process)
        if code == -signal.SIGKILL:
            name = command + (" (kb)" if real else "")
            self.figures.kills[name] = self.figures.kills.get(name, 0) + 1
            return True
        self.took[command, real] = time.perf_counter() - began
        self.figures.finished_before += 1
        self._demand(code in (0, 1), f"{command} ended with {code}")
        return False

    def _finish(self, command: str) -> None:
        began = time.perf_counter()
        code = self._wait(self._start(command, real=False))
        self.took[command, False] = time.perf_counter() - began
        self._demand(code in (0, 1), f"{command} run again ended with {code}")

    def _start(self, command: str, real: bool) -> BaseProcess | subprocess.Popen[bytes]:
        words = self._words(command)
        if real:
            quiet = subprocess.DEVNULL
            return subprocess.Popen([*KB, *words], stdout=quiet, stderr=quiet)
        process = self._processes.Process(target=run_command, args=(words, self.control / "kb.sqlite3", self.engine))
        process.start()
        return process

    def _words(self, command: str) -> list[str]:
        words = {
            "ingest": ["ingest", str(self.folder.path)],
            "reindex": ["reindex", "--engine", self.engine],
            "repair": ["check", "--repair"],
        }
        return ["--data-dir", str(self.victim), *words[command]]

    def _wait(self, process: BaseProcess | subprocess.Popen[bytes]) -> int | None:
        if isinstance(process, subprocess.Popen):
            return process.wait(timeout=120)
        process.join(timeout=120)
        return process.exitcode

    # --- what must hold

    def _inspect(self, command: str) -> None:
        self._look(self.site)
        with self._open(self.victim) as fresh:
            self._look(fresh)
            report = fresh.check()
            self._demand(report.ok, f"after a killed {command}: {report.told()}")

    def _look(self, base: KnowledgeBase) -> None:
        for query in QUERIES:
            self.figures.searches += 1
            try:
                found = base.search(SearchParams(q=query))
                self._demand(found.total > 0 and bool(found.hits), f"{query}: nothing found")
                base.post(found.hits[0].post) if found.hits else None
            except Exception as error:  # whatever it is, it is a finding
                self._demand(False, f"{query}: {error!r}")

    def _compare(self, command: str) -> None:
        wanted, found = content(self.control, self.engine), content(self.victim, self.engine)
        self.figures.compared += sum(map(len, wanted.values()))
        for name, rows in wanted.items():
            missing, extra = rows - found[name], found[name] - rows
            self._demand(
                not missing, f"after {command}: {name} lacks {len(missing)}, such as {min(missing, default='')}"
            )
            self._demand(not extra, f"after {command}: {name} has {len(extra)} too many: {min(extra, default='')}")

    def _demand(self, holds: bool, problem: str) -> None:
        if not holds:
            self.figures.problems.append(problem)
            print(f"PROBLEM {problem}", file=sys.stderr, flush=True)

    # --- knowledge bases in this process

    def _open(self, data: Path) -> KnowledgeBase:
        return KnowledgeBase.open(Settings(data_dir=data, engine=self.engine), self.analyzer)

    def _undisturbed(self, data: Path, command: str) -> None:
        with self._open(data) as base:
            if command == "ingest":
                base.ingest([self.folder.path])
            elif command == "reindex":
                base.reindex()
            else:
                base.repair()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--exec", type=float, default=0.1, help="share of commands started as kb itself")
    parser.add_argument("--engine", default="whoosh")
    parser.add_argument("--posts", type=int, default=150, help="posts to begin with")
    parser.add_argument("--minutes", type=float, default=60, help="stop after so long, however many kills")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    args = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as root:
        arena = Arena(Path(root), args.seed, args.engine, args.exec, args.posts)
        while arena.figures.killed < args.kills and time.perf_counter() - began < args.minutes * 60:
            arena.round(args.kills - arena.figures.killed)
        arena.site.close()
    figures = asdict(arena.figures) | {"killed": arena.figures.killed, "seconds": round(time.perf_counter() - began)}
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if arena.figures.problems else 0


if __name__ == "__main__":
    sys.exit(main())
