"""The methods for imbalanced data that a study compares, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline

from counterpoise._lib.sklearn_private import full_repr
from counterpoise._lib.suggest import find_name, suggest_names
from counterpoise._resample import METHODS as SAMPLERS
from counterpoise._resample import choose_smote, make_sampler
from counterpoise._row_origins import check_only_resamples
from counterpoise._table import FeatureType, Table, feature_types_of, positions_of_type
from counterpoise.base import BaseSampler, is_sampler
from counterpoise.combine import SMOTEENN
from counterpoise.ensemble import (
    BalanceCascadeClassifier,
    BalancedBaggingClassifier,
    BalancedRandomForestClassifier,
    EasyEnsembleClassifier,
    RUSBoostClassifier,
    SelfPacedEnsembleClassifier,
    SMOTEBaggingClassifier,
    SMOTEBoostClassifier,
)
from counterpoise.exceptions import InputError
from counterpoise.neighbors._space import Scale, choose_scale
from counterpoise.over_sampling import (
    ADASYN,
    BorderlineSMOTE,
    RandomOverSampler,
)
from counterpoise.profile import advise_method
from counterpoise.study._models import CLASSIFIERS, Model, ModelCatalog
from counterpoise.under_sampling import EditedNearestNeighbours, RandomUnderSampler

__all__ = [
    "BASELINE",
    "DEFAULT_METHODS",
    "FOR_CLASSES",
    "METHODS",
    "Method",
    "MethodCatalog",
    "Requirements",
    "as_model",
    "resolve_methods",
    "undersampling_ensemble",
]

BASELINE = "baseline"
# A class that is small in some training fold gets fewer neighbors there, and the others do not.
SMALL_CLASSES = "shrink_k"

How = Literal["baseline", "weights", "threshold", "sampler", "wrapper", "standalone"]


@dataclass(frozen=True)
class Requirements:
    """The properties of the data that determine which sampler fits.

    Attributes
    ----------
    n_categorical : int
        Number of categorical and boolean features.
    n_minority : int
        Smallest number of minority samples in the training part of any fold.
    feature_types : frozenset of FeatureType
    scale : {"standard"} or None
        Units in which samplers search for neighbors.
    """

    n_categorical: int
    n_minority: int
    feature_types: frozenset[FeatureType]
    scale: Scale = "standard"

    @classmethod
    def of(cls, table: Table, n_minority: int) -> Requirements:
        """Determine the requirements of a table."""
        categorical = positions_of_type(table, FeatureType.CATEGORICAL, FeatureType.BOOLEAN)
        return cls(len(categorical), n_minority, feature_types_of(table), choose_scale(table))


@dataclass(frozen=True)
class Method:
    """A method for imbalanced data.

    Attributes
    ----------
    name, description : str
    how : {"baseline", "weights", "threshold", "sampler", "wrapper", "standalone"}
        What the method changes: nothing, the class weights of the model, its decision threshold,
        the training data, or the model itself; "standalone" is a classifier that is compared with
        the models as it is.
    make : callable or None
        For "sampler": maps `Requirements` to a sampler, or to a message why none applies. For
        "wrapper": maps a model to a classifier. For "standalone": returns the classifier.
    balances : bool
        Whether the model is trained as if all classes were of the same size (not for samplers,
        whose output is counted).
    """

    name: str
    description: str
    how: How
    make: Callable[..., Any] | None = None
    balances: bool = False


def as_model(method: Method) -> Model:
    """Return the model of a method that is a classifier of its own ("standalone")."""
    assert method.make is not None
    estimator = method.make()
    is_pipeline = isinstance(estimator, Pipeline)
    return Model(method.name, method.description, estimator, is_pipeline, balances=method.balances)


@dataclass(frozen=True)
class MethodCatalog:
    """The methods for one kind of target, by name.

    Attributes
    ----------
    models : ModelCatalog
        Of the same kind.
    methods : dict of str to Method
    defaults : tuple of str
    spellings : dict of str to tuple of str
        The names by which each method is found.
    """

    models: ModelCatalog
    methods: dict[str, Method]
    defaults: tuple[str, ...]
    spellings: dict[str, tuple[str, ...]]


def _smote(requirements: Requirements) -> Any:
    sampler = make_sampler(choose_smote(requirements.feature_types), small_classes=SMALL_CLASSES)
    return _with_units(sampler, requirements)


def _with_units(sampler: BaseSampler, requirements: Requirements) -> BaseSampler:
    """Set the units of distances of a sampler that has them."""
    has_units = "scale" in sampler.get_params(deep=False)
    return sampler.set_params(scale=requirements.scale) if has_units else sampler


def _numeric_only(sampler: type[Any]) -> Callable[[Requirements], Any]:
    def make(requirements: Requirements) -> Any:
        if requirements.n_categorical:
            return f"{sampler.__name__} needs numeric features; the table has categorical ones."
        return sampler(scale=requirements.scale, small_classes=SMALL_CLASSES)

    return make


def _smote_enn(requirements: Requirements) -> Any:
    enn = EditedNearestNeighbours(sampling_strategy="all", scale=requirements.scale)
    return SMOTEENN(smote=_smote(requirements), enn=enn)


def undersampling_ensemble(model: Any) -> Any:
    """Return an ensemble of a model whose members are fitted on balanced samples."""
    if isinstance(model, RandomForestClassifier):
        shared = BalancedRandomForestClassifier().get_params()
        given = {name: value for name, value in model.get_params().items() if name in shared}
        given.pop("class_weight", None)
        given.pop("bootstrap", None)
        return BalancedRandomForestClassifier(**given)
    return BalancedBaggingClassifier(estimator=clone(model))


def _sampler_method(name: str) -> Method:
    """Return the method of `counterpoise.resample` with this name."""
    sampler = SAMPLERS[name]

    def make(requirements: Requirements) -> Any:
        advice = advise_method(name, requirements.feature_types, requirements.n_minority)
        if not advice.applicable:
            return f"{sampler.__name__} is not suitable: {advice.reason}."
        parameters = dict(advice.parameters)
        if "small_classes" in sampler().get_params():
            parameters["small_classes"] = SMALL_CLASSES
        return _with_units(make_sampler(name, **parameters), requirements)

    return Method(name, _first_line(sampler), "sampler", make)


def _ensemble_method(name: str, ensemble: type[Any]) -> Method:
    def make() -> Any:
        if not name.startswith("smote-"):
            return ensemble()
        return ensemble(sampler=make_sampler("smote", small_classes=SMALL_CLASSES))

    return Method(name, _first_line(ensemble), "standalone", make, balances=True)


def _first_line(documented: type[Any]) -> str:
    return (documented.__doc__ or "").partition("\n")[0].removesuffix(".")


_ENSEMBLES: dict[str, type[Any]] = {
    "balance-cascade": BalanceCascadeClassifier,
    "balanced-bagging": BalancedBaggingClassifier,
    "balanced-forest": BalancedRandomForestClassifier,
    "easy-ensemble": EasyEnsembleClassifier,
    "rus-boost": RUSBoostClassifier,
    "self-paced": SelfPacedEnsembleClassifier,
    "smote-bagging": SMOTEBaggingClassifier,
    "smote-boost": SMOTEBoostClassifier,
}
_DEFAULTS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(BASELINE, "no resampling", "baseline"),
        Method(
            "class-weight",
            "class weights inversely proportional to class frequencies",
            "weights",
            balances=True,
        ),
        Method(
            "threshold",
            "decision threshold tuned by cross-validation inside each training fold",
            "threshold",
        ),
        Method(
            "random-under",
            "random undersampling of the larger classes",
            "sampler",
            lambda _: RandomUnderSampler(),
        ),
        Method(
            "random-over",
            "random oversampling: duplicates of minority samples",
            "sampler",
            lambda _: RandomOverSampler(),
        ),
        Method("smote", "SMOTE, SMOTENC or SMOTEN by feature types", "sampler", _smote),
        Method(
            "borderline-smote",
            "SMOTE that starts from minority samples near the class boundary",
            "sampler",
            _numeric_only(BorderlineSMOTE),
        ),
        Method(
            "adasyn",
            "ADASYN: more synthetic samples where neighbors are of other classes",
            "sampler",
            _numeric_only(ADASYN),
        ),
        Method(
            "smote-enn",
            "SMOTE followed by edited nearest neighbors",
            "sampler",
            _smote_enn,
        ),
        Method(
            "under-ensemble",
            "ensemble of the model, each member fitted on balanced samples",
            "wrapper",
            undersampling_ensemble,
            balances=True,
        ),
    )
}
DEFAULT_METHODS = tuple(_DEFAULTS)
METHODS: dict[str, Method] = {
    **_DEFAULTS,
    **{name: _sampler_method(name) for name in SAMPLERS if name not in _DEFAULTS},
    **{name: _ensemble_method(name, ensemble) for name, ensemble in _ENSEMBLES.items()},
}
_CLASS_NAMES = {name: found.__name__ for name, found in {**SAMPLERS, **_ENSEMBLES}.items()}
FOR_CLASSES = MethodCatalog(
    CLASSIFIERS,
    METHODS,
    DEFAULT_METHODS,
    {name: (name, _CLASS_NAMES[name]) if name in _CLASS_NAMES else (name,) for name in METHODS},
)


def resolve_methods(methods: Any, catalog: MethodCatalog = FOR_CLASSES) -> tuple[Method, ...]:
    """Resolve the `methods` parameter of a study; the baseline always comes first.

    Parameters
    ----------
    methods : None, str, sampler, model, callable, sequence of these, or mapping of names
        None for the defaults. A name is one of the catalog. A callable maps a model to another
        one.
    catalog : MethodCatalog, default=FOR_CLASSES

    Returns
    -------
    tuple of Method

    Raises
    ------
    InputError
        If a name is unknown or used twice, or a value is not a method.
    """
    if methods is None:
        methods = catalog.defaults
    if isinstance(methods, str | BaseEstimator) or callable(methods):
        methods = [methods]
    if isinstance(methods, Mapping):
        chosen = [_from_user(str(name), method, catalog) for name, method in methods.items()]
    elif isinstance(methods, Sequence):
        chosen = [
            _builtin(method, catalog)
            if isinstance(method, str)
            else _from_user(_name_of(method), method, catalog)
            for method in methods
        ]
    else:
        kind = catalog.models.kind
        raise InputError(f"methods must be names, samplers or {kind}s; got {methods!r}.")
    if BASELINE not in [method.name for method in chosen]:
        chosen.insert(0, catalog.methods[BASELINE])
    names = [method.name for method in chosen]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise InputError(f"The names of methods must be unique; {min(twice)!r} is given twice.")
    return tuple(sorted(chosen, key=lambda method: method.name != BASELINE))


def _builtin(name: str, catalog: MethodCatalog) -> Method:
    method = find_name(name, catalog.spellings)
    if method is None:
        raise InputError(f"Unknown method {name!r}.{suggest_names(name, catalog.methods)}")
    return catalog.methods[method]


def _name_of(method: Any) -> str:
    return str(getattr(method, "__name__", type(method).__name__))


def _from_user(name: str, method: Any, catalog: MethodCatalog) -> Method:
    if name == BASELINE and method != BASELINE:
        raise InputError(
            f"{BASELINE!r} is the name of the baseline (no resampling); rename your method."
        )
    if isinstance(method, str):
        return replace(_builtin(method, catalog), name=name)
    if is_sampler(method):
        check_only_resamples(method)
        return Method(name, full_repr(method), "sampler", lambda _: clone(method))
    if isinstance(method, Pipeline) and all(is_sampler(step) for _, step in method.steps):
        raise InputError(
            f"Method {name!r} is a pipeline of samplers only; use counterpoise.combine.Chain."
        )
    kind = catalog.models.kind
    if isinstance(method, BaseEstimator) and catalog.models.accepts(method):
        return Method(name, full_repr(method), "standalone", lambda: clone(method))
    if callable(method) and not isinstance(method, BaseEstimator | np.ndarray):
        return Method(name, f"the model wrapped by {_name_of(method)}", "wrapper", method)
    raise InputError(
        f"Method {name!r} must be a sampler, a {kind}, or a function that maps a model to a "
        f"{kind}; got {method!r}."
    )
