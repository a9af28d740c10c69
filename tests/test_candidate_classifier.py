"""The candidate of a study as a classifier: the same predictions, for the original table."""

from __future__ import annotations

import io
import json
import sys
import warnings
import zipfile

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.ensemble import BaggingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.tree import DecisionTreeClassifier

from counterpoise import FunctionSampler
from counterpoise._cli.app import app
from counterpoise._lib.sklearn_private import full_repr
from counterpoise._lib.versions import versions
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.over_sampling import RandomOverSampler
from counterpoise.study import (
    CandidateClassifier,
    Study,
    StudyResult,
    load_model,
    save_model,
)
from counterpoise.study._recommendation import python_lines

N_ROWS = 240
METHODS = ["class-weight", "threshold", "smote"]


def make_table(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a table with numbers, missing values, categories, dates and text."""
    rng = np.random.default_rng(seed)
    y = np.where(rng.random(N_ROWS) < 0.2, "yes", "no")
    is_yes = y == "yes"
    words = rng.choice(["offer now", "see you", "lunch today", "call me back"], N_ROWS)
    X = pd.DataFrame(
        {
            "amount": np.where(rng.random(N_ROWS) < 0.1, np.nan, rng.normal(size=N_ROWS) + is_yes),
            "city": rng.choice(["Bonn", "Köln", "Ulm"], N_ROWS),
            "day": pd.date_range("2020-01-01", periods=N_ROWS).strftime("%d.%m.%Y"),
            "message": np.where(is_yes & (rng.random(N_ROWS) < 0.5), "free offer", words),
        }
    )
    return X, y


def run(study: Study, X: pd.DataFrame, y: np.ndarray) -> StudyResult:
    with warnings.catch_warnings(action="ignore", category=CounterpoiseWarning):
        return study.run(X, y, text="message")


@pytest.mark.costly
@pytest.mark.parametrize("model", ["logistic", "svm"])
def test_it_is_what_the_study_has_evaluated(model, seed):
    """Fitted on the training samples of the first fold, it has the study's predictions exactly."""
    X, y = make_table(seed)
    result = run(Study(model, METHODS, cv=(3, 1), costs=(1, 7), random_state=seed), X, y)
    train, test = result.folds[0] > 0, result.folds[0] == 0

    for candidate in result.candidates[:-1]:
        if candidate.model == "dummy":
            continue
        estimator = result.make_estimator(candidate.model, candidate.method, calibration=None)
        predicted = estimator.fit(X[train], y[train]).predict(X[test])
        expected = np.array(result.data.classes)[candidate.predictions[0, test]]
        assert (predicted == expected).all(), candidate.method
        if candidate.has_probabilities:
            scores = estimator.predict_proba(X[test])[:, 1]
            np.testing.assert_array_equal(scores, candidate.scores[0, test, 0])


def test_the_lines_of_python_build_the_same_estimator():
    """The code on the page is run: it predicts what `make_estimator` predicts."""
    X, y = make_table(0)
    methods = {"duplicates": RandomOverSampler(), "smote": "smote"}
    models = {
        "bags": BaggingClassifier(DecisionTreeClassifier(max_depth=3), 3),
        "plain": "logistic",
    }
    result = run(Study(models, methods, cv=(2, 1), random_state=3), X, y)

    for model, method in (("bags", "duplicates"), ("plain", "smote")):
        expected = result.make_estimator(model, method)
        names: dict = {}
        exec(python_lines(expected), names)  # noqa: S102 (our own code)
        built = names["estimator"]
        assert repr(built) == repr(expected)
        built, expected = (clone(one).set_params(calibration=None) for one in (built, expected))
        np.testing.assert_array_equal(
            built.fit(X, y).predict_proba(X), expected.fit(X, y).predict_proba(X)
        )
    lines = python_lines(result.make_estimator())
    assert lines in result.to_html().replace("&#39;", "'")


def test_the_lines_of_python_of_a_long_pipeline_are_complete():
    """scikit-learn shortens what it shows of a long pipeline, also a long parameter."""
    long = make_pipeline(
        *(FunctionTransformer(kw_args={"number": n}) for n in range(20)),
        LogisticRegression(class_weight=dict.fromkeys(range(50), 1)),
    )
    names: dict = {}

    exec(python_lines(CandidateClassifier(long)), names)  # noqa: S102 (our own code)

    assert full_repr(names["estimator"].model) == full_repr(long)
    assert "..." not in full_repr(long)


def test_only_a_better_method_is_recommended():
    """Without evidence for a method, the baseline is recommended; JSON recommends the same."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 3)), (rng.random(200) < 0.3).astype(int)
    result = Study(["logistic", "naive-bayes"], "random-over", cv=(3, 1), random_state=0).run(X, y)
    better = {(item.model, item.method) for item in result.improvements if item.outcome == "better"}

    assert result.recommended in {("logistic", "baseline"), ("naive-bayes", "baseline")} | better
    restored = StudyResult.from_json(result.to_json())
    assert repr(restored.make_estimator()) == repr(result.make_estimator())
    assert result.make_estimator(method="random-over").method == "random-over"
    assert result.make_estimator("naive-bayes").model == "naive-bayes"
    with pytest.raises(InputError, match="no candidate"):
        result.make_estimator("forest", "baseline")


def test_own_models_are_not_in_json():
    """A model of the user is handed out by the result; one from JSON has a message about it."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(120, 2)), np.arange(120) % 3 == 0
    own = LogisticRegression(C=0.3)
    result = Study({"mine": own}, "random-over", cv=(2, 1), random_state=0).run(X, y)

    assert result.make_estimator("mine").model is own
    with pytest.raises(InputError, match="your own model.*CandidateClassifier"):
        StudyResult.from_json(result.to_json()).make_estimator("mine")


def test_probabilities_are_calibrated_and_costs_set_the_threshold():
    """Mean probabilities equal the class share; the threshold is that of the lowest cost."""
    X, y = make_table(0)
    study = Study("logistic", "random-over", cv=(2, 1), costs=(1, 9), random_state=3)
    result = run(study, X, y)

    estimator = result.make_estimator("logistic", "random-over").fit(X, y)
    probability = estimator.predict_proba(X)[:, 1]
    raw = result.make_estimator("logistic", "random-over", calibration=None).fit(X, y)
    share = (y == "yes").mean()
    assert abs(probability.mean() - share) < 0.06
    assert abs(raw.predict_proba(X)[:, 1].mean() - share) > 0.1
    assert estimator.threshold == pytest.approx(0.1)
    np.testing.assert_array_equal(estimator.predict(X) == "yes", probability >= 0.1)
    other = result.with_costs(1, 3).make_estimator("logistic", "random-over")
    assert other.threshold == pytest.approx(0.25)


def test_methods_under_other_names_are_the_same():
    """A threshold that is tuned for costs, and class weights, whatever the study calls them."""
    X, y = make_table(0)
    named = {"tuned": "threshold", "weights": "class-weight"}
    study = Study("logistic", named, cv=(2, 1), costs=(1, 9), random_state=3)
    result = run(study, X, y)

    tuned = result.make_estimator("logistic", "tuned")
    assert (tuned.method, tuned.costs, tuned.threshold) == ("threshold", (1, 9), None)
    assert result.make_estimator("logistic", "weights").method == "class-weight"


def test_a_row_is_predicted_without_the_others():
    """Also where the training data lacked a class after resampling, and the model has scores."""
    X, y = np.random.RandomState(0).normal(size=(90, 3)), np.arange(90) % 30 // 14
    only_two = FunctionSampler(func=lambda X, y: (X[y < 2], y[y < 2]))

    classifier = CandidateClassifier("svm", only_two).fit(X, y)

    alone = np.vstack([classifier.predict_proba(X[[row]]) for row in range(9)])
    np.testing.assert_allclose(alone, classifier.predict_proba(X)[:9])


@pytest.mark.parametrize("model", ["logistic", "svm", "boosting"])
@pytest.mark.parametrize("method", ["baseline", "smote", "threshold"])
def test_the_threshold_is_the_probability_from_which_a_class_is_predicted(model, method):
    """That of the calibrated probabilities, wherever the threshold of the scores was."""
    X, y = make_classification(300, weights=[0.8], random_state=0)
    classifier = CandidateClassifier(model, method).fit(X, y)
    predicted = classifier.predict(X)
    probability = classifier.predict_proba(X)[:, 1]
    threshold = classifier.find_threshold()
    assert probability[predicted == 0].max() - 1e-12 <= threshold
    assert threshold <= probability[predicted == 1].min() + 1e-12


def test_infinite_numbers_are_errors(fitted):
    """Some models would raise an error that names no column, others predict any number."""
    classifier, X = fitted
    with pytest.raises(InputError, match="infinity in row 0, column .amount."):
        classifier.predict(X.assign(amount=np.inf))


@pytest.mark.parametrize("groups", [None, np.arange(200) % 3])
def test_few_samples_of_a_class_are_calibrated_in_fewer_folds(groups):
    """Four samples of a class, or three groups, are enough for calibrated probabilities."""
    X, y = np.random.RandomState(0).normal(size=(200, 2)), np.arange(200) < 4

    estimator = CandidateClassifier("logistic", "class-weight").fit(X, y, groups=groups)

    assert abs(estimator.predict_proba(X)[:, 1].mean() - y.mean()) < 0.01


def test_it_works_in_scikit_learn():
    """It can be cloned and cross-validated, with one class of three as well."""
    X, y = make_table(0)
    estimator = CandidateClassifier("logistic", "random-over", text=["message"], dates=["day"])

    assert repr(clone(estimator)) == repr(estimator)
    scores = cross_val_score(
        clone(estimator).set_params(calibration=None), X, y == "yes", cv=2, scoring="roc_auc"
    )
    assert (scores > 0.5).all()
    three = np.arange(len(y)) % 3
    probabilities = estimator.fit(X, three).predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert not hasattr(CandidateClassifier("svm", calibration=None), "predict_proba")


def test_a_balanced_ensemble_is_a_model():
    X, y = make_table(1)
    estimator = CandidateClassifier("rus-boost", ignore=["day", "message"], calibration=None)

    score = average_precision_score(y == "yes", estimator.fit(X, y).predict_proba(X)[:, 1])
    assert score > (y == "yes").mean()
    with pytest.raises(InputError, match="classifier of its own"):
        CandidateClassifier("logistic", "rus-boost").fit(X, y)


@pytest.fixture(scope="module")
def fitted() -> tuple[CandidateClassifier, pd.DataFrame]:
    X, y = make_table(3)
    X["id"] = np.arange(len(X))
    estimator = CandidateClassifier(
        "logistic", "smote", text=["message"], dates=["day"], ignore=["id"]
    )
    return estimator.fit(X, y), X


def test_columns_in_another_order_or_library_change_nothing(fitted):
    """Predictions do not depend on the order of the columns, ignored ones, or the container."""
    estimator, X = fitted
    expected = estimator.predict_proba(X)

    for other in (X[X.columns[::-1]], X.drop(columns="id"), pl.from_pandas(X)):
        np.testing.assert_allclose(estimator.predict_proba(other), expected, rtol=1e-12)
    one = X.iloc[[5]]  # the format of one date alone is unclear
    np.testing.assert_allclose(estimator.predict_proba(one), expected[[5]], rtol=1e-9)
    missing = X.assign(amount=None, city=None)
    assert np.isfinite(estimator.predict_proba(missing)).all()


def test_names_of_columns_can_be_numbers():
    """A study writes names as text; its estimator finds the columns, also without values."""
    X, y = make_table(3)
    expected = run(Study("logistic", cv=(2, 1), random_state=0), X, y).make_estimator().fit(X, y)
    numbered = X.set_axis(range(X.shape[1]), axis=1)
    with warnings.catch_warnings(action="ignore", category=CounterpoiseWarning):
        result = Study("logistic", cv=(2, 1), random_state=0).run(numbered, y, text=[3])

    estimator = result.make_estimator().fit(numbered, y)

    np.testing.assert_array_equal(estimator.predict_proba(numbered), expected.predict_proba(X))
    np.testing.assert_array_equal(
        estimator.predict_proba(_without_values(numbered.head(5), 1)),
        expected.predict_proba(X.head(5).assign(city=None)),
    )


def _without_values(X, column):
    X = X.copy()
    X[column] = None
    return X


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X: X.drop(columns="city"), "no column 'city'.*trained on this column"),
        (lambda X: X.rename(columns={"city": "City"}), "Did you mean 'City'"),
        (lambda X: X.assign(amount="many"), "'amount' must hold numbers.*'many'"),
        (lambda X: X.assign(city=3), "'city' must hold categories.*Convert it to strings"),
        (lambda X: X.assign(message=1.5), "'message' must hold text"),
        (lambda X: X.assign(day="soon"), "'day' must hold dates"),
        (lambda X: X.assign(day=["soon", *X["day"][1:]]), "'day'.*such as 31.01.2020; it.*'soon'"),
        (lambda X: X.assign(day=20200101), "'day'.*such as 31.01.2020; it holds 20200101"),
        (lambda X: X.to_numpy(), "pass a data frame"),
    ],
)
def test_another_table_is_an_error_that_names_the_column(fitted, change, message):
    estimator, X = fitted
    with pytest.raises(InputError, match=message):
        estimator.predict(change(X.head(20)))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (0, "many", "Column 0 must hold numbers.*'many'"),
        (2, "yes", "Column 2 must hold true or false.*'yes'"),
        (2, np.datetime64("2020-01-01", "D").item(), "Column 2 must hold .*2020"),
    ],
)
def test_another_array_is_an_error_that_numbers_the_column(column, value, message):
    """An array of objects has types, too; any value can be a category, or be missing."""
    rng = np.random.default_rng(0)
    X = np.empty((60, 3), object)
    X[:, 0], X[:, 1], X[:, 2] = rng.random(60), rng.choice(["1", "x"], 60), rng.random(60) < 0.5
    estimator = CandidateClassifier(calibration=None).fit(X, np.arange(60) % 3 == 0)
    other, digits = X[:9].copy(), X[:9].copy()
    other[:, column], digits[:, 1], X[:9, 1] = value, 1, "1"

    np.testing.assert_array_equal(estimator.predict_proba(digits), estimator.predict_proba(X[:9]))
    with pytest.raises(InputError, match=message):
        estimator.predict(other)
    with pytest.raises(InputError, match=message):
        estimator.predict(other.tolist())


