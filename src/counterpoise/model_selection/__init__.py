"""Cross-validation for imbalanced classification."""

from counterpoise.model_selection._instance_hardness import InstanceHardnessCV
from counterpoise.model_selection._iterative_stratification import IterativeStratifiedKFold

__all__ = ["InstanceHardnessCV", "IterativeStratifiedKFold"]
