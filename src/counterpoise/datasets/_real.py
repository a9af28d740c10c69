"""Imbalanced tables cut from the real ones that scikit-learn brings along: at once, and offline."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn import datasets
from sklearn.utils import Bunch, check_random_state

from counterpoise._lib.types import IntArray, RowArray, Seed
from counterpoise.exceptions import InputError

__all__ = [
    "load_breast_cancer_rare",
    "load_diabetes_rare",
    "load_digits_long_tail",
    "load_digits_rare",
    "load_wine_rare",
]


def load_breast_cancer_rare(
    *,
    share: float = 0.05,
    return_X_y: bool = False,
    as_frame: bool = False,
    random_state: Seed = 0,
) -> Any:
    """Load tumours of which few are malignant: numbers, two classes that are easy to tell apart.

    All 357 benign tumours stay, and as many malignant ones, drawn at random, as make their share.

    Parameters
    ----------
    share : float, default=0.05
        The share of malignant rows, above 0 and at most 212/569.
    return_X_y : bool, default=False
        Return ``(data, target)`` alone.
    as_frame : bool, default=False
        Return pandas frames.
    random_state : int, RandomState or None, default=0
        Seed of the draw.

    Returns
    -------
    Bunch or tuple
        With ``data`` of shape (n_rows, 30), ``target`` of shape (n_rows,), 1 for malignant,
        ``frame``, ``feature_names``, ``target_names``, ``rows``, the rows of scikit-learn's table
        that these are, and ``DESCR``, which says what was cut.

    Raises
    ------
    InputError
        If the share is none that can be cut.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.datasets import load_breast_cancer_rare
    >>> X, y = load_breast_cancer_rare(return_X_y=True)
    >>> X.shape, np.bincount(y)
    ((376, 30), array([357,  19]))
    """
    whole = datasets.load_breast_cancer(as_frame=as_frame)
    codes = 1 - np.asarray(whole.target)  # scikit-learn has 0 for malignant
    rows, how = _cut_share(codes, share, "malignant", random_state)
    names = ["benign", "malignant"]
    return _bunch(whole, rows, codes, names, f"Malignant tumours: {how}", return_X_y=return_X_y)


def load_digits_rare(
    *,
    digit: int = 8,
    share: float | None = None,
    return_X_y: bool = False,
    as_frame: bool = False,
    random_state: Seed = 0,
) -> Any:
    """Load images of one digit against those of all the others: numbers, two classes.

    Parameters
    ----------
    digit : int, default=8
        The rare class, 0 to 9.
    share : float or None, default=None
        The share of its rows: those left are drawn at random. None keeps all, a tenth.
    return_X_y : bool, default=False
        Return ``(data, target)`` alone.
    as_frame : bool, default=False
        Return pandas frames.
    random_state : int, RandomState or None, default=0
        Seed of the draw.

    Returns
    -------
    Bunch or tuple
        With ``data`` of shape (n_rows, 64), ``target`` of shape (n_rows,), 1 for the digit,
        ``frame``, ``feature_names``, ``target_names``, ``rows``, the rows of scikit-learn's table
        that these are, and ``DESCR``, which says what was cut.

    Raises
    ------
    InputError
        If there is no such digit, or the share is none that can be cut.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.datasets import load_digits_rare
    >>> X, y = load_digits_rare(digit=8, return_X_y=True)
    >>> X.shape, np.bincount(y)
    ((1797, 64), array([1623,  174]))
    """
    _check_class("digit", digit, 9)
    whole = datasets.load_digits(as_frame=as_frame)
    codes = (np.asarray(whole.target) == digit).astype(int)
    rows, how = _cut_share(codes, share, f"digit {digit}", random_state)
    names = ["any other digit", str(digit)]
    return _bunch(
        whole, rows, codes, names, f"Digit {digit} against the others: {how}", return_X_y=return_X_y
    )


def load_wine_rare(
    *,
    cultivar: int = 2,
    share: float = 0.1,
    return_X_y: bool = False,
    as_frame: bool = False,
    random_state: Seed = 0,
) -> Any:
    """Load wines of which few are of one cultivar: a small table whose columns differ in scale.

    Parameters
    ----------
    cultivar : int, default=2
        The rare class, 0 to 2.
    share : float, default=0.1
        The share of its rows: those left are drawn at random.
    return_X_y : bool, default=False
        Return ``(data, target)`` alone.
    as_frame : bool, default=False
        Return pandas frames.
    random_state : int, RandomState or None, default=0
        Seed of the draw.

    Returns
    -------
    Bunch or tuple
        With ``data`` of shape (n_rows, 13), ``target`` of shape (n_rows,), 1 for the cultivar,
        ``frame``, ``feature_names``, ``target_names``, ``rows``, the rows of scikit-learn's table
        that these are, and ``DESCR``, which says what was cut.

    Raises
    ------
    InputError
        If there is no such cultivar, or the share is none that can be cut.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.datasets import load_wine_rare
    >>> X, y = load_wine_rare(return_X_y=True)
    >>> X.shape, np.bincount(y)
    ((144, 13), array([130,  14]))
    """
    _check_class("cultivar", cultivar, 2)
    whole = datasets.load_wine(as_frame=as_frame)
    codes = (np.asarray(whole.target) == cultivar).astype(int)
    rows, how = _cut_share(codes, share, f"cultivar {cultivar}", random_state)
    what = f"Cultivar {cultivar} against the others: {how}"
    return _bunch(
        whole, rows, codes, ["others", f"cultivar {cultivar}"], what, return_X_y=return_X_y
    )


def load_diabetes_rare(
    *, share: float = 0.1, return_X_y: bool = False, as_frame: bool = False
) -> Any:
    """Load patients of which few got much worse: numbers, two classes that overlap.

    The rare class are the patients whose disease went furthest in a year. No row is cut, and
    nothing drawn.

    Parameters
    ----------
    share : float, default=0.1
        The share of the rare class, above 0 and at most a half. Patients who are equally far gone
        are of one class, so that it may be a little smaller.
    return_X_y : bool, default=False
        Return ``(data, target)`` alone.
    as_frame : bool, default=False
        Return pandas frames.

    Returns
    -------
    Bunch or tuple
        With ``data`` of shape (442, 10), ``target`` of shape (442,), 1 for the rare class,
        ``frame``, ``feature_names``, ``target_names``, ``rows``, all row numbers, and ``DESCR``,
        which says where the line was drawn.

    Raises
    ------
    InputError
        If the share is not above 0 and at most a half, or leaves no row in the rare class.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.datasets import load_diabetes_rare
    >>> X, y = load_diabetes_rare(return_X_y=True)
    >>> X.shape, np.bincount(y)
    ((442, 10), array([398,  44]))
    """
    _check_share(share, 0.5, "a half")
    whole = datasets.load_diabetes(as_frame=as_frame)
    progression = np.asarray(whole.target)
    wanted = round(share * len(progression))
    line = np.sort(progression)[len(progression) - wanted - 1]
    codes = (progression > line).astype(int)
    _refuse_empty(int(codes.sum()), share, len(codes))
    what = f"Patients whose progression is above {line:g} are the rare class; no row was cut."
    names = ["less progression", "more progression"]
    return _bunch(whole, np.arange(len(codes)), codes, names, what, return_X_y=return_X_y)


def load_digits_long_tail(
    *,
    ratio: float = 20,
    return_X_y: bool = False,
    as_frame: bool = False,
    random_state: Seed = 0,
) -> Any:
    """Load images of ten digits, each rarer than the one before: numbers, ten classes.

    The rows of each digit fall in even proportion, from 174 zeros to ``174 / ratio`` nines; which
    ones stay is drawn at random.

    Parameters
    ----------
    ratio : float, default=20
        How many zeros there are for a nine, 1 to 174.
    return_X_y : bool, default=False
        Return ``(data, target)`` alone.
    as_frame : bool, default=False
        Return pandas frames.
    random_state : int, RandomState or None, default=0
        Seed of the draw.

    Returns
    -------
    Bunch or tuple
        With ``data`` of shape (n_rows, 64), ``target`` of shape (n_rows,), the digit, ``frame``,
        ``feature_names``, ``target_names``, ``rows``, the rows of scikit-learn's table that these
        are, and ``DESCR``, which says what was cut.

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
    whole = datasets.load_digits(as_frame=as_frame)
    codes = np.asarray(whole.target)
    most = int(np.bincount(codes).min())
    if not _is_number(ratio) or not 1 <= ratio <= most:
        raise InputError(f"ratio must be a number from 1 to {most}; got {ratio!r}.")
    amounts = [round(most * ratio ** (-digit / 9)) for digit in range(10)]
    rows = _draw(codes, dict(enumerate(amounts)), random_state)
    what = f"Of the digits 0 to 9, {', '.join(map(str, amounts))} rows were drawn at random."
    return _bunch(
        whole, rows, codes, [str(digit) for digit in range(10)], what, return_X_y=return_X_y
    )


