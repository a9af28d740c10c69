"""Benchmark of 27 imbalanced data sets, downloaded once and kept in a folder.

Reference: Ding (2011), "Diversified ensemble classifiers for highly imbalanced data learning and
their application in bioinformatics", dissertation, Georgia State University.
"""

from __future__ import annotations

import gzip
import os
import sys
import tarfile
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from difflib import get_close_matches
from functools import partial
from numbers import Integral
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import Bunch, check_random_state

from counterpoise._lib.types import Seed
from counterpoise.datasets._download import Progress, download, find_checksum_problem
from counterpoise.exceptions import DownloadError, InputError

__all__ = ["BENCHMARK_DATASETS", "BenchmarkDataset", "fetch_datasets"]

ARCHIVE_URL = "https://zenodo.org/record/61452/files/benchmark-imbalanced-learn.tar.gz"
_FOLDER = "zenodo"  # as in imbalanced-learn, so that files which it downloaded are found
_BLOCK = 1 << 20  # bytes read at a time


class BenchmarkDataset(NamedTuple):
    """Description of a benchmark data set.

    Attributes
    ----------
    id : int
        Its number, from 1, as in imbalanced-learn.
    name : str
        Its name, as in imbalanced-learn.
    source : str
        Where the data come from, and which class is the minority class.
    ratio : str
        Number of majority samples to each minority sample, such as ``"42:1"``.
    n_rows, n_columns : int
        Number of samples and of features.
    """

    id: int
    name: str
    source: str
    ratio: str
    n_rows: int
    n_columns: int


_ROWS: tuple[tuple[str, str, str, int, int], ...] = (
    ("ecoli", "UCI, target: imU", "8.6:1", 336, 7),
    ("optical_digits", "UCI, target: 8", "9.1:1", 5620, 64),
    ("satimage", "UCI, target: 4", "9.3:1", 6435, 36),
    ("pen_digits", "UCI, target: 5", "9.4:1", 10992, 16),
    ("abalone", "UCI, target: 7", "9.7:1", 4177, 10),
    ("sick_euthyroid", "UCI, target: sick euthyroid", "9.8:1", 3163, 42),
    ("spectrometer", "UCI, target: >=44", "11:1", 531, 93),
    ("car_eval_34", "UCI, target: good, v good", "12:1", 1728, 21),
    ("isolet", "UCI, target: A, B", "12:1", 7797, 617),
    ("us_crime", "UCI, target: >0.65", "12:1", 1994, 100),
    ("yeast_ml8", "LIBSVM, target: 8", "13:1", 2417, 103),
    ("scene", "LIBSVM, target: >one label", "13:1", 2407, 294),
    ("libras_move", "UCI, target: 1", "14:1", 360, 90),
    ("thyroid_sick", "UCI, target: sick", "15:1", 3772, 52),
    ("coil_2000", "KDD, CoIL, target: minority", "16:1", 9822, 85),
    ("arrhythmia", "UCI, target: 06", "17:1", 452, 278),
    ("solar_flare_m0", "UCI, target: M->0", "19:1", 1389, 32),
    ("oil", "UCI, target: minority", "22:1", 937, 49),
    ("car_eval_4", "UCI, target: vgood", "26:1", 1728, 21),
    ("wine_quality", "UCI, wine, target: <=4", "26:1", 4898, 11),
    ("letter_img", "UCI, target: Z", "26:1", 20000, 16),
    ("yeast_me2", "UCI, target: ME2", "28:1", 1484, 8),
    ("webpage", "LIBSVM, w7a, target: minority", "33:1", 34780, 300),
    ("ozone_level", "UCI, ozone, data", "34:1", 2536, 72),
    ("mammography", "UCI, target: minority", "42:1", 11183, 6),
    ("protein_homo", "KDD CUP 2004, minority", "111:1", 145751, 74),
    ("abalone_19", "UCI, target: 19", "130:1", 4177, 10),
)
BENCHMARK_DATASETS = tuple(
    BenchmarkDataset(number, *row) for number, row in enumerate(_ROWS, start=1)
)
_BY_NAME = {benchmark.name: benchmark for benchmark in BENCHMARK_DATASETS}


