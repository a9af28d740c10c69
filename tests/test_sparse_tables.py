"""Studies, audits and profiles of sparse tables are those of the same dense tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler

import counterpoise
from counterpoise._table import SparseColumns, as_table
from counterpoise._table.records import Columns
from counterpoise.audit import _interpolation, _pooled, leakage, synthetic_samples
from counterpoise.combine import SMOTEENN
from counterpoise.exceptions import InputError
from counterpoise.neighbors._space import compute_distance_units
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.study import Study, StudyResult
from counterpoise.under_sampling import EditedNearestNeighbours, RandomUnderSampler


def make_words(seed: int, n_rows: int = 240, n_columns: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Return a table with a quarter of its values not 0, and classes that depend on them."""
    rng = np.random.RandomState(seed)
    X = rng.rand(n_rows, n_columns) * (rng.rand(n_rows, n_columns) < 0.25)
    signal = X[:, :6].sum(axis=1) + 0.3 * rng.randn(n_rows)
    return X, (signal > np.quantile(signal, 0.8)).astype(int)


def untidy(X: np.ndarray) -> Any:
    """Return a CSR array with stored zeros, unsorted and duplicate entries, and long indices."""
    order = np.random.RandomState(0).permutation(2 * X.size)
    row, column = (np.tile(place.ravel(), 2) for place in np.indices(X.shape))
    by_row = order[np.argsort(row[order], kind="stable")]
    values = np.tile(X.ravel() / 2, 2)[by_row]
    starts = 2 * X.shape[1] * np.arange(len(X) + 1)
    return sparse.csr_array((values, column[by_row], starts), shape=X.shape)


FORMS = {
    "csr matrix": sparse.csr_matrix,
    "csc array": sparse.csc_array,
    "coo matrix": sparse.coo_matrix,
    "untidy": untidy,
}


# ---- Statistics of columns ----


@pytest.mark.parametrize("form", FORMS)
def test_statistics_of_columns(form: str, seed: int) -> None:
    """They are those of the dense columns, for some rows, too."""
    X = make_words(seed, 60, 12)[0]
    X[:, 3], X[:, 4] = 0, 2.5
    X[:, 5] -= 7
    table = as_table(FORMS[form](X))
    for rows in (None, np.arange(5, 40)):
        found, expected = SparseColumns.of(table, rows), X if rows is None else X[rows]
        assert_allclose(found.means, expected.mean(axis=0), atol=1e-15)
        assert_allclose(found.variances, expected.var(axis=0), atol=1e-15)
        assert_array_equal(found.lowest, expected.min(axis=0))
        assert_array_equal(found.highest, expected.max(axis=0))
        assert_array_equal(found.is_constant, np.ptp(expected, axis=0) == 0)
        assert_array_equal(found.counts, (expected != 0).sum(axis=0))


@pytest.mark.parametrize("scale", ["standard", "robust"])
@pytest.mark.parametrize("share", [0.1, 0.4, 0.9])
def test_units_of_distances(scale: Any, share: float, seed: int) -> None:
    """Columns have the same units, whether most of their values are 0 or not."""
    rng = np.random.RandomState(seed)
    X = rng.randn(101, 7) * (rng.rand(101, 7) < share)
    X[:, 2] = 1.5
    dense, found = (compute_distance_units(as_table(f(X)), scale) for f in (np.array, untidy))
    assert_allclose(found.scales, dense.scales, rtol=1e-12)


# ---- Profiles ----


def make_profiles(X: np.ndarray, y: np.ndarray, form: str) -> tuple[Any, Any]:
    """Return the profiles of the dense and of the sparse table."""
    return counterpoise.inspect(X, y, scale=None), counterpoise.inspect(FORMS[form](X), y)


@pytest.mark.parametrize(("case", "form"), list(enumerate(FORMS)))
def test_profile(form: str, case: int) -> None:
    """All that is computed for sparse tables agrees with the dense table."""
    X, y = make_words(case)
    X[10:13] = 0
    X[:, 7], X[:, 8] = 0, 3
    X[:, 9] = 1 + y + 0.3 * np.random.RandomState(case).rand(len(y))
    X[20], y[20] = X[21], y[21]
    dense, found = make_profiles(X, y, form)
    for name in ("classes", "imbalance_ratio", "duplicates", "sample_types", "max_folds", "study"):
        assert getattr(found, name) == getattr(dense, name)
    assert found.methods == dense.methods
    assert found.overlap.classes == dense.overlap.classes
    assert found.overlap.fisher_column == dense.overlap.fisher_column
    assert found.overlap.fisher == pytest.approx(dense.overlap.fisher)
    assert found.separations == tuple(one for one in dense.separations if one.separates)
    assert [one.name for one in found.separations] == [9]
    assert [one.name for one in found.contributions] == [9]
    scaled = X / np.maximum(np.abs(X).max(axis=0), 1e-300)
    expected = PCA(2).fit_transform(scaled)[found.projection.rows]
    assert_allclose(np.abs(found.projection.positions), np.abs(expected), atol=1e-6)
    assert found.columns == ()
    assert (found.sparse.n_columns, found.sparse.n_values) == (40, np.count_nonzero(X))
    assert (found.sparse.n_constant_columns, found.sparse.n_empty_rows) == (2, 0)


