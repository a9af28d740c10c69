"""Time and peak memory beside imbalanced-learn, in one run, and the table in RESULTS.md.

Each measurement is a process of its own that makes the data, warms up, and reports the time of one
`fit_resample`, or the peak of its memory above what it held before. The two libraries take turns,
so that a machine whose speed drifts is fair to both; medians and the ratio of medians are printed.

Run it with: make bench, or python benchmarks/run.py [--runs 5] [--only WORDS]
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from counterpoise._lib.versions import versions
from tasks import EVERY, TENTH, WHOLE

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Work:
    """One row of the table: what is done, how slow the peer may be, what is asked of us."""

    name: str
    task: str
    at_least: float | None
    peer: bool = True


LARGE = {
    "TomekLinks": 300,
    "EditedNearestNeighbours": 100,
    "NeighbourhoodCleaningRule": 100,
    "OneSidedSelection": 100,
    "SMOTEENN": 30,
    "SMOTETomek": 30,
}
MODELS = ("SVMSMOTE", "KMeansSMOTE", "InstanceHardnessThreshold", "ClusterCentroids")

WORKS = [
    Work("SMOTE, minority 50,000 × 30 in 20 clusters, doubled", "smote_clustered", 8),
    Work("SMOTE, minority 50,000 × 30 of low intrinsic dimension, doubled", "smote_low", 25),
    Work("SMOTE, minority 200,000 × 4, doubled", "smote_narrow", 4),
    Work("SMOTE, 284,807 × 30 with 492 minority", "smote_fraud", 2.5),
    Work("RandomOverSampler, 284,807 × 30 with 492 minority", "over_fraud", 4),
    Work("RandomOverSampler, mixed DataFrame 200,000 × 15", "over_mixed", 20),
    Work("RandomOverSampler with shrinkage, 284,807 × 30 with 492 minority", "over_smoothed", None),
    Work("RandomUnderSampler, 284,807 × 30 with 492 minority", "under_fraud", None),
    Work("SMOTENC, 20,000 minority of 80,000, 15 numbers + 5 categories", "smote_nc", 50),
    Work("SMOTEN, 5,000 minority of 20,000, 5 categories", "smote_n", 40),
    *(
        Work(f"{name}, {what} {WHOLE:,} × 30 with 492 minority", f"{kind}_{name}", at_least)
        for kind, what in (("whole", "payments"), ("noise", "pure noise"))
        for name, at_least in LARGE.items()
    ),
    *(
        Work(
            f"{name}, payments {TENTH:,} × 30 with 492 minority",
            f"tenth_{name}",
            None if name in MODELS else 3,
        )
        for name in (*(name for names in EVERY.values() for name in names), "NearMiss2")
    ),
    Work("SMOTE, clustered, 5 % of the cells missing", "smote_clustered_missing", None, peer=False),
    Work("SMOTE, low dimension, 5 % of the cells missing", "smote_low_missing", None, peer=False),
    Work("SMOTE, 200,000 × 4, 5 % of the cells missing", "smote_narrow_missing", None, peer=False),
    Work("SMOTE, fraud, 5 % of the cells missing", "smote_fraud_missing", None, peer=False),
]


def measure(task: str, library: str, what: str) -> dict[str, float]:
    """Measure the time or the memory of a task with a library, in a fresh process."""
    command = [sys.executable, str(HERE / "tasks.py"), task, library, what]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def import_time(package: str) -> float:
    """Return the seconds that importing a package takes in a fresh process."""
    code = f"import time; t = time.perf_counter(); import {package}; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", code]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compare(work: Work, runs: int, *, alone: bool) -> str:
    """Measure one row of the table, the libraries in turn."""
    has_peer = work.peer and not alone
    libraries = ["counterpoise", "imblearn"] if has_peer else ["counterpoise"]
    times: dict[str, list[float]] = {library: [] for library in libraries}
    for _ in range(runs):
        for library in libraries:
            times[library].append(measure(work.task, library, "time")["seconds"])
    memory = {library: measure(work.task, library, "memory") for library in libraries}
    ours, own = statistics.median(times["counterpoise"]), memory["counterpoise"]
    cells = [
        work.name,
        f"{ours:.3f}",
        "",
        "",
        "",
        f"{own['extra']:.0%} (≤ {own['allowed']:.0%})",
        "",
    ]
    if has_peer:
        theirs = statistics.median(times["imblearn"])
        cells[2:4] = [f"{theirs:.3f}", f"{theirs / ours:.1f}×"]
        cells[6] = f"{memory['imblearn']['extra']:.0%}"
    if work.at_least:
        cells[4] = f"{work.at_least:g}×"
    return f"| {' | '.join(cells)} |"


def compare_imports(runs: int) -> str:
    """Measure the import row, the packages in turn."""
    times: dict[str, list[float]] = {
        "counterpoise": [],
        "imblearn": [],
        "counterpoise.over_sampling": [],
    }
    for _ in range(runs):
        for package, seconds in times.items():
            seconds.append(import_time(package))
    ours, theirs, sampler = (statistics.median(times[name]) for name in times)
    return (
        f"| `import counterpoise` | {ours:.3f} | {theirs:.3f} | {theirs / ours:.0f}× | 3× | | |\n"
        f"| `import counterpoise.over_sampling` | {sampler:.3f} | {theirs:.3f} "
        f"| {theirs / sampler:.1f}× | | | |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--alone", action="store_true", help="leave imbalanced-learn out")
    parser.add_argument("--only", default="", help="measure only the rows whose name holds this")
    options = parser.parse_args()
    facts = versions()
    print(
        f"{platform.processor() or platform.machine()}, {facts['threads']} threads, "
        f"{facts['instruction set']}; "
        + ", ".join(
            f"{name} {facts[name]}"
            for name in ("python", "numpy", "scipy", "scikit-learn", "imbalanced-learn")
        )
    )
    print(f"Medians of {options.runs} runs.\n")
    print(
        "| work | counterpoise (s) | imbalanced-learn (s) | ratio | asked | memory above input "
        "and output, of the output | imbalanced-learn's |"
    )
    print("|---|---|---|---|---|---|---|")
    for work in WORKS:
        if options.only in work.name:
            print(compare(work, options.runs, alone=options.alone), flush=True)
    if options.only in "import":
        print(compare_imports(options.runs))


if __name__ == "__main__":
    main()
