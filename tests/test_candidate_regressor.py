"""The candidate of a study of a continuous target as a regressor: the same predictions."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeRegressor

from counterpoise._cli.app import app
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.regression import RelevanceFunction
from counterpoise.study import (
    CandidateRegressor,
    RegressionResult,
    RegressionStudy,
    load_model,
    save_model,
)
from counterpoise.study._recommendation import python_lines

N_ROWS = 180
METHODS = ["relevance-weight", "smoter", "random-under"]
POINTS = RelevanceFunction("points", points=[(0, 0), (2, 0.1), (4, 1)])


def make_table(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a table with numbers, missing values, categories and dates, and rare large values."""
    rng = np.random.default_rng(seed)
    amount = rng.normal(size=N_ROWS)
    X = pd.DataFrame(
        {
            "amount": np.where(rng.random(N_ROWS) < 0.1, np.nan, amount),
            "city": rng.choice(["Bonn", "Köln", "Ulm"], N_ROWS),
            "day": pd.date_range("2020-01-01", periods=N_ROWS).strftime("%d.%m.%Y"),
            "size": rng.normal(size=N_ROWS),
        }
    )
    return X, np.exp(0.9 * amount + 0.3 * rng.normal(size=N_ROWS))


def run(X: pd.DataFrame, y: np.ndarray, **options) -> RegressionResult:
    with warnings.catch_warnings(action="ignore", category=CounterpoiseWarning):
        return RegressionStudy(cv=(2, 1), **options).run(X, y)


@pytest.mark.parametrize("relevance", [None, POINTS])
def test_it_is_what_the_study_has_evaluated(relevance, seed):
    """Fitted on the training samples of the first fold, it has the study's predictions exactly."""
    X, y = make_table(seed)
    result = run(X, y, models="ridge", methods=METHODS, relevance=relevance, random_state=seed)
    result = RegressionResult.from_json(result.to_json())
    train, test = result.folds[0] > 0, result.folds[0] == 0

    for candidate in result.candidates:
        if candidate.model != "dummy":
            estimator = result.make_estimator(candidate.model, candidate.method)
            predicted = estimator.fit(X[train], y[train]).predict(X[test])
            np.testing.assert_array_equal(predicted, candidate.scores[0, test, 0])


def test_the_lines_of_python_build_the_same_estimator():
    """The code on the page is run: it predicts what `make_estimator` predicts."""
    X, y = make_table(0)
    models = {"tree": DecisionTreeRegressor(max_depth=3), "plain": "ridge"}
    result = run(X, y, models=models, methods=METHODS, random_state=3)

    for model, method in (("tree", "smoter"), ("plain", "relevance-weight")):
        expected = result.make_estimator(model, method)
        names: dict = {}
        exec(python_lines(expected), names)  # noqa: S102 (our own code)
        built = names["estimator"]
        assert repr(built) == repr(expected)
        np.testing.assert_array_equal(built.fit(X, y).predict(X), expected.fit(X, y).predict(X))
    page = result.to_html().replace("&#39;", "'")
    assert python_lines(result.make_estimator()) in page
    assert "This is the regressor that the study has evaluated." in page


def test_the_target_with_the_inverse_density_is_fitted_again():
    """Without outliers the relevance is the inverse density of the target of `fit`."""
    X, _ = make_table(1)
    y = X["size"].rank().to_numpy()
    result = run(X, y, models="ridge", methods="dense-weight", random_state=0)
    estimator = result.make_estimator(method="dense-weight")
    assert estimator.relevance.method == "density"
    assert np.isfinite(estimator.fit(X, y).predict(X)).all()


def test_own_models_are_not_in_json():
    X, y = make_table(0)
    own = Ridge(3.0)
    result = run(X, y, models={"mine": own}, methods="smoter", random_state=0)
    assert result.make_estimator("mine").model is own
    with pytest.raises(InputError, match=r"your own model.*CandidateRegressor\(model=…\)"):
        RegressionResult.from_json(result.to_json()).make_estimator("mine")


