"""How long the default study of a table takes, what of that is not fitting, and in how much memory.

    python benchmarks/study.py TABLE.csv [-t label] [--page]

Time and memory are those of the command in a process of its own; memory is the sum over its
processes, looked at ten times a second. With --page the page is opened in Chromium.
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

import numpy as np

from counterpoise.study import StudyResult

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("-t", "--target", default="label")
    parser.add_argument("--page", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds, peak = run(arguments.table, arguments.target, folder)
        result = StudyResult.from_json((folder / "r.json").read_text())
        cores = os.cpu_count() or 1
        fits = sum(float(np.nansum(arm.seconds)) for arm in result.arms)
        rest = seconds - fits / cores
        print(f"{arguments.table.name}: {seconds:.1f} s, {peak / 1e6:.0f} MB")
        print(f"{len(result.arms)} arms took {fits:.1f} s on {cores} cores")
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
