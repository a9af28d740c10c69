"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

# On shared cores, k-means is a hundred times slower if its threads wait actively.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# Tables here are small. OpenBLAS divides every product among threads that wait actively, which
# makes a logistic regression six times slower, and even slower in parallel test runs.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def tables() -> Path:
    """Return the folder of real tables, or skip."""
    folder = os.environ.get("COUNTERPOISE_TABLES")
    if not folder:
        pytest.skip("set COUNTERPOISE_TABLES to a folder of CSV tables to run this test")
    return Path(folder)


@pytest.fixture
def without_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Profile tables without the models that find label errors, which take most of the time."""
    for name in ("check_with_models", "check_sparse_with_models"):
        monkeypatch.setattr(f"counterpoise.profile._inspection.{name}", lambda *_: ((), None))


SEEDS = (0, 7, 123)


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Return one of the seeds; promises hold for any seed."""
    return int(request.param)


# Files that `make quick` skips: they fit many models, or start processes or a browser.
NOT_QUICK = {
    "test_audit_leakage.py",
    "test_audit_synthetic_samples.py",
    "test_audit_validity.py",
    "test_balanced_forest.py",
    "test_calibrated_classifier.py",
    "test_candidate_classifier.py",
    "test_classifier.py",
    "test_cli.py",
    "test_cli_audit.py",
    "test_cli_engines.py",
    "test_cli_evaluate.py",
    "test_cli_folders.py",
    "test_cli_large.py",
    "test_cli_study.py",
    "test_display.py",
    "test_ensembles.py",
    "test_estimator_checks.py",
    "test_index_bytes.py",
    "test_instance_hardness.py",
    "test_instruction_sets.py",
    "test_messy_files.py",
    "test_model_selection.py",
    "test_notebooks.py",
    "test_parity.py",
    "test_parity_mixed.py",
    "test_pipeline.py",
    "test_report_browser.py",
    "test_scale_dask.py",
    "test_scale_spark.py",
    "test_sparse_index.py",
    "test_sparse_parity.py",
    "test_sparse_tables.py",
    "test_study.py",
    "test_study_worlds.py",
    "test_text_features.py",
    "test_tutorial.py",
    "test_wheel.py",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of `make quick`."""
    parser.addoption(
        "--quick", action="store_true", help="run a selection of tests from every layer, one seed"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip files that take long, with the option --quick."""
    return True if config.getoption("quick", False) and collection_path.name in NOT_QUICK else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize tests by seed: one seed with --quick; for costly tests, the others are slow."""
    if "seed" not in metafunc.fixturenames:
        return
    seeds: list[Any] = list(SEEDS)
    if metafunc.config.getoption("quick", False):
        seeds = seeds[:1]
    elif metafunc.definition.get_closest_marker("costly"):
        seeds[1:] = [pytest.param(seed, marks=pytest.mark.slow) for seed in seeds[1:]]
    metafunc.parametrize("seed", seeds, indirect=True)
