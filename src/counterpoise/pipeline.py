"""Pipelines with samplers among their steps.

A sampler is a step that resamples the rows in `fit` and is not there in `predict`, so that
cross-validation and searches over a pipeline never resample a row of a test fold.

>>> from sklearn.datasets import make_classification
>>> from sklearn.linear_model import LogisticRegression
>>> from sklearn.model_selection import cross_val_score
>>> from sklearn.preprocessing import StandardScaler
>>> from counterpoise.over_sampling import SMOTE
>>> from counterpoise.pipeline import make_pipeline
>>> X, y = make_classification(400, weights=[0.9], flip_y=0, random_state=0)
>>> model = make_pipeline(StandardScaler(), SMOTE(random_state=0), LogisticRegression())
>>> float(cross_val_score(model, X, y, scoring="balanced_accuracy").mean().round(2))
0.78
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, Self

from sklearn.base import clone
from sklearn.pipeline import Pipeline as SklearnPipeline
from sklearn.utils import Bunch
from sklearn.utils.metadata_routing import MethodMapping
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, check_memory

from counterpoise._lib.sklearn_private import (
    count_rows,
    final_estimator_has,
    fit_transform_one,
    has_callbacks,
    name_estimators,
    print_elapsed_time,
    routing_enabled,
)
from counterpoise._origin import Origin, resamples
from counterpoise.exceptions import CounterpoiseWarning, InputError, StepError

__all__ = ["Pipeline", "make_pipeline"]

_FITTING = ("fit", "fit_transform", "fit_predict", "fit_resample")
_PREDICTING = ("predict", "predict_proba", "predict_log_proba", "decision_function", "score")


def _is_absent(step: Any) -> bool:
    return step is None or (isinstance(step, str) and step == "passthrough")


def _only_resamples(step: Any) -> bool:
    """Say whether a step is a sampler, which is not there where nothing is fitted."""
    return hasattr(step, "fit_resample") and not isinstance(step, SklearnPipeline)


def _last_sampler(step: Any) -> Any:
    """Return the sampler that a step, or a pipeline within it, ends in; None if there is none."""
    while isinstance(step, SklearnPipeline) and step.steps:
        step = step.steps[-1][1]
    return step if _only_resamples(step) and not _other_methods(step) else None


def _can_fit_transform(self: Any) -> bool:
    last = self._final_estimator
    transforms = hasattr(last, "transform") or hasattr(last, "fit_transform")
    return _is_absent(last) or (transforms and _last_sampler(last) is None)


def _can_transform(self: Any) -> bool:
    last = self._final_estimator
    return _is_absent(last) or hasattr(last, "transform") or _only_resamples(last)


def _can_fit_resample(self: Any) -> bool:
    return _is_absent(self._final_estimator) or hasattr(self._final_estimator, "fit_resample")


class Pipeline(SklearnPipeline):
    """Chain transformers and samplers, and an estimator at the end.

    It is scikit-learn's pipeline in all, with samplers among its steps: what has `fit_resample`,
    of counterpoise, imbalanced-learn or another. A sampler resamples the rows and their classes for
    all later steps in `fit`, and is skipped in `predict`, `transform`, `score` and the like.

    Parameters
    ----------
    steps : list of tuple
        Pairs of a name and a transformer, a sampler, a pipeline, or "passthrough" or None for no
        step. The last may be any estimator.
    transform_input : list of str or None, default=None
        Metadata that the steps before it transform for the step that takes them, such as a
        validation set. Needs ``sklearn.set_config(enable_metadata_routing=True)``.
    memory : str, joblib.Memory or None, default=None
        Where fitted transformers and samplers, and the rows they returned, are cached; None for
        nowhere. The last step is never cached.
    verbose : bool, default=False
        Whether the time that each step took is printed.

    Attributes
    ----------
    named_steps : Bunch
        The steps by name.
    classes_ : ndarray of shape (n_classes,)
        The classes of the last step, if it is a classifier.
    n_features_in_ : int
        Number of columns that the first step saw.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the columns that the first step saw, where it has them.

    See Also
    --------
    make_pipeline : Names the steps itself.
    counterpoise.ResampledClassifier : Resamples, and keeps the probabilities true.

    Notes
    -----
    What is given to `fit` for each row and is meant for a step after a sampler, such as
    ``sample_weight``, is carried along: a kept row has its own, a new row that of the row it starts
    from. For that a sampler must say where its rows came from, by `provenance_` or by
    `sample_indices_`. Whatever has as many entries as there are rows is taken to be of the rows,
    except what `transform_input` names.

    `fit_transform` returns the resampled rows, and so other rows than `fit` and `transform` do.
    Callbacks, which scikit-learn 1.9 has, hear of the steps of a pipeline without samplers only; a
    warning says so.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn.svm import SVC
    >>> from counterpoise.pipeline import Pipeline
    >>> from counterpoise.under_sampling import RandomUnderSampler
    >>> X, y = make_classification(weights=[0.9], flip_y=0, random_state=0)
    >>> model = Pipeline(
    ...     [("scale", StandardScaler()), ("fewer", RandomUnderSampler()), ("svc", SVC())]
    ... )
    >>> model.set_params(fewer__random_state=0, svc__C=10).fit(X, y).predict(X).shape
    (100,)
    >>> model["svc"].shape_fit_
    (18, 20)
    """

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Fit each step to what the steps before it made of the rows.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)
        y : array-like of shape (n_rows,), optional
            The class of each row.
        **params
            For the steps: ``step__name=value``, or with metadata routing whatever they request.

        Returns
        -------
        self

        Raises
        ------
        StepError
            If a step cannot stand where it does, as a sampler in the last place.
        InputError
            If something of each row is meant for a step after a sampler, and the sampler does not
            say where its rows came from.
        """
        self._refuse_to_end_in_a_sampler()
        if not self._resamples_on_the_way():
            fitted: Self = super().fit(X, y, **params)
            return fitted
        X, y, rest = self._fit_to_last("fit", X, y, params)
        with self._timed(len(self.steps) - 1):
            if not _is_absent(self._final_estimator):
                self._final_estimator.fit(X, y, **rest["fit"])
        return self

    @available_if(_can_fit_transform)  # type: ignore[untyped-decorator]
    def fit_transform(self, X: Any, y: Any = None, **params: Any) -> Any:
        """Fit all steps, and return the resampled rows as the last step transforms them.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)
        y : array-like of shape (n_rows,), optional
            The class of each row.
        **params
            As in `fit`.

        Returns
        -------
        array-like or data frame of shape (n_resampled, n_transformed)
        """
        if not self._resamples_on_the_way():
            return super().fit_transform(X, y, **params)
        return self._fit_transform_both(X, y, params)[0]

    @available_if(final_estimator_has("fit_predict"))  # type: ignore[untyped-decorator]
    def fit_predict(self, X: Any, y: Any = None, **params: Any) -> Any:
        """Fit all steps, and return what the last predicts of the resampled rows.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)
        y : array-like of shape (n_rows,), optional
            The class of each row.
        **params
            As in `fit`.

        Returns
        -------
        array-like of shape (n_resampled,)
        """
        if not self._resamples_on_the_way():
            return super().fit_predict(X, y, **params)
        X, y, rest = self._fit_to_last("fit_predict", X, y, params)
        with self._timed(len(self.steps) - 1):
            return self._final_estimator.fit_predict(X, y, **rest["fit_predict"])

    @available_if(_can_fit_resample)  # type: ignore[untyped-decorator]
    def fit_resample(self, X: Any, y: Any = None, **params: Any) -> tuple[Any, Any]:
        """Fit all steps, and return the resampled rows and classes; for a sampler as last step.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)
        y : array-like of shape (n_rows,)
            The class of each row.
        **params
            As in `fit`.

        Returns
        -------
        X_resampled, y_resampled
        """
        X, y, rest = self._fit_to_last("fit_resample", X, y, params)
        with self._timed(len(self.steps) - 1):
            if _is_absent(self._final_estimator):
                return X, y
            resampled: tuple[Any, Any] = self._final_estimator.fit_resample(
                X, y, **rest["fit_resample"]
            )
            return resampled

    @available_if(_can_transform)  # type: ignore[untyped-decorator]
    def transform(self, X: Any, **params: Any) -> Any:
        """Transform rows by each step that is no sampler.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)
        **params
            With metadata routing, what the steps request.

        Returns
        -------
        array-like or data frame of shape (n_rows, n_transformed)
        """
        if not _only_resamples(self._final_estimator):
            return super().transform(X, **params)
        check_is_fitted(self)
        before = self[:-1]
        return before.transform(X, **params) if before.steps else X

    def get_metadata_routing(self) -> Any:
        """Return which step takes which metadata.

        Returns
        -------
        MetadataRouter
        """
        router = super().get_metadata_routing()
        for name, step in self.steps[:-1]:
            if not _is_absent(step):
                router.add(method_mapping=_mapping(step), **{name: step})
        name, last = self.steps[-1]
        if not _is_absent(last):
            router.add(method_mapping=_last_mapping(last), **{name: last})
        return router

    # ---- What scikit-learn's pipeline asks itself ----

    def _iter(self, with_final: bool = True, filter_passthrough: bool = True) -> Iterator[Any]:
        """Leave samplers out where nothing is fitted."""
        found = super()._iter(with_final=with_final, filter_passthrough=filter_passthrough)
        return (item for item in found if not _only_resamples(item[2]))

    def _validate_steps(self) -> None:
        for name, step in self.steps[:-1]:
            _check_step(name, step)
        if self.steps:
            _check_last(*self.steps[-1])
        known = [(n, "passthrough" if resamples(step) else step) for n, step in self.steps]
        SklearnPipeline._validate_steps(SklearnPipeline(known))

    def _check_method_params(self, method: str, props: Any, **kwargs: Any) -> Any:
        routed = super()._check_method_params(method, props, **kwargs)
        if not routing_enabled():  # then a step's parameters go to whatever fits it
            for given in routed.values():
                given["fit_resample"] = given["fit"]
        return routed

    def _get_metadata_for_step(self, *, step_idx: int, step_params: Any, all_params: Any) -> Any:
        """Let no sampler end the steps that transform metadata."""
        while step_idx and _only_resamples(self.steps[step_idx - 1][1]):
            step_idx -= 1
        return super()._get_metadata_for_step(
            step_idx=step_idx, step_params=step_params, all_params=all_params
        )

    # ---- Fitting with samplers on the way ----

    def _resamples_on_the_way(self) -> bool:
        self._validate_params()
        return any(resamples(step) for _, step in self.steps[:-1])

    def _refuse_to_end_in_a_sampler(self) -> None:
        self._validate_params()
        sampler = _last_sampler(self)
        if sampler is not None:
            kind = type(sampler).__name__
            raise StepError(
                f"The last step must be an estimator if the pipeline is to be fitted; {kind} only "
                "resamples. Put an estimator after it, or call fit_resample."
            )

    def _timed(self, index: int) -> Any:
        return print_elapsed_time("Pipeline", self._log_message(index))

    def _fit_transform_both(self, X: Any, y: Any, params: Any) -> tuple[Any, Any]:
        """Fit all steps, and return the resampled and transformed rows with their classes."""
        X, y, rest = self._fit_to_last("fit_transform", X, y, params)
        last = self._final_estimator
        with self._timed(len(self.steps) - 1):
            if _is_absent(last):
                return X, y
            if isinstance(last, Pipeline):
                return last._fit_transform_both(X, y, rest["fit_transform"])
            return fit_transform_one(last, X, y, None, params=rest)[0], y

    def _fit_to_last(self, method: str, X: Any, y: Any, params: Any) -> tuple[Any, Any, Any]:
        """Fit all steps but the last; return the rows, the classes and what the last one gets."""
        self._check_before()
        metadata = self._check_method_params(method=method, props=params)
        for index, (name, step) in enumerate(self.steps[:-1]):
            if _is_absent(step):
                with self._timed(index):
                    continue
            given = self._get_metadata_for_step(
                step_idx=index, step_params=metadata[name], all_params=params
            )
            n_rows = count_rows(X) if params else 0
            X, y, fitted = self._fit_step(index, X, y, given)
            if params and resamples(fitted):
                origin = Origin(name, fitted, n_rows, count_rows(X))
                metadata = self._carry(metadata, index, origin)
        name, last = self.steps[-1]
        if _is_absent(last):
            return X, y, Bunch()
        rest = self._get_metadata_for_step(
            step_idx=len(self.steps) - 1, step_params=metadata[name], all_params=params
        )
        return X, y, rest

    def _fit_step(self, index: int, X: Any, y: Any, given: Any) -> tuple[Any, Any, Any]:
        """Fit a step, or find it and what it made in the cache."""
        name, step = self.steps[index]
        memory = check_memory(self.memory)
        if getattr(memory, "location", memory) is not None:
            step = clone(step)
        fitted = memory.cache(_fit_one)(step, X, y, self._log_message(index), given)
        self.steps[index] = (name, fitted[-1])
        result: tuple[Any, Any, Any] = fitted
        return result

    def _check_before(self) -> None:
        self._validate_params()
        if self.transform_input is not None and not routing_enabled():
            raise InputError(
                f"transform_input={self.transform_input!r} needs metadata routing. Call "
                "sklearn.set_config(enable_metadata_routing=True), or leave it None."
            )
        if has_callbacks(self):
            warnings.warn(
                "The callbacks of a pipeline hear nothing where samplers are among its steps. Set "
                "them on the last step, or use verbose=True.",
                CounterpoiseWarning,
                stacklevel=4,
            )
        self.steps: list[Any] = list(self.steps)  # fitted steps take their places
        self._validate_steps()

    def _carry(self, metadata: Any, index: int, origin: Origin) -> Any:
        """Bring what belongs to the rows along, for the steps after a sampler."""
        carried = Bunch()
        for name, _ in self.steps[index + 1 :]:
            carried[name] = Bunch()
            for method, given in metadata.get(name, {}).items():
                carried[name][method] = {
                    key: value
                    if key in (self.transform_input or ())
                    else origin.carry(value, key, name)
                    for key, value in given.items()
                }
        return carried


