"""Samplers that are written as in imbalanced-learn: a class with `_fit_resample` on arrays."""

from __future__ import annotations

from typing import ClassVar

import imblearn.base
import imblearn.ensemble
import imblearn.over_sampling.base
import imblearn.under_sampling.base
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import parametrize_with_checks

import counterpoise.base
import counterpoise.over_sampling.base
import counterpoise.under_sampling.base
from counterpoise import FunctionSampler
from counterpoise.base import BaseSampler, Resampling
from counterpoise.combine import SMOTEENN, Chain
from counterpoise.ensemble import BalancedBaggingClassifier
from counterpoise.exceptions import FeatureTypeError, InputError
from counterpoise.over_sampling import SMOTE
from counterpoise.over_sampling.base import BaseOverSampler
from counterpoise.pipeline import make_pipeline
from counterpoise.under_sampling import RandomUnderSampler, TomekLinks
from counterpoise.under_sampling.base import BaseCleaningSampler, BaseUnderSampler
from counterpoise.utils.estimator_checks import check_sampler
from tests.containers import CONTAINERS, as_array, as_labels, signature
from tests.promises import numbers


def write_oversampler(base):
    """Return a class that derives from `base`, and adds jittered samples of each class."""

    class Jitter(base):
        def __init__(self, *, sampling_strategy="auto", width=0.1, random_state=None):
            super().__init__(sampling_strategy=sampling_strategy)
            self.width = width
            self.random_state = random_state

        def _fit_resample(self, X, y):
            rng = np.random.RandomState(self.random_state)
            parts = [(X, y)]
            for label, n_new in self.sampling_strategy_.items():
                rows = rng.choice(np.flatnonzero(y == label), n_new)
                noise = self.width * rng.randn(n_new, X.shape[1])
                new = X[rows] + (sparse.csr_matrix(noise) if sparse.issparse(X) else noise)
                parts.append((new, np.full(n_new, label, dtype=y.dtype)))
            stack = sparse.vstack if sparse.issparse(X) else np.concatenate
            return stack([X for X, _ in parts]), np.concatenate([y for _, y in parts])

    return Jitter


def write_undersampler(base):
    """Return a class that derives from `base`, keeps random samples, and reports them."""

    class Subset(base):
        def __init__(self, *, sampling_strategy="auto", random_state=None):
            super().__init__(sampling_strategy=sampling_strategy)
            self.random_state = random_state

        def _fit_resample(self, X, y):
            rng = np.random.RandomState(self.random_state)
            kept = []
            for label in np.unique(y):
                rows = rng.permutation(np.flatnonzero(y == label))
                kept.append(rows[: self.sampling_strategy_.get(label)])
            self.sample_indices_ = np.concatenate(kept)
            return X[self.sample_indices_], y[self.sample_indices_]

    return Subset


def write_cleaner(base):
    """Return a class that derives from `base`, and removes samples with a large first value."""

    class Trim(base):
        def _fit_resample(self, X, y):
            is_kept = (X[:, 0] < 1) | ~np.isin(y, list(self.sampling_strategy_))
            return X[is_kept], y[is_kept]

    return Trim


Jitter = write_oversampler(BaseOverSampler)
Subset = write_undersampler(BaseUnderSampler)
for cls in (Jitter, Subset):
    cls.__qualname__ = cls.__name__  # so that they can be pickled
