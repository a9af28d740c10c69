"""The function `inspect` for label matrices, and the profile that it returns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from counterpoise._lib.format_text import format_number, format_percent
from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise._table import LabelMatrix, as_label_matrix
from counterpoise.multilabel._label_sets import LabelSets
from counterpoise.multilabel._measures import (
    compute_ratios,
    compute_scumble,
    compute_variation,
    find_minority_labels,
)
from counterpoise.profile._records import to_plain
from counterpoise.profile._sections import Section, to_html, to_text
from counterpoise.profile._text import format_count, format_names

__all__ = ["LabelPair", "LabelProfile", "LabelSetSummary", "LabelSummary", "inspect"]

_N_MOST_FREQUENT = 10
# Charte et al. (2015), doi:10.1016/j.neucom.2014.08.091, call data imbalanced above the first two.
# Above the last one, resampling hardly helps, as Charte et al. (2014) found,
# doi:10.1007/978-3-319-07617-1_10.
_IMBALANCED_MEAN_IR, _IMBALANCED_CVIR, _HIGH_SCUMBLE = 1.5, 0.2, 0.1
_K_NEIGHBORS = 5  # the default of MLSMOTE


@dataclass(frozen=True)
class LabelSummary:
    """Frequency of a label.

    Attributes
    ----------
    name : object
        The name of the label, or its column number.
    n_samples : int
        Number of samples that have it.
    share : float
        The same as a share of all samples.
    irlbl : float
        Imbalance ratio: the count of the most frequent label divided by that of this label.
    is_minority : bool
        Whether the imbalance ratio exceeds the mean of all labels.
    scumble : float
        Mean SCUMBLE of the samples that have it.
    """

    name: object
    n_samples: int
    share: float
    irlbl: float
    is_minority: bool
    scumble: float


@dataclass(frozen=True)
class LabelSetSummary:
    """Frequency of a label set.

    Attributes
    ----------
    names : tuple of object
        The labels of the set; empty for samples without a label.
    n_samples : int
        Number of samples that have exactly these labels.
    """

    names: tuple[object, ...]
    n_samples: int


@dataclass(frozen=True)
class LabelPair:
    """Concurrence of a minority label and another label.

    Attributes
    ----------
    minority, other : object
        The names of the two labels.
    n_samples : int
        Number of samples that have both.
    share : float
        The same as a share of the samples with the minority label.
    scumble : float
        SCUMBLE of a sample that has these two labels.
    """

    minority: object
    other: object
    n_samples: int
    share: float
    scumble: float


@dataclass(frozen=True)
class LabelProfile:
    """Profile of a label matrix, as `inspect` returns it.

    Printing it gives text of 80 columns; a notebook shows tables.

    Attributes
    ----------
    n_samples, n_labels : int
        Number of samples and of labels.
    cardinality : float
        Mean number of labels of a sample.
    density : float
        The same divided by the number of labels.
    mean_ir, cvir, scumble : float
        Measures of imbalance and concurrence; see the functions with these names.
    labels : tuple of LabelSummary
        Each label in the order of the columns: `name`, `n_samples`, `share`, `irlbl`,
        `is_minority`, `scumble`.
    labels_per_sample : tuple of int
        Number of samples with 0, 1, 2 and more labels.
    n_label_sets, n_single_label_sets : int
        Number of distinct label sets, and of those that a single sample has.
    label_sets : tuple of LabelSetSummary
        The ten most frequent label sets: `names`, `n_samples`.
    pairs : tuple of LabelPair
        The ten pairs of a minority label and another label that contribute most to SCUMBLE, by
        `n_samples` times `scumble`: `minority`, `other`, `n_samples`, `share`, `scumble`.
    """

    n_samples: int
    n_labels: int
    cardinality: float
    density: float
    mean_ir: float
    cvir: float
    scumble: float
    labels: tuple[LabelSummary, ...]
    labels_per_sample: tuple[int, ...]
    n_label_sets: int
    n_single_label_sets: int
    label_sets: tuple[LabelSetSummary, ...]
    pairs: tuple[LabelPair, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the profile as dictionaries, lists, strings and numbers.

        Returns
        -------
        dict
        """
        plain = to_plain(self)
        assert isinstance(plain, dict)
        return plain

    def __str__(self) -> str:
        return to_text(_build_sections(self))

    # In a terminal, too, the text says more than the fields.
    __repr__ = __str__

    def _repr_html_(self) -> str:
        return to_html(_build_sections(self))


