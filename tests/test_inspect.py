"""What a table is like: each fact against a plain computation, each finding made to appear."""

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
from scipy import sparse
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

import counterpoise
from counterpoise.exceptions import InputError, LabelError
from counterpoise.profile import KINDS, find_repeats, kinds_of_rows, separating_columns
from counterpoise.table import open_labels, open_table


def blobs(seed: int, n: int = 150, width: int = 3) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.RandomState(seed)
    y = (random.random_sample(n) < 0.25).astype(int)
    y[:8], y[-60:] = 1, 0
    return random.normal(size=(n, width)) + 1.2 * y[:, None], y


def codes(profile: Any) -> list[str]:
    return [finding.code for finding in profile.findings]


def find(X: Any, y: Any, code: str, **options: Any) -> Any:
    profile = counterpoise.inspect(X, y, **options)
    return next((finding for finding in profile.findings if finding.code == code), None)


# ---- Facts ----


def test_counts_and_ratio(seed: int) -> None:
    X, y = blobs(seed)
    profile = counterpoise.inspect(X, y)
    assert [(c.label, c.n_rows) for c in profile.classes] == [(0, (y == 0).sum()), (1, y.sum())]
    assert profile.ratio == pytest.approx((y == 0).sum() / y.sum())
    assert profile.most_folds == y.sum()


def test_minority_rows_by_kind(seed: int) -> None:
    X, y = blobs(seed)
    Z = StandardScaler().fit_transform(X)
    nearest = NearestNeighbors(n_neighbors=6).fit(Z).kneighbors(Z, return_distance=False)[:, 1:]
    own = (y[nearest] == y[:, None]).sum(axis=1)

    def kind(row: int) -> str:
        if own[row] != 1:
            return {0: "outlier", 2: "borderline", 3: "borderline"}.get(own[row], "safe")
        friend = next(other for other in nearest[row] if y[other] == y[row])
        around = [other for other in nearest[friend] if y[other] == y[row]]
        return "rare" if set(around) <= {row} else "borderline"

    found = kinds_of_rows(open_table(X), open_labels(y, len(y)))
    assert found.rows.tolist() == np.flatnonzero(y == 1).tolist()
    assert [KINDS[k] for k in found.kind] == [kind(row) for row in found.rows]
    facts = counterpoise.inspect(X, y).kinds[0]
    counts = {k: sum(kind(row) == k for row in found.rows) for k in KINDS}
    assert {k: getattr(facts, k) for k in KINDS} == counts


def test_overlap_against_nearest_neighbours(seed: int) -> None:
    X, y = blobs(seed)
    Z = StandardScaler().fit_transform(X)
    nearest = NearestNeighbors(n_neighbors=6).fit(Z).kneighbors(Z, return_distance=False)[:, 1:]
    overlap = counterpoise.inspect(X, y).overlap
    assert overlap.nearest_error == pytest.approx((y[nearest[:, 0]] != y).mean())
    around = (y[nearest] != y[:, None]).mean(axis=1)
    assert overlap.classes[1].foreign_neighbors == pytest.approx(around[y == 1].mean())
    means = [X[y == c].mean(axis=0) for c in (0, 1)]
    between = sum((y == c).sum() * (means[c] - X.mean(axis=0)) ** 2 for c in (0, 1))
    within = sum(((X[y == c] - means[c]) ** 2).sum(axis=0) for c in (0, 1))
    assert overlap.fisher == pytest.approx(1 / (1 + (between / within).max()))


def test_columns_by_themselves(seed: int) -> None:
    X, y = blobs(seed)
    X[np.random.RandomState(seed).random_sample(len(y)) < 0.1, 1] = np.nan
    profile = counterpoise.inspect(X, y)
    for place, column in enumerate(profile.columns):
        seen = ~np.isnan(X[:, place])
        assert column.n_missing == (~seen).sum()
        assert column.n_distinct == len(np.unique(X[seen, place]))
        filled = [np.where(seen, X[:, place], end) for end in (-99, 99)]
        areas = [roc_auc_score(y, values) for values in filled]
        expected = max(max(area, 1 - area) for area in areas)
        assert profile.separations[place].auc == pytest.approx(expected)
    variances = np.nanvar(X, axis=0, ddof=0)
    shares = [column.distance_share for column in profile.columns]
    assert shares == pytest.approx(variances / variances.sum(), rel=0.02)


def test_a_column_of_names_tells_nothing() -> None:
    """An identifier ranks no row that it has not seen, however different its values are."""
    y = np.arange(60) % 3 == 0
    X = pd.DataFrame({"name": [f"n{i}" for i in range(60)], "x": np.arange(60.0) % 7})
    assert counterpoise.inspect(X, y).separations[0].auc == 0.5


def test_repeats_against_pandas(seed: int) -> None:
    random = np.random.RandomState(seed)
    X = pd.DataFrame({"a": random.randint(4, size=90), "b": random.choice(["x", "y", None], 90)})
    y = random.randint(2, size=90)
    repeats = find_repeats(open_table(X), open_labels(y, 90))
    assert repeats.n_repeated == X.duplicated().sum()
    groups = X.assign(y=y).groupby(["a", "b"], dropna=False)["y"]
    assert repeats.n_contradicting == (groups.transform("nunique") > 1).sum()
    profile = counterpoise.inspect(X, y)
    least = groups.apply(lambda labels: len(labels) - labels.value_counts().max()).sum()
    assert profile.repeats.n_misjudged == least