def test_it_works_in_scikit_learn():
    X, y = make_table(0)
    estimator = CandidateRegressor("ridge", "relevance-weight", dates=["day"])
    assert repr(clone(estimator)) == repr(estimator)
    scores = cross_val_score(estimator, X, y, cv=2, scoring="neg_mean_absolute_error")
    assert np.isfinite(scores).all()
    with pytest.raises(InputError, match="regressor of its own"):
        CandidateRegressor("ridge", DecisionTreeRegressor()).fit(X, y)


@pytest.fixture(scope="module")
def fitted() -> tuple[CandidateRegressor, pd.DataFrame]:
    X, y = make_table(3)
    return CandidateRegressor("ridge", "smoter", dates=["day"]).fit(X, y), X


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X: X.drop(columns="city"), "no column 'city'.*trained on this column"),
        (lambda X: X.assign(amount="many"), "'amount' must hold numbers.*'many'"),
        (lambda X: X.assign(city=3), "'city' must hold categories.*Convert it to strings"),
        (lambda X: X.assign(day="soon"), "'day' must hold dates"),
    ],
)
def test_another_table_is_an_error_that_names_the_column(fitted, change, message):
    estimator, X = fitted
    with pytest.raises(InputError, match=message):
        estimator.predict(change(X.head(20)))


def test_unknown_categories_warn(fitted):
    estimator, X = fitted
    X = X.head(10)
    with pytest.warns(CounterpoiseWarning, match="'city'.*'Mainz'.*missing"):
        unknown = estimator.predict(X.assign(city="Mainz"))
    np.testing.assert_array_equal(unknown, estimator.predict(X.assign(city=None)))


# ---- Saved models, and the command line ----


@pytest.mark.parametrize("model", ["ridge", pytest.param("boosting", marks=pytest.mark.costly)])
def test_a_saved_model_predicts_the_same(model, tmp_path):
    pytest.importorskip("skops")
    X, y = make_table(4)
    estimator = CandidateRegressor(model, "smoter", dates=["day"]).fit(X, y)
    save_model(estimator, tmp_path / "model.skops", target="price")
    loaded = load_model(tmp_path / "model.skops")
    assert loaded.target == "price"
    np.testing.assert_array_equal(loaded.estimator.predict(X), estimator.predict(X))


def test_the_command_line_saves_a_model_and_predicts_with_it(tmp_path, monkeypatch, capfd):
    """The columns of the table stay as they are; the prediction is added."""
    pytest.importorskip("skops")
    monkeypatch.chdir(tmp_path)
    X, y = make_table(5)
    X.assign(price=y).to_csv("table.csv", index=False)
    X.head(9).to_csv("new.csv", index=False)
    study = ["study", "table.csv", "-t", "price", "--models", "ridge", "--methods", "smoter"]
    options = ["--folds", "2", "--repeats", "1", "--jobs", "1", "--seed", "0"]

    saved = run_command(capfd, *study, *options, "--save-model", "m.skops")
    assert "Fitting ridge" in saved
    assert f"on all {N_ROWS} rows" in saved
    scored = run_command(capfd, "predict", "m.skops", "new.csv", "-o", "scored.csv")

    assert "9 rows; mean prediction" in scored
    lines = (tmp_path / "scored.csv").read_text().splitlines()
    new = (tmp_path / "new.csv").read_text().splitlines()
    assert [line.rsplit(",", 1)[0] for line in lines] == new
    assert lines[0].endswith(",prediction")
    expected = load_model("m.skops").estimator.predict(X.head(9))
    np.testing.assert_allclose([float(line.rsplit(",", 1)[1]) for line in lines[1:]], expected)


def run_command(capfd, *arguments):
    """Run a command in this process, and return what it prints to standard error."""
    with pytest.raises(SystemExit) as ended:
        app([*arguments])
    err = capfd.readouterr().err
    assert not ended.value.code, err
    return err
