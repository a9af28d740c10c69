"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Where cores are shared, threads of k-means that wait by spinning make it a hundred times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# Tables here are small. OpenBLAS would divide every product among threads that wait by spinning,
# which made a logistic regression six times slower, and slower still in parallel test runs.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def tables() -> Path:
    """Return the folder of real tables, or skip."""
    folder = os.environ.get("COUNTERPOISE_TABLES")
    if not folder:
        pytest.skip("set COUNTERPOISE_TABLES to a folder of CSV tables to run this test")
    return Path(folder)


SEEDS = (0, 7, 123)


@pytest.fixture(params=SEEDS)
def seed(request: pytest.FixtureRequest) -> int:
    """Promises are true for any seed; these three stand for them."""
    return int(request.param)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Leave all seeds but the first to the slow tests, where a test is marked as costly."""
    if "seed" in metafunc.fixturenames and metafunc.definition.get_closest_marker("costly"):
        slow = [pytest.param(seed, marks=pytest.mark.slow) for seed in SEEDS[1:]]
        metafunc.parametrize("seed", [SEEDS[0], *slow])
