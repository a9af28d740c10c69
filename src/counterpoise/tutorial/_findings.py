"""Findings of the repetitions, as sentences generated from their numbers.

Each finding has a code, so that a test can find it, and depends on nothing but `Repetitions`: other
numbers give other sentences. One score is called higher than another only if the 95% confidence
interval of their difference, paired by seed, excludes 0. Otherwise the sentence says that they do
not differ significantly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from counterpoise._lib.format_text import format_number, format_signed
from counterpoise.tutorial._repetitions import ConfidenceInterval, Repetitions, compute_interval

# A smaller difference in balanced accuracy would not change the choice of a method.
EQUIVALENCE_MARGIN = 0.02

_MARGIN = f"equivalence margin {EQUIVALENCE_MARGIN}"

_BASELINE = "the baseline's"
_CLASS_WEIGHTS = "that of class weights"
_RANDOM_OVERSAMPLING = "that of random oversampling"
_SMOTE = "SMOTE's"


@dataclass(frozen=True)
class Finding:
    """One result, in words.

    Attributes
    ----------
    code : str
        What it is about.
    text : str
        One to three sentences.
    """

    code: str
    text: str


def compute_findings(repetitions: Repetitions) -> tuple[Finding, ...]:
    """Describe the results of the repetitions in sentences.

    Parameters
    ----------
    repetitions : Repetitions
        With scores of shape (n_seeds, n_models, n_metrics).

    Returns
    -------
    tuple of Finding
        In the order in which they are shown.

    Examples
    --------
    >>> from counterpoise.tutorial._repetitions import run_repetitions
    >>> [finding.code for finding in compute_findings(run_repetitions(2))][:3]
    ['baseline', 'constant-scores', 'smote-vs-baseline']
    """
    texts = ((code, describe(repetitions)) for code, describe in _DESCRIPTIONS.items())
    return tuple(Finding(code, text) for code, text in texts if text)


def describe_difference(difference: ConfidenceInterval, other: str) -> str:
    """Describe whether the score of one model is higher than that of another.

    Parameters
    ----------
    difference : ConfidenceInterval
        Of the first model's score minus the second's, over the seeds.
    other : str
        The second score, such as "that of class weights".

    Returns
    -------
    str
        A clause that completes "SMOTE's balanced accuracy ...".

    Examples
    --------
    >>> describe_difference(ConfidenceInterval(0.02, 0.01, 0.03, n=50), "the baseline's")
    "is higher than the baseline's by 0.020 [0.010, 0.030]"
    >>> describe_difference(ConfidenceInterval(0.001, -0.01, 0.012, n=50), "the baseline's")
    "does not differ significantly from the baseline's (difference +0.001 [−0.010, +0.012])"
    """
    if not difference.excludes_zero:
        mean = format_signed(difference.mean)
        interval = _format_interval(difference.low, difference.high, signed=True)
        return f"does not differ significantly from {other} (difference {mean} {interval})"
    direction = "higher" if difference.mean > 0 else "lower"
    interval = _format_interval(*sorted((abs(difference.low), abs(difference.high))))
    return f"is {direction} than {other} by {format_number(abs(difference.mean))} {interval}"


def _format_interval(low: float, high: float, *, signed: bool = False) -> str:
    format_limit = format_signed if signed else format_number
    return f"[{format_limit(low)}, {format_limit(high)}]"


def _describe_baseline(repetitions: Repetitions) -> str:
    recall = repetitions.interval("baseline", "recall")
    text = f"{format_number(recall.mean)} {_format_interval(recall.low, recall.high)}"
    n_without = repetitions.count_seeds_without_positives("baseline")
    model = "The baseline, an SVM trained on the imbalanced data without resampling,"
    if not n_without:
        return f"{model} has a mean recall of {text}."
    return (
        f"{model} predicts class 1 for none of the test samples in {n_without} of "
        f"{len(repetitions.seeds)} seeds. Its mean recall is {text}."
    )


def _describe_constant_scores(repetitions: Repetitions) -> str:
    is_constant = repetitions.constant_score_seeds("baseline")
    if not is_constant.any():
        return ""
    roc_auc = repetitions.uncorrected_roc_auc[:, 1][is_constant]
    low, high = format_number(float(roc_auc.min())), format_number(float(roc_auc.max()))
    return (
        f"In {int(is_constant.sum())} of {len(repetitions.seeds)} seeds the weights of the "
        f"baseline are zero except for rounding errors. Every sample then gets the same score, so "
        f"we count its ranking as a tie, with a ROC-AUC of 0.5. Otherwise the rounding errors "
        f"would give a ROC-AUC anywhere from {low} to {high}."
    )


def _compare_with_baseline(repetitions: Repetitions) -> str:
    difference = repetitions.difference("smote", "baseline", "balanced_accuracy")
    return f"SMOTE's balanced accuracy {describe_difference(difference, _BASELINE)}."


def _compare_with_simpler_methods(repetitions: Repetitions) -> str:
    to_weights = repetitions.difference("smote", "class_weight", "balanced_accuracy")
    to_oversampling = repetitions.difference("smote", "random_oversampling", "balanced_accuracy")
    if to_weights.low > 0 and to_oversampling.low > 0:
        verdict = "SMOTE is better than both simpler methods."
    elif to_weights.high < 0 or to_oversampling.high < 0:
        verdict = "SMOTE is worse than a simpler method."
    elif _is_equivalent(to_weights):
        verdict = f"SMOTE and class weights are equivalent ({_MARGIN})."
    elif _is_equivalent(to_oversampling):
        verdict = f"SMOTE and random oversampling are equivalent ({_MARGIN})."
    else:
        verdict = "The comparison is inconclusive: more seeds are needed."
    return (
        f"SMOTE's balanced accuracy {describe_difference(to_weights, _CLASS_WEIGHTS)}, and it "
        f"{describe_difference(to_oversampling, _RANDOM_OVERSAMPLING)}. {verdict}"
    )


def _is_equivalent(difference: ConfidenceInterval) -> bool:
    """Return whether the whole interval lies within the equivalence margin."""
    return max(abs(difference.low), abs(difference.high)) < EQUIVALENCE_MARGIN


def _compare_recall_and_precision(repetitions: Repetitions) -> str:
    recall = repetitions.difference("smote", "class_weight", "recall")
    precision = repetitions.difference("smote", "class_weight", "precision_34_to_1")
    text = (
        f"SMOTE's recall {describe_difference(recall, _CLASS_WEIGHTS)}, and its precision at 34:1 "
        f"{describe_difference(precision, _CLASS_WEIGHTS)}."
    )
    is_opposite = recall.mean * precision.mean < 0
    if recall.excludes_zero and precision.excludes_zero and is_opposite:
        return (
            f"{text} This is a trade-off between recall and precision: the decision boundary has "
            f"moved slightly."
        )
    return text


def _compare_rankings(repetitions: Repetitions) -> str:
    to_weights = repetitions.difference("smote", "class_weight", "roc_auc")
    text = f"SMOTE's ROC-AUC {describe_difference(to_weights, _CLASS_WEIGHTS)}"
    has_ranking = ~repetitions.constant_score_seeds("baseline")
    if np.count_nonzero(has_ranking) < 2:
        return f"{text}."
    roc_auc = repetitions.values("smote", "roc_auc") - repetitions.values("baseline", "roc_auc")
    to_baseline = compute_interval(roc_auc[has_ranking])
    return (
        f"{text}. In the {int(has_ranking.sum())} seeds in which the baseline's scores are not "
        f"constant, it {describe_difference(to_baseline, _BASELINE)}."
    )


def _describe_precision_by_ratio(repetitions: Repetitions) -> str:
    at_1_to_1, at_34_to_1 = (
        100 * repetitions.interval("smote", f"precision_{ratio}").mean
        for ratio in ("1_to_1", "34_to_1")
    )
    balanced = 100 * repetitions.interval("balanced", "precision_34_to_1").mean
    return (
        f"Of 100 positive predictions of the SVM with SMOTE, {at_1_to_1:.0f} are correct where "
        f"both classes are equally frequent, but {at_34_to_1:.0f} where there are 34 majority "
        f"samples to each minority sample. The SVM trained on 350 real minority samples has "
        f"{balanced:.0f} correct there."
    )


def _compare_precision_with_baseline(repetitions: Repetitions) -> str:
    difference = repetitions.difference("smote", "baseline", "precision_34_to_1")
    if difference.n < 2:
        return ""
    return (
        f"In the {difference.n} seeds in which the baseline makes any positive prediction, SMOTE's "
        f"precision at 34:1 {describe_difference(difference, _BASELINE)}."
    )


def _compare_with_real_samples(repetitions: Repetitions) -> str:
    improvement = repetitions.difference("balanced", "smote", "balanced_accuracy")
    if improvement.low > 0:
        verdict = "Real samples are better than synthetic samples."
    elif improvement.high < 0:
        verdict = "Here synthetic samples are better than real ones, which is unexpected."
    else:
        verdict = "These seeds do not show which are better."
    return (
        f"The SVM trained on balanced data has real minority samples instead of synthetic ones. "
        f"Its balanced accuracy {describe_difference(improvement, _SMOTE)}. {verdict}"
    )


def _compare_single_seeds(repetitions: Repetitions) -> str:
    smote = repetitions.values("smote", "balanced_accuracy")
    improvement = smote - repetitions.values("class_weight", "balanced_accuracy")
    n_higher = int(np.count_nonzero(improvement > 0))
    n_lower = int(np.count_nonzero(improvement < 0))
    text = (
        f"SMOTE's balanced accuracy is higher than {_CLASS_WEIGHTS} in {n_higher} of "
        f"{len(repetitions.seeds)} seeds and lower in {n_lower}."
    )
    if n_higher and n_lower:
        return f"{text} With a single seed, you could find evidence for either method."
    return text


_DESCRIPTIONS: dict[str, Callable[[Repetitions], str]] = {
    "baseline": _describe_baseline,
    "constant-scores": _describe_constant_scores,
    "smote-vs-baseline": _compare_with_baseline,
    "smote-vs-simpler-methods": _compare_with_simpler_methods,
    "recall-vs-precision": _compare_recall_and_precision,
    "ranking": _compare_rankings,
    "precision-by-ratio": _describe_precision_by_ratio,
    "precision-vs-baseline": _compare_precision_with_baseline,
    "real-vs-synthetic": _compare_with_real_samples,
    "single-seeds": _compare_single_seeds,
}
