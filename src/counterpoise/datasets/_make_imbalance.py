"""Make a data set imbalanced by removing samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from counterpoise._lib.types import Seed
from counterpoise._table import encode_target
from counterpoise.exceptions import InputError
from counterpoise.under_sampling import RandomUnderSampler

__all__ = ["make_imbalance"]


def make_imbalance(
    X: Any,
    y: Any,
    *,
    sampling_strategy: Mapping[Any, int] | Callable[..., Mapping[Any, int]] | None = None,
    random_state: Seed = None,
    verbose: bool = False,
    **kwargs: Any,
) -> tuple[Any, Any]:
    """Make a data set imbalanced by removing samples at random.

    Parameters
    ----------
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
        The data. Features can have any type.
    y : array-like of shape (n_samples,)
        The class of each sample.
    sampling_strategy : dict or callable
        The number of samples to keep of each class. Classes that are not in the dict keep all
        their samples. A callable takes y and `kwargs` and returns such a dict. Required: the
        default None, as in imbalanced-learn, raises an error.
    random_state : int, RandomState instance or None, default=None
        Seed or random number generator that selects the samples to keep.
    verbose : bool, default=False
        Whether to print the number of samples of each class before and after.
    **kwargs : dict
        Keyword arguments for a callable `sampling_strategy`.

    Returns
    -------
    X_imbalanced : {array-like, sparse matrix, dataframe} of shape (n_samples_new, n_features)
        The samples that are kept, grouped by class, in the same container type as X.
    y_imbalanced : array-like of shape (n_samples_new,)
        Their classes, in the same container type as y.

    Raises
    ------
    InputError
        If there is no strategy, or a class has fewer samples than it is to keep.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import load_iris
    >>> from counterpoise.datasets import make_imbalance
    >>> X, y = load_iris(return_X_y=True)
    >>> strategy = {0: 10, 1: 20}
    >>> _, y_imbalanced = make_imbalance(X, y, sampling_strategy=strategy, random_state=0)
    >>> sorted(Counter(y_imbalanced.tolist()).items())
    [(0, 10), (1, 20), (2, 50)]
    """
    if callable(sampling_strategy):
        sampling_strategy = sampling_strategy(y, **kwargs)
    if not isinstance(sampling_strategy, Mapping):
        raise InputError(
            "make_imbalance needs a sampling_strategy: a dict with the number of samples to keep "
            "of each class, such as {0: 340, 1: 10}, or a function that returns one; got "
            f"{sampling_strategy!r}."
        )
    sampler = RandomUnderSampler(
        sampling_strategy=dict(sampling_strategy), random_state=random_state
    )
    X_imbalanced, y_imbalanced = sampler.fit_resample(X, y)
    if verbose:
        before, after = (dict(Counter(_list_classes(target))) for target in (y, y_imbalanced))
        print(f"Samples of each class before: {before}; after: {after}")
    return X_imbalanced, y_imbalanced


def _list_classes(y: Any) -> list[Any]:
    """Return the class of each sample, whatever container the target is in."""
    target = encode_target(y, len(y))
    return [target.classes[code] for code in target.codes]