FAMILIES = {
    "over-sampling": (write_oversampler, "over_sampling", "BaseOverSampler"),
    "under-sampling": (write_undersampler, "under_sampling", "BaseUnderSampler"),
    "clean-sampling": (write_cleaner, "under_sampling", "BaseCleaningSampler"),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_same_result_with_the_base_class_of_imbalanced_learn(family, seed):
    """The same class gives the same samples, whichever library its base class is from."""
    write, package, name = FAMILIES[family]
    values, codes = numbers(seed)
    ours, theirs = (
        write(getattr(getattr(library, package).base, name)) for library in (counterpoise, imblearn)
    )
    seeded = {} if family == "clean-sampling" else {"random_state": seed}

    for labels in (codes, np.array(["a", "b", "c"])[codes]):
        (X, y), (X_expected, y_expected) = (
            S(**seeded).fit_resample(values, labels) for S in (ours, theirs)
        )
        np.testing.assert_array_equal(X_expected, X)
        np.testing.assert_array_equal(y_expected, y)
        assert ours().fit(values, labels).sampling_strategy_ == (
            theirs().fit(values, labels).sampling_strategy_
        )


@pytest.mark.parametrize("family", [*FAMILIES, "bypass"])
def test_sampling_type_is_the_family(family):
    """`_sampling_type`, as imbalanced-learn calls it, selects the classes to resample."""

    def write(base):
        class Unchanged(base):
            _sampling_type = family
            _parameter_constraints: ClassVar[dict] = {"sampling_strategy": "no_validation"}

            def _fit_resample(self, X, y):
                return X, y

        return Unchanged

    X, y = numbers(0)
    ours, theirs = (
        write(library.base.BaseSampler)().fit(X, y) for library in (counterpoise, imblearn)
    )

    expected = {} if family == "bypass" else theirs.sampling_strategy_
    assert ours.sampling_strategy_ == expected
    assert (BaseCleaningSampler._family, Subset._family) == ("clean-sampling", "under-sampling")


@pytest.mark.parametrize("container", CONTAINERS, ids=repr)
@pytest.mark.parametrize("sampler", [Jitter(random_state=0), Subset(random_state=0)], ids=repr)
def test_containers_are_preserved(sampler, container):
    """The method gets arrays, and the output has the container of the input."""
    values, codes = numbers(0)
    expected_X, expected_y = clone(sampler).fit_resample(values, codes)

    X, y = container.table(values), container.labels(codes)
    X_out, y_out = clone(sampler).fit_resample(X, y)

    assert signature(X) == signature(X_out)
    assert signature(y) == signature(y_out)
    np.testing.assert_allclose(as_array(X_out), expected_X, rtol=1e-6)
    np.testing.assert_array_equal(as_labels(y_out), expected_y.astype(str))


@parametrize_with_checks([Jitter(), Subset()])
def test_scikit_learn_checks(estimator, check):
    """Such samplers pass scikit-learn's checks."""
    check(estimator)


@pytest.mark.parametrize("sampler", [Jitter(), Subset()], ids=repr)
def test_sampler_checks(sampler):
    """Such samplers pass all checks of samplers."""
    check_sampler(sampler)


def test_reported_rows_are_kept_exactly():
    """Samples that `sample_indices_` reports are rows of the input, with a provenance."""
    big = 2**53 + np.arange(40)  # a float cannot represent half of these numbers
    X = pd.DataFrame({"id": big, "value": np.linspace(0, 1, 40)})
    y = np.repeat(["a", "b"], [30, 10])
    sampler = Subset(random_state=0)

    X_out, _ = sampler.fit_resample(X, y)

    pd.testing.assert_frame_equal(X.iloc[sampler.sample_indices_].reset_index(drop=True), X_out)
    np.testing.assert_array_equal(sampler.sample_indices_, sampler.provenance_.row)
    model = LogisticRegression()
    make_pipeline(Subset(), model).fit(X, y, logisticregression__sample_weight=np.ones(40))


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix, sparse.csc_array])
@pytest.mark.parametrize("part", ["X", "y", "number"])
def test_samples_that_differ_from_the_reported_rows(form, part):
    """What the method returns counts, if `sample_indices_` reports other samples."""

    class Wrong(BaseSampler):
        def _fit_resample(self, X, y):
            self.sample_indices_ = np.arange(len(y)) + (part == "number")
            return X * (2 if part == "X" else 1), y[::-1] if part == "y" else y

    values, codes = numbers(0)
    sampler = Wrong()
    X_out, y_out = sampler.fit_resample(form(values), codes)

    np.testing.assert_array_equal(values * (2 if part == "X" else 1), as_array(X_out))
    np.testing.assert_array_equal(codes[::-1] if part == "y" else codes, y_out)
    assert sampler.provenance_.is_synthetic.all()


