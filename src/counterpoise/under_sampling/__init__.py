"""Under-sampling: fewer rows of the large classes."""

from counterpoise.under_sampling._random_under_sampler import RandomUnderSampler

__all__ = ["RandomUnderSampler"]
