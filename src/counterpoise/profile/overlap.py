"""How far the classes overlap: measures that say how hard a table is, whatever the model.

- The error of the nearest neighbour (N3): rows whose nearest other row is of another class.
- Neighbours of other classes: the share of the five nearest others of a row.
- Fisher's discriminant ratio (F1): how far the means of the classes lie apart in the best column,
  beside the spread within them; 1 where they coincide, near 0 where they are far apart.

Reference: A. C. Lorena, L. P. F. Garcia, J. Lehmann, M. C. P. Souto, T. K. Ho, "How complex is your
classification problem?", ACM Computing Surveys 52, 107 (2019), doi:10.1145/3347711.
"""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import Float64Array, RowArray
from counterpoise.profile.records import ClassOverlap, Overlap
from counterpoise.table import Labels, Table, features_of

__all__ = ["fisher_ratios", "measure_overlap"]


def measure_overlap(table: Table, labels: Labels, rows: RowArray, nearest: RowArray) -> Overlap:
    """Measure how far the classes overlap.

    Parameters
    ----------
    table : Table
    labels : Labels
    rows : ndarray of int of shape (n_asked,)
        Rows of every class; of each, all or a fair sample.
    nearest : ndarray of int of shape (n_asked, k)
        Their nearest others, nearest first.

    Returns
    -------
    Overlap
    """
    codes, n_classes = labels.codes[rows], len(labels.classes)
    is_foreign = labels.codes[nearest] != codes[:, None]
    asked = np.bincount(codes, minlength=n_classes)
    error = np.bincount(codes, is_foreign[:, 0], n_classes) / asked
    around = np.bincount(codes, is_foreign.mean(axis=1), n_classes) / asked
    ratios = fisher_ratios(table, labels)
    best = max(ratios, key=lambda column: ratios[column], default=None)
    return Overlap(
        classes=tuple(
            ClassOverlap(label, int(asked[i]), float(error[i]), float(around[i]))
            for i, label in enumerate(labels.classes)
        ),
        nearest_error=float(np.average(error, weights=labels.counts)),
        fisher=None if best is None else 1 / (1 + ratios[best]),
        fisher_column=None if best is None else table.columns[best].name,
    )


def fisher_ratios(table: Table, labels: Labels) -> dict[int, float]:
    """Return Fisher's discriminant ratio of each numeric column, over its observed cells.

    Parameters
    ----------
    table : Table
    labels : Labels

    Returns
    -------
    dict of int to float
        By position: the scatter of the classes' means over that within the classes; infinity where
        the classes differ and nothing else does.
    """
    numeric = [j for j in features_of(table) if table.columns[j].kind.is_number]
    return {j: _fisher(table.numbers(j).astype(np.float64), labels) for j in numeric}


def _fisher(values: Float64Array, labels: Labels) -> float:
    seen = ~np.isnan(values)
    values, codes = values[seen], labels.codes[seen]
    if not len(values):
        return 0.0
    counts = np.bincount(codes, minlength=len(labels.classes))
    means = np.bincount(codes, values, len(labels.classes)) / np.maximum(counts, 1)
    between = float((counts * (means - values.mean()) ** 2).sum())
    within = float(((values - means[codes]) ** 2).sum())
    if within > 0:
        return between / within
    return np.inf if between > 0 else 0.0
