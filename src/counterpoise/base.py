"""Base classes of samplers, and how to write a sampler.

A sampler is a subclass of `BaseSampler` with an ``__init__`` that only assigns its parameters, and
a method `_resample`. The arguments of this method are

- ``table``, a `Table`: the samples, with the same methods for arrays, data frames and sparse
  matrices, such as ``table.n_rows`` and ``table.numbers(column)``;
- ``target``, an `EncodedTarget`: the class of each sample as an integer code, the position of the
  class among the sorted classes;
- ``quotas``, a tuple of `ClassQuota`: the classes to resample, as `sampling_strategy` selects them;
- ``rng``: the RandomState, the only source of randomness. A sampler that uses it has a parameter
  ``random_state``.

It returns a `Resampling`: the input rows that are kept, and the synthetic samples. `BaseSampler`
does the rest: validation, containers, data types, feature names, `sampling_strategy` and
`provenance_`. Class attributes describe the sampler:

- ``_family``, a `Family`: "over-sampling", "under-sampling" or "clean-sampling". It decides which
  classes "auto" selects, and what the ``amount`` of a quota is: the number of samples to generate
  for the class (oversampling), or the number of its samples to keep (undersampling). Cleaning
  methods find the samples to remove themselves, and do not use it.
- ``_reads``, a `Reads`: the feature types that the sampler accepts. Data with other types raise an
  error before `_resample` is called.
- ``_needs``, a `Needs`: which rows of a table the decision depends on, for tables that are larger
  than memory. "everything" is right for every sampler.

`SamplingStrategy` is the type of the parameter `sampling_strategy`: a string such as "auto" or
"minority", a ratio, a dict of class sizes, a list of classes or a function. `Correction` is the
type of `BaseSampler.prior_correction`.

The following sampler removes every second sample of some classes:

>>> import numpy as np
>>> from counterpoise.base import BaseSampler, Resampling
>>> class EverySecond(BaseSampler):
...     _family = "clean-sampling"
...
...     def __init__(self, *, sampling_strategy="auto"):
...         self.sampling_strategy = sampling_strategy
...
...     def _resample(self, table, target, quotas, rng):
...         is_kept = np.ones(table.n_rows, bool)
...         for quota in quotas:
...             is_kept[target.rows_of(quota.code)[1::2]] = False
...         self.sample_indices_ = np.flatnonzero(is_kept)
...         return Resampling(kept=self.sample_indices_)
>>> X, y = [["red", 1], ["blue", 2], ["red", 3], ["blue", 4]], ["no", "no", "yes", "no"]
>>> EverySecond().fit_resample(X, y)
([['red', 1], ['red', 3], ['blue', 4]], ['no', 'yes', 'no'])

Synthetic samples are returned as `SyntheticSamples`: either between a base sample and its
neighbor, at ``x_base + weight * (x_neighbor - x_base)``, or as values without a neighbor.

Code that works on arrays needs less: imbalanced-learn's method `_fit_resample` takes X and y as
arrays and returns both resampled. It may read ``self.sampling_strategy_``, and take further
arguments of `fit_resample`. Its output samples have a `provenance_` if it sets ``sample_indices_``.
``_sampling_type`` is another name of ``_family``.

>>> class EverySecondArray(BaseSampler):
...     _sampling_type = "clean-sampling"
...
...     def _fit_resample(self, X, y):
...         return X[::2], y[::2]
>>> EverySecondArray().fit_resample([[1], [2], [3], [4]], ["no", "no", "yes", "yes"])
([[1], [3]], ['no', 'yes'])

Check a new sampler with `counterpoise.utils.estimator_checks`. For a function, without a class, use
`counterpoise.FunctionSampler`.
"""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import Any, ClassVar, Literal, Self, get_args

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin
from sklearn.utils import check_random_state, get_tags

