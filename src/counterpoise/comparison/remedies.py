"""The remedies for imbalance that a study compares, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline

from counterpoise._lib.suggest import nearest
from counterpoise.base import is_sampler
from counterpoise.combine import SMOTEENN
from counterpoise.ensemble import BalancedBaggingClassifier, BalancedRandomForestClassifier
from counterpoise.exceptions import InputError
from counterpoise.over_sampling import (
    ADASYN,
    SMOTE,
    SMOTEN,
    SMOTENC,
    BorderlineSMOTE,
    RandomOverSampler,
)
from counterpoise.table import Kind, Table, features_of
from counterpoise.under_sampling import EditedNearestNeighbours, RandomUnderSampler

__all__ = ["NOTHING", "REMEDIES", "Need", "Remedy", "choose_remedies", "under_sampled"]

NOTHING = "nothing"
NEIGHBORS = 5

How = Literal["as it is", "weights", "threshold", "sampler", "wrapper", "alone"]


@dataclass(frozen=True)
class Need:
    """What samplers are chosen by: the kinds of columns, and the smallest class they will see.

    Attributes
    ----------
    n_nominal, n_numeric : int
        Columns of categories and truth values; of numbers.
    n_smallest : int
        Rows that the smallest class has at least in the training rows of a fold.
    """

    n_nominal: int
    n_numeric: int
    n_smallest: int

    @classmethod
    def of(cls, table: Table, n_smallest: int) -> Need:
        """Look at a table."""
        kinds = [table.columns[j].kind for j in features_of(table)]
        nominal = sum(kind in (Kind.NOMINAL, Kind.BOOLEAN) for kind in kinds)
        return cls(nominal, len(kinds) - nominal, n_smallest)

    @property
    def neighbors(self) -> int:
        """How many neighbours the smallest class can have, five at most."""
        return min(NEIGHBORS, self.n_smallest - 1)


@dataclass(frozen=True)
class Remedy:
    """A way to treat imbalance.

    Attributes
    ----------
    name, description : str
    how : str
        What is done: nothing; the model's weights; its threshold; rows are resampled; the model is
        wrapped; or a classifier stands alone, beside the models.
    make : callable or None
        Of "sampler": what is needed to a sampler, or to a sentence that says why there is none. Of
        "wrapper": a model to a classifier. Of "alone": nothing to a classifier.
    balances : bool
        Whether models learn as if every class were as large; samplers are looked at instead.
    """

    name: str
    description: str
    how: How
    make: Callable[..., Any] | None = None
    balances: bool = False


def _smote(need: Need) -> Any:
    if need.neighbors < 1:
        return "SMOTE needs 2 rows of the smallest class in each training fold."
    if not need.n_nominal:
        return SMOTE(k_neighbors=need.neighbors, scale="standard")
    if not need.n_numeric:
        return SMOTEN(k_neighbors=need.neighbors)
    return SMOTENC("auto", k_neighbors=need.neighbors, scale="standard")


def _of_numbers(sampler: type[Any], parameter: str) -> Callable[[Need], Any]:
    def make(need: Need) -> Any:
        if need.n_nominal:
            return f"{sampler.__name__} reads numbers alone, and the table has categories."
        if need.neighbors < 1:
            return f"{sampler.__name__} needs 2 rows of the smallest class in each training fold."
        return sampler(scale="standard", **{parameter: need.neighbors})

    return make


def _smote_enn(need: Need) -> Any:
    smote = _smote(need)
    if isinstance(smote, str):
        return smote
    return SMOTEENN(
        smote=smote, enn=EditedNearestNeighbours(sampling_strategy="all", scale="standard")
    )


def under_sampled(model: Any) -> Any:
    """Return an ensemble of a model, each member on as many rows of each class."""
    if isinstance(model, RandomForestClassifier):
        shared = BalancedRandomForestClassifier().get_params()
        given = {name: value for name, value in model.get_params().items() if name in shared}
        given.pop("class_weight", None)
        given.pop("bootstrap", None)
        return BalancedRandomForestClassifier(**given)
    return BalancedBaggingClassifier(estimator=clone(model))


REMEDIES: dict[str, Remedy] = {
    remedy.name: remedy
    for remedy in (
        Remedy(NOTHING, "the table as it is", "as it is"),
        Remedy("class-weight", "errors weigh as much in each class", "weights", balances=True),
        Remedy(
            "threshold", "the model as it is, its threshold chosen inside the fold", "threshold"
        ),
        Remedy(
            "random-under",
            "a random part of the larger classes",
            "sampler",
            lambda _: RandomUnderSampler(),
        ),
        Remedy(
            "random-over",
            "rows of the smaller classes repeated",
            "sampler",
            lambda _: RandomOverSampler(),
        ),
        Remedy("smote", "SMOTE: new rows between neighbours of a class", "sampler", _smote),
        Remedy(
            "borderline-smote",
            "SMOTE from rows at the border of their class",
            "sampler",
            _of_numbers(BorderlineSMOTE, "k_neighbors"),
        ),
        Remedy(
            "adasyn",
            "new rows where other classes are near",
            "sampler",
            _of_numbers(ADASYN, "n_neighbors"),
        ),
        Remedy(
            "smote-enn",
            "SMOTE, then rows removed that their neighbours disagree with",
            "sampler",
            _smote_enn,
        ),
        Remedy(
            "under-ensemble",
            "an ensemble of the model, each on as many rows of each class",
            "wrapper",
            under_sampled,
            balances=True,
        ),
    )
}


def choose_remedies(remedies: Any) -> tuple[Remedy, ...]:
    """Return the remedies that were asked for; doing nothing is always the first of them.

    Parameters
    ----------
    remedies : None, str, sampler, classifier, callable, sequence of these, or mapping of names
        None for all of `REMEDIES`. A callable takes a model and returns a classifier.

    Returns
    -------
    tuple of Remedy

    Raises
    ------
    InputError
        If a name is unknown or taken twice, or something is no remedy.
    """
    if remedies is None:
        return tuple(REMEDIES.values())
    if isinstance(remedies, str | BaseEstimator) or callable(remedies):
        remedies = [remedies]
    if isinstance(remedies, Mapping):
        chosen = [_own(str(name), remedy) for name, remedy in remedies.items()]
    elif isinstance(remedies, Sequence):
        chosen = [
            _known(remedy) if isinstance(remedy, str) else _own(_name_of(remedy), remedy)
            for remedy in remedies
        ]
    else:
        raise InputError(f"remedies must be names, samplers or classifiers; got {remedies!r}.")
    if NOTHING not in [remedy.name for remedy in chosen]:
        chosen.insert(0, REMEDIES[NOTHING])
    names = [remedy.name for remedy in chosen]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise InputError(f"Names of remedies must differ; {min(twice)!r} is there twice.")
    return tuple(sorted(chosen, key=lambda remedy: remedy.name != NOTHING))


def _known(name: str) -> Remedy:
    if name not in REMEDIES:
        raise InputError(f"There is no remedy {name!r}.{nearest(name, REMEDIES)}")
    return REMEDIES[name]


def _name_of(remedy: Any) -> str:
    return str(getattr(remedy, "__name__", type(remedy).__name__))


def _own(name: str, remedy: Any) -> Remedy:
    if name == NOTHING and remedy != NOTHING:
        raise InputError(f"{NOTHING!r} is the table as it is; give your remedy another name.")
    if isinstance(remedy, str):
        known = _known(remedy)
        return replace(known, name=name)
    if is_sampler(remedy):
        return Remedy(name, repr(remedy), "sampler", lambda _: clone(remedy))
    if isinstance(remedy, Pipeline) and all(is_sampler(step) for _, step in remedy.steps):
        raise InputError(
            f"Remedy {name!r} is a pipeline of samplers alone; use counterpoise.combine.Chain."
        )
    if isinstance(remedy, BaseEstimator) and is_classifier(remedy):
        return Remedy(name, repr(remedy), "alone", lambda: clone(remedy))
    if callable(remedy) and not isinstance(remedy, BaseEstimator | np.ndarray):
        return Remedy(name, f"the model as {_name_of(remedy)} makes it", "wrapper", remedy)
    raise InputError(
        f"Remedy {name!r} must be a sampler, a classifier, or a function of a model that returns "
        f"a classifier; got {remedy!r}."
    )
