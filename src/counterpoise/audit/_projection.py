"""Original, valid and invalid synthetic samples, projected onto two principal components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise._projection import PrincipalPlane, subsample
from counterpoise._table import take_rows
from counterpoise.audit._validity import Trial, compare_nearest

__all__ = ["KINDS", "SampleProjection", "project_trial"]

KINDS = ("other class", "original", "valid synthetic", "invalid synthetic")
_OTHER, _ORIGINAL, _VALID, _INVALID = range(4)
_MAX_SHOWN = 500  # of each kind


@dataclass(frozen=True)
class SampleProjection:
    """Samples of one trial on a plane.

    Attributes
    ----------
    positions : ndarray of float64 of shape (n_shown, 2)
    kinds : ndarray of int of shape (n_shown,)
        Positions in `KINDS`.
    explained_variance : float
        Share of the variance of the scaled features, in [0, 1].
    is_withheld : bool
        Whether the synthetic samples were evaluated with withheld samples, instead of all original
        ones.
    """

    positions: Float64Array
    kinds: IntArray
    explained_variance: float
    is_withheld: bool


def project_trial(trial: Trial, codes: list[int], rng: np.random.RandomState) -> SampleProjection:
    """Project the samples of a trial onto the first two principal components of the original ones.

    Parameters
    ----------
    trial : Trial
    codes : list of int
        Classes that have synthetic samples.
    rng : RandomState
        Selects the samples that are shown, if there are many.

    Returns
    -------
    SampleProjection
    """
    rows, kinds = _classify(trial, codes)
    parts = [rows[kinds == kind] for kind in range(len(KINDS))]
    shown = [subsample(part, _MAX_SHOWN, rng) for part in parts]
    X = trial.data.table.estimator_input
    plane = PrincipalPlane(take_rows(X, np.union1d(trial.fit_rows, trial.withheld)))
    return SampleProjection(
        plane.project(take_rows(X, np.concatenate(shown))),
        np.repeat(np.arange(len(KINDS)), list(map(len, shown))),
        plane.explained_variance,
        not np.array_equal(trial.fit_rows, trial.withheld),
    )


def _classify(trial: Trial, codes: list[int]) -> tuple[RowArray, IntArray]:
    """Return the rows of a trial and their kinds."""
    original = np.union1d(trial.fit_rows, trial.withheld)
    is_audited = np.isin(trial.data.codes[original], codes)
    rows, kinds = [original], [np.where(is_audited, _ORIGINAL, _OTHER)]
    for code in codes:
        synthetic = trial.rows_of(trial.synthetic, code)
        if len(synthetic):
            is_invalid = compare_nearest(trial, code, synthetic)[1] > 0.5
            rows.append(synthetic)
            kinds.append(np.where(is_invalid, _INVALID, _VALID))
    return np.concatenate(rows), np.concatenate(kinds)
