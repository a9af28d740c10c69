"""Imbalanced versions of scikit-learn's toy data sets; no download needed."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn import datasets
from sklearn.utils import Bunch, check_random_state

from counterpoise._lib.types import IntArray, RowArray, Seed
from counterpoise.exceptions import InputError

__all__ = [
    "load_breast_cancer_imbalanced",
    "load_diabetes_imbalanced",
    "load_digits_imbalanced",
    "load_digits_long_tail",
    "load_wine_imbalanced",
]


def load_breast_cancer_imbalanced(
    *,
    share: float = 0.05,
    return_X_y: bool = False,
    as_frame: bool = False,
    random_state: Seed = 0,
) -> Any:
    """Load an imbalanced version of the breast cancer data set: few tumors are malignant.

    All 357 benign tumors are kept. Malignant tumors, the minority class, are removed at random
    until they have the requested share. The features are numeric, and the two classes are easy to
    separate.

    Parameters
    ----------
    share : float, default=0.05
        The share of the minority class, greater than 0 and at most 212/569.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether to return pandas data frames and Series.
    random_state : int, RandomState instance or None, default=0
        Seed or random number generator that selects the samples to keep.

    Returns
    -------
    Bunch or tuple
        With ``data`` of shape (n_samples, 30), ``target`` of shape (n_samples,), 1 for malignant,
        ``frame``, ``feature_names``, ``target_names``, ``rows``, the row numbers in scikit-learn's
        data set, and ``DESCR``, which describes what was removed.

    Raises
    ------
    InputError
        If the share is outside its range, or so small that no sample is left.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.datasets import load_breast_cancer_imbalanced
    >>> X, y = load_breast_cancer_imbalanced(return_X_y=True)
    >>> X.shape, np.bincount(y)
    ((376, 30), array([357,  19]))
    """
    full = datasets.load_breast_cancer(as_frame=as_frame)
    target = 1 - np.asarray(full.target)  # scikit-learn has 0 for malignant
    rows, change = _select_share(target, share, "malignant", random_state)
    names = ["benign", "malignant"]
    return _build_bunch(
        full, rows, target, names, f"Malignant tumors: {change}", return_X_y=return_X_y
    )


def load_digits_imbalanced(
    *,
    digit: int = 8,
    share: float | None = None,
    return_X_y: bool = False,
    as_frame: bool = False,
    random_state: Seed = 0,
) -> Any:
    """Load an imbalanced version of the digits data set: one digit against all others.

    The features are numeric: 64 pixels of an image. The digit is the minority class.

    Parameters
    ----------
    digit : int, default=8
        The minority class, 0 to 9.
    share : float or None, default=None
        The share of the minority class: its samples are removed at random until they have this
        share. If None, all samples are kept, and the share is about 0.1.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether to return pandas data frames and Series.
    random_state : int, RandomState instance or None, default=0
        Seed or random number generator that selects the samples to keep.

    Returns
    -------
    Bunch or tuple
        With ``data`` of shape (n_samples, 64), ``target`` of shape (n_samples,), 1 for the digit,
        ``frame``, ``feature_names``, ``target_names``, ``rows``, the row numbers in scikit-learn's
        data set, and ``DESCR``, which describes what was removed.

    Raises
    ------
    InputError
        If there is no such digit, or the share is outside its range or so small that no sample is
        left.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.datasets import load_digits_imbalanced
    >>> X, y = load_digits_imbalanced(digit=8, return_X_y=True)
    >>> X.shape, np.bincount(y)
    ((1797, 64), array([1623,  174]))
    """
    _check_class("digit", digit, 9)
    full = datasets.load_digits(as_frame=as_frame)
    target = (np.asarray(full.target) == digit).astype(int)
    rows, change = _select_share(target, share, f"digit {digit}", random_state)
    names = ["any other digit", str(digit)]
    description = f"Digit {digit} against all other digits: {change}"
    return _build_bunch(full, rows, target, names, description, return_X_y=return_X_y)


def load_wine_imbalanced(
    *,
    cultivar: int = 2,
    share: float = 0.1,
    return_X_y: bool = False,
    as_frame: bool = False,
    random_state: Seed = 0,
) -> Any:
    """Load an imbalanced version of the wine data set: one cultivar against the others.

    A small data set with numeric features on different scales. The cultivar is the minority class.

    Parameters
    ----------
    cultivar : int, default=2
        The minority class, 0 to 2.
    share : float, default=0.1
        The share of the minority class: its samples are removed at random until they have this
        share.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether to return pandas data frames and Series.
    random_state : int, RandomState instance or None, default=0
        Seed or random number generator that selects the samples to keep.

    Returns
    -------
    Bunch or tuple
        With ``data`` of shape (n_samples, 13), ``target`` of shape (n_samples,), 1 for the
        cultivar, ``frame``, ``feature_names``, ``target_names``, ``rows``, the row numbers in
        scikit-learn's data set, and ``DESCR``, which describes what was removed.

    Raises
    ------
    InputError
        If there is no such cultivar, or the share is outside its range or so small that no sample
        is left.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.datasets import load_wine_imbalanced
    >>> X, y = load_wine_imbalanced(return_X_y=True)
    >>> X.shape, np.bincount(y)
    ((144, 13), array([130,  14]))
    """
    _check_class("cultivar", cultivar, 2)
    full = datasets.load_wine(as_frame=as_frame)
    target = (np.asarray(full.target) == cultivar).astype(int)
    rows, change = _select_share(target, share, f"cultivar {cultivar}", random_state)
    names = ["others", f"cultivar {cultivar}"]
    description = f"Cultivar {cultivar} against the others: {change}"
    return _build_bunch(full, rows, target, names, description, return_X_y=return_X_y)


def load_diabetes_imbalanced(
    *, share: float = 0.1, return_X_y: bool = False, as_frame: bool = False
) -> Any:
    """Load an imbalanced classification version of the diabetes data set.

    The minority class contains the patients with the largest disease progression in one year. No
    sample is removed, and nothing is random. The features are numeric, and the two classes overlap.

    Parameters
    ----------
    share : float, default=0.1
        The share of the minority class, greater than 0 and at most 0.5. Patients with the same
        progression are in the same class, so the share can be slightly smaller.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether to return pandas data frames and Series.

    Returns
    -------
    Bunch or tuple
        With ``data`` of shape (442, 10), ``target`` of shape (442,), 1 for the minority class,
        ``frame``, ``feature_names``, ``target_names``, ``rows``, all row numbers, and ``DESCR``,
        which states the threshold between the classes.

    Raises
    ------
    InputError
        If the share is outside its range, or so small that the minority class is empty.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.datasets import load_diabetes_imbalanced
    >>> X, y = load_diabetes_imbalanced(return_X_y=True)
    >>> X.shape, np.bincount(y)
    ((442, 10), array([398,  44]))
    """
    _check_share(share, 0.5, "half of the samples")
    full = datasets.load_diabetes(as_frame=as_frame)
    progression = np.asarray(full.target)
    n_minority = round(share * len(progression))
    threshold = np.sort(progression)[len(progression) - n_minority - 1]
    target = (progression > threshold).astype(int)
    _check_not_empty(int(target.sum()), share, len(target))
    description = (
        f"Minority class: patients whose disease progression is greater than {threshold:g}. No "
        "sample was removed."
    )
    names = ["less progression", "more progression"]
    rows = np.arange(len(target))
    return _build_bunch(full, rows, target, names, description, return_X_y=return_X_y)


def load_digits_long_tail(
    *,
    ratio: float = 20,
    return_X_y: bool = False,
    as_frame: bool = False,
    random_state: Seed = 0,
) -> Any:
    """Load a long-tailed version of the digits data set: ten classes of decreasing size.

    The number of samples decreases geometrically, from 174 zeros to ``174 / ratio`` nines. Which
    samples are kept is random.

    Parameters
    ----------
    ratio : float, default=20
        Number of zeros to each nine, 1 to 174.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether to return pandas data frames and Series.
    random_state : int, RandomState instance or None, default=0
        Seed or random number generator that selects the samples to keep.

    Returns
    -------
    Bunch or tuple
        With ``data`` of shape (n_samples, 64), ``target`` of shape (n_samples,), the digit,
        ``frame``, ``feature_names``, ``target_names``, ``rows``, the row numbers in scikit-learn's
        data set, and ``DESCR``, which describes what was removed.

    Raises
    ------
    InputError
        If the ratio is not between 1 and 174.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.datasets import load_digits_long_tail
    >>> X, y = load_digits_long_tail(return_X_y=True)
    >>> np.bincount(y)
    array([174, 125,  89,  64,  46,  33,  24,  17,  12,   9])
    """
    full = datasets.load_digits(as_frame=as_frame)
    target = np.asarray(full.target)
    largest = int(np.bincount(target).min())  # the size that each digit has at least
    if not _is_number(ratio) or not 1 <= ratio <= largest:
        raise InputError(f"ratio must be a number from 1 to {largest}; got {ratio!r}.")
    counts = [round(largest * ratio ** (-digit / 9)) for digit in range(10)]
    rows = _draw_rows(target, dict(enumerate(counts)), random_state)
    names = [str(digit) for digit in range(10)]
    description = (
        f"Kept at random: {', '.join(map(str, counts))} samples of the digits 0 to 9, in this "
        "order."
    )
    return _build_bunch(full, rows, target, names, description, return_X_y=return_X_y)


# ---- Selecting samples ----


def _select_share(
    target: IntArray, share: float | None, name: str, random_state: Seed
) -> tuple[RowArray, str]:
    """Return the rows to keep so that class 1 has a share, and a description of the change."""
    n_majority, n_minority = np.bincount(target).tolist()
    if share is None:
        return np.arange(len(target)), f"all {n_minority} samples kept; no sample was removed."
    largest = n_minority / len(target)
    _check_share(share, largest, f"its value for {name} before samples are removed")
    n_kept = min(n_minority, round(n_majority * share / (1 - share)))
    _check_not_empty(n_kept, share, n_majority)
    rows = _draw_rows(target, {0: n_majority, 1: n_kept}, random_state)
    change = f"{n_kept} of {n_minority} samples kept at random; all other samples kept."
    return rows, change


def _draw_rows(target: IntArray, counts: dict[int, int], random_state: Seed) -> RowArray:
    """Draw row numbers of each class, class by class, and return them in ascending order."""
    rng = check_random_state(random_state)
    drawn = [
        rng.choice(np.flatnonzero(target == label), count, replace=False)
        for label, count in counts.items()
    ]
    return np.sort(np.concatenate(drawn))


def _check_class(parameter: str, value: int, largest: int) -> None:
    is_integer = isinstance(value, Integral) and not isinstance(value, bool)
    if not is_integer or not 0 <= value <= largest:
        raise InputError(f"{parameter} must be an integer from 0 to {largest}; got {value!r}.")


def _check_share(share: float, largest: float, meaning: str) -> None:
    if not _is_number(share) or not 0 < share <= largest:
        raise InputError(
            f"share must be greater than 0 and at most {largest:.4g} ({meaning}); got {share!r}."
        )


def _check_not_empty(n_minority: int, share: float, n_majority: int) -> None:
    if not n_minority:
        raise InputError(
            f"share={share:g} leaves no sample in the minority class, with {n_majority} other "
            "samples. Use a larger share."
        )


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _build_bunch(
    full: Bunch,
    rows: RowArray,
    target: IntArray,
    names: list[str],
    description: str,
    *,
    return_X_y: bool,
) -> Any:
    """Return the selected rows in the form in which scikit-learn returns its data sets."""
    selected: Any = target[rows]
    data: Any = full.data.take(rows, axis=0)  # works for NumPy arrays and pandas data frames
    frame = None
    if full.frame is not None:
        data = data.reset_index(drop=True)
        frame = data.assign(target=selected)
        selected = frame["target"]
    if return_X_y:
        return data, selected
    counts = np.bincount(target[rows]).tolist()
    sizes = ", ".join(f"{count} of {name}" for name, count in zip(names, counts, strict=True))
    return Bunch(
        data=data,
        target=selected,
        frame=frame,
        feature_names=list(full.feature_names),
        target_names=np.array(names),
        rows=rows,
        DESCR=f"{description}\nSamples: {sizes}.\n\nThe full data set:\n\n{full.DESCR}",
    )
