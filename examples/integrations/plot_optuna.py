"""
Search for a sampler with optuna
================================

The sampler is a parameter of a pipeline like any other. A search should include the pipeline
without a sampler, because that is often the best one.
"""

# %%
# 7% in the minority class.
import matplotlib.pyplot as plt
import optuna
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.preprocessing import StandardScaler

from counterpoise.over_sampling import SMOTE
from counterpoise.pipeline import make_pipeline
from counterpoise.under_sampling import RandomUnderSampler

optuna.logging.set_verbosity(optuna.logging.WARNING)
X, y = make_classification(2000, n_informative=6, weights=[0.93], class_sep=0.7, random_state=0)
folds = StratifiedKFold(5, shuffle=True, random_state=0)


# %%
# A trial selects the sampler, the ratio of the two classes after resampling, and the
# regularization of the model.
def make_sampler(trial):
    """Return the sampler that a trial selects."""
    name = trial.suggest_categorical("sampler", ["none", "SMOTE", "undersampling"])
    if name == "none":
        return "passthrough"
    ratio = trial.suggest_float("ratio", 0.1, 1)
    sampler = {"SMOTE": SMOTE, "undersampling": RandomUnderSampler}[name]
    return sampler(sampling_strategy=ratio, random_state=0)


def evaluate(trial):
    """Return the average precision of a trial in cross-validation."""
    model = LogisticRegression(C=trial.suggest_float("C", 1e-3, 10, log=True))
    pipeline = make_pipeline(StandardScaler(), make_sampler(trial), model)
    return cross_val_score(pipeline, X, y, scoring="average_precision", cv=folds).mean()


search = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
search.optimize(evaluate, n_trials=40)
print(search.best_params, f"{search.best_value:.3f}")

# %%
# The search found nothing better than the pipeline without a sampler. The legend has the best value
# of each sampler.
figure, ax = plt.subplots(figsize=(6.2, 4.4), layout="constrained")
styles = (("none", "o", "#7b8190"), ("SMOTE", "^", "#d1500a"), ("undersampling", "s", "#0b62a8"))
for name, marker, color in styles:
    trials = [trial for trial in search.trials if trial.params["sampler"] == name]
    best = max(trial.value for trial in trials)
    strengths = [trial.params["C"] for trial in trials]
    values = [trial.value for trial in trials]
    ax.scatter(strengths, values, s=50, marker=marker, color=color, label=f"{name}: {best:.3f}")
ax.set(xscale="log", xlabel="C", ylabel="average precision")
figure.legend(loc="outside lower center", ncols=3)
plt.show()

# %%
# **Read more:** :doc:`/integrations`.
