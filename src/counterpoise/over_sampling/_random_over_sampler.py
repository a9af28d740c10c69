"""Random oversampling: duplicates of samples, or a smoothed bootstrap.

Reference: Menardi and Torelli (2014), doi:10.1007/s10618-012-0295-5 (the smoothed bootstrap).
"""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from counterpoise._sklearn import Interval
from counterpoise._types import Float64Array, FloatArray, RowArray
from counterpoise.base import BaseSampler, Correction
from counterpoise.exceptions import InputError
from counterpoise.neighbors import check_finite, check_numeric
from counterpoise.table import (
    Blends,
    Labels,
    Resampling,
    Table,
    features_of,
    room_for_points,
)
from counterpoise.targets import Family, SamplingStrategy, Target

__all__ = ["RandomOverSampler"]

_RUN = 8192  # rows of noise drawn at once


class RandomOverSampler(BaseSampler):
    """Oversample by duplicating randomly drawn samples, with optional noise (smoothed bootstrap).

    Samples of the class are drawn at random with replacement. Duplicates add no new information to
    the class; with `shrinkage`, Gaussian noise is added to each of them (a smoothed bootstrap, also
    known as ROSE).

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        The classes to oversample, and their sizes after resampling. A str names the classes that
        are oversampled to the size of the majority class: "minority", "not majority" or "all";
        "auto" is the same as "not majority". A float in (0, 1] is the ratio to the majority class:
        each class gets ``max(count, round(ratio * n_majority))`` samples. A dict maps each class
        to its number of samples after resampling. A callable takes `y` and returns such a dict.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the algorithm. Pass an int for reproducible output across
        calls.
    shrinkage : float, dict or None, default=None
        Standard deviation of the noise, in multiples of the normal-reference bandwidth of the
        class; a dict contains it for each oversampled class. None means exact duplicates without
        noise; 0 gives the same values.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to add to each class.
    sample_indices_ : ndarray of int of shape (n_samples_new,)
        For each output sample, the index of the input sample that it is, duplicates, or was drawn
        around.
    shrinkage_ : dict or None
        The shrinkage of each oversampled class.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input or, with `shrinkage`, the base
        sample to which noise was added.

    See Also
    --------
    SMOTE : Interpolates between neighbors.

    Notes
    -----
    Feature types: any. With `shrinkage`, numeric only; booleans are used as 0 and 1, with a
    warning.

    Missing values: allowed. With `shrinkage`, they stay missing, and sparse matrices must not
    contain any.

    References
    ----------
    G. Menardi, N. Torelli, "Training and assessing classification rules with imbalanced data",
    Data Mining and Knowledge Discovery 28, 92-122 (2014), doi:10.1007/s10618-012-0295-5.

    Examples
    --------
    >>> from counterpoise.over_sampling import RandomOverSampler
    >>> X = [["red", 1], ["blue", 2], ["red", 3]]
    >>> sampler = RandomOverSampler(random_state=0)
    >>> sampler.fit_resample(X, ["no", "yes", "no"])
    ([['red', 1], ['blue', 2], ['red', 3], ['blue', 2]], ['no', 'yes', 'no', 'yes'])
    >>> sampler.sample_indices_
    array([0, 1, 2, 1])
    """

    _family: ClassVar[Family] = "over-sampling"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "shrinkage": [Interval(Real, 0, None, closed="left"), dict, None],
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        shrinkage: float | Mapping[Any, float] | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.shrinkage = shrinkage

    @property
    def prior_correction(self) -> Correction:
        """What a change of prior explains: "exact", all; "approximate" where rows are smoothed."""
        return "exact" if self.shrinkage is None else "approximate"

    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        self.shrinkage_ = self._shrinkage_of(targets)
        if self.shrinkage_ is not None:
            return self._smooth(table, labels, targets, random, self.shrinkage_)
        drawn = [_draw(labels, target, random) for target in targets]
        self.sample_indices_ = np.concatenate([np.arange(table.n_rows), *drawn])
        return Resampling(kept=self.sample_indices_)

    def _smooth(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
        shrinkage: dict[Any, float],
    ) -> Resampling:
        check_numeric(table, "RandomOverSampler with shrinkage")
        check_finite(table)
        points = room_for_points(table, sum(target.amount for target in targets))
        drawn, start = [], 0
        for target in targets:
            drawn.append(_draw(labels, target, random))
            spread = shrinkage[target.label] * bandwidth(table, labels.rows_of(target.code))
            _draw_around(points[start : start + target.amount], table, drawn[-1], spread, random)
            start += target.amount
        self.sample_indices_ = np.concatenate([np.arange(table.n_rows), *drawn])
        return Resampling(made=_around(self.sample_indices_[table.n_rows :], targets, points))

    def _shrinkage_of(self, targets: tuple[Target, ...]) -> dict[Any, float] | None:
        if self.shrinkage is None:
            return None
        if not isinstance(self.shrinkage, Mapping):
            return {target.label: float(self.shrinkage) for target in targets}
        lacking = [target.label for target in targets if target.label not in self.shrinkage]
        if lacking:
            raise InputError(
                "shrinkage must give a width for each class that grows; it has none for "
                f"{', '.join(map(repr, lacking))}."
            )
        widths = {target.label: self.shrinkage[target.label] for target in targets}
        for label, width in widths.items():
            if not isinstance(width, Real) or not 0 <= width < np.inf:
                raise InputError(
                    f"shrinkage must be a number, 0 or more; for class {label!r} it is {width!r}."
                )
        return widths


def _draw(labels: Labels, target: Target, random: np.random.RandomState) -> RowArray:
    rows = labels.rows_of(target.code)
    return rows[random.randint(0, len(rows), size=target.amount)]


def bandwidth(table: Table, rows: RowArray) -> Float64Array:
    """Return the normal-reference bandwidth of each column within one class.

    Menardi and Torelli (2014), equation 5: ``(4 / ((d + 2) n)) ** (1 / (d + 4)) * std``, with the
    number of rows and the standard deviation of the class itself.
    """
    features = features_of(table)
    d, n = len(features), len(rows)
    columns = (table.numbers(j, rows).astype(np.float64) for j in features)
    observed = (values[~np.isnan(values)] for values in columns)
    spread = np.array([values.std() if len(values) else 0.0 for values in observed])
    spread *= (4 / ((d + 2) * n)) ** (1 / (d + 4))
    return spread


def _draw_around(
    points: FloatArray,
    table: Table,
    drawn: RowArray,
    spread: Float64Array,
    random: np.random.RandomState,
) -> None:
    """Fill `points` with the drawn rows and noise, a run of rows at a time."""
    features = features_of(table)
    for start in range(0, len(drawn), _RUN):
        some = drawn[start : start + _RUN]
        noise = random.randn(len(some), len(spread)) * spread
        for position, j in enumerate(features):
            noise[:, position] += table.numbers(j, some)
        points[start : start + _RUN] = noise


def _around(drawn: RowArray, targets: tuple[Target, ...], points: FloatArray) -> Blends:
    label = np.repeat([t.code for t in targets], [t.amount for t in targets])
    n = len(drawn)
    return Blends(drawn, np.full(n, -1), np.full(n, np.nan), label, points)
