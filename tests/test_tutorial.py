"""Tutorial: experiment, repetitions, findings, page and files."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from imblearn.datasets import make_imbalance
from imblearn.over_sampling import SMOTE, RandomOverSampler
from sklearn.datasets import make_classification
from sklearn.metrics import (
    average_precision_score,
    balanced_accuracy_score,
    precision_score,
    recall_score,
)
from sklearn.svm import SVC

from counterpoise._lib.format_text import format_number
from counterpoise.tutorial import Tutorial, run_tutorial
from counterpoise.tutorial._experiment import (
    fit_svm,
    make_balanced,
    make_imbalanced,
    oversample_randomly,
    oversample_with_smote,
)
from counterpoise.tutorial._findings import compute_findings, describe_difference
from counterpoise.tutorial._page import render
from counterpoise.tutorial._records import Dataset, Experiment
from counterpoise.tutorial._repetitions import (
    METRICS,
    MODELS,
    ConfidenceInterval,
    Repetitions,
    compute_interval,
    compute_precision,
    compute_sample_weight,
    run_repetitions,
    split_train_test,
)
from counterpoise.tutorial._run import STAGES, summary, table_rows

N_SEEDS = 3
CSV_FILES = (
    "balanced.csv",
    "imbalanced.csv",
    "random_oversampling.csv",
    "smote_k1.csv",
    "smote_k2.csv",
    "smote_k8.csv",
)

Table = tuple[np.ndarray, np.ndarray]
Call = tuple[str, int, int]


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    """Collect the calls of the progress callback."""
    return []


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory, calls: list[Call]) -> Tutorial:
    """Run the tutorial with few seeds, into a folder that does not exist yet."""
    folder = tmp_path_factory.mktemp("tutorial") / "new" / "folder"
    return run_tutorial(folder, n_seeds=N_SEEDS, progress=lambda *call: calls.append(call))


@pytest.fixture(scope="module")
def results(tutorial: Tutorial) -> Experiment:
    return tutorial.experiment


@pytest.fixture(scope="module")
def repetitions(tutorial: Tutorial) -> Repetitions:
    return tutorial.repetitions


@pytest.fixture(scope="module")
def html(tutorial: Tutorial) -> str:
    return tutorial.page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def reference_tables() -> dict[str, Table]:
    """Generate the same tables with scikit-learn and imbalanced-learn alone."""
    balanced = make_classification(
        n_samples=700,
        n_features=2,
        n_redundant=0,
        n_informative=2,
        n_clusters_per_class=1,
        class_sep=1.0,
        flip_y=0.06,
        random_state=100,
    )
    imbalanced = make_imbalance(*balanced, sampling_strategy={0: 340, 1: 10}, random_state=100)
    smote = {
        k: SMOTE(sampling_strategy="auto", k_neighbors=k, random_state=100).fit_resample(
            *imbalanced
        )
        for k in (1, 2, 8)
    }
    return {
        "balanced.csv": balanced,
        "imbalanced.csv": imbalanced,
        "random_oversampling.csv": RandomOverSampler(random_state=100).fit_resample(*imbalanced),
        **{f"smote_k{k}.csv": table for k, table in smote.items()},
    }


def read_table(path: Path) -> Table:
    """Read the features and the target of a CSV file, and check its header."""
    with path.open(newline="", encoding="utf-8") as stream:
        header, *rows = csv.reader(stream)
    assert header == ["feature_1", "feature_2", "target"]
    X = np.array([[float(value) for value in row[:2]] for row in rows])
    return X, np.array([int(row[2]) for row in rows])


def simulate(**means: dict[str, float]) -> Repetitions:
    """Simulate ten seeds whose scores are close to the given means, 0.5 by default."""
    scores = np.full((10, len(MODELS), len(METRICS)), 0.5)
    for m, model in enumerate(MODELS):
        for q, metric in enumerate(METRICS):
            scores[:, m, q] = means.get(model.key, {}).get(metric.key, 0.5)
    scores += np.random.RandomState(0).normal(scale=1e-4, size=scores.shape)
    shape = scores.shape[:2]
    n_positive = np.full(shape, 7)
    is_constant = np.zeros(shape, dtype=bool)
    return Repetitions(tuple(range(10)), scores, n_positive, is_constant, np.zeros(shape))


def sentences(repetitions: Repetitions) -> dict[str, str]:
    return {finding.code: finding.text for finding in compute_findings(repetitions)}


# Experiment with the tutorial's own seed


def test_counts(results: Experiment) -> None:
    assert results.balanced.counts == (349, 351)
    assert results.imbalanced.counts == (340, 10)
    assert results.oversampled.dataset.counts == (340, 340)
    assert {k: r.dataset.counts for k, r in results.smote.items()} == dict.fromkeys(
        (1, 2, 8), (340, 340)
    )


def test_svm_on_imbalanced_data_never_predicts_class_1(results: Experiment) -> None:
    svm = results.svms["imbalanced"]
    assert not svm.predicted.any()
    assert svm.recalls == (1.0, 0.0)
    assert svm.training_accuracy == 340 / 350


def test_other_svms_predict_both_classes(results: Experiment) -> None:
    for name, svm in results.svms.items():
        if name != "imbalanced":
            assert min(svm.recalls) > 0.9, name
            assert 0.4 < svm.positive_share < 0.7, name


def test_grid(results: Experiment) -> None:
    low, high = results.balanced.X.min(axis=0), results.balanced.X.max(axis=0)
    left, right, bottom, top = results.grid.extent
    np.testing.assert_allclose([left, bottom], low - 1)
    assert np.all(np.abs([right, top] - (high + 1)) <= 0.02 + 1e-9)
    np.testing.assert_allclose(np.diff(results.grid.feature_1), 0.02)
    np.testing.assert_allclose(np.diff(results.grid.feature_2), 0.02)


def test_predictions_match_the_grid(results: Experiment) -> None:
    svm = results.svms["balanced"]
    for row, column in ((0, 0), (100, 350), (-1, 20)):
        point = [[results.grid.feature_1[column], results.grid.feature_2[row]]]
        assert svm.predicted[row, column] == svm.model.predict(point)[0]


def test_synthetic_samples_lie_between_base_and_neighbor(results: Experiment) -> None:
    X, y = results.imbalanced.X, results.imbalanced.y
    for resampled in results.smote.values():
        is_synthetic = resampled.is_synthetic
        base, neighbor = X[resampled.base[is_synthetic]], X[resampled.neighbor[is_synthetic]]
        weight = resampled.weight[is_synthetic][:, np.newaxis]
        assert np.all((weight >= 0) & (weight < 1))
        interpolated = base + weight * (neighbor - base)
        np.testing.assert_array_equal(resampled.dataset.X[is_synthetic], interpolated)
        assert np.all(y[resampled.base[is_synthetic]] == 1)
        assert np.all(y[resampled.neighbor[is_synthetic]] == 1)


def test_more_neighbors_give_more_segments(results: Experiment) -> None:
    n_segments = {k: len(resampled.segments) for k, resampled in results.smote.items()}
    assert n_segments[1] <= 10 < n_segments[2] <= 20 < n_segments[8] <= 45


def test_more_neighbors_give_less_variance(results: Experiment) -> None:
    variances = [
        resampled.dataset.X[resampled.is_synthetic].var(axis=0).sum()
        for resampled in results.smote.values()
    ]
    real_variance = results.imbalanced.samples_of(1).var(axis=0).sum()
    assert real_variance > variances[0] > variances[1] > variances[2]


def test_random_oversampling_duplicates_input_rows(results: Experiment) -> None:
    oversampled, imbalanced = results.oversampled, results.imbalanced
    np.testing.assert_array_equal(oversampled.dataset.X, imbalanced.X[oversampled.row])
    assert np.all(oversampled.n_duplicates[imbalanced.y == 0] == 1)
    assert oversampled.n_duplicates[imbalanced.y == 1].sum() == 340


def test_example_is_a_row_of_the_table(results: Experiment) -> None:
    example, resampled = results.example, results.smote[8]
    np.testing.assert_array_equal(resampled.dataset.X[example.output_row], example.synthetic)
    np.testing.assert_array_equal(
        example.synthetic, example.base + example.weight * (example.neighbor - example.base)
    )


def test_example_shows_the_eight_nearest_neighbors(results: Experiment) -> None:
    example = results.example
    minority = results.imbalanced.samples_of(1)
    distances = np.linalg.norm(minority - example.base, axis=1)
    nearest = minority[np.argsort(distances)][1:9]
    np.testing.assert_array_equal(example.neighbors, nearest)


def test_boundaries_after_random_oversampling_and_smote_are_similar(results: Experiment) -> None:
    def angle(name: str) -> float:
        coefs = [results.svms[key].coef for key in ("balanced", name)]
        angles = [np.degrees(np.arctan2(*coef)) for coef in coefs]
        return float(abs(angles[0] - angles[1]))

    assert angle("random_oversampling") < angle("smote_k8") < 5


# CSV files


def test_tables_equal_imbalanced_learns_bit_for_bit(
    tutorial: Tutorial, reference_tables: dict[str, Table]
) -> None:
    for name, (X, y) in reference_tables.items():
        our_X, our_y = read_table(tutorial.folder / name)
        np.testing.assert_array_equal(our_X.view(np.int64), X.view(np.int64), name)
        np.testing.assert_array_equal(our_y, y, name)


def test_repetitions_csv_contains_all_scores(tutorial: Tutorial, repetitions: Repetitions) -> None:
    with (tutorial.folder / "repetitions.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == N_SEEDS * len(MODELS)
    for position, row in enumerate(rows):
        seed, model = divmod(position, len(MODELS))
        assert row["seed"] == str(repetitions.seeds[seed])
        assert row["model"] == MODELS[model].key
        written = [float(row[metric.key] or "nan") for metric in METRICS]
        np.testing.assert_array_equal(written, repetitions.scores[seed, model])
        uncorrected = repetitions.uncorrected_roc_auc[seed, model]
        assert float(row["uncorrected_roc_auc"]) == uncorrected


# Files in the folder


def test_folder_contains_exactly_the_files(tutorial: Tutorial) -> None:
    assert (tutorial.page.name, len(tutorial.files)) == ("index.html", 22)  # as in the example
    names = {path.name for path in tutorial.files}
    assert names == {path.name for path in tutorial.folder.iterdir()}
    assert names >= {"index.html", "repetitions.csv", *CSV_FILES}


def test_pictures_are_png_files(tutorial: Tutorial) -> None:
    pictures = [path for path in tutorial.files if path.suffix == ".png"]
    assert len(pictures) == 14
    for path in pictures:
        content = path.read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) > 20_000, path.name


@pytest.mark.usefixtures("tutorial")
def test_progress_reports_each_step(calls: list[Call]) -> None:
    assert list(dict.fromkeys(stage for stage, _, _ in calls)) == list(STAGES)
    for stage in STAGES:
        steps = [(done, total) for name, done, total in calls if name == stage]
        total = steps[0][1]
        assert steps == [(done, total) for done in range(total + 1)]


def test_output_folder_must_not_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "report"
    file.write_text("mine")
    for out in (file, file / "below"):
        with pytest.raises(NotADirectoryError, match="or a folder above it, is a file"):
            run_tutorial(out, n_seeds=2)
    assert file.read_text() == "mine"


def test_too_few_seeds(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"at least 2 seeds.*got 1"):
        run_tutorial(tmp_path / "out", n_seeds=1)


class _Links(HTMLParser):
    """Collects the tags, link targets and ids of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name.split(":")[-1] in ("href", "src", "srcset", "data", "poster", "action"):
                self.targets.append(value or "")
            if name == "id":
                self.ids.append(value or "")


