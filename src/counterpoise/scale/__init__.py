"""Resample tables that are larger than memory.

`resample` takes a lazy frame and returns one. It reads the table a few times in batches, keeps only
the rows in memory that the sampler's decision depends on, and decides with the same code and the
same random numbers as `fit_resample` in memory. `iter_batches` generates the same rows as
mini-batches, for models that are trained with `partial_fit`.
"""

from counterpoise.scale._iter_batches import iter_batches
from counterpoise.scale._resample import resample

__all__ = ["iter_batches", "resample"]
