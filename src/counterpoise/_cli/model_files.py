"""Files of saved models, and what the models in them predict."""

from __future__ import annotations

import sys
from pathlib import Path

from counterpoise._cli.errors import FileError
from counterpoise._cli.files import check_writable
from counterpoise._lib.optional_imports import import_optional
from counterpoise.study import CandidateClassifier, CandidateRegressor

__all__ = ["check_model_file", "describe_predictions", "import_from_current_folder"]


def check_model_file(path: str, *, force: bool) -> None:
    """Check that a model can be saved, before the study runs.

    Raises
    ------
    FileError
        If the name has another suffix, or the file cannot be written.
    ImportError
        If skops is not installed.
    """
    if Path(path).suffix != ".skops":
        raise FileError(f"{path}: the name of a saved model must end in .skops.")
    check_writable(Path(path), force=force)
    import_optional("skops", "--save-model")


def describe_predictions(estimator: CandidateClassifier | CandidateRegressor) -> str:
    """Describe what a fitted model predicts: probabilities and classes, or values."""
    if isinstance(estimator, CandidateRegressor):
        return "It predicts the target."
    if estimator.positive_ is None:
        return "Its probabilities are calibrated."
    threshold, why = estimator.find_threshold(), "as the study has evaluated"
    if estimator.threshold is not None:
        why = "which has the lowest expected cost"
    rule = "" if threshold is None else f"; it predicts this class from {threshold:.3g}, {why}"
    return f"Its probabilities of class {estimator.positive_!r} are calibrated{rule}."


def import_from_current_folder() -> None:
    """Let a model be of a module of the current folder, as ``python -m`` does."""
    folder = str(Path.cwd())
    if not {"", folder} & set(sys.path):
        sys.path.insert(0, folder)
