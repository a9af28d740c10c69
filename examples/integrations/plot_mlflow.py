"""
A study in MLflow
=================

``log_to_mlflow`` logs a study as a run, with a nested run for each candidate. Its metrics,
intervals and page can then be compared with other runs in the interface of MLflow.
"""

# %%
# Log into a database in a temporary folder.
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import mlflow

from counterpoise.datasets import load_diabetes_imbalanced
from counterpoise.study import Study

folder = Path(tempfile.mkdtemp())
mlflow.set_tracking_uri(f"sqlite:///{folder.as_posix()}/runs.db")
mlflow.create_experiment("diabetes", (folder / "artifacts").as_uri())
mlflow.set_experiment("diabetes")

X, y = load_diabetes_imbalanced(return_X_y=True)
result = Study("logistic", ["class-weight", "smote"], cv=5, random_state=0).run(X, y)
run_id = result.log_to_mlflow()

# %%
# The run has the verdict as a tag, and the page and the JSON file of the study as artifacts.
run = mlflow.get_run(run_id)
print(run.data.tags["verdict"].replace(". ", ".\n"))
print([item.path for item in mlflow.MlflowClient().list_artifacts(run_id)])

# %%
# The runs of the candidates, as MLflow returns them:
columns = {
    "params.method": "method",
    "metrics.average_precision": "average precision",
    "metrics.improvement": "improvement",
    "metrics.improvement_low": "low",
    "metrics.improvement_high": "high",
    "tags.outcome": "outcome",
}
runs = mlflow.search_runs()[list(columns)].rename(columns=columns).dropna(subset="improvement")
runs.round(3)

# %%
figure, ax = plt.subplots(figsize=(6.2, 3.4), layout="constrained")
colors = ["#d1500a" if name == "smote" else "#8a5aa8" for name in runs["method"]]
ax.hlines(runs["method"], runs["low"], runs["high"], color=colors, linewidth=3)
ax.scatter(runs["improvement"], runs["method"], s=90, color=colors)
ax.axvline(0, color="gray", linestyle=":")
ax.set(xlabel="improvement in average precision", ylim=(-0.6, len(runs) - 0.4))
plt.show()

# %%
# **Read more:** :doc:`/integrations`.
