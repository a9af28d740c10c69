"""Validity of synthetic samples, by the nearest original samples that the sampler has not seen.

A synthetic sample is invalid if its nearest withheld sample is of another class. The share of
invalid samples estimates the probability that a sample at such a place belongs to another class.
Compared with the samples that it was generated from, a sample is nearly always valid, because these
are near by construction.

Original samples of the class that the sampler has seen are evaluated in the same way. Where classes
overlap, these are invalid as well, and no sampler can do better by generating similar samples.

Synthetic samples are not independent: many of them are generated from one sample, or have the same
nearest withheld sample. The variance of a rate takes into account that any two evaluations
correlate if they share a sample in either role (dyadic clusters, Aronow et al., 2015).

References: A. B. Hassanat, A. S. Tarawneh, G. A. Altarawneh, "Synthetic minority data is redundant
or invalid: a data-dependent validity theory and a de-biased test" (2026),
doi:10.48550/arXiv.2607.20787. A. S. Tarawneh, A. B. Hassanat, G. A. Altarawneh, A. Almuhaimeed,
"Stop oversampling for class imbalance learning: a review", IEEE Access 10, 47643-47660 (2022),
doi:10.1109/ACCESS.2022.3169512. P. M. Aronow, C. Samii, V. A. Assenova, "Cluster-robust variance
estimation for dyadic data", Political Analysis 23, 564-577 (2015), doi:10.1093/pan/mpv018.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise._table import EncodedTarget
from counterpoise.audit._pooled import PooledTable
from counterpoise.audit._records import RegionValidity, TwoSampleTest, Validity
from counterpoise.audit._two_sample import MIN_SAMPLES, run_two_sample_test
from counterpoise.metrics import ConfidenceInterval
from counterpoise.neighbors._search import NeighborSearch
from counterpoise.probability._calibration import wilson_interval
from counterpoise.profile._neighborhoods import N_NEIGHBORS, SAMPLE_TYPES, classify_rows

__all__ = ["MAX_SAMPLES", "Evaluations", "Trial", "compare_nearest", "evaluate", "measure_validity"]

MAX_SAMPLES = 1_000  # that are evaluated, of each class and split


@dataclass(frozen=True)
class Trial:
    """Synthetic samples, the original samples that they were generated from, and withheld ones.

    Attributes
    ----------
    data : PooledTable
        All these samples.
    fit_rows, withheld, synthetic : ndarray of int
        Their row numbers.
    """

    data: PooledTable
    fit_rows: RowArray
    withheld: RowArray
    synthetic: RowArray

    def rows_of(self, rows: RowArray, code: int) -> RowArray:
        """Return the rows of a class among some rows."""
        selected: RowArray = rows[self.data.codes[rows] == code]
        return selected


@dataclass(frozen=True)
class Evaluations:
    """Evaluations of samples of one class by withheld samples, one entry for each sample.

    Attributes
    ----------
    rows : ndarray of int of shape (n_samples,)
        Row number of the evaluated sample.
    source : ndarray of int of shape (n_samples,)
        Row number of the nearest sample of the class that the sampler has seen: the sample itself
        if it is an original one.
    nearest : ndarray of int of shape (n_samples,)
        Row number of the nearest withheld sample.
    is_invalid : ndarray of float64 of shape (n_samples,)
        1 if the nearest withheld sample is of another class, 0 if it is of the same class, and 0.5
        if samples of both are equally near.
    is_hidden : ndarray of float64 of shape (n_samples,)
        1 if a withheld sample of another class is nearer than `source`, else 0.
    sample_type : ndarray of int of shape (n_samples,)
        Type of `source` among the samples that the sampler has seen: a position in `SAMPLE_TYPES`.
    """

    rows: RowArray
    source: RowArray
    nearest: RowArray
    is_invalid: Float64Array
    is_hidden: Float64Array
    sample_type: IntArray

    @classmethod
    def concat(cls, parts: Sequence[Evaluations]) -> Evaluations:
        """Concatenate the evaluations of several trials."""
        names = [each.name for each in fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def measure_validity(
    trials: Iterable[Trial], codes: Iterable[int], rng: np.random.RandomState
) -> tuple[dict[int, Validity], Trial | None]:
    """Measure the validity of the synthetic samples of each class.

    Parameters
    ----------
    trials : iterable of Trial
    codes : iterable of int
        Encoded classes that are measured.
    rng : RandomState
        For the two-sample test, which uses the first trial.

    Returns
    -------
    dict of int to Validity
        For each class that has synthetic samples in a trial.
    Trial or None
        The first trial; None without trials.
    """
    evaluated: dict[int, list[tuple[Evaluations, Evaluations]]] = {code: [] for code in codes}
    tests: dict[int, TwoSampleTest | None] = {}
    first = None
    for trial in trials:
        first = first or trial
        for code, parts in evaluated.items():
            if len(trial.rows_of(trial.synthetic, code)):
                parts.append(evaluate(trial, code))
                if code not in tests:
                    tests[code] = _run_test(trial, parts[-1][0], code, rng)
    measured = {
        code: _summarize(parts, tests[code], first.rows_of(first.withheld, code))
        for code, parts in evaluated.items()
        if parts and first is not None
    }
    return measured, first


def _run_test(
    trial: Trial, synthetic: Evaluations, code: int, rng: np.random.RandomState
) -> TwoSampleTest | None:
    """Compare withheld samples with synthetic ones, one for each sample they are generated from.

    If a sampler uses too few of the original samples, its distribution differs from theirs anyway,
    and all synthetic samples are compared.
    """
    order = rng.permutation(len(synthetic.rows))
    chosen = order[np.unique(synthetic.source[order], return_index=True)[1]]
    if len(chosen) < MIN_SAMPLES:
        chosen = order
    withheld = trial.rows_of(trial.withheld, code)
    return run_two_sample_test(trial.data.points, withheld, synthetic.rows[chosen], rng)


def _summarize(
    parts: Sequence[tuple[Evaluations, Evaluations]],
    two_sample: TwoSampleTest | None,
    withheld: RowArray,
) -> Validity:
    synthetic, original = map(Evaluations.concat, zip(*parts, strict=True))
    rates = (
        _measure_rate(synthetic.is_invalid, synthetic),
        _measure_rate(original.is_invalid, original),
    )
    return Validity(
        invalid_rate=rates[0],
        invalid_rate_original=rates[1],
        excess=_measure_difference(rates, (synthetic, original)),
        hidden_rate=_measure_rate(synthetic.is_hidden, synthetic),
        regions=tuple(_measure_regions(synthetic)),
        two_sample=two_sample,
        n_evaluated=len(synthetic.rows),
        n_withheld=len(withheld),
        n_splits=len(parts),
    )


def evaluate(trial: Trial, code: int) -> tuple[Evaluations, Evaluations]:
    """Evaluate the synthetic and the original samples of a class.

    Parameters
    ----------
    trial : Trial
        With synthetic samples of the class, and withheld samples of this and of another class.
    code : int
        Encoded class.

    Returns
    -------
    synthetic, original : Evaluations
        Of at most 1,000 original samples, evenly spaced if there are more.
    """
    fit_rows = trial.rows_of(trial.fit_rows, code)
    synthetic = trial.rows_of(trial.synthetic, code)
    types = _find_types(trial, fit_rows)
    generated = _Sources(fit_rows, types).take(*trial.data.find_nearest(fit_rows, synthetic))
    step = -(-len(fit_rows) // MAX_SAMPLES)
    every = np.arange(0, len(fit_rows), step)
    original = _Sources(fit_rows, types).take(every, np.zeros(len(every)))
    return (
        _evaluate(trial, code, synthetic, generated),
        _evaluate(trial, code, fit_rows[every], original),
    )


@dataclass(frozen=True)
class _Sources:
    """Samples that others are generated from, with their types and distances."""

    rows: RowArray
    types: IntArray
    distances: Float64Array = field(default_factory=lambda: np.empty(0))

    def take(self, positions: IntArray, distances: Float64Array) -> _Sources:
        return _Sources(self.rows[positions], self.types[positions], distances)


def _evaluate(trial: Trial, code: int, rows: RowArray, sources: _Sources) -> Evaluations:
    nearest, is_invalid, other_distances = compare_nearest(trial, code, rows)
    is_hidden = (other_distances < sources.distances).astype(np.float64)
    return Evaluations(rows, sources.rows, nearest, is_invalid, is_hidden, sources.types)


def compare_nearest(
    trial: Trial, code: int, rows: RowArray
) -> tuple[RowArray, Float64Array, Float64Array]:
    """Compare the nearest withheld samples of a class and of other classes.

    Parameters
    ----------
    trial : Trial
    code : int
        Encoded class.
    rows : ndarray of int of shape (n_samples,)
        The samples to evaluate.

    Returns
    -------
    nearest : ndarray of int of shape (n_samples,)
        Row number of the nearest withheld sample.
    is_invalid : ndarray of float64 of shape (n_samples,)
        As in `Evaluations`.
    distances : ndarray of float64 of shape (n_samples,)
        Distance to the nearest withheld sample of another class.
    """
    is_same = trial.data.codes[trial.withheld] == code
    same, same_distances = _find_nearest(trial, trial.withheld[is_same], rows)
    other, other_distances = _find_nearest(trial, trial.withheld[~is_same], rows)
    nearest = np.where(other_distances < same_distances, other, same)
    # Ties count half: either of the samples could be the nearest.
    return nearest, 0.5 + 0.5 * np.sign(same_distances - other_distances), other_distances


def _find_nearest(trial: Trial, among: RowArray, rows: RowArray) -> tuple[RowArray, Float64Array]:
    positions, distances = trial.data.find_nearest(among, rows)
    return among[positions], distances


def _find_types(trial: Trial, rows: RowArray) -> IntArray:
    """Find the types of samples of a class among all samples that the sampler has seen."""
    codes = trial.data.codes[trial.fit_rows]
    target = EncodedTarget(codes, trial.data.target.classes, np.bincount(codes), None, False)
    search = NeighborSearch(trial.data.space.subset(trial.fit_rows), N_NEIGHBORS)
    positions = np.searchsorted(trial.fit_rows, rows)
    neighbors = search.nearest_others(positions)
    return classify_rows(search, target, positions, neighbors).types


# ---- Rates with confidence intervals ----


def _measure_rate(
    values: Float64Array, evaluations: Evaluations, where: BoolArray | None = None
) -> ConfidenceInterval:
    """Compute the mean of values in [0, 1] with its 95% confidence interval.

    It is Wilson's interval with the effective number of samples: the number of independent samples
    that has the same variance, but not more than the number of samples they are generated from.

    Parameters
    ----------
    values : ndarray of float64 of shape (n_samples,)
    evaluations : Evaluations
        Which samples share an original one.
    where : ndarray of bool of shape (n_samples,), optional
        The samples to average over.

    Returns
    -------
    ConfidenceInterval
    """
    source, nearest = evaluations.source, evaluations.nearest
    if where is not None:
        values, source, nearest = values[where], source[where], nearest[where]
    n_sources = len(np.unique(source))
    mean = float(values.mean())
    variance = _compute_dyadic_variance((values - mean) / len(values), source, nearest)
    n_effective = min(mean * (1 - mean) / variance, n_sources) if variance > 0 else n_sources
    low, high = wilson_interval(np.array([mean]), np.array([float(n_effective)]))
    return ConfidenceInterval(mean, min(float(low[0]), mean), max(float(high[0]), mean))


def _measure_difference(
    rates: tuple[ConfidenceInterval, ConfidenceInterval], parts: tuple[Evaluations, Evaluations]
) -> ConfidenceInterval:
    """Compute the difference of two rates of invalid samples with its 95% confidence interval.

    The limits follow from those of the rates and from their correlation (Zou and Donner, 2008,
    doi:10.1002/sim.3095). Unlike a normal interval, they are right for rates near 0 too.
    """
    first, second = rates
    errors = [
        (part.is_invalid - rate.value) / len(part.rows)
        for part, rate in zip(parts, rates, strict=True)
    ]
    both = Evaluations.concat(parts)
    variances = [
        _compute_dyadic_variance(e, part.source, part.nearest)
        for e, part in zip(errors, parts, strict=True)
    ]
    difference = np.concatenate([errors[0], -errors[1]])
    covariance = (
        sum(variances) - _compute_dyadic_variance(difference, both.source, both.nearest)
    ) / 2
    scale = float(np.sqrt(variances[0] * variances[1]))
    correlation = min(max(covariance / scale, -1.0), 1.0) if scale > 0 else 0.0
    value = first.value - second.value

    def distance(of_first: float, of_second: float) -> float:
        squared = of_first**2 + of_second**2 - 2 * correlation * of_first * of_second
        return float(np.sqrt(max(squared, 0.0)))

    low = value - distance(first.value - first.low, second.high - second.value)
    high = value + distance(first.high - first.value, second.value - second.low)
    return ConfidenceInterval(value, low, high)


def _compute_dyadic_variance(errors: Float64Array, first: RowArray, second: RowArray) -> float:
    """Compute the variance of a sum of errors that correlate if they share a row in either role."""
    n_rows = int(max(first.max(), second.max())) + 1
    by_row = np.bincount(first, errors, n_rows) + np.bincount(second, errors, n_rows)
    pairs = np.minimum(first, second) * n_rows + np.maximum(first, second)
    pairs = np.unique(pairs, return_inverse=True)[1]
    by_pair = np.bincount(pairs, errors)
    return max(float((by_row**2).sum() - (by_pair**2).sum()), 0.0)


def _measure_regions(evaluations: Evaluations) -> Iterator[RegionValidity]:
    """Yield the rate of invalid samples for each type of sample that they are generated from."""
    for kind, name in enumerate(SAMPLE_TYPES):
        where = evaluations.sample_type == kind
        if where.any():
            invalid = _measure_rate(evaluations.is_invalid, evaluations, where)
            yield RegionValidity(name, float(where.mean()), invalid)
