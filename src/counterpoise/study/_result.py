"""What a study found, with its pictures and reports."""

from __future__ import annotations

from dataclasses import dataclass

from counterpoise.comparison import Comparison

__all__ = ["StudyResult"]


@dataclass(frozen=True)
class StudyResult(Comparison):
    """What a study found.

    Its fields are facts: the folds, and what each arm said of the rows that it was tested on. All
    else is worked out from them when it is asked for: no metric, threshold, cost or correction
    fits a model again.

    Attributes
    ----------
    data : Data
        Classes, columns, and the class of each row.
    settings : Settings
        What was asked for.
    folds : ndarray of int of shape (n_repeats, n_rows)
        The fold in which each row was tested; −1 where in none.
    arms : tuple of Arm
        Each model under each remedy, and a dummy that knows the classes' shares alone.
    observed : tuple of Finding
        What was noticed about the table.
    map : Map or None
        Rows of the rarer classes and new rows in two dimensions.
    stopped : bool
        Whether the budget ended the study before all was done.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.study import Study
    >>> X, y = make_classification(400, weights=[0.9], random_state=0)
    >>> result = Study("logistic", "class-weight", cv=(5, 1), random_state=0).run(X, y)
    >>> gain = result.verdicts[0]
    >>> gain.low < gain.value < gain.high, gain.word
    (True, 'cannot tell')
    >>> len(result.table()), len(StudyResult.from_json(result.to_json()).verdicts)
    (3, 1)
    """