def make_pipeline(
    *steps: Any, memory: Any = None, transform_input: Any = None, verbose: bool = False
) -> Pipeline:
    """Make a `Pipeline` whose steps are named after their types, in lower case.

    Parameters
    ----------
    *steps : transformer, sampler, estimator or "passthrough"
        The steps.
    memory : str, joblib.Memory or None, default=None
        Where fitted steps are cached.
    transform_input : list of str or None, default=None
        Metadata that the steps transform.
    verbose : bool, default=False
        Whether the time that each step took is printed.

    Returns
    -------
    Pipeline

    Examples
    --------
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from counterpoise.pipeline import make_pipeline
    >>> from counterpoise.under_sampling import TomekLinks
    >>> make_pipeline(TomekLinks(), GaussianNB())
    Pipeline(steps=[('tomeklinks', TomekLinks()), ('gaussiannb', GaussianNB())])
    """
    return Pipeline(
        name_estimators(steps), memory=memory, transform_input=transform_input, verbose=verbose
    )


# ---- One step ----


def _fit_one(step: Any, X: Any, y: Any, message: str | None, given: Any) -> tuple[Any, Any, Any]:
    """Fit a step, and return the rows and classes that it makes, and itself; may be cached."""
    if not resamples(step):
        X, fitted = fit_transform_one(step, X, y, None, "Pipeline", message, given)
        return X, y, fitted
    with print_elapsed_time("Pipeline", message):
        if isinstance(step, Pipeline) and hasattr(step, "fit_transform"):
            X, y = step._fit_transform_both(X, y, given["fit_transform"])
        else:
            X, y = step.fit_resample(X, y, **given["fit_resample"])
    return X, y, step


