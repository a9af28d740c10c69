"""
Calibration before and after resampling
=======================================

A model that was trained on balanced data predicts probabilities that are too high for the minority
class. Calibration on out-of-fold predictions corrects them.
"""

# %%
# Logistic regression with and without SMOTE, 5% in the minority class.
import matplotlib.pyplot as plt
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss
from sklearn.model_selection import train_test_split

from counterpoise import ResampledClassifier
from counterpoise.display import CalibrationDisplay
from counterpoise.over_sampling import SMOTE

X, y = make_classification(8000, weights=[0.95], class_sep=0.7, random_state=0)
X, X_test, y, y_test = train_test_split(X, y, stratify=y, test_size=0.5, random_state=0)
models = {
    "no resampling": LogisticRegression(),
    "SMOTE": ResampledClassifier(
        LogisticRegression(), SMOTE(random_state=0), calibration=None, random_state=0
    ),
    "SMOTE, calibrated": ResampledClassifier(
        LogisticRegression(), SMOTE(random_state=0), random_state=0
    ),
}
predicted = {}
for name, model in models.items():
    predicted[name] = model.fit(X, y).predict_proba(X_test)[:, 1]
    brier = brier_score_loss(y_test, predicted[name])
    print(f"{name:<18} mean {predicted[name].mean():.3f}, Brier score {brier:.4f}")
print(f"observed           mean {y_test.mean():.3f}")

# %%
# A calibrated model lies on the diagonal.
display = CalibrationDisplay.from_predictions(
    y_test, predicted["SMOTE"], calibrated=predicted["SMOTE, calibrated"]
)
plt.show()

# %%
# Compare the Brier scores: calibration makes SMOTE usable for decisions, but the plain model needs
# none of it. **Read more:** :doc:`/probabilities`.
