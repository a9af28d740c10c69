"""Checks that a sampler keeps its promises, for samplers that others write.

>>> from counterpoise.over_sampling import RandomOverSampler
>>> from counterpoise.utils.estimator_checks import check_sampler
>>> check_sampler(RandomOverSampler())

Data frames are checked where pandas is installed. With pytest, each check is a test of its own::

    @parametrize_with_checks([MySampler()])
    def test_promises(estimator, check):
        check(estimator)
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from importlib.util import find_spec
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.utils import get_tags

from counterpoise._lib.optional_imports import require
from counterpoise._lib.types import Float64Array, IntArray
from counterpoise.base import is_sampler
from counterpoise.table import SparseTable, array_of, label_values, open_table

__all__ = ["check_sampler", "parametrize_with_checks", "sampler_checks"]

Check = Callable[[Any], None]

_COUNTS = (48, 24, 18)  # rows of each class: room for eight neighbours, and for clusters
_NAMES = ["alpha", "beta", "gamma", "delta"]


def check_sampler(estimator: Any) -> None:
    """Check that a sampler keeps every promise.

    Parameters
    ----------
    estimator : object
        An instance of a sampler, as scikit-learn has estimators; it is cloned.

    Raises
    ------
    AssertionError
        For the first promise that is broken, with what must hold and what was found.
    """
    for sampler, check in sampler_checks(estimator):
        check(sampler)


def sampler_checks(estimator: Any) -> Iterator[tuple[Any, Check]]:
    """List the checks that concern a sampler.

    Parameters
    ----------
    estimator : object

    Yields
    ------
    sampler : object
        The estimator.
    check : callable
        Called with it, raises AssertionError if a promise is broken; its name tells which.
    """
    concerns: dict[Check, bool] = {
        check_sparse_comes_back: _takes_sparse(estimator),
        check_pandas_comes_back: _has_pandas(),
    }
    for check in _CHECKS:
        if concerns.get(check, True):
            yield estimator, check


def parametrize_with_checks(estimators: Iterable[Any]) -> Any:
    """Make a pytest test run once for each sampler and check.

    Parameters
    ----------
    estimators : iterable of object
        Instances of samplers.

    Returns
    -------
    pytest.MarkDecorator
        For a test with the arguments ``estimator`` and ``check``.
    """
    pytest = require("pytest", "parametrize_with_checks")
    pairs = [pair for estimator in estimators for pair in sampler_checks(estimator)]
    names = [f"{type(estimator).__name__}-{check.__name__}" for estimator, check in pairs]
    return pytest.mark.parametrize(("estimator", "check"), pairs, ids=names)


def check_calls_itself_a_sampler(sampler: Any) -> None:
    """Check that it calls itself a sampler, and has the methods of one."""
    _must(
        is_sampler(sampler), sampler, "call itself a sampler: inherit counterpoise's SamplerMixin"
    )
    for method in ("fit", "fit_resample"):
        _must(callable(getattr(sampler, method, None)), sampler, f"have a method {method}")


def check_input_is_untouched(sampler: Any) -> None:
    """Check that resampling leaves X and y as they were."""
    for container, X, y in _containers(sampler):
        before = deepcopy(X), deepcopy(y)
        _resampled(sampler, X, y, f"a table in {container}")
        for name, now, then in (("X", X, before[0]), ("y", y, before[1])):
            same = np.array_equal(_cells(now), _cells(then))
            _must(same, sampler, "leave its input as it was", f"{name} in {container} has changed")


def check_parameters_are_untouched(sampler: Any) -> None:
    """Check that resampling leaves the parameters as they were."""
    fitted = _seeded(sampler)
    before = {name: repr(value) for name, value in fitted.get_params().items()}
    _fit_resample(fitted, *_data())
    after = {name: repr(value) for name, value in fitted.get_params().items()}
    changed = [name for name in before if before[name] != after.get(name)]
    _must(not changed, sampler, "leave its parameters as they were", f"changed: {changed}")


def check_rows_and_labels_agree(sampler: Any) -> None:
    """Check that the output has a label a row, as many columns, and only classes of the input."""
    X, y = _data()
    X_out, y_out = _resampled(sampler, X, y)
    shape = np.shape(X_out)
    _must(
        shape[0] == len(y_out),
        sampler,
        "return a label for each row",
        f"{shape[0]} rows, {len(y_out)} labels",
    )
    _must(
        shape[1:] == X.shape[1:],
        sampler,
        "return as many columns as it got",
        f"it returned {shape[1:]}",
    )
    strange = sorted(set(np.unique(y_out)) - set(np.unique(y)))
    _must(not strange, sampler, "return classes of y only", f"new ones are {strange}")


def check_kept_rows_are_the_inputs(sampler: Any) -> None:
    """Check that rows called kept are those of the input, bit for bit."""
    X, y = _data()
    fitted = _seeded(sampler)
    X_out, y_out = _fit_resample(fitted, X, y)
    origin = getattr(fitted, "provenance_", None)
    rows = getattr(fitted, "sample_indices_", None) if origin is None else origin.row
    if rows is None:
        return
    rows = np.asarray(rows)
    _must(
        len(rows) == len(X_out),
        sampler,
        "say of each output row which input row it is",
        f"{len(rows)} numbers, {len(X_out)} rows",
    )
    kept = rows >= 0
    same = np.array_equal(X[rows[kept]], X_out[kept]) and np.array_equal(y[rows[kept]], y_out[kept])
    _must(
        same,
        sampler,
        "keep rows as they are, bit for bit",
        "an output row is not the input row that it is said to be",
    )


def check_counts_equal_the_targets(sampler: Any) -> None:
    """Check that each class has the rows that `sampling_strategy_` says; if cleaned, no more."""
    X, y = _data()
    fitted = _seeded(sampler)
    _, y_out = _fit_resample(fitted, X, y)
    family = getattr(fitted, "_family", None) or getattr(fitted, "_sampling_type", None)
    if family not in ("over-sampling", "under-sampling", "clean-sampling"):
        return
    targets = getattr(fitted, "sampling_strategy_", None)
    _must(targets is not None, sampler, "set sampling_strategy_ in fit_resample")
    if not isinstance(targets, Mapping):  # it resolves its strategy elsewhere, or not at all
        return
    cleans = family == "clean-sampling" or (family == "over-sampling" and _loses_rows(fitted, y))
    for label, before in zip(*np.unique(y, return_counts=True), strict=True):
        target = targets.get(label)
        expected = before if target is None or family == "clean-sampling" else target
        if family == "over-sampling" and target is not None:
            expected += before
        found = int((np.asarray(y_out) == label).sum())
        holds = found <= expected if cleans else found == expected
        words = "at most " if cleans else ""
        _must(
            holds,
            sampler,
            f"leave {words}{expected} rows of class {label}",
            f"there are {found}",
        )


def _loses_rows(fitted: Any, y: IntArray) -> bool:
    """Say whether an over-sampler cleans as well, as its provenance tells."""
    origin = getattr(fitted, "provenance_", None)
    return origin is not None and len(np.setdiff1d(np.arange(len(y)), origin.row)) > 0


def check_numpy_comes_back(sampler: Any) -> None:
    """Check that an array returns as an array of its type."""
    X, y = _data()
    for dtype in (np.float64, np.float32):
        X_out, y_out = _resampled(sampler, X.astype(dtype), y, f"an array of {np.dtype(dtype)}")
        _must(
            isinstance(X_out, np.ndarray) and X_out.dtype == dtype,
            sampler,
            f"return an array of {np.dtype(dtype)}",
            f"X is {_kind(X_out)}",
        )
        _must(
            isinstance(y_out, np.ndarray) and y_out.dtype == y.dtype,
            sampler,
            f"return labels of {y.dtype}",
            f"y is {_kind(y_out)}",
        )


def check_lists_come_back(sampler: Any) -> None:
    """Check that lists return as lists."""
    X, y = _data()
    X_out, y_out = _resampled(sampler, X.tolist(), y.tolist(), "lists")
    for name, out in (("X", X_out), ("y", y_out)):
        _must(
            isinstance(out, list),
            sampler,
            f"return {name} as the list it was",
            f"it is {_kind(out)}",
        )


def check_pandas_comes_back(sampler: Any) -> None:
    """Check that a frame returns with names, order and types, a series with name and type."""
    pandas = require("pandas", "check_pandas_comes_back")
    values, y = _data()
    types = dict(zip(_NAMES, ("float64", "float32", "int64", "float64"), strict=True))
    X = pandas.DataFrame(values * 10, columns=_NAMES).astype(types)
    labels = pandas.Series(np.array(["a", "b", "c"])[y], name="label")
    X_out, y_out = _resampled(sampler, X, labels, "pandas")
    _must(
        isinstance(X_out, pandas.DataFrame),
        sampler,
        "return X as a DataFrame",
        f"it is {_kind(X_out)}",
    )
    _must(
        list(X_out.columns) == _NAMES,
        sampler,
        f"keep the columns {_NAMES}",
        f"they are {list(X_out.columns)}",
    )
    _must(
        X_out.dtypes.equals(X.dtypes),
        sampler,
        "keep the columns' types",
        f"they are {X_out.dtypes.to_dict()}",
    )
    _must(
        isinstance(y_out, pandas.Series), sampler, "return y as a Series", f"it is {_kind(y_out)}"
    )
    same = (y_out.name, y_out.dtype) == ("label", labels.dtype)
    _must(
        same, sampler, "keep the name and type of y", f"they are {y_out.name!r} and {y_out.dtype}"
    )


def check_sparse_comes_back(sampler: Any) -> None:
    """Check that a sparse matrix returns in its format and type."""
    X, y = _sparse(), _data()[1]
    for form in (X, X.tocsc()):
        X_out, _ = _resampled(sampler, form, y, f"a {_kind(form)}")
        same = type(X_out) is type(form) and X_out.dtype == form.dtype
        _must(same, sampler, f"return X as the {_kind(form)} it was", f"it is {_kind(X_out)}")


def check_containers_agree(sampler: Any) -> None:
    """Check that lists and frames give the rows that an array gives."""
    X, y = _data()
    expected = _cells(_resampled(sampler, X, y)[0])
    for container, other, labels in _containers(sampler):
        if container != "a sparse matrix":  # on which a method may differ
            found = _cells(_resampled(sampler, other, labels)[0])
            same = found.shape == expected.shape and np.allclose(found, expected, rtol=1e-9)
            _must(
                same,
                sampler,
                "give the same rows in every container",
                f"those of {container} differ",
            )


def check_same_seed_same_output(sampler: Any) -> None:
    """Check that the same seed gives the same rows: twice from one sampler, and from a clone."""
    X, y = _data()
    fitted = _seeded(sampler)
    first = _cells(_fit_resample(fitted, X, y)[0])
    for again in (fitted, clone(fitted)):
        same = np.array_equal(first, _cells(_fit_resample(again, X, y)[0]))
        _must(same, sampler, "give the same rows for the same seed", "a second call gave others")


def check_global_random_state_is_untouched(sampler: Any) -> None:
    """Check that with a seed given, numpy's global random state stays as it was."""
    before = pickle.dumps(np.random.get_state())
    _resampled(sampler, *_data())
    same = before == pickle.dumps(np.random.get_state())
    _must(same, sampler, "draw from its own random_state alone", "numpy's global one has moved")