def fetch_datasets(
    *,
    data_home: str | os.PathLike[str] | None = None,
    filter_data: Sequence[str | int] | None = None,
    download_if_missing: bool = True,
    random_state: Seed = None,
    shuffle: bool = False,
    verbose: bool = False,
    url: str | None = None,
    checksum: str | None = None,
    progress: Progress | None = None,
) -> OrderedDict[str, Bunch]:
    """Load the 27 benchmark data sets for imbalanced classification, downloading them if necessary.

    All data sets are in one archive, which is downloaded and extracted once. `BENCHMARK_DATASETS`
    lists them.

    Parameters
    ----------
    data_home : str or path, default=None
        The data sets are kept in its subfolder ``zenodo``. If None, the folder is that of the
        environment variable COUNTERPOISE_DATA, or ``~/counterpoise_data``. The folder of
        imbalanced-learn, ``~/scikit_learn_data``, can be used too.
    filter_data : sequence of str or int, default=None
        Names or numbers of the data sets to load, in this order. If None, all are loaded.
    download_if_missing : bool, default=True
        Whether to download data sets that are not in the folder. If False, a missing data set is
        an error.
    random_state : int, RandomState instance or None, default=None
        Seed or random number generator for shuffling.
    shuffle : bool, default=False
        Whether to shuffle the samples.
    verbose : bool, default=False
        Whether to print the progress of the download to standard error.
    url : str, default=None
        Address of the archive, if it is not the public one.
    checksum : str, default=None
        Checksum of the archive, such as ``"sha256:d7a8fb…"``. With or without it, the archive is
        checked: it must be readable to its end and contain all data sets.
    progress : callable, default=None
        Called as ``progress(bytes_received, total_bytes)``. The total is None if the server does
        not send it.

    Returns
    -------
    OrderedDict of str to Bunch
        The data sets by name. Each has ``data``, an ndarray of shape (n_samples, n_features),
        ``target``, an ndarray of shape (n_samples,) with 1 for the minority class and −1 for the
        majority class, and ``DESCR``, its name.

    Raises
    ------
    InputError
        If there is no data set with a requested name or number.
    DownloadError
        If a data set is not in the folder and cannot be downloaded, or if its file is damaged. It
        is also an OSError.

    Notes
    -----
    An interrupted download resumes where it stopped. A damaged archive is deleted and downloaded
    once more. If you copy the archive into the folder yourself, nothing is downloaded.

    References
    ----------
    Z. Ding, "Diversified ensemble classifiers for highly imbalanced data learning and their
    application in bioinformatics", dissertation, Georgia State University (2011).

    Examples
    --------
    >>> from counterpoise.datasets import BENCHMARK_DATASETS, fetch_datasets
    >>> len(BENCHMARK_DATASETS)
    27
    >>> BENCHMARK_DATASETS[24]
    BenchmarkDataset(id=25, name='mammography', source='UCI, target: minority', ratio='42:1',
              n_rows=11183, n_columns=6)

    Data sets that are in the folder are not downloaded. In this example, the folder contains a
    data set of four samples:

    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Path(folder, "zenodo").mkdir()
    ...     np.savez(Path(folder, "zenodo", "x25data.npz"), data=np.eye(4), label=[1, -1, -1, -1])
    ...     datasets = fetch_datasets(data_home=folder, filter_data=("mammography",))
    >>> datasets["mammography"].target
    array([ 1, -1, -1, -1])
    """
    selected = list(BENCHMARK_DATASETS) if filter_data is None else _select_benchmarks(filter_data)
    folder = _find_data_home(data_home) / _FOLDER
    address = url or ARCHIVE_URL
    missing = [b.name for b in selected if not (folder / _file_name(b)).is_file()]
    if missing and not download_if_missing:
        raise DownloadError(
            f"{missing[0]} is not in {folder}, and download_if_missing is False. To download "
            f"{address}, set download_if_missing=True.",
            address,
            str(folder),
        )
    if missing:
        _download_archive(address, folder, checksum, _build_progress(address, verbose, progress))
    datasets: OrderedDict[str, Bunch] = OrderedDict()
    for benchmark in selected:
        X, y = _load_file(folder / _file_name(benchmark), address)
        if shuffle:  # with the same seed for each data set, as in imbalanced-learn
            order = np.arange(len(X))
            check_random_state(random_state).shuffle(order)
            X, y = X[order], y[order]
        datasets[benchmark.name] = Bunch(data=X, target=y, DESCR=benchmark.name)
    return datasets


def _select_benchmarks(chosen: Sequence[str | int]) -> list[BenchmarkDataset]:
    if isinstance(chosen, str) or not hasattr(chosen, "__iter__"):
        raise InputError(
            "filter_data must be a sequence of names or numbers, such as ('ecoli', 25); got "
            f"{chosen!r}."
        )
    return [_find_benchmark(entry) for entry in chosen]


