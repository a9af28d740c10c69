"""Pipelines with samplers, transformers and a final estimator.

A sampler resamples the training data in `fit` and is skipped in `predict`. In cross-validation and
in searches over a pipeline, test folds are never resampled.

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
    final_estimator_has,
    fit_transform_one,
    has_callbacks,
    name_estimators,
    num_samples,
    print_elapsed_time,
    routing_enabled,
)
from counterpoise._row_origins import RowOrigins, contains_sampler
from counterpoise.exceptions import CounterpoiseWarning, InputError, StepError

__all__ = ["Pipeline", "make_pipeline"]

_FITTING = ("fit", "fit_transform", "fit_predict", "fit_resample")
_PREDICTING = ("predict", "predict_proba", "predict_log_proba", "decision_function", "score")


def _is_passthrough(step: Any) -> bool:
    return step is None or (isinstance(step, str) and step == "passthrough")


def _is_sampler_step(step: Any) -> bool:
    """Return whether a step is a sampler, which is skipped unless the pipeline is fitted."""
    return hasattr(step, "fit_resample") and not isinstance(step, SklearnPipeline)


def _find_final_sampler(step: Any) -> Any:
    """Return the final sampler of a step or of a nested pipeline; None if there is none."""
    while isinstance(step, SklearnPipeline) and step.steps:
        step = step.steps[-1][1]
    return step if _is_sampler_step(step) and not _conflicting_methods(step) else None


def _can_fit_transform(self: Any) -> bool:
    last = self._final_estimator
    transforms = hasattr(last, "transform") or hasattr(last, "fit_transform")
    return _is_passthrough(last) or (transforms and _find_final_sampler(last) is None)


def _can_transform(self: Any) -> bool:
    last = self._final_estimator
    return _is_passthrough(last) or hasattr(last, "transform") or _is_sampler_step(last)


def _can_fit_resample(self: Any) -> bool:
    return _is_passthrough(self._final_estimator) or hasattr(self._final_estimator, "fit_resample")


class Pipeline(SklearnPipeline):
    """Pipeline of transformers and samplers with a final estimator.

    It extends `sklearn.pipeline.Pipeline`: steps may be samplers, which are objects with
    `fit_resample`, from counterpoise, imbalanced-learn or another library. In `fit`, a sampler
    resamples `X` and `y` for all later steps. In `predict`, `transform`, `score` and the other
    methods it is skipped.

    Parameters
    ----------
    steps : list of tuple
        Pairs of a name and a step, in order. A step is a transformer, a sampler, a pipeline, or
        "passthrough" or None, which are skipped. The last step may be any estimator.
    transform_input : list of str or None, default=None
        Names of metadata, such as a validation set, that the steps transform before they are
        passed to the step that requests them. Requires
        ``sklearn.set_config(enable_metadata_routing=True)``.
    memory : str, joblib.Memory or None, default=None
        Cache of the fitted transformers and samplers and of their output; a string is the path of
        its directory. None does not cache. The last step is never cached.
    verbose : bool, default=False
        Whether to print the time elapsed while fitting each step.

    Attributes
    ----------
    named_steps : Bunch
        The steps by name.
    classes_ : ndarray of shape (n_classes,)
        The classes of the last step. Defined only if it is a classifier.
    n_features_in_ : int
        Number of features seen by the first step.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features seen by the first step. Defined only if the first step has them.

    See Also
    --------
    make_pipeline : Pipeline with automatic names of the steps.
    counterpoise.ResampledClassifier : Classifier on resampled data with calibrated probabilities.

    Notes
    -----
    Metadata for a step after a sampler, such as ``sample_weight``, are resampled: a kept sample has
    its own entry, a synthetic sample the entry of its base sample. This requires a sampler with
    `provenance_` or `sample_indices_`. A value is resampled if its length is the number of samples,
    unless `transform_input` names it, or its name is one of validation data, such as ``eval_set``
    or ``X_val``.

    `fit_transform` returns the transformed resampled data; `fit` followed by `transform` returns
    the transformed `X`.

    The callbacks of scikit-learn 1.9 are called only in pipelines without samplers; otherwise a
    warning is raised.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn.svm import SVC
    >>> from counterpoise.pipeline import Pipeline
    >>> from counterpoise.under_sampling import RandomUnderSampler
    >>> X, y = make_classification(weights=[0.9], flip_y=0, random_state=0)
    >>> model = Pipeline(
    ...     [("scale", StandardScaler()), ("undersample", RandomUnderSampler()), ("svc", SVC())]
    ... )
    >>> model.set_params(undersample__random_state=0, svc__C=10).fit(X, y).predict(X).shape
    (100,)
    >>> model["svc"].shape_fit_
    (18, 20)
    """

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Fit all steps, in order, to the transformed and resampled data.

        A sampler as the last step checks the data without resampling, with a warning; see
        `fit_resample`.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The training samples.
        y : array-like of shape (n_samples,), default=None
            The target classes.
        **params : dict
            Parameters of the steps, as ``step__parameter=value``. With metadata routing, the
            metadata that the steps request.

        Returns
        -------
        self
            The fitted pipeline.

        Raises
        ------
        StepError
            If a step is invalid, or invalid in its position.
        InputError
            If metadata for a step after a sampler cannot be resampled, because the sampler does not
            report the origin of its samples.
        """
        if self._has_inner_sampler():
            X, y, last_params = self._fit_inner_steps("fit", X, y, params)
            with self._print_time(len(self.steps) - 1):
                if not _is_passthrough(self._final_estimator):
                    self._final_estimator.fit(X, y, **last_params["fit"])
        else:
            super().fit(X, y, **params)
        if _find_final_sampler(self) is not None:
            warnings.warn(
                "This pipeline ends in a sampler, and fit does not resample with it. Put the model "
                "into the same pipeline, or call fit_resample. Pipelines, ColumnTransformer and "
                "FeatureUnion of scikit-learn do not resample.",
                CounterpoiseWarning,
                stacklevel=2,
            )
        return self

    @available_if(_can_fit_transform)  # type: ignore[untyped-decorator]
    def fit_transform(self, X: Any, y: Any = None, **params: Any) -> Any:
        """Fit all steps, and transform the resampled data with the last step.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The training samples.
        y : array-like of shape (n_samples,), default=None
            The target classes.
        **params : dict
            Parameters of the steps, as in `fit`.

        Returns
        -------
        {array-like, sparse matrix, dataframe} of shape (n_resampled, n_transformed)
            The transformed resampled samples.
        """
        if not self._has_inner_sampler():
            return super().fit_transform(X, y, **params)
        return self._fit_transform_resample(X, y, params)[0]

    @available_if(final_estimator_has("fit_predict"))  # type: ignore[untyped-decorator]
    def fit_predict(self, X: Any, y: Any = None, **params: Any) -> Any:
        """Fit all steps, and predict the resampled data with the last step.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The training samples.
        y : array-like of shape (n_samples,), default=None
            The target classes.
        **params : dict
            Parameters of the steps, as in `fit`.

        Returns
        -------
        array-like of shape (n_resampled,)
            The predictions of the resampled samples.
        """
        if not self._has_inner_sampler():
            return super().fit_predict(X, y, **params)
        X, y, last_params = self._fit_inner_steps("fit_predict", X, y, params)
        with self._print_time(len(self.steps) - 1):
            return self._final_estimator.fit_predict(X, y, **last_params["fit_predict"])

    @available_if(_can_fit_resample)  # type: ignore[untyped-decorator]
    def fit_resample(self, X: Any, y: Any = None, **params: Any) -> tuple[Any, Any]:
        """Fit all steps, and return the resampled data. The last step must be a sampler.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples.
        y : array-like of shape (n_samples,)
            The target classes.
        **params : dict
            Parameters of the steps, as in `fit`.

        Returns
        -------
        X_resampled : {array-like, sparse matrix, dataframe} of shape (n_resampled, n_transformed)
            The transformed and resampled samples.
        y_resampled : array-like of shape (n_resampled,)
            Their classes.
        """
        X, y, last_params = self._fit_inner_steps("fit_resample", X, y, params)
        with self._print_time(len(self.steps) - 1):
            if _is_passthrough(self._final_estimator):
                return X, y
            resampled: tuple[Any, Any] = self._final_estimator.fit_resample(
                X, y, **last_params["fit_resample"]
            )
            return resampled

    @available_if(_can_transform)  # type: ignore[untyped-decorator]
    def transform(self, X: Any, **params: Any) -> Any:
        """Transform the data with all transformers; samplers are skipped.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to transform.
        **params : dict
            With metadata routing, the metadata that the steps request.

        Returns
        -------
        {array-like, sparse matrix, dataframe} of shape (n_samples, n_transformed)
            The transformed samples.
        """
        if not _is_sampler_step(self._final_estimator):
            return super().transform(X, **params)
        check_is_fitted(self)
        before = self[:-1]
        return before.transform(X, **params) if before.steps else X

    def get_metadata_routing(self) -> Any:
        """Get the metadata routing of the pipeline.

        Returns
        -------
        MetadataRouter
        """
        router = super().get_metadata_routing()
        for name, step in self.steps[:-1]:
            if not _is_passthrough(step):
                router.add(method_mapping=_step_mapping(step), **{name: step})
        name, last = self.steps[-1]
        if not _is_passthrough(last):
            router.add(method_mapping=_final_step_mapping(last), **{name: last})
        return router

    # ---- Overridden methods of scikit-learn's pipeline ----

    def _iter(self, with_final: bool = True, filter_passthrough: bool = True) -> Iterator[Any]:
        """Iterate over the steps without the samplers, which only fitting uses."""
        steps = super()._iter(with_final=with_final, filter_passthrough=filter_passthrough)
        return (item for item in steps if not _is_sampler_step(item[2]))

    def _validate_steps(self) -> None:
        for name, step in self.steps[:-1]:
            _check_inner_step(name, step)
        if self.steps:
            _check_step(*self.steps[-1])
        # scikit-learn checks the names and the other steps; it would reject samplers.
        known = [(n, "passthrough" if contains_sampler(step) else step) for n, step in self.steps]
        SklearnPipeline._validate_steps(SklearnPipeline(known))

    def _check_method_params(self, method: str, props: Any, **kwargs: Any) -> Any:
        routed = super()._check_method_params(method, props, **kwargs)
        if not routing_enabled():  # `step__parameter` is for the method that fits the step
            for step_params in routed.values():
                step_params["fit_resample"] = step_params["fit"]
        return routed

    def _get_metadata_for_step(self, *, step_idx: int, step_params: Any, all_params: Any) -> Any:
        """Transform metadata with the steps before, of which the last must not be a sampler."""
        while step_idx and _is_sampler_step(self.steps[step_idx - 1][1]):
            step_idx -= 1
        return super()._get_metadata_for_step(
            step_idx=step_idx, step_params=step_params, all_params=all_params
        )

    # ---- Fitting with samplers ----

    def _has_inner_sampler(self) -> bool:
        self._validate_params()
        return any(contains_sampler(step) for _, step in self.steps[:-1])

    def _print_time(self, index: int) -> Any:
        return print_elapsed_time("Pipeline", self._log_message(index))

    def _fit_transform_resample(self, X: Any, y: Any, params: Any) -> tuple[Any, Any]:
        """Fit all steps, and return the resampled and transformed data with the classes."""
        X, y, last_params = self._fit_inner_steps("fit_transform", X, y, params)
        last = self._final_estimator
        with self._print_time(len(self.steps) - 1):
            if _is_passthrough(last):
                return X, y
            if isinstance(last, Pipeline):
                return last._fit_transform_resample(X, y, last_params["fit_transform"])
            return fit_transform_one(last, X, y, None, params=last_params)[0], y

    def _fit_inner_steps(self, method: str, X: Any, y: Any, params: Any) -> tuple[Any, Any, Any]:
        """Fit all steps but the last; return the data and the parameters of the last step."""
        self._check_before_fit()
        metadata = self._check_method_params(method=method, props=params)
        for index, (name, step) in enumerate(self.steps[:-1]):
            if _is_passthrough(step):
                with self._print_time(index):
                    continue
            step_params = self._get_metadata_for_step(
                step_idx=index, step_params=metadata[name], all_params=params
            )
            n_rows = num_samples(X) if params else 0
            X, y, fitted = self._fit_step(index, X, y, step_params)
            if params and contains_sampler(fitted):
                origins = RowOrigins(name, fitted, n_rows, num_samples(X))
                metadata = self._resample_metadata(metadata, index, origins)
        name, last = self.steps[-1]
        if _is_passthrough(last):
            return X, y, Bunch()
        last_params = self._get_metadata_for_step(
            step_idx=len(self.steps) - 1, step_params=metadata[name], all_params=params
        )
        return X, y, last_params

    def _fit_step(self, index: int, X: Any, y: Any, params: Any) -> tuple[Any, Any, Any]:
        """Fit a step, or load it and its output from the cache."""
        name, step = self.steps[index]
        memory = check_memory(self.memory)
        if getattr(memory, "location", memory) is not None:
            step = clone(step)  # the cache must not depend on an earlier fit
        fitted = memory.cache(_fit_transform_or_resample)(
            step, X, y, self._log_message(index), params
        )
        self.steps[index] = (name, fitted[-1])
        result: tuple[Any, Any, Any] = fitted
        return result

    def _check_before_fit(self) -> None:
        self._validate_params()
        if self.transform_input is not None and not routing_enabled():
            raise InputError(
                f"transform_input={self.transform_input!r} requires metadata routing. Call "
                "sklearn.set_config(enable_metadata_routing=True), or set transform_input=None."
            )
        if has_callbacks(self):
            warnings.warn(
                "The callbacks of this pipeline are not called, because it has samplers among its "
                "steps. Set the callbacks on the last step, or set verbose=True.",
                CounterpoiseWarning,
                stacklevel=4,
            )
        self.steps: list[Any] = list(self.steps)  # a copy, in which fitted steps replace the given
        self._validate_steps()

    def _resample_metadata(self, metadata: Any, index: int, origins: RowOrigins) -> Any:
        """Resample the metadata of the steps after a sampler."""
        resampled = Bunch()
        for name, _ in self.steps[index + 1 :]:
            resampled[name] = Bunch()
            for method, method_params in metadata.get(name, {}).items():
                resampled[name][method] = {
                    key: value
                    if key in (self.transform_input or ())
                    else origins.carry(value, key, name)
                    for key, value in method_params.items()
                }
        return resampled