def test_an_array_of_text_is_no_array_of_numbers():
    X = np.random.default_rng(0).random((60, 2))
    estimator = CandidateClassifier(calibration=None).fit(X, np.arange(60) % 3 == 0)
    with pytest.raises(InputError, match="Column 0 must hold numbers.*Convert it to numbers"):
        estimator.predict(X.astype(str))


@pytest.mark.parametrize("library", [pd, pl])
def test_categories_of_digits_can_be_numbers(library):
    """Files of other formats than CSV hold them as numbers; pandas, with a missing one, floats."""
    grades = np.random.default_rng(0).choice(["1", "2", "x"], 60)
    X = library.DataFrame({"grade": grades, "n": np.arange(60.0)})
    estimator = CandidateClassifier(calibration=None).fit(X, grades == "2")
    numbers = library.DataFrame({"grade": [2, 1, None], "n": [0.0, 1.0, 2.0]})
    texts = library.DataFrame({"grade": ["2", "1", None], "n": [0.0, 1.0, 2.0]})

    np.testing.assert_array_equal(estimator.predict_proba(numbers), estimator.predict_proba(texts))
    with pytest.raises(InputError, match="'grade' must hold categories"):
        estimator.predict(library.DataFrame({"grade": [1.5, 2.0], "n": [0.0, 1.0]}))