def _find_benchmark(entry: str | int) -> BenchmarkDataset:
    if isinstance(entry, str):
        if entry not in _BY_NAME:
            similar = get_close_matches(entry, _BY_NAME, n=1)
            available = f"Available: {', '.join(_BY_NAME)}."
            hint = f"Did you mean {similar[0]!r}?" if similar else available
            raise InputError(f"{entry!r} is not a dataset available for download. {hint}")
        return _BY_NAME[entry]
    if not isinstance(entry, Integral) or isinstance(entry, bool):
        raise InputError(
            "Each value in the tuple filter_data must be the name (str) or the number (int) of a "
            f"data set; got {entry!r} of type {type(entry).__name__}."
        )
    if not 1 <= entry <= len(BENCHMARK_DATASETS):
        raise InputError(
            f"There is no dataset with the ID={entry}. The IDs are 1 to {len(BENCHMARK_DATASETS)}."
        )
    return BENCHMARK_DATASETS[int(entry) - 1]


def _find_data_home(data_home: str | os.PathLike[str] | None) -> Path:
    home = data_home or os.environ.get("COUNTERPOISE_DATA") or "~/counterpoise_data"
    return Path(home).expanduser()


def _file_name(benchmark: BenchmarkDataset) -> str:
    """Return the name of a data set's file in the archive and in the folder."""
    return f"x{benchmark.id}data.npz"


# ---- Archive ----


def _download_archive(
    url: str, folder: Path, checksum: str | None, progress: Progress | None
) -> None:
    archive = folder / Path(ARCHIVE_URL).name
    find_problem = partial(_find_problem, checksum=checksum)
    if not archive.is_file() or find_problem(archive) is not None:
        download(url, archive, find_problem=find_problem, progress=progress)
    _extract(archive)
    archive.unlink(missing_ok=True)


def _find_problem(archive: Path, checksum: str | None) -> str | None:
    """Describe what is wrong with an archive; return None if it is usable."""
    if checksum is not None and (problem := find_checksum_problem(archive, checksum)) is not None:
        return problem
    try:
        # gzip stores a checksum of its content at the end, so the file must be read to the end.
        with gzip.open(archive) as stream:
            while stream.read(_BLOCK):
                pass
        with tarfile.open(archive, "r:gz") as tar:
            names = {member.name.removeprefix("./") for member in tar if member.isfile()}
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        return f"it cannot be extracted ({error})"
    missing = [b.name for b in BENCHMARK_DATASETS if _file_name(b) not in names]
    return f"it does not contain {', '.join(missing)}" if missing else None


def _extract(archive: Path) -> None:
    """Extract the data sets of an archive, and no other file that may be in it.

    Names are compared with the known ones, so a name such as ``../x`` cannot write outside the
    folder.
    """
    expected = {_file_name(benchmark) for benchmark in BENCHMARK_DATASETS}
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            name = member.name.removeprefix("./")
            stream = tar.extractfile(member) if name in expected else None
            if stream is None:
                continue
            partial_file = archive.parent / f"{name}.part"
            with partial_file.open("wb") as file:
                while block := stream.read(_BLOCK):
                    file.write(block)
            partial_file.replace(archive.parent / name)


def _load_file(path: Path, url: str) -> tuple[Any, Any]:
    try:
        with path.open("rb") as file, np.load(file) as arrays:
            return arrays["data"], arrays["label"]
    except (OSError, ValueError, EOFError, KeyError, zlib.error, zipfile.BadZipFile) as error:
        raise DownloadError(
            f"{path} is damaged ({error}). Delete this file to download it again.",
            url,
            str(path.parent),
        ) from error


def _build_progress(url: str, verbose: bool, progress: Progress | None) -> Progress | None:
    """Return a progress callback that, if `verbose`, also prints a line for each 10%."""
    if not verbose:
        return progress
    print(f"Downloading {url}", file=sys.stderr)
    last_printed = 0

    def report(received: int, total: int | None) -> None:
        nonlocal last_printed
        if progress is not None:
            progress(received, total)
        # Without a known total, a line for each 10 MiB.
        step = 10 * received // total if total else received // (10 * _BLOCK)
        if step > last_printed:
            last_printed = step
            of_total = f" of {total:,}" if total else ""
            print(f"  {received:,}{of_total} bytes", file=sys.stderr)

    return report
