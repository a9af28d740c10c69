"""Resample a data frame that has the target as one of its columns."""

from __future__ import annotations

import inspect
import warnings
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import narwhals as nw
from sklearn.base import clone

from counterpoise import combine, over_sampling, under_sampling
from counterpoise._column_roles import ColumnRole, describe_roles, find_roles
from counterpoise._lib.similar_classes import describe_similar_classes
from counterpoise._lib.suggest import find_name, suggest_names
from counterpoise._lib.types import Seed
from counterpoise._table import (
    FeatureType,
    Provenance,
    as_table,
    check_unique_names,
    feature_positions,
    is_record_batch,
    to_record_batch,
    without_batch,
)
from counterpoise.base import BaseSampler
from counterpoise.exceptions import CounterpoiseWarning, InputError, UnknownColumnError

__all__ = [
    "METHODS",
    "choose_smote",
    "exclude_non_features",
    "family_of",
    "make_sampler",
    "resample",
    "resample_with_provenance",
    "resolve_method",
    "select_method",
]

# The samplers by the name of their method, which each class defines.
METHODS: dict[str, type[BaseSampler]] = {
    sampler._method: sampler
    for package in (over_sampling, under_sampling, combine)
    for sampler in (getattr(package, name) for name in package.__all__)
    if sampler._method
}
_MIN_ROWS = 20  # in fewer rows, many classes are nothing unusual
_CATEGORICAL = frozenset({FeatureType.CATEGORICAL, FeatureType.BOOLEAN})
_IGNORED = "not used as a feature, and empty in synthetic rows"
_USES = {
    ColumnRole.IDENTIFIER: _IGNORED,
    ColumnRole.TEXT: f"{_IGNORED} (TfidfVectorizer turns text into numbers)",
    ColumnRole.DATE: "not used as a feature; a synthetic row has the date of its base row",
    ColumnRole.NUMBER: f"{_IGNORED}; convert them to numbers",
}


def resample(
    table: Any,
    target: str,
    *,
    method: str | BaseSampler = "smote",
    ignore: str | Sequence[str] = (),
    copy: str | Sequence[str] = (),
    keep: str | Sequence[str] = (),
    random_state: Seed = None,
    **params: Any,
) -> Any:
    """Resample a data frame that has the target as one of its columns.

    Parameters
    ----------
    table : pandas or polars DataFrame, or pyarrow Table or RecordBatch
    target : str
        The name of the target column, which has the class of each row.
    method : str or sampler instance, default="smote"
        The resampling method, such as "smote", "random-over", "random-under", "enn" (edited nearest
        neighbors) or "smote-tomek", in any common spelling: "SMOTENC", "smotenc" and "smote-nc" are
        the same. "smote" is the SMOTE for the features of the table: SMOTENC if some are
        categorical, SMOTEN if all are, otherwise SMOTE. The command
        ``counterpoise resample --list-methods`` prints all methods.
    ignore : str or sequence of str, default=()
        Columns that are not features, such as identifiers and dates. They are missing in synthetic
        rows. A pandas column of integers or booleans becomes nullable.
    copy : str or sequence of str, default=()
        Columns that are not features. A synthetic row has the value of its base row.
    keep : str or sequence of str, default=()
        Columns that are features, whatever their values look like. By default, columns that seem to
        be identifiers or free text are ignored, and dates are copied, with a warning; random
        sampling uses no feature and changes nothing.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the method. Pass an int for reproducible results. Methods
        without randomness do not use it.
    **params : dict
        Other parameters of the sampler, such as ``sampling_strategy`` or ``k_neighbors``.

        ``scale``, the units of distances, is "standard" by default if `method` is a name: each
        numeric column is divided by its standard deviation, so that no column dominates. Use
        "robust" for the interquartile range, or None for the original units, which are the default
        of the samplers themselves.

        ``small_classes`` is what SMOTE and its variants do with a class that has ``k_neighbors``
        rows or fewer: "error" by default, "skip", "duplicate" or "shrink_k" (fewer neighbors).

    Warns
    -----
    CounterpoiseWarning
        If columns are not used as features, if classes differ only in case or spaces, or if small
        classes are not oversampled as the others are.

    Returns
    -------
    DataFrame, Table or RecordBatch
        Of the same library, with the same columns in the same order.

    Raises
    ------
    InputError
        If a column, the method or a parameter is unknown, or if the table cannot be resampled
        with this method.

    Examples
    --------
    >>> import pandas as pd
    >>> import counterpoise
    >>> table = pd.DataFrame({"amount": [1.0, 2.0, 8.0, 9.0, 7.0], "fraud": list("yynnn")})
    >>> counterpoise.resample(table, "fraud", k_neighbors=1, random_state=0)["fraud"].to_list()
    ['y', 'y', 'n', 'n', 'n', 'y']
    """
    if "text" in params:
        raise InputError(
            "text cannot be resampled: free text is empty in synthetic rows. Use copy="
            f"{params['text']!r} to copy the text of the base row. Only Study.run has text."
        )
    ignore, copy, keep = (
        (names,) if isinstance(names, str) else names for names in (ignore, copy, keep)
    )
    frame = without_batch(table)
    ignore, copy = exclude_non_features(
        frame, target, method, params, ignore=ignore, copy=copy, keep=keep
    )
    method = select_method(frame, target, method, ignore=ignore, copy=copy)
    sampler = make_sampler(method, random_state=random_state, **params)
    resampled = resample_with_provenance(frame, target, sampler, ignore=ignore, copy=copy)[0]
    return to_record_batch(resampled) if is_record_batch(table) else resampled