# Page


@pytest.fixture(scope="module")
def links(html: str) -> _Links:
    parser = _Links()
    parser.feed(html)
    return parser


def test_page_loads_no_other_file(html: str, links: _Links) -> None:
    assert not links.tags & {"script", "link", "iframe", "img", "object", "embed"}
    assert not re.search(r"https?:|@import|//[a-z]", html)
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", html))


def test_link_targets_exist(tutorial: Tutorial, links: _Links) -> None:
    names = {path.name for path in tutorial.files}
    for target in links.targets:
        assert target[1:] in links.ids if target.startswith("#") else target in names


def test_ids_are_unique(links: _Links) -> None:
    assert len(links.ids) == len(set(links.ids))


def test_pictures_have_alt_texts(html: str) -> None:
    opened = re.findall(r"<svg[^>]*>", html)
    assert len(opened) == 14
    assert all('role="img" aria-label="' in tag for tag in opened)


def test_page_is_small(tutorial: Tutorial) -> None:
    assert tutorial.page.stat().st_size < 3_000_000


def test_page_contains_all_findings_and_means(html: str, repetitions: Repetitions) -> None:
    for finding in compute_findings(repetitions):
        opening = finding.text.replace('"', "").replace("'", "’")[:40]
        assert opening in html
    for row in repetitions.table:
        assert all(format_number(entry.interval.mean) in html for entry in row)


