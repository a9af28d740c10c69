"""
Text with TF-IDF
================

Samplers take sparse matrices, and return them sparse. Here undersampling, class weights and the
plain model are compared on short texts.
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
# The vectorizer is the first step, so that it sees the training data only.
samplers = {
    "no resampling": None,
    "random oversampling": RandomOverSampler(random_state=0),
    "random undersampling": RandomUnderSampler(random_state=0),
    "SMOTE": SMOTE(random_state=0),
}
folds = StratifiedKFold(5, shuffle=True, random_state=0)
figure, ax = plt.subplots(figsize=(6.5, 3), layout="constrained")
for name, sampler in samplers.items():
    steps = [TfidfVectorizer(), *([sampler] if sampler else []), LogisticRegression()]
    scores = cross_val_score(
        make_pipeline(*steps), texts, complaint, scoring="average_precision", cv=folds
    )
    print(f"{name:<22} average precision {scores.mean():.3f} ± {scores.std():.3f}")
    ax.plot(scores, [name] * len(scores), "o", color="#0b62a8")
ax.set_xlabel("average precision of each fold")
ax.invert_yaxis()
plt.show()

# %%
# The differences are much smaller than their variation over folds (after ±): resampling did not
# help here.
