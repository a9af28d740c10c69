"""Results of the native engine do not depend on the instruction set and the number of threads.

Each instruction set needs a process of its own, which runs all searches.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SEARCHES = """
import hashlib, numpy as np
from counterpoise import _native
from scipy import sparse
from counterpoise.neighbors import Index
from counterpoise.neighbors._adapters import SparseIndex

def show(name, *arrays):
    print(name, hashlib.sha256(b"".join(a.tobytes() for a in arrays)).hexdigest())

rng = np.random.RandomState(3)
points = np.vstack([rng.randn(2000, 9), rng.randint(0, 3, (2000, 9))])
points[:500][rng.rand(500, 9) < 0.2] = np.nan
index = Index(points, penalties=np.ones(9))
show("missing values, ties", *index.nearest_others(7, return_distance=True))
points = rng.standard_t(3, (5000, 24))
show("quantized points", *Index(points).nearest_others(6, return_distance=True))
points = rng.randn(2000, 130).astype(np.float32)
show("wide points", *Index(points).nearest_others(6, return_distance=True))
points = np.column_stack([rng.randn(3000, 5), rng.randint(0, 9, (3000, 3))])
points[rng.rand(3000) < 0.1, 2] = np.nan
index = Index(points, penalties=np.full(5, 2.0), mismatch=np.full(3, 0.7))
show("mixed rows", index.nearest_others(6))
points = np.where(rng.rand(3000, 60) < 0.2, rng.rand(3000, 60), 0)
show("sparse rows", *SparseIndex(sparse.csr_array(points)).nearest_others(6))
print(_native.instruction_set())
"""


def run_searches(instruction_set: str, threads: str = "2") -> list[str]:
    """Return a line for each search, and the instruction set that was used."""
    environment = {
        **os.environ,
        "COUNTERPOISE_INSTRUCTION_SET": instruction_set,
        "OMP_NUM_THREADS": threads,
    }
    completed = subprocess.run(
        [sys.executable, "-c", SEARCHES],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return completed.stdout.splitlines()


@pytest.fixture(scope="module")
def baseline() -> list[str]:
    """Return the results of the baseline instruction set."""
    return run_searches("baseline")


def test_an_environment_variable_sets_the_upper_limit(baseline: list[str]) -> None:
    """The environment variable selects a narrower instruction set."""
    assert baseline[-1] == "baseline"


@pytest.mark.parametrize(
    ("instruction_set", "threads"),
    [("avx2", "2"), ("avx512", "2"), ("avx512vnni", "2"), ("amx", "2"), ("", "1")],
)
def test_results_are_the_same_bits(baseline: list[str], instruction_set: str, threads: str) -> None:
    """Neighbors and distances are equal, bit for bit."""
    assert len(baseline) == 6
    assert run_searches(instruction_set, threads)[:-1] == baseline[:-1]
