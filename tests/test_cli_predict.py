"""The command `predict`: tables that differ from the one that the model was trained on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from counterpoise._cli.app import app
from counterpoise.study import CandidateClassifier, save_model

pytest.importorskip("skops")

Predict = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a model of a number, a category of digits, a boolean and a date."""
    X, y = make_table()
    path = tmp_path_factory.mktemp("models") / "model.skops"
    save_model(CandidateClassifier("logistic", dates=["day"]).fit(X, y), path, target="label")
    return path


def make_table() -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(0)
    y = rng.random(120) < 0.3
    X = pd.DataFrame(
        {
            "amount": rng.normal(size=120) + y,
            "grade": rng.choice(["1", "2", "x"], 120),
            "member": rng.random(120) < 0.5,
            "day": pd.date_range("2020-01-01", periods=120).strftime("%Y-%m-%d"),
        }
    )
    return X, np.where(y, "yes", "no")


@pytest.fixture
def predict(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any
) -> Predict:
    """Run the command in this process; return its exit code and its messages."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            app(["predict", str(model), *arguments])
        return int(ended.value.code or 0), capfdbinary.readouterr().err.decode()

    return run


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_column_with_the_name_of_an_added_one_stays(predict: Predict, suffix: str) -> None:
    """A table that has been scored before can be scored again; the new names are reported."""
    new = pl.from_pandas(make_table()[0].head(5)).with_columns(probability=pl.lit("old"))
    new.write_csv("new.csv") if suffix == "csv" else new.write_parquet("new.parquet")

    code, err = predict(f"new.{suffix}", "-o", f"out.{suffix}")

    assert code == 0, err
    assert "column 'probability' already" in err
    assert "'_probability' and '_predicted_class'" in err
    out = pl.read_csv("out.csv") if suffix == "csv" else pl.read_parquet("out.parquet")
    assert out.columns[-3:] == ["probability", "_probability", "_predicted_class"]
    assert out["probability"].to_list() == ["old"] * 5
    assert out["_probability"].dtype == pl.Float64


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("member", ["true", "false", "yes"], "'member' must hold true or false.*'yes'"),
        ("amount", ["1.5", "-2", "many"], "'amount' must hold numbers.*'many'"),
        (
            "day",
            ["2020-01-01T12:30", "later", ""],
            "dates as in.*, such as 2020-01-31; it holds 'later'",
        ),
        ("day", ["20200101"] * 3, "dates as in.*, such as 2020-01-31; it holds 20200101"),
    ],
)
def test_the_first_value_of_another_type_is_named(
    predict: Predict, column: str, values: list[str], message: str
) -> None:
    """Other values of the column are text only because of this one."""
    make_table()[0].head(3).assign(**{column: values}).to_csv("new.csv", index=False)

    code, err = predict("new.csv", "-o", "out.csv")

    assert code == 1
    assert re.search(message, err), err
    assert "--time-format" not in err


def test_formats_with_other_types_have_the_same_predictions(predict: Predict) -> None:
    """A Parquet file has grades as numbers, a CSV as text, as in training."""
    new = pl.from_pandas(make_table()[0].head(3)).with_columns(grade=pl.Series([2, 1, None]))
    new.write_parquet("new.parquet")
    new.write_ndjson("new.jsonl")
    new.write_csv("new.csv")
    for suffix in ("csv", "parquet", "jsonl"):
        code, err = predict(f"new.{suffix}", "-o", f"{suffix}.parquet")
        assert code == 0, err
    first, *others = (pl.read_parquet(f"{name}.parquet") for name in ("csv", "parquet", "jsonl"))

    for other in others:
        np.testing.assert_allclose(other["probability"], first["probability"])
