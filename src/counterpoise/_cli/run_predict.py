"""Run the command `predict`: load a model, read a table, write it with predictions."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import polars as pl

from counterpoise._cli.console import WARNING, say, say_notes
from counterpoise._cli.files import check_input, check_output, display_name, read_table, write_table
from counterpoise._cli.formats import format_of
from counterpoise._cli.input_table import InputTable, free_prefix
from counterpoise._cli.model_files import import_from_current_folder
from counterpoise._cli.options import PredictRequest
from counterpoise._cli.reading_options import ReadingOptions
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.study import CandidateClassifier, CandidateRegressor, SavedModel, load_model
from counterpoise.study._regression.text import format_value

__all__ = ["run_predict"]

_CLASS, _PROBABILITY, _VALUE = "predicted_class", "probability", "prediction"


def run_predict(request: PredictRequest) -> None:
    """Run the command `predict`.

    Parameters
    ----------
    request : PredictRequest

    Raises
    ------
    FileError
        If a file cannot be read or written.
    InputError
        If the file is not a saved model, contains types that are not trusted, or the table does not
        have the columns of the model.
    """
    check_output(request.out, force=request.force)
    check_input(Path(request.model))
    if request.trust:
        import_from_current_folder()  # which has the module of an own model, as in a study
    model = load_model(request.model, trusted=request.trust)
    say_notes(_version_notes(model))
    source = read_table(request.source, _read_text(request.reading, model))
    say_notes(source.notes)
    if not len(source.table):
        raise InputError(f"{display_name(request.source)} has column names but no rows.")
    predictions = _predict(model, source)
    write_table(request.out, _add(source, predictions, request), source.dialect)
    _say_result(model.estimator, predictions, request.out)


def _read_text(reading: ReadingOptions, model: SavedModel) -> ReadingOptions:
    """Return how the table is read: what was text in training is text again."""
    columns = model.estimator.columns_
    text = frozenset(name for name, expected in columns if expected in ("categorical", "text"))
    return replace(reading, text_columns=text)


def _version_notes(model: SavedModel) -> list[str]:
    changed = ", ".join(model.changed_versions)
    note = (
        f"{WARNING}The model was trained with other versions: {changed}. Predictions may differ; "
        "if they matter, train it again."
    )
    return [note] if changed else []


def _predict(model: SavedModel, source: InputTable) -> pl.DataFrame:
    """Return the columns that are added to the table."""
    estimator = model.estimator
    left_out = {*source.not_features, model.target}
    frame = pl.DataFrame(source.table)
    features = frame.select(name for name in frame.columns if name not in left_out)
    if isinstance(estimator, CandidateRegressor):
        return pl.DataFrame({_VALUE: estimator.predict(features)})
    probabilities = estimator.predict_proba(features)
    with warnings.catch_warnings(action="ignore", category=CounterpoiseWarning):
        predicted = estimator.predict(features)  # it has the same warnings
    classes = estimator.classes_.tolist()
    if estimator.positive_ is None:
        named = {f"{_PROBABILITY}_{label}": probabilities[:, j] for j, label in enumerate(classes)}
    else:
        named = {_PROBABILITY: probabilities[:, classes.index(estimator.positive_)]}
    return pl.DataFrame({**named, _CLASS: predicted.tolist()})


def _add(source: InputTable, predictions: pl.DataFrame, request: PredictRequest) -> pl.DataFrame:
    """Return the table with its predictions; a CSV keeps the text of its fields."""
    keeps_text = source.texts is not None and format_of(request.out).name == "csv"
    frame = source.texts if source.texts is not None and keeps_text else source.table
    frame = pl.DataFrame(frame)
    prefix = free_prefix("", predictions.columns, frame.columns)
    added = predictions.rename(lambda name: prefix + name)
    if prefix:
        taken = next(name for name in predictions.columns if name in frame.columns)
        say(
            f"Note: {display_name(request.source)} has a column {taken!r} already, so that the "
            f"predictions are in {' and '.join(map(repr, added.columns))}."
        )
    return frame.hstack(added)


def _say_result(
    estimator: CandidateClassifier | CandidateRegressor, predictions: pl.DataFrame, out: str
) -> None:
    name = "standard output" if out == "-" else out
    say(f"Wrote {name}: {predictions.height:,} rows{_summarize(estimator, predictions)}.")


def _summarize(
    estimator: CandidateClassifier | CandidateRegressor, predictions: pl.DataFrame
) -> str:
    """Return the number of positive predictions, or the mean of predicted values."""
    if isinstance(estimator, CandidateRegressor):
        return f"; mean prediction {format_value(predictions[_VALUE].to_numpy().mean())}"
    label = estimator.positive_
    if label is None:
        return ""
    n_positive = (predictions[_CLASS] == label).sum()
    mean = predictions[_PROBABILITY].to_numpy().mean()
    threshold = estimator.find_threshold()
    rule = "" if threshold is None else f" (from a probability of {threshold:.3g})"
    return f", {n_positive:,} of them predicted {label!r}{rule}; mean probability {mean:.3g}"
