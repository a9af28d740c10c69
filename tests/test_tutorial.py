"""The tutorial: its facts, its sentences, its files."""

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

from counterpoise.tutorial import STAGES, Tutorial, run_tutorial, summary, table_rows
from counterpoise.tutorial.experiment import (
    Experiment,
    Sample,
    draw_points,
    fit_svm,
    repeat_points,
    smote_points,
    take_away,
)
from counterpoise.tutorial.findings import compare, find, number
from counterpoise.tutorial.luck import (
    METRICS,
    MODELS,
    Interval,
    Luck,
    interval_of,
    precision_at,
    run_luck,
    split,
    weigh,
)
from counterpoise.tutorial.page import render

N_SEEDS = 3
CSV_FILES = (
    "df_base.csv",
    "df_imbalanced.csv",
    "df_smoted.csv",
    "df_smoted_k1.csv",
    "df_smoted_k2.csv",
    "df_smoted_k8.csv",
)

Table = tuple[np.ndarray, np.ndarray]
Call = tuple[str, int, int]


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    """Collect what the tutorial tells its caller while it runs."""
    return []


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory, calls: list[Call]) -> Tutorial:
    """One run with few seeds, into a folder that does not exist yet."""
    folder = tmp_path_factory.mktemp("tutorial") / "new" / "folder"
    return run_tutorial(folder, n_seeds=N_SEEDS, progress=lambda *call: calls.append(call))


@pytest.fixture(scope="module")
def facts(tutorial: Tutorial) -> Experiment:
    return tutorial.experiment


@pytest.fixture(scope="module")
def luck(tutorial: Tutorial) -> Luck:
    return tutorial.luck


@pytest.fixture(scope="module")
def html(tutorial: Tutorial) -> str:
    return tutorial.page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def peer() -> dict[str, Table]:
    """Make the same tables with imbalanced-learn alone."""
    base = make_classification(
        n_samples=700,
        n_features=2,
        n_redundant=0,
        n_informative=2,
        n_clusters_per_class=1,
        class_sep=1.0,
        flip_y=0.06,
        random_state=100,
    )
    few = make_imbalance(*base, sampling_strategy={0: 340, 1: 10}, random_state=100)
    smoted = {
        k: SMOTE(sampling_strategy="auto", k_neighbors=k, random_state=100).fit_resample(*few)
        for k in (1, 2, 8)
    }
    return {
        "df_base.csv": base,
        "df_imbalanced.csv": few,
        "df_oversampled.csv": RandomOverSampler(random_state=100).fit_resample(*few),
        "df_smoted.csv": smoted[8],
        **{f"df_smoted_k{k}.csv": table for k, table in smoted.items()},
    }


def read_table(path: Path) -> Table:
    """Read the points and labels of a CSV file, and check its heading."""
    with path.open(newline="", encoding="utf-8") as stream:
        heading, *rows = csv.reader(stream)
    assert heading == ["feature_1", "feature_2", "label"]
    points = np.array([[float(cell) for cell in row[:2]] for row in rows])
    return points, np.array([int(row[2]) for row in rows])


def made_up(**means: dict[str, float]) -> Luck:
    """Make up ten seeds whose scores are the given means, give or take very little."""
    scores = np.full((10, len(MODELS), len(METRICS)), 0.5)
    for m, model in enumerate(MODELS):
        for q, metric in enumerate(METRICS):
            scores[:, m, q] = means.get(model.key, {}).get(metric.key, 0.5)
    scores += np.random.RandomState(0).normal(scale=1e-4, size=scores.shape)
    shape = scores.shape[:2]
    alarms = np.full(shape, 7)
    return Luck(tuple(range(10)), scores, alarms, np.zeros(shape, dtype=bool), np.zeros(shape))


def sentences(luck: Luck) -> dict[str, str]:
    return {finding.code: finding.text for finding in find(luck)}


# The experiment with the tutorial's own seed.


def test_counts(facts: Experiment) -> None:
    assert facts.base.counts == (349, 351)
    assert facts.imbalanced.counts == (340, 10)
    assert facts.repeated.sample.counts == (340, 340)
    assert {k: g.sample.counts for k, g in facts.smoted.items()} == dict.fromkeys(
        (1, 2, 8), (340, 340)
    )


def test_the_second_svm_predicts_class_1_nowhere(facts: Experiment) -> None:
    second = facts.boundaries["imbalanced"]
    assert not second.predicted.any()
    assert second.recalls == (1.0, 0.0)
    assert second.training_accuracy == 340 / 350


