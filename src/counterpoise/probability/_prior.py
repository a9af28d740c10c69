"""Correction of predicted probabilities for another class prior (prior shift).

References: Elkan (2001), theorem 2; Saerens, Latinne and Decaestecker (2002),
doi:10.1162/089976602753284446; Dal Pozzolo et al. (2015), doi:10.1109/SSCI.2015.33.
"""

from __future__ import annotations

import warnings
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import Float64Array
from counterpoise.exceptions import InputError
from counterpoise.probability._validation import check_prior, check_probabilities

__all__ = ["PriorCorrection", "correct_prior", "correct_undersampling", "prior_shift_offset"]


def correct_prior(probabilities: Any, training_prior: Any, prior: Any) -> Float64Array:
    """Correct predicted probabilities for another class prior.

    The probability of each class is multiplied by ``prior / training_prior``, and the probabilities
    of each sample are then divided by their sum. This is exact under prior shift: the frequencies
    of the classes change, but the distribution of the features within each class does not.
    Resampling changes the prior in this way.

    Parameters
    ----------
    probabilities : array-like of shape (n_samples,) or (n_samples, n_classes)
        Predicted probabilities. One-dimensional probabilities are those of the second of two
        classes.
    training_prior : float or array-like of shape (n_classes,)
        Fraction of each class in the training data, after resampling. A single number is the
        fraction of the second of two classes.
    prior : float or array-like of shape (n_classes,)
        Fraction of each class in the population to correct the probabilities for.

    Returns
    -------
    ndarray of float64 of the shape of `probabilities`
        Corrected probabilities.

    Raises
    ------
    InputError
        If probabilities or priors are not valid, or do not sum to 1.

    See Also
    --------
    PriorCorrection : Transformer that can also estimate the prior from unlabeled data.
    correct_undersampling : Correction for a model trained on undersampled data.

    References
    ----------
    C. Elkan, "The foundations of cost-sensitive learning", IJCAI (2001), 973-978, theorem 2.

    M. Saerens, P. Latinne, C. Decaestecker, "Adjusting the outputs of a classifier to new a priori
    probabilities", Neural Computation 14, 21-41 (2002), doi:10.1162/089976602753284446.

    Examples
    --------
    A model trained on balanced classes predicts a probability of 50%. If 1% of the population is
    positive, the corrected probability is 1%:

    >>> from counterpoise.probability import correct_prior
    >>> correct_prior([0.5, 0.9], training_prior=0.5, prior=0.01).round(3)
    array([0.01 , 0.083])
    """
    array = check_probabilities(probabilities)
    columns = np.column_stack([1 - array, array]) if array.ndim == 1 else array
    n_classes = columns.shape[1]
    ratio = check_prior(prior, "prior", n_classes) / check_prior(
        training_prior, "training_prior", n_classes
    )
    weighted = columns * ratio
    weighted /= weighted.sum(axis=1, keepdims=True)
    return weighted[:, 1] if array.ndim == 1 else weighted


def correct_undersampling(probability: Any, kept: float) -> Float64Array:
    """Correct the probabilities of a model that was trained on undersampled data.

    Parameters
    ----------
    probability : array-like of shape (n_samples,)
        Predicted probabilities of the minority class.
    kept : float
        Fraction of the majority class's samples that undersampling kept, in (0, 1].

    Returns
    -------
    ndarray of float64 of shape (n_samples,)
        Corrected probabilities of the minority class.

    Raises
    ------
    InputError
        If `kept` is not in (0, 1], or probabilities are not valid.

    See Also
    --------
    correct_prior : Correction for any change of the class prior.

    References
    ----------
    A. Dal Pozzolo, O. Caelen, R. A. Johnson, G. Bontempi, "Calibrating probability with
    undersampling for unbalanced classification", IEEE Symposium Series on Computational
    Intelligence (2015), 159-166, doi:10.1109/SSCI.2015.33.

    Examples
    --------
    >>> from counterpoise.probability import correct_undersampling
    >>> correct_undersampling([0.5], kept=0.1).round(4)
    array([0.0909])
    """
    if not 0 < kept <= 1:
        raise InputError(
            f"kept must be above 0 and at most 1; got {kept!r}. If undersampling kept 10% of the "
            "majority class, set kept=0.1."
        )
    array = check_probabilities(probability)
    if array.ndim == 2:
        raise InputError(
            "probability must have shape (n_samples,). Pass the minority class's column of "
            "predict_proba, for example y_proba[:, 1]."
        )
    return kept * array / (kept * array + 1 - array)


def prior_shift_offset(training_prior: Any, prior: Any) -> Float64Array:
    """Compute how much another class prior in training changes the predicted log-odds.

    Parameters
    ----------
    training_prior, prior : float or array-like of shape (n_classes,)
        Fraction of each class in the training data and in the population. A single number is the
        fraction of the second of two classes.

    Returns
    -------
    ndarray of float64 of shape (n_classes,)
        Change of the log-odds of each class against the first class, whose entry is 0. Subtract it
        from the log-odds of a model to remove the effect of resampling.

    Raises
    ------
    InputError
        If a prior is not valid, or does not sum to 1.

    Examples
    --------
    Balancing two classes, of which the second has 5% of the samples, increases its log-odds by
    2.94:

    >>> from counterpoise.probability import prior_shift_offset
    >>> prior_shift_offset(training_prior=0.5, prior=0.05).round(2)
    array([0.  , 2.94])
    """
    training = check_prior(training_prior, "training_prior")
    shift = np.log(training) - np.log(check_prior(prior, "prior", len(training)))
    offset: Float64Array = shift - shift[0]
    return offset