def make_pipeline(
    *steps: Any, memory: Any = None, transform_input: Any = None, verbose: bool = False
) -> Pipeline:
    """Build a `Pipeline` from steps, which are named after their types in lower case.

    Parameters
    ----------
    *steps : transformer, sampler, estimator, "passthrough" or None
        The steps, in order.
    memory : str, joblib.Memory or None, default=None
        Cache of the fitted steps, as in `Pipeline`.
    transform_input : list of str or None, default=None
        Names of metadata that the steps transform, as in `Pipeline`.
    verbose : bool, default=False
        Whether to print the time elapsed while fitting each step.

    Returns
    -------
    Pipeline
        The unfitted pipeline.

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


# ---- Fitting a step ----


def _fit_transform_or_resample(
    step: Any, X: Any, y: Any, message: str | None, params: Any
) -> tuple[Any, Any, Any]:
    """Fit a step; return the transformed or resampled data, and the fitted step."""
    # A function of the module, because joblib.Memory caches it.
    if not contains_sampler(step):
        X, fitted = fit_transform_one(step, X, y, None, "Pipeline", message, params)
        return X, y, fitted
    with print_elapsed_time("Pipeline", message):
        if isinstance(step, Pipeline) and hasattr(step, "fit_transform"):
            X, y = step._fit_transform_resample(X, y, params["fit_transform"])
        else:
            X, y = step.fit_resample(X, y, **params["fit_resample"])
    return X, y, step


# ---- Checks of the steps ----


def _check_inner_step(name: str, step: Any) -> None:
    """Raise an error if a step is not allowed before the last position."""
    if _is_passthrough(step):
        return
    _check_step(name, step)
    if _is_foreign_pipeline(step):
        raise StepError(
            f"Step {name!r} is, or contains, a pipeline with samplers of another library, which is "
            "allowed in the last position only. Build it with counterpoise.pipeline.Pipeline."
        )
    if not (hasattr(step, "fit_resample") or hasattr(step, "transform")):
        raise StepError(
            "All steps but the last must be transformers or samplers: they implement fit and "
            f"transform or fit_resample. Step {name!r}, {step!r}, is neither. Move it to the last "
            "position, or replace it by 'passthrough'."
        )


def _check_step(name: str, step: Any) -> None:
    """Raise an error if a step is not allowed in any position."""
    if isinstance(step, type):
        raise StepError(
            f"Steps must be instances, but step {name!r} is the class {step.__name__}. Use "
            f"{step.__name__}()."
        )
    if isinstance(step, SklearnPipeline):
        return
    conflicting = _conflicting_methods(step)
    if hasattr(step, "fit_resample") and conflicting:
        raise StepError(
            f"A step must not both resample and transform or predict; step {name!r}, "
            f"{type(step).__name__}, has both fit_resample and {conflicting[0]}. Split it into two "
            "steps."
        )


def _conflicting_methods(step: Any) -> list[str]:
    """Return the methods of a step that a sampler must not have."""
    return [method for method in ("transform", "fit_transform", "predict") if hasattr(step, method)]


def _is_foreign_pipeline(step: Any) -> bool:
    """Return whether a step is, or contains, a pipeline of another library with samplers.

    The `fit_transform` of such a pipeline returns the resampled X without the resampled y.
    """
    if not (isinstance(step, SklearnPipeline) and contains_sampler(step)):
        return False
    return not isinstance(step, Pipeline) or any(
        _is_foreign_pipeline(inner) for _, inner in step.steps
    )


# ---- Metadata routing ----


def _step_mapping(step: Any) -> MethodMapping:
    """Map the methods of the pipeline to the methods that they call of a step before the last."""
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


def _final_step_mapping(step: Any) -> MethodMapping:
    """Map the methods of the pipeline to the methods that they call of the last step."""
    mapping = MethodMapping()
    for method in (*_PREDICTING, "fit", "fit_predict", "fit_resample", "transform"):
        mapping.add(caller=method, callee=method)
    for callee in ("fit_transform",) if hasattr(step, "fit_transform") else ("fit", "transform"):
        mapping.add(caller="fit_transform", callee=callee)
    return mapping.add(caller="inverse_transform", callee="inverse_transform")
