"""Balance a real table: the eights among scikit-learn's hand-written digits.

One digit in ten is an eight. Half of them are hidden from us here, so that the class is rare; SMOTE
then makes new eights, and a picture shows some beside the real ones they lie between. The whole
table is left as digits.csv, for a study of whether any of this helps to find eights.

Run it with: python examples/digits.py [FOLDER]
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from sklearn.datasets import load_digits

from counterpoise.datasets import make_imbalance
from counterpoise.over_sampling import SMOTE


def main(folder: Path) -> None:
    """Make the rare class, balance it, and draw six new digits between their parents."""
    pixels, digit = load_digits(return_X_y=True)
    is_eight = np.where(digit == 8, "eight", "other")
    X, y = make_imbalance(pixels, is_eight, sampling_strategy={"eight": 85}, random_state=0)

    sampler = SMOTE(random_state=0)
    X_balanced, y_balanced = sampler.fit_resample(X, y)

    for name, labels in (("before", y), ("after", y_balanced)):
        counts = {label: int((labels == label).sum()) for label in ("eight", "other")}
        print(f"{name}: {counts['eight']} eights, {counts['other']} other digits")
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "digits.csv", pixels, is_eight)
    picture = draw(X, X_balanced, sampler.provenance_)
    picture.savefig(folder / "digits.png", dpi=150)
    print(f"The picture is {folder / 'digits.png'}")


def write(path: Path, pixels: np.ndarray, label: np.ndarray) -> None:
    """Write all digits, a column for each pixel and one that says what it is."""
    names = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow([*names, "label"])
        table.writerows([*row, name] for row, name in zip(pixels.astype(int), label, strict=True))


def draw(X: np.ndarray, X_balanced: np.ndarray, provenance: object) -> Figure:
    """Draw six new digits, each between the two real ones it was made from."""
    made = np.flatnonzero(provenance.is_new)
    weight = provenance.weight[made]
    # The middle of the line shows best what a blend is.
    shown = made[np.argsort(np.abs(weight - 0.5))[:6]]
    figure = Figure(figsize=(9, 5.2), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle("New eights lie between two real ones")
    axes = figure.subplots(3, 6)
    for column, row in zip(axes.T, shown, strict=True):
        base, partner = provenance.base[row], provenance.partner[row]
        for axis, image in zip(column, (X[base], X_balanced[row], X[partner]), strict=True):
            axis.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=16)
            axis.set(xticks=[], yticks=[])
    for axis, name in zip(
        axes[:, 0], ("a real eight", "the new one", "its neighbour"), strict=True
    ):
        axis.set_ylabel(name)
    return figure


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo"))