def test_page_states_that_one_svm_never_predicts_class_1(tutorial: Tutorial, html: str) -> None:
    sentence = "the SVM never predicts class&nbsp;1"
    assert sentence in html
    results = tutorial.experiment
    svms = {**results.svms, "imbalanced": results.svms["balanced"]}
    svgs = {path.stem: "<svg></svg>" for path in tutorial.files if path.suffix == ".png"}
    other_page = render(replace(results, svms=svms), tutorial.repetitions, svgs)
    assert sentence not in other_page


# Repetitions with other seeds


def test_scores_do_not_depend_on_jobs(repetitions: Repetitions) -> None:
    again = run_repetitions(N_SEEDS, n_jobs=2)
    for field in ("scores", "n_positive_predictions", "has_constant_scores", "uncorrected_roc_auc"):
        np.testing.assert_array_equal(getattr(again, field), getattr(repetitions, field))


def test_scores_of_a_seed_do_not_depend_on_the_number_of_seeds(repetitions: Repetitions) -> None:
    np.testing.assert_array_equal(run_repetitions(2).scores, repetitions.scores[:2])


def test_seeds_follow_the_tutorials_seed(repetitions: Repetitions) -> None:
    assert repetitions.seeds == (101, 102, 103)


def test_first_350_samples_of_each_class_are_for_training() -> None:
    drawn = make_balanced(20_700, 101)
    train, test = split_train_test(drawn)
    assert train.counts == (350, 350)
    for label in (0, 1):
        np.testing.assert_array_equal(train.samples_of(label), drawn.samples_of(label)[:350])
        np.testing.assert_array_equal(test.samples_of(label), drawn.samples_of(label)[350:])