from counterpoise._array_function import resample_arrays, select_equal_rows
from counterpoise._lib import sklearn_private  # noqa: F401 (registers fit_resample for metadata routing)
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy, resolve_strategy
from counterpoise._table import (
    EncodedTarget,
    Provenance,
    Resampling,
    Samples,
    SyntheticSamples,
    Table,
    WholeSamples,
    as_table,
    backend_of,
    encode_target,
    explaining_swapped,
    feature_positions,
    rebuild,
)
from counterpoise.exceptions import InputError
from counterpoise.neighbors._checks import check_feature_types, check_numeric

__all__ = [
    "BaseSampler",
    "ClassQuota",
    "Correction",
    "EncodedTarget",
    "Family",
    "Needs",
    "Reads",
    "Resampling",
    "SamplerMixin",
    "SamplingStrategy",
    "SyntheticSamples",
    "Table",
    "is_sampler",
]

#: Feature types that a sampler accepts: any type ("anything"); numeric, boolean and categorical, as
#: needed for distances ("distances"); numeric and boolean, as needed for arithmetic ("numbers").
Reads = Literal["anything", "distances", "numbers"]

#: Which rows the decision of a sampler depends on: the number of rows of each class ("counts"); the
#: rows of the classes that are oversampled ("classes"); these, or the rows of the smaller classes,
#: and their neighbors among all rows ("neighbors"); all rows ("everything"). See
#: `counterpoise.scale`.
Needs = Literal["counts", "classes", "neighbors", "everything"]

#: How well a prior correction restores calibrated probabilities after resampling; see
#: `BaseSampler.prior_correction`.
Correction = Literal["exact", "approximate", "invalid"]

_CHECKS = {"distances": check_feature_types, "numbers": check_numeric}