# ---- What may be a step ----


def _check_step(name: str, step: Any) -> None:
    if _is_absent(step):
        return
    _check_last(name, step)
    if _is_foreign(step):
        raise StepError(
            "All pipelines with samplers in them must be of counterpoise.pipeline, but for the "
            f"last step; not so step {name!r}, or a pipeline within it. Make it a counterpoise "
            "Pipeline."
        )
    if not (hasattr(step, "fit_resample") or hasattr(step, "transform")):
        raise StepError(
            "All steps but the last must be transformers, with fit and transform, or samplers, "
            f"with fit_resample; step {name!r}, {step!r}, has neither. Move it to the end, or "
            "leave it out with 'passthrough'."
        )


def _check_last(name: str, step: Any) -> None:
    """Refuse what cannot be a step in any place."""
    kind = step.__name__ if isinstance(step, type) else type(step).__name__
    if isinstance(step, type):
        raise StepError(f"Steps must be instances; step {name!r} is the class {kind}. Call it.")
    if isinstance(step, SklearnPipeline):
        return
    other = _other_methods(step)
    if hasattr(step, "fit_resample") and other:
        raise StepError(
            f"A step must either resample or do something else; step {name!r}, {kind}, has both "
            f"fit_resample and {other[0]}. Split it into two steps."
        )