def test_scores_equal_scikit_learns(repetitions: Repetitions) -> None:
    train, test = split_train_test(make_balanced(20_700, 101))
    imbalanced = make_imbalanced(train, 101)
    models = (
        SVC(kernel="linear").fit(train.X, train.y),
        None,
        SVC(kernel="linear", class_weight="balanced").fit(imbalanced.X, imbalanced.y),
        fit_svm(oversample_randomly(imbalanced, 101).dataset),
        fit_svm(oversample_with_smote(imbalanced, 8, 101).dataset),
    )
    for position, model in enumerate(models):
        if model is not None:
            check_scores(repetitions.scores[0, position], model, test)


def check_scores(scores: np.ndarray, model: SVC, test: Dataset) -> None:
    predicted, decision = model.predict(test.X), model.decision_function(test.X)
    weights = compute_sample_weight(test.y, 34.0)
    ours = dict(zip((metric.key for metric in METRICS), scores, strict=True))
    theirs = {
        "recall": recall_score(test.y, predicted),
        "balanced_accuracy": balanced_accuracy_score(test.y, predicted),
        "precision_34_to_1": precision_score(test.y, predicted, sample_weight=weights),
        "average_precision_34_to_1": average_precision_score(
            test.y, decision, sample_weight=weights
        ),
    }
    for name, score in theirs.items():
        np.testing.assert_allclose(ours[name], score, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("ratio", [1.0, 34.0])
def test_weighting_equals_a_test_set_with_that_ratio(ratio: float) -> None:
    """Samples weighted to a class ratio have the same precision as samples duplicated to it."""
    rng = np.random.RandomState(0)
    y = np.repeat([0, 1], [20, 20])
    predicted = rng.uniform(size=40) < 0.3 + 0.4 * y
    n_duplicates = np.where(y == 0, int(ratio), 1)
    expected = precision_score(np.repeat(y, n_duplicates), np.repeat(predicted, n_duplicates))
    by_rates = compute_precision(predicted[y == 1].mean(), predicted[y == 0].mean(), ratio)
    by_weights = precision_score(y, predicted, sample_weight=compute_sample_weight(y, ratio))
    np.testing.assert_allclose([by_rates, by_weights], expected)


def test_precision_is_nan_without_positive_predictions(repetitions: Repetitions) -> None:
    assert np.isnan(compute_precision(0.0, 0.0, 34.0))
    keys = [metric.key for metric in METRICS]
    precision = repetitions.scores[:, :, keys.index("precision_1_to_1")]
    np.testing.assert_array_equal(np.isnan(precision), repetitions.n_positive_predictions == 0)


def test_constant_scores_count_as_ties() -> None:
    repetitions = run_repetitions(5)
    is_constant = repetitions.constant_score_seeds("baseline")
    assert is_constant.any()
    assert np.all(repetitions.values("baseline", "roc_auc")[is_constant] == 0.5)
    average_precision = repetitions.values("baseline", "average_precision_34_to_1")[is_constant]
    np.testing.assert_allclose(average_precision, 1 / 35)


def test_intervals() -> None:
    known = compute_interval(np.array([1.0, 2.0, 3.0, np.nan]))
    assert (known.mean, known.n) == (2.0, 3)
    np.testing.assert_allclose(known.half_width, 4.302652729911275 / np.sqrt(3))
    single = compute_interval(np.array([np.nan, 0.5]))
    assert single.mean == 0.5
    assert np.isnan(single.low)
    assert not single.excludes_zero
    assert np.isnan(compute_interval(np.array([np.nan])).mean)


# Findings


def test_describe_difference() -> None:
    higher = describe_difference(ConfidenceInterval(0.2, 0.1, 0.3, 9), "theirs")
    assert "is higher than theirs by 0.200" in higher
    lower = describe_difference(ConfidenceInterval(-0.2, -0.3, -0.1, 9), "theirs")
    assert "is lower than theirs by 0.200 [0.100, 0.300]" in lower
    unclear = describe_difference(ConfidenceInterval(0.2, -0.1, 0.5, 9), "theirs")
    assert "does not differ significantly from theirs" in unclear


@pytest.mark.parametrize(
    ("smote", "class_weight", "random_oversampling", "verdict"),
    [
        (0.9, 0.8, 0.8, "SMOTE is better than both simpler methods"),
        (0.7, 0.8, 0.8, "SMOTE is worse than a simpler method"),
        (0.8, 0.8, 0.7, "SMOTE and class weights are equivalent (equivalence margin 0.02)"),
        (0.8, 0.7, 0.8, "SMOTE and random oversampling are equivalent"),
    ],
)
def test_verdict(
    smote: float, class_weight: float, random_oversampling: float, verdict: str
) -> None:
    repetitions = simulate(
        smote={"balanced_accuracy": smote},
        class_weight={"balanced_accuracy": class_weight},
        random_oversampling={"balanced_accuracy": random_oversampling},
    )
    assert verdict in sentences(repetitions)["smote-vs-simpler-methods"]


def test_verdict_is_inconclusive_if_intervals_are_wide() -> None:
    repetitions = simulate()
    repetitions.scores[:, 2:4, 1] += np.linspace(-0.3, 0.3, 10)[:, np.newaxis]
    assert "inconclusive" in sentences(repetitions)["smote-vs-simpler-methods"]


@pytest.mark.parametrize(
    ("balanced", "verdict"),
    [
        (0.9, "Real samples are better than synthetic"),
        (0.1, "synthetic samples are better than real"),
        (0.5, "do not show which are better"),
    ],
)
def test_real_samples(balanced: float, verdict: str) -> None:
    repetitions = simulate(balanced={"balanced_accuracy": balanced})
    assert verdict in sentences(repetitions)["real-vs-synthetic"]


def test_comparison_with_baseline() -> None:
    better = simulate(smote={"balanced_accuracy": 0.9})
    worse = simulate(smote={"balanced_accuracy": 0.2})
    assert "is higher than the baseline's by 0.4" in sentences(better)["smote-vs-baseline"]
    assert "is lower than the baseline's by 0.3" in sentences(worse)["smote-vs-baseline"]


def test_trade_off_between_recall_and_precision() -> None:
    moved = simulate(smote={"recall": 0.4, "precision_34_to_1": 0.6})
    better = simulate(smote={"recall": 0.6, "precision_34_to_1": 0.6})
    assert "a trade-off" in sentences(moved)["recall-vs-precision"]
    assert "trade-off" not in sentences(better)["recall-vs-precision"]


def test_baseline_without_positive_predictions() -> None:
    repetitions = simulate()
    assert "mean recall of 0.500" in sentences(repetitions)["baseline"]
    repetitions.n_positive_predictions[:4, 1] = 0
    text = "class 1 for none of the test samples in 4 of 10 seeds"
    assert text in sentences(repetitions)["baseline"]


def test_constant_scores() -> None:
    repetitions = simulate()
    assert "constant-scores" not in sentences(repetitions)
    repetitions.has_constant_scores[:3, 1] = True
    repetitions.uncorrected_roc_auc[:3, 1] = (0.1, 0.5, 0.9)
    assert "In 3 of 10 seeds" in sentences(repetitions)["constant-scores"]
    assert "from 0.100 to 0.900" in sentences(repetitions)["constant-scores"]
    assert "In the 7 seeds in which" in sentences(repetitions)["ranking"]
    repetitions.has_constant_scores[:, 1] = True
    assert "seeds in which" not in sentences(repetitions)["ranking"]


def test_precision_by_ratio() -> None:
    repetitions = simulate(smote={"precision_1_to_1": 0.9, "precision_34_to_1": 0.2})
    assert "90 are correct" in sentences(repetitions)["precision-by-ratio"]
    assert "but 20 where" in sentences(repetitions)["precision-by-ratio"]


def test_comparing_precision_needs_positive_predictions() -> None:
    repetitions = simulate(smote={"precision_34_to_1": 0.2})
    text = "is lower than the baseline's by 0.3"
    assert text in sentences(repetitions)["precision-vs-baseline"]
    repetitions.scores[:, 1, 6] = np.nan
    assert "precision-vs-baseline" not in sentences(repetitions)


def test_single_seeds() -> None:
    assert "evidence for either method" in sentences(simulate())["single-seeds"]
    clear = simulate(smote={"balanced_accuracy": 0.9})
    assert sentences(clear)["single-seeds"].endswith("in 10 of 10 seeds and lower in 0.")


# Terminal


def test_summary(tutorial: Tutorial) -> None:
    text = summary(tutorial)
    assert max(map(len, text.splitlines())) <= max(80, len(str(tutorial.page)) + 10)
    assert str(tutorial.page) in text
    for row in table_rows(tutorial.repetitions):
        assert all(value in text for value in row)


def test_table_has_a_row_for_each_metric(repetitions: Repetitions) -> None:
    rows = table_rows(repetitions)
    assert [len(row) for row in rows] == [6] * 9


def test_importing_loads_no_heavy_package() -> None:
    code = "import sys, counterpoise.tutorial as t; print([m in sys.modules for m in sys.argv[1:]])"
    names = ["matplotlib", "jinja2", "sklearn", "numpy"]
    done = subprocess.run(
        [sys.executable, "-c", code, *names], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str([False] * 4)


def test_unknown_name_raises() -> None:
    import counterpoise.tutorial as package

    assert "run_tutorial" in dir(package)
    with pytest.raises(AttributeError, match="no attribute 'run_turtle'"):
        _ = package.run_turtle


def test_drawing_does_not_change_matplotlib_settings() -> None:
    # Reading the setting "backend" would select a backend and so import pyplot.
    code = (
        "import sys, matplotlib as m\n"
        "def settings(): return {k: m.rcParams[k] for k in m.rcParams if k != 'backend'}\n"
        "before = settings()\n"
        "from counterpoise.tutorial._experiment import run_experiment\n"
        "from counterpoise.tutorial._pictures import draw_smote_example, to_png, to_svg\n"
        "figure = draw_smote_example(run_experiment())\n"
        "to_png(figure), to_svg(figure, 'example')\n"
        "print('matplotlib.pyplot' in sys.modules, before == settings())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
