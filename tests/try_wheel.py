"""Use the installed package: what must work on each platform with its dependencies alone.

The builds of wheels and the tests run it as a script: python tests/try_wheel.py
"""

from __future__ import annotations

import numpy as np

import counterpoise
from counterpoise.neighbors import Index
from counterpoise.over_sampling import SMOTE


def main() -> None:
    """Balance a small table, compare the nearest neighbors with numpy, and print where it ran."""
    rng = np.random.RandomState(0)
    points = rng.standard_normal((300, 12))
    X, y = SMOTE(random_state=0).fit_resample(points, np.repeat([0, 1], [270, 30]))
    assert X.shape == (540, 12)
    assert y.mean() == 0.5
    distances = np.square(points[:, None] - points).sum(axis=-1)
    np.fill_diagonal(distances, np.inf)
    assert np.array_equal(Index(points).nearest_others(3), np.argsort(distances, axis=1)[:, :3])
    counterpoise.show_versions()
    print(counterpoise.__file__)


if __name__ == "__main__":
    main()
