"""Base class of oversamplers that are written as in imbalanced-learn."""

from __future__ import annotations

from typing import ClassVar

from counterpoise._strategy import Family
from counterpoise.base import BaseSampler

__all__ = ["BaseOverSampler"]


class BaseOverSampler(BaseSampler):
    """Base class of oversamplers: a `BaseSampler` whose family is "over-sampling".

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        The classes to oversample, and their sizes after resampling.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to generate for each class.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.over_sampling.base import BaseOverSampler
    >>> class RepeatFirst(BaseOverSampler):
    ...     def _fit_resample(self, X, y):
    ...         rows = np.arange(len(y))
    ...         for label, amount in self.sampling_strategy_.items():
    ...             first = np.flatnonzero(y == label)[0]
    ...             rows = np.append(rows, np.full(amount, first))
    ...         return X[rows], y[rows]
    >>> RepeatFirst().fit_resample([[1], [2], [3]], ["a", "b", "b"])
    ([[1], [2], [3], [1]], ['a', 'b', 'b', 'a'])
    """

    _family: ClassVar[Family] = "over-sampling"
