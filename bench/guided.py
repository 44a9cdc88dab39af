"""Coverage-guided fuzzing by atheris: inputs that reach new lines of a reader are kept and varied further.

    python -m bench.guided [--minutes 15] [--target head] [--found FOLDER]

Targets: ``head`` (front matter), ``body``, each finder of ``kb.extraction``, ``query`` (parser and search). The laws
are those of ``bench.fuzz``; beyond them each input has four seconds. libFuzzer ends at a finding, so each target runs
in processes of its own (``bench.guided_target``), begun again until the time is up; corpora and findings are kept in
``FOLDER``. A finding becomes a test.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path

from bench import fuzz
from kb.extraction.pipeline import FINDERS

SAMPLES = Path(__file__).parents[1] / "data" / "posts"
TARGETS = ("head", "body", *(find.__name__ for find in FINDERS), "query")
LONGEST_SEED = 3_000  # bytes
SUMMARY = re.compile(r"Done (\d+) runs|stat::number_of_executed_units: (\d+)|#(\d+)\s")
COVERED = re.compile(r"cov: (\d+)")


def write_dictionary(path: Path) -> None:
    """libFuzzer's dictionary: the pieces of ``bench.fuzz``, bytes that are not plain escaped."""
    pieces = dict.fromkeys((*fuzz.WORDS, *fuzz.SIGNS, *fuzz.MARKUP, *fuzz.YAML))
    escaped = ("".join(f"\\x{byte:02x}" for byte in piece.encode()) for piece in pieces if piece)
    path.write_text("".join(f'"{each}"\n' for each in escaped), encoding="ascii")


def seed_corpus(corpus: Path, name: str) -> None:
    corpus.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(sorted(SAMPLES.glob("*.md"))):
        data = sample.read_bytes()
        front, _, rest = data.removeprefix(b"---\n").partition(b"\n---\n")
        piece = {"head": data, "query": front.partition(b"title:")[2].partition(b"\n")[0]}.get(name, rest)
        (corpus / f"sample-{number}").write_bytes(piece[:LONGEST_SEED])


def run(name: str, folder: Path, seconds: float) -> dict[str, object]:
    """What one target came to: inputs tried, lines and branches reached, findings."""
    corpus = folder / name
    seed_corpus(corpus, name)
    until, tried, covered, findings = time.monotonic() + seconds, 0, 0, []
    while (left := int(until - time.monotonic())) > 5:
        command = [sys.executable, "-m", "bench.guided_target", name, str(corpus), "--seconds", str(left)]
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace")
        counts = [int(next(filter(None, groups))) for groups in SUMMARY.findall(ended.stderr)]
        tried += max(counts, default=0)
        covered = max([covered, *map(int, COVERED.findall(ended.stderr))])
        if ended.returncode:
            findings.append(reason(ended.stderr))
            print(f"{name}: {findings[-1]}", file=sys.stderr, flush=True)
            if not counts:
                break  # it did not even begin
    return {"tried": tried, "covered": covered, "corpus": len(list(corpus.iterdir())), "findings": findings}


def reason(output: str) -> str:
    lines = output.splitlines()
    telling = [line for line in lines if "Error" in line or "ERROR" in line or "Test unit written" in line]
    return " | ".join(telling[-3:]) or "\n".join(lines[-5:])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=15, help="for each target")
    parser.add_argument("--target", action="append", choices=TARGETS, help="all when none is given")
    parser.add_argument("--found", type=Path, default=Path("fuzz"), help="folder of corpora and findings")
    args = parser.parse_args()
    args.found.mkdir(parents=True, exist_ok=True)
    write_dictionary(args.found / "words.dict")
    results = {name: run(name, args.found, args.minutes * 60) for name in args.target or TARGETS}
    print(json.dumps(results, ensure_ascii=False, indent=1))
    return 1 if any(result["findings"] for result in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