def _other_methods(step: Any) -> list[str]:
    """Return what a sampler has and may not have."""
    return [method for method in ("transform", "fit_transform", "predict") if hasattr(step, method)]


def _is_foreign(step: Any) -> bool:
    """Say whether a pipeline resamples without telling which classes are left."""
    if not (isinstance(step, SklearnPipeline) and resamples(step)):
        return False
    return not isinstance(step, Pipeline) or any(_is_foreign(inner) for _, inner in step.steps)


# ---- Who gets which metadata ----


def _mapping(step: Any) -> MethodMapping:
    """Return which methods of a step before the last are called by which of the pipeline."""
    if hasattr(step, "fit_transform"):
        fitting: tuple[str, ...] = ("fit_transform",)
    else:
        fitting = ("fit_resample",) if hasattr(step, "fit_resample") else ("fit", "transform")
    mapping = MethodMapping()
    for caller in _FITTING:
        for callee in fitting:
            mapping.add(caller=caller, callee=callee)
    for caller in (*_PREDICTING, "transform"):
        mapping.add(caller=caller, callee="transform")
    return mapping.add(caller="inverse_transform", callee="inverse_transform")


def _last_mapping(step: Any) -> MethodMapping:
    mapping = MethodMapping()
    for method in (*_PREDICTING, "fit", "fit_predict", "fit_resample", "transform"):
        mapping.add(caller=method, callee=method)
    for callee in ("fit_transform",) if hasattr(step, "fit_transform") else ("fit", "transform"):
        mapping.add(caller="fit_transform", callee=callee)
    return mapping.add(caller="inverse_transform", callee="inverse_transform")