def inspect(y: Any) -> LabelProfile:
    """Inspect the labels of a data set with several labels per sample.

    Parameters
    ----------
    y : {array-like, sparse matrix, dataframe} of shape (n_samples, n_labels)
        Label matrix: 1 or True for each label that a sample has, else 0 or False.

    Returns
    -------
    LabelProfile
        Frequency and imbalance of the labels, the most frequent label sets, and pairs of labels
        that occur together.

    Raises
    ------
    TargetError
        If y is not a label matrix, or no sample has one of the labels.

    See Also
    --------
    counterpoise.inspect : Profile of a table with one class per sample.

    Examples
    --------
    >>> import pandas as pd
    >>> from counterpoise.multilabel import inspect
    >>> y = pd.DataFrame({"news": [1, 1, 1, 1, 1, 0], "chess": [0, 0, 0, 0, 1, 1]})
    >>> profile = inspect(y)
    >>> profile.mean_ir, profile.labels_per_sample
    (1.75, (0, 5, 1))
    >>> profile.pairs[0].minority, profile.pairs[0].other, profile.pairs[0].share
    ('chess', 'news', 0.5)
    """
    labels = as_label_matrix(y)
    ratios, label_sets = compute_ratios(labels), LabelSets.of(labels)
    is_minority = find_minority_labels(ratios)
    scumbles = compute_scumble(labels, ratios)
    return LabelProfile(
        n_samples=labels.n_samples,
        n_labels=labels.n_labels,
        cardinality=float(labels.sizes.mean()),
        density=float(labels.sizes.mean() / labels.n_labels),
        mean_ir=float(ratios.mean()),
        cvir=compute_variation(ratios),
        scumble=float(scumbles.mean()),
        labels=tuple(_summarize_labels(labels, ratios, is_minority, scumbles)),
        labels_per_sample=tuple(np.bincount(labels.sizes).tolist()),
        n_label_sets=len(label_sets.sizes),
        n_single_label_sets=int((label_sets.sizes == 1).sum()),
        label_sets=tuple(_find_most_frequent(labels, label_sets)),
        pairs=tuple(_find_pairs(labels, ratios, is_minority)),
    )


def _summarize_labels(
    labels: LabelMatrix, ratios: Float64Array, is_minority: BoolArray, scumbles: Float64Array
) -> Iterator[LabelSummary]:
    mean_scumbles = scumbles @ labels.indicator / labels.counts
    for j, name in enumerate(labels.names):
        count = int(labels.counts[j])
        yield LabelSummary(
            name,
            count,
            count / labels.n_samples,
            float(ratios[j]),
            bool(is_minority[j]),
            float(mean_scumbles[j]),
        )


def _find_most_frequent(labels: LabelMatrix, label_sets: LabelSets) -> Iterator[LabelSetSummary]:
    order = np.argsort(-label_sets.sizes, kind="stable")[:_N_MOST_FREQUENT]
    first = np.unique(label_sets.of_sample, return_index=True)[1]
    for label_set in order.tolist():
        yield LabelSetSummary(_names_of(labels, first[label_set]), int(label_sets.sizes[label_set]))


def _names_of(labels: LabelMatrix, row: int) -> tuple[object, ...]:
    start, end = labels.indicator.indptr[row : row + 2]
    return tuple(labels.names[j] for j in labels.indicator.indices[start:end])


def _find_pairs(
    labels: LabelMatrix, ratios: Float64Array, is_minority: BoolArray
) -> Iterator[LabelPair]:
    minority, other = np.flatnonzero(is_minority), np.flatnonzero(~is_minority)
    both = (labels.indicator[:, minority].T @ labels.indicator[:, other]).tocoo()
    first, second = minority[both.row], other[both.col]
    scumbles = _scumble_of_pairs(ratios, first, second)
    for place in np.argsort(-both.data * scumbles, kind="stable")[:_N_MOST_FREQUENT]:
        i, j, count = first[place], second[place], int(both.data[place])
        share = float(count / labels.counts[i])
        yield LabelPair(labels.names[i], labels.names[j], count, share, float(scumbles[place]))


def _scumble_of_pairs(ratios: Float64Array, first: IntArray, second: IntArray) -> Float64Array:
    arithmetic = (ratios[first] + ratios[second]) / 2
    scumbles: Float64Array = 1 - np.sqrt(ratios[first] * ratios[second]) / arithmetic
    return scumbles


