"""The pseudo-loss of AdaBoost.M2, and the weights that it is measured with.

AdaBoost.M2 has a weight for each pair of a sample and a wrong class. With p the predicted
probability of the sample's own class and q that of the wrong class, the pair adds its weight times
(1 - p + q) / 2 to the loss. A classifier that gives all classes the same probability has a loss of
one half, whatever the class proportions are.

Reference: Freund and Schapire (1996), "Experiments with a new boosting algorithm".
"""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import Float64Array, IntArray

__all__ = ["PseudoLoss"]


class PseudoLoss:
    """Weights of all pairs of a sample and a wrong class.

    Parameters
    ----------
    codes : ndarray of int of shape (n_samples,)
        The encoded target.
    n_classes : int
        Number of classes.
    sample_weight : ndarray of float64 of shape (n_samples,)
        The initial weights of the samples. Their sum is 1.
    """

    def __init__(self, codes: IntArray, n_classes: int, sample_weight: Float64Array) -> None:
        own = codes.astype(np.intp)[:, None]
        wrong = (own + np.arange(1, n_classes)) % n_classes
        first = np.arange(len(codes))[:, None] * n_classes  # positions in the flat probabilities
        self._own, self._wrong = first + own, first + wrong
        n_wrong = n_classes - 1
        self._weights = np.repeat(sample_weight[:, None] / max(n_wrong, 1), n_wrong, axis=1)

    def compute_pair_losses(self, probabilities: Float64Array) -> Float64Array:
        """Compute (1 - p + q) / 2 for each pair.

        Parameters
        ----------
        probabilities : ndarray of float64 of shape (n_samples, n_classes)
            The predicted probabilities of a base estimator.

        Returns
        -------
        ndarray of float64 of shape (n_samples, n_classes - 1)
            From 0, for a probability of 1 of the own class, to 1, for one of the wrong class.
        """
        pair_losses: Float64Array = probabilities.take(self._wrong)
        pair_losses -= probabilities.take(self._own)
        pair_losses += 1
        pair_losses /= 2
        return pair_losses

    def measure(self, pair_losses: Float64Array) -> float:
        """Return the pseudo-loss, from 0 to 1."""
        return float(np.vdot(self._weights, pair_losses))

    def update(self, pair_losses: Float64Array, estimator_weight: float) -> Float64Array:
        """Reduce the weights of the pairs that are predicted well; return those of the samples.

        Parameters
        ----------
        pair_losses : ndarray of float64 of shape (n_samples, n_classes - 1)
            As `compute_pair_losses` returns them.
        estimator_weight : float
            The weight of the base estimator.

        Returns
        -------
        ndarray of float64 of shape (n_samples,)
            Their sum is 1.
        """
        self._weights *= np.exp(estimator_weight * (pair_losses - 1))
        self._weights /= self._weights.sum()
        sample_weight: Float64Array = self._weights.sum(axis=1)
        return sample_weight
