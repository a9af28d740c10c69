"""The errors and warnings that counterpoise raises.

Every error is also a `ValueError` or a `TypeError`, as scikit-learn's callers expect. The ones that
a program may want to act on carry their facts as attributes.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

__all__ = [
    "ColumnKindError",
    "CounterpoiseWarning",
    "DownloadError",
    "InputError",
    "LabelError",
    "StepError",
    "TooFewRowsError",
    "UnknownColumnError",
]


class InputError(ValueError):
    """The data or a parameter cannot be used as they are; the message says what to do."""


class DownloadError(InputError, OSError):
    """A table could not be fetched, or what was fetched is damaged.

    Attributes
    ----------
    url : str
        Where it is fetched from.
    folder : str
        Where it is kept.
    """

    def __init__(self, message: str, url: str = "", folder: str = "") -> None:
        super().__init__(message)
        self.url, self.folder = url, folder


class LabelError(InputError):
    """The labels are not usable as classes."""


class ColumnKindError(InputError, TypeError):
    """A column holds a kind of value that the sampler cannot work on.

    Attributes
    ----------
    columns : tuple of str
        The columns concerned.
    """

    def __init__(self, message: str, columns: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.columns = tuple(columns)


class StepError(InputError, TypeError):
    """An object cannot be a step of a pipeline, or not in the place where it stands."""


class TooFewRowsError(InputError):
    """A class is too small for the number of neighbours asked for.

    Attributes
    ----------
    label : object
        The class.
    count : int
        How many rows it has.
    n_neighbors : int
        How many neighbours were asked for.
    parameter : str
        The sampler's parameter that says so.
    """

    label: object
    count: int
    n_neighbors: int
    parameter: str

    @classmethod
    def for_class(
        cls, sampler: str, parameter: str, n_neighbors: int, label: object, count: int
    ) -> TooFewRowsError:
        """Word the error for one class."""
        remedy = (
            f"Set {parameter} to {count - 1} or less, or use RandomOverSampler."
            if count > 1
            else "Use RandomOverSampler, or leave this class out of sampling_strategy."
        )
        error = cls(
            f"{sampler} needs more than {parameter}={n_neighbors} rows in each class that it "
            f"grows; class {label!r} has {count}. {remedy}"
        )
        return error._about(parameter, n_neighbors, label, count)

    @classmethod
    def for_search(
        cls, sampler: str, parameter: str, n_neighbors: int, label: object, count: int
    ) -> TooFewRowsError:
        """Word the error for a class in which rows of other classes look for neighbours."""
        error = cls(
            f"{sampler} looks for {parameter}={n_neighbors} rows in class {label!r}, which has "
            f"{count}. Set {parameter} to {count} or less, or use RandomUnderSampler."
        )
        return error._about(parameter, n_neighbors, label, count)

    def _about(
        self, parameter: str, n_neighbors: int, label: object, count: int
    ) -> TooFewRowsError:
        self.label, self.count = label, count
        self.n_neighbors, self.parameter = n_neighbors, parameter
        return self


class UnknownColumnError(InputError):
    """A column was named that the table does not have.

    Attributes
    ----------
    name : object
        The name that was asked for.
    nearest : tuple of str
        The table's columns with the most similar names, best first.
    """

    name: object
    nearest: tuple[str, ...]

    @classmethod
    def among(
        cls, name: object, columns: Sequence[object], *, role: str = "column"
    ) -> UnknownColumnError:
        """Word the error with the names that come nearest."""
        names = [str(column) for column in columns]
        nearest = tuple(get_close_matches(str(name), names, n=3, cutoff=0.5))
        if nearest:
            hint = "Did you mean " + " or ".join(repr(near) for near in nearest) + "?"
        else:
            shown = ", ".join(repr(column) for column in names[:10])
            hint = f"The columns are {shown}{', …' if len(names) > 10 else ''}."
        error = cls(f"The table has no {role} {str(name)!r}. {hint}")
        error.name, error.nearest = name, nearest
        return error


class CounterpoiseWarning(UserWarning):
    """Something works, but perhaps not as its user meant."""
