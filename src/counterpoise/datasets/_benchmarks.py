"""The benchmark of 27 imbalanced tables, fetched once and kept.

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
from counterpoise.datasets._download import Progress, digest_problem, download
from counterpoise.exceptions import DownloadError, InputError

__all__ = ["BENCHMARKS", "Benchmark", "fetch_datasets"]

ARCHIVE_URL = "https://zenodo.org/record/61452/files/benchmark-imbalanced-learn.tar.gz"
_FOLDER = "zenodo"  # as imbalanced-learn calls it, so that its tables are found
_BLOCK = 1 << 20


class Benchmark(NamedTuple):
    """What is known of a table before it is fetched."""

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
BENCHMARKS = tuple(Benchmark(number, *row) for number, row in enumerate(_ROWS, start=1))
_BY_NAME = {benchmark.name: benchmark for benchmark in BENCHMARKS}


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
    """Load the 27 benchmark tables of imbalanced classification; fetch them the first time.

    All come in one archive, which is fetched and unpacked once. `BENCHMARKS` says what they are.

    Parameters
    ----------
    data_home : str or path, default=None
        The folder under which tables are kept, in ``zenodo``. By default what the environment
        variable COUNTERPOISE_DATA says, or ``~/counterpoise_data``. The folder that
        imbalanced-learn filled, ``~/scikit_learn_data``, serves as well.
    filter_data : sequence of str or int, default=None
        Names or numbers of the tables wanted, in the order in which they shall come; all by
        default.
    download_if_missing : bool, default=True
        Whether what is not there may be fetched; otherwise it is an error.
    random_state : int, RandomState or None, default=None
        Seed of the shuffling.
    shuffle : bool, default=False
        Whether to bring the rows into random order.
    verbose : bool, default=False
        Tell how far the transfer is, on standard error.
    url : str, default=None
        Where the archive is, if not at its public address.
    checksum : str, default=None
        The archive's, such as ``"sha256:d7a8fb…"``. With or without one, the archive must unpack
        without an error, and have every table.
    progress : callable, default=None
        Called as ``progress(bytes_there, bytes_in_all)``; the latter None where the server does
        not say.

    Returns
    -------
    OrderedDict of str to Bunch
        By name; each with ``data``, ndarray of shape (n_rows, n_columns), ``target``, ndarray of
        shape (n_rows,) that holds 1 for the rare class and −1 for the other, and ``DESCR``, the
        name.

    Raises
    ------
    InputError
        If a table is asked for that there is not.
    DownloadError
        If a table is neither there nor can be fetched, or is damaged. It is an OSError too.

    Notes
    -----
    A transfer that broke off goes on where it was; an archive that is damaged is thrown away and
    fetched again, once. An archive that was put into the folder by hand is used.

    References
    ----------
    Z. Ding, "Diversified ensemble classifiers for highly imbalanced data learning and their
    application in bioinformatics", dissertation, Georgia State University (2011).

    Examples
    --------
    >>> from counterpoise.datasets import BENCHMARKS, fetch_datasets
    >>> len(BENCHMARKS)
    27
    >>> BENCHMARKS[24]
    Benchmark(id=25, name='mammography', source='UCI, target: minority', ratio='42:1',
              n_rows=11183, n_columns=6)

    What is in the folder is not fetched; here it is a table of four rows:

    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Path(folder, "zenodo").mkdir()
    ...     np.savez(Path(folder, "zenodo", "x25data.npz"), data=np.eye(4), label=[1, -1, -1, -1])
    ...     tables = fetch_datasets(data_home=folder, filter_data=("mammography",))
    >>> tables["mammography"].target
    array([ 1, -1, -1, -1])
    """
    wanted = list(BENCHMARKS) if filter_data is None else _wanted(filter_data)
    folder = _home(data_home) / _FOLDER
    address = url or ARCHIVE_URL
    missing = [benchmark.name for benchmark in wanted if not _file(folder, benchmark).is_file()]
    if missing and not download_if_missing:
        raise DownloadError(
            f"{missing[0]} is not in {folder}, and download_if_missing is False. Set it to True "
            f"to fetch {address}.",
            address,
            str(folder),
        )
    if missing:
        _fetch(address, folder, checksum, _reports(address, verbose, progress))
    tables: OrderedDict[str, Bunch] = OrderedDict()
    for benchmark in wanted:
        X, y = _load(_file(folder, benchmark), address)
        if shuffle:  # each table anew from the seed, as imbalanced-learn does
            order = np.arange(len(X))
            check_random_state(random_state).shuffle(order)
            X, y = X[order], y[order]
        tables[benchmark.name] = Bunch(data=X, target=y, DESCR=benchmark.name)
    return tables


def _wanted(chosen: Sequence[str | int]) -> list[Benchmark]:
    if isinstance(chosen, str) or not hasattr(chosen, "__iter__"):
        raise InputError(
            "filter_data must be a sequence of names or numbers, such as ('ecoli', 25); got "
            f"{chosen!r}."
        )
    return [_one(entry) for entry in chosen]


def _one(entry: str | int) -> Benchmark:
    if isinstance(entry, str):
        if entry not in _BY_NAME:
            near = get_close_matches(entry, _BY_NAME, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(_BY_NAME)}."
            raise InputError(f"There is no benchmark table {entry!r}. {hint}")
        return _BY_NAME[entry]
    if not isinstance(entry, Integral) or isinstance(entry, bool):
        raise InputError(
            f"filter_data names tables by str or int; got {entry!r} of type {type(entry).__name__}."
        )
    if not 1 <= entry <= len(BENCHMARKS):
        raise InputError(f"Benchmark tables have the numbers 1 to {len(BENCHMARKS)}; got {entry}.")
    return BENCHMARKS[int(entry) - 1]


def _home(data_home: str | os.PathLike[str] | None) -> Path:
    home = data_home or os.environ.get("COUNTERPOISE_DATA") or "~/counterpoise_data"
    return Path(home).expanduser()


def _file(folder: Path, benchmark: Benchmark) -> Path:
    return folder / _member(benchmark)


def _member(benchmark: Benchmark) -> str:
    return f"x{benchmark.id}data.npz"


# ---- The archive ----


def _fetch(url: str, folder: Path, checksum: str | None, progress: Progress | None) -> None:
    archive = folder / Path(ARCHIVE_URL).name
    problem = partial(_problem, checksum=checksum)
    if not archive.is_file() or problem(archive) is not None:
        download(url, archive, problem=problem, progress=progress)
    _unpack(archive)
    archive.unlink(missing_ok=True)


def _problem(archive: Path, checksum: str | None) -> str | None:
    """Say what is wrong with an archive; None if nothing is."""
    if checksum is not None and (wrong := digest_problem(archive, checksum)) is not None:
        return wrong
    try:
        with gzip.open(archive) as stream:  # to its end, where it says what it must add up to
            while stream.read(_BLOCK):
                pass
        with tarfile.open(archive, "r:gz") as tar:
            names = {member.name.removeprefix("./") for member in tar if member.isfile()}
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        return f"it does not unpack ({error})"
    absent = [b.name for b in BENCHMARKS if _member(b) not in names]
    return f"{', '.join(absent)} are not in it" if absent else None


def _unpack(archive: Path) -> None:
    """Write each table of an archive, and nothing else that may be in it."""
    wanted = {_member(benchmark) for benchmark in BENCHMARKS}
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            name = member.name.removeprefix("./")
            stream = tar.extractfile(member) if name in wanted else None
            if stream is None:
                continue
            part = archive.parent / f"{name}.part"
            with part.open("wb") as file:
                while block := stream.read(_BLOCK):
                    file.write(block)
            part.replace(archive.parent / name)


def _load(path: Path, url: str) -> tuple[Any, Any]:
    try:
        with path.open("rb") as file, np.load(file) as arrays:
            return arrays["data"], arrays["label"]
    except (OSError, ValueError, EOFError, KeyError, zlib.error, zipfile.BadZipFile) as error:
        raise DownloadError(
            f"{path} is damaged ({error}). Delete it, and it will be fetched again.",
            url,
            str(path.parent),
        ) from error


def _reports(url: str, verbose: bool, progress: Progress | None) -> Progress | None:
    """Return what is told of progress; with `verbose`, a line for each tenth as well."""
    if not verbose:
        return progress
    print(f"Fetching {url}", file=sys.stderr)
    told = 0

    def report(done: int, total: int | None) -> None:
        nonlocal told
        if progress is not None:
            progress(done, total)
        tenth = 10 * done // total if total else done // (10 * _BLOCK)
        if tenth > told:
            told = tenth
            share = f" of {total:,}" if total else ""
            print(f"  {done:,}{share} bytes", file=sys.stderr)

    return report