def check_renaming_labels_changes_nothing(sampler: Any) -> None:
    """Check that labels are names: others in the same order give the same rows."""
    X, y = _data()
    first, y_first = _resampled(sampler, X, y)
    for names in (np.array(["a", "b", "c"]), np.array([-1, 1, 7])):
        other, y_other = _resampled(sampler, X, names[y], f"labels {names.tolist()}")
        same = np.array_equal(first, other) and np.array_equal(names[y_first], y_other)
        _must(
            same,
            sampler,
            "take labels as names",
            f"with {names.tolist()} for [0, 1, 2] the rows differ",
        )


def check_one_class_is_refused(sampler: Any) -> None:
    """Check that a target of one class raises ValueError."""
    X, y = _data()
    _must_refuse(sampler, X, np.zeros_like(y), "a target of one class")


def check_missing_labels_are_refused(sampler: Any) -> None:
    """Check that a target with NaN raises ValueError."""
    X, y = _data()
    labels = y.astype(float)
    labels[3] = np.nan
    _must_refuse(sampler, X, labels, "a target with missing labels (NaN)")


def check_unequal_lengths_are_refused(sampler: Any) -> None:
    """Check that a target that is shorter than the table raises ValueError."""
    X, y = _data()
    _must_refuse(sampler, X, y[:-1], "a target that is shorter than the table")