@pytest.mark.parametrize("container", [pl.from_pandas, pa.Table.from_pandas])
def test_containers_have_the_same_profile(container: Any) -> None:
    X, y = blobs(0)
    frame = pd.DataFrame(X, columns=list("abc")).assign(city=np.where(y, "Oslo", "Bern"))
    expected = counterpoise.inspect(frame, y).to_dict()
    found = counterpoise.inspect(container(frame), y).to_dict()
    for profile in (expected, found):
        for column in profile["columns"]:
            del column["dtype"]
    assert found == expected


def test_several_classes(seed: int) -> None:
    random = np.random.RandomState(seed)
    y = np.repeat(["a", "b", "c"], [60, 20, 9])
    X = random.normal(size=(89, 2)) + (y == "b")[:, None]
    profile = counterpoise.inspect(X, y)
    assert [kinds.label for kinds in profile.kinds] == ["b", "c"]
    assert profile.most_folds == 9


# ---- Advice ----


def test_methods_that_fit_do_fit_and_others_say_why() -> None:
    X, y = blobs(0)
    mixed = pd.DataFrame(X, columns=list("abc")).assign(city=np.where(X[:, 0] > 0, "x", "y"))
    for table in (pd.DataFrame(X, columns=list("abc")), mixed):
        for advice in counterpoise.inspect(table, y).methods:
            frame = table.assign(label=y)
            if advice.fits:
                options = dict(advice.parameters)
                counterpoise.resample(frame, "label", method=advice.method, **options)
            else:
                assert advice.reason
    reasons = {a.method: a.fits for a in counterpoise.inspect(mixed, y).methods}
    assert reasons["smote-nc"]
    assert not reasons["smote"]


def test_small_classes_get_fewer_neighbours() -> None:
    X, y = blobs(0)
    rows = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:4]]
    advice = {a.method: a for a in counterpoise.inspect(X[rows], y[rows]).methods}
    assert advice["smote"].parameters == {"k_neighbors": 3}


# ---- Findings ----


def test_a_leak_is_named() -> None:
    X, y = blobs(0)
    leak = np.column_stack([X, y + 0.01 * X[:, 0]])
    finding = find(leak, y, "column-separates")
    assert finding.severity == "warning"
    assert "'3'" in finding.sentence or "3" in finding.sentence
    assert find(X, y, "column-separates") is None
    assert [c.name for c in separating_columns(open_table(leak), open_labels(y, len(y)))] == [3]
    hidden = X.copy()
    hidden[np.flatnonzero(y == 1)[::2], 2] = np.nan
    hidden[np.flatnonzero(y == 1)[:9], 2] = np.nan
    assert find(hidden, y, "missing-tells-class") is not None


def test_scales_identifiers_and_constants() -> None:
    X, y = blobs(0)
    assert find(X * [1, 1, 1000], y, "one-column-decides") is not None
    assert find(X, y, "one-column-decides") is None
    frame = pd.DataFrame(X, columns=list("abc"))
    numbered = frame.assign(id=np.random.RandomState(0).permutation(len(y)), one=1.0)
    assert find(numbered, y, "identifier") is not None
    assert find(numbered, y, "constant-column") is not None
    assert find(numbered, y, "identifier", ignore=["id"]) is None
    assert find(frame, y, "identifier") is None


def test_repeated_and_contradicting_rows() -> None:
    X, y = blobs(0)
    doubled = np.r_[X, X[:30]], np.r_[y, 1 - y[:30]]
    assert "30 rows" in find(*doubled, "repeated-rows").sentence
    assert "60 rows" in find(*doubled, "contradicting-rows").sentence
    assert find(X, y, "repeated-rows") is None


def test_few_rows_and_hard_ones() -> None:
    X, y = blobs(0)
    rows = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:3]]
    assert find(X[rows], y[rows], "few-rows").severity == "warning"
    rows = rows[:-2]
    assert find(X[rows], y[rows], "single-row") is not None
    noise = np.random.RandomState(0).normal(size=(200, 2)), np.arange(200) % 10 == 0
    assert find(*noise, "mostly-unsafe") is not None


def test_every_finding_is_explained() -> None:
    root = Path(__file__).parent.parent
    source = (root / "src/counterpoise/profile/_findings.py").read_text()
    found = set(re.findall(r'^ +"([a-z]+(?:-[a-z]+)+)",$', source, re.MULTILINE))
    assert len(found) >= 10
    document = (root / "docs/findings.md").read_text()
    assert found <= set(re.findall(r"^### ([a-z-]+)$", document, re.MULTILINE))


# ---- Words, JSON, HTML ----


def test_the_text_fits_eighty_columns_and_json_holds_all() -> None:
    X, y = blobs(0)
    profile = counterpoise.inspect(pd.DataFrame(X, columns=["a" * 60, "b", "c"]), y)
    assert max(map(len, str(profile).splitlines())) <= 80
    plain = json.loads(profile.to_json())
    assert plain["n_rows"] == 150
    assert [f["code"] for f in plain["findings"]] == codes(profile)


def test_hostile_names_are_text() -> None:
    X, y = blobs(0)
    frame = pd.DataFrame(X, columns=["<script>alert(1)</script>", "b", "c"])
    page = counterpoise.inspect(frame, np.where(y, "<b>yes", "no"))._repr_html_()
    assert "<script>" not in page
    assert "<b>yes" not in page
    assert "&lt;script&gt;" in page


# ---- Bad input ----


def test_tables_that_cannot_be_looked_at() -> None:
    X, y = blobs(0)
    with pytest.raises(InputError, match="inspect looks at dense tables"):
        counterpoise.inspect(sparse.csr_matrix(X), y)
    with pytest.raises(LabelError):
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
    assert sum(one.n_rows for one in profile.classes) == len(frame)
    assert profile.n_missing == frame.isna().sum().sum()
    assert profile.repeats.n_repeated == frame.drop(columns="label").duplicated().sum()
