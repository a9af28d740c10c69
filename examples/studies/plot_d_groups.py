"""
Groups: several visits of a patient
===================================

If several samples belong to one patient, a split at random puts some of them into training and
others into test data. A study with groups keeps them together.
"""

# %%
# 150 patients with 8 visits each. The measurements of a patient are similar.
import matplotlib.pyplot as plt
import numpy as np

from counterpoise.study import Study

rng = np.random.RandomState(0)
patient = np.repeat(np.arange(150), 8)
ill = np.repeat(rng.uniform(size=150) < 0.15, 8)
X = rng.normal(0, 1, (150, 6))[patient] + rng.normal(0, 0.3, (1200, 6))
X[:, 0] += 0.8 * ill

# %%
# Nearest neighbors recognize the patients: without groups, their score is far too high.
figure, ax = plt.subplots(figsize=(6.2, 3.6), layout="constrained")
for name, groups in (("without groups", None), ("with groups", patient)):
    study = Study("neighbors", "smote", cv=5, random_state=0)
    result = study.run(X, ill, groups=groups)
    print(name)
    print("  " + result.verdict[-1])
    for method, style in (("baseline", "o"), ("smote", "^")):
        score = result.table()["neighbors", method]["average_precision"]
        color = "#d1500a" if method == "smote" else "#7b8190"
        label = method if groups is None else None
        ax.plot(score, name, style, color=color, markersize=14, label=label)
ax.set(xlabel="average precision", xlim=(0, 1), ylim=(-0.6, 1.6))
ax.axvline(ill.mean(), color="#1f2430", linestyle=":", label="without any skill")
figure.legend(loc="outside lower center", ncols=3)
plt.show()

# %%
# **Read more:** :doc:`/pitfalls`.