def exclude_non_features(
    table: Any,
    target: str,
    method: str | BaseSampler,
    params: Mapping[str, Any],
    *,
    ignore: Sequence[str] = (),
    copy: Sequence[str] = (),
    keep: Sequence[str] = (),
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Add the columns that are not features to `ignore` and `copy`, with a warning.

    The parameters are those of `resample`. Nothing is added for methods that use no feature.
    """
    frame = _as_frame(table, target, ignore, copy)
    for name in keep:
        if name not in frame.columns:
            raise UnknownColumnError.among(name, frame.columns)
        if name in (*ignore, *copy):
            raise InputError(f"Column {name!r} is in keep, and in ignore or copy; choose one.")
    if not _uses_features(method, params):
        return tuple(ignore), tuple(copy)
    features = as_table(frame.drop(target).to_native(), ignore=ignore, copy=copy)
    roles = find_roles(features, keep)
    if roles:
        warnings.warn(describe_roles(roles, _USES), CounterpoiseWarning, stacklevel=3)
    dates = [name for name, role in roles.items() if role is ColumnRole.DATE]
    if roles and len(roles) == len(feature_positions(features)):
        raise InputError(
            f"No feature is left without {', '.join(map(repr, roles))}. Use method='random-over' "
            "(--method random-over), or keep a column."
        )
    return (*ignore, *(name for name in roles if name not in dates)), (*copy, *dates)


def _uses_features(method: str | BaseSampler, params: Mapping[str, Any]) -> bool:
    """Return whether a method reads the features: random sampling without shrinkage does not."""
    if isinstance(method, str):
        method = METHODS[resolve_method(method)]()
    if not isinstance(method, BaseSampler) or params.get("shrinkage") is not None:
        return True
    return method._accepted_samples() != "any"


def resample_with_provenance(
    table: Any,
    target: str,
    sampler: BaseSampler,
    *,
    ignore: Sequence[str] = (),
    copy: Sequence[str] = (),
) -> tuple[Any, Provenance]:
    """Resample a data frame with a sampler, and return it with the provenance of its rows.

    The parameters are those of `resample`.
    """
    frame = _as_frame(table, target, ignore, copy)
    names = frame.columns
    _warn_about_similar_classes(frame.get_column(target))
    _warn_about_many_classes(frame.get_column(target))
    features = as_table(frame.drop(target).to_native(), ignore=ignore, copy=copy)
    X, y = sampler._fit_resample_table(features, frame.get_column(target).to_native())
    resampled = nw.from_native(X, eager_only=True).with_columns(
        nw.from_native(y, series_only=True).alias(target)
    )
    if all(isinstance(name, str) for name in names):
        return resampled.select(names).to_native(), sampler.provenance_
    # pandas allows column names that are not strings, which narwhals does not select by name.
    return resampled.to_native()[names], sampler.provenance_


def _as_frame(
    table: Any, target: str, ignore: Sequence[str], copy: Sequence[str]
) -> nw.DataFrame[Any]:
    check_unique_names(table)
    frame = nw.from_native(table, eager_only=True, pass_through=True)
    if not isinstance(frame, nw.DataFrame):
        raise InputError(
            "table must be a pandas or polars DataFrame or a pyarrow Table in memory; got "
            f"{type(table).__name__}. For arrays, use a sampler's fit_resample(X, y)."
        )
    if target not in frame.columns:
        raise UnknownColumnError.among(target, frame.columns, role="target column")
    if target in ignore or target in copy:
        raise InputError(f"The target column {target!r} cannot be in ignore or copy.")
    return frame


def _warn_about_similar_classes(labels: nw.Series[Any]) -> None:
    if labels.dtype.is_numeric():
        return
    counts = Counter(label for label in labels.to_list() if isinstance(label, str))
    description = describe_similar_classes(counts)
    if description:
        warnings.warn(description, CounterpoiseWarning, stacklevel=4)


def _warn_about_many_classes(labels: nw.Series[Any]) -> None:
    if not (labels.dtype.is_integer() or labels.dtype == nw.String):
        return
    n_classes, n_rows = labels.n_unique(), len(labels)
    if n_rows >= _MIN_ROWS and n_classes > n_rows / 2:
        message = (
            f"The target column {labels.name!r} has {n_classes:,} classes in {n_rows:,} rows. Is "
            "it the right column?"
        )
        warnings.warn(message, CounterpoiseWarning, stacklevel=4)


def select_method(
    table: Any,
    target: str | None,
    method: str | BaseSampler,
    *,
    ignore: Sequence[str] = (),
    copy: Sequence[str] = (),
) -> str | BaseSampler:
    """Return the method for a data frame: "smote" becomes the SMOTE for its features.

    The parameters are those of `resample`; without a target, the table has features only. A sampler
    is returned as it is.
    """
    if not isinstance(method, str) or resolve_method(method) != "smote":
        return method
    if target is not None:
        table = _as_frame(table, target, ignore, copy).drop(target).to_native()
    features = as_table(table, ignore=ignore, copy=copy)
    return choose_smote({features.columns[j].feature_type for j in feature_positions(features)})


def choose_smote(feature_types: Collection[FeatureType]) -> str:
    """Return the SMOTE for features of some types: "smote", "smote-nc" or "smote-n".

    Examples
    --------
    >>> choose_smote({FeatureType.FLOAT, FeatureType.CATEGORICAL})
    'smote-nc'
    """
    if _CATEGORICAL.isdisjoint(feature_types):
        return "smote"
    return "smote-n" if _CATEGORICAL.issuperset(feature_types) else "smote-nc"


def resolve_method(name: str) -> str:
    """Return the method with a name in any common spelling, or the name of its sampler.

    Raises
    ------
    InputError
        If there is no such method.

    Examples
    --------
    >>> resolve_method("SMOTENC"), resolve_method("EditedNearestNeighbours")
    ('smote-nc', 'enn')
    """
    method = find_name(name, {key: (key, cls.__name__) for key, cls in METHODS.items()})
    if method is None:
        raise InputError(f"Unknown method {name!r}.{suggest_names(name, METHODS)}")
    return method


def family_of(method: str) -> str | None:
    """Return the family of a method: "over-sampling", "under-sampling" or "clean-sampling"."""
    return METHODS[method]._family


def make_sampler(method: str | BaseSampler, **params: Any) -> BaseSampler:
    """Create a sampler from the name of a method, or from an instance, and parameters.

    A sampler created from a name measures distances in standard units unless `scale` is given.

    Raises
    ------
    InputError
        If the method or a parameter is unknown.
    """
    if isinstance(method, BaseSampler):
        given = {name: value for name, value in params.items() if value is not None}
        _check_names(type(method).__name__, given, list(method.get_params()))
        sampler: BaseSampler = clone(method).set_params(**given)
        return sampler
    if not isinstance(method, str):
        raise InputError(
            f"method must be one of {', '.join(METHODS)}, or an instance of a sampler of "
            f"counterpoise; got {method!r}."
        )
    method = resolve_method(method)
    known = list(inspect.signature(METHODS[method]).parameters)
    if "random_state" not in known:
        params.pop("random_state", None)  # the method has no randomness
    _check_names(method, params, known)
    if "scale" in known:
        params.setdefault("scale", "standard")
    return METHODS[method](**params)


def _check_names(method: str, params: Mapping[str, Any], known: list[str]) -> None:
    for name in params:
        if name not in known:
            raise InputError(f"{method} has no parameter {name!r}.{suggest_names(name, known)}")