def test_profile_of_empty_rows_and_columns(seed: int) -> None:
    """They are counted, and findings name them."""
    X, y = make_words(seed)
    X[:, 7], X[:, 8], X[10:13] = 0, 0, 0
    profile = counterpoise.inspect(sparse.csc_array(X), y)
    findings = {finding.code: finding.sentence for finding in profile.findings}
    assert findings["empty-rows"].startswith("3 rows (1.2%) have no value other than 0")
    assert findings["constant-column"].startswith("2 of 40 columns have a single value")
    assert "Columns: 40, sparse" in str(profile)
    assert "not computed for a sparse table: distinct values" in str(profile)
    assert '"n_empty_rows": 3' in profile.to_json()
    assert "<th" in profile._repr_html_()
    assert "40" in profile.to_html()


def test_mislabeled_rows_of_a_sparse_table(seed: int) -> None:
    """A sparse model finds label errors among counts of words of two topics."""
    rng = np.random.RandomState(seed)
    y = np.repeat([0, 1], [1200, 300])
    shares = 1 / np.arange(1, 1001)
    of_topic = shares * np.where(rng.rand(1000) < 0.1, 20, 1)
    counts = np.where(
        y[:, None], *(rng.poisson(60 * one / one.sum(), (1500, 1000)) for one in (of_topic, shares))
    )
    wrong = np.concatenate([rng.choice(1200, 15, replace=False), rng.choice(300, 15) + 1200])
    labels = y.copy()
    labels[wrong] = 1 - y[wrong]
    errors = counterpoise.inspect(sparse.csr_matrix(counts), labels).label_errors
    found = [suspect.row for suspect in errors.suspects]
    assert len(found) >= 10
    assert len(set(found) & set(wrong.tolist())) >= 0.8 * len(found)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"X_test": sparse.csr_matrix(np.eye(4))}, "Use counterpoise.audit.leakage"),
        ({"keep": ["a"]}, "keep needs a data frame"),
        ({"ignore": ["a"]}, "ignore and copy need a data frame"),
    ],
)
def test_what_profiles_of_sparse_tables_do_not_take(more: dict[str, Any], message: str) -> None:
    X, y = make_words(0)
    with pytest.raises(InputError, match=message):
        counterpoise.inspect(sparse.csr_matrix(X), y, **more)


def test_missing_values_of_sparse_tables_are_rejected() -> None:
    X, y = make_words(0)
    X[3, 1] = np.nan
    for run in (counterpoise.inspect, Study("logistic").run):
        with pytest.raises(InputError, match="A sparse X must contain finite numbers only"):
            run(sparse.csc_matrix(X), y)


@pytest.mark.parametrize(("value", "width"), [(0.0, 5), (3.0, 5), (3.0, 1), (None, 1)])
def test_constant_and_narrow_tables(value: float | None, width: int) -> None:
    """Tables without variance, or with one or two columns, have profiles, audits and studies."""
    X, y = make_words(0, 80, width)
    table = sparse.csc_matrix(X if value is None else np.full_like(X, value))
    profile = counterpoise.inspect(table, y)
    assert np.isfinite(profile.projection.positions).all()
    assert profile.to_html()
    assert synthetic_samples((table, y), SMOTE(random_state=0), n_splits=1).to_html()
    assert leakage(table, table).checks[0].n_examined == 80
    candidates = Study("svm", "smote", cv=(2, 1), random_state=0).run(table, y).candidates
    assert {candidate.status for candidate in candidates} == {"done"}


def test_too_many_columns() -> None:
    """Native code numbers columns with 32 bits."""
    X = sparse.coo_array(([1.0, 2.0], ([0, 1], [0, 2**31])), shape=(2, 2**31 + 1))
    with pytest.raises(InputError, match="2,147,483,649 columns; at most 2,147,483,647"):
        SMOTE(k_neighbors=1).fit_resample(X, [0, 1])


# ---- Size ----


