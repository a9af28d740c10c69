"""The methods for several labels per sample, written plainly after the pseudocode of their papers.

`y` is an array of 0 and 1. `benchmarks/multilabel.py` compares their run times with the library.
"""

from __future__ import annotations

import numpy as np


def compute_ratios(y: np.ndarray) -> np.ndarray:
    """Return the imbalance ratio of each label."""
    counts = y.sum(axis=0)
    return counts.max() / counts


def compute_scumble(y: np.ndarray) -> np.ndarray:
    """Return the SCUMBLE of each sample."""
    ratios, values = compute_ratios(y), np.zeros(len(y))
    for i, row in enumerate(y):
        own = ratios[row == 1]
        if len(own) > 1:
            values[i] = 1 - np.prod(own) ** (1 / len(own)) / own.mean()
    return values


def find_minority(y: np.ndarray) -> np.ndarray:
    """Return whether each label is a minority label."""
    ratios = compute_ratios(y)
    return ratios > ratios.mean()


def oversample_labels(y: np.ndarray, positions: np.ndarray) -> list[int]:
    """Return the rows after ML-ROS, given the position of each duplicate among its label's rows."""
    mean, rows = compute_ratios(y).mean(), list(range(len(y)))
    bags = {j: np.flatnonzero(y[:, j]) for j in np.flatnonzero(find_minority(y))}
    while bags and len(rows) < len(y) + len(positions):
        for label, bag in list(bags.items()):
            if len(rows) == len(y) + len(positions):
                break
            rows.append(int(bag[int(positions[len(rows) - len(y)] * len(bag))]))
            if compute_ratios(y[rows])[label] <= mean:
                del bags[label]
    return rows


def undersample_labels(y: np.ndarray, n_removed: int, rng: np.random.RandomState) -> list[int]:
    """Return the rows that ML-RUS keeps."""
    ratios = compute_ratios(y)
    mean = ratios.mean()
    has_minority = y[:, ratios > mean].any(axis=1)
    kept = list(range(len(y)))
    queues = {
        j: rng.permutation(np.flatnonzero((y[:, j] == 1) & ~has_minority)).tolist()
        for j in np.flatnonzero(ratios < mean)
    }
    while queues and len(y) - len(kept) < n_removed:
        for label, queue in list(queues.items()):
            if len(y) - len(kept) == n_removed:
                break
            queue[:] = [row for row in queue if row in kept]
            rest = [row for row in kept if row != queue[-1]] if queue else kept
            kept = rest if y[rest].any(axis=0).all() else kept
            del queue[-1:]
            if not queue or compute_ratios(y[kept])[label] >= mean:
                del queues[label]
    return kept


def mlsmote(
    X: np.ndarray, y: np.ndarray, k: int, rule: str, rng: np.random.RandomState
) -> tuple[np.ndarray, np.ndarray]:
    """Return the synthetic samples of MLSMOTE and their label sets."""
    samples, label_sets = [], []
    for label in np.flatnonzero(find_minority(y)):
        bag = np.flatnonzero(y[:, label])
        ranks, weights = rng.randint(0, k, size=len(bag)), rng.uniform(size=len(bag))
        for base, rank, weight in zip(bag, ranks, weights, strict=True):
            distances = np.linalg.norm(X[bag] - X[base], axis=1)
            nearest = bag[np.argsort(distances)][1 : k + 1]
            samples.append(X[base] + weight * (X[nearest[rank]] - X[base]))
            votes = y[base] + y[nearest].sum(axis=0)
            if rule == "ranking":
                label_sets.append(votes > (k + 1) / 2)
            else:
                label_sets.append(votes > 0 if rule == "union" else votes == k + 1)
    return np.array(samples), np.array(label_sets).astype(y.dtype)


def remedial(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the output of REMEDIAL."""
    is_minority, values = find_minority(y), compute_scumble(y)
    separated, duplicates, rows = y.copy(), [], []
    for i in range(len(y)):
        if values[i] > values.mean() and y[i, is_minority].any() and y[i, ~is_minority].any():
            separated[i] = y[i] * is_minority
            duplicates.append(y[i] * ~is_minority)
            rows.append(i)
    return np.vstack([X, X[rows]]), np.vstack([separated, *duplicates])


def mlenn(X: np.ndarray, y: np.ndarray, k: int, threshold: float) -> list[int]:
    """Return the rows that MLeNN keeps."""
    is_minority, kept = find_minority(y), []
    for i in range(len(y)):
        if y[i, is_minority].any():
            kept.append(i)
            continue
        distances = np.linalg.norm(X - X[i], axis=1)
        n_different = 0
        for j in np.argsort(distances)[1 : k + 1]:
            difference = np.abs(y[i] - y[j]).sum() / max(1, y[i].sum() + y[j].sum())
            n_different += difference > threshold
        if n_different < k / 2:
            kept.append(i)
    return kept


def assign_folds(y: np.ndarray, n_folds: int) -> np.ndarray:
    """Return the fold of each sample by iterative stratification, with ties to the first."""
    fold_of = np.full(len(y), -1)
    desired = np.full(n_folds, len(y) / n_folds)
    desired_of_label = np.outer(y.sum(axis=0) / n_folds, np.ones(n_folds))
    while (fold_of < 0).any():
        counts = y[fold_of < 0].sum(axis=0)
        if counts.any():
            label = min(np.flatnonzero(counts), key=lambda j: (counts[j], j))
            rows, wanted = (fold_of < 0) & (y[:, label] == 1), desired_of_label[label]
        else:
            rows, wanted = fold_of < 0, desired
        for row in np.flatnonzero(rows):
            best = np.flatnonzero(np.isclose(wanted, wanted.max()))
            fold = best[np.argmax(desired[best])]
            fold_of[row] = fold
            desired[fold] -= 1
            desired_of_label[y[row] == 1, fold] -= 1
    return fold_of
