"""The study of a continuous target."""

from __future__ import annotations

import json
import re
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from counterpoise._cli.app import app
from counterpoise._cli.study_task import is_continuous
from counterpoise.exceptions import InputError, TargetError
from counterpoise.metrics import (
    relevance_weighted_mean_absolute_error,
    relevance_weighted_mean_squared_error,
    sera,
)
from counterpoise.regression import SMOTER, RelevanceFunction, relevance_weights
from counterpoise.study import RegressionResult, RegressionStudy, StudyResult
from counterpoise.study._regression.metrics import METRICS, PredictedSamples
from counterpoise.study._regression.target import THRESHOLD, encode_rare

METHODS = ["relevance-weight", "random-under", "smoter"]


def draw_table(n: int = 150, seed: int = 0, scale: float = 1.0) -> tuple[Any, Any]:
    """Draw a table whose target has rare large values."""
    rng = np.random.RandomState(seed)
    X = rng.normal(size=(n, 4))
    return X, scale * np.exp(0.8 * X[:, 0] + 0.3 * X[:, 1] + 0.3 * rng.normal(size=n))


@cache
def run_study(scale: float = 1.0, n_jobs: int = 1) -> RegressionResult:
    """Run a small study; tests share its result."""
    study = RegressionStudy("ridge", METHODS, cv=(2, 2), random_state=0, n_jobs=n_jobs)
    return study.run(*draw_table(scale=scale))


def draw_predictions(seed: int, n: int = 40) -> tuple[PredictedSamples, RelevanceFunction]:
    rng = np.random.RandomState(seed)
    y = np.exp(rng.normal(size=n))
    relevance = RelevanceFunction("points", points=[(0, 0), (1, 0), (3, 1)]).fit(y)
    shares = relevance.relevance(y)
    predicted = y + rng.normal(size=n)
    return PredictedSamples(y, predicted, shares, (shares >= THRESHOLD).astype(float)), relevance


def test_improvements_can_be_plotted() -> None:
    """The axis has the name of the metric, which no study of classes has."""
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    result = run_study()
    for metric, name in ((None, "relevance-weighted RMSE"), ("sera", "SERA")):
        display = result.plot_improvements(metric)
        assert name in display.ax_.get_xlabel()
        assert display.data["method"].tolist() == METHODS
    plt.close("all")


# ---- Metrics ----


def test_metrics_are_those_of_scikit_learn_and_counterpoise(seed: int) -> None:
    tested, relevance = draw_predictions(seed)
    given = tested.y, tested.predicted
    rare = tested.rare == 1
    weighted = relevance_weighted_mean_squared_error(*given, relevance=relevance)
    expected = {
        "relevance_weighted_rmse": weighted**0.5,
        "relevance_weighted_mae": relevance_weighted_mean_absolute_error(
            *given, relevance=relevance
        ),
        "sera": sera(*given, relevance=relevance),
        "rare_rmse": root_mean_squared_error(tested.y[rare], tested.predicted[rare]),
        "rare_mae": mean_absolute_error(tested.y[rare], tested.predicted[rare]),
        "rmse": root_mean_squared_error(*given),
        "mae": mean_absolute_error(*given),
        "r2": r2_score(*given),
    }
    assert {name: metric.value(tested) for name, metric in METRICS.items()} == pytest.approx(
        expected
    )


@pytest.mark.parametrize("name", METRICS)
def test_influences_are_derivatives_by_the_weight_of_a_sample(name: str, seed: int) -> None:
    """Copies of all samples stand for weights; one copy more is a small change of a weight."""
    tested, _ = draw_predictions(seed, n=20)
    metric, copies = METRICS[name], 2000

    def value(weights: Any) -> float:
        rows = np.repeat(np.arange(20), weights)
        found = metric.value(PredictedSamples(*(part[rows] for part in vars(tested).values())))
        return found * 20 / len(rows) if name == "sera" else found  # a sum, of 20 samples

    weights = np.full(20, copies)
    slopes = [value(weights + (np.arange(20) == i)) - value(weights) for i in range(20)]
    assert metric.influence is not None
    assert metric.influence(tested) == pytest.approx(copies * np.array(slopes), rel=0.01, abs=1e-3)


def test_metrics_without_rare_values_are_undefined() -> None:
    tested = PredictedSamples(*(np.arange(3.0) for _ in range(2)), np.zeros(3), np.zeros(3))
    undefined = {name for name, metric in METRICS.items() if np.isnan(metric.value(tested))}
    assert undefined == {
        "relevance_weighted_rmse",
        "relevance_weighted_mae",
        "rare_rmse",
        "rare_mae",
    }


