"""The tutorial from end to end: facts, pictures, page, files."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from textwrap import fill
from typing import Protocol

import numpy as np

from counterpoise.tutorial.experiment import Experiment, Sample, run_experiment
from counterpoise.tutorial.findings import find, number
from counterpoise.tutorial.luck import METRICS, MODELS, Luck, check_n_seeds, run_luck
from counterpoise.tutorial.page import render
from counterpoise.tutorial.pictures import Picture, draw_all, to_png, to_svg

STAGES = ("data sets and machines", "other seeds", "pictures", "files")


class Progress(Protocol):
    """What ``run_tutorial`` calls to say how far it is.

    It is called from the caller's own thread, stage after stage in the order of ``STAGES``: with
    ``done`` 0 when a stage begins, after each step, and with ``done == total`` when it is over.
    """

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note that ``done`` of ``total`` steps of a stage are done."""


@dataclass(frozen=True)
class Tutorial:
    """What ``run_tutorial`` found and wrote.

    Attributes
    ----------
    experiment : Experiment
        The facts of the tutorial's own seed.
    luck : Luck
        The facts of the other seeds.
    folder : pathlib.Path
        Where the files are.
    files : tuple of pathlib.Path
        All of them; the page is first.
    """

    experiment: Experiment
    luck: Luck
    folder: Path
    files: tuple[Path, ...]

    @property
    def page(self) -> Path:
        """The page, ``index.html``."""
        return self.files[0]


