"""One frame with its label column in it: in, balanced, out."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
from sklearn.base import clone

from counterpoise import combine, over_sampling, under_sampling
from counterpoise._lib.suggest import nearest
from counterpoise._lib.types import Seed
from counterpoise.base import BaseSampler
from counterpoise.exceptions import InputError, UnknownColumnError
from counterpoise.table import Provenance, open_table, refuse_repeated_names

__all__ = ["METHODS", "make_sampler", "resample", "resample_with_provenance"]

METHODS: dict[str, type[BaseSampler]] = {
    "smote": over_sampling.SMOTE,
    "smote-nc": over_sampling.SMOTENC,
    "smote-n": over_sampling.SMOTEN,
    "borderline-smote": over_sampling.BorderlineSMOTE,
    "svm-smote": over_sampling.SVMSMOTE,
    "kmeans-smote": over_sampling.KMeansSMOTE,
    "adasyn": over_sampling.ADASYN,
    "random-over": over_sampling.RandomOverSampler,
    "random-under": under_sampling.RandomUnderSampler,
    "cluster-centroids": under_sampling.ClusterCentroids,
    "near-miss": under_sampling.NearMiss,
    "tomek-links": under_sampling.TomekLinks,
    "enn": under_sampling.EditedNearestNeighbours,
    "repeated-enn": under_sampling.RepeatedEditedNearestNeighbours,
    "all-knn": under_sampling.AllKNN,
    "condensed": under_sampling.CondensedNearestNeighbour,
    "one-sided": under_sampling.OneSidedSelection,
    "neighbourhood-cleaning": under_sampling.NeighbourhoodCleaningRule,
    "hardness": under_sampling.InstanceHardnessThreshold,
    "smote-enn": combine.SMOTEENN,
    "smote-tomek": combine.SMOTETomek,
}


def resample(
    table: Any,
    label: str,
    *,
    method: str | BaseSampler = "smote",
    ignore: str | Sequence[str] = (),
    copy: str | Sequence[str] = (),
    random_state: Seed = None,
    **params: Any,
) -> Any:
    """Balance one table that holds its own labels.

    Parameters
    ----------
    table : pandas or polars DataFrame, or pyarrow Table
    label : str
        The column that holds the class of each row.
    method : str or sampler, default="smote"
        How to balance: with new rows, "smote", "smote-nc" (numbers and categories), "smote-n"
        (categories alone), "borderline-smote", "svm-smote", "kmeans-smote", "adasyn"; with repeated
        rows, "random-over"; with fewer rows, "random-under", "cluster-centroids", "near-miss",
        "tomek-links", "enn" (edited nearest neighbours), "repeated-enn", "all-knn", "condensed",
        "one-sided", "neighbourhood-cleaning", "hardness"; or with both, "smote-enn",
        "smote-tomek".
    ignore : str or sequence of str, default=()
        Columns, such as identifiers and dates, that take no part; empty in new rows. In pandas a
        column of integers or booleans becomes a nullable one, so that it can hold empty cells.
    copy : str or sequence of str, default=()
        Columns that take no part; a new row has the value of the row it started from.
    random_state : int, RandomState or None, default=None
        Seed of the draws, where the method draws at all.
    **params : dict
        The sampler's other parameters, such as ``sampling_strategy`` or ``k_neighbors``.

    Returns
    -------
    DataFrame or Table
        Of the same library, with the same columns in the same order.

    Raises
    ------
    InputError
        If a column, the method or a parameter is unknown, or the table cannot be balanced so.

    Examples
    --------
    >>> import pandas as pd
    >>> import counterpoise
    >>> table = pd.DataFrame({"amount": [1.0, 2.0, 8.0, 9.0, 7.0], "fraud": list("yynnn")})
    >>> counterpoise.resample(table, "fraud", k_neighbors=1, random_state=0)["fraud"].to_list()
    ['y', 'y', 'n', 'n', 'n', 'y']
    """
    sampler = make_sampler(method, random_state=random_state, **params)
    ignore, copy = ((names,) if isinstance(names, str) else names for names in (ignore, copy))
    return resample_with_provenance(table, label, sampler, ignore=ignore, copy=copy)[0]


def resample_with_provenance(
    table: Any,
    label: str,
    sampler: BaseSampler,
    *,
    ignore: Sequence[str] = (),
    copy: Sequence[str] = (),
) -> tuple[Any, Provenance]:
    """Balance one table with a given sampler; return it with the provenance of its rows.

    Parameters are those of `resample`.
    """
    refuse_repeated_names(table)
    frame = nw.from_native(table, eager_only=True, pass_through=True)
    if not isinstance(frame, nw.DataFrame):
        raise InputError(
            "resample needs a pandas or polars DataFrame or a pyarrow Table in memory; got "
            f"{type(table).__name__}. For arrays, use a sampler's fit_resample(X, y)."
        )
    names = frame.columns
    if label not in names:
        raise UnknownColumnError.among(label, names, role="label column")
    if label in ignore or label in copy:
        raise InputError(f"The label column {label!r} cannot be ignored or copied.")
    features = frame.drop(label).to_native()
    X, y = sampler.fit_resample_table(
        open_table(features, ignore=ignore, copy=copy), frame.get_column(label).to_native()
    )
    labelled = nw.from_native(X, eager_only=True).with_columns(
        nw.from_native(y, series_only=True).alias(label)
    )
    if all(isinstance(name, str) for name in names):
        return labelled.select(names).to_native(), sampler.provenance_
    # narwhals selects by name only where names are strings, as they are but in pandas.
    return labelled.to_native()[names], sampler.provenance_


def make_sampler(method: str | BaseSampler, **params: Any) -> BaseSampler:
    """Return the sampler that a method's name and parameters stand for.

    Raises
    ------
    InputError
        If there is no such method, or it has no such parameter.
    """
    if isinstance(method, BaseSampler):
        given = {name: value for name, value in params.items() if value is not None}
        _check_names(type(method).__name__, given, list(method.get_params()))
        fresh: BaseSampler = clone(method).set_params(**given)
        return fresh
    if not isinstance(method, str):
        raise InputError(
            f"method must be one of {', '.join(METHODS)}, or one of counterpoise's samplers; got "
            f"{method!r}."
        )
    if method not in METHODS:
        raise InputError(f"There is no method {method!r}.{nearest(method, list(METHODS))}")
    known = list(inspect.signature(METHODS[method]).parameters)
    if "random_state" not in known:
        params.pop("random_state", None)  # a seed of no draws
    _check_names(method, params, known)
    return METHODS[method](**params)


def _check_names(method: str, params: Mapping[str, Any], known: list[str]) -> None:
    for name in params:
        if name not in known:
            raise InputError(f"{method} has no parameter {name!r}.{nearest(name, known)}")