def check_fit_resolves_the_strategy(sampler: Any) -> None:
    """Check that `fit` returns the sampler, and sets `sampling_strategy_` where it has one."""
    fitted = _seeded(sampler)
    _must(fitted.fit(*_data()) is fitted, sampler, "return itself from fit")
    if "sampling_strategy" in fitted.get_params():
        _must(hasattr(fitted, "sampling_strategy_"), sampler, "set sampling_strategy_ in fit")


def check_features_are_remembered(sampler: Any) -> None:
    """Check that the columns are counted, and named where their names are strings."""
    X, y = _data()
    fitted = _seeded(sampler)
    _fit_resample(fitted, X, y)
    _must(getattr(fitted, "n_features_in_", None) == len(_NAMES), sampler, "set n_features_in_")
    if not _has_pandas():
        return
    _fit_resample(fitted, _frame(), y)
    names = getattr(fitted, "feature_names_in_", None)
    _must(
        names is not None and list(names) == _NAMES,
        sampler,
        "set feature_names_in_",
        f"it is {names}",
    )
    _fit_resample(fitted, X, y)
    _must(
        not hasattr(fitted, "feature_names_in_"),
        sampler,
        "forget the names of another table",
        "feature_names_in_ is still set for an array",
    )


def check_pickles(sampler: Any) -> None:
    """Check that a fitted sampler survives pickling, and goes on as before."""
    X, y = _data()
    fitted = _seeded(sampler)
    first = _cells(_fit_resample(fitted, X, y)[0])
    try:
        revived = pickle.loads(pickle.dumps(fitted))  # noqa: S301  # our own bytes
    except Exception as error:
        raise AssertionError(
            f"{type(sampler).__name__} must survive pickling; it raised {error!r}."
        ) from error
    _must(vars(revived).keys() == vars(fitted).keys(), sampler, "keep its attributes when pickled")
    same = np.array_equal(first, _cells(_fit_resample(revived, X, y)[0]))
    _must(same, sampler, "resample as before when pickled", "it gave other rows")


