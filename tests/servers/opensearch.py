"""A real OpenSearch cluster on this machine, for tests, benchmarks and trying things out.

    python -m tests.servers.opensearch start --nodes 3      starts, waits for green, prints the addresses
    python -m tests.servers.opensearch status
    python -m tests.servers.opensearch kill 1               as if the machine of node 1 had lost its power
    python -m tests.servers.opensearch run 1                node 1 comes back with its data
    python -m tests.servers.opensearch stop                 stops all nodes and removes their data

Each node is a Java process of its own with a small heap, listens on loopback and keeps its data in a
temporary folder. The server's own code comes from Maven Central (``opensearch.pom.xml`` beside this
file); Java 21 or newer is found by JAVA_HOME or among the JDKs installed beside the one on the path.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

POM = Path(__file__).with_suffix(".pom.xml")
LAUNCHER = POM.with_name("OpenSearchNode.java")
CLASSPATH = "classpath"
LEAST_JAVA = 21
MEMORY = Path("/dev/shm")  # where Linux has it, nothing that a test writes waits for a disk
PATIENCE = 120.0
MODULES = (  # what every distribution of OpenSearch has among its modules, as far as the engine uses it
    "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
    "org.opensearch.painless.PainlessModulePlugin",
    "org.opensearch.transport.Netty4ModulePlugin",
)


class NoServer(RuntimeError):
    """The server cannot be had on this machine; says what is missing."""


@dataclass(frozen=True)
class Node:
    name: str
    http: int
    transport: int
    pid: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.http}"


class Cluster:
    """A running cluster and its folder. Nodes are numbered from 0."""

    def __init__(self, folder: Path, nodes: list[Node], heap: str, owner: int = 0) -> None:
        self.folder, self.nodes, self.heap, self._owner = folder, nodes, heap, owner
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    @classmethod
    def start(cls, nodes: int = 3, heap: str = "384m", folder: Path | None = None, owner: int = 0) -> Cluster:
        """Starts the nodes at once and waits for green. Raises ``NoServer`` when the machine has not what it takes.

        With an ``owner`` (a process) the nodes end when it ends, however it does.
        """
        java, classpath = find_java(), resolve_classpath()
        folder = folder or Path(tempfile.mkdtemp(prefix="opensearch-", dir=MEMORY if MEMORY.is_dir() else None))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CLASSPATH).write_text(f"{java}\n{classpath}", encoding="utf-8")
        ports = list(_free_ports(2 * nodes))
        made = [Node(f"node-{n}", *ports[2 * n : 2 * n + 2]) for n in range(nodes)]
        cluster = cls(folder, made, heap, owner)
        try:
            for number in range(nodes):
                cluster.run(number)
            cluster.wait("green")
        except BaseException:
            cluster.stop()
            raise
        return cluster

    @classmethod
    def at(cls, folder: Path) -> Cluster:
        """The cluster that another process started in the folder."""
        told = json.loads((folder / "cluster.json").read_text(encoding="utf-8"))
        return cls(folder, [Node(**node) for node in told["nodes"]], told["heap"])

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(node.address for node in self.nodes)

    def run(self, number: int) -> None:
        """Starts a node, with the data it had when it was there before. Does not wait for it."""
        node, java_and_classpath = self.nodes[number], (self.folder / CLASSPATH).read_text(encoding="utf-8")
        java, classpath = java_and_classpath.split("\n", 1)
        home = self.folder / node.name
        config = home / "node_1" / "config"
        config.mkdir(parents=True, exist_ok=True)
        (config / "opensearch.yml").write_text(self._settings(node), encoding="utf-8")
        with (home / "output.log").open("ab") as output:
            child = subprocess.Popen(
                [
                    java,
                    *self._options(),
                    "-cp",
                    classpath,
                    LAUNCHER,
                    home,
                    node.name,
                    str(node.http),
                    ",".join(MODULES),
                    str(self._owner),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl+C in the terminal is for the caller
            )
        self._children[child.pid] = child
        self.nodes[number] = Node(node.name, node.http, node.transport, child.pid)
        self._note()

    def kill(self, number: int) -> None:
        """Ends a node without notice."""
        self._end(self.nodes[number], signal.SIGKILL)

    def runs(self, number: int) -> bool:
        return self._runs(self.nodes[number])

    def wait(self, status: str = "green", nodes: int | None = None) -> None:
        """Until the cluster has so many nodes (all) and is green or yellow."""
        wanted, until = nodes or len(self.nodes), time.monotonic() + PATIENCE
        query = f"/_cluster/health?wait_for_nodes={wanted}&wait_for_status={status}&timeout=2s"
        while not self._says(query):
            if time.monotonic() > until:
                raise NoServer(f"the cluster is not {status} after {PATIENCE:.0f} s; see {self.folder}/*/output.log")
            dead = [n.name for n in self.nodes if nodes is None and not self._runs(n)]
            if dead:
                raise NoServer(f"{dead[0]} ended; see {self.folder}/{dead[0]}/output.log\n{self._last_words(dead[0])}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Ends all nodes and removes their data."""
        for node in self.nodes:
            self._end(node, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- inside

    def _options(self) -> list[str]:
        quiet = ["--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"]
        return [f"-Xms{self.heap}", f"-Xmx{self.heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", *quiet]

    def _settings(self, node: Node) -> str:
        seeds = json.dumps([f"127.0.0.1:{other.transport}" for other in self.nodes])
        return "\n".join(
            (
                "network.host: 127.0.0.1",
                f"transport.port: {node.transport}",
                f"discovery.seed_hosts: {seeds}",
                f"cluster.initial_cluster_manager_nodes: {json.dumps([other.name for other in self.nodes])}",
                "node.roles: [cluster_manager, data]",
                "node.processors: 2",
                "cluster.routing.allocation.disk.threshold_enabled: false",
                "action.auto_create_index: false",
                "",
            )
        )

    def _says(self, path: str) -> bool:
        opener = build_opener(ProxyHandler({}))  # a proxy of the environment is not for loopback
        for node in self.nodes:
            with suppress(URLError, OSError), opener.open(node.address + path, timeout=10) as answer:
                return not json.load(answer)["timed_out"]
        return False

    def _runs(self, node: Node) -> bool:
        child = self._children.get(node.pid)
        if child is not None:
            return child.poll() is None
        with suppress(ProcessLookupError):
            os.kill(node.pid, 0)
            return node.pid > 0
        return False

    def _end(self, node: Node, how: signal.Signals) -> None:
        if not self._runs(node):
            return
        os.kill(node.pid, how)
        child = self._children.pop(node.pid, None)
        if child is not None:
            child.wait()
        while self._runs(node):
            time.sleep(0.05)

    def _note(self) -> None:
        told = {"heap": self.heap, "nodes": [asdict(node) for node in self.nodes]}
        (self.folder / "cluster.json").write_text(json.dumps(told, indent=1), encoding="utf-8")

    def _last_words(self, name: str) -> str:
        text = (self.folder / name / "output.log").read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-15:])


