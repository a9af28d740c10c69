"""Columns of text in a study: TF-IDF inside each training fold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

import counterpoise
from counterpoise._cli.app import app
from counterpoise._table import encode_target
from counterpoise.exceptions import (
    CounterpoiseWarning,
    FeatureTypeError,
    InputError,
    UnknownColumnError,
)
from counterpoise.study import Study
from counterpoise.study._columns import choose_columns
from counterpoise.study._data_checks import check_data
from counterpoise.study._projection import PrincipalPlane
from counterpoise.study._text_features import TextEncoder

N_ROWS = 240
COMMON = ["please", "call", "me", "tomorrow", "about", "the", "order", "that", "never", "came"]
SPAM = ["winner", "prize", "claim", "cash", "urgent"]
CONTAINERS = {
    "pandas": lambda frame: frame,
    "polars": pl.from_pandas,
    "pyarrow": lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
    "record batch": lambda frame: pa.RecordBatch.from_pandas(frame, preserve_index=False),
}


def make_messages(seed: int, n_rows: int = N_ROWS) -> pd.DataFrame:
    """Return messages, an eighth of which are spam with two of five words that others lack."""
    rng = np.random.default_rng(seed)
    is_spam = np.arange(n_rows) % 8 == 0
    messages = [
        " ".join([*rng.choice(COMMON, 7), *(rng.choice(SPAM, 2) if spam else ["hello"])])
        for spam in is_spam
    ]
    return pd.DataFrame(
        {
            "message": messages,
            "length": rng.normal(size=n_rows),
            "sender": rng.choice(["a", "b"], n_rows),
            "label": np.where(is_spam, "spam", "ham"),
        }
    )


def encode(X: Any, fitted_on: Any = None) -> np.ndarray:
    """Return the features that replace the column of messages."""
    encoder = TextEncoder(("message",), 0).fit(X if fitted_on is None else fitted_on)
    features = pl.DataFrame(encoder.transform(X)).select(pl.col("^message TF-IDF.*$"))
    return features.to_numpy()


# ---- The features ----


@pytest.mark.parametrize("container", CONTAINERS)
def test_features_replace_the_column_in_every_container(container: str, seed: int) -> None:
    """The other columns stay as they are, and the features are those of a pandas frame."""
    frame = make_messages(seed).sample(frac=1, random_state=seed).drop(columns="label")
    X = CONTAINERS[container](frame)
    result = TextEncoder(("message",), 0).fit(X).transform(X)
    assert isinstance(result, pa.Table if container == "record batch" else type(X))
    if container == "pandas":
        pd.testing.assert_index_equal(result.index, frame.index)
    result = pl.DataFrame(result)
    assert result.columns[:3] == ["length", "sender", "message TF-IDF 1"]
    assert result["length"].to_list() == frame["length"].to_list()
    np.testing.assert_allclose(
        result.select(pl.col("^message.*$")).to_numpy(), encode(frame), atol=1e-12
    )


def test_similarities_are_those_of_tfidf(seed: int) -> None:
    """With fewer words than features, the inner products of texts are kept."""
    frame = make_messages(seed)
    features = encode(frame)
    weights = TfidfVectorizer(sublinear_tf=True).fit_transform(frame["message"])
    np.testing.assert_allclose(features @ features.T, (weights @ weights.T).toarray(), atol=1e-8)


def test_the_number_of_features_is_limited(seed: int) -> None:
    words = np.random.default_rng(seed).integers(0, 2000, (400, 10)).astype(str)
    assert encode(pd.DataFrame({"message": map(" ".join, words)})).shape == (400, 100)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_a_missing_text_is_an_empty_one(missing: Any, seed: int) -> None:
    frame = make_messages(seed)
    frame.loc[::5, "message"] = ""
    with_missing = frame.assign(message=frame["message"].astype(object))
    with_missing.loc[::5, "message"] = missing
    np.testing.assert_array_equal(encode(with_missing), encode(frame))
    assert not encode(frame)[::5].any()


def test_features_do_not_depend_on_texts_of_other_rows(seed: int) -> None:
    train = make_messages(seed)
    test = make_messages(seed + 1)
    together = encode(pd.concat([test, train]), fitted_on=train)
    np.testing.assert_allclose(encode(test, fitted_on=train), together[:N_ROWS], atol=1e-12)


# ---- In a study ----


def run(X: pd.DataFrame, **parameters: Any) -> Any:
    """Run a small study of the messages."""
    options = {name: parameters.pop(name) for name in ("cv", "journal") if name in parameters}
    study = Study("logistic", "smote", random_state=0, **{"cv": (3, 1), **options})
    return study.run(X.drop(columns="label"), X["label"], **parameters)


@pytest.mark.costly
def test_text_is_left_out_by_default_with_advice(seed: int) -> None:
    """With the text, models distinguish the classes, and SMOTE is no worse than without."""
    frame = make_messages(seed)
    with pytest.warns(CounterpoiseWarning, match=r"text=\['message'\] \(--text message\) reads it"):
        without = run(frame)
    result = run(frame, text="message")
    assert ("message", "free text") in without.data.left_out
    assert result.data.columns[0] == ("message", "text")
    assert "feature (text, TF-IDF)" in result.to_html()
    scores = [r.table()["logistic", "baseline"]["average_precision"] for r in (without, result)]
    assert scores[0] < 0.5
    assert scores[1] > 0.9
    assert result.improvements[0].value > -0.05


@pytest.mark.costly
def test_predictions_do_not_depend_on_texts_of_test_samples(seed: int) -> None:
    """Features are fitted on the training samples: words of other test samples change nothing."""
    frame = make_messages(seed)
    train, test, others = np.arange(160), np.arange(160, 200), np.arange(200, N_ROWS)
    cv = [(train, np.r_[test, others]), (train[:120], np.r_[test, others])]
    expected = run(frame, text="message", cv=cv)
    frame.loc[others, "message"] = "entirely different words " * 3
    changed = run(frame, text="message", cv=cv)
    for one, other in zip(expected.candidates, changed.candidates, strict=True):
        np.testing.assert_array_equal(one.scores[:, test], other.scores[:, test])


@pytest.mark.costly
def test_a_journal_belongs_to_its_texts(tmp_path: Path, seed: int) -> None:
    frame = make_messages(seed)
    journal = tmp_path / "study.journal"
    first = run(frame, text="message", journal=journal)
    assert run(frame, text="message", journal=journal).improvements == first.improvements
    frame.loc[0, "message"] += " more"
    with pytest.raises(InputError, match="journal"):
        run(frame, text="message", journal=journal)


def test_rows_with_different_texts_are_no_duplicates(seed: int) -> None:
    frame = make_messages(seed).assign(length=1.0)
    frame["message"] += [f" number{i}" for i in range(N_ROWS)]
    target = encode_target(frame.pop("label"), N_ROWS)
    folds = np.arange(N_ROWS)[np.newaxis] % 3
    columns = choose_columns(frame, text=["message"])
    assert check_data(columns.table, target, folds) == ()


# ---- Input that cannot be used ----


def test_the_column_must_hold_text(seed: int) -> None:
    X = make_messages(seed).drop(columns="label")
    with pytest.raises(UnknownColumnError, match="no column 'message2'. Did you mean 'message'"):
        choose_columns(X, text=["message2"])
    with pytest.raises(FeatureTypeError, match="'length' does not hold text: its type is float64"):
        choose_columns(X, text=["length"])
    with pytest.raises(FeatureTypeError, match="does not hold text: all its values are missing"):
        choose_columns(X.assign(message=None), text=["message"])
    with pytest.raises(InputError, match="'message' is in keep and in text; choose one"):
        choose_columns(X, ["message"], ["message"])
    with pytest.raises(InputError, match="text needs a data frame"):
        choose_columns(X.to_numpy(dtype=object), text=[0])


@pytest.mark.parametrize("empty", ["", "?!", "a", None])
def test_the_column_must_have_words(empty: str | None) -> None:
    X = pd.DataFrame({"my message": ["b", *[empty] * 29], "x": np.arange(30.0)})
    with pytest.raises(InputError, match="'my message' has no words.*--text 'my message'"):
        Study("logistic", "smote", cv=(3, 1)).run(X, [0, 1, 1] * 10, text="my message")


def test_a_table_of_text_only_gets_advice(seed: int) -> None:
    """Without another feature, free text is a category, and a warning names the option."""
    X = make_messages(seed)[["message"]]
    X["message"] += [f" number{i}" for i in range(N_ROWS)]
    assert PrincipalPlane(X).explained_variance == 0  # rare categories share a code
    with pytest.warns(CounterpoiseWarning, match=r"In a study, text=\['message'\] \(--text mess"):
        assert choose_columns(X).types() == (("message", "categorical"),)
    assert choose_columns(X, text=["message"]).types() == (("message", "text"),)


def test_text_cannot_be_resampled(seed: int) -> None:
    frame = make_messages(seed)
    with pytest.raises(InputError, match="text cannot be resampled.* copy='message'"):
        counterpoise.resample(frame, "label", text="message")


# ---- Command line ----


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> Any:
    """Run a command in this process, in a folder with a table of messages."""
    monkeypatch.chdir(tmp_path)
    make_messages(0).to_csv("messages.csv", index=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            app([*arguments])
        captured = capfdbinary.readouterr()
        return int(ended.value.code or 0), captured.out.decode(), captured.err.decode()

    return run


def test_the_option_reads_text(command: Any) -> None:
    common = ["study", "messages.csv", "-t", "label", "--models", "logistic", "--methods", "smote"]
    common += ["--folds", "3", "--repeats", "1", "--jobs", "1", "--seed", "0"]
    code, out, err = command(*common, "--text", "message", "--report", "page.html")
    assert code == 0, err
    assert "Warning" not in err
    assert re.search("^baseline +1.000$", out, re.MULTILINE)
    assert "text, TF-IDF" in Path("page.html").read_text(encoding="utf-8")
    code, _, err = command(*common, "--text", "length")
    assert code == 1
    assert "Column 'length' does not hold text: its type is Float64." in err
    code, _, err = command(*common, "--text", "message", "--ignore", "message")
    assert code == 2
    assert "column 'message' is given to --text, and to --ignore" in err


def test_resample_refuses_the_option(command: Any) -> None:
    code, _, err = command(
        "resample", "messages.csv", "-t", "label", "-o", "out.csv", "--text", "message"
    )
    assert code == 2
    assert "text cannot be resampled" in err
    assert "--copy message" in err
