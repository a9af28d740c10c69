"""`inspect`: measurements equal a plain computation, and each finding appears when it should."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from markupsafe import escape
from numpy.testing import assert_allclose
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

import counterpoise
from counterpoise._table import as_table, encode_target
from counterpoise.exceptions import InputError, TargetError
from counterpoise.profile import find_duplicates, find_sample_types, find_separating_columns
from counterpoise.profile._neighborhoods import SAMPLE_TYPES
from counterpoise.study import Study


def make_blobs(seed: int, n: int = 150, width: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.RandomState(seed)
    y = (rng.random_sample(n) < 0.25).astype(int)
    y[:8], y[-60:] = 1, 0
    return rng.normal(size=(n, width)) + 1.2 * y[:, None], y


def codes(profile: Any) -> list[str]:
    return [finding.code for finding in profile.findings]


def find(X: Any, y: Any, code: str, **options: Any) -> Any:
    profile = counterpoise.inspect(X, y, **options)
    return next((finding for finding in profile.findings if finding.code == code), None)


# ---- Measurements ----


@pytest.mark.usefixtures("without_models")
def test_class_sizes_and_imbalance_ratio(seed: int) -> None:
    X, y = make_blobs(seed)
    profile = counterpoise.inspect(X, y)
    assert [(c.label, c.n_rows) for c in profile.classes] == [(0, (y == 0).sum()), (1, y.sum())]
    assert profile.imbalance_ratio == pytest.approx((y == 0).sum() / y.sum())
    assert profile.max_folds == y.sum()


@pytest.mark.usefixtures("without_models")
def test_sample_types_of_minority_rows(seed: int) -> None:
    X, y = make_blobs(seed)
    Z = StandardScaler().fit_transform(X)
    nearest = NearestNeighbors(n_neighbors=6).fit(Z).kneighbors(Z, return_distance=False)[:, 1:]
    own = (y[nearest] == y[:, None]).sum(axis=1)

    def sample_type(row: int) -> str:
        if own[row] != 1:
            return {0: "outlier", 2: "borderline", 3: "borderline"}.get(own[row], "safe")
        neighbor = next(other for other in nearest[row] if y[other] == y[row])
        second = [other for other in nearest[neighbor] if y[other] == y[row]]
        return "rare" if set(second) <= {row} else "borderline"

    found = find_sample_types(as_table(X), encode_target(y, len(y)))
    assert found.rows.tolist() == np.flatnonzero(y == 1).tolist()
    expected = [sample_type(row) for row in found.rows]
    assert [SAMPLE_TYPES[code] for code in found.types] == expected
    counts = counterpoise.inspect(X, y).sample_types[0]
    assert {name: getattr(counts, name) for name in SAMPLE_TYPES} == {
        name: expected.count(name) for name in SAMPLE_TYPES
    }


@pytest.mark.usefixtures("without_models")
def test_overlap_equals_scikit_learn(seed: int) -> None:
    X, y = make_blobs(seed)
    Z = StandardScaler().fit_transform(X)
    nearest = NearestNeighbors(n_neighbors=6).fit(Z).kneighbors(Z, return_distance=False)[:, 1:]
    overlap = counterpoise.inspect(X, y).overlap
    assert overlap.nearest_neighbor_error == pytest.approx((y[nearest[:, 0]] != y).mean())
    other_class = (y[nearest] != y[:, None]).mean(axis=1)
    assert overlap.classes[1].other_class_neighbors == pytest.approx(other_class[y == 1].mean())
    means = [X[y == c].mean(axis=0) for c in (0, 1)]
    between = sum((y == c).sum() * (means[c] - X.mean(axis=0)) ** 2 for c in (0, 1))
    within = sum(((X[y == c] - means[c]) ** 2).sum(axis=0) for c in (0, 1))
    assert overlap.fisher == pytest.approx(1 / (1 + (between / within).max()))


@pytest.mark.usefixtures("without_models")
def test_measurements_of_single_columns(seed: int) -> None:
    X, y = make_blobs(seed)
    X[np.random.RandomState(seed).random_sample(len(y)) < 0.1, 1] = np.nan
    profile = counterpoise.inspect(X, y)
    for position, column in enumerate(profile.columns):
        is_present = ~np.isnan(X[:, position])
        assert column.n_missing == (~is_present).sum()
        assert column.n_unique == len(np.unique(X[is_present, position]))
        filled = [np.where(is_present, X[:, position], end) for end in (-99, 99)]
        areas = [roc_auc_score(y, values) for values in filled]
        expected = max(max(area, 1 - area) for area in areas)
        assert profile.separations[position].auc == pytest.approx(expected)
    variances = np.nanvar(X, axis=0, ddof=0)
    shares = [column.distance_share for column in profile.columns]
    assert shares == pytest.approx(variances / variances.sum(), rel=0.02)


def test_a_column_of_unique_strings_is_uninformative() -> None:
    """An identifier cannot rank held-out rows, although all its values differ."""
    y = np.arange(60) % 3 == 0
    X = pd.DataFrame({"identifier": [f"n{i}" for i in range(60)], "x": np.arange(60.0) % 7})
    assert counterpoise.inspect(X, y).separations[0].auc == 0.5


@pytest.mark.usefixtures("without_models")
def test_duplicates_equal_pandas(seed: int) -> None:
    rng = np.random.RandomState(seed)
    X = pd.DataFrame({"a": rng.randint(4, size=90), "b": rng.choice(["x", "y", None], 90)})
    y = rng.randint(2, size=90)
    duplicates = find_duplicates(as_table(X), encode_target(y, 90))
    assert duplicates.n_duplicates == X.duplicated().sum()
    groups = X.assign(y=y).groupby(["a", "b"], dropna=False)["y"]
    assert duplicates.n_conflicting == (groups.transform("nunique") > 1).sum()
    profile = counterpoise.inspect(X, y)
    expected = groups.apply(lambda labels: len(labels) - labels.value_counts().max()).sum()
    assert profile.duplicates.n_unavoidable_errors == expected


@pytest.mark.parametrize("container", [pl.from_pandas, pa.Table.from_pandas])
def test_containers_have_the_same_profile(container: Any) -> None:
    X, y = make_blobs(0)
    frame = pd.DataFrame(X, columns=list("abc")).assign(city=np.where(y, "Oslo", "Bern"))
    expected = counterpoise.inspect(frame, y).to_dict()
    found = counterpoise.inspect(container(frame), y).to_dict()
    for profile in (expected, found):
        for column in profile["columns"]:
            del column["dtype"]
    assert found == expected


@pytest.mark.usefixtures("without_models")
def test_several_classes(seed: int) -> None:
    rng = np.random.RandomState(seed)
    y = np.repeat(["a", "b", "c"], [60, 20, 9])
    X = rng.normal(size=(89, 2)) + (y == "b")[:, None]
    profile = counterpoise.inspect(X, y)
    assert [counts.label for counts in profile.sample_types] == ["b", "c"]
    assert profile.max_folds == 9


def test_the_target_can_be_named() -> None:
    """The name of a column of the data frame is accepted as y, as in `resample`."""
    X, y = make_blobs(0)
    frame = pd.DataFrame(X, columns=list("abc"))
    labeled = frame.assign(label=y)
    expected = counterpoise.inspect(frame, y).to_dict()
    for container in (labeled, pl.from_pandas(labeled)):
        found = counterpoise.inspect(container, "label").to_dict()
        assert found["classes"] == expected["classes"]
        assert found["separations"] == expected["separations"]
    with pytest.raises(InputError, match="no target column 'lable'. Did you mean 'label'"):
        counterpoise.inspect(labeled, "lable")
    with pytest.raises(InputError, match="y is 'label', but X has no columns with names"):
        counterpoise.inspect(X, "label")


# ---- Advice ----


@pytest.mark.usefixtures("without_models")
@pytest.mark.costly
def test_applicable_methods_run_and_others_have_a_reason() -> None:
    X, y = make_blobs(0)
    mixed = pd.DataFrame(X, columns=list("abc")).assign(city=np.where(X[:, 0] > 0, "x", "y"))
    for table in (pd.DataFrame(X, columns=list("abc")), mixed):
        for advice in counterpoise.inspect(table, y).methods:
            frame = table.assign(label=y)
            if advice.applicable:
                options = dict(advice.parameters)
                counterpoise.resample(frame, "label", method=advice.method, **options)
            else:
                assert advice.reason
    applicable = {a.method: a.applicable for a in counterpoise.inspect(mixed, y).methods}
    assert applicable["smote-nc"]
    assert applicable["smote"]  # it becomes SMOTENC
    assert not applicable["adasyn"]
    text = str(counterpoise.inspect(X, y))
    assert "not recommended (treats each number as a category): smote-n" in text


def test_the_suggested_study_runs() -> None:
    X, y = make_blobs(0)
    frame = pd.DataFrame(X, columns=list("abc")).assign(city=np.where(X[:, 0] > 0, "x", "y"))
    advice = counterpoise.inspect(frame, y).study
    assert advice.methods == ("class-weight", "threshold", "smote")
    Study("logistic", advice.methods, cv=(2, 1)).run(frame, y)


@pytest.mark.usefixtures("without_models")
def test_small_classes_get_fewer_neighbors() -> None:
    X, y = make_blobs(0)
    rows = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:4]]
    advice = {a.method: a for a in counterpoise.inspect(X[rows], y[rows]).methods}
    for method in ("smote", "smote-enn", "kmeans-smote"):
        is_small = method != "kmeans-smote"  # it needs three samples only
        assert advice[method].applicable
        assert advice[method].parameters == ({"small_classes": "shrink_k"} if is_small else {})


@pytest.mark.usefixtures("without_models")
@pytest.mark.parametrize("n_smallest", [1, 2, 4])
@pytest.mark.filterwarnings("ignore::counterpoise.exceptions.CounterpoiseWarning")
def test_methods_that_suit_a_small_class_run_on_it(n_smallest: int) -> None:
    X, y = make_blobs(0)
    rows = np.r_[np.flatnonzero(y == 0)[:60], np.flatnonzero(y == 1)[:n_smallest]]
    frame = pd.DataFrame(X[rows], columns=list("abc")).assign(label=y[rows])
    for advice in counterpoise.inspect(frame, "label").methods:
        if advice.applicable:
            # Whether KMeansSMOTE finds clusters depends on more than the number of rows.
            options = {"small_classes": "shrink_k"} if advice.method == "kmeans-smote" else {}
            options |= advice.parameters
            counterpoise.resample(frame, "label", method=advice.method, **options)
        else:
            assert advice.reason


# ---- Findings ----


def test_target_leakage_is_found() -> None:
    X, y = make_blobs(0)
    leaking = np.column_stack([X, y + 0.01 * X[:, 0]])
    finding = find(leaking, y, "column-separates")
    assert finding.severity == "warning"
    assert "'3'" in finding.sentence or "3" in finding.sentence
    assert find(X, y, "column-separates") is None
    found = find_separating_columns(as_table(leaking), encode_target(y, len(y)))
    assert [column.name for column in found] == [3]
    hidden = X.copy()
    hidden[np.flatnonzero(y == 1)[::2], 2] = np.nan
    hidden[np.flatnonzero(y == 1)[:9], 2] = np.nan
    assert find(hidden, y, "informative-missingness") is not None


def test_scales_identifiers_and_constants() -> None:
    X, y = make_blobs(0)
    assert find(X * [1, 1, 1000], y, "dominant-column") is not None
    assert find(X, y, "dominant-column") is None
    frame = pd.DataFrame(X, columns=list("abc"))
    numbered = frame.assign(id=np.random.RandomState(0).permutation(len(y)), one=1.0)
    assert find(numbered, y, "identifier") is not None
    assert find(numbered, y, "constant-column") is not None
    assert find(numbered, y, "identifier", ignore=["id"]) is None
    assert find(frame, y, "identifier") is None


def test_duplicates_and_conflicting_labels() -> None:
    X, y = make_blobs(0)
    doubled = np.r_[X, X[:30]], np.r_[y, 1 - y[:30]]
    assert "30 rows" in find(*doubled, "duplicate-rows").sentence
    assert "60 rows" in find(*doubled, "conflicting-labels").sentence
    assert find(X, y, "duplicate-rows") is None


def test_few_rows_and_hard_rows() -> None:
    X, y = make_blobs(0)
    rows = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:3]]
    assert find(X[rows], y[rows], "few-rows").severity == "warning"
    rows = rows[:-2]
    assert find(X[rows], y[rows], "single-row") is not None
    noise = np.random.RandomState(0).normal(size=(200, 2)), np.arange(200) % 10 == 0
    assert find(*noise, "rare-or-outlier") is not None


def test_findings_of_the_same_type_are_merged() -> None:
    """Many leaking columns or hard classes give one finding each, and many classes a question."""
    X, y = make_blobs(0)
    leaking = np.column_stack([X, y, 2 * y])
    assert codes(counterpoise.inspect(leaking, y)).count("column-separates") == 1
    assert "Columns '3' (ROC AUC 1.000), '4'" in find(leaking, y, "column-separates").sentence
    rng = np.random.RandomState(0)
    ages = rng.normal(size=(400, 2)), np.arange(400) % 35
    assert codes(counterpoise.inspect(*ages)).count("rare-or-outlier") == 1
    assert "35 classes: is it the right column?" in find(*ages, "many-classes").sentence
    assert find(X, y, "many-classes") is None


def test_similar_classes() -> None:
    X, y = make_blobs(0)
    labels = np.where(np.arange(len(y)) % 7, y.astype(str), "0 ")
    finding = find(X, labels, "similar-classes")
    assert finding is not None
    assert finding.severity == "warning"
    assert "'0' (" in finding.sentence
    assert find(X, y, "similar-classes") is None


def test_every_finding_is_explained() -> None:
    root = Path(__file__).parent.parent
    package = root / "src/counterpoise/profile"
    source = "".join(path.read_text() for path in package.glob("*_findings.py"))
    found = set(re.findall(r'^ +"([a-z]+(?:-[a-z]+)+)",$', source, re.MULTILINE))
    found |= {"balanced", "identifier", "sampled"}
    assert len(found) >= 10
    document = (root / "docs/findings.md").read_text()
    assert found <= set(re.findall(r"^### ([a-z-]+)$", document, re.MULTILINE))


# ---- Text, JSON, HTML ----


def test_text_fits_eighty_columns_and_json_is_complete() -> None:
    X, y = make_blobs(0)
    profile = counterpoise.inspect(pd.DataFrame(X, columns=["a" * 60, "b", "c"]), y)
    assert max(map(len, str(profile).splitlines())) <= 80
    plain = json.loads(profile.to_json())
    assert plain["n_rows"] == 150
    assert [f["code"] for f in plain["findings"]] == codes(profile)


def test_long_class_names_stay_distinguishable() -> None:
    X, y = make_blobs(0)
    names = [f"{'a' * 30}{number}{'z' * 30}" for number in (0, 1)]
    text = str(counterpoise.inspect(X, np.array(names)[y]))
    assert max(map(len, text.splitlines())) <= 80
    joined = re.sub(r"\s+", "", text.partition("Columns:")[0])
    assert "…" not in joined


def test_html_in_names_is_escaped() -> None:
    X, y = make_blobs(0)
    frame = pd.DataFrame(X, columns=["<script>alert(1)</script>", "b", "c"])
    page = counterpoise.inspect(frame, np.where(y, "<b>yes", "no"))._repr_html_()
    assert "<script>" not in page
    assert "<b>yes" not in page
    assert "&lt;script&gt;" in page


# ---- Invalid input ----


def test_the_page_shows_every_finding_column_and_class() -> None:
    """The page is complete, also where the text is cut."""
    X, y = make_blobs(0, width=30)
    frame = pd.DataFrame(X, columns=[f"column {j}" for j in range(30)])
    profile = counterpoise.inspect(frame.assign(id=np.arange(len(y))), y)
    page = profile.to_html()
    assert "column 29" not in str(profile)
    assert all(f">{name}</th>" in page for name in frame.columns)
    assert all(str(escape(finding.sentence)) in page for finding in profile.findings)
    assert page.count("left out (identifier)") == 1


@pytest.mark.usefixtures("without_models")
def test_the_map_of_the_classes(seed: int) -> None:
    """The map shows minority rows with their sample types, and leaves out identifiers."""
    X, y = make_blobs(seed)
    frame = pd.DataFrame(X)
    frame.columns = ["a", "b", "c"]
    shown = counterpoise.inspect(frame, y).projection
    assert (shown.sample_types >= 0).tolist() == (y[shown.rows] == 1).tolist()
    found = find_sample_types(as_table(X), encode_target(y, len(y)))
    types = dict(zip(found.rows.tolist(), found.types.tolist(), strict=True))
    assert [types.get(row, -1) for row in shown.rows.tolist()] == shown.sample_types.tolist()
    numbered = frame.assign(id=1000 + np.arange(len(y)))
    assert_allclose(counterpoise.inspect(numbered, y).projection.positions, shown.positions)
    assert counterpoise.inspect(frame[:100], np.arange(100) % 2).projection is None


def test_unsupported_tables() -> None:
    X, y = make_blobs(0)
    with pytest.raises(TargetError):
        counterpoise.inspect(X, np.zeros(len(y), int))
    with pytest.raises(InputError, match="no column 'z'"):
        counterpoise.inspect(pd.DataFrame(X, columns=list("abc")), y, ignore=["z"])
    X[3, 1] = np.inf
    with pytest.raises(InputError, match="inf"):
        counterpoise.inspect(X, y)


@pytest.mark.parametrize(
    "name", ["mammography", "adult_sample", "german_credit", "horse_colic", "glass", "wheat_seeds"]
)
def test_real_tables(tables: Path, name: str) -> None:
    frame = pd.read_csv(tables / f"{name}.csv", dtype={"label": str})
    profile = counterpoise.inspect(frame.drop(columns="label"), frame["label"])
    assert sum(summary.n_rows for summary in profile.classes) == len(frame)
    assert profile.n_missing == frame.isna().sum().sum()
    assert profile.duplicates.n_duplicates == frame.drop(columns="label").duplicated().sum()