def test_unknown_categories_and_columns_warn(fitted):
    """An unknown category is predicted as a missing value; additional columns are left out."""
    estimator, X = fitted
    X = X.head(10)
    with pytest.warns(CounterpoiseWarning, match="'city'.*'Mainz'.*missing"):
        unknown = estimator.predict_proba(X.assign(city="Mainz"))
    np.testing.assert_array_equal(unknown, estimator.predict_proba(X.assign(city=None)))
    with pytest.warns(CounterpoiseWarning, match="not trained on column 'age'"):
        estimator.predict(X.assign(age=3))
    with warnings.catch_warnings(action="error"):
        estimator.predict(X)


@pytest.mark.parametrize("other", ["2020-01-31", "soon"])
def test_dates_of_two_formats_are_an_error_that_names_the_column(other):
    X, y = make_table(0)
    X.loc[7, "day"] = other
    with pytest.raises(InputError, match=f"Column 'day' .*{other}.*ignore=.'day'"):
        CandidateClassifier(dates=["day"], ignore=["message"]).fit(X, y)


def test_a_method_that_does_not_apply_is_an_error():
    X, y = make_table(0)
    with pytest.raises(InputError, match="needs numeric features"):
        CandidateClassifier("logistic", "adasyn", ignore=["day", "message"]).fit(X, y)
    with pytest.raises(InputError, match="at least 2 samples"):
        CandidateClassifier().fit(np.ones((40, 1)), np.arange(40) < 1)


