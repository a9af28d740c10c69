"""Compare time and peak memory of the samplers with imbalanced-learn; print tables of RESULTS.md.

Each measurement runs in a new process that creates the data, makes a small call first to fill
caches, and reports the time of one `fit_resample`, or the increase of its memory at the peak. The
two libraries take turns, so that both are affected equally if the speed of the machine changes;
medians and the ratio of medians are printed.

Run it with: make bench, or python benchmarks/run.py [--runs 5] [--only TEXT]
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
from tasks import LARGE, SAMPLERS, SMALL

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Benchmark:
    """One line of the table.

    Attributes
    ----------
    name : str
        What is measured.
    task : str
        The task in tasks.py.
    target : float or None
        The smallest acceptable ratio of imbalanced-learn's time to ours.
    has_reference : bool
        Whether imbalanced-learn can run the task.
    """

    name: str
    task: str
    target: float | None
    has_reference: bool = True


CLEANING_TARGETS = {
    "TomekLinks": 300,
    "EditedNearestNeighbours": 100,
    "NeighbourhoodCleaningRule": 100,
    "OneSidedSelection": 100,
    "SMOTEENN": 30,
    "SMOTETomek": 30,
}
# They spend most of their time in models of scikit-learn: the target of 3 does not apply to them.
MODEL_BASED = ("SVMSMOTE", "KMeansSMOTE", "InstanceHardnessThreshold", "ClusterCentroids")

BENCHMARKS = [
    Benchmark(
        "SMOTE, minority 50,000 × 30 in 20 clusters, oversampled to twice its size",
        "smote_clustered",
        8,
    ),
    Benchmark(
        "SMOTE, minority 50,000 × 30 of low intrinsic dimension, oversampled to twice its size",
        "smote_low",
        25,
    ),
    Benchmark("SMOTE, minority 200,000 × 4, oversampled to twice its size", "smote_narrow", 4),
    Benchmark("SMOTE, 284,807 × 30 with 492 minority", "smote_fraud", 2.5),
    Benchmark("RandomOverSampler, 284,807 × 30 with 492 minority", "over_fraud", 4),
    Benchmark("RandomOverSampler, mixed DataFrame 200,000 × 15", "over_mixed", 20),
    Benchmark(
        "RandomOverSampler with shrinkage, 284,807 × 30 with 492 minority", "over_smoothed", None
    ),
    Benchmark("RandomUnderSampler, 284,807 × 30 with 492 minority", "under_fraud", None),
    Benchmark("SMOTENC, 20,000 minority of 80,000, 15 numeric + 5 categorical", "smote_nc", 50),
    Benchmark("SMOTEN, 5,000 minority of 20,000, 5 categorical", "smote_n", 40),
    *(
        Benchmark(f"{name}, {data} {LARGE:,} × 30 with 492 minority", f"{prefix}_{name}", target)
        for prefix, data in (("large", "payments"), ("noise", "pure noise"))
        for name, target in CLEANING_TARGETS.items()
    ),
    *(
        Benchmark(
            f"{name}, payments {SMALL:,} × 30 with 492 minority",
            f"small_{name}",
            None if name in MODEL_BASED else 3,
        )
        for name in (*(name for names in SAMPLERS.values() for name in names), "NearMiss2")
    ),
    *(
        Benchmark(
            f"SMOTE, {data}, 5% of the values missing",
            f"smote_{name}_missing",
            None,
            has_reference=False,
        )
        for name, data in (
            ("clustered", "clustered"),
            ("low", "low dimension"),
            ("narrow", "200,000 × 4"),
            ("fraud", "fraud"),
        )
    ),
]


def measure(task: str, library: str, quantity: str) -> dict[str, float]:
    """Measure the time or the memory of a task with a library, in a new process."""
    command = [sys.executable, str(HERE / "tasks.py"), task, library, quantity]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def measure_import(package: str) -> float:
    """Return the seconds that importing a package takes in a new process."""
    code = f"import time; t = time.perf_counter(); import {package}; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", code]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compare(benchmark: Benchmark, runs: int, *, alone: bool) -> str:
    """Measure one line of the table; the libraries take turns."""
    has_reference = benchmark.has_reference and not alone
    libraries = ["counterpoise", "imblearn"] if has_reference else ["counterpoise"]
    times: dict[str, list[float]] = {library: [] for library in libraries}
    for _ in range(runs):
        for library in libraries:
            times[library].append(measure(benchmark.task, library, "time")["seconds"])
    memory = {library: measure(benchmark.task, library, "memory") for library in libraries}
    ours, our_memory = statistics.median(times["counterpoise"]), memory["counterpoise"]
    cells = [
        benchmark.name,
        f"{ours:.3f}",
        "",
        "",
        "",
        f"{our_memory['extra']:.0%} (≤ {our_memory['allowed']:.0%})",
        "",
    ]
    if has_reference:
        theirs = statistics.median(times["imblearn"])
        cells[2:4] = [f"{theirs:.3f}", f"{theirs / ours:.1f}×"]
        cells[6] = f"{memory['imblearn']['extra']:.0%}"
    if benchmark.target:
        cells[4] = f"{benchmark.target:g}×"
    return f"| {' | '.join(cells)} |"


def compare_imports(runs: int) -> str:
    """Measure the time of imports; the packages take turns."""
    times: dict[str, list[float]] = {
        "counterpoise": [],
        "imblearn": [],
        "counterpoise.over_sampling": [],
    }
    for _ in range(runs):
        for package, seconds in times.items():
            seconds.append(measure_import(package))
    ours, theirs, sampler = (statistics.median(times[name]) for name in times)
    return (
        f"| `import counterpoise` | {ours:.3f} | {theirs:.3f} | {theirs / ours:.0f}× | 3× | | |\n"
        f"| `import counterpoise.over_sampling` | {sampler:.3f} | {theirs:.3f} "
        f"| {theirs / sampler:.1f}× | | | |"
    )


def describe_machine() -> str:
    """Return the processor, the number of threads and the versions of the packages."""
    installed = versions()
    packages = ("python", "numpy", "scipy", "scikit-learn", "imbalanced-learn")
    return (
        f"{platform.processor() or platform.machine()}, {installed['threads']} threads, "
        f"{installed['instruction set']}; "
        + ", ".join(f"{name} {installed[name]}" for name in packages)
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs per measurement; default: 5")
    parser.add_argument("--alone", action="store_true", help="do not measure imbalanced-learn")
    parser.add_argument("--only", default="", help="measure only lines whose name contains this")
    options = parser.parse_args()
    print(describe_machine())
    print(f"Medians of {options.runs} runs.\n")
    print(
        "| task | counterpoise (s) | imbalanced-learn (s) | ratio | target | peak memory above "
        "input and output, as a share of the output | imbalanced-learn |"
    )
    print("|---" * 7 + "|")
    for benchmark in BENCHMARKS:
        if options.only in benchmark.name:
            print(compare(benchmark, options.runs, alone=options.alone), flush=True)
    if options.only in "import":
        print(compare_imports(options.runs))


if __name__ == "__main__":
    main()
