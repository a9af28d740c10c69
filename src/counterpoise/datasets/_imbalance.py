"""Cut an imbalanced table from one that has rows to spare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from counterpoise._lib.types import Seed
from counterpoise.exceptions import InputError
from counterpoise.table import open_labels
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
    """Turn a table into an imbalanced one, by dropping rows at random.

    Parameters
    ----------
    X : array-like or data frame of shape (n_rows, n_features)
        A table with columns of any kind.
    y : array-like of shape (n_rows,)
        The class of each row.
    sampling_strategy : dict or callable
        The rows to keep of each class; classes not named keep all. A callable is given y and
        `kwargs`, and returns such a mapping.
    random_state : int, RandomState or None, default=None
        Seed of the draws.
    verbose : bool, default=False
        Print the class counts before and after.
    **kwargs : dict
        Passed to a callable `sampling_strategy`.

    Returns
    -------
    X_imbalanced, y_imbalanced
        The rows that are left, grouped by class, in the containers that came in.

    Raises
    ------
    InputError
        If no strategy is given, or it asks for more rows than a class has.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import load_iris
    >>> from counterpoise.datasets import make_imbalance
    >>> X, y = load_iris(return_X_y=True)
    >>> _, y_cut = make_imbalance(X, y, sampling_strategy={0: 10, 1: 20}, random_state=0)
    >>> sorted(Counter(y_cut.tolist()).items())
    [(0, 10), (1, 20), (2, 50)]
    """
    if callable(sampling_strategy):
        sampling_strategy = sampling_strategy(y, **kwargs)
    if not isinstance(sampling_strategy, Mapping):
        raise InputError(
            "make_imbalance needs a sampling_strategy: a mapping of classes to the rows to keep, "
            f"or a function that returns one; got {sampling_strategy!r}."
        )
    sampler = RandomUnderSampler(
        sampling_strategy=dict(sampling_strategy), random_state=random_state
    )
    X_imbalanced, y_imbalanced = sampler.fit_resample(X, y)
    if verbose:
        before, after = (dict(Counter(_labels(target))) for target in (y, y_imbalanced))
        print(f"Rows of each class before: {before}; after: {after}")
    return X_imbalanced, y_imbalanced


def _labels(y: Any) -> list[Any]:
    """Return the labels one by one, whatever holds them."""
    opened = open_labels(y, len(y))
    return [opened.classes[code] for code in opened.codes]