# ---- Predictions ----


def test_predictions_are_those_of_the_fitted_pipeline(seed: int) -> None:
    """Oracle: the same pipelines fitted by hand on the same folds."""
    X, y = draw_table(seed=seed)
    relevance = RelevanceFunction("points", points=[(0, 0), (2, 1)]).fit(y)
    folds = [(np.arange(50, 150), np.arange(50)), (np.arange(100), np.arange(100, 150))]
    pipeline = make_pipeline(StandardScaler(), LinearRegression())
    study = RegressionStudy(
        {"plain": pipeline}, "relevance-weight", relevance=relevance, cv=folds, random_state=0
    )
    result = study.run(X, y)
    for train, test in folds:
        weights = relevance_weights(y[train], relevance, alpha=0.9)
        expected = {
            "baseline": pipeline.fit(X[train], y[train]).predict(X[test]),
            "relevance-weight": pipeline.fit(
                X[train], y[train], linearregression__sample_weight=weights
            ).predict(X[test]),
        }
        for method, predicted in expected.items():
            scores = result.candidate("plain", method).scores[0, test, 0]
            assert scores == pytest.approx(predicted)


def test_a_method_that_does_not_apply_gives_its_reason() -> None:
    study = RegressionStudy(KNeighborsRegressor(), "dense-weight", cv=(3, 1), random_state=0)
    finding = study.run(*draw_table()).findings[0]
    methods = {f.code for f in study.run(*draw_table()).findings}
    assert "not-applicable" in methods, finding


def test_own_samplers_and_wrappers_are_methods() -> None:
    own = {"mine": SMOTER(k_neighbors=2), "wrapped": make_pipeline}
    result = RegressionStudy("ridge", own, cv=(3, 1), random_state=0).run(*draw_table())
    assert [candidate.status for candidate in result.candidates] == ["done"] * 4
    same = result.candidate("ridge", "wrapped").scores - result.candidate("ridge").scores
    assert abs(same).max() < 1e-9


def test_folds_have_equal_shares_of_rare_values(seed: int) -> None:
    y = draw_table(400, seed)[1]
    target = encode_rare(y, len(y), None)
    study = RegressionStudy(cv=(4, 1), random_state=seed)
    folds = study._folds(None, target, None, None, seed)
    rare = [target.codes[fold.test].sum() for fold in folds.splits]
    medians = [np.median(y[fold.test]) for fold in folds.splits]
    assert max(rare) - min(rare) <= 3  # one for each stratum of rare values
    assert np.ptp(medians) < 0.3 * np.median(y)


# ---- Results ----


def test_results_have_the_scale_of_the_target() -> None:
    """A target in other units has the same outcomes, and improvements in these units."""
    plain, scaled = run_study(), run_study(1e6)
    for one, other in zip(plain.improvements, scaled.improvements, strict=True):
        assert one.outcome == other.outcome
        assert other.value == pytest.approx(1e6 * one.value)
        assert other.low == pytest.approx(1e6 * one.low)
    assert plain.decimals("rmse") == 3
    assert scaled.decimals("rmse") == 0
    assert plain.decimals("r2") == scaled.decimals("r2") == 3


def test_results_do_not_depend_on_parallel_jobs_or_a_journal(tmp_path: Path) -> None:
    study = RegressionStudy(
        "ridge", METHODS, cv=(2, 2), random_state=0, journal=tmp_path / "journal"
    )
    texts = {str(study.run(*draw_table())) for _ in range(2)}
    assert texts == {str(run_study())}
    other = RegressionStudy(
        "ridge",
        METHODS,
        cv=(2, 2),
        random_state=0,
        journal=tmp_path / "journal",
        relevance=RelevanceFunction("density"),
    )
    with pytest.raises(
        InputError, match="journal of another study: the relevance and folds differ"
    ):
        other.run(*draw_table())


def test_a_result_is_restored_from_json() -> None:
    result = run_study()
    restored = RegressionResult.from_json(result.to_json())
    assert restored.to_html() == result.to_html()
    assert restored.to_markdown() == result.to_markdown()
    assert {row["probabilities"] for row in json.loads(result.to_json())["table"]} == {"predicted"}
    with pytest.raises(InputError, match="not the JSON of a study"):
        StudyResult.from_json(result.to_json())
    with pytest.raises(InputError, match="not the JSON of a regression study"):
        RegressionResult.from_json("{}")