# ---- Saved models ----


@pytest.mark.parametrize("model", [pytest.param("boosting", marks=pytest.mark.costly), "svm"])
def test_a_saved_model_predicts_the_same(model, tmp_path):
    pytest.importorskip("skops")
    X, y = make_table(4)
    options = {"text": ["message"], "dates": ["day"]} if model == "svm" else {}
    X = X if model == "svm" else X[["amount", "city"]]
    estimator = CandidateClassifier(model, "random-over", **options).fit(X, y)
    path = tmp_path / "model.skops"

    save_model(estimator, path, target="answer")
    loaded = load_model(path)

    assert loaded.target == "answer"
    assert not loaded.changed_versions
    np.testing.assert_array_equal(loaded.estimator.predict_proba(X), estimator.predict_proba(X))
    assert (loaded.estimator.predict(X) == estimator.predict(X)).all()


@pytest.mark.parametrize("name", ["os.system", "counterpoise.study._saved_model.Path"])
def test_a_file_with_other_types_is_refused(name, fitted, tmp_path):
    """A type of another package is not loaded, even if a module of ours imports it."""
    pytest.importorskip("skops")
    path = tmp_path / "model.skops"
    save_model(fitted[0], path)
    module, _, attribute = name.rpartition(".")
    _replace_type(path, "counterpoise.study._expected_columns", module, attribute)

    with pytest.raises(InputError, match=f"(?s){name}.*--trust"):
        load_model(path)


