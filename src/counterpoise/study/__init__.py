"""See whether it helped: remedies for imbalance compared on your own table, honestly.

``Study().run(X, y)`` draws folds once, fits each model under each remedy inside them, and says of
each remedy whether it helps, harms, makes no material difference, or whether these data cannot
tell.
"""

from counterpoise.comparison import (
    METRICS,
    MODELS,
    REMEDIES,
    Arm,
    Costs,
    Data,
    Gain,
    Map,
    Settings,
    Winner,
)
from counterpoise.study._result import StudyResult
from counterpoise.study._study import Progress, Study

__all__ = [
    "METRICS",
    "MODELS",
    "REMEDIES",
    "Arm",
    "Costs",
    "Data",
    "Gain",
    "Map",
    "Progress",
    "Settings",
    "Study",
    "StudyResult",
    "Winner",
]