def find_java() -> Path:
    """A ``java`` of at least version 21. Raises ``NoServer``."""
    found = {}
    for home in _java_homes():
        java = home / "bin" / "java"
        if java.is_file() and (version := java_version(java)) >= LEAST_JAVA:
            return java
        if java.is_file():
            found[str(java)] = version
    raise NoServer(f"OpenSearch needs Java {LEAST_JAVA} or newer; there is {found or 'none'}. Set JAVA_HOME")


def _java_homes() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home)
    if java := shutil.which("java"):
        home = Path(java).resolve().parents[1]
        yield home
        yield from sorted(home.parent.iterdir(), reverse=True)


def java_version(java: Path) -> int:
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0


def resolve_classpath() -> str:
    """The server's jars, which Maven fetches when its cache has them not yet. Raises ``NoServer``."""
    maven = shutil.which("mvn")
    if maven is None:
        raise NoServer("mvn is not on the path")
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / CLASSPATH
        goal = ["dependency:build-classpath", f"-Dmdep.outputFile={output}", "-Dmdep.includeScope=runtime"]
        done = subprocess.run([maven, "-B", "-q", "-f", POM, *goal], capture_output=True, text=True, check=False)
        if done.returncode or not output.is_file():
            said = next((line for line in done.stdout.splitlines() if "ERROR" in line), done.stderr.strip())
            raise NoServer(f"Maven could not get the server: {re.sub(r'https?://[^ ]+', 'its repository', said)}")
        return output.read_text(encoding="utf-8").strip()


def _free_ports(count: int) -> Iterator[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        yield from [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.servers.opensearch", description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "kb-opensearch")
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("start")
    start.add_argument("--nodes", type=int, default=3)
    start.add_argument("--heap", default="384m")
    for name in ("kill", "run"):
        commands.add_parser(name).add_argument("node", type=int)
    commands.add_parser("status")
    commands.add_parser("stop")
    given = parser.parse_args()
    try:
        sys.stdout.write(_done(given) + "\n")
    except NoServer as error:
        sys.exit(str(error))
    except FileNotFoundError:
        sys.exit(f"no cluster has been started in {given.folder}")


def _done(given: argparse.Namespace) -> str:
    if given.command == "start":
        return "\n".join(Cluster.start(given.nodes, given.heap, given.folder).addresses)
    cluster = Cluster.at(given.folder)
    if given.command == "stop":
        cluster.stop()
        return "stopped"
    if given.command == "kill":
        cluster.kill(given.node)
    elif given.command == "run":
        cluster.run(given.node)
        cluster.wait()
    return "\n".join(
        f"{n.name} {n.address} {'runs' if cluster.runs(at) else 'stopped'}" for at, n in enumerate(cluster.nodes)
    )


if __name__ == "__main__":
    main()