def test_the_other_svms_see_both_classes(facts: Experiment) -> None:
    for name, boundary in facts.boundaries.items():
        if name != "imbalanced":
            assert min(boundary.recalls) > 0.9, name
            assert 0.4 < boundary.share_of_plane < 0.7, name


def test_grid(facts: Experiment) -> None:
    low, high = facts.base.points.min(axis=0), facts.base.points.max(axis=0)
    left, right, bottom, top = facts.grid.extent
    np.testing.assert_allclose([left, bottom], low - 1)
    assert np.all(np.abs([right, top] - (high + 1)) <= 0.02 + 1e-9)
    np.testing.assert_allclose(np.diff(facts.grid.across), 0.02)
    np.testing.assert_allclose(np.diff(facts.grid.up), 0.02)


def test_predictions_lie_on_the_grid_as_drawn(facts: Experiment) -> None:
    boundary = facts.boundaries["base"]
    for row, column in ((0, 0), (100, 350), (-1, 20)):
        place = [[facts.grid.across[column], facts.grid.up[row]]]
        assert boundary.predicted[row, column] == boundary.model.predict(place)[0]


def test_every_made_point_lies_between_its_parents(facts: Experiment) -> None:
    for grown in facts.smoted.values():
        made = grown.is_new
        base = facts.imbalanced.points[grown.base[made]]
        partner = facts.imbalanced.points[grown.partner[made]]
        weight = grown.weight[made][:, np.newaxis]
        assert np.all((weight >= 0) & (weight < 1))
        blend = base + weight * (partner - base)
        np.testing.assert_array_equal(grown.sample.points[made], blend)
        assert np.all(facts.imbalanced.labels[grown.base[made]] == 1)
        assert np.all(facts.imbalanced.labels[grown.partner[made]] == 1)


def test_more_neighbours_more_lines(facts: Experiment) -> None:
    lines = {k: len(grown.lines) for k, grown in facts.smoted.items()}
    assert lines[1] <= 10 < lines[2] <= 20 < lines[8] <= 45


def test_more_neighbours_closer_to_the_middle(facts: Experiment) -> None:
    spread = [
        grown.sample.points[grown.is_new].var(axis=0).sum() for grown in facts.smoted.values()
    ]
    assert facts.imbalanced.of(1).var(axis=0).sum() > spread[0] > spread[1] > spread[2]


def test_repeats_are_rows_of_the_input(facts: Experiment) -> None:
    repeated = facts.repeated
    np.testing.assert_array_equal(repeated.sample.points, facts.imbalanced.points[repeated.row])
    assert np.all(repeated.repeats[facts.imbalanced.labels == 0] == 1)
    assert repeated.repeats[facts.imbalanced.labels == 1].sum() == 340


def test_the_example_is_a_row_of_the_table(facts: Experiment) -> None:
    example, grown = facts.example, facts.smoted[8]
    np.testing.assert_array_equal(grown.sample.points[example.output_row], example.point)
    np.testing.assert_array_equal(
        example.point, example.base + example.weight * (example.partner - example.base)
    )


def test_the_examples_neighbours_are_the_eight_nearest(facts: Experiment) -> None:
    example = facts.example
    others = facts.imbalanced.of(1)
    distances = np.linalg.norm(others - example.base, axis=1)
    nearest = others[np.argsort(distances)][1:9]
    np.testing.assert_array_equal(example.neighbours, nearest)


def test_repeats_turn_the_line_no_further_than_made_points(facts: Experiment) -> None:
    def turn(name: str) -> float:
        normals = [facts.boundaries[key].normal for key in ("base", name)]
        angles = [np.degrees(np.arctan2(*normal)) for normal in normals]
        return float(abs(angles[0] - angles[1]))

    assert turn("repeated") < turn("smoted_k8") < 5


# The CSV files.


def test_equal_the_peers_to_the_last_bit(tutorial: Tutorial, peer: dict[str, Table]) -> None:
    for name, (points, labels) in peer.items():
        ours, our_labels = read_table(tutorial.folder / name)
        np.testing.assert_array_equal(ours.view(np.int64), points.view(np.int64), name)
        np.testing.assert_array_equal(our_labels, labels, name)


def test_plain_k_8_is_the_same_file(tutorial: Tutorial) -> None:
    folder = tutorial.folder
    same = (folder / "df_smoted_k8.csv").read_bytes()
    assert (folder / "df_smoted.csv").read_bytes() == same


