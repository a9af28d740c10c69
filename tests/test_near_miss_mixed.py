"""NearMiss on tables with numeric and categorical columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from counterpoise.under_sampling import NearMiss


def mixed(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a frame of two numeric and two categorical columns, with missing values in all."""
    rng = np.random.RandomState(seed)
    y = rng.permutation(np.repeat(["majority", "minority"], [80, 20]))
    frame = pd.DataFrame(
        {
            "color": rng.choice(["red", "green", "blue"], 100),
            "size": rng.randn(100),
            "shape": pd.Categorical(rng.choice(["round", "square"], 100)),
            "weight": rng.randn(100) * 3,
        }
    )
    for column in frame:
        frame.loc[rng.rand(100) < 0.1, column] = None
    return frame, y


def distances(frame: pd.DataFrame, y: np.ndarray) -> np.ndarray:
    """Return the distances of all majority rows to all minority rows."""
    numeric = frame[["size", "weight"]].to_numpy()
    penalty = np.median(np.nanstd(numeric, axis=0)) ** 2
    squared = np.zeros((80, 20))
    for values in numeric.T:
        step = values[y == "majority", None] - values[None, y == "minority"]
        squared += np.where(np.isnan(step), 2 * np.nanvar(values), step**2)
    for name in ("color", "shape"):
        values = frame[name].astype(object).where(frame[name].notna(), "missing").to_numpy()
        squared += penalty * (values[y == "majority", None] != values[None, y == "minority"])
    return np.sqrt(squared)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_mixed_tables(version, seed):
    """Rows are selected by distances in which different categories add the median variance."""
    frame, y = mixed(seed)
    sampler = NearMiss(version=version, n_neighbors_ver3=8)
    sampler.fit_resample(frame, y)
    distance = distances(frame, y)
    majority = np.flatnonzero(y == "majority")
    mean = np.sort(distance, axis=1)[:, -3 if version == 2 else 0 :][:, :3].mean(axis=1)

    if version == 3:
        near = np.unique(np.argsort(distance.T, axis=1, kind="stable")[:, :8])
        expected = majority[near[np.argsort(-mean[near], kind="stable")[:20]]]
    else:
        expected = majority[np.argsort(mean, kind="stable")[:20]]

    np.testing.assert_array_equal(expected, sampler.sample_indices_[:20])


@pytest.mark.parametrize("version", [1, 2, 3])
def test_containers_of_mixed_tables(version, seed):
    """A polars frame gives the same rows, and every column keeps its type."""
    frame, y = mixed(seed)
    ours, other = (NearMiss(version=version, n_neighbors_ver3=8) for _ in range(2))

    out, _ = ours.fit_resample(frame, y)
    out_of_polars, _ = other.fit_resample(pl.from_pandas(frame), y)

    np.testing.assert_array_equal(ours.sample_indices_, other.sample_indices_)
    assert frame.dtypes.tolist() == out.dtypes.tolist()
    assert pl.from_pandas(frame).schema == out_of_polars.schema


def test_categorical_columns_only(seed):
    """Without a numeric column, two different categories add one."""
    frame, y = mixed(seed)
    sampler = NearMiss(n_neighbors=20)
    sampler.fit_resample(frame[["color"]], y)

    values = frame["color"].astype(object).where(frame["color"].notna(), "").to_numpy()
    differ = (values[y == "majority", None] != values[None, y == "minority"]).sum(axis=1)
    expected = np.flatnonzero(y == "majority")[np.argsort(differ, kind="stable")[:20]]
    np.testing.assert_array_equal(expected, sampler.sample_indices_[:20])
