"""ROSE: all samples are replaced by those of a smoothed bootstrap.

Reference: Menardi and Torelli (2014), doi:10.1007/s10618-012-0295-5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import Interval
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import EncodedTarget, FeatureType, Resampling, Table, positions_of_type
from counterpoise.base import Needs, Reads
from counterpoise.over_sampling._random_over_sampler import RandomOverSampler

__all__ = ["ROSE"]

_CATEGORICAL = (FeatureType.CATEGORICAL, FeatureType.BOOLEAN)


class ROSE(RandomOverSampler):
    """Oversample with ROSE: all samples of all classes are drawn from a smoothed bootstrap.

    Each output sample is drawn from a normal distribution around a random sample of its class. The
    samples of the input are not in the output, not even those of the majority class: a model is
    trained on samples of the estimated density of each class. `RandomOverSampler` with `shrinkage`
    adds such samples to the minority class and keeps those of the input.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        The classes to oversample, and the sizes of classes after resampling; other classes keep
        their size. A str names the classes that are oversampled to the size of the majority class:
        "minority", "not majority" or "all"; "auto" is the same as "not majority". A float in (0, 1]
        is the ratio to the majority class: each class gets ``max(count, round(ratio *
        n_majority))`` samples. A dict maps each class to its number of samples after resampling. A
        callable takes `y` and returns such a dict.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the algorithm. Pass an int for reproducible output across
        calls.
    shrinkage : float or dict, default=1.0
        Standard deviation of the noise, in multiples of the normal-reference bandwidth of the
        class; a dict contains it for each class. 0 gives duplicates of randomly drawn samples.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples that each oversampled class has more than in the input.
    sample_indices_ : ndarray of int of shape (n_samples_new,)
        For each output sample, the index of the input sample that it was drawn around.
    shrinkage_ : dict
        The shrinkage of each class.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input or, for a synthetic sample, its
        base sample.

    See Also
    --------
    RandomOverSampler : Duplicates, or a smoothed bootstrap of the minority class only.

    Notes
    -----
    R's package ROSE also draws the class of each sample, so that class counts are random, and
    generates as many samples as the input has. Here class counts are those of `sampling_strategy`.

    Feature types: numeric, boolean and categorical. Noise is added to numeric features only, and
    their number is that of the features in the bandwidth; the others have the value of the base
    sample. Integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. They stay missing.

    References
    ----------
    G. Menardi, N. Torelli, "Training and assessing classification rules with imbalanced data",
    Data Mining and Knowledge Discovery 28, 92-122 (2014), doi:10.1007/s10618-012-0295-5.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import ROSE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = ROSE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _reads: ClassVar[Reads] = "distances"
    _needs: ClassVar[Needs] = "everything"
    _method: ClassVar[str] = "rose"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **RandomOverSampler._parameter_constraints,
        "shrinkage": [Interval(Real, 0, None, closed="left"), dict],
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        shrinkage: float | Mapping[Any, float] = 1.0,
    ) -> None:
        super().__init__(
            sampling_strategy=sampling_strategy, random_state=random_state, shrinkage=shrinkage
        )

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        added = {quota.code: quota.amount for quota in quotas}
        every = tuple(
            ClassQuota(label, code, int(count), int(count) + added.get(code, 0))
            for code, (label, count) in enumerate(zip(target.classes, target.counts, strict=True))
        )
        drawn = super()._resample(table, target, every, rng).synthetic
        self.sample_indices_ = drawn.base
        categorical = tuple(positions_of_type(table, *_CATEGORICAL))
        if categorical:
            sources = np.broadcast_to(drawn.base[:, None], (len(drawn), len(categorical)))
            drawn = replace(drawn, category_sources=sources, categorical=categorical)
        return Resampling(kept=np.empty(0, np.intp), synthetic=drawn)

    def _find_noisy_columns(self, table: Table) -> Sequence[int]:
        """Return the columns to which noise is added: the numeric ones."""
        return positions_of_type(table, FeatureType.FLOAT, FeatureType.INTEGER)