def test_luck_holds_every_score(tutorial: Tutorial, luck: Luck) -> None:
    with (tutorial.folder / "luck.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == N_SEEDS * len(MODELS)
    for position, row in enumerate(rows):
        seed, model = divmod(position, len(MODELS))
        assert row["seed"] == str(luck.seeds[seed])
        assert row["model"] == MODELS[model].key
        written = [float(row[metric.key] or "nan") for metric in METRICS]
        np.testing.assert_array_equal(written, luck.scores[seed, model])
        assert float(row["rounding_auc"]) == luck.rounding_auc[seed, model]


# What lies in the folder.


def test_all_are_there_and_nothing_else(tutorial: Tutorial) -> None:
    names = {path.name for path in tutorial.files}
    assert names == {path.name for path in tutorial.folder.iterdir()}
    assert names >= {"index.html", "luck.csv", *CSV_FILES}


def test_pictures_are_pictures(tutorial: Tutorial) -> None:
    pictures = [path for path in tutorial.files if path.suffix == ".png"]
    assert len(pictures) == 14
    for path in pictures:
        content = path.read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) > 20_000, path.name


@pytest.mark.usefixtures("tutorial")
def test_progress(calls: list[Call]) -> None:
    assert list(dict.fromkeys(stage for stage, _, _ in calls)) == list(STAGES)
    for stage in STAGES:
        told = [(done, total) for name, done, total in calls if name == stage]
        total = told[0][1]
        assert told == [(done, total) for done in range(total + 1)]


def test_a_file_in_the_way(tmp_path: Path) -> None:
    in_the_way = tmp_path / "report"
    in_the_way.write_text("mine")
    for out in (in_the_way, in_the_way / "below"):
        with pytest.raises(NotADirectoryError, match="is a file, or lies below one"):
            run_tutorial(out, n_seeds=2)
    assert in_the_way.read_text() == "mine"


def test_too_few_seeds(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"at least 2 seeds.*got 1"):
        run_tutorial(tmp_path / "out", n_seeds=1)


class _Links(HTMLParser):
    """Collects what a page points to, and the ids that it points at."""

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


# index.html.


@pytest.fixture(scope="module")
def links(html: str) -> _Links:
    parser = _Links()
    parser.feed(html)
    return parser


def test_loads_nothing(html: str, links: _Links) -> None:
    assert not links.tags & {"script", "link", "iframe", "img", "object", "embed"}
    assert not re.search(r"https?:|@import|//[a-z]", html)
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", html))


def test_links_lead_somewhere(tutorial: Tutorial, links: _Links) -> None:
    names = {path.name for path in tutorial.files}
    for target in links.targets:
        assert target[1:] in links.ids if target.startswith("#") else target in names


def test_ids_are_its_own(links: _Links) -> None:
    assert len(links.ids) == len(set(links.ids))


def test_pictures_have_alt_texts(html: str) -> None:
    opened = re.findall(r"<svg[^>]*>", html)
    assert len(opened) == 14
    assert all('role="img" aria-label="' in tag for tag in opened)


def test_stays_small(tutorial: Tutorial) -> None:
    assert tutorial.page.stat().st_size < 3_000_000


def test_holds_every_finding_and_number(html: str, luck: Luck) -> None:
    for finding in find(luck):
        opening = finding.text.replace('"', "").replace("'", "’")[:40]
        assert opening in html
    for row in luck.table:
        assert all(number(cell.interval.mean) in html for cell in row)


def test_says_that_the_second_svm_sees_one_class(tutorial: Tutorial, html: str) -> None:
    assert "It predicts class 1 nowhere" in html
    facts = tutorial.experiment
    boundaries = {**facts.boundaries, "imbalanced": facts.boundaries["base"]}
    svgs = {path.stem: "<svg></svg>" for path in tutorial.files if path.suffix == ".png"}
    other = render(replace(facts, boundaries=boundaries), tutorial.luck, svgs)
    assert "It predicts class 1 nowhere" not in other


# The repetition over other seeds.


def test_does_not_depend_on_jobs(luck: Luck) -> None:
    again = run_luck(N_SEEDS, n_jobs=2)
    for field in ("scores", "alarms", "flat", "rounding_auc"):
        np.testing.assert_array_equal(getattr(again, field), getattr(luck, field))


def test_more_seeds_leave_the_first_as_they_were(luck: Luck) -> None:
    np.testing.assert_array_equal(run_luck(2).scores, luck.scores[:2])


def test_seeds_are_others(luck: Luck) -> None:
    assert luck.seeds == (101, 102, 103)


def test_the_first_350_of_each_class_are_for_training() -> None:
    drawn = draw_points(20_700, 101)
    training, test = split(drawn)
    assert training.counts == (350, 350)
    for label in (0, 1):
        np.testing.assert_array_equal(training.of(label), drawn.of(label)[:350])
        np.testing.assert_array_equal(test.of(label), drawn.of(label)[350:])