# ---- Cutting ----


def _cut_share(
    codes: IntArray, share: float | None, name: str, random_state: Seed
) -> tuple[RowArray, str]:
    """Return the rows that are left if class 1 shall have a share, and what was done."""
    others, there = np.bincount(codes).tolist()
    if share is None:
        return np.arange(len(codes)), f"all {there} rows of it were kept; no row was cut."
    _check_share(share, there / len(codes), f"the share of {name} in the whole table")
    amount = min(there, round(others * share / (1 - share)))
    _refuse_empty(amount, share, others)
    rows = _draw(codes, {0: others, 1: amount}, random_state)
    return rows, f"{amount} of {there} rows were drawn at random, all others kept."


def _draw(codes: IntArray, amounts: dict[int, int], random_state: Seed) -> RowArray:
    """Draw rows of each class, class by class, and return them in the table's order."""
    random = check_random_state(random_state)
    drawn = [
        random.choice(np.flatnonzero(codes == code), amount, replace=False)
        for code, amount in amounts.items()
    ]
    return np.sort(np.concatenate(drawn))


def _check_class(parameter: str, value: int, last: int) -> None:
    is_whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not is_whole or not 0 <= value <= last:
        raise InputError(f"{parameter} must be a whole number from 0 to {last}; got {value!r}.")