# ---- Text ----


def _build_sections(profile: LabelProfile) -> list[Section]:
    sections = [_describe_size(profile), _describe_labels(profile), _describe_label_sets(profile)]
    if profile.pairs:
        sections.append(_describe_pairs(profile))
    notes = tuple(_find_notes(profile))
    return [*sections, Section("Notes", lines=notes)] if notes else sections


def _describe_size(profile: LabelProfile) -> Section:
    density, mean_ir = format_number(profile.density), format_number(profile.mean_ir, 2)
    sizes, cvir = _list_sizes(profile.labels_per_sample), format_number(profile.cvir, 2)
    return Section(
        f"{format_count(profile.n_samples, 'sample')}, {format_count(profile.n_labels, 'label')}",
        lines=(
            f"Labels per sample: {profile.cardinality:.2f} on average (density {density}); {sizes}",
            f"Imbalance between labels: MeanIR {mean_ir}, CVIR {cvir}",
            f"Concurrence of frequent and rare labels: SCUMBLE {format_number(profile.scumble)}",
        ),
    )


def _list_sizes(labels_per_sample: tuple[int, ...]) -> str:
    sizes = [(size, count) for size, count in enumerate(labels_per_sample) if count]
    shown = [f"{format_count(count, 'sample')} with {size}" for size, count in sizes[:5]]
    rest = sum(count for _, count in sizes[5:])
    return ", ".join([*shown, f"{rest:,} with more"] if rest else shown)


def _describe_labels(profile: LabelProfile) -> Section:
    rarest_first = sorted(profile.labels, key=lambda label: -label.irlbl)
    return Section(
        "Labels, the rarest first",
        ("label", "samples", "share", "IRLbl", "SCUMBLE", ""),
        tuple(
            (
                str(label.name),
                f"{label.n_samples:,}",
                format_percent(label.share),
                format_number(label.irlbl, 2),
                format_number(label.scumble),
                "minority" if label.is_minority else "",
            )
            for label in rarest_first
        ),
    )


def _describe_label_sets(profile: LabelProfile) -> Section:
    return Section(
        f"{format_count(profile.n_label_sets, 'label set')}, {profile.n_single_label_sets:,} of "
        "which occur once",
        ("most frequent", "samples"),
        tuple(
            (" + ".join(map(str, one.names)) or "(no label)", f"{one.n_samples:,}")
            for one in profile.label_sets
        ),
    )


def _describe_pairs(profile: LabelProfile) -> Section:
    return Section(
        "Minority labels that occur together with frequent ones",
        ("minority label", "other label", "samples", "share of minority", "SCUMBLE"),
        tuple(
            (
                str(pair.minority),
                str(pair.other),
                f"{pair.n_samples:,}",
                format_percent(pair.share),
                format_number(pair.scumble),
            )
            for pair in profile.pairs
        ),
    )


def _find_notes(profile: LabelProfile) -> Iterator[str]:
    """Yield what a reader should know before resampling, and what to do."""
    if profile.mean_ir > _IMBALANCED_MEAN_IR and profile.cvir > _IMBALANCED_CVIR:
        yield (
            f"The labels are imbalanced: MeanIR exceeds {_IMBALANCED_MEAN_IR}, and CVIR "
            f"{_IMBALANCED_CVIR}."
        )
    if profile.scumble > _HIGH_SCUMBLE:
        yield (
            f"Frequent and rare labels often occur together: SCUMBLE exceeds {_HIGH_SCUMBLE}. "
            "Oversampling adds to both. Try REMEDIAL() before it, as a step of a pipeline, and "
            "compare with the baseline."
        )
    small = [one for one in profile.labels if one.is_minority and one.n_samples <= _K_NEIGHBORS]
    if small:
        yield (
            f"{format_count(len(small), 'minority label')} with {_K_NEIGHBORS} samples or fewer: "
            f"{format_names([str(label.name) for label in small])}. MLSMOTE() needs more; pass "
            'small_labels="shrink_k".'
        )
    if 2 * profile.n_single_label_sets > profile.n_label_sets:
        yield (
            "Most label sets occur once, so that LPRandomOverSampler adds copies of single "
            "samples. MLRandomOverSampler() draws from all samples of a rare label."
        )
