"""A chain of samplers: each decides on what the one before has left, and all is built once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone

from counterpoise.base import BaseSampler, Correction
from counterpoise.exceptions import InputError
from counterpoise.table import Labels, ResampledTable, Resampling, Table, compose, labels_after
from counterpoise.targets import Target

__all__ = ["Chain", "decide_in_turn"]


class Chain(BaseSampler):
    """Apply several samplers in turn, opening the table and building the output once.

    Parameters
    ----------
    samplers : sequence of sampler
        Counterpoise's samplers, in the order in which they are applied; they are cloned.
    random_state : int, RandomState or None, default=None
        Seed of the draws of those samplers whose own `random_state` is None, one after the other.

    Attributes
    ----------
    samplers_ : list of sampler
        The fitted samplers.
    sampling_strategy_ : OrderedDict
        Empty: each sampler has its own.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        Where each row came from, in terms of the first input. A new row made from new rows has
        neither base nor partner.

    See Also
    --------
    SMOTEENN : SMOTE, then edited nearest neighbours.
    SMOTETomek : SMOTE, then Tomek links.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.combine import Chain
    >>> from counterpoise.over_sampling import SMOTE
    >>> from counterpoise.under_sampling import RandomUnderSampler, TomekLinks
    >>> X, y = make_classification(weights=[0.9], flip_y=0, random_state=0)
    >>> half = RandomUnderSampler(sampling_strategy=0.2)
    >>> chain = Chain([half, SMOTE(k_neighbors=3), TomekLinks()], random_state=0)
    >>> X_resampled, y_resampled = chain.fit_resample(X, y)
    >>> [sampler.provenance_.is_new.sum().item() for sampler in chain.samplers_]
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
        """What a change of prior explains of what the least correctable of the samplers does."""
        found = {sampler.prior_correction for sampler in self.samplers}
        worst: tuple[Correction, ...] = ("invalid", "approximate", "exact")
        return next((kind for kind in worst if kind in found), "exact")

    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        if not self.samplers:
            raise InputError("Chain needs one sampler at least; samplers is empty.")
        for sampler in self.samplers:
            if isinstance(sampler, type) or not hasattr(sampler, "decide"):
                raise InputError(
                    f"Chain composes instances of counterpoise's samplers; got {sampler!r}."
                )
        self.samplers_ = [clone(sampler) for sampler in self.samplers]
        return decide_in_turn(self.samplers_, table, labels, random)


def decide_in_turn(
    samplers: Sequence[BaseSampler], table: Table, labels: Labels, random: np.random.RandomState
) -> Resampling:
    """Let each sampler decide on what the ones before have left; return one decision.

    Parameters
    ----------
    samplers : sequence of BaseSampler
        Fitted by it; those whose `random_state` is None draw from `random`.
    table : Table
    labels : Labels
    random : RandomState

    Returns
    -------
    Resampling
    """
    first, *others = samplers
    whole = first.decide(table, labels, _random_of(first, random))
    for sampler in others:
        left, former = labels_after(labels, whole)
        if len(left.classes) < 2:
            raise InputError(
                f"{type(sampler).__name__} needs two classes or more; the samplers before it left "
                f"only {left.classes[0]!r}."
            )
        after = ResampledTable(table, whole)
        decision = sampler.decide(after.readable, left, _random_of(sampler, random))
        whole = compose(after, decision, former)
    return whole


def _random_of(sampler: BaseSampler, random: np.random.RandomState) -> np.random.RandomState | None:
    return random if getattr(sampler, "random_state", None) is None else None
