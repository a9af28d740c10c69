"""Measure time and memory of the default study of a table, and the share that is not fitting.

    python benchmarks/study.py TABLE.csv [-t label] [--page] [--overhead]

Time and memory are those of the command in a new process; memory is the sum over its processes,
sampled ten times a second. With --page, the report is opened in Chromium. With --overhead, two of
the models are fitted and evaluated in a plain loop on the same folds, before and after a study that
does the same in this process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import cross_val_predict

from counterpoise._table import as_table
from counterpoise.model_selection._folds import Folds, draw_folds
from counterpoise.study import Study, StudyResult
from counterpoise.study._methods import Requirements, resolve_methods
from counterpoise.study._models import MODELS, with_preprocessing

MOVE_SLIDER = """
() => {
  const slider = document.getElementById("slider"), times = [];
  for (let i = 0; i <= 200; i++) {
    const start = performance.now();
    slider.value = String(Math.floor((i * Number(slider.max)) / 200));
    slider.dispatchEvent(new Event("input"));
    document.body.offsetHeight;  // forces the layout
    times.push(performance.now() - start);
  }
  return Math.max(...times);
}
"""


def process_tree(pid: int) -> list[int]:
    """Return the ids of a process and of its descendants."""
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        children += [int(child) for child in task.read_text().split()]
    return [pid, *(descendant for child in children for descendant in process_tree(child))]


def proportional_memory(pid: int) -> int:
    """Return the proportional set size of a process and its descendants in bytes."""
    total = 0
    for member in process_tree(pid):
        rollup = Path(f"/proc/{member}/smaps_rollup").read_text()
        line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
        total += int(line.split()[1]) * 1024
    return total


def run_command(table: Path, target: str, folder: Path) -> tuple[float, int]:
    """Run the study as a command; return seconds and peak memory in bytes."""
    command = [sys.executable, "-m", "counterpoise", "study", str(table), "-t", target]
    command += ["--seed", "0", "--report", str(folder / "r.json")]
    start, peak = time.perf_counter(), 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as worker:
        while worker.poll() is None:
            # The files of a process disappear when it ends.
            with suppress(FileNotFoundError, ProcessLookupError, StopIteration):
                peak = max(peak, proportional_memory(worker.pid))
            time.sleep(0.1)
    if worker.returncode:
        raise SystemExit(f"the study failed with exit code {worker.returncode}")
    return time.perf_counter() - start, peak


def open_page(path: Path) -> tuple[float, float]:
    """Return the seconds to load a page, and the slowest update after its slider moves, in ms."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # needed for --page only

    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        start = time.perf_counter()
        page.goto(path.as_uri(), wait_until="load")
        loaded = time.perf_counter() - start
        slowest = page.evaluate(MOVE_SLIDER)
        browser.close()
    return loaded, slowest


def run_plain_loop(
    X: Any, y: Any, models: list[str], folds: Folds, requirements: Requirements
) -> float:
    """Fit and evaluate every candidate in a plain loop; return seconds."""
    start = time.perf_counter()
    categorical = np.zeros(X.shape[1], bool)
    for fold in folds.splits:
        for method in resolve_methods(None):
            train, codes = X[fold.train], y[fold.train]
            if method.how == "sampler":
                train, codes = method.make(requirements).fit_resample(train, codes)
            for name in models:
                model = clone(MODELS[name].estimator)
                if method.how == "weights":
                    model.set_params(class_weight="balanced")
                if method.how == "wrapper":
                    model = method.make(model)
                model = with_preprocessing(model, categorical)
                if method.how == "threshold":
                    cross_val_predict(model, train, codes, cv=5, method="predict_proba")
                else:
                    model.fit(train, codes).predict_proba(X[fold.test])
    return time.perf_counter() - start


def print_overhead(table: Path, target: str) -> None:
    """Compare the time of a study with that of a plain loop over the same fits."""
    data = np.genfromtxt(table, delimiter=",", names=True)
    names = [name for name in data.dtype.names if name != target]
    X, y = np.column_stack([data[name] for name in names]), data[target].astype(int)
    models = ["logistic", "boosting"]
    folds = draw_folds(y, 5, 2, 0)
    requirements = Requirements.of(as_table(X), int(np.bincount(y).min() * 4 // 5))
    loops = [run_plain_loop(X, y, models, folds, requirements)]
    start = time.perf_counter()
    result = Study(models, random_state=0).run(X, y)
    run_time = time.perf_counter() - start
    result.to_json()
    with_json = time.perf_counter() - start
    loops.append(run_plain_loop(X, y, models, folds, requirements))
    mean = sum(loops) / 2
    print(f"plain loop: {loops[0]:.1f} and {loops[1]:.1f} s")
    print(f"study: {run_time:.1f} s ({run_time / mean - 1:+.1%})")
    print(f"study with all metrics and findings: {with_json:.1f} s ({with_json / mean - 1:+.1%})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("table", type=Path, help="CSV file")
    parser.add_argument("-t", "--target", default="label", help="target column; default: label")
    parser.add_argument("--page", action="store_true", help="open the report in Chromium")
    parser.add_argument("--overhead", action="store_true", help="compare with a plain loop")
    arguments = parser.parse_args()
    if arguments.overhead:
        print_overhead(arguments.table, arguments.target)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds, peak = run_command(arguments.table, arguments.target, folder)
        result = StudyResult.from_json((folder / "r.json").read_text())
        cores = os.cpu_count() or 1
        fits = sum(float(np.nansum(candidate.seconds)) for candidate in result.candidates)
        other = seconds - fits / cores
        print(f"{arguments.table.name}: {seconds:.1f} s, {peak / 1e6:.0f} MB")
        print(f"fitting {len(result.candidates)} candidates: {fits:.1f} s on {cores} cores")
        print(f"everything else: {other:.1f} s, {other * cores / fits:.1%} of the fits")
        start = time.perf_counter()
        page = result.report(folder / "r.html")
        written, size = time.perf_counter() - start, page.stat().st_size / 1e6
        print(f"page: {size:.2f} MB, written in {written:.1f} s")
        if arguments.page:
            loaded, slowest = open_page(page)
            print(f"opened in {loaded:.2f} s; slowest update after a slider move: {slowest:.2f} ms")


if __name__ == "__main__":
    main()