def run_tutorial(
    out: str | os.PathLike[str],
    *,
    n_seeds: int = 50,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> Tutorial:
    """Run the tutorial and write its page, its pictures and its tables.

    Parameters
    ----------
    out : str or os.PathLike
        The folder to write to; it is made where it does not exist. Files of the tutorial's names
        are replaced, others are left alone.
    n_seeds : int, default=50
        How many other seeds the experiment is repeated with, at least 2.
    n_jobs : int, optional
        Seeds worked on at a time, as joblib counts them. It does not change the result.
    progress : Progress, optional
        Called as ``progress(stage, done, total)``, see ``Progress``.

    Returns
    -------
    Tutorial
        The facts, and the paths of the files.

    Raises
    ------
    NotADirectoryError
        If ``out``, or a folder above it, is a file.
    ValueError
        If ``n_seeds`` is below 2.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     tutorial = run_tutorial(folder, n_seeds=2)
    ...     tutorial.page.name, len(tutorial.files)
    ('index.html', 23)
    """
    check_n_seeds(n_seeds)
    folder = _open_folder(out)
    telling = [partial(progress, stage) if progress is not None else None for stage in STAGES]
    experiment = run_experiment(telling[0])
    luck = run_luck(n_seeds, n_jobs=n_jobs, report=telling[1])
    drawn = draw_all(experiment, luck, telling[2])
    files = _write_all(folder, _contents(experiment, luck, drawn), telling[3])
    return Tutorial(experiment, luck, folder, files)


def summary(tutorial: Tutorial) -> str:
    """Tell the luck table, what it says, and where the files are, in 80 columns.

    Parameters
    ----------
    tutorial : Tutorial
        As ``run_tutorial`` returns it.

    Returns
    -------
    str
        Several lines.

    Examples
    --------
    >>> page = Path("out/index.html")
    >>> tutorial = Tutorial(run_experiment(), run_luck(2), page.parent, (page,))
    >>> summary(tutorial).splitlines()[0]
    'Mean over 2 other seeds, ± half of its 95 % interval'
    """
    luck = tutorial.luck
    widths = (15, *(13 for _ in MODELS))
    lines = [
        f"Mean over {len(luck.seeds)} other seeds, ± half of its 95 % interval",
        "",
        *("".join(map(_fit, row, widths)).rstrip() for row in table_rows(luck)),
        "",
        "Brackets hold 95 % intervals.",
    ]
    for finding in find(luck):
        lines += fill(finding.text, 79, initial_indent="- ", subsequent_indent="  ").split("\n")
    lines += [
        "",
        f"The page: {tutorial.page}",
        f"Beside it: {len(tutorial.files) - 1} pictures (PNG) and tables (CSV).",
    ]
    return "\n".join(lines)


def table_rows(luck: Luck) -> list[list[str]]:
    """Write the luck table as text: a heading row, then one row for each metric.

    Parameters
    ----------
    luck : Luck
        With scores of shape (n_seeds, n_models, n_metrics).

    Returns
    -------
    list of list of str
        9 rows of 6 cells.

    Examples
    --------
    >>> from counterpoise.tutorial.luck import run_luck
    >>> table_rows(run_luck(2))[0]
    ['', 'base', 'imbalanced', 'weighted', 'over-sampled', "SMOTE'd"]
    """
    heading = ["", *(model.name for model in MODELS)]
    return [heading] + [
        [
            row[0].metric.short,
            *(f"{number(c.interval.mean)} ±{number(c.interval.half_width)}" for c in row),
        ]
        for row in luck.table
    ]


def write_sample(sample: Sample) -> bytes:
    r"""Write a sample as a CSV file with the columns feature_1, feature_2 and label.

    Parameters
    ----------
    sample : Sample
        With points of shape (n, 2).

    Returns
    -------
    bytes
        Of n + 1 lines; each number has the fewest digits that read back as the same float64.

    Examples
    --------
    >>> import numpy as np
    >>> write_sample(Sample(np.array([[0.1, 1 / 3]]), np.array([1])))
    b'feature_1,feature_2,label\n0.1,0.3333333333333333,1\n'
    """
    features = sample.points.tolist()
    rows = ([*point, label] for point, label in zip(features, sample.labels.tolist(), strict=True))
    return _write_csv(["feature_1", "feature_2", "label"], rows)


def _fit(cell: str, width: int) -> str:
    return f"{cell:<{width}}"


def _open_folder(out: str | os.PathLike[str]) -> Path:
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise NotADirectoryError(
            f"The tutorial writes a page and some files into a folder; {str(folder)!r} is a file, "
            f"or lies below one. Name another folder, or move that file."
        ) from None
    return folder


def _contents(
    experiment: Experiment, luck: Luck, drawn: dict[str, Picture]
) -> dict[str, Callable[[], bytes]]:
    """Say how each file is made; the work is done when its turn comes."""

    def write_page() -> bytes:
        svgs = {name: to_svg(figure, name) for name, figure in drawn.items()}
        return render(experiment, luck, svgs).encode()

    return {
        "index.html": write_page,
        **{f"{name}.png": partial(to_png, figure) for name, figure in drawn.items()},
        **{name: partial(write_sample, table) for name, table in experiment.tables.items()},
        "luck.csv": partial(_write_luck, luck),
    }


def _write_all(
    folder: Path,
    contents: dict[str, Callable[[], bytes]],
    report: Callable[[int, int], None] | None,
) -> tuple[Path, ...]:
    paths = [folder / name for name in contents]
    for done, (path, content) in enumerate(zip(paths, contents.values(), strict=True)):
        if report is not None:
            report(done, len(paths))
        _put(path, content())
    if report is not None:
        report(len(paths), len(paths))
    return tuple(paths)


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a broken run leaves no half file under its name."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write_luck(luck: Luck) -> bytes:
    heading = [
        "seed",
        "model",
        *(metric.key for metric in METRICS),
        "alarms",
        "flat",
        "rounding_auc",
    ]
    rows = (
        [
            seed,
            model.key,
            *("" if np.isnan(score) else score for score in luck.scores[s, m].tolist()),
            int(luck.alarms[s, m]),
            bool(luck.flat[s, m]),
            float(luck.rounding_auc[s, m]),
        ]
        for s, seed in enumerate(luck.seeds)
        for m, model in enumerate(MODELS)
    )
    return _write_csv(heading, rows)


def _write_csv(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    # The csv module writes a float with repr, which reads back as the same bits.
    stream = StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return stream.getvalue().encode()
