"""From the prior that a model was trained with to another: the odds form.

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
from counterpoise.probability._checks import check_prior, check_probabilities

__all__ = ["PriorCorrection", "correct_prior", "correct_under_sampling", "prior_shift_offset"]


def correct_prior(probabilities: Any, trained_prior: Any, prior: Any) -> Float64Array:
    """Bring probabilities from the prior that a model was trained with to another.

    Each class's probability is multiplied by how much more common it is than in training, and the
    row divided by its sum. That is right where classes became more or less common and their rows
    stayed as they were.

    Parameters
    ----------
    probabilities : array-like of shape (n_rows,) or (n_rows, n_classes)
        What the model says; in one dimension, of the second of two classes.
    trained_prior : float or array-like of shape (n_classes,)
        The share of each class in the rows that the model was trained on; a single number is that
        of the second of two classes.
    prior : float or array-like of shape (n_classes,)
        The share of each class where the probabilities shall be true.

    Returns
    -------
    ndarray of float64 of the shape of `probabilities`

    Raises
    ------
    InputError
        If probabilities or shares are none, or do not sum to one.

    References
    ----------
    C. Elkan, "The foundations of cost-sensitive learning", IJCAI (2001), 973-978, theorem 2.

    M. Saerens, P. Latinne, C. Decaestecker, "Adjusting the outputs of a classifier to new a priori
    probabilities", Neural Computation 14, 21-41 (2002), doi:10.1162/089976602753284446.

    Examples
    --------
    A model trained on a balanced table says 50 %; where one row in a hundred is rare, that is 1 %:

    >>> correct_prior([0.5, 0.9], trained_prior=0.5, prior=0.01).round(3)
    array([0.01 , 0.083])
    """
    array = check_probabilities(probabilities)
    columns = np.column_stack([1 - array, array]) if array.ndim == 1 else array
    n_classes = columns.shape[1]
    ratio = check_prior(prior, "prior", n_classes) / check_prior(
        trained_prior, "trained_prior", n_classes
    )
    weighted = columns * ratio
    weighted /= weighted.sum(axis=1, keepdims=True)
    return weighted[:, 1] if array.ndim == 1 else weighted


def correct_under_sampling(probability: Any, kept: float) -> Float64Array:
    """Bring probabilities back from a model trained on an under-sampled table.

    Parameters
    ----------
    probability : array-like of shape (n_rows,)
        What the model says of the rare class.
    kept : float
        The share of the common class's rows that was kept, in (0, 1].

    Returns
    -------
    ndarray of float64 of shape (n_rows,)

    Raises
    ------
    InputError
        If `kept` is no such share.

    References
    ----------
    A. Dal Pozzolo, O. Caelen, R. A. Johnson, G. Bontempi, "Calibrating probability with
    undersampling for unbalanced classification", IEEE Symposium Series on Computational
    Intelligence (2015), 159-166, doi:10.1109/SSCI.2015.33.

    Examples
    --------
    >>> correct_under_sampling([0.5], kept=0.1).round(4)
    array([0.0909])
    """
    if not 0 < kept <= 1:
        raise InputError(f"kept must be a share above 0 and at most 1; got {kept!r}.")
    array = check_probabilities(probability)
    if array.ndim == 2:
        raise InputError("Under-sampling is corrected for the rare class: give its probabilities.")
    return kept * array / (kept * array + 1 - array)


def prior_shift_offset(trained_prior: Any, prior: Any) -> Float64Array:
    """Say what another prior in training adds to the log-odds of each class.

    Parameters
    ----------
    trained_prior, prior : float or array-like of shape (n_classes,)
        Shares of the classes in training and where the model is used; a single number is that of
        the second of two classes.

    Returns
    -------
    ndarray of float64 of shape (n_classes,)
        Against the first class, whose entry is 0. Subtracted from a model's log-odds it undoes
        what resampling did to them.

    Examples
    --------
    Balancing classes of which one has one row in twenty raises its log-odds by 2.94:

    >>> prior_shift_offset(trained_prior=0.5, prior=0.05).round(2)
    array([0.  , 2.94])
    """
    trained = check_prior(trained_prior, "trained_prior")
    shift = np.log(trained) - np.log(check_prior(prior, "prior", len(trained)))
    offset: Float64Array = shift - shift[0]
    return offset


class PriorCorrection(TransformerMixin, BaseEstimator):
    """Bring a model's probabilities to a prior that is known, or found from unlabelled rows.

    Parameters
    ----------
    trained_prior : float or array-like of shape (n_classes,)
        The share of each class in the rows that the model was trained on; a single number is that
        of the second of two classes.
    prior : float, array-like of shape (n_classes,) or None, default=None
        The share of each class where the probabilities shall be true. None to find it from the
        probabilities given to `fit`, by expectation maximization: of unlabelled rows as they are
        met in use.
    max_iter : int, default=1000
        The most steps of that search.
    tol : float, default=1e-10
        It stops when no share changes by more.

    Attributes
    ----------
    prior_ : ndarray of float64 of shape (n_classes,)
        The shares that probabilities are brought to.
    prior_error_ : ndarray of float64 of shape (n_classes,) or None
        The standard error of each share; None where the prior was given. It knows of the number of
        rows alone, not of errors of the model.
    n_iter_ : int
        Steps that the search took; 0 where the prior was given.

    References
    ----------
    M. Saerens, P. Latinne, C. Decaestecker, "Adjusting the outputs of a classifier to new a priori
    probabilities", Neural Computation 14, 21-41 (2002), doi:10.1162/089976602753284446.

    Examples
    --------
    >>> from counterpoise.probability import PriorCorrection
    >>> correction = PriorCorrection(trained_prior=0.5, prior=0.1).fit([0.2, 0.9])
    >>> correction.transform([0.5]).round(2)
    array([0.1])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "trained_prior": "no_validation",  # these word their own errors
        "prior": "no_validation",
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(
        self,
        trained_prior: Any,
        *,
        prior: Any = None,
        max_iter: int = 1000,
        tol: float = 1e-10,
    ) -> None:
        self.trained_prior = trained_prior
        self.prior = prior
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, probabilities: Any, y: Any = None) -> Self:
        """Find the prior, or take note of the given one.

        Parameters
        ----------
        probabilities : array-like of shape (n_rows,) or (n_rows, n_classes)
            What the model says of rows whose classes nobody knows.
        y : None
            Not used.

        Returns
        -------
        self
        """
        del y  # whoever knows the classes knows the prior
        self._validate_params()
        array = check_probabilities(probabilities)
        columns = np.column_stack([1 - array, array]) if array.ndim == 1 else array
        trained = check_prior(self.trained_prior, "trained_prior", columns.shape[1])
        if self.prior is not None:
            self.prior_ = check_prior(self.prior, "prior", columns.shape[1])
            self.prior_error_, self.n_iter_ = None, 0
            return self
        likelihood = columns / trained
        self.prior_ = self._find(likelihood, trained)
        self.prior_error_ = _standard_errors(likelihood, self.prior_)
        return self

    def transform(self, probabilities: Any) -> Float64Array:
        """Return probabilities that are true for the prior.

        Parameters
        ----------
        probabilities : array-like of shape (n_rows,) or (n_rows, n_classes)

        Returns
        -------
        ndarray of float64 of the same shape
        """
        check_is_fitted(self)
        return correct_prior(probabilities, self.trained_prior, self.prior_)

    def _find(self, likelihood: Float64Array, prior: Float64Array) -> Float64Array:
        for step in range(1, self.max_iter + 1):
            self.n_iter_ = step
            expected = likelihood * prior
            expected /= expected.sum(axis=1, keepdims=True)
            before, prior = prior, expected.mean(axis=0)
            if np.abs(prior - before).max() <= self.tol:
                return prior
        warnings.warn(
            f"The prior still changes after max_iter={self.max_iter} steps; raise max_iter or tol.",
            ConvergenceWarning,
            stacklevel=3,
        )
        return prior


def _standard_errors(likelihood: Float64Array, prior: Float64Array) -> Float64Array:
    """Return standard errors from the information about all shares but the last, which is left."""
    mixture = likelihood @ prior
    scores = (likelihood[:, :-1] - likelihood[:, -1:]) / mixture[:, None]
    covariance = np.linalg.pinv(scores.T @ scores)
    errors: Float64Array = np.sqrt(np.append(np.diag(covariance), covariance.sum()))
    return errors
