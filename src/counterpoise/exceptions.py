"""Errors and warnings that counterpoise raises.

Every error is a `ValueError`, some also a `TypeError`, as scikit-learn's users expect. Errors that
a program can handle have their details as attributes.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

__all__ = [
    "CounterpoiseWarning",
    "DownloadError",
    "EstimatorError",
    "FeatureTypeError",
    "InputError",
    "SmallClassWarning",
    "StepError",
    "TargetError",
    "TooFewSamplesError",
    "UnknownColumnError",
]

# How oversamplers handle classes that are too small, in messages; the command line replaces it.
SMALL_CLASSES = 'small_classes="shrink_k" (or "duplicate", or "skip")'


class InputError(ValueError):
    """Invalid data or parameter; the message has what to do."""


class DownloadError(OSError, InputError):
    """A data set could not be downloaded, or the downloaded file is damaged.

    Attributes
    ----------
    url : str
        The address of the file.
    folder : str
        The folder in which it is stored.
    """

    def __init__(self, message: str, url: str = "", folder: str = "") -> None:
        super().__init__(message)
        self.url, self.folder = url, folder


class EstimatorError(InputError, RuntimeError):
    """An estimator inside a sampler, once fitted to the data, finds no samples to start from."""


class TargetError(InputError):
    """The target `y` has no valid classes."""


class FeatureTypeError(InputError, TypeError):
    """A column has a feature type that the method does not support.

    Attributes
    ----------
    columns : tuple of str
        Names of these columns.
    problem, advice : str
        The two parts of the message. The advice is about Python, and may be empty.
    """

    def __init__(self, problem: str, columns: Sequence[str] = (), advice: str = "") -> None:
        super().__init__(f"{problem} {advice}".rstrip())
        self.problem, self.columns, self.advice = problem, tuple(columns), advice


class StepError(InputError, TypeError):
    """An object cannot be a step of a pipeline, or not at this position."""


class TooFewSamplesError(InputError):
    """A class has too few samples for the requested number of neighbors.

    Attributes
    ----------
    label : object
        The class; for a continuous target, the number of the relevance bin.
    count : int
        Number of samples of the class.
    n_neighbors : int
        The requested number of neighbors.
    parameter : str
        The parameter of the sampler that sets this number.
    max_neighbors : int
        The largest number of neighbors that the class allows.
    problem : str
        The message without its advice, which is about Python.
    """

    label: object
    count: int
    n_neighbors: int
    parameter: str
    max_neighbors: int
    problem: str

    @classmethod
    def for_class(
        cls, sampler: str, parameter: str, n_neighbors: int, label: object, count: int
    ) -> TooFewSamplesError:
        """Create the error for a class that is too small to be oversampled."""
        fewer = f"Set {parameter} to {count - 1} or less, or pass" if count > 1 else "Pass"
        advice = f"{fewer} {SMALL_CLASSES}."
        problem = (
            f"{sampler} needs more than {parameter}={n_neighbors} samples in each class that it "
            f"oversamples; class {label!r} has {count}."
        )
        error = cls(f"{problem} {advice}")
        error.problem, error.max_neighbors = problem, count - 1
        return error._with_details(parameter, n_neighbors, label, count)

    @classmethod
    def for_search(
        cls, sampler: str, parameter: str, n_neighbors: int, label: object, count: int
    ) -> TooFewSamplesError:
        """Create the error for a class in which other classes' samples search for neighbors."""
        problem = (
            f"{sampler} searches for {parameter}={n_neighbors} neighbors in class {label!r}, which "
            f"has {count} samples."
        )
        error = cls(f"{problem} Set {parameter} to {count} or less, or use RandomUnderSampler.")
        error.problem, error.max_neighbors = problem, count
        return error._with_details(parameter, n_neighbors, label, count)

    @classmethod
    def for_bin(
        cls, sampler: str, n_neighbors: int, number: int, count: int, limits: tuple[float, float]
    ) -> TooFewSamplesError:
        """Create the error for a relevance bin that is too small to be oversampled."""
        problem = (
            f"{sampler} needs more than k_neighbors={n_neighbors} samples in each bin of target "
            f"values that it oversamples; bin {number}, y from {limits[0]:g} to {limits[1]:g}, has "
            f"{count}."
        )
        fewer = f"Set k_neighbors to {count - 1} or less, or pass" if count > 1 else "Pass"
        error = cls(f'{problem} {fewer} small_bins="shrink_k".')
        error.problem, error.max_neighbors = problem, count - 1
        return error._with_details("k_neighbors", n_neighbors, number, count)

    def _with_details(
        self, parameter: str, n_neighbors: int, label: object, count: int
    ) -> TooFewSamplesError:
        self.label, self.count = label, count
        self.n_neighbors, self.parameter = n_neighbors, parameter
        return self


class UnknownColumnError(InputError):
    """The table has no column with this name.

    Attributes
    ----------
    name : object
        The unknown name.
    nearest : tuple of str
        Columns of the table with the most similar names, best first.
    """

    name: object
    nearest: tuple[str, ...]

    @classmethod
    def among(
        cls,
        name: object,
        columns: Sequence[object],
        *,
        role: str = "column",
        table: str = "The table",
    ) -> UnknownColumnError:
        """Create the error with suggestions of similar column names."""
        names = [str(column) for column in columns]
        by_lower_case = {column.lower(): column for column in names}
        similar = get_close_matches(str(name).lower(), by_lower_case, n=3, cutoff=0.65)
        nearest = tuple(by_lower_case[column] for column in similar)
        if nearest:
            hint = "Did you mean " + " or ".join(map(repr, nearest)) + "?"
        else:
            shown = ", ".join(repr(column) for column in names[:10])
            hint = f"The columns are {shown}{', …' if len(names) > 10 else ''}."
        error = cls(f"{table} has no {role} {str(name)!r}. {hint}")
        error.name, error.nearest = name, nearest
        return error


class CounterpoiseWarning(UserWarning):
    """The call succeeds, but the result may not be what the user intended."""


class SmallClassWarning(CounterpoiseWarning):
    """A class is too small for the number of neighbors; it is skipped, or handled otherwise."""
