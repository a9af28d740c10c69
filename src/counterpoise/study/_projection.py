"""Project minority samples, by sample type, and synthetic samples of SMOTE onto a plane."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from counterpoise._lib.types import IntArray
from counterpoise._projection import PrincipalPlane, subsample
from counterpoise._table import EncodedTarget, Table, take_rows
from counterpoise.exceptions import InputError, SmallClassWarning
from counterpoise.profile import find_sample_types
from counterpoise.study._methods import METHODS, Requirements
from counterpoise.study._models import with_random_state
from counterpoise.study._records import Projection

__all__ = ["project_samples"]

MAX_MINORITY, MAX_MAJORITY, MAX_SYNTHETIC = 500, 500, 150


def project_samples(X: Any, table: Table, target: EncodedTarget, seed: int) -> Projection | None:
    """Project samples onto their first two principal components.

    Parameters
    ----------
    X : {array-like, dataframe} of shape (n_samples, n_features)
        As the user passed it.
    table : Table
    target : EncodedTarget
    seed : int
        Seed for the samples that are shown, if there are many, and for SMOTE.

    Returns
    -------
    Projection or None
        None if no distance is defined on the features, or all classes have the same size.
    """
    try:
        kinds = find_sample_types(table, target)
    except InputError:
        return None
    if not len(kinds.rows):
        return None
    rng = np.random.RandomState(seed)
    plane = PrincipalPlane(X)
    positions = plane.project(X)
    synthetic, sources = _synthetic_samples(X, table, target, rng)
    majority = np.setdiff1d(np.arange(table.n_rows), kinds.rows)
    shown = np.unique(
        np.concatenate(
            [
                subsample(kinds.rows, MAX_MINORITY, rng),
                subsample(majority, MAX_MAJORITY, rng),
                sources[sources >= 0],
            ]
        )
    )
    sample_types = np.full(table.n_rows, -1, np.int8)
    sample_types[kinds.rows] = kinds.types
    synthetic_positions = np.empty((0, 2))
    if len(sources):
        synthetic_positions = plane.project(synthetic)
    return Projection(
        shown,
        positions[shown],
        sample_types[shown],
        synthetic_positions,
        np.where(sources >= 0, np.searchsorted(shown, sources), -1),
        plane.explained_variance,
    )


def _synthetic_samples(
    X: Any, table: Table, target: EncodedTarget, rng: np.random.RandomState
) -> tuple[Any, IntArray]:
    """Return some synthetic samples of SMOTE, with their base samples and neighbors."""
    make = METHODS["smote"].make
    assert make is not None
    sampler = make(Requirements.of(table, int(target.counts.min())))
    sampler = with_random_state(sampler, int(rng.randint(2**31 - 1)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallClassWarning)  # a finding reports small classes
        resampled, _ = sampler.fit_resample(X, target.source)
    origin = sampler.provenance_
    rows = subsample(np.flatnonzero(origin.is_synthetic), MAX_SYNTHETIC, rng)
    if not len(rows):  # duplicates of a single sample
        return None, np.empty((0, 2), np.intp)
    return take_rows(resampled, rows), np.column_stack([origin.base[rows], origin.neighbor[rows]])