def test_a_million_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """No object is made for each column, and no table is made dense."""
    X, y = make_words(0, 90)
    columns = np.sort(np.random.RandomState(0).choice(10**6, X.shape[1], replace=False))
    csr = sparse.csr_array(X)
    wide = sparse.csr_array((csr.data, columns[csr.indices], csr.indptr), shape=(90, 10**6))
    opened = []
    get = Columns.__getitem__
    monkeypatch.setattr(Columns, "__getitem__", lambda self, at: opened.append(at) or get(self, at))
    for kind in (sparse.csr_array, sparse.csc_array):
        monkeypatch.setattr(kind, "toarray", refuse_large(kind.toarray))

    profile = counterpoise.inspect(wide, y)
    result = Study("svm", "smote", cv=(2, 1), random_state=0).run(wide, y)
    report = leakage(wide[:60], wide[60:])
    audited = synthetic_samples((wide, y), SMOTE(random_state=0), n_splits=1)

    assert profile.sparse.n_constant_columns == 10**6 - X.shape[1]
    assert result.data.n_features == 10**6
    assert len(result.to_json()) < 10**6
    assert report.found is False
    assert audited.classes[0].n_synthetic == (y == 0).sum() - (y == 1).sum()
    assert len(opened) < 500


def refuse_large(toarray: Any) -> Any:
    """Return `toarray` for matrices that are smaller than the table."""

    def checked(matrix: Any, *args: Any, **kwargs: Any) -> Any:
        assert np.prod(matrix.shape) < 10**7
        return toarray(matrix, *args, **kwargs)

    return checked


# ---- Studies ----


@pytest.mark.parametrize(("case", "form"), [(0, "csc array"), (1, "untidy")])
def test_study(case: int, form: str) -> None:
    """The named models and samplers are those of a dense table with the same scaling."""
    X, y = make_words(case, 150)
    names = ["random-under", "smote", "smote-enn"]
    smote = SMOTE(small_classes="shrink_k")
    samplers = {
        "random-under": RandomUnderSampler(),
        "smote": smote,
        "smote-enn": SMOTEENN(smote=smote, enn=EditedNearestNeighbours(sampling_strategy="all")),
    }
    models = {
        "logistic": LogisticRegression(max_iter=1000),
        "neighbors": KNeighborsClassifier(15),
        "forest": RandomForestClassifier(10),
    }
    params = {"cv": (2, 1), "random_state": case}
    named = {"logistic": "logistic", "neighbors": "neighbors", "forest": models["forest"]}
    found = Study(named, names, **params).run(FORMS[form](X), y)
    scaled = {name: make_pipeline(MaxAbsScaler(), model) for name, model in models.items()}
    expected = Study(scaled, samplers, **params).run(X, y)
    for dense, candidate in zip(expected.candidates, found.candidates, strict=True):
        assert candidate.status == dense.status == "done"
        atol = 1e-3 if candidate.model == "logistic" else 1e-9
        assert_allclose(candidate.scores, dense.scores, atol=atol)
    assert (found.data.columns, found.data.n_sparse, found.data.n_features) == ((), 40, 40)


def test_default_models_that_need_dense_tables_are_omitted() -> None:
    X, y = make_words(0, 120)
    result = Study(methods=["class-weight", "smote"], cv=(2, 1), random_state=0).run(
        sparse.csr_matrix(X), y
    )
    assert [name for name, _ in result.settings.models] == ["logistic", "svm", "forest", "dummy"]
    findings = {finding.code: finding.sentence for finding in result.findings}
    assert "boosting was omitted, as it needs a dense table" in findings["sparse-table"]
    restored = StudyResult.from_json(result.to_json())
    assert restored.data.n_features == 40
    assert "40 columns" in result.to_html()


@pytest.mark.parametrize(
    ("models", "methods"),
    [
        (["logistic", "boosting"], "smote"),
        ("naive-bayes", "smote"),
        (HistGradientBoostingClassifier(), "smote"),
        ("logistic", {"boosting": HistGradientBoostingClassifier()}),
    ],
)
def test_models_that_need_dense_tables_are_rejected(models: Any, methods: Any) -> None:
    """The message names models that take sparse tables."""
    X, y = make_words(0, 120)
    with pytest.raises(InputError, match=r"needs a dense table. Use models=\['logistic', 'svm',"):
        Study(models, methods).run(sparse.csr_matrix(X), y)


def test_pipelines_and_ensembles_of_sparse_tables() -> None:
    """A pipeline gets the sparse table, and may reduce it for a model that needs a dense one."""
    X, y = make_words(0, 120)
    reduced = make_pipeline(TruncatedSVD(5), HistGradientBoostingClassifier(max_iter=5))
    methods = ["balanced-forest", "under-ensemble", "smote"]
    result = Study({"reduced": reduced}, methods, cv=(2, 1), random_state=0).run(
        sparse.csc_array(X), y
    )
    assert {candidate.status for candidate in result.candidates} == {"done"}


