"""The models of a study, and what each needs of a table before it can learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

from counterpoise._lib.suggest import nearest
from counterpoise._lib.types import BoolArray
from counterpoise.exceptions import InputError

__all__ = ["DUMMY", "KNOWS_NOTHING", "MODELS", "Model", "choose_models", "prepared", "seeded"]


@dataclass(frozen=True)
class Model:
    """A classifier of a study.

    Attributes
    ----------
    name, description : str
    estimator : classifier
        Not fitted.
    reads_raw : bool
        Whether it is given the rows in their own container (a pipeline of the user's); otherwise
        it is given numbers.
    decides_by_score : bool
        Whether its decision is the class that scores most, and need not be asked for.
    """

    name: str
    description: str
    estimator: Any
    reads_raw: bool = False
    decides_by_score: bool = False


MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        Model(
            "logistic",
            "logistic regression, on standardised columns",
            LogisticRegression(max_iter=1000),
            decides_by_score=True,
        ),
        Model(
            "svm",
            "linear support vector machine, on standardised columns",
            LinearSVC(),
            decides_by_score=True,
        ),
        Model(
            "forest",
            "random forest of 100 trees",
            RandomForestClassifier(100),
            decides_by_score=True,
        ),
        Model(
            "boosting",
            "histogram gradient boosting, 100 rounds",
            HistGradientBoostingClassifier(early_stopping=False),
            decides_by_score=True,
        ),
    )
}

DUMMY = "dummy"
KNOWS_NOTHING = Model(DUMMY, "the shares of the classes, for every row", DummyClassifier())


def choose_models(models: Any) -> tuple[Model, ...]:
    """Return the models that were asked for.

    Parameters
    ----------
    models : None, str, classifier, sequence of these, or mapping of names to classifiers
        None for all of `MODELS`.

    Returns
    -------
    tuple of Model

    Raises
    ------
    InputError
        If a name is unknown or taken twice, or something is no classifier.
    """
    if models is None:
        return tuple(MODELS.values())
    if isinstance(models, str | BaseEstimator):
        models = [models]
    if isinstance(models, Mapping):
        chosen = [_own(str(name), estimator) for name, estimator in models.items()]
    elif isinstance(models, Sequence):
        chosen = [
            _known(model) if isinstance(model, str) else _own(type(model).__name__, model)
            for model in models
        ]
    else:
        raise InputError(f"models must be names, classifiers, or a mapping; got {models!r}.")
    names = [model.name for model in chosen]
    twice = {name for name in names if [*names, DUMMY].count(name) > 1}
    if twice or not chosen:
        what = f"{min(twice)!r} is there twice" if twice else "there is none"
        raise InputError(f"models must have at least one model, and names that differ; {what}.")
    return tuple(chosen)


def _known(name: str) -> Model:
    if name not in MODELS:
        raise InputError(f"There is no model {name!r}.{nearest(name, MODELS)}")
    return MODELS[name]


def _own(name: str, estimator: Any) -> Model:
    if isinstance(estimator, str):
        known = _known(estimator)
        return replace(known, name=name)
    if not is_classifier(estimator):
        raise InputError(f"Model {name!r} must be a classifier; got {type(estimator).__name__}.")
    return Model(name, repr(estimator), estimator, isinstance(estimator, Pipeline))


def prepared(estimator: Any, nominal: BoolArray) -> Any:
    """Return a classifier of a study's numbers, with what it needs before it.

    Parameters
    ----------
    estimator : classifier
    nominal : ndarray of bool of shape (n_features,)
        Which columns hold codes of categories; NaN stands for missing cells anywhere.

    Returns
    -------
    classifier
        Histogram gradient boosting takes both as they are. Others get categories as columns of
        zeros and ones, missing numbers filled with the median beside a column that marks them, and
        all numbers on one scale.
    """
    fresh = clone(estimator)
    within = _boosting_within(fresh)
    if within is not None:
        codes = np.flatnonzero(nominal)
        return fresh.set_params(**{f"{within}categorical_features": codes}) if len(codes) else fresh
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    categories = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    columns = ColumnTransformer(
        [
            ("numbers", numbers, np.flatnonzero(~nominal)),
            ("categories", categories, np.flatnonzero(nominal)),
        ]
    )
    return make_pipeline(columns, fresh)


def _boosting_within(estimator: Any) -> str | None:
    """Return what leads to the parameters of histogram gradient boosting, None if it is not it."""
    places = {"": estimator, "estimator__": getattr(estimator, "estimator", None)}
    boosting = HistGradientBoostingClassifier
    return next((way for way, found in places.items() if isinstance(found, boosting)), None)


def seeded(estimator: Any, seed: int) -> Any:
    """Return an estimator whose free random states are fixed; it is changed in place."""
    free = {
        name: seed
        for name, value in estimator.get_params(deep=True).items()
        if name.rpartition("__")[2] == "random_state" and value is None
    }
    return estimator.set_params(**free) if free else estimator
