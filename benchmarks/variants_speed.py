"""Time the oversamplers of research papers, compared with the package smote_variants.

    python benchmarks/variants_speed.py [PYTHON] [--repeats N] [--only NAME ...] [--rows N]

PYTHON is an interpreter that has smote_variants, by default the one that runs this. The table has
20,000 rows, 10% of them of the minority class, and 20 features, so that 16,000 synthetic samples
are generated. Both packages run in one thread, one after the other for each method, and the method
that is timed runs once before on a small table. Times are user time, medians of the repeats.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from statistics import median

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # before libraries are imported

import numpy as np
from sklearn.datasets import make_classification

from counterpoise import combine, over_sampling

# The class of smote_variants, and its parameters where the defaults mean something else.
PEERS: dict[str, tuple[str, dict[str, object]]] = {
    "SMOTE": ("SMOTE", {}),
    "PolynomFitSMOTE star": ("polynom_fit_SMOTE_star", {}),
    "PolynomFitSMOTE bus": ("polynom_fit_SMOTE_bus", {}),
    "PolynomFitSMOTE mesh": ("polynom_fit_SMOTE_mesh", {}),
    "PolynomFitSMOTE curve": ("polynom_fit_SMOTE_poly", {}),
    "ProWSyn": ("ProWSyn", {}),
    "SMOTEIPF": ("SMOTE_IPF", {}),
    "Lee": ("Lee", {}),
    "SMOBD": ("SMOBD", {"max_eps": 100.0}),  # in original units, in which 1 has no neighbor
    "CCR": ("CCR", {}),
    "LVQSMOTE": ("LVQ_SMOTE", {}),
    "AssembledSMOTE": ("Assembled_SMOTE", {}),
    "SafeLevelSMOTE": ("Safe_Level_SMOTE", {}),
    "MWMOTE": ("MWMOTE", {}),
    "ROSE": ("ROSE", {}),
    "DBSMOTE": ("DBSMOTE", {"eps": 4.0}),
    "GaussianSMOTE": ("Gaussian_SMOTE", {}),
    "SMOTERSB": ("SMOTE_RSB", {}),
    "RandomSMOTE": ("Random_SMOTE", {}),
    "GeometricSMOTE": ("", {}),  # smote_variants has another method of this name
    "LoRAS": ("", {}),
}
CHILD = """
import json, logging, resource, sys, warnings
import numpy as np
import smote_variants
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
name, params, path, repeats = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3], int(sys.argv[4])
data = np.load(path)
X, y = data["X"], data["y"]
times = []
for i in range(-1, repeats):
    sampler = getattr(smote_variants, name)(random_state=i + 1, **params)
    some = slice(400) if i < 0 else slice(None)
    start = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    _, classes = sampler.sample(X[some], y[some])
    times.append(resource.getrusage(resource.RUSAGE_SELF).ru_utime - start)
print(json.dumps([times[1:], int((classes == 1).sum())]))
"""


def build(name: str, seed: int) -> over_sampling.SMOTE:
    """Return a sampler by its name, with a topology after it or none."""
    cls, _, topology = name.partition(" ")
    params = {"topology": topology} if topology else {}
    module = over_sampling if hasattr(over_sampling, cls) else combine
    return getattr(module, cls)(random_state=seed, **params)


def time_ours(name: str, X: np.ndarray, y: np.ndarray, repeats: int) -> tuple[list[float], int]:
    """Return the user times of a sampler, and the size of the minority class in its output."""
    times = []
    for i in range(-1, repeats):
        sampler = build(name, i + 1)
        some = slice(400) if i < 0 else slice(None)
        start = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        _, classes = sampler.fit_resample(X[some], y[some])
        times.append(resource.getrusage(resource.RUSAGE_SELF).ru_utime - start)
    return times[1:], int((classes == 1).sum())


def time_theirs(
    python: str, peer: tuple[str, dict[str, object]], path: Path, repeats: int
) -> tuple[list[float], int]:
    """Return the same of smote_variants, in a process of another interpreter."""
    command = [python, "-c", CHILD, peer[0], json.dumps(peer[1]), str(path), str(repeats)]
    environment = {**os.environ, "PYTHONPATH": ""}
    output = subprocess.run(command, env=environment, capture_output=True, check=False)
    if output.returncode:
        raise RuntimeError(output.stderr.decode().strip().splitlines()[-1])
    times, size = json.loads(output.stdout.splitlines()[-1])
    return times, size


def main() -> None:
    """Print a table with a row for each method, as soon as it is timed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("python", nargs="?", default=sys.executable)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--only", nargs="*", default=list(PEERS))
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    X, y = make_classification(
        arguments.rows, 20, n_informative=10, weights=[0.9], flip_y=0.02, random_state=0
    )
    print("| sampler | counterpoise, ms | smote_variants, ms | ratio | minority samples |")
    print("|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.npz"
        np.savez(path, X=X, y=y)
        for name in arguments.only:
            ours, size = time_ours(name, X, y, arguments.repeats)
            row = f"| {name} | {1000 * median(ours):,.0f} |"
            peer = PEERS.get(name, ("", {}))
            if not peer[0]:
                print(f"{row} – | – | {size:,} |", flush=True)
                continue
            try:
                theirs, their_size = time_theirs(arguments.python, peer, path, arguments.repeats)
            except RuntimeError as error:
                print(f"{row} fails: {error} | – | {size:,} |", flush=True)
                continue
            ratio = median(theirs) / max(median(ours), 1e-3)
            print(
                f"{row} {1000 * median(theirs):,.0f} | {ratio:,.0f}× | {size:,} / {their_size:,} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
