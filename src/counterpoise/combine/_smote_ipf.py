"""SMOTE-IPF: SMOTE followed by an iterative partitioning filter.

Reference: Sáez, Luengo, Stefanowski and Herrera (2015), doi:10.1016/j.ins.2014.08.051.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone

from counterpoise._lib.sklearn_private import HasMethods
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Table
from counterpoise.base import BaseSampler, Correction
from counterpoise.combine._chain import build_oversampler, resample_in_sequence
from counterpoise.neighbors._space import SCALE, Scale
from counterpoise.over_sampling._neighbor_over_sampler import SMALL_CLASS_ACTIONS, SmallClasses
from counterpoise.under_sampling import IterativePartitioningFilter

__all__ = ["SMOTEIPF"]


class SMOTEIPF(BaseSampler):
    """Oversample with SMOTE, then remove noise with an iterative partitioning filter.

    The filter removes original and synthetic samples of all classes that most models misclassify.
    Each model is fitted to a part of the data.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        The number of samples of each class after oversampling and before cleaning, as in
        `counterpoise.over_sampling.SMOTE`.
    random_state : int, RandomState instance or None, default=None
        Seed of the samplers whose own `random_state` is None.
    smote : sampler or None, default=None
        The oversampler: any oversampler of counterpoise, with its own `sampling_strategy` and
        `scale`. None uses `SMOTE`, or `SMOTENC` if `X` has categorical features.
    ipf : sampler or None, default=None
        The cleaning sampler: any sampler of counterpoise. None uses
        ``IterativePartitioningFilter(sampling_strategy="all")``.
    scale : {"standard", "robust"} or None, default=None
        How the default oversampler scales features for distances, as in
        `counterpoise.over_sampling.SMOTE`.
    small_classes : {"error", "skip", "duplicate", "shrink_k"}, default="error"
        What the default oversampler does with classes that are too small, as in
        `counterpoise.over_sampling.SMOTE`.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        For each oversampled class, the number of samples to generate.
    smote_ : sampler
        The fitted oversampler.
    ipf_ : sampler
        The fitted cleaning sampler.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features. Defined only if `X` has feature names that are all strings.
    provenance_ : Provenance
        The origin of each output sample.

    See Also
    --------
    SMOTEENN : Cleans with edited nearest neighbors.
    Chain : Applies any samplers in sequence.

    References
    ----------
    J. A. Sáez, J. Luengo, J. Stefanowski, F. Herrera, "SMOTE–IPF: Addressing the noisy and
    borderline examples problem in imbalanced classification by a re-sampling method with
    filtering", Information Sciences 291, 184-203 (2015), doi:10.1016/j.ins.2014.08.051.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.combine import SMOTEIPF
    >>> X, y = make_classification(500, weights=[0.8], flip_y=0.1, random_state=0)
    >>> sampler = SMOTEIPF(random_state=0)
    >>> X_resampled, y_resampled = sampler.fit_resample(X, y)
    >>> len(y_resampled) < len(y) + sum(sampler.sampling_strategy_.values())
    True
    """

    _family: ClassVar[Family | None] = "over-sampling"
    _method: ClassVar[str] = "smote-ipf"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "smote": [HasMethods(["fit_resample", "decide"]), None],
        "ipf": [HasMethods(["fit_resample", "decide"]), None],
        "scale": SCALE,
        "small_classes": SMALL_CLASS_ACTIONS,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        smote: Any = None,
        ipf: Any = None,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.smote = smote
        self.ipf = ipf
        self.scale = scale
        self.small_classes = small_classes

    @property
    def prior_correction(self) -> Correction:
        """Whether prior correction is valid: "invalid", as cleaning depends on the features."""
        return "invalid"

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        self.smote_ = build_oversampler(
            self.smote,
            table,
            sampling_strategy=self.sampling_strategy,
            scale=self.scale,
            small_classes=self.small_classes,
        )
        default = IterativePartitioningFilter(sampling_strategy="all")
        self.ipf_ = default if self.ipf is None else clone(self.ipf)
        resampling = resample_in_sequence([self.smote_, self.ipf_], table, target, rng)
        self.sampling_strategy_ = self.smote_.sampling_strategy_
        return resampling
