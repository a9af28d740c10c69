"""Cross-validation for imbalanced classification."""

from counterpoise.model_selection._instance_hardness import InstanceHardnessCV

__all__ = ["InstanceHardnessCV"]
