"""What generator and batch sampler share: a sampler that draws anew, and their checks."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import clone

from counterpoise._lib.sklearn_private import set_random_states
from counterpoise.exceptions import InputError
from counterpoise.under_sampling import RandomUnderSampler

__all__ = ["check_batch_size", "check_sampler", "fresh"]


def check_sampler(sampler: Any) -> Any:
    """Return the sampler; a RandomUnderSampler if there is none.

    Raises
    ------
    InputError
        If it is none.
    """
    if sampler is None:
        return RandomUnderSampler()
    if isinstance(sampler, type) or not hasattr(sampler, "fit_resample"):
        raise InputError(
            f"sampler must have fit_resample, such as RandomUnderSampler(); got {sampler!r}."
        )
    return sampler


def check_batch_size(batch_size: int) -> int:
    """Return the batch size.

    Raises
    ------
    InputError
        If it is no whole number of 1 or more.
    """
    is_whole = isinstance(batch_size, Integral) and not isinstance(batch_size, bool)
    if not is_whole or batch_size < 1:
        raise InputError(f"batch_size must be a whole number of 1 or more; got {batch_size!r}.")
    return int(batch_size)


def fresh(sampler: Any, random: np.random.RandomState) -> Any:
    """Return a copy of a sampler that is seeded anew, so that each epoch has its own draws."""
    copied = clone(sampler)
    set_random_states(copied, random)
    return copied
