"""The command `audit`."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_classification
from typer.testing import CliRunner

from counterpoise import resample
from counterpoise._cli.app import app


@pytest.fixture
def files(tmp_path):
    X, y = make_classification(400, 4, n_redundant=0, weights=[0.85], random_state=0)
    before = pd.DataFrame(X, columns=list("abcd")).assign(label=y)
    after = resample(before, "label", random_state=0)
    order = np.random.RandomState(0).permutation(len(after))
    parts = {"train": after.iloc[order[150:]], "test": after.iloc[order[:150]]}
    held, fit = before.iloc[:150], before.iloc[150:]
    parts |= {"held": held, "fit": fit, "larger": resample(fit, "label", random_state=0)}
    for name, table in {"before": before, "after": after, **parts}.items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    after.to_parquet(tmp_path / "after.parquet")
    return tmp_path


def run(files, *arguments):
    names = [str(files / a) if a.endswith((".csv", ".parquet")) else a for a in arguments]
    return CliRunner().invoke(app, ["audit", *names], env={"COLUMNS": "80", "NO_COLOR": "1"})


@pytest.mark.parametrize("after", ["after.csv", "after.parquet"])
def test_synthetic_rows_are_reported(files, after):
    """The report fits the width of the terminal and has no colors."""
    result = run(files, "before.csv", after, "-t", "label")

    assert result.exit_code == 0
    assert "rows are synthetic, in 1 class" in result.stdout
    assert "- warning (synthetic-not-validated)" in result.stdout
    assert "- note (synthetic-" in result.stdout
    assert "0.5: not distinguishable" in result.stdout
    # The command to copy is not wrapped.
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 80
    assert "\x1b" not in result.stdout


@pytest.mark.costly
def test_method_is_audited(files):
    """With a method, validity is measured, and a page is written."""
    page = files / "audit.html"
    arguments = ("before.csv", "-t", "label", "--method", "smote", "--splits", "2")
    result = run(files, *arguments, "--report", str(page), "--param", "k_neighbors=3")

    assert result.exit_code == 0
    assert re.match(
        r"\d+% \[\d+%, \d+%\] of the synthetic rows of class 1 are\s+invalid", result.stdout
    )
    assert "not-validated" not in result.stdout
    command = "--methods class-weight,threshold,smote --report study.html"
    assert result.stdout.splitlines()[-1].endswith(f"before.csv -t label {command}")
    assert command in page.read_text(encoding="utf-8")
    assert run(files, *arguments, "--report", str(page)).exit_code == 3
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 80


@pytest.mark.costly
def test_withheld_rows_evaluate_a_table(files):
    """The rows of another file evaluate those that were added to a table."""
    result = run(files, "fit.csv", "larger.csv", "-t", "label", "--withheld", "held.csv", "--json")
    audit = json.loads(result.stdout)["classes"][0]

    assert audit["validity"]["n_splits"] == 1
    assert audit["validity"]["n_withheld"] == (pd.read_csv(files / "held.csv")["label"] == 1).sum()


def test_output_depends_on_seed_and_scale(files):
    arguments = ("before.csv", "-t", "label", "--method", "smote", "--splits", "1", "--json")
    options = (
        ("--seed", "1"),
        ("--seed", "1"),
        ("--seed", "2"),
        ("--seed", "1", "--scale", "none"),
    )
    first, second, *others = (run(files, *arguments, *option).stdout for option in options)

    assert first == second
    assert first not in others


def test_long_class_names_stay_distinguishable(files):
    """Names that differ in their middle only are printed completely."""
    names = {0: f"{'a' * 20}0{'z' * 20}", 1: f"{'a' * 20}1{'z' * 20}", 2: "other"}
    X, y = make_classification(
        300, 4, n_redundant=0, n_classes=3, weights=[0.2, 0.2], n_clusters_per_class=1
    )
    before = pd.DataFrame(X, columns=list("abcd")).assign(label=[names[label] for label in y])
    before.to_csv(files / "long.csv", index=False)
    resample(before, "label", random_state=0).to_csv(files / "resampled.csv", index=False)

    result = run(files, "long.csv", "resampled.csv", "-t", "label")
    table = result.stdout.partition("invalid:")[0].replace(" ", "").replace("\n", "")

    assert "…" not in table
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 80


@pytest.mark.parametrize("target", [(), ("-t", "label")])
def test_leakage_is_no_error(files, target):
    result = run(files, "--leakage", "train.csv", "test.csv", *target)

    assert result.exit_code == 0
    assert result.stdout.startswith("Leakage found: ")


def test_standard_output_is_json_only(files):
    synthetic = json.loads(run(files, "before.csv", "after.csv", "-t", "label", "--json").stdout)
    leakage = json.loads(run(files, "--leakage", "train.csv", "test.csv", "--json").stdout)

    assert synthetic["n_synthetic"] > 0
    assert leakage["found"] is True


def test_index_columns_are_left_out(files):
    """A column of row labels, as pandas writes it, is left out with a note."""
    for name in ("train", "test"):
        table = pd.read_csv(files / f"{name}.csv")
        table.index += 1_000 * len(name)
        table.to_csv(files / f"{name}.csv")
    result = run(files, "--leakage", "train.csv", "test.csv", "-t", "label")

    assert result.stderr.count("holds row labels") == 2
    assert result.stdout.startswith("Leakage found: ")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("before.csv", "after.csv"), 2, "--target"),
        (("before.csv", "-t", "label"), 2, "the table after resampling, or the method"),
        (("before.csv", "after.csv", "-t", "label", "--method", "smote"), 2, "or the method"),
        (("--leakage", "before.csv"), 2, "--leakage needs a training set and a test set"),
        (
            ("--leakage", "train.csv", "test.csv", "--report", "a.html"),
            2,
            "--report cannot be used",
        ),
        (("before.csv", "-t", "label", "--method", "smoe"), 1, "Did you mean 'smote'"),
        (("before.csv", "-t", "label", "--method", "smote", "--report", "a.md"), 3, "end in .html"),
        (("text.csv", "-t", "label", "--method", "smote"), 1, "Use --method smote-nc"),
        (
            ("few.csv", "-t", "label", "--method", "smote"),
            1,
            "Use --param k_neighbors=2, or --method",
        ),
        (
            ("fit.csv", "larger.csv", "-t", "label", "--withheld", "other.csv"),
            1,
            "other.csv have different columns: only",
        ),
        (
            ("fit.csv", "larger.csv", "-t", "label", "--withheld", "fit.csv"),
            1,
            "fit.csv are in",
        ),
        (("before.csv", "after.csv", "-t", "lable"), 1, "Did you mean 'label'"),
        (("before.csv", "gone.csv", "-t", "label"), 3, "gone.csv"),
        (("empty.csv", "after.csv", "-t", "label"), 1, "no rows"),
        (("before.csv", "other.csv", "-t", "label"), 1, "other.csv have different columns: only"),
        (("--leakage", "before.csv", "other.csv"), 1, "other.csv have different columns: only"),
    ],
)
def test_errors(files, arguments, code, message):
    (files / "empty.csv").write_text("a,b,c,d,label\n")
    (files / "other.csv").write_text("a,b,label\n1,2,0\n3,4,1\n")
    (files / "text.csv").write_text("a,b,label\n" + "1,x,0\n2,y,0\n3,z,0\n" * 9 + "1,x,1\n" * 9)
    (files / "few.csv").write_text("a,label\n" + "1,0\n2,0\n3,0\n" * 9 + "1,1\n" * 3)
    result = run(files, *arguments)

    assert result.exit_code == code
    assert message in re.sub(r"\s+", " ", result.stderr)
