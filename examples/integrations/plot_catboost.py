"""
CatBoost with categories
========================

CatBoost takes categories as they are. SMOTENC generates synthetic rows with whole categories, so
that both fit into one pipeline without an encoding.
"""

# %%
# A table with two categorical columns. Customers leave more often in some cities and plans.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from catboost import CatBoostClassifier
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.metrics import average_precision_score

from counterpoise.over_sampling import SMOTENC, RandomOverSampler
from counterpoise.pipeline import make_pipeline

rng = np.random.RandomState(0)
n = 3000
table = pd.DataFrame(
    {
        "months": rng.randint(1, 60, n),
        "bill": rng.gamma(4, 12, n).round(2),
        "city": rng.choice([f"city {k}" for k in range(12)], n),
        "plan": rng.choice(["basic", "family", "business"], n),
    }
)
risk = 0.03 * (table["months"] < 12) + 0.15 * (table["city"].isin(["city 3", "city 7"]))
left = rng.uniform(size=n) < 0.02 + risk + 0.1 * (table["plan"] == "basic") * (table["bill"] > 70)
print(f"{left.mean():.1%} left")

# %%
# In each fold, a part of the training data is kept for early stopping, and never resampled.
boosting = CatBoostClassifier(
    iterations=100,
    depth=3,
    learning_rate=0.2,
    cat_features=["city", "plan"],
    early_stopping_rounds=10,
    thread_count=1,
    random_seed=0,
    verbose=False,
    allow_writing_files=False,
)
models = {
    "no resampling": make_pipeline(boosting),
    "class weights": make_pipeline(boosting.copy().set_params(auto_class_weights="Balanced")),
    "random oversampling": make_pipeline(RandomOverSampler(random_state=0), boosting),
    "SMOTENC": make_pipeline(SMOTENC("auto", random_state=0), boosting),
}
scores = {name: [] for name in models}
for train, test in StratifiedKFold(3, shuffle=True, random_state=0).split(table, left):
    fitted, valid = train_test_split(train, test_size=0.25, stratify=left[train], random_state=0)
    validation = table.iloc[valid], left[valid]
    for name, model in models.items():
        model.fit(table.iloc[fitted], left[fitted], catboostclassifier__eval_set=validation)
        score = model.predict_proba(table.iloc[test])[:, 1]
        scores[name].append(average_precision_score(left[test], score))

# %%
figure, ax = plt.subplots(figsize=(6.5, 3), layout="constrained")
for position, (name, values) in enumerate(scores.items()):
    ax.plot(values, [position] * len(values), "o", color="#0b62a8")
    print(f"{name:<20} average precision {np.mean(values):.3f}")
ax.set(yticks=range(len(scores)), yticklabels=scores, xlabel="average precision of each fold")
ax.invert_yaxis()
plt.show()
