"""What columns that may leak the target contribute to the predictions of a model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import average_precision_score

from counterpoise._lib.types import Float64Array, IntArray
from counterpoise._table import Table
from counterpoise.model_selection._folds import Fold
from counterpoise.profile._out_of_fold import ModelData, predict_out_of_fold
from counterpoise.profile._records import ColumnContribution

__all__ = ["measure_contributions"]


def measure_contributions(
    table: Table, data: ModelData, features: Sequence[int], suspicious: Sequence[int]
) -> tuple[ColumnContribution, ...]:
    """Measure the average precision with and without each suspicious column.

    Parameters
    ----------
    table : Table
    data : ModelData
        All of these columns.
    features, suspicious : sequence of int
        Positions of columns. The baseline has the features only.

    Returns
    -------
    tuple of ColumnContribution
    """
    baseline = _score_folds(data.codes, *predict_out_of_fold(data.select(features)))
    contributions = []
    for j in suspicious:
        predicted = predict_out_of_fold(data.select([*features, j]))
        scores = _score_folds(data.codes, *predicted)
        contributions.append(
            ColumnContribution(
                name=table.columns[j].name,
                average_precision=float(scores.mean()),
                baseline=float(baseline.mean()),
                standard_deviation=float((scores - baseline).std(ddof=1)),
            )
        )
    return tuple(contributions)


def _score_folds(
    codes: IntArray, probabilities: Float64Array, folds: Sequence[Fold]
) -> Float64Array:
    """Return the average precision in each fold."""
    counts = np.bincount(codes)
    evaluated = [int(counts.argmin())] if len(counts) == 2 else range(len(counts))
    scores = [
        np.mean(
            [
                average_precision_score(codes[fold.test] == code, probabilities[fold.test, code])
                for code in evaluated
            ]
        )
        for fold in folds
    ]
    return np.array(scores)
