"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

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


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Promises are true for any seed; these three stand for them."""
    return int(request.param)


# Files that `make quick` leaves out: they fit many models, or start processes or a browser.
NOT_QUICK = {
    "test_audit_leakage.py",
    "test_audit_made_rows.py",
    "test_balanced_forest.py",
    "test_classifier.py",
    "test_cli.py",
    "test_cli_audit.py",
    "test_cli_study.py",
    "test_display.py",
    "test_ensembles.py",
    "test_estimator_checks.py",
    "test_index_bytes.py",
    "test_instance_hardness.py",
    "test_model_selection.py",
    "test_parity.py",
    "test_parity_mixed.py",
    "test_pipeline.py",
    "test_report_browser.py",
    "test_sparse_index.py",
    "test_study.py",
    "test_study_worlds.py",
    "test_tutorial.py",
    "test_wheel.py",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of `make quick`."""
    parser.addoption(
        "--quick", action="store_true", help="a part of the tests, from every layer, with one seed"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what takes long, if the tests are to be quick."""
    return True if config.getoption("quick", False) and collection_path.name in NOT_QUICK else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give tests their seeds: one if they are to be quick, and one and slow ones if costly."""
    if "seed" not in metafunc.fixturenames:
        return
    seeds: list[Any] = list(SEEDS)
    if metafunc.config.getoption("quick", False):
        seeds = seeds[:1]
    elif metafunc.definition.get_closest_marker("costly"):
        seeds[1:] = [pytest.param(seed, marks=pytest.mark.slow) for seed in seeds[1:]]
    metafunc.parametrize("seed", seeds, indirect=True)