def _replace_type(path, old_module, module, attribute):
    """Write other names in place of a class of a saved model."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    schema = files["schema.json"].decode()
    before = f'"__class__": "ExpectedColumns", "__module__": {json.dumps(old_module)}'
    compact = json.dumps(json.loads(schema))
    assert before in compact
    after = f'"__class__": "{attribute}", "__module__": "{module}"'
    files["schema.json"] = compact.replace(before, after).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    path.write_bytes(buffer.getvalue())


def test_a_model_of_another_version_is_noted_or_refused(fitted, tmp_path, monkeypatch):
    """Other versions of packages are named; a file of another format is an error."""
    pytest.importorskip("skops")
    path = tmp_path / "model.skops"
    save_model(fitted[0], path)
    module = "counterpoise.study._saved_model"
    with monkeypatch.context() as later:
        later.setattr(f"{module}.versions", lambda: {**versions(), "scikit-learn": "99.0"})
        (changed,) = load_model(path).changed_versions
        assert changed == f"scikit-learn {versions()['scikit-learn']} (now 99.0)"
    monkeypatch.setattr(f"{module}._FORMAT_VERSION", 2)
    with pytest.raises(InputError, match="saved by another version of counterpoise"):
        load_model(path)


@pytest.mark.parametrize(
    ("name", "trusted", "message"),
    [
        ("counterpoise.study._moved.ExpectedColumns", (), "another version.*Train and save"),
        ("counterpoise.study._expected_columns.Old", (), "another version.*Train and save"),
        ("boosts_x.sklearn.Model", ("boosts_x.sklearn.Model",), "pip install boosts_x"),
        ("zipfile.Old", ("zipfile.Old",), "installed versions.*Train and save"),
    ],
)
def test_a_type_that_is_not_installed_has_advice(fitted, tmp_path, name, trusted, message):
    """A class that a version moved is no class to trust; a package can be installed."""
    pytest.importorskip("skops")
    path = tmp_path / "model.skops"
    save_model(fitted[0], path)
    module, _, attribute = name.rpartition(".")
    _replace_type(path, "counterpoise.study._expected_columns", module, attribute)

    with pytest.raises(InputError, match=message):
        load_model(path, trusted=trusted)


def test_another_file_is_not_a_model(tmp_path):
    skops = pytest.importorskip("skops.io")
    path = tmp_path / "model.skops"
    path.write_text("x,y\n1,2\n")
    with pytest.raises(InputError, match="not a model that counterpoise has saved"):
        load_model(path)
    skops.dump(LogisticRegression(), path)
    with pytest.raises(InputError, match="not a model that counterpoise has saved"):
        load_model(path)


def test_skops_is_optional(monkeypatch, fitted, tmp_path):
    monkeypatch.setitem(sys.modules, "skops.io", None)
    with pytest.raises(ImportError, match=r'pip install "counterpoise\[models\]"'):
        save_model(fitted[0], tmp_path / "model.skops")


@pytest.mark.costly
def test_the_command_line_saves_a_model_and_predicts_with_it(tmp_path, monkeypatch, capfd):
    """The columns of the table stay as they are; probability and class are added."""
    pytest.importorskip("skops")
    X, y = make_table(5)
    X["code"] = np.where(np.arange(N_ROWS) % 4, "7", "A1")
    X["garage"] = np.where(y == "yes", "None", "attached")
    new = X.head(9).assign(code="7", garage="None")  # in training, both columns were text
    X.assign(answer=y).to_csv(tmp_path / "table.csv", index=False)
    new.to_csv(tmp_path / "new.csv", index=False)
    study = ["study", "table.csv", "-t", "answer", "--models", "logistic", "--methods", "smote"]
    options = ["--folds", "2", "--repeats", "1", "--jobs", "1", "--seed", "0", "--costs", "1,4"]

    monkeypatch.chdir(tmp_path)
    _command(*study, *options, "--text", "message", "--save-model", "m.skops")
    assert "it predicts this class from 0.2, which has the lowest" in capfd.readouterr().err
    _command("predict", "m.skops", "new.csv", "-o", "scored.csv")

    assert "(from a probability of 0.2)" in capfd.readouterr().err
    lines = (tmp_path / "scored.csv").read_text().splitlines()
    written = (tmp_path / "new.csv").read_text().splitlines()
    assert [line.rsplit(",", 2)[0] for line in lines] == written
    expected = load_model(tmp_path / "m.skops").estimator.predict_proba(new)
    probabilities = [float(line.rsplit(",", 2)[1]) for line in lines[1:]]
    np.testing.assert_allclose(probabilities, expected[:, 1])
    classes = [line.rsplit(",", 2)[2] for line in lines[1:]]
    assert classes == np.where(expected[:, 1] >= 0.2, "yes", "no").tolist()


def _command(*arguments):
    """Run a command that succeeds, in this process."""
    with pytest.raises(SystemExit) as ended:
        app(list(arguments))
    assert not ended.value.code
