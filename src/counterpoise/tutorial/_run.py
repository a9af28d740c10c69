"""Run the whole tutorial and write its files: the page, its pictures and tables."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from pathlib import Path
from textwrap import fill

import numpy as np

from counterpoise._lib.format_text import format_number
from counterpoise._lib.types import Progress
from counterpoise.tutorial._experiment import run_experiment
from counterpoise.tutorial._findings import compute_findings
from counterpoise.tutorial._page import render
from counterpoise.tutorial._pictures import Picture, draw_all, to_png, to_svg
from counterpoise.tutorial._records import Dataset, Experiment
from counterpoise.tutorial._repetitions import (
    METRICS,
    MODELS,
    Repetitions,
    check_n_seeds,
    run_repetitions,
)

STAGES = ("data sets and SVMs", "repetitions with other seeds", "pictures", "files")

_MODEL_NOTES = """\
Models: linear SVMs. Class 1, the minority class, is the positive class.
  balanced      trained on 350 + 350 real samples
  baseline      trained on 340 + 10 samples, without resampling
  class weight  as the baseline, with class_weight="balanced"
  oversampling  as the baseline, after random oversampling
  SMOTE         as the baseline, after SMOTE with k = 8
1:1 and 34:1 are class ratios of the test samples.
"""


@dataclass(frozen=True)
class Tutorial:
    """Results and files of `run_tutorial`.

    Attributes
    ----------
    experiment : Experiment
        Results with the tutorial's own seed.
    repetitions : Repetitions
        Results with the other seeds.
    folder : pathlib.Path
        The folder with the files.
    files : tuple of pathlib.Path
        All files that were written; the page is first.
    """

    experiment: Experiment = field(repr=False)
    repetitions: Repetitions = field(repr=False)
    folder: Path
    files: tuple[Path, ...]

    @property
    def page(self) -> Path:
        """Path of the page, ``index.html``."""
        return self.files[0]


def run_tutorial(
    out: str | os.PathLike[str],
    *,
    n_seeds: int = 50,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> Tutorial:
    """Run the tutorial and write its page, pictures and tables.

    Parameters
    ----------
    out : str or os.PathLike
        The folder to write to; it is created if it does not exist. Existing files with the same
        names are replaced; other files stay as they are.
    n_seeds : int, default=50
        The number of other seeds with which the experiment is repeated, at least 2.
    n_jobs : int, default=None
        The number of seeds to work on in parallel, as in joblib. It does not change the result.
    progress : Progress, optional
        Called as ``progress(stage, done, total)``; for each stage of ``STAGES``.

    Returns
    -------
    Tutorial
        The results and the paths of the files.

    Raises
    ------
    NotADirectoryError
        If ``out``, or a folder above it, is a file.
    ValueError
        If ``n_seeds`` is less than 2.

    Examples
    --------
    >>> tutorial = run_tutorial("tutorial", n_seeds=2)  # doctest: +SKIP
    >>> tutorial.page.name, len(tutorial.files)  # doctest: +SKIP
    ('index.html', 22)
    """
    check_n_seeds(n_seeds)
    folder = _create_folder(out)
    reports = [partial(progress, stage) if progress is not None else None for stage in STAGES]
    experiment = run_experiment(reports[0])
    repetitions = run_repetitions(n_seeds, n_jobs=n_jobs, report=reports[1])
    pictures = draw_all(experiment, repetitions, reports[2])
    files = _write_files(folder, _list_files(experiment, repetitions, pictures), reports[3])
    return Tutorial(experiment, repetitions, folder, files)


def summary(tutorial: Tutorial) -> str:
    """Summarize the repetitions, the findings and the files as text of 80 columns.

    Parameters
    ----------
    tutorial : Tutorial
        The result of `run_tutorial`.

    Returns
    -------
    str
        Several lines.

    Examples
    --------
    >>> from counterpoise.tutorial._repetitions import run_repetitions
    >>> page = Path("out/index.html")
    >>> tutorial = Tutorial(run_experiment(), run_repetitions(2), page.parent, (page,))
    >>> summary(tutorial).splitlines()[0]
    'Mean ± half-width of its 95% confidence interval, over 2 seeds'
    """
    repetitions = tutorial.repetitions
    widths = (15, *(13 for _ in MODELS))
    lines = [
        f"Mean ± half-width of its 95% confidence interval, over {len(repetitions.seeds)} seeds",
        "",
        *("".join(map(_pad, row, widths)).rstrip() for row in table_rows(repetitions)),
        "",
        _MODEL_NOTES,
        "Findings, with 95% confidence intervals in square brackets",
        "",
    ]
    wrap = partial(
        fill, width=79, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False
    )
    lines += [wrap(finding.text) for finding in compute_findings(repetitions)]
    lines += [
        "",
        f"Page: {tutorial.page}",
        f"In the same folder: {len(tutorial.files) - 1} pictures (PNG) and tables (CSV).",
    ]
    return "\n".join(lines)


def table_rows(repetitions: Repetitions) -> list[list[str]]:
    """Format the scores as text: a header row, then one row for each metric.

    Parameters
    ----------
    repetitions : Repetitions
        With scores of shape (n_seeds, n_models, n_metrics).

    Returns
    -------
    list of list of str
        9 rows of 6 values.

    Examples
    --------
    >>> from counterpoise.tutorial._repetitions import run_repetitions
    >>> table_rows(run_repetitions(2))[0]
    ['', 'balanced', 'baseline', 'class weight', 'oversampling', 'SMOTE']
    """
    header = ["", *(model.short for model in MODELS)]
    return [header] + [
        [
            row[0].metric.short,
            *(
                f"{format_number(entry.interval.mean)} ±{format_number(entry.interval.half_width)}"
                for entry in row
            ),
        ]
        for row in repetitions.table
    ]


def dataset_to_csv(dataset: Dataset) -> bytes:
    r"""Convert a data set to CSV with the columns feature_1, feature_2 and target.

    Parameters
    ----------
    dataset : Dataset
        With X of shape (n_samples, 2).

    Returns
    -------
    bytes
        A header and n_samples lines. Each number has as many digits as are needed to read back the
        same float64.

    Examples
    --------
    >>> import numpy as np
    >>> dataset_to_csv(Dataset(np.array([[0.1, 1 / 3]]), np.array([1])))
    b'feature_1,feature_2,target\n0.1,0.3333333333333333,1\n'
    """
    rows = (
        [*features, label]
        for features, label in zip(dataset.X.tolist(), dataset.y.tolist(), strict=True)
    )
    return _to_csv(["feature_1", "feature_2", "target"], rows)


def _pad(text: str, width: int) -> str:
    return f"{text:<{width}}"


def _create_folder(out: str | os.PathLike[str]) -> Path:
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise NotADirectoryError(
            f"The tutorial needs a folder to write to, but {str(folder)!r}, or a folder above it, "
            f"is a file. Choose another folder, or move that file."
        ) from None
    return folder


def _list_files(
    experiment: Experiment, repetitions: Repetitions, pictures: dict[str, Picture]
) -> dict[str, Callable[[], bytes]]:
    """Return the function that produces the content of each file, by file name."""

    def render_page() -> bytes:
        svgs = {name: to_svg(figure, name) for name, figure in pictures.items()}
        return render(experiment, repetitions, svgs).encode()

    return {
        "index.html": render_page,
        **{f"{name}.png": partial(to_png, figure) for name, figure in pictures.items()},
        **{name: partial(dataset_to_csv, table) for name, table in experiment.tables.items()},
        "repetitions.csv": partial(_repetitions_to_csv, repetitions),
    }


def _write_files(
    folder: Path,
    contents: dict[str, Callable[[], bytes]],
    report: Callable[[int, int], None] | None,
) -> tuple[Path, ...]:
    paths = [folder / name for name in contents]
    for done, (path, produce) in enumerate(zip(paths, contents.values(), strict=True)):
        if report is not None:
            report(done, len(paths))
        _write_file(path, produce())
    if report is not None:
        report(len(paths), len(paths))
    return tuple(paths)


def _write_file(path: Path, content: bytes) -> None:
    """Write a file completely or not at all: an interrupted run leaves no partial file."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _repetitions_to_csv(repetitions: Repetitions) -> bytes:
    header = [
        "seed",
        "model",
        *(metric.key for metric in METRICS),
        "n_positive_predictions",
        "has_constant_scores",
        "uncorrected_roc_auc",
    ]
    rows = (
        [
            seed,
            model.key,
            *("" if np.isnan(score) else score for score in repetitions.scores[s, m].tolist()),
            int(repetitions.n_positive_predictions[s, m]),
            bool(repetitions.has_constant_scores[s, m]),
            float(repetitions.uncorrected_roc_auc[s, m]),
        ]
        for s, seed in enumerate(repetitions.seeds)
        for m, model in enumerate(MODELS)
    )
    return _to_csv(header, rows)


def _to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    # The csv module writes a float with repr, which reads back as the same float64.
    stream = StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode()
