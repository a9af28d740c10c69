"""SMOTE, then Tomek links.

Reference: Batista, Prati and Monard (2004), doi:10.1145/1007730.1007735.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import HasMethods
from counterpoise.base import BaseSampler, Correction
from counterpoise.combine._chain import decide_in_turn
from counterpoise.combine._parts import cleaner_of, maker_of
from counterpoise.neighbors import JOBS, SCALE, Scale
from counterpoise.table import Labels, Resampling, Table
from counterpoise.targets import Family, SamplingStrategy, Target
from counterpoise.under_sampling import TomekLinks

__all__ = ["SMOTETomek"]


class SMOTETomek(BaseSampler):
    """Over-sample with SMOTE, then remove Tomek links.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        How many rows each class shall have before it is cleaned, as `SMOTE` has it.
    random_state : int, RandomState or None, default=None
        Seed of the draws.
    smote : sampler or None, default=None
        What makes rows: any of counterpoise's over-samplers, with parameters of its own. None for
        `SMOTE`, or `SMOTENC` where columns are nominal.
    tomek : sampler or None, default=None
        What removes rows: any of counterpoise's samplers. None for `TomekLinks` of all classes.
    n_jobs : int or None, default=None
        Threads of the removing; None for all that the process may use.
    scale : {"standard", "robust"} or None, default=None
        In what units the samplers that are not given measure distances, as `SMOTE` has it.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Rows to make of each class.
    smote_ : sampler
        What made rows.
    tomek_ : sampler
        What removed rows.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        Where each row came from.

    See Also
    --------
    SMOTEENN : Edits instead, which removes more.
    Chain : Any samplers in turn.

    References
    ----------
    G. Batista, R. C. Prati, M. C. Monard, "A study of the behavior of several methods for balancing
    machine learning training data", ACM SIGKDD Explorations Newsletter 6, 20-29 (2004),
    doi:10.1145/1007730.1007735.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.combine import SMOTETomek
    >>> X, y = make_classification(weights=[0.8], class_sep=2, random_state=0)
    >>> X_resampled, y_resampled = SMOTETomek(random_state=0).fit_resample(X, y)
    >>> len(y), len(y_resampled)
    (100, 162)
    """

    _family: ClassVar[Family | None] = "over-sampling"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "smote": [HasMethods(["fit_resample", "decide"]), None],
        "tomek": [HasMethods(["fit_resample", "decide"]), None],
        "n_jobs": JOBS,
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        smote: Any = None,
        tomek: Any = None,
        n_jobs: int | None = None,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.smote = smote
        self.tomek = tomek
        self.n_jobs = n_jobs
        self.scale = scale

    @property
    def prior_correction(self) -> Correction:
        """What a change of prior explains: "invalid", as rows go because of what they are."""
        return "invalid"

    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        self.smote_ = maker_of(self.smote, table, self.sampling_strategy, self.scale)
        self.tomek_ = cleaner_of(self.tomek, TomekLinks, self.n_jobs, self.scale)
        return decide_in_turn([self.smote_, self.tomek_], table, labels, random)