class PriorCorrection(TransformerMixin, BaseEstimator):
    """Correct predicted probabilities for another class prior, known or estimated.

    If the prior is not known, it is estimated by expectation maximization (EM) from the predicted
    probabilities of unlabeled data.

    Parameters
    ----------
    training_prior : float or array-like of shape (n_classes,)
        Fraction of each class in the training data, after resampling. A single number is the
        fraction of the second of two classes.
    prior : float or array-like of shape (n_classes,), default=None
        Fraction of each class in the population to correct the probabilities for. None means that
        `fit` estimates it from the predicted probabilities of an unlabeled sample of this
        population.
    max_iter : int, default=1000
        Maximum number of EM iterations.
    tol : float, default=1e-10
        Tolerance: EM stops when no prior changes by more than `tol` in an iteration.

    Attributes
    ----------
    prior_ : ndarray of float64 of shape (n_classes,)
        Prior to which probabilities are corrected.
    prior_standard_error_ : ndarray of float64 of shape (n_classes,) or None
        Standard error of the estimated prior; None if `prior` is given. It accounts for the number
        of unlabeled samples, but not for errors of the model.
    n_iter_ : int
        Number of EM iterations; 0 if `prior` is given.

    See Also
    --------
    correct_prior : The same correction as a function, for a known prior.

    References
    ----------
    M. Saerens, P. Latinne, C. Decaestecker, "Adjusting the outputs of a classifier to new a priori
    probabilities", Neural Computation 14, 21-41 (2002), doi:10.1162/089976602753284446.

    Examples
    --------
    >>> from counterpoise.probability import PriorCorrection
    >>> correction = PriorCorrection(training_prior=0.5, prior=0.1).fit([0.2, 0.9])
    >>> correction.transform([0.5]).round(2)
    array([0.1])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "training_prior": "no_validation",  # check_prior raises the errors for these two
        "prior": "no_validation",
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(
        self,
        training_prior: Any,
        *,
        prior: Any = None,
        max_iter: int = 1000,
        tol: float = 1e-10,
    ) -> None:
        self.training_prior = training_prior
        self.prior = prior
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, probabilities: Any, y: Any = None) -> Self:
        """Estimate the prior, or store the given one.

        Parameters
        ----------
        probabilities : array-like of shape (n_samples,) or (n_samples, n_classes)
            Predicted probabilities of samples whose classes are unknown.
        y : None
            Ignored. It exists for compatibility with scikit-learn.

        Returns
        -------
        self : PriorCorrection
            Fitted transformer.
        """
        del y  # with known classes there would be nothing to estimate
        self._validate_params()
        array = check_probabilities(probabilities)
        columns = np.column_stack([1 - array, array]) if array.ndim == 1 else array
        training = check_prior(self.training_prior, "training_prior", columns.shape[1])
        if self.prior is not None:
            self.prior_ = check_prior(self.prior, "prior", columns.shape[1])
            self.prior_standard_error_, self.n_iter_ = None, 0
            return self
        # By Bayes' theorem, proportional to the likelihood of each class.
        likelihood = columns / training
        self.prior_ = self._estimate_prior(likelihood, training)
        self.prior_standard_error_ = _compute_standard_errors(likelihood, self.prior_)
        return self

    def transform(self, probabilities: Any) -> Float64Array:
        """Correct probabilities for the prior.

        Parameters
        ----------
        probabilities : array-like of shape (n_samples,) or (n_samples, n_classes)
            Predicted probabilities.

        Returns
        -------
        ndarray of float64 of the same shape
            Corrected probabilities.
        """
        check_is_fitted(self)
        return correct_prior(probabilities, self.training_prior, self.prior_)

    def _estimate_prior(self, likelihood: Float64Array, prior: Float64Array) -> Float64Array:
        for iteration in range(1, self.max_iter + 1):
            self.n_iter_ = iteration
            posterior = likelihood * prior  # E-step
            posterior /= posterior.sum(axis=1, keepdims=True)
            previous, prior = prior, posterior.mean(axis=0)  # M-step
            if np.abs(prior - previous).max() <= self.tol:
                return prior
        warnings.warn(
            f"EM did not converge within max_iter={self.max_iter} iterations. Increase max_iter or "
            "tol.",
            ConvergenceWarning,
            stacklevel=3,
        )
        return prior


def _compute_standard_errors(likelihood: Float64Array, prior: Float64Array) -> Float64Array:
    """Return the standard errors of the prior, from the observed Fisher information.

    The priors sum to 1, so the last one is a function of the others; its variance is the sum of
    their covariances.
    """
    mixture = likelihood @ prior
    scores = (likelihood[:, :-1] - likelihood[:, -1:]) / mixture[:, None]
    covariance = np.linalg.pinv(scores.T @ scores)
    errors: Float64Array = np.sqrt(np.append(np.diag(covariance), covariance.sum()))
    return errors