class SamplerMixin(OneToOneFeatureMixin, metaclass=ABCMeta):
    """Mixin class of all samplers, which have the methods `fit` and `fit_resample`.

    Examples
    --------
    >>> from sklearn.base import BaseEstimator
    >>> class Reverse(SamplerMixin, BaseEstimator):
    ...     def fit(self, X, y):
    ...         return self
    ...
    ...     def fit_resample(self, X, y):
    ...         return X[::-1], y[::-1]
    >>> is_sampler(Reverse())
    True
    """

    _estimator_type: ClassVar[str] = "sampler"  # imbalanced-learn identifies samplers by it

    @abstractmethod
    def fit(self, X: Any, y: Any) -> Self:
        """Validate the data without resampling it."""

    @abstractmethod
    def fit_resample(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Resample the data, and return X and y in the containers of the input."""

    def _set_feature_names(self, table: Table) -> None:
        if isinstance(table, WholeSamples):
            return  # such samples have no features
        features = feature_positions(table)
        names = table.columns.names
        self.n_features_in_ = len(features)
        if all(isinstance(names[j], str) for j in features):
            self.feature_names_in_ = np.asarray([names[j] for j in features], dtype=object)
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # that of BaseEstimator
        tags.estimator_type = "sampler"
        tags.target_tags.required = True
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = True
        return tags


class BaseSampler(SamplerMixin, BaseEstimator):
    """Base class of all samplers.

    A subclass sets `_family` and `_reads` and implements `_resample`, or `_fit_resample` on arrays.
    The documentation of the module `counterpoise.base` explains them, with examples.

    Parameters
    ----------
    sampling_strategy : str, float, dict, list or callable, default="auto"
        The classes to resample, and their sizes after resampling.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        The number of samples to generate (oversampling) or to keep (undersampling) for each class
        that is resampled, sorted by class.
    n_features_in_ : int
        Number of features in the input.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features; defined only if all names are strings.
    provenance_ : Provenance
        Where each output row came from; set by `fit_resample`.
    """

    _family: ClassVar[Family | None] = None  # None for a chain, whose samplers have their own
    _reads: ClassVar[Reads] = "anything"
    _needs: ClassVar[Needs] = "everything"
    _method: ClassVar[str] = ""  # the name for `counterpoise.resample`; empty if it has none
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "sampling_strategy": "no_validation",  # validated by resolve_strategy
        "random_state": ["random_state"],
    }

    def __init__(self, sampling_strategy: SamplingStrategy = "auto") -> None:
        self.sampling_strategy = sampling_strategy

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Let subclasses be written as in imbalanced-learn; `_resample` remains the only hook."""
        super().__init_subclass__(**kwargs)
        if "_sampling_type" in vars(cls):
            given: Any = vars(cls)["_sampling_type"]
            cls._family = given if given in get_args(Family) else None  # "bypass" and "ensemble"
        if hasattr(cls, "_fit_resample") and "_resample" not in vars(cls):
            cls._reads = "numbers"
            cls._resample = _resample_as_arrays  # type: ignore[assignment, method-assign]

    @classmethod
    @cache
    def _get_param_names(cls) -> list[str]:
        # scikit-learn reads the signature again at each call, which takes longer than resampling.
        names: list[str] = super()._get_param_names()
        return names

    @property
    def prior_correction(self) -> Correction:
        """How well a prior correction restores calibrated probabilities after this resampling.

        - "exact": samples are drawn independently of their features within each class, so that
          only the class proportions change.
        - "approximate": synthetic samples follow nearly the distribution of their class.
        - "invalid": samples are removed or kept because of their features. Calibrate the
          classifier instead.
        """
        return "approximate" if self._family == "over-sampling" else "invalid"

    def fit(self, X: Any, y: Any, **params: Any) -> Self:
        """Validate the data and compute `sampling_strategy_`, without resampling.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples.
        y : array-like of shape (n_samples,)
            The class of each sample.
        **params : dict
            Ignored; see `fit_resample`.

        Returns
        -------
        self : object
            The sampler itself.
        """
        del params
        self._validate_params()
        self._check(*self._read(X, y))
        return self

    def fit_resample(self, X: Any, y: Any, **params: Any) -> tuple[Any, Any]:
        """Resample the data.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples. X is never written to. Random samplers also take samples that are not rows
            of a table, such as images and texts; SMOTE and its variants flatten images.
        y : array-like of shape (n_samples,)
            The class of each sample.
        **params : dict
            Arguments of the method `_fit_resample` of a subclass; other samplers have none.

        Returns
        -------
        X_resampled : {array-like, sparse matrix, dataframe} of shape (n_samples_new, n_features)
            The resampled samples, in the container of X.
        y_resampled : array-like of shape (n_samples_new,)
            The class of each resampled sample, in the container of y.

        Raises
        ------
        InputError
            If the data cannot be resampled with these parameters.
        """
        self._validate_params()
        table, target = self._read(X, y)
        return rebuild(table, target, self._decide(table, target, **params))

    @property
    def _sampling_type(self) -> str:
        """The name of the family that the ensembles of imbalanced-learn read."""
        return self._family or "bypass"

    def _read(self, X: Any, y: Any) -> tuple[Table, EncodedTarget]:
        with explaining_swapped(X, y, "fit_resample(X, y)"):
            table = as_table(X, samples=self._accepted_samples())
            return table, self._encode_target(y, table.n_rows)

    def _encode_target(self, y: Any, n_rows: int) -> EncodedTarget:
        """Encode the target; its classes are what is resampled."""
        return encode_target(y, n_rows)

    def _accepted_samples(self) -> Samples:
        """Return what the sampler does with samples that are not rows of a table."""
        return "rows"

    def _fit_resample_table(self, table: Table, y: Any) -> tuple[Any, Any]:
        """Resample a table that `as_table` has read; see `fit_resample`."""
        self._validate_params()
        target = self._encode_target(y, table.n_rows)
        return rebuild(table, target, self._decide(table, target))

    def decide(
        self, table: Table, target: EncodedTarget, rng: np.random.RandomState | None = None
    ) -> Resampling:
        """Compute the output rows for another sampler; without `rng`, with `random_state`."""
        self._validate_params()
        return self._decide(table, target, rng)

    def _decide(
        self,
        table: Table,
        target: EncodedTarget,
        rng: np.random.RandomState | None = None,
        **params: Any,
    ) -> Resampling:
        quotas = self._check(table, target)
        if rng is None:
            rng = check_random_state(getattr(self, "random_state", None))
        decision = self._resample(table, target, quotas, rng, **params)
        # Some rows of a larger table may all be removed: others are left.
        if decision.kept is not None and len(target.codes) == target.counts.sum():
            self._check_rows_left(len(decision.kept) + len(decision.synthetic))
        self.provenance_ = Provenance(decision, table.n_rows, backend_of(table))
        return decision

    def _check_rows_left(self, n_rows: int) -> None:
        if not n_rows:
            raise InputError(
                f"{type(self).__name__} would leave no row of any class. Clean fewer classes, or "
                "keep more samples of them, with sampling_strategy."
            )

    def _check(self, table: Table, target: EncodedTarget) -> tuple[ClassQuota, ...]:
        if self._reads in _CHECKS:
            _CHECKS[self._reads](table, type(self).__name__, self._family)
        quotas = self._resolve_quotas(target)
        self.sampling_strategy_ = OrderedDict((quota.label, quota.amount) for quota in quotas)
        self._set_feature_names(table)
        return quotas

    def _resolve_quotas(self, target: EncodedTarget) -> tuple[ClassQuota, ...]:
        """Resolve `sampling_strategy` to the number of samples of each class."""
        if self._family is None:
            return ()
        return resolve_strategy(self.sampling_strategy, target, self._family)

    @abstractmethod
    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        """Select the input rows to keep, and generate synthetic samples.

        Parameters
        ----------
        table : Table
            The samples.
        target : EncodedTarget
            The encoded target.
        quotas : tuple of ClassQuota
            The number of samples for each class. Random numbers are drawn in this order.
        rng : RandomState instance
            The only source of randomness.

        Returns
        -------
        Resampling
            The decision, from which the output is built.
        """

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = self._reads != "numbers"
        return tags


def _resample_as_arrays(
    sampler: Any,
    table: Table,
    target: EncodedTarget,
    quotas: tuple[ClassQuota, ...],
    rng: np.random.RandomState,
    **params: Any,
) -> Resampling:
    """Implement `_resample` with `_fit_resample`, a method on arrays as in imbalanced-learn."""
    del quotas  # the method reads sampling_strategy_
    function = partial(sampler._fit_resample, **params)  # noqa: SLF001
    name = f"{type(sampler).__name__}._fit_resample"
    with _seeded(sampler, rng):
        decision = resample_arrays(function, table, target, name)
    rows = getattr(sampler, "sample_indices_", None)
    return decision if rows is None else select_equal_rows(decision, rows, table, target)


@contextmanager
def _seeded(sampler: Any, rng: np.random.RandomState) -> Iterator[None]:
    """Give a sampler without a seed one that a generator draws, such as that of a chain."""
    has_no_seed = getattr(sampler, "random_state", rng) is None
    if has_no_seed:
        sampler.random_state = rng.randint(np.iinfo(np.int32).max)
    try:
        yield
    finally:
        if has_no_seed:
            sampler.random_state = None


def is_sampler(estimator: object) -> bool:
    """Return True if the given estimator is a sampler, of counterpoise or of any other library.

    Parameters
    ----------
    estimator : object
        The estimator to test. Any object is allowed.

    Returns
    -------
    is_sampler : bool

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from counterpoise.over_sampling import SMOTE
    >>> is_sampler(SMOTE()), is_sampler(LogisticRegression()), is_sampler(3)
    (True, False, False)
    """
    with suppress(Exception):  # attribute access on an arbitrary object may raise anything
        if getattr(estimator, "_estimator_type", None) == "sampler":
            return True
    with suppress(Exception):
        return bool(get_tags(estimator).estimator_type == "sampler")
    return False
