"""
Export a model to ONNX without its sampler
==========================================

A sampler acts in ``fit`` only. The exported model consists of the other steps, and its users need
neither counterpoise nor scikit-learn.
"""

# %%
# A pipeline with SMOTE, trained on few malignant tumors.
import matplotlib.pyplot as plt
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from counterpoise.datasets import load_breast_cancer_imbalanced
from counterpoise.over_sampling import SMOTE
from counterpoise.pipeline import make_pipeline

X, y = load_breast_cancer_imbalanced(share=0.15, return_X_y=True)
X, X_test, y, y_test = train_test_split(X, y, stratify=y, test_size=0.5, random_state=0)
model = make_pipeline(StandardScaler(), SMOTE(random_state=0), LogisticRegression()).fit(X, y)

# %%
# Steps with ``fit_resample`` are samplers. The others are already fitted, and make a pipeline of
# scikit-learn, which skl2onnx knows.
steps = [(name, step) for name, step in model.steps if not hasattr(step, "fit_resample")]
exported = to_onnx(Pipeline(steps), X[:1].astype(np.float32), options={"zipmap": False})
print([node.op_type for node in exported.graph.node])

# %%
# ONNX computes with float32, so probabilities differ a little from those of the pipeline:
session = onnxruntime.InferenceSession(exported.SerializeToString())
_, probabilities = session.run(None, {"X": X_test.astype(np.float32)})
expected = model.predict_proba(X_test)[:, 1]
print(f"largest difference: {np.abs(probabilities[:, 1] - expected).max():.1e}")

figure, ax = plt.subplots(figsize=(4.6, 5), layout="constrained")
ax.axline((0, 0), slope=1, color="gray", linewidth=0.8)
for label, marker, color in ((0, "o", "#0b62a8"), (1, "^", "#d1500a")):
    rows = y_test == label
    ax.scatter(expected[rows], probabilities[rows, 1], marker=marker, color=color, label=label)
ax.set(xlabel="probability of the pipeline", ylabel="probability of the ONNX model")
figure.legend(title="class", loc="outside lower center", ncols=2)
plt.show()

# %%
# **Read more:** :doc:`/integrations`.
