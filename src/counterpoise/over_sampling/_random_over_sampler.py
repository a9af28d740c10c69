"""Random oversampling: duplicates of samples, or a smoothed bootstrap.

Reference: Menardi and Torelli (2014), doi:10.1007/s10618-012-0295-5 (the smoothed bootstrap).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import Float64Array, FloatArray, RowArray
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import (
    EncodedTarget,
    Resampling,
    Samples,
    Table,
    allocate_points,
    feature_positions,
)
from counterpoise.base import BaseSampler, Correction, Needs
from counterpoise.exceptions import InputError
from counterpoise.neighbors._checks import check_finite, check_numeric
from counterpoise.over_sampling._points import build_synthetic

__all__ = ["RandomOverSampler"]

_CHUNK = 8192  # samples whose noise is drawn at once, which bounds the memory


@dataclass(frozen=True)
class _Noise:
    """The columns to which noise is added, and its standard deviation in each of them."""

    columns: Sequence[int]
    std: Float64Array


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
    SMOTE : Oversampling by interpolation between neighbors.

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
    _needs: ClassVar[Needs] = "counts"
    _method: ClassVar[str] = "random-over"
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
        """How well a prior correction restores probabilities: "exact", or "approximate" with noise.

        Duplicates drawn at random change the class frequencies only.
        """
        return "exact" if self.shrinkage is None else "approximate"

    def _accepted_samples(self) -> Samples:
        return "any" if self.shrinkage is None else "flattened"

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        self.shrinkage_ = self._check_shrinkage(quotas)
        if self.shrinkage_ is not None:
            return self._smooth(table, target, quotas, rng, self.shrinkage_)
        drawn = [draw_rows(target, quota, rng) for quota in quotas]
        self.sample_indices_ = np.concatenate([np.arange(table.n_rows), *drawn])
        return Resampling(kept=self.sample_indices_)

    def _smooth(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
        shrinkage: dict[Any, float],
    ) -> Resampling:
        """Draw samples and add noise to them (the smoothed bootstrap)."""
        columns = self._find_noisy_columns(table)
        check_finite(table, columns)
        points = allocate_points(table, sum(quota.amount for quota in quotas))
        drawn, start = [], 0
        for quota in quotas:
            drawn.append(draw_rows(target, quota, rng))
            std = shrinkage[quota.label] * bandwidth(table, columns, target.rows_of(quota.code))
            some = points[start : start + quota.amount]
            _draw_around(some, table, drawn[-1], _Noise(columns, std), rng)
            start += quota.amount
        self.sample_indices_ = np.concatenate([np.arange(table.n_rows), *drawn])
        codes = np.repeat([quota.code for quota in quotas], [quota.amount for quota in quotas])
        base = self.sample_indices_[table.n_rows :]
        return Resampling(synthetic=build_synthetic(base, codes, points))

    def _find_noisy_columns(self, table: Table) -> Sequence[int]:
        """Return the columns to which noise is added: all features, which must be numeric."""
        check_numeric(table, "RandomOverSampler with shrinkage")
        return feature_positions(table)

    def _check_shrinkage(self, quotas: tuple[ClassQuota, ...]) -> dict[Any, float] | None:
        """Return the shrinkage of each oversampled class, or None for exact duplicates."""
        if self.shrinkage is None:
            return None
        if not isinstance(self.shrinkage, Mapping):
            return {quota.label: float(self.shrinkage) for quota in quotas}
        absent = [quota.label for quota in quotas if quota.label not in self.shrinkage]
        if absent:
            raise InputError(
                "`shrinkage` should contain a shrinkage factor for each class to oversample; add "
                f"one for {', '.join(map(repr, absent))}."
            )
        by_class = {quota.label: self.shrinkage[quota.label] for quota in quotas}
        for label, value in by_class.items():
            if not isinstance(value, Real) or not 0 <= value < np.inf:
                raise InputError(
                    "The shrinkage factor needs to be >= 0 and finite; for class "
                    f"{label!r} it is {value!r}."
                )
        return by_class


def draw_rows(target: EncodedTarget, quota: ClassQuota, rng: np.random.RandomState) -> RowArray:
    return target.rows_of(quota.code)[draw_positions(quota, rng)]


def draw_positions(quota: ClassQuota, rng: np.random.RandomState) -> RowArray:
    """Draw the positions, among the rows of a class, of the rows that are duplicated."""
    return rng.randint(0, quota.count, size=quota.amount)


def bandwidth(table: Table, columns: Sequence[int], rows: RowArray) -> Float64Array:
    """Return the normal-reference bandwidth of numeric features within one class.

    Menardi and Torelli (2014), equation 5: ``(4 / ((d + 2) n)) ** (1 / (d + 4)) * std``, with the
    number of samples and the standard deviation of the class.

    Parameters
    ----------
    table : Table
    columns : sequence of int of length n_columns
        Positions of the features.
    rows : ndarray of int of shape (n_rows,)
        The rows of the class.

    Returns
    -------
    ndarray of float64 of shape (n_columns,)
    """
    d, n = len(columns), len(rows)
    numbers = (table.numbers(j, rows).astype(np.float64) for j in columns)
    observed = (values[~np.isnan(values)] for values in numbers)
    std = np.array([values.std() if len(values) else 0.0 for values in observed])
    std *= (4 / ((d + 2) * n)) ** (1 / (d + 4))
    return std


def _draw_around(
    points: FloatArray,
    table: Table,
    drawn: RowArray,
    noise: _Noise,
    rng: np.random.RandomState,
) -> None:
    """Fill `points` with the drawn rows plus Gaussian noise, a chunk of rows at a time."""
    features = feature_positions(table)
    has_others = len(noise.columns) < len(features)
    where = np.searchsorted(features, noise.columns) if has_others else slice(None)
    for start in range(0, len(drawn), _CHUNK):
        rows = drawn[start : start + _CHUNK]
        values = rng.randn(len(rows), len(noise.std)) * noise.std
        for position, j in enumerate(noise.columns):
            values[:, position] += table.numbers(j, rows)
        points[start : start + _CHUNK, where] = values
