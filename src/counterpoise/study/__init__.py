"""See whether it helped: remedies for imbalance compared on your own table, honestly.

``Study().run(X, y)`` draws folds once, fits each model under each remedy inside them, and says of
each remedy whether it helps, harms, makes no material difference, or whether these data cannot
tell.
"""

from counterpoise.study._displays import BandDisplay, StudyDisplay
from counterpoise.study._methods import REMEDIES
from counterpoise.study._metrics import METRICS
from counterpoise.study._models import MODELS
from counterpoise.study._records import Arm, Costs, Data, Gain, Map, Settings, Winner
from counterpoise.study._result import StudyResult
from counterpoise.study._study import Progress, Study

__all__ = [
    "METRICS",
    "MODELS",
    "REMEDIES",
    "Arm",
    "BandDisplay",
    "Costs",
    "Data",
    "Gain",
    "Map",
    "Progress",
    "Settings",
    "Study",
    "StudyDisplay",
    "StudyResult",
    "Winner",
]