def check_clones(sampler: Any) -> None:
    """Check that a clone has the parameters, and nothing that was fitted."""
    fitted = _seeded(sampler)
    _fit_resample(fitted, *_data())
    try:
        copy = clone(fitted)
    except Exception as error:
        raise AssertionError(
            f"{type(sampler).__name__} must be clonable: __init__ only assigns; got {error!r}."
        ) from error
    same = repr(copy.get_params()) == repr(fitted.get_params())
    _must(same, sampler, "give a clone its parameters", f"it has {copy.get_params()}")
    left = [name for name in vars(copy) if name.endswith("_") and not name.startswith("_")]
    _must(not left, sampler, "only assign in __init__", f"a fresh clone has {left}")


_CHECKS: tuple[Check, ...] = (
    check_calls_itself_a_sampler,
    check_clones,
    check_fit_resolves_the_strategy,
    check_input_is_untouched,
    check_parameters_are_untouched,
    check_rows_and_labels_agree,
    check_kept_rows_are_the_inputs,
    check_counts_equal_the_targets,
    check_numpy_comes_back,
    check_lists_come_back,
    check_pandas_comes_back,
    check_sparse_comes_back,
    check_containers_agree,
    check_same_seed_same_output,
    check_global_random_state_is_untouched,
    check_renaming_labels_changes_nothing,
    check_one_class_is_refused,
    check_missing_labels_are_refused,
    check_unequal_lengths_are_refused,
    check_features_are_remembered,
    check_pickles,
)


def _data() -> tuple[Float64Array, IntArray]:
    """Return three classes that overlap, in mixed order."""
    random = np.random.RandomState(0)
    y = random.permutation(np.repeat(np.arange(len(_COUNTS)), _COUNTS))
    return random.randn(len(y), len(_NAMES)) + y[:, None], y


def _sparse() -> Any:
    values, _ = _data()
    return sparse.csr_matrix(np.where(values > 0, values, 0))


def _containers(sampler: Any) -> Iterator[tuple[str, Any, Any]]:
    X, y = _data()
    yield "numpy", X, y
    yield "lists", X.tolist(), y.tolist()
    if _has_pandas():
        yield "pandas", _frame(), require("pandas", "a series").Series(y, name="label")
    if _takes_sparse(sampler):
        yield "a sparse matrix", _sparse(), y


def _has_pandas() -> bool:
    return find_spec("pandas") is not None


def _frame() -> Any:
    return require("pandas", "a frame").DataFrame(_data()[0], columns=_NAMES)


def _takes_sparse(sampler: Any) -> bool:
    return bool(get_tags(sampler).input_tags.sparse)


def _cells(table: Any) -> Any:
    """Return what a container holds, as an array."""
    if np.ndim(table) == 1:
        return label_values(table)
    opened = open_table(table)
    cells: Any = array_of(opened)
    return cells.toarray() if isinstance(opened, SparseTable) else cells


def _kind(value: Any) -> str:
    dtype = getattr(value, "dtype", None)
    return f"{type(value).__name__} of {dtype}" if dtype is not None else type(value).__name__


def _seeded(sampler: Any) -> Any:
    fresh = clone(sampler)
    return fresh.set_params(random_state=0) if "random_state" in fresh.get_params() else fresh


def _resampled(sampler: Any, X: Any, y: Any, what: str = "a table of numbers") -> tuple[Any, Any]:
    return _fit_resample(_seeded(sampler), X, y, what)


def _fit_resample(
    sampler: Any, X: Any, y: Any, what: str = "a table of numbers"
) -> tuple[Any, Any]:
    try:
        X_out, y_out = sampler.fit_resample(X, y)
    except Exception as error:
        raise AssertionError(
            f"{type(sampler).__name__} must take {what}; it raised {error!r}."
        ) from error
    return X_out, y_out


def _must(holds: bool, sampler: Any, promise: str, found: str = "") -> None:
    if not holds:
        raise AssertionError(
            f"{type(sampler).__name__} must {promise}{'; ' if found else ''}{found}."
        )


def _must_refuse(sampler: Any, X: Any, y: Any, what: str) -> None:
    answer = "it resampled"
    try:
        _seeded(sampler).fit_resample(X, y)
    except ValueError:
        return
    except Exception as error:
        answer = f"it raised {error!r}"
    _must(False, sampler, f"refuse {what} with a ValueError", answer)
