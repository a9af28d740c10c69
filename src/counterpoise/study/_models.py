"""The models of a study and their preprocessing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC
from sklearn.utils import get_tags

from counterpoise._encoding import make_preprocessing
from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.sklearn_private import full_repr
from counterpoise._lib.suggest import suggest_names
from counterpoise._lib.types import BoolArray
from counterpoise.exceptions import InputError

__all__ = [
    "BOOSTERS",
    "CLASSIFIERS",
    "DEFAULT_MODELS",
    "DUMMY",
    "DUMMY_MODEL",
    "MODELS",
    "Model",
    "ModelCatalog",
    "resolve_models",
    "select_for_sparse",
    "takes_sparse",
    "with_preprocessing",
    "with_random_state",
]


@dataclass(frozen=True)
class Model:
    """A model of a study.

    Attributes
    ----------
    name, description : str
    estimator : classifier or regressor
        Unfitted.
    takes_raw_data : bool
        Whether it takes the samples in their original container (a pipeline of the user);
        otherwise they are encoded as numbers.
    predicts_highest_score : bool
        Whether its prediction is always the class with the highest score, so that `predict` need
        not be called.
    balances : bool
        Whether it is trained as if all classes were of the same size, as balanced ensembles are.
    is_quick : bool
        Whether a fit takes seconds at most; such models run first.
    """

    name: str
    description: str
    estimator: Any
    takes_raw_data: bool = False
    predicts_highest_score: bool = False
    balances: bool = False
    is_quick: bool = False


@dataclass(frozen=True)
class ModelCatalog:
    """The models for one kind of target, by name.

    Attributes
    ----------
    kind : str
        "classifier" or "regressor".
    accepts : callable
        Returns whether an estimator is of this kind.
    example : str
        A model of another package, as ``module:Class``.
    models : dict of str to Model
    defaults : tuple of str
    boosters : dict of str to (str, dict)
        Models of optional packages, with class name and parameters; the package's name is the
        model's.
    """

    kind: str
    accepts: Callable[[Any], bool]
    example: str
    models: dict[str, Model]
    defaults: tuple[str, ...]
    boosters: dict[str, tuple[str, dict[str, Any]]]


MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        Model(
            "logistic",
            "logistic regression on scaled features",
            LogisticRegression(max_iter=1000),
            predicts_highest_score=True,
            is_quick=True,
        ),
        Model(
            "svm",
            "linear support vector machine on scaled features",
            LinearSVC(),
            predicts_highest_score=True,
        ),
        Model(
            "forest",
            "random forest of 100 trees",
            RandomForestClassifier(100),
            predicts_highest_score=True,
        ),
        Model(
            "boosting",
            "histogram gradient boosting, 100 rounds",
            HistGradientBoostingClassifier(early_stopping=False),
            predicts_highest_score=True,
        ),
        Model(
            "neighbors",
            "15 nearest neighbors on scaled features",
            KNeighborsClassifier(15),
            predicts_highest_score=True,
        ),
        Model(
            "naive-bayes",
            "Gaussian naive Bayes",
            GaussianNB(),
            predicts_highest_score=True,
            is_quick=True,
        ),
    )
}
DEFAULT_MODELS = ("logistic", "svm", "forest", "boosting")

# The study runs folds in parallel, so each model uses one thread.
BOOSTERS: dict[str, tuple[str, dict[str, Any]]] = {
    "lightgbm": ("LGBMClassifier", {"n_jobs": 1, "verbosity": -1}),
    "xgboost": ("XGBClassifier", {"n_jobs": 1}),
    "catboost": (
        "CatBoostClassifier",
        {"thread_count": 1, "verbose": 0, "allow_writing_files": False},
    ),
}

CLASSIFIERS = ModelCatalog(
    "classifier",
    is_classifier,
    "sklearn.tree:DecisionTreeClassifier",
    MODELS,
    DEFAULT_MODELS,
    BOOSTERS,
)

DUMMY = "dummy"
DUMMY_MODEL = Model(
    DUMMY, "dummy classifier: predicts the class proportions for every sample", DummyClassifier()
)


def resolve_models(models: Any, catalog: ModelCatalog = CLASSIFIERS) -> tuple[Model, ...]:
    """Resolve the `models` parameter of a study.

    Parameters
    ----------
    models : None, str, estimator, sequence of these, or mapping of names to estimators
        None for the defaults. A name is one of the catalog, or ``module:Class``.
    catalog : ModelCatalog, default=CLASSIFIERS

    Returns
    -------
    tuple of Model

    Raises
    ------
    InputError
        If a name is unknown or used twice, or a value is not a model of this kind.
    ImportError
        If the package of the model is not installed.
    """
    if models is None:
        models = catalog.defaults
    if isinstance(models, str | BaseEstimator):
        models = [models]
    if isinstance(models, Mapping):
        chosen = [_from_user(str(name), estimator, catalog) for name, estimator in models.items()]
    elif isinstance(models, Sequence):
        chosen = [
            _builtin(model, catalog)
            if isinstance(model, str)
            else _from_user(type(model).__name__, model, catalog)
            for model in models
        ]
    else:
        raise InputError(f"models must be names, {catalog.kind}s, or a mapping; got {models!r}.")
    names = [model.name for model in chosen]
    twice = {name for name in names if [*names, DUMMY].count(name) > 1}
    if twice or not chosen:
        what = f"{min(twice)!r} is used twice" if twice else "none is given"
        raise InputError(f"models must be at least one model, with unique names; {what}.")
    return tuple(chosen)


def _builtin(name: str, catalog: ModelCatalog) -> Model:
    if ":" in name:
        module, _, class_name = name.partition(":")
        return _from_module(module, class_name, catalog)
    if name in catalog.boosters:
        return _booster(name, catalog)
    if name not in catalog.models:
        similar = suggest_names(name, (*catalog.models, *catalog.boosters))
        raise InputError(
            f"Unknown model {name!r}.{similar} Other {catalog.kind}s have the form module:Class, "
            f"such as {catalog.example}."
        )
    return catalog.models[name]


def _booster(name: str, catalog: ModelCatalog) -> Model:
    class_name, parameters = catalog.boosters[name]
    estimator = getattr(import_optional(name, f"the model {name}"), class_name)(**parameters)
    return Model(
        name, f"{class_name} with default parameters", estimator, predicts_highest_score=True
    )


def _from_module(module: str, name: str, catalog: ModelCatalog) -> Model:
    """Return the model of a class, with default parameters, or of an estimator."""
    try:
        found = getattr(import_module(module), name)
        estimator = found() if isinstance(found, type) else found
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise InputError(f"The model {module}:{name} cannot be created: {error}.") from error
    return _from_user(name, estimator, catalog)


def _from_user(name: str, estimator: Any, catalog: ModelCatalog) -> Model:
    if isinstance(estimator, str):
        return replace(_builtin(estimator, catalog), name=name)
    if not catalog.accepts(estimator):
        given = type(estimator).__name__
        raise InputError(f"Model {name!r} must be a {catalog.kind}; got {given}.")
    return Model(name, full_repr(estimator), estimator, isinstance(estimator, Pipeline))


def takes_sparse(model: Model) -> bool:
    """Return whether a model takes sparse tables, by its tags; a user's pipeline always may."""
    return model.takes_raw_data or bool(get_tags(model.estimator).input_tags.sparse)


