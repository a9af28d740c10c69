"""The facts of a study, and the figures that follow from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from counterpoise._lib.findings import Finding
from counterpoise._lib.suggest import nearest
from counterpoise._lib.types import Float64Array, IntArray
from counterpoise.comparison.gains import Difference, compare, measure
from counterpoise.comparison.judging import Judge, corrected_scores
from counterpoise.comparison.metrics import METRICS, Metric, mean_of, metric_named
from counterpoise.comparison.models import DUMMY
from counterpoise.comparison.records import Arm, Costs, Data, Gain, Map, Settings, Winner
from counterpoise.comparison.remedies import NOTHING
from counterpoise.comparison.winner import choose_winner
from counterpoise.exceptions import InputError

__all__ = ["Facts"]


@dataclass(frozen=True)
class Facts:
    """What a study found.

    Its fields are facts: the folds, and what each arm said of the rows that it was tested on. All
    else is worked out from them, when it is asked for and without another fit.

    Attributes
    ----------
    data : Data
        Classes, columns, and the class of each row.
    settings : Settings
        What was asked for.
    folds : ndarray of int of shape (n_repeats, n_rows)
        The fold in which each row was tested; −1 where in none.
    arms : tuple of Arm
        Each model under each remedy, and a dummy that knows the classes' shares alone.
    observed : tuple of Finding
        What was noticed about the table.
    map : Map or None
        Rows of the rarer classes and new rows in two dimensions.
    stopped : bool
        Whether the budget ended the study before all was done.
    """

    data: Data
    settings: Settings
    folds: IntArray
    arms: tuple[Arm, ...]
    observed: tuple[Finding, ...] = ()
    map: Map | None = None
    stopped: bool = False

    @cached_property
    def verdicts(self) -> tuple[Gain, ...]:
        """The confirmatory family: each remedy against nothing, same model, on the headline."""
        return self.gains_of(self.settings.headline)

    @cached_property
    def best(self) -> Winner | None:
        """The arm with the best headline, and its score on folds that did not choose it."""
        metric = METRICS[self.settings.headline]
        values = {
            (arm.model, arm.remedy): self.values(metric.name, arm)
            for arm in self.arms
            if arm.model != DUMMY and arm.status == "done"
        }
        return choose_winner(values, metric)

    def arm(self, model: str, remedy: str = NOTHING) -> Arm:
        """Return one arm.

        Raises
        ------
        InputError
            If there is none of these names.
        """
        for arm in self.arms:
            if (arm.model, arm.remedy) == (model, remedy):
                return arm
        asked = f"{model}, {remedy}"
        known = [f"{arm.model}, {arm.remedy}" for arm in self.arms]
        raise InputError(f"There is no arm {asked!r}.{nearest(asked, known)}")

    def values(self, metric: str, arm: Arm, *, corrected: bool = False) -> Float64Array:
        """Return a metric of an arm in each fold.

        Parameters
        ----------
        metric : str
            A name of `METRICS`.
        arm : Arm
        corrected : bool, default=False
            Whether probabilities are corrected for the shares that the model was trained on.

        Returns
        -------
        ndarray of float64 of shape (n_repeats, n_folds)
            NaN where the fold was not done, or the metric is not defined.
        """
        chosen = metric_named(metric)
        # A correction keeps each fold's order, and no arm decides by it.
        corrected = corrected and chosen.needs_probabilities
        asked = chosen.name, arm.model, arm.remedy, corrected
        if asked not in self._known:
            judged = self._judge.corrected(arm) if corrected else arm
            self._known[asked] = self._judge.values(chosen, judged)
        return self._known[asked]

    def standard_error(self, metric: str, arm: Arm) -> float:
        """Return how much an arm's mean of a metric varies with the rows that it is tested on.

        Parameters
        ----------
        metric : str
            A name of `METRICS` that can be tested.
        arm : Arm

        Returns
        -------
        float
            The variance that comes from the training rows is not in it.
        """
        done = ~np.isnan(self.values(metric, arm))
        influences = self._judge.influences(metric_named(metric), arm, done)
        return float(np.linalg.norm(influences.sum(axis=0)) / max(done.sum(), 1))

    def corrected(self, arm: Arm) -> Float64Array:
        """Return an arm's scores, corrected for the shares that its model was trained on."""
        return corrected_scores(arm, self.data, self.folds)

    def gains_of(
        self, metric: str, *, corrected: bool = False, margin: float | None = None
    ) -> tuple[Gain, ...]:
        """Compare each remedy with nothing, same model, in a metric.

        Parameters
        ----------
        metric : str
            A name of `METRICS` that can be tested.
        corrected : bool, default=False
            Whether probabilities are corrected before.
        margin : float, optional
            The least gain that matters; None for that of the settings.

        Returns
        -------
        tuple of Gain
            Confirmatory where the metric is the headline as it was named before the run;
            descriptive otherwise: each interval stands for itself then.
        """
        chosen = metric_named(metric)
        own = margin if margin is not None else self.settings.margins[metric]
        family = metric == self.settings.headline and not corrected
        differences = self._differences(chosen, own, corrected=corrected)
        if family:
            return compare(differences, self.settings.level, self.n_smallest)
        each = [compare([found], self.settings.level, self.n_smallest)[0] for found in differences]
        return tuple(replace(gain, confirmatory=False) for gain in each)

    def table(self, *, corrected: bool = False) -> dict[tuple[str, str], dict[str, float]]:
        """Return every metric of every arm, as means over folds.

        Parameters
        ----------
        corrected : bool, default=False
            Whether probabilities are corrected before.

        Returns
        -------
        dict of (model, remedy) to dict of metric to float
            NaN where a metric is not defined.
        """
        return {
            (arm.model, arm.remedy): {
                name: mean_of(self.values(name, arm, corrected=corrected))
                for name in self.settings.metrics
            }
            for arm in self.arms
        }

    def at_threshold(
        self, model: str, remedy: str, threshold: float, *, corrected: bool = False
    ) -> dict[str, float]:
        """Return what an arm's decisions would be worth at a threshold; nothing is fitted again.

        Parameters
        ----------
        model, remedy : str
        threshold : float
            Rows that score as much or more are called rare.
        corrected : bool, default=False
            Whether it is meant for corrected probabilities.

        Returns
        -------
        dict of metric to float
            Means over folds of the metrics that look at decisions.

        Raises
        ------
        InputError
            If there are more than two classes.
        """
        if self.data.positive is None:
            raise InputError(
                f"A threshold divides two classes; there are {len(self.data.classes)}."
            )
        arm = self.arm(model, remedy)
        scores = (self.corrected(arm) if corrected else arm.scores)[..., 0]
        rare, common = self.data.positive, 1 - self.data.positive
        said = np.where(scores >= threshold, rare, common)
        moved = replace(arm, predictions=np.where(np.isnan(scores), -1, said))
        deciding = [metric for metric in METRICS.values() if not metric.reads_scores]
        return {m.name: mean_of(self._judge.values(m, moved)) for m in deciding}

    def with_costs(self, false_positive: float, false_negative: float) -> Self:
        """Return the same facts under other costs; nothing is fitted again.

        Thresholds that were chosen inside the folds stay where they are.
        """
        costs = Costs(false_positive, false_negative)
        return replace(self, settings=replace(self.settings, costs=costs))

    @property
    def n_smallest(self) -> int:
        """How many rows the rarest class has."""
        return int(np.bincount(self.data.codes).min())

    # ---- Within ----

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self.data, self.folds, self.settings.n_folds, self.settings.costs)

    @cached_property
    def _known(self) -> dict[tuple[str, str, str, bool], Float64Array]:
        """Metrics by fold that have been worked out: of metric, model, remedy, corrected."""
        return {}

    def _differences(self, metric: Metric, margin: float, *, corrected: bool) -> list[Difference]:
        judge = self._judge
        change = judge.corrected if corrected else lambda arm: arm
        nothing = {arm.model: change(arm) for arm in self.arms if arm.remedy == NOTHING}
        found = [
            measure(judge, metric, nothing[arm.model], change(arm), margin)
            for arm in self.arms
            if arm.remedy != NOTHING and arm.status in ("done", "partial")
        ]
        return [difference for difference in found if difference is not None]
