"""Balanced batches for models that learn batch by batch, drawn anew each epoch.

`balanced_batches` is a plain generator that any framework's loop can take; `BalancedBatchSampler`
is what the DataLoader of PyTorch takes as ``batch_sampler``. Neither framework is imported.
"""

from counterpoise.batches._generator import balanced_batches
from counterpoise.batches._row_numbers import BalancedBatchSampler

__all__ = ["BalancedBatchSampler", "balanced_batches"]