def select_for_sparse(
    models: Sequence[Model], catalog: ModelCatalog = CLASSIFIERS
) -> tuple[Model, ...]:
    """Return the models of a study, if all of them take sparse tables.

    Raises
    ------
    InputError
        If one needs a dense table; the message names models that do not.
    """
    dense = [model.name for model in models if not takes_sparse(model)]
    if dense:
        names = [name for name, model in catalog.models.items() if takes_sparse(model)]
        need = "need dense tables" if len(dense) > 1 else "needs a dense table"
        raise InputError(
            f"X is sparse, and {', '.join(dense)} {need}. Use models={names}, lightgbm or xgboost; "
            "or a pipeline that reduces X first, such as make_pipeline(TruncatedSVD(100), "
            f"HistGradientBoosting{catalog.kind.capitalize()}())."
        )
    return tuple(models)


def with_preprocessing(estimator: Any, categorical: BoolArray | None) -> Any:
    """Add the preprocessing that a model needs for encoded data.

    Parameters
    ----------
    estimator : classifier or regressor
    categorical : ndarray of bool of shape (n_features,) or None
        Which features hold codes of categories; NaN marks missing values. None for sparse data.

    Returns
    -------
    classifier or regressor
        Histogram gradient boosting handles categories and missing values itself. Others get the
        preprocessing of `make_preprocessing`.
    """
    fresh = clone(estimator)
    within = _boosting_within(fresh)
    if within is not None and categorical is not None:
        codes = np.flatnonzero(categorical)
        return fresh.set_params(**{f"{within}categorical_features": codes}) if len(codes) else fresh
    return make_pipeline(make_preprocessing(categorical), fresh)


def _boosting_within(estimator: Any) -> str | None:
    """Return what leads to the parameters of histogram gradient boosting, None if it is not it."""
    positions = {"": estimator, "estimator__": getattr(estimator, "estimator", None)}
    boosting = HistGradientBoostingClassifier, HistGradientBoostingRegressor
    return next((way for way, found in positions.items() if isinstance(found, boosting)), None)


def with_random_state(estimator: Any, seed: int) -> Any:
    """Return an estimator whose free random states are fixed; it is changed in place."""
    free = {
        name: seed
        for name, value in estimator.get_params(deep=True).items()
        if name.rpartition("__")[2] == "random_state" and value is None
    }
    return estimator.set_params(**free) if free else estimator