def test_journal_of_a_sparse_table(tmp_path: Any) -> None:
    """A study resumes with the same table, however its values are stored, and with no other."""
    X, y = make_words(0, 120)
    study = Study("logistic", "smote", cv=(2, 1), random_state=0, journal=tmp_path / "journal")
    first = study.run(sparse.csr_matrix(X), y)
    second = study.run(untidy(X), y)
    assert_array_equal(first.candidates[0].seconds, second.candidates[0].seconds)
    X[0, 0] += 1
    with pytest.raises(InputError, match="table"):
        study.run(sparse.csr_matrix(X), y)


# ---- Audits ----


@pytest.fixture
def original_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure dense tables in original units, as sparse ones are."""
    monkeypatch.setattr(_pooled, "choose_scale", lambda table: None)


def split(X: np.ndarray, y: np.ndarray, form: str | None) -> tuple[Any, ...]:
    """Return the parts of a random split, in one of the forms."""
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    convert = np.asarray if form is None else FORMS[form]
    return convert(X_train), convert(X_test), y_train, y_test


@pytest.mark.parametrize("digits", [2, 17])
@pytest.mark.parametrize("sampler", [None, SMOTE(random_state=0), RandomOverSampler()])
def test_leakage(sampler: Any, digits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rows are found as in the dense table."""
    monkeypatch.setattr(_interpolation, "_N_REFERENCE", 300)
    X, y = make_words(0, 240)
    if sampler is not None:
        X, y = sampler.fit_resample(X, y)
    X = np.round(X, digits)
    dense, found = (leakage(*split(X, y, one)) for one in (None, "untidy"))
    assert found.found is dense.found
    assert found.found is (sampler is not None) or digits == 2
    assert_array_equal(found.test_indices, dense.test_indices)
    for check, expected in zip(found.checks, dense.checks, strict=True):
        assert_array_equal(check.test_indices, expected.test_indices)


@pytest.mark.usefixtures("original_units")
@pytest.mark.parametrize(("case", "form"), [(0, "coo matrix"), (1, "untidy")])
def test_synthetic_samples(form: str, case: int) -> None:
    """All that is measured for sparse tables agrees with the dense table."""
    X, y = make_words(case)
    sampler = SMOTE(random_state=case)
    dense, found = (synthetic_samples((one, y), sampler, n_splits=2) for one in (X, FORMS[form](X)))
    (expected,), (audited,) = dense.classes, found.classes
    same = {"columns": (), "correlation_change": np.nan, "correlation_columns": ()}
    for name, value in vars(replace(expected, **same)).items():
        if isinstance(value, float):
            assert getattr(audited, name) == pytest.approx(value, nan_ok=True)
        else:
            assert getattr(audited, name) == value
    assert "X is sparse: distances are in original units" in str(found)
    assert found.to_html()


@pytest.mark.usefixtures("original_units")
def test_values_of_synthetic_samples(seed: int) -> None:
    """Values out of range and fractions of whole numbers are counted, of zeros too."""
    rng = np.random.RandomState(seed)
    X = rng.randint(0, 3, (60, 6)) * (rng.rand(60, 6) < 0.5)
    X[:, 5] = rng.randint(2, 5, 60)
    X = X.astype(float)
    y = np.repeat([0, 1], [40, 20])
    after = np.vstack([X, X[50:] + np.array([0, 0.5, -1, 7, 0, -9]), X[40:45] * [1, 1, 1, 1, 1, 0]])
    labels = np.append(y, np.ones(15, int))
    dense, found = (
        synthetic_samples((form(X), y), (form(after), labels)).classes[0]
        for form in (np.asarray, sparse.csc_matrix)
    )
    assert found.out_of_range == dense.out_of_range
    assert found.non_integer == dense.non_integer
    assert {name for name, _ in found.out_of_range} >= {"2", "3", "5"}
    assert [name for name, _ in found.non_integer] == ["1"]


@pytest.mark.usefixtures("original_units")
def test_withheld_samples_of_sparse_tables() -> None:
    X, y = make_words(0)
    parts = {}
    for form in (None, "csr matrix"):
        X_train, X_test, y_train, y_test = split(X, y, form)
        sampled = SMOTE(random_state=0).fit_resample(X_train, y_train)
        withheld = X_test, y_test
        parts[form] = synthetic_samples((X_train, y_train), sampled, withheld=withheld).classes
    assert parts[None][0].validity == parts["csr matrix"][0].validity
