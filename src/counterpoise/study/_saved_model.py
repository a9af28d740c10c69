"""Save fitted candidates to files, and load them without running code from these files."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from sklearn.utils import estimator_html_repr
from sklearn.utils.validation import check_is_fitted

from counterpoise._lib.html_fragment import fragment, paragraphs
from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.versions import versions
from counterpoise.exceptions import InputError
from counterpoise.study._candidate_classifier import CandidateClassifier
from counterpoise.study._regression.candidate import CandidateRegressor

__all__ = ["SavedModel", "load_model", "save_model", "types_to_trust"]

_KIND, _FORMAT_VERSION = "counterpoise model", 1
_PACKAGES = ("counterpoise", "scikit-learn")
# What fitted models hold that is not a class of counterpoise or scikit-learn. Histogram gradient
# boosting holds a partial call of check_array; the function of any other partial call is checked
# as a type of its own.
_TRUSTED = {
    "collections.OrderedDict",
    "functools.partial",
    "numpy.dtype",
    "sklearn.utils.validation.check_array",
}


@dataclass(frozen=True)
class SavedModel:
    """A model that was loaded from a file.

    Attributes
    ----------
    estimator : CandidateClassifier or CandidateRegressor
        Fitted.
    target : str or None
        The column of the target that it was trained on.
    versions : dict of str to str
        The versions of counterpoise and scikit-learn that it was trained with.
    """

    estimator: CandidateClassifier | CandidateRegressor
    target: str | None
    versions: dict[str, str]

    def _repr_html_(self) -> str:
        trained = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        target = "" if self.target is None else f"Predicts {self.target}. "
        lines = paragraphs([f"{target}Trained with {trained}."])
        return fragment(*lines, estimator_html_repr(self.estimator))

    @property
    def changed_versions(self) -> tuple[str, ...]:
        """The packages that have another version now, each with both versions."""
        installed = versions()
        return tuple(
            f"{name} {version} (now {installed[name]})"
            for name, version in self.versions.items()
            if installed[name] != version
        )


def save_model(
    estimator: CandidateClassifier | CandidateRegressor,
    path: str | os.PathLike[str],
    *,
    target: str | None = None,
) -> None:
    """Save a fitted candidate of a study with skops.

    Parameters
    ----------
    estimator : CandidateClassifier or CandidateRegressor
        Fitted.
    path : str or os.PathLike
        An existing file is replaced once the new one is complete. The usual suffix is .skops.
    target : str, optional
        The name of the target, which `counterpoise predict` leaves out of tables.

    Raises
    ------
    ImportError
        If skops is not installed.

    See Also
    --------
    load_model : Loads it.
    """
    io = import_optional("skops.io", "saving a model")
    check_is_fitted(estimator)
    installed = versions()
    stored = {
        "kind": _KIND,
        "format_version": _FORMAT_VERSION,
        "estimator": estimator,
        "target": target,
        "versions": {name: installed[name] for name in _PACKAGES},
    }
    data = io.dumps(stored, compression=zipfile.ZIP_DEFLATED)
    unfinished = Path(f"{os.fspath(path)}.unfinished")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def load_model(path: str | os.PathLike[str], *, trusted: Sequence[str] = ()) -> SavedModel:
    """Load a model that `save_model` or ``counterpoise study --save-model`` has saved.

    Only classes of counterpoise and scikit-learn, and what skops itself trusts, are loaded. So a
    file from another source cannot run code of its own.

    Parameters
    ----------
    path : str or os.PathLike
    trusted : sequence of str, default=()
        Further types to load, such as ``"lightgbm.sklearn.LGBMClassifier"``. Name only types that
        you know.

    Returns
    -------
    SavedModel

    Raises
    ------
    InputError
        If the file is not a saved model, contains types that are not trusted, or cannot be loaded
        with the installed packages.
    ImportError
        If skops is not installed.

    See Also
    --------
    save_model : Saves it, and has an example.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.study import CandidateClassifier, load_model, save_model
    >>> X, y = make_classification(400, weights=[0.9], random_state=0)
    >>> save_model(CandidateClassifier().fit(X, y), "model.skops")  # doctest: +SKIP
    >>> load_model("model.skops").estimator.predict(X)  # doctest: +SKIP
    """
    io = import_optional("skops.io", "loading a model")
    data = Path(path).read_bytes()
    types = _check_types(io, path, data, trusted)
    stored = _read(io, path, data, types)
    if not isinstance(stored, dict) or stored.get("kind") != _KIND:
        raise _not_a_model(path)
    if stored["format_version"] != _FORMAT_VERSION:
        raise InputError(
            f"{os.fspath(path)} was saved by another version of counterpoise "
            f"({stored['versions']['counterpoise']}). Train and save the model again."
        )
    return SavedModel(stored["estimator"], stored["target"], stored["versions"])


def _not_a_model(path: str | os.PathLike[str]) -> InputError:
    return InputError(
        f"{os.fspath(path)} is not a model that counterpoise has saved, or is damaged. "
        "counterpoise study --save-model saves one."
    )


def _check_types(
    io: Any, path: str | os.PathLike[str], data: bytes, trusted: Sequence[str]
) -> list[str]:
    """Return the types of a saved model that skops does not know, if all of them are trusted."""
    try:
        types: list[str] = io.get_untrusted_types(data=data)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError) as error:
        raise _not_a_model(path) from error
    gone = [name for name in types if _is_of_packages(name) and _find(name) is None]
    if gone:
        raise InputError(
            f"{os.fspath(path)} was saved by another version: it contains {gone[0]}, which the "
            "installed version does not have. Train and save the model again."
        )
    unknown = sorted(_unknown(types).difference(trusted))
    if unknown:
        listed = " ".join(f"--trust {name}" for name in unknown)
        raise InputError(
            f"{os.fspath(path)} contains types that are not of counterpoise or scikit-learn: "
            f"{', '.join(unknown)}. Loading them can run code. If you know them and trust the "
            f"source of the file, use trusted={unknown} ({listed})."
        )
    return types


def _read(io: Any, path: str | os.PathLike[str], data: bytes, types: list[str]) -> Any:
    """Return what is stored in a file whose types are trusted."""
    try:
        return io.loads(data, trusted=types)
    except ModuleNotFoundError as error:
        raise InputError(
            f"{os.fspath(path)} needs the module {error.name!r}, which is not installed. Install "
            f"its package, for example with: pip install {str(error.name).partition('.')[0]}"
        ) from error
    except (ImportError, AttributeError, TypeError, ValueError, KeyError) as error:
        raise InputError(
            f"{os.fspath(path)} cannot be loaded with the installed versions of its packages "
            f"({type(error).__name__}: {error}). Train and save the model again."
        ) from error


def types_to_trust(path: str | os.PathLike[str]) -> list[str]:
    """Return the types of a saved model that `load_model` only loads if they are trusted."""
    io = import_optional("skops.io", "loading a model")
    return sorted(_unknown(io.get_untrusted_types(file=path)))


def _unknown(types: Iterable[str]) -> set[str]:
    """Return the types that are not trusted without the user."""
    return {name for name in types if name not in _TRUSTED and not _is_own_class(name)}


def _is_own_class(name: str) -> bool:
    """Return whether a module of the two packages defines this class, and not only imports it."""
    found = _find(name) if _is_of_packages(name) else None
    return isinstance(found, type) and found.__module__ == name.rpartition(".")[0]


def _is_of_packages(name: str) -> bool:
    """Return whether a type is named as one of counterpoise or scikit-learn."""
    module = name.rpartition(".")[0]
    is_run = module.endswith("__main__")
    return module.partition(".")[0] in ("counterpoise", "sklearn") and not is_run


def _find(name: str) -> Any:
    """Return the object of this name; None if the installed version has none.

    Modules of counterpoise and scikit-learn do nothing when they are imported.
    """
    module, _, attribute = name.rpartition(".")
    try:
        return getattr(import_module(module), attribute, None)
    except ImportError:
        return None
