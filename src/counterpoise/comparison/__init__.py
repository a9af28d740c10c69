"""Remedies for imbalance compared: folds, arms, metrics, gains, and words for them.

folds, encoding, models, remedies   what is compared, on what
fitting, journal                    fits, and what is remembered of them
records                             the facts
metrics, judging, gains, winner     what follows from them
words, findings                     sentences
comparison, exchange, frame         all of it as one record, as JSON, as a data frame
"""

from counterpoise.comparison.comparison import Comparison
from counterpoise.comparison.metrics import METRICS, Metric
from counterpoise.comparison.models import MODELS
from counterpoise.comparison.records import Arm, Costs, Data, Gain, Map, Settings, Winner
from counterpoise.comparison.remedies import NOTHING, REMEDIES

__all__ = [
    "METRICS",
    "MODELS",
    "NOTHING",
    "REMEDIES",
    "Arm",
    "Comparison",
    "Costs",
    "Data",
    "Gain",
    "Map",
    "Metric",
    "Settings",
    "Winner",
]
