"""
CatBoost with categories
========================

CatBoost takes categories as they are. SMOTENC generates synthetic rows with whole categories, so
that both fit into one pipeline without an encoding.
"""

# %%
# Customers, of whom more leave in two cities, and in the first year of the basic plan.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from catboost import CatBoostClassifier
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedKFold, train_test_split

from counterpoise.over_sampling import SMOTENC, RandomOverSampler
from counterpoise.pipeline import make_pipeline

rng = np.random.RandomState(0)
n = 3000
table = pd.DataFrame({"months": rng.randint(1, 60, n), "bill": rng.gamma(4, 12, n).round(2)})
table["city"] = rng.choice([f"city {k}" for k in range(12)], n)
table["plan"] = rng.choice(["basic", "family", "business"], n)
basic, far = table["plan"] == "basic", table["city"].isin(["city 3", "city 7"])
left = rng.uniform(size=n) < 0.02 + 0.2 * far + 0.2 * basic * (table["months"] < 12)

# %%
# The customers who leave, by city: synthetic rows (orange) have whole categories.
balanced, classes = SMOTENC("auto", random_state=0).fit_resample(table, left)
before = table["city"][left].value_counts().sort_index()
after = balanced["city"][classes].value_counts().reindex(before.index, fill_value=0)
figure, ax = plt.subplots(figsize=(6.2, 4.5), layout="constrained")
ax.barh(before.index, before, color="#1f2430")
ax.barh(before.index, after - before, left=before, color="#d1500a")
ax.set_xlabel("customers who leave")
plt.show()

# %%
# In each fold, a part of the training data is kept for early stopping. It is never resampled. Each
# fit has a CatBoost object of its own: if an object of CatBoost 1.2.10 with categories is fitted
# again with an ``eval_set``, its predictions are wrong.
settings = {"iterations": 150, "depth": 3, "learning_rate": 0.1, "early_stopping_rounds": 30}
settings |= {"cat_features": ["city", "plan"], "thread_count": 1, "allow_writing_files": False}
samplers = {
    "no resampling": "passthrough",
    "random oversampling": RandomOverSampler(random_state=0),
    "SMOTENC": SMOTENC("auto", random_state=0),
}
scores = {name: [] for name in samplers}
for train, test in StratifiedKFold(4, shuffle=True, random_state=0).split(table, left):
    rows, valid = train_test_split(train, stratify=left[train], random_state=0)
    validation = table.iloc[valid], left[valid]
    for name, sampler in samplers.items():
        model = make_pipeline(sampler, CatBoostClassifier(**settings, verbose=False))
        model.fit(table.iloc[rows], left[rows], catboostclassifier__eval_set=validation)
        predicted = model.predict_proba(table.iloc[test])[:, 1]
        scores[name].append(average_precision_score(left[test], predicted))

# %%
# The folds differ more than the methods: no method is shown to be better.
# **Read more:** :doc:`/integrations`.
figure, ax = plt.subplots(figsize=(6.5, 2.6), layout="constrained")
for (name, values), color in zip(scores.items(), ("#7b8190", "#0a7f5f", "#d1500a"), strict=True):
    print(f"{name}: average precision {np.mean(values):.3f}")
    ax.plot(values, [name] * len(values), "o", color=color)
ax.set_xlabel("average precision of each fold")
ax.invert_yaxis()
plt.show()