def test_the_page_shows_errors_and_relevance() -> None:
    page = run_study().to_html()
    for heading in ("Error by target value", "Relevance", "Findings", "All metrics"):
        assert f">{heading}</h2>" in page
    for name in ("threshold", "calibration", "Cost of a false"):
        assert f'<h2 id="{name}"' not in page
    assert "stratified by quantiles of the target" in page
    assert '"errors":{"model":["ridge"' in page


def test_methods_that_shift_predictions_are_reported() -> None:
    """Those whose mean error, in standard deviations of the target, differs by 0.05 or more."""
    result = run_study()
    codes = {finding.code: finding.sentence for finding in result.findings}
    y = result.data.values
    shifts = {
        candidate.method: np.mean(candidate.scores[..., 0] - y) / y.std()
        for candidate in result.candidates
        if candidate.model == "ridge"
    }
    reported = {name for name in METHODS if f" with {name}" in codes["biased-predictions"]}
    assert reported == {n for n in METHODS if abs(shifts[n]) >= abs(shifts["baseline"]) + 0.05}
    assert all(
        f"{shifts[name]:+.2f} with {name}" in codes["biased-predictions"] for name in reported
    )
    assert "few-rare-values" in codes


def test_a_larger_error_over_all_values_is_reported() -> None:
    """A method that fits large values better, at the cost of all others."""
    rng = np.random.RandomState(0)
    X = rng.exponential(size=(600, 1))
    y = X[:, 0] ** 2 + 0.1 * rng.normal(size=600)
    result = RegressionStudy("ridge", "relevance-weight", cv=(3, 1), random_state=0).run(X, y)
    finding = next(f for f in result.findings if f.code == "larger-error-overall")
    rmse = {
        candidate.method: result.values("rmse", candidate).mean()
        for candidate in result.candidates
        if candidate.model == "ridge"
    }
    assert result.improvements[0].direction == 1
    assert f"(+{rmse['relevance-weight'] / rmse['baseline'] - 1:.0%})" in finding.sentence


def test_a_model_without_skill_is_reported() -> None:
    X, y = draw_table()
    noise = np.random.RandomState(1).normal(size=X.shape)
    result = RegressionStudy("ridge", "relevance-weight", cv=(3, 1), random_state=0).run(noise, y)
    assert "no-skill" in {finding.code for finding in result.findings}


def test_a_target_without_outliers_gets_the_inverse_density(seed: int) -> None:
    rng = np.random.RandomState(seed)
    y = rng.beta(2, 2, size=200)
    target = encode_rare(y, 200, None)
    assert target.by_density
    assert target.relevance.method == "density"
    result = RegressionStudy("ridge", "dense-weight", cv=(2, 1), random_state=0).run(
        rng.normal(size=(200, 2)), y
    )
    assert "no-outliers" in {finding.code for finding in result.findings}
    assert "inverse density" in result.to_markdown()


def test_every_finding_is_explained() -> None:
    root = Path(__file__).parent.parent
    folder = root / "src/counterpoise/study/_regression"
    source = "".join((folder / name).read_text() for name in ("findings.py", "study.py"))
    codes = set(re.findall(r'create_finding\(\s*"([a-z-]+)"', source))
    assert len(codes) == 5
    document = (root / "docs/findings.md").read_text()
    assert codes <= set(re.findall(r"^### ([a-z-]+)$", document, re.MULTILINE))


# ---- Bad input ----

STUDY = partial(RegressionStudy, "ridge", "relevance-weight", random_state=0)
FLAT = np.append(np.arange(60) / 30, [3.0, 40.0, 50.0])[1:]


@pytest.mark.parametrize(
    ("study", "y", "message"),
    [
        (STUDY(), np.ones(62), "y is constant: all 62 values are 1"),
        (STUDY(), np.append(FLAT[:-1], np.nan), "y has 1 missing value"),
        (STUDY(), ["a"] * 62, "y must hold numbers"),
        (STUDY(), FLAT[:-1], "X has 62, y has 61"),
        (STUDY(), FLAT, r"Only . of 62 values of y are rare, and each of 6 folds"),
    ],
)
def test_bad_targets(study: RegressionStudy, y: Any, message: str) -> None:
    study.cv = (6, 1)
    X = np.random.RandomState(0).normal(size=(62, 2))
    with pytest.raises(InputError, match=message):
        study.run(X, y)


