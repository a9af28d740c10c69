"""The regression models of a study."""

from __future__ import annotations

from typing import Any

from sklearn.base import is_regressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.svm import LinearSVR

from counterpoise.study._models import DUMMY, Model, ModelCatalog

__all__ = ["DUMMY_MODEL", "REGRESSORS"]

_MODELS = {
    model.name: model
    for model in (
        Model("ridge", "ridge regression on scaled features", Ridge(), is_quick=True),
        Model(
            "forest",
            "random forest of 100 trees, a third of the features at each split",
            RandomForestRegressor(100, max_features=1 / 3),
        ),
        Model(
            "boosting",
            "histogram gradient boosting, 100 rounds",
            HistGradientBoostingRegressor(early_stopping=False),
        ),
        Model(
            "svm",
            "linear support vector regression on scaled features",
            LinearSVR(dual=True, max_iter=10_000),
        ),
        Model("neighbors", "15 nearest neighbors on scaled features", KNeighborsRegressor(15)),
    )
}
_BOOSTERS: dict[str, tuple[str, dict[str, Any]]] = {
    "lightgbm": ("LGBMRegressor", {"n_jobs": 1, "verbosity": -1}),
    "xgboost": ("XGBRegressor", {"n_jobs": 1}),
    "catboost": (
        "CatBoostRegressor",
        {"thread_count": 1, "verbose": 0, "allow_writing_files": False},
    ),
}
REGRESSORS = ModelCatalog(
    "regressor",
    is_regressor,
    "sklearn.tree:DecisionTreeRegressor",
    _MODELS,
    ("ridge", "forest", "boosting"),
    _BOOSTERS,
)
DUMMY_MODEL = Model(
    DUMMY, "dummy regressor: predicts the mean of the training data", DummyRegressor()
)
