"""Project minority samples, by sample type, and majority samples onto a plane."""

from __future__ import annotations

import numpy as np

from counterpoise._projection import PrincipalPlane, subsample
from counterpoise._table import Table, take_rows
from counterpoise.profile._neighborhoods import SampleTypes
from counterpoise.profile._records import ClassProjection

__all__ = ["project_classes"]

_MAX_SHOWN = 500  # minority samples, and as many majority samples
_MAX_FITTED = 2000  # enough for the direction of two components


def project_classes(table: Table, found: SampleTypes) -> ClassProjection:
    """Project samples onto the first two principal components of a table.

    The random selection has a fixed seed, so that it is the same in each call.

    Parameters
    ----------
    table : Table
        Numeric and categorical columns.
    found : SampleTypes
        Sample types of the minority rows.

    Returns
    -------
    ClassProjection
    """
    rng = np.random.RandomState(0)
    X, all_rows = table.estimator_input, np.arange(table.n_rows)
    plane = PrincipalPlane(take_rows(X, np.sort(subsample(all_rows, _MAX_FITTED, rng))))
    places = subsample(np.arange(len(found.rows)), _MAX_SHOWN, rng)
    majority = subsample(np.setdiff1d(all_rows, found.rows), _MAX_SHOWN, rng)
    rows = np.concatenate([majority, found.rows[places]])
    types = np.concatenate([np.full(len(majority), -1, np.int8), found.types[places]])
    return ClassProjection(rows, plane.project(take_rows(X, rows)), types, plane.explained_variance)
