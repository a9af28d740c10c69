"""
Text with TF-IDF
================

Samplers take sparse matrices, and return them sparse. Here oversampling, undersampling and class
weights are compared with the plain model on short texts.
"""

# %%
# Messages made of words. Complaints are 5% of them, and use some words more often.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score

from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.pipeline import make_pipeline
from counterpoise.under_sampling import RandomUnderSampler

rng = np.random.RandomState(0)
usual = ["thanks", "order", "blue", "size", "send", "please", "friday", "shop", "gift", "fine"]
angry = ["broken", "late", "refund", "never", "wrong"]
complaint = rng.uniform(size=3000) < 0.05
texts = [
    " ".join(rng.choice(usual + angry, 12, p=[0.085 - 0.025 * c] * 10 + [0.03 + 0.05 * c] * 5))
    for c in complaint
]
print(texts[0])

# %%
# What the plain model learns from the words:
vectorizer, model = TfidfVectorizer(), LogisticRegression()
model.fit(vectorizer.fit_transform(texts), complaint)
words, weights = vectorizer.get_feature_names_out(), model.coef_[0]
order = weights.argsort()
colors = np.where(weights[order] > 0, "#d1500a", "#0b62a8")
figure, ax = plt.subplots(figsize=(6, 4.3), layout="constrained")
ax.barh(words[order], weights[order], color=colors)
ax.tick_params(axis="y", labelsize=12)
ax.set(xlabel="coefficient: to the right, more likely a complaint")
plt.show()

# %%
# The vectorizer is the first step, so that it sees the training data only. A line is the mean of
# the folds.
methods = {
    "no resampling": ("passthrough", None, "#7b8190"),
    "class weights": ("passthrough", "balanced", "#8a5aa8"),
    "random oversampling": (RandomOverSampler(random_state=0), None, "#0a7f5f"),
    "random undersampling": (RandomUnderSampler(random_state=0), None, "#0b62a8"),
    "SMOTE": (SMOTE(random_state=0), None, "#d1500a"),
}
folds = StratifiedKFold(5, shuffle=True, random_state=0)
figure, ax = plt.subplots(figsize=(6.5, 3), layout="constrained")
for name, (sampler, weight, color) in methods.items():
    model = make_pipeline(TfidfVectorizer(), sampler, LogisticRegression(class_weight=weight))
    scores = cross_val_score(model, texts, complaint, scoring="average_precision", cv=folds)
    print(f"{name:<22} average precision {scores.mean():.3f} ± {scores.std():.3f}")
    ax.plot(scores, [name] * len(scores), "o", color=color)
    ax.plot(scores.mean(), name, "|", color=color, markersize=22)
ax.set_xlabel("average precision of each fold")
ax.invert_yaxis()
plt.show()

# %%
# The differences are much smaller than their variation over folds (after ±): resampling did not
# help here. **Read more:** :doc:`/when_resampling_helps`.