def _check_share(share: float, most: float, what: str) -> None:
    if not _is_number(share) or not 0 < share <= most:
        raise InputError(
            f"share must be above 0 and at most {most:.4g}, {what}; got {share!r}. Classes are "
            "made rarer, and never more common."
        )


def _refuse_empty(amount: int, share: float, others: int) -> None:
    if not amount:
        raise InputError(
            f"share={share:g} leaves no row in the rare class beside {others} others; ask for a "
            "larger one."
        )


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _bunch(
    whole: Bunch,
    rows: RowArray,
    codes: IntArray,
    names: list[str],
    what: str,
    *,
    return_X_y: bool,
) -> Any:
    """Return the rows that are left, as scikit-learn returns its tables."""
    target: Any = codes[rows]
    data: Any = whole.data.take(rows, axis=0)  # numpy's and pandas' alike
    frame = None
    if whole.frame is not None:
        data = data.reset_index(drop=True)
        frame = data.assign(target=target)
        target = frame["target"]
    if return_X_y:
        return data, target
    counts = np.bincount(codes[rows]).tolist()
    tally = ", ".join(f"{count} of {name}" for name, count in zip(names, counts, strict=True))
    return Bunch(
        data=data,
        target=target,
        frame=frame,
        feature_names=list(whole.feature_names),
        target_names=np.array(names),
        rows=rows,
        DESCR=f"{what}\nRows: {tally}.\n\nCut from this table:\n\n{whole.DESCR}",
    )
