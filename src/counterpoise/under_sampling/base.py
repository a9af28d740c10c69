"""Base classes of undersamplers and cleaning methods that are written as in imbalanced-learn."""

from __future__ import annotations

from typing import ClassVar

from counterpoise._strategy import Family
from counterpoise.base import BaseSampler

__all__ = ["BaseCleaningSampler", "BaseUnderSampler"]


class BaseUnderSampler(BaseSampler):
    """Base class of undersamplers: a `BaseSampler` whose family is "under-sampling".

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        The classes to undersample, and their sizes after resampling.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to keep of each class.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.under_sampling.base import BaseUnderSampler
    >>> class KeepFirst(BaseUnderSampler):
    ...     def _fit_resample(self, X, y):
    ...         sizes = [self.sampling_strategy_.get(label) for label in np.unique(y)]
    ...         rows = [np.flatnonzero(y == label) for label in np.unique(y)]
    ...         kept = np.concatenate([part[:size] for part, size in zip(rows, sizes)])
    ...         return X[kept], y[kept]
    >>> KeepFirst().fit_resample([[1], [2], [3]], ["b", "b", "a"])
    ([[3], [1]], ['a', 'b'])
    """

    _family: ClassVar[Family] = "under-sampling"


class BaseCleaningSampler(BaseSampler):
    """Base class of cleaning methods: a `BaseSampler` whose family is "clean-sampling".

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        The classes to clean.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Has the classes to clean as keys.

    Examples
    --------
    >>> from counterpoise.under_sampling.base import BaseCleaningSampler
    >>> class RemoveLarge(BaseCleaningSampler):
    ...     def _fit_resample(self, X, y):
    ...         is_kept = [x.max() < 10 or c not in self.sampling_strategy_ for x, c in zip(X, y)]
    ...         return X[is_kept], y[is_kept]
    >>> RemoveLarge().fit_resample([[1], [20], [3]], ["b", "b", "a"])
    ([[1], [3]], ['b', 'a'])
    """

    _family: ClassVar[Family] = "clean-sampling"
