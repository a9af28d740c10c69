"""Resampling for several labels per sample.

The target is a label matrix: a row for each sample, and a column of 0 and 1 for each label. It can
be an array, a sparse matrix or a data frame, and is returned in the same container.

A label is a minority label if its imbalance ratio, `irlbl`, exceeds `mean_ir`, the mean of all
labels. `inspect` shows these measures, the most frequent label sets and the labels that occur
together. Split the data with `counterpoise.model_selection.IterativeStratifiedKFold`, which keeps
the proportion of each label in the folds.

>>> from sklearn.datasets import make_multilabel_classification
>>> from sklearn.linear_model import LogisticRegression
>>> from sklearn.model_selection import cross_val_score
>>> from sklearn.multioutput import MultiOutputClassifier
>>> from counterpoise.model_selection import IterativeStratifiedKFold
>>> from counterpoise.multilabel import MLSMOTE
>>> from counterpoise.pipeline import make_pipeline
>>> X, y = make_multilabel_classification(n_samples=300, n_classes=6, random_state=2)
>>> model = make_pipeline(MLSMOTE(random_state=0), MultiOutputClassifier(LogisticRegression()))
>>> folds = IterativeStratifiedKFold(n_splits=3)
>>> cross_val_score(model, X, y, cv=folds, scoring="f1_macro").shape
(3,)
"""

from counterpoise.multilabel._inspection import LabelProfile, inspect
from counterpoise.multilabel._lp_random_over_sampler import LPRandomOverSampler
from counterpoise.multilabel._lp_random_under_sampler import LPRandomUnderSampler
from counterpoise.multilabel._measures import cvir, irlbl, mean_ir, scumble
from counterpoise.multilabel._ml_random_over_sampler import MLRandomOverSampler
from counterpoise.multilabel._ml_random_under_sampler import MLRandomUnderSampler
from counterpoise.multilabel._mlenn import MLeNN
from counterpoise.multilabel._mlsmote import MLSMOTE
from counterpoise.multilabel._remedial import REMEDIAL

__all__ = [
    "MLSMOTE",
    "REMEDIAL",
    "LPRandomOverSampler",
    "LPRandomUnderSampler",
    "LabelProfile",
    "MLRandomOverSampler",
    "MLRandomUnderSampler",
    "MLeNN",
    "cvir",
    "inspect",
    "irlbl",
    "mean_ir",
    "scumble",
]
