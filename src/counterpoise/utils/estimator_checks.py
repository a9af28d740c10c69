"""Checks for samplers of other libraries, as scikit-learn has them for estimators.

>>> from counterpoise.over_sampling import RandomOverSampler
>>> from counterpoise.utils.estimator_checks import check_sampler
>>> check_sampler(RandomOverSampler())

With pytest, each check is a separate test::

    @parametrize_with_checks([MySampler()])
    def test_sampler_checks(estimator, check):
        check(estimator)

Data frames are checked only if pandas is installed.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import numpy as np
from sklearn.base import clone

from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.types import IntArray
from counterpoise.base import is_sampler
from counterpoise.utils._check_helpers import (
    FEATURES,
    accepts_sparse,
    assert_that,
    assert_value_error,
    clone_with_seed,
    container_to_array,
    describe_type,
    fit_resample,
    has_pandas,
    make_containers,
    make_data,
    make_frame,
    make_sparse,
    resample,
)

__all__ = ["check_sampler", "parametrize_with_checks", "sampler_checks"]

Check = Callable[[Any], None]


def check_sampler(estimator: Any) -> None:
    """Run all checks on a sampler.

    Parameters
    ----------
    estimator : sampler
        An instance of a sampler. It is cloned.

    Raises
    ------
    AssertionError
        For the first check that fails, with what is required and what was found.
    """
    for sampler, check in sampler_checks(estimator):
        check(sampler)


def sampler_checks(estimator: Any) -> Iterator[tuple[Any, Check]]:
    """Generate the checks that apply to a sampler.

    Parameters
    ----------
    estimator : sampler
        An instance of a sampler.

    Yields
    ------
    sampler : sampler
        The given sampler.
    check : callable
        Function that is called with the sampler, and raises AssertionError if the check fails.
    """
    applies: dict[Check, bool] = {
        check_sparse_preserved: accepts_sparse(estimator),
        check_pandas_preserved: has_pandas(),
    }
    for check in _CHECKS:
        if applies.get(check, True):
            yield estimator, check


def parametrize_with_checks(estimators: Iterable[Any]) -> Any:
    """Parametrize a pytest test with samplers and checks.

    Parameters
    ----------
    estimators : iterable of sampler
        Instances of samplers.

    Returns
    -------
    pytest.MarkDecorator
        For a test function with the arguments ``estimator`` and ``check``.
    """
    pytest = import_optional("pytest", "parametrize_with_checks")
    pairs = [pair for estimator in estimators for pair in sampler_checks(estimator)]
    names = [f"{type(estimator).__name__}-{check.__name__}" for estimator, check in pairs]
    return pytest.mark.parametrize(("estimator", "check"), pairs, ids=names)


# ---- Estimator interface ----


def check_is_sampler(sampler: Any) -> None:
    """Check that the estimator is tagged as a sampler, with `fit` and `fit_resample`."""
    assert_that(
        is_sampler(sampler), sampler, "be tagged as a sampler: inherit counterpoise's SamplerMixin"
    )
    for method in ("fit", "fit_resample"):
        assert_that(callable(getattr(sampler, method, None)), sampler, f"have a method {method}")


def check_clone(sampler: Any) -> None:
    """Check that a clone has the same parameters and no fitted attributes."""
    fitted = clone_with_seed(sampler)
    fit_resample(fitted, *make_data())
    try:
        cloned = clone(fitted)
    except Exception as error:
        raise AssertionError(
            f"{type(sampler).__name__} must be clonable: __init__ must only assign its parameters; "
            f"it raised {error!r}."
        ) from error
    same = repr(cloned.get_params()) == repr(fitted.get_params())
    assert_that(same, sampler, "keep its parameters when cloned", f"they are {cloned.get_params()}")
    fitted_names = [name for name in vars(cloned) if name.endswith("_") and name[0] != "_"]
    assert_that(
        not fitted_names,
        sampler,
        "only assign parameters in __init__",
        f"a clone has {fitted_names}",
    )


def check_fit_sets_sampling_strategy(sampler: Any) -> None:
    """Check that `fit` returns the sampler, and sets `sampling_strategy_` if it applies."""
    fitted = clone_with_seed(sampler)
    assert_that(fitted.fit(*make_data()) is fitted, sampler, "return itself from fit")
    if "sampling_strategy" in fitted.get_params():
        assert_that(hasattr(fitted, "sampling_strategy_"), sampler, "set sampling_strategy_ in fit")


def check_parameters_unchanged(sampler: Any) -> None:
    """Check that `fit_resample` does not change the parameters."""
    fitted = clone_with_seed(sampler)
    before = {name: repr(value) for name, value in fitted.get_params().items()}
    fit_resample(fitted, *make_data())
    after = {name: repr(value) for name, value in fitted.get_params().items()}
    changed = [name for name in before if before[name] != after.get(name)]
    assert_that(not changed, sampler, "not change its parameters", f"changed: {changed}")


def check_feature_names(sampler: Any) -> None:
    """Check `n_features_in_`, and `feature_names_in_` where feature names are strings."""
    X, y = make_data()
    fitted = clone_with_seed(sampler)
    fit_resample(fitted, X, y)
    n_features = getattr(fitted, "n_features_in_", None)
    assert_that(n_features == len(FEATURES), sampler, "set n_features_in_")
    if not has_pandas():
        return
    fit_resample(fitted, make_frame(), y)
    names = getattr(fitted, "feature_names_in_", None)
    assert_that(
        names is not None and list(names) == FEATURES,
        sampler,
        "set feature_names_in_",
        f"it is {names}",
    )
    fit_resample(fitted, X, y)
    assert_that(
        not hasattr(fitted, "feature_names_in_"),
        sampler,
        "delete feature_names_in_ when it is fitted on an array",
        "the attribute is that of an earlier data frame",
    )


def check_pickle(sampler: Any) -> None:
    """Check that a fitted sampler can be pickled, and resamples as before."""
    X, y = make_data()
    fitted = clone_with_seed(sampler)
    first = container_to_array(fit_resample(fitted, X, y)[0])
    try:
        restored = pickle.loads(pickle.dumps(fitted))  # noqa: S301  # our own bytes
    except Exception as error:
        raise AssertionError(
            f"{type(sampler).__name__} must support pickle; it raised {error!r}."
        ) from error
    same_attributes = vars(restored).keys() == vars(fitted).keys()
    assert_that(same_attributes, sampler, "keep its attributes when pickled")
    same = np.array_equal(first, container_to_array(fit_resample(restored, X, y)[0]))
    assert_that(same, sampler, "resample as before when pickled", "the output differs")


# ---- Output ----


def check_input_unchanged(sampler: Any) -> None:
    """Check that `fit_resample` does not modify X and y."""
    for container, X, y in make_containers(sampler):
        before = deepcopy(X), deepcopy(y)
        resample(sampler, X, y, f"data in {container}")
        for name, now, then in (("X", X, before[0]), ("y", y, before[1])):
            same = np.array_equal(container_to_array(now), container_to_array(then))
            assert_that(same, sampler, "not modify its input", f"{name} in {container} has changed")


def check_output_shapes(sampler: Any) -> None:
    """Check that X and y have the same length, all features, and only classes of the input."""
    X, y = make_data()
    X_out, y_out = resample(sampler, X, y)
    shape = np.shape(X_out)
    assert_that(
        shape[0] == len(y_out),
        sampler,
        "return X and y of the same length",
        f"it returned {shape[0]} samples and {len(y_out)} classes",
    )
    assert_that(
        shape[1:] == X.shape[1:],
        sampler,
        f"return {X.shape[1]} features, as many as X has",
        f"the shape of its X is {shape}",
    )
    unknown = sorted(set(np.unique(y_out)) - set(np.unique(y)))
    assert_that(not unknown, sampler, "return classes of y only", f"it added {unknown}")


def check_kept_samples_unchanged(sampler: Any) -> None:
    """Check that samples reported as kept equal the input samples, bit for bit."""
    X, y = make_data()
    fitted = clone_with_seed(sampler)
    X_out, y_out = fit_resample(fitted, X, y)
    provenance = getattr(fitted, "provenance_", None)
    rows = getattr(fitted, "sample_indices_", None) if provenance is None else provenance.row
    if rows is None:
        return
    rows = np.asarray(rows)
    assert_that(
        len(rows) == len(X_out),
        sampler,
        "report one input sample per output sample, or -1",
        f"it reports {len(rows)} for {len(X_out)} samples",
    )
    kept = rows >= 0
    same = np.array_equal(X[rows[kept]], X_out[kept]) and np.array_equal(y[rows[kept]], y_out[kept])
    assert_that(
        same,
        sampler,
        "not change the samples that it keeps",
        "an output sample differs from the input sample that is reported for it",
    )


def check_class_counts(sampler: Any) -> None:
    """Check that class counts follow `sampling_strategy_`; after cleaning they may be lower."""
    X, y = make_data()
    fitted = clone_with_seed(sampler)
    _, y_out = fit_resample(fitted, X, y)
    family = getattr(fitted, "_family", None) or getattr(fitted, "_sampling_type", None)
    if family not in ("over-sampling", "under-sampling", "clean-sampling"):
        return
    targets = getattr(fitted, "sampling_strategy_", None)
    assert_that(targets is not None, sampler, "set sampling_strategy_ in fit_resample")
    if not isinstance(targets, Mapping):  # such as the words of imbalanced-learn's combinations
        return
    cleans = family == "clean-sampling" or _oversamples_and_cleans(fitted, family, y)
    for label, before in zip(*np.unique(y, return_counts=True), strict=True):
        target = targets.get(label)
        expected = before if target is None or family == "clean-sampling" else target
        if family == "over-sampling" and target is not None:
            expected += before
        found = int((np.asarray(y_out) == label).sum())
        assert_that(
            found <= expected if cleans else found == expected,
            sampler,
            f"return {'at most ' if cleans else ''}{expected} samples of class {label}",
            f"there are {found}",
        )


def _oversamples_and_cleans(fitted: Any, family: str, y: IntArray) -> bool:
    """Return whether an oversampler also removes samples, according to its provenance."""
    provenance = getattr(fitted, "provenance_", None)
    if family != "over-sampling":
        return False
    return provenance is not None and len(np.setdiff1d(np.arange(len(y)), provenance.row)) > 0


# ---- Containers ----


def check_numpy_preserved(sampler: Any) -> None:
    """Check that arrays give arrays of the same dtype."""
    X, y = make_data()
    for dtype in (np.float64, np.float32):
        X_out, y_out = resample(sampler, X.astype(dtype), y, f"an array of {np.dtype(dtype)}")
        assert_that(
            isinstance(X_out, np.ndarray) and X_out.dtype == dtype,
            sampler,
            f"return an array of {np.dtype(dtype)}",
            f"X is {describe_type(X_out)}",
        )
        assert_that(
            isinstance(y_out, np.ndarray) and y_out.dtype == y.dtype,
            sampler,
            f"return a target of {y.dtype}",
            f"y is {describe_type(y_out)}",
        )


def check_lists_preserved(sampler: Any) -> None:
    """Check that lists give lists."""
    X, y = make_data()
    X_out, y_out = resample(sampler, X.tolist(), y.tolist(), "lists")
    for name, out in (("X", X_out), ("y", y_out)):
        assert_that(
            isinstance(out, list),
            sampler,
            f"return {name} as a list if it is given as a list",
            f"it is {describe_type(out)}",
        )


def check_pandas_preserved(sampler: Any) -> None:
    """Check that a DataFrame keeps its columns and dtypes, and a Series its name and dtype."""
    pandas = import_optional("pandas", "check_pandas_preserved")
    values, y = make_data()
    dtypes = dict(zip(FEATURES, ("float64", "float32", "int64", "float64"), strict=True))
    X = pandas.DataFrame(values * 10, columns=FEATURES).astype(dtypes)
    labels = pandas.Series(np.array(["a", "b", "c"])[y], name="label")
    X_out, y_out = resample(sampler, X, labels, "pandas")
    assert_that(
        isinstance(X_out, pandas.DataFrame),
        sampler,
        "return X as a DataFrame",
        f"it is {describe_type(X_out)}",
    )
    columns = list(X_out.columns)
    assert_that(columns == FEATURES, sampler, f"keep the columns {FEATURES}", f"it has {columns}")
    assert_that(
        X_out.dtypes.equals(X.dtypes),
        sampler,
        "keep the dtypes of the columns",
        f"they are {X_out.dtypes.to_dict()}",
    )
    assert_that(
        isinstance(y_out, pandas.Series),
        sampler,
        "return y as a Series",
        f"it is {describe_type(y_out)}",
    )
    assert_that(
        (y_out.name, y_out.dtype) == ("label", labels.dtype),
        sampler,
        "keep the name and dtype of y",
        f"they are {y_out.name!r} and {y_out.dtype}",
    )


def check_sparse_preserved(sampler: Any) -> None:
    """Check that a sparse matrix keeps its format and dtype."""
    X, y = make_sparse(), make_data()[1]
    for matrix in (X, X.tocsc()):
        given = describe_type(matrix)
        X_out, _ = resample(sampler, matrix, y, f"a {given}")
        same = type(X_out) is type(matrix) and X_out.dtype == matrix.dtype
        assert_that(same, sampler, f"return X as a {given}", f"it is {describe_type(X_out)}")


def check_same_output_in_all_containers(sampler: Any) -> None:
    """Check that lists and data frames give the same samples as an array."""
    X, y = make_data()
    expected = container_to_array(resample(sampler, X, y)[0])
    for container, other, labels in make_containers(sampler):
        if container != "a sparse matrix":  # for which a method may differ
            found = container_to_array(resample(sampler, other, labels)[0])
            same = found.shape == expected.shape and np.allclose(found, expected, rtol=1e-9)
            assert_that(
                same,
                sampler,
                "give the same samples in all containers",
                f"{container} and numpy differ",
            )


# ---- Randomness ----


def check_reproducible(sampler: Any) -> None:
    """Check that the same seed gives the same samples: in a second call, and from a clone."""
    X, y = make_data()
    fitted = clone_with_seed(sampler)
    first = container_to_array(fit_resample(fitted, X, y)[0])
    for other in (fitted, clone(fitted)):
        same = np.array_equal(first, container_to_array(fit_resample(other, X, y)[0]))
        assert_that(
            same, sampler, "give the same samples for the same seed", "a second call differs"
        )


def check_global_random_state_unchanged(sampler: Any) -> None:
    """Check that a sampler with a seed does not use the global random state of NumPy."""
    before = pickle.dumps(np.random.get_state())
    resample(sampler, *make_data())
    same = before == pickle.dumps(np.random.get_state())
    assert_that(
        same, sampler, "draw from its random_state only", "the global state of NumPy has changed"
    )


# ---- Targets ----


def check_class_names_do_not_matter(sampler: Any) -> None:
    """Check that renamed classes, in the same order, give the same samples."""
    X, y = make_data()
    first, y_first = resample(sampler, X, y)
    for names in (np.array(["a", "b", "c"]), np.array([-1, 1, 7])):
        other, y_other = resample(sampler, X, names[y], f"the classes {names.tolist()}")
        same = np.array_equal(first, other) and np.array_equal(names[y_first], y_other)
        assert_that(
            same,
            sampler,
            "not depend on the names of the classes",
            f"with {names.tolist()} instead of [0, 1, 2] the output differs",
        )


def check_single_class_error(sampler: Any) -> None:
    """Check that a target with a single class raises ValueError."""
    X, y = make_data()
    assert_value_error(sampler, X, np.zeros_like(y), "a target with a single class")


def check_missing_target_error(sampler: Any) -> None:
    """Check that a target with NaN raises ValueError."""
    X, y = make_data()
    target = y.astype(float)
    target[3] = np.nan
    assert_value_error(sampler, X, target, "a target with missing values (NaN)")


def check_inconsistent_length_error(sampler: Any) -> None:
    """Check that X and y of different lengths raise ValueError."""
    X, y = make_data()
    assert_value_error(sampler, X, y[:-1], "a target that is shorter than X")


_CHECKS: tuple[Check, ...] = (
    check_is_sampler,
    check_clone,
    check_fit_sets_sampling_strategy,
    check_input_unchanged,
    check_parameters_unchanged,
    check_output_shapes,
    check_kept_samples_unchanged,
    check_class_counts,
    check_numpy_preserved,
    check_lists_preserved,
    check_pandas_preserved,
    check_sparse_preserved,
    check_same_output_in_all_containers,
    check_reproducible,
    check_global_random_state_unchanged,
    check_class_names_do_not_matter,
    check_single_class_error,
    check_missing_target_error,
    check_inconsistent_length_error,
    check_feature_names,
    check_pickle,
)
