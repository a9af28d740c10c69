"""NearMiss on tables of numbers and nominal columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from counterpoise.under_sampling import NearMiss


def mixed(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a frame of two numeric columns and two nominal ones, cells missing in all."""
    rng = np.random.RandomState(seed)
    y = rng.permutation(np.repeat(["common", "rare"], [80, 20]))
    frame = pd.DataFrame(
        {
            "colour": rng.choice(["red", "green", "blue"], 100),
            "size": rng.randn(100),
            "shape": pd.Categorical(rng.choice(["round", "square"], 100)),
            "weight": rng.randn(100) * 3,
        }
    )
    for column in frame:
        frame.loc[rng.rand(100) < 0.1, column] = None
    return frame, y


def distances(frame: pd.DataFrame, y: np.ndarray) -> np.ndarray:
    """Return the distances of all common rows to all rare ones."""
    numeric = frame[["size", "weight"]].to_numpy()
    price = np.median(np.nanstd(numeric, axis=0)) ** 2
    squared = np.zeros((80, 20))
    for values in numeric.T:
        step = values[y == "common", None] - values[None, y == "rare"]
        squared += np.where(np.isnan(step), 2 * np.nanvar(values), step**2)
    for name in ("colour", "shape"):
        values = frame[name].astype(object).where(frame[name].notna(), "missing").to_numpy()
        squared += price * (values[y == "common", None] != values[None, y == "rare"])
    return np.sqrt(squared)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_mixed_tables(version, seed):
    """Rows are kept by distances in which different values add the median variance."""
    frame, y = mixed(seed)
    sampler = NearMiss(version=version, n_neighbors_ver3=8)
    sampler.fit_resample(frame, y)
    distance = distances(frame, y)
    common = np.flatnonzero(y == "common")
    mean = np.sort(distance, axis=1)[:, -3 if version == 2 else 0 :][:, :3].mean(axis=1)

    if version == 3:
        near = np.unique(np.argsort(distance.T, axis=1, kind="stable")[:, :8])
        expected = common[near[np.argsort(-mean[near], kind="stable")[:20]]]
    else:
        expected = common[np.argsort(mean, kind="stable")[:20]]

    np.testing.assert_array_equal(expected, sampler.sample_indices_[:20])


@pytest.mark.parametrize("version", [1, 2, 3])
def test_containers_of_mixed_tables(version, seed):
    """A mixed frame of polars keeps the same rows, and every column its type."""
    frame, y = mixed(seed)
    ours, other = (NearMiss(version=version, n_neighbors_ver3=8) for _ in range(2))

    out, _ = ours.fit_resample(frame, y)
    out_of_polars, _ = other.fit_resample(pl.from_pandas(frame), y)

    np.testing.assert_array_equal(ours.sample_indices_, other.sample_indices_)
    assert frame.dtypes.tolist() == out.dtypes.tolist()
    assert pl.from_pandas(frame).schema == out_of_polars.schema


def test_nominal_columns_alone(seed):
    """Without a numeric column two different values add one."""
    frame, y = mixed(seed)
    sampler = NearMiss(n_neighbors=20)
    sampler.fit_resample(frame[["colour"]], y)

    values = frame["colour"].astype(object).where(frame["colour"].notna(), "").to_numpy()
    differ = (values[y == "common", None] != values[None, y == "rare"]).sum(axis=1)
    expected = np.flatnonzero(y == "common")[np.argsort(differ, kind="stable")[:20]]
    np.testing.assert_array_equal(expected, sampler.sample_indices_[:20])
