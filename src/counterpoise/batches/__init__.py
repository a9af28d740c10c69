"""Balanced mini-batches for models trained with `partial_fit` or by gradient descent.

`balanced_batches` is a generator that works with any training loop. `BalancedBatchSampler` is a
``batch_sampler`` for the DataLoader of PyTorch. Both resample again in each epoch. Neither imports
a deep learning framework.
"""

from counterpoise.batches._batches import BalancedBatchSampler, balanced_batches

__all__ = ["BalancedBatchSampler", "balanced_batches"]
