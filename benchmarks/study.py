"""How long the default study of a table takes, what of that is not fitting, and in how much memory.

    python benchmarks/study.py TABLE.csv [-t label] [--page] [--overhead]

Time and memory are those of the command in a process of its own; memory is the sum over its
processes, looked at ten times a second. With --page the page is opened in Chromium. With --overhead
two of the models are fitted and asked by hand, on the same folds and rows, before and after a study
that does the same in this process.
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

from counterpoise.study import Study, StudyResult
from counterpoise.study._folds import Folds, draw_folds
from counterpoise.study._methods import METHODS, Requirements
from counterpoise.study._models import MODELS, with_preprocessing

SLIDE = """
() => {
  const slider = document.getElementById("slider"), times = [];
  for (let i = 0; i <= 200; i++) {
    const began = performance.now();
    slider.value = String(Math.floor((i * Number(slider.max)) / 200));
    slider.dispatchEvent(new Event("input"));
    document.body.offsetHeight;  // lay out what has changed
    times.push(performance.now() - began);
  }
  return Math.max(...times);
}
"""


def family(pid: int) -> list[int]:
    """Return a process and all that came of it."""
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        children += [int(child) for child in task.read_text().split()]
    return [pid, *(one for child in children for one in family(child))]


def resident(pid: int) -> int:
    """Return the proportional memory of a process and its children, in bytes."""
    total = 0
    for one in family(pid):
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
        total += int(line.split()[1]) * 1024
    return total


def run(table: Path, target: str, folder: Path) -> tuple[float, int]:
    """Run the study; return seconds and peak bytes."""
    command = [sys.executable, "-m", "counterpoise", "study", str(table), "-t", target]
    command += ["--seed", "0", "--report", str(folder / "r.json")]
    began, peak = time.perf_counter(), 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as worker:
        while worker.poll() is None:
            # A process that has just ended has no memory any more.
            with suppress(FileNotFoundError, ProcessLookupError, StopIteration):
                peak = max(peak, resident(worker.pid))
            time.sleep(0.1)
    if worker.returncode:
        raise SystemExit(f"the study ended with {worker.returncode}")
    return time.perf_counter() - began, peak


def open_page(path: Path) -> tuple[float, float]:
    """Return the seconds until a page is loaded, and the slowest answer of its slider, in ms."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # for --page alone

    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        began = time.perf_counter()
        page.goto(path.as_uri(), wait_until="load")
        loaded = time.perf_counter() - began
        slowest = page.evaluate(SLIDE)
        browser.close()
    return loaded, slowest


def by_hand(X: Any, y: Any, models: list[str], folds: Folds, requirements: Requirements) -> float:
    """Fit and ask every arm in the plainest way; return seconds."""
    began = time.perf_counter()
    numbers = np.zeros(X.shape[1], bool)
    for fold in folds.each:
        for method in METHODS.values():
            train, codes = X[fold.train], y[fold.train]
            if method.how == "sampler":
                train, codes = method.make(requirements).fit_resample(train, codes)
            for name in models:
                model = clone(MODELS[name].estimator)
                if method.how == "weights":
                    model.set_params(class_weight="balanced")
                if method.how == "wrapper":
                    model = method.make(model)
                model = with_preprocessing(model, numbers)
                if method.how == "threshold":
                    cross_val_predict(model, train, codes, cv=5, method="predict_proba")
                else:
                    model.fit(train, codes).predict_proba(X[fold.test])
    return time.perf_counter() - began


def overhead(table: Path, target: str) -> None:
    """Print what a study takes beside the same fits by hand."""
    rows = np.genfromtxt(table, delimiter=",", names=True)
    names = [name for name in rows.dtype.names if name != target]
    X, y = np.column_stack([rows[name] for name in names]), rows[target].astype(int)
    models = ["logistic", "boosting"]
    folds = draw_folds(y, 5, 2, 0)
    requirements = Requirements(0, X.shape[1], int(np.bincount(y).min() * 4 // 5))
    hands = [by_hand(X, y, models, folds, requirements)]
    began = time.perf_counter()
    result = Study(models, random_state=0).run(X, y)
    ran = time.perf_counter() - began
    result.to_json()
    by_outcome = time.perf_counter() - began
    hands.append(by_hand(X, y, models, folds, requirements))
    mean = sum(hands) / 2
    print(
        f"by hand {hands[0]:.1f} and {hands[1]:.1f} s; the study {ran:.1f} s, {ran / mean - 1:+.1%}"
    )
    print(
        f"with every metric, finding and sentence {by_outcome:.1f} s, {by_outcome / mean - 1:+.1%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("-t", "--target", default="label")
    parser.add_argument("--page", action="store_true")
    parser.add_argument("--overhead", action="store_true")
    arguments = parser.parse_args()
    if arguments.overhead:
        overhead(arguments.table, arguments.target)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds, peak = run(arguments.table, arguments.target, folder)
        result = StudyResult.from_json((folder / "r.json").read_text())
        cores = os.cpu_count() or 1
        fits = sum(float(np.nansum(candidate.seconds)) for candidate in result.candidates)
        rest = seconds - fits / cores
        print(f"{arguments.table.name}: {seconds:.1f} s, {peak / 1e6:.0f} MB")
        print(f"{len(result.candidates)} arms took {fits:.1f} s on {cores} cores")
        print(f"all else took {rest:.1f} s, {rest * cores / fits:.1%} of them")
        began = time.perf_counter()
        page = result.report(folder / "r.html")
        written, size = time.perf_counter() - began, page.stat().st_size / 1e6
        print(f"page: {size:.2f} MB, written in {written:.1f} s")
        if arguments.page:
            loaded, slowest = open_page(page)
            print(f"opened in {loaded:.2f} s; the slider's slowest answer took {slowest:.2f} ms")


if __name__ == "__main__":
    main()
