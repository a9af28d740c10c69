"""Samples that are not rows of a table: images, sequences, texts; and X and y swapped."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from counterpoise import ResampledClassifier, inspect
from counterpoise.combine import SMOTEENN
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.over_sampling import (
    ADASYN,
    SMOTE,
    SMOTEN,
    SVMSMOTE,
    BorderlineSMOTE,
    KMeansSMOTE,
    RandomOverSampler,
)
from counterpoise.pipeline import make_pipeline
from counterpoise.study import Study
from counterpoise.under_sampling import EditedNearestNeighbours, RandomUnderSampler

N = 40
Y = np.repeat([0, 1], [28, 12])
IMAGES = np.random.RandomState(0).randint(0, 255, (N, 4, 4, 3)).astype(np.uint8)
TEXTS = [f"text number {i}" for i in range(N)]
WHOLE_SAMPLES = {
    "images": IMAGES,
    "sequences": np.random.RandomState(0).randn(N, 5, 2),
    "list of images": list(IMAGES),
    "nested lists": IMAGES.tolist(),
    "list of texts": TEXTS,
    "tuple of texts": tuple(TEXTS),
    "array of texts": np.array(TEXTS),
    "array of objects": np.array(TEXTS, object),
    "pandas": pd.Series(TEXTS, name="text", index=[f"r{i}" for i in range(N)]),
    "polars": pl.Series("text", TEXTS),
    "pyarrow": pa.array(TEXTS),
    "pyarrow chunks": pa.chunked_array([TEXTS[:9], TEXTS[9:]]),
}


@pytest.mark.parametrize("sampler", [RandomOverSampler, RandomUnderSampler])
@pytest.mark.parametrize("kind", WHOLE_SAMPLES)
def test_random_samplers_select_whole_samples(kind, sampler, seed):
    """Random samplers return whole samples, in their container."""
    X = WHOLE_SAMPLES[kind]
    fitted = sampler(random_state=seed).fit(X, Y)

    out, y_out = fitted.fit_resample(X, Y)

    rows = fitted.sample_indices_
    assert type(out) is (list if isinstance(X, tuple) else type(X))
    assert getattr(X, "dtype", None) == getattr(out, "dtype", None)
    np.testing.assert_array_equal(np.asarray(X)[rows], np.asarray(out))
    np.testing.assert_array_equal(Y[rows], y_out)
    assert not hasattr(fitted, "n_features_in_")
    table = sampler(random_state=seed)  # the same rows as of a table
    table.fit_resample(np.zeros((N, 1)), Y)
    np.testing.assert_array_equal(table.sample_indices_, rows)


@pytest.mark.parametrize("kind", ["list of texts", "array of texts", "pandas"])
def test_texts_in_models(kind):
    """Texts are undersampled before a vectorizer, in a pipeline and in a resampled classifier."""
    X, vectorizer, model = WHOLE_SAMPLES[kind], TfidfVectorizer(), LogisticRegression()
    sampler = RandomUnderSampler(random_state=0)

    pipeline = make_pipeline(sampler, vectorizer, model).fit(X, Y)
    resampled = ResampledClassifier(make_pipeline(vectorizer, model), sampler).fit(X, Y)

    assert (N,) == pipeline.predict(X).shape == resampled.predict(X).shape


def test_selection_keeps_the_index_of_texts():
    """The index is kept if y has one too, and no sample is a duplicate."""
    X = WHOLE_SAMPLES["pandas"]
    sampler = RandomUnderSampler(random_state=0)

    out, _ = sampler.fit_resample(X, pd.Series(Y, index=X.index))

    assert X.index[sampler.sample_indices_].equals(out.index)


@pytest.mark.parametrize(
    "sampler",
    [
        SMOTE(random_state=0),
        ADASYN(random_state=0),
        BorderlineSMOTE(random_state=0),
        SVMSMOTE(random_state=0),
        KMeansSMOTE(random_state=0, kmeans_estimator=2, cluster_balance_threshold=0.01),
        RandomOverSampler(random_state=0, shrinkage=0.2),
    ],
    ids=lambda sampler: type(sampler).__name__,
)
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, float, object])
def test_images_are_flattened(sampler, dtype):
    """SMOTE and its variants resample the flattened images, with one warning."""
    X = IMAGES.astype(dtype)

    with pytest.warns(CounterpoiseWarning, match=r"shape \(40, 4, 4, 3\).*row of 48") as caught:
        out, y_out = sampler.fit_resample(X, Y)

    flat, y_flat = sampler.fit_resample(X.reshape(N, -1), Y)
    assert 1 == len(caught)
    assert caught[0].filename == __file__
    assert X.dtype == out.dtype
    np.testing.assert_array_equal(flat.reshape(-1, 4, 4, 3), out)
    np.testing.assert_array_equal(y_flat, y_out)
    assert not np.shares_memory(X, out)


@pytest.mark.parametrize("sampler", [EditedNearestNeighbours(), SMOTEENN(), SMOTEN()])
def test_other_samplers_need_rows(sampler):
    """Other samplers need rows; the error has the code that makes them."""
    with pytest.raises(InputError, match=r"got 4D array.*X\.reshape\(len\(X\), -1\)"):
        sampler.fit_resample(IMAGES, Y)


@pytest.mark.parametrize("kind", ["list of texts", "array of texts", "pandas", "pyarrow"])
def test_texts_need_to_become_numbers(kind):
    """Samplers that measure distances need numbers; the error names a vectorizer."""
    with pytest.raises(InputError, match="got 1D array.*TfidfVectorizer.*RandomOverSampler"):
        SMOTE().fit_resample(WHOLE_SAMPLES[kind], Y)


def test_a_column_of_numbers_is_not_a_sequence_of_samples():
    """One-dimensional numbers are a table with the wrong shape."""
    for X in (np.arange(N), list(range(N)), pd.Series(range(N))):
        with pytest.raises(InputError, match="got 1D array.*Reshape your data"):
            RandomOverSampler().fit_resample(X, Y)


@pytest.mark.parametrize(
    ("X", "y"),
    [
        (np.zeros((N, 2)), Y),
        (np.zeros((N, 2)).tolist(), Y.tolist()),
        (pd.DataFrame(np.zeros((N, 2))), pd.Series(Y)),
        (pl.DataFrame(np.zeros((N, 2))), pl.Series(Y.astype(str))),
        (IMAGES, Y),
    ],
    ids=["numpy", "lists", "pandas", "polars", "images"],
)
def test_swapped_arguments(X, y):
    """The error says that X and y look swapped, also if y could be a sequence of texts."""
    for sampler in (SMOTE(), RandomOverSampler()):
        for method in (sampler.fit, sampler.fit_resample):
            with pytest.raises(InputError, match=r"look swapped.*fit_resample\(X, y\)"):
                method(y, X)
    for run in (Study(models=["logistic"]).run, inspect):
        with pytest.raises(InputError, match=r"look swapped.*(run|inspect)\(X, y\)"):
            run(y, X)