def test_scores_are_scikit_learns(luck: Luck) -> None:
    training, test = split(draw_points(20_700, 101))
    few = take_away(training, 101)
    models = (
        SVC(kernel="linear").fit(training.points, training.labels),
        None,
        SVC(kernel="linear", class_weight="balanced").fit(few.points, few.labels),
        fit_svm(repeat_points(few, 101).sample),
        fit_svm(smote_points(few, 8, 101).sample),
    )
    for position, model in enumerate(models):
        if model is not None:
            check_scores(luck.scores[0, position], model, test)


def check_scores(scores: np.ndarray, model: SVC, test: Sample) -> None:
    said, ranking = model.predict(test.points), model.decision_function(test.points)
    weights = weigh(test.labels, 34.0)
    ours = dict(zip((metric.key for metric in METRICS), scores, strict=True))
    theirs = {
        "recall": recall_score(test.labels, said),
        "balanced_accuracy": balanced_accuracy_score(test.labels, said),
        "precision_34": precision_score(test.labels, said, sample_weight=weights),
        "average_precision_34": average_precision_score(
            test.labels, ranking, sample_weight=weights
        ),
    }
    for name, score in theirs.items():
        np.testing.assert_allclose(ours[name], score, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("ratio", [1.0, 34.0])
def test_reweighting_equals_a_sample_of_that_ratio(ratio: float) -> None:
    """340 and 10 rows weighted to a ratio score as rows repeated to that ratio."""
    random = np.random.RandomState(0)
    labels = np.repeat([0, 1], [20, 20])
    alarms = random.uniform(size=40) < 0.3 + 0.4 * labels
    times = np.where(labels == 0, int(ratio), 1)
    repeated, raised = np.repeat(labels, times), np.repeat(alarms, times)
    direct = precision_score(repeated, raised)
    by_rates = precision_at(alarms[labels == 1].mean(), alarms[labels == 0].mean(), ratio)
    by_weights = precision_score(labels, alarms, sample_weight=weigh(labels, ratio))
    np.testing.assert_allclose([by_rates, by_weights], direct)


def test_no_alarm_no_precision(luck: Luck) -> None:
    assert np.isnan(precision_at(0.0, 0.0, 34.0))
    precision = luck.scores[:, :, [metric.key for metric in METRICS].index("precision_1")]
    np.testing.assert_array_equal(np.isnan(precision), luck.alarms == 0)


def test_flat_scores_rank_nothing() -> None:
    wide = run_luck(5)
    flat = wide.flat_seeds("imbalanced")
    assert flat.any()
    assert np.all(wide.values("imbalanced", "roc_auc")[flat] == 0.5)
    ratio = wide.values("imbalanced", "average_precision_34")[flat]
    np.testing.assert_allclose(ratio, 1 / 35)


def test_intervals() -> None:
    known = interval_of(np.array([1.0, 2.0, 3.0, np.nan]))
    assert (known.mean, known.n) == (2.0, 3)
    np.testing.assert_allclose(known.half_width, 4.302652729911275 / np.sqrt(3))
    alone = interval_of(np.array([np.nan, 0.5]))
    assert alone.mean == 0.5
    assert np.isnan(alone.low)
    assert not alone.excludes_zero
    assert np.isnan(interval_of(np.array([np.nan])).mean)


# The words follow the numbers.


def test_compare() -> None:
    assert "is higher than theirs by 0.200" in compare(Interval(0.2, 0.1, 0.3, 9), "theirs")
    assert "is lower than theirs by 0.200 (0.100 to 0.300)" in compare(
        Interval(-0.2, -0.3, -0.1, 9), "theirs"
    )
    assert "cannot be told apart" in compare(Interval(0.2, -0.1, 0.5, 9), "theirs")


def test_numbers() -> None:
    assert number(-0.00001, signed=True) == "0.000"
    assert number(0.5, signed=True) == "+0.500"
    assert number(float("nan")) == "–"


@pytest.mark.parametrize(
    ("smoted", "weighted", "repeated", "verdict"),
    [
        (0.9, 0.8, 0.8, "earn their keep"),
        (0.7, 0.8, 0.8, "do harm"),
        (0.8, 0.8, 0.7, "nothing that a class weight does not"),
        (0.8, 0.7, 0.8, "nothing that plain repeats do not"),
    ],
)
def test_verdict(smoted: float, weighted: float, repeated: float, verdict: str) -> None:
    scores = {"smoted": smoted, "weighted": weighted, "repeated": repeated}
    luck = made_up(**{key: {"balanced_accuracy": score} for key, score in scores.items()})
    assert verdict in sentences(luck)["rivals"]


def test_no_verdict_from_too_little() -> None:
    luck = made_up()
    luck.scores[:, 2:4, 1] += np.linspace(-0.3, 0.3, 10)[:, np.newaxis]
    assert "cannot settle" in sentences(luck)["rivals"]


@pytest.mark.parametrize(
    ("base", "verdict"),
    [(0.9, "Real points beat"), (0.1, "made points beat"), (0.5, "do not say")],
)
def test_real_points(base: float, verdict: str) -> None:
    assert verdict in sentences(made_up(base={"balanced_accuracy": base}))["more data"]


def test_remedy() -> None:
    better = made_up(smoted={"balanced_accuracy": 0.9})
    worse = made_up(smoted={"balanced_accuracy": 0.2})
    assert "is higher than the untreated one's by 0.4" in sentences(better)["remedy"]
    assert "is lower than the untreated one's by 0.3" in sentences(worse)["remedy"]


def test_trade() -> None:
    moved = made_up(smoted={"recall": 0.4, "precision_34": 0.6})
    better = made_up(smoted={"recall": 0.6, "precision_34": 0.6})
    assert "paid for with the other" in sentences(moved)["trade"]
    assert "paid for" not in sentences(better)["trade"]


def test_silence() -> None:
    heard = made_up()
    assert "mean minority recall of 0.500" in sentences(heard)["silence"]
    heard.alarms[:4, 1] = 0
    assert "none of the test points minority in 4 of 10 seeds" in sentences(heard)["silence"]


def test_flat() -> None:
    luck = made_up()
    assert "flat" not in sentences(luck)
    luck.flat[:3, 1] = True
    luck.rounding_auc[:3, 1] = (0.1, 0.5, 0.9)
    assert "In 3 of 10 seeds" in sentences(luck)["flat"]
    assert "from 0.100 to 0.900" in sentences(luck)["flat"]
    assert "in the 7 seeds where" in sentences(luck)["ranking"]
    luck.flat[:, 1] = True
    assert "seeds where" not in sentences(luck)["ranking"]


def test_price() -> None:
    luck = made_up(smoted={"precision_1": 0.9, "precision_34": 0.2})
    assert "90 are right" in sentences(luck)["price"]
    assert "but 20 where" in sentences(luck)["price"]


def test_fewer_right_needs_alarms_to_compare() -> None:
    luck = made_up(smoted={"precision_34": 0.2})
    assert "is lower than the untreated one's by 0.3" in sentences(luck)["fewer right"]
    luck.scores[:, 1, 6] = np.nan
    assert "fewer right" not in sentences(luck)


def test_single_seeds() -> None:
    assert "prove either" in sentences(made_up())["single seeds"]
    clear = made_up(smoted={"balanced_accuracy": 0.9})
    assert sentences(clear)["single seeds"].endswith("in 10 of 10 and below it in 0.")


# What the command line prints.


def test_summary(tutorial: Tutorial) -> None:
    text = summary(tutorial)
    assert max(map(len, text.splitlines())) <= max(80, len(str(tutorial.page)) + 10)
    assert str(tutorial.page) in text
    for cells in table_rows(tutorial.luck):
        assert all(cell in text for cell in cells)


def test_rows(luck: Luck) -> None:
    rows = table_rows(luck)
    assert [len(row) for row in rows] == [6] * 9


def test_importing_loads_nothing_heavy() -> None:
    code = "import sys, counterpoise.tutorial as t; print([m in sys.modules for m in sys.argv[1:]])"
    names = ["matplotlib", "jinja2", "sklearn", "numpy"]
    done = subprocess.run(
        [sys.executable, "-c", code, *names], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str([False] * 4)


def test_unknown_names() -> None:
    import counterpoise.tutorial as package

    assert "run_tutorial" in dir(package)
    with pytest.raises(AttributeError, match="no attribute 'run_turtle'"):
        _ = package.run_turtle


def test_drawing_leaves_matplotlib_as_it_was() -> None:
    # Reading the backend's name would choose one, and so load pyplot.
    code = (
        "import sys, matplotlib as m\n"
        "def settings(): return {k: m.rcParams[k] for k in m.rcParams if k != 'backend'}\n"
        "before = settings()\n"
        "from counterpoise.tutorial.experiment import run_experiment\n"
        "from counterpoise.tutorial.pictures import draw_how, to_png, to_svg\n"
        "figure = draw_how(run_experiment())\n"
        "to_png(figure), to_svg(figure, 'how')\n"
        "print('matplotlib.pyplot' in sys.modules, before == settings())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