def test_all_or_no_values_are_rare() -> None:
    X, y = draw_table()
    for share, which in ((0, "None"), (1, "All")):
        relevance = RelevanceFunction("points", points=[(0, share), (100, share)])
        with pytest.raises(TargetError, match=f"{which} of the 150 values of y are rare"):
            STUDY(relevance=relevance).run(X, y)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"models": "ridg"}, "Unknown model 'ridg'. Did you mean 'ridge'"),
        ({"models": {"m": StandardScaler()}}, "must be a regressor"),
        ({"methods": "smotr"}, "Unknown method 'smotr'. Did you mean 'smoter'"),
        ({"primary_metric": "roc_auc"}, "Unknown metric 'roc_auc' of a continuous target"),
        ({"relevance": "density"}, "relevance must be a RelevanceFunction; got 'density'"),
        ({"margins": 0.1}, r"\{'relevance_weighted_rmse': 0.02\}"),
    ],
)
def test_bad_parameters(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        RegressionStudy(**arguments)


# ---- The command line ----


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> Any:
    """Run `study` on a table of houses in this process."""
    monkeypatch.chdir(tmp_path)
    X, y = draw_table(120)
    columns = {f"x{place}": column for place, column in enumerate(X.T)}
    kinds = np.where(y > np.median(y), "large", "small")
    pl.DataFrame({**columns, "price": y.round(2), "kind": kinds}).write_csv("houses.csv")

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            app(["study", "houses.csv", *arguments, "--jobs", "1", "--seed", "0"])
        captured = capfdbinary.readouterr()
        return int(ended.value.code or 0), captured.out.decode(), captured.err.decode()

    return run


SMALL = ("--models", "ridge", "--methods", "relevance-weight", "--folds", "3", "--repeats", "1")


def test_a_continuous_target_is_found_and_said(command: Any) -> None:
    code, out, err = command("-t", "price", *SMALL, "--metric", "sera", "--metric", "rmse")
    assert code == 0, err
    assert "target column 'price' is continuous" in err
    assert "--task classification" in err
    assert "means over folds" in out
    assert max(map(len, out.splitlines())) <= 80


def test_relevance_points_and_margins_reach_the_study(command: Any) -> None:
    options = ("--relevance", "0:0,2:1", "--margin", "0.5", "--json", "--task", "regression")
    code, out, err = command("-t", "price", *SMALL, *options)
    assert code == 0, err
    result = RegressionResult.from_json(out)
    assert result.data.relevance_method == "through the points 0: 0, 2: 1"
    assert result.settings.margins["relevance_weighted_rmse"] == 0.5
    assert "is continuous" not in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("-t", "price", "--task", "classification"), 1, "Target column 'price'"),
        (("-t", "kind", "--task", "regression"), 1, "Target column 'kind' must hold numbers"),
        (("-t", "price", "--costs", "1,2"), 1, "--costs is for classes"),
        (("-t", "kind", "--relevance", "density"), 1, "--relevance is for a continuous target"),
        (("-t", "price", "--relevance", "boxes"), 2, "points of VALUE:RELEVANCE"),
        (("-t", "price", "--relevance", "2:0,1:1"), 1, "ascending order"),
        (("-t", "price", "--task", "other"), 2, "auto, classification or regression"),
        (("-t", "missing", "--models", "ridg"), 1, "Unknown model 'ridg'"),
    ],
)
def test_errors_of_the_command(command: Any, arguments: Any, code: int, message: str) -> None:
    found, _, err = command(*arguments)
    assert found == code
    assert message in " ".join(err.split())


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([i / 3 for i in range(50)], True),
        ([*range(5000, 6000, 7), None], True),
        ([i // 2 for i in range(200)], False),  # all whole numbers of a range: codes
        ([0.5, 1.5] * 50, False),  # few distinct numbers
        ([i % 30 for i in range(1000)], False),  # whole numbers that occur often
        ([float("nan")] * 5, False),
        ([str(i) for i in range(50)], False),
        ([True, False] * 50, False),
    ],
)
def test_which_targets_are_continuous(labels: list[Any], expected: bool) -> None:
    assert is_continuous(labels) == expected


def test_prices_of_cars(tables: Path) -> None:
    """A real table with categories and missing values: every method is done."""
    cars = pl.read_csv(tables / "auto_imports.csv").to_pandas()
    price = cars.pop("price")
    methods = ["dense-weight", "smogn", "gaussian-noise", "wercs"]
    result = RegressionStudy({"r": Ridge()}, methods, cv=(2, 1), random_state=0).run(cars, price)
    assert {candidate.status for candidate in result.candidates} == {"done"}
    assert len(result.improvements) == 4
