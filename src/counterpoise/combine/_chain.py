"""Chains of samplers: each resamples the output of the one before.

Each sampler only decides which samples to keep and which to generate. The decisions are composed,
and the output is built once, at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone

from counterpoise._lib.sklearn_private import diagram_of_steps
from counterpoise._strategy import ClassQuota
from counterpoise._table import (
    EncodedTarget,
    FeatureType,
    ResampledTable,
    Resampling,
    Table,
    compose,
    positions_of_type,
    resample_target,
)
from counterpoise.base import BaseSampler, Correction
from counterpoise.exceptions import InputError
from counterpoise.neighbors._space import Scale
from counterpoise.over_sampling import SMOTE, SMOTENC

__all__ = ["Chain", "build_cleaner", "build_oversampler", "resample_in_sequence"]


class Chain(BaseSampler):
    """Apply several samplers in sequence.

    `X` is read once and the output is built once, however many samplers there are.

    Parameters
    ----------
    samplers : list of sampler
        Samplers of counterpoise, in the order in which they are applied. They are cloned.
    random_state : int, RandomState instance or None, default=None
        Seed of the samplers whose own `random_state` is None.

    Attributes
    ----------
    samplers_ : list of sampler
        The fitted samplers.
    sampling_strategy_ : OrderedDict
        Always empty. See the `sampling_strategy_` of each sampler.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features. Defined only if `X` has feature names that are all strings.
    provenance_ : Provenance
        The origin of each output sample, as indices of the samples of `X`. A synthetic sample that
        was generated from synthetic samples has neither a base sample nor a neighbor.

    See Also
    --------
    SMOTEENN : SMOTE followed by edited nearest neighbors.
    SMOTETomek : SMOTE followed by Tomek links.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.combine import Chain
    >>> from counterpoise.over_sampling import SMOTE
    >>> from counterpoise.under_sampling import RandomUnderSampler, TomekLinks
    >>> X, y = make_classification(weights=[0.9], flip_y=0, random_state=0)
    >>> undersampler = RandomUnderSampler(sampling_strategy=0.2)
    >>> chain = Chain([undersampler, SMOTE(k_neighbors=3), TomekLinks()], random_state=0)
    >>> X_resampled, y_resampled = chain.fit_resample(X, y)
    >>> [sampler.provenance_.is_synthetic.sum().item() for sampler in chain.samplers_]
    [0, 36, 0]
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "samplers": [list, tuple],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        samplers: Sequence[Any],
        *,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.samplers = samplers
        self.random_state = random_state

    @property
    def prior_correction(self) -> Correction:
        """Whether prior correction is valid: that of the least correctable sampler."""
        found = {sampler.prior_correction for sampler in self.samplers}
        worst_first: tuple[Correction, ...] = ("invalid", "approximate", "exact")
        return next((correction for correction in worst_first if correction in found), "exact")

    def _sk_visual_block_(self) -> Any:
        return diagram_of_steps(self.samplers)

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        if not self.samplers:
            raise InputError(
                "Chain needs one sampler at least, and samplers is empty. Pass some, such as "
                "Chain([SMOTE(), TomekLinks()])."
            )
        for sampler in self.samplers:
            if isinstance(sampler, type) or not hasattr(sampler, "decide"):
                raise InputError(
                    f"samplers must be instances of counterpoise's samplers; got {sampler!r}. For "
                    "samplers of other libraries, use counterpoise.pipeline.make_pipeline."
                )
        self.samplers_ = [clone(sampler) for sampler in self.samplers]
        return resample_in_sequence(self.samplers_, table, target, rng)


def resample_in_sequence(
    samplers: Sequence[BaseSampler], table: Table, target: EncodedTarget, rng: np.random.RandomState
) -> Resampling:
    """Resample with each sampler in turn, and compose the decisions into one.

    Parameters
    ----------
    samplers : sequence of BaseSampler
        The samplers, which are fitted.
    table : Table
        The samples.
    target : EncodedTarget
        The encoded target.
    rng : RandomState
        Random number generator of the samplers whose `random_state` is None.

    Returns
    -------
    Resampling
        The decision of all samplers, in terms of the rows of `table`.

    Raises
    ------
    InputError
        If a sampler leaves a single class for the next one.
    """
    first, *others = samplers
    composed = first.decide(table, target, _rng_or_none(first, rng))
    for sampler in others:
        remaining, former_codes = resample_target(target, composed)
        if len(remaining.classes) < 2:
            raise InputError(
                f"{type(sampler).__name__} needs two classes or more; the samplers before it left "
                f"only {remaining.classes[0]!r}. Change their sampling_strategy, so that they "
                "remove fewer samples."
            )
        resampled = ResampledTable(table, composed)
        decision = sampler.decide(resampled.input_table, remaining, _rng_or_none(sampler, rng))
        composed = compose(resampled, decision, former_codes)
    return composed


def build_oversampler(given: Any, table: Table, **parameters: Any) -> BaseSampler:
    """Clone the oversampler of a combination; by default build SMOTE or SMOTENC.

    Parameters
    ----------
    given : sampler or None
        The user's sampler. None builds SMOTENC if the table has categorical columns, else SMOTE.
    table : Table
        The samples.
    **parameters : dict
        Parameters of the default sampler.

    Returns
    -------
    BaseSampler
        An unfitted sampler.
    """
    if given is not None:
        cloned: BaseSampler = clone(given)
        return cloned
    sampler = SMOTENC if positions_of_type(table, FeatureType.CATEGORICAL) else SMOTE
    return sampler(**parameters)


def build_cleaner(
    given: Any, default: type[BaseSampler], n_jobs: int | None, scale: Scale
) -> BaseSampler:
    """Clone the cleaning sampler of a combination; by default build one that cleans all classes.

    Parameters
    ----------
    given : sampler or None
        The user's sampler. None builds the default.
    default : type of BaseSampler
        The class of the default sampler.
    n_jobs : int or None
        Number of threads of the default sampler.
    scale : {"standard", "robust"} or None
        Scale of the default sampler.

    Returns
    -------
    BaseSampler
        An unfitted sampler.
    """
    if given is not None:
        cloned: BaseSampler = clone(given)
        return cloned
    make: Any = default
    cleaner: BaseSampler = make(sampling_strategy="all", n_jobs=n_jobs, scale=scale)
    return cleaner


def _rng_or_none(sampler: BaseSampler, rng: np.random.RandomState) -> np.random.RandomState | None:
    """Return the common generator, or None for a sampler that has its own `random_state`."""
    return rng if getattr(sampler, "random_state", None) is None else None