def test_parameters_of_the_method():
    """Further arguments of `fit_resample` are those of `_fit_resample`."""

    class Repeat(BaseSampler):
        def _fit_resample(self, X, y, times=1):
            return np.tile(X, (times, 1)), np.tile(y, times)

    X, y = numbers(0)

    assert len(Repeat().fit_resample(X, y, times=3)[0]) == 3 * len(X)
    assert Repeat().fit(X, y, times=3).n_features_in_ == X.shape[1]
    for sampler in (Repeat(), SMOTE(k_neighbors=1)):
        with pytest.raises(TypeError, match="unexpected keyword argument 'cost'"):
            sampler.fit_resample(X, y, cost=3)


def test_such_samplers_compose():
    """They are steps of chains and pipelines, and the samplers of ensembles."""
    X, y = numbers(0)
    seeded = Chain([Jitter()], random_state=3)

    np.testing.assert_array_equal(seeded.fit_resample(X, y)[0], seeded.fit_resample(X, y)[0])
    assert seeded.samplers_[0].random_state is None
    for sampler in (
        Chain([Jitter(), TomekLinks()]),
        SMOTEENN(smote=Jitter(), enn=TomekLinks()),
    ):
        assert len(sampler.fit_resample(X, y)[0]) > len(X) / 2
    for model in (
        make_pipeline(Jitter(), LogisticRegression()),
        BalancedBaggingClassifier(sampler=Jitter(), n_estimators=2),
    ):
        assert model.fit(X, y).predict(X).shape == y.shape


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (lambda X, y: X, "Faulty._fit_resample must return a pair, X and y"),
        (lambda X, y: (X[1:], y), "Faulty._fit_resample must return X and y of the same length"),
        (lambda X, y: (X[:, 1:], y), "as many features as X has, 3; it returned 2"),
        (lambda X, y: (X, y + 7), "must return classes that are in y"),
    ],
)
def test_errors_name_the_method(output, message):
    """An output that does not match the input raises an error that names the method."""

    class Faulty(BaseSampler):
        def _fit_resample(self, X, y):
            return output(X, y)

    with pytest.raises(InputError, match=message):
        Faulty().fit_resample(*numbers(0))


def test_categories_are_refused():
    """The method gets one array of numbers, so that columns of strings raise an error."""
    X = pd.DataFrame({"city": list("abcd"), "age": [1, 2, 3, 4]})

    with pytest.raises(FeatureTypeError, match="Jitter needs numeric features; column 'city'"):
        Jitter().fit(X, [0, 0, 0, 1])


def test_missing_values_are_nan():
    """The method gets missing values as NaN, and may return them."""
    X = pd.DataFrame({"age": pd.array([1, None, 3, 4], dtype="Int64")})

    X_out, _ = Subset().fit_resample(X, ["a", "b", "a", "a"])

    assert X_out["age"].isna().sum() == 1
    assert X_out["age"].dtype == "Int64"


def test_the_method_may_be_inherited():
    """The method may be that of a mixin or of a parent class, and `_resample` overrides it."""

    class Doubling:
        def _fit_resample(self, X, y):
            return np.tile(X, (2, 1)), np.tile(y, 2)

    class Mixed(Doubling, BaseSampler):
        pass

    class Child(Mixed):
        pass

    class Overridden(Mixed):
        def _resample(self, table, target, quotas, rng):
            return Resampling()

    X, y = numbers(0)
    lengths = [len(S().fit_resample(X, y)[0]) for S in (Mixed, Child, Overridden)]

    assert lengths == [80, 80, 40]


def test_a_sampler_needs_a_method():
    """A class without `_resample` and `_fit_resample` cannot be instantiated."""

    class Empty(BaseSampler):
        pass

    for abstract in (Empty, BaseSampler, BaseOverSampler):
        with pytest.raises(TypeError, match="abstract"):
            abstract()


@pytest.mark.parametrize("sampler", [SMOTE(), RandomUnderSampler(), FunctionSampler()])
def test_ensembles_of_imbalanced_learn_take_samplers(sampler):
    """They read the family of a sampler from `_sampling_type`."""
    X, y = make_classification(200, weights=[0.8], random_state=0)
    model = imblearn.ensemble.BalancedBaggingClassifier(sampler=sampler, n_estimators=2)
    assert set(model.fit(X, y).predict(X)) == {0, 1}
