"""Commands and Python code in the documents run, on tables with the columns that they name.

Python code with prompts is run by doctest. What is left is in blocks without prompts: it names data
of the reader, or takes long.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_classification

ROOT = Path(__file__).parent.parent
# Placeholders of documents, and what has tests of its own: the tutorial, and clusters.
SKIPPED = ("counterpoise tutorial", "--master", "--scheduler", "--engine spark")
QUICK_STUDY = {"--models": "logistic", "--methods": "threshold", "--folds": "3"}


def find_commands(document):
    """Return the commands of a document's shell blocks, with lines that continue joined."""
    text = (ROOT / document).read_text(encoding="utf-8").replace("\\\n", " ")
    code = "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    return [
        line.partition(" #")[0]
        for line in code.splitlines()
        if "counterpoise" in line and "pip install" not in line
    ]


def shorten(command):
    """Return the command with a model, a method and folds that are quick, if it names none."""
    if " study " not in command:
        return command
    options = {key: value for key, value in QUICK_STUDY.items() if key not in command}
    if "regression" in command:
        options |= {"--models": "ridge", "--methods": "relevance-weight"}
    return f"{command} {' '.join(f'{key} {value}' for key, value in options.items())}"


def write_tables(folder):
    """Write a table for each file that the documents name."""
    X, y = make_classification(600, 6, n_redundant=0, weights=[0.94], random_state=0)
    rng = np.random.default_rng(0)
    table = pd.DataFrame(X, columns=["amount", "hour", "age", "distance", "speed", "balance"])
    labels = np.where(y == 1, "yes", "no")
    fraud = table.assign(
        customer_id=np.arange(600), country=rng.choice(["FR", "DE"], 600), is_fraud=labels
    )
    fraud, test = fraud[:400], fraud[400:]
    fraud.to_csv(folder / "fraud.csv", index=False)
    fraud.drop(columns="is_fraud").to_csv(folder / "new.csv", index=False)
    for name, part in (("train", fraud), ("test", test)):
        part.to_csv(folder / f"{name}.csv", index=False)
        part.to_parquet(folder / f"{name}.parquet")
    table.assign(fraud=labels, payment_id=np.arange(600)).to_csv(
        folder / "payments.csv", index=False
    )
    table.assign(payment_id=np.arange(600)).to_csv(folder / "new_payments.csv", index=False)
    table.assign(income=labels).to_csv(folder / "people.csv", index=False)
    table.assign(y=y).to_csv(folder / "big.csv.gz", index=False)
    table.assign(disease=labels).to_csv(folder / "heart.csv", index=False)
    visits = table.assign(patient=np.arange(600) // 3, p=rng.uniform(size=600), readmitted=labels)
    visits.to_csv(folder / "visits.csv", index=False)
    prices = 100_000 * np.exp(X[:, 0] + rng.normal(0, 0.3, 600))
    table.assign(price=prices).to_csv(folder / "houses.csv", index=False)
    scores = {name: 1 / (1 + np.exp(-2 * y - rng.normal(0, 1, 600))) for name in ("old", "new")}
    scored = pd.DataFrame(scores).assign(probability=scores["new"], is_fraud=y, fraud=labels)
    scored.to_csv(folder / "scored.csv", index=False)
    german = table.assign(betrag=[f"{value:.2f}".replace(".", ",") for value in 900 + 50 * X[:, 0]])
    german.assign(gekauft=labels, größe="groß").to_csv(
        folder / "umsatz.csv", index=False, encoding="cp1252"
    )
    approval = pd.DataFrame(rng.normal(size=(600, 15))).assign(label=labels)
    approval.to_csv(folder / "approval.data", index=False, header=False)
    patients = table.assign(outcome=np.where(rng.uniform(size=600) < 0.3, labels + " ", labels))
    patients["age"] = patients["age"].astype(object).where(rng.uniform(size=600) > 0.05, "unknown")
    patients.to_csv(folder / "patients.csv", index=False)
    numbers = fraud.drop(columns=["customer_id", "country"])
    for name, part in (("transactions", numbers), ("payments", table.assign(fraud=labels))):
        (folder / name).mkdir()
        part.to_parquet(folder / name / "part.parquet")


def remove_outputs(command, folder):
    """Remove what an earlier command has written to the outputs of this one."""
    for name in re.findall(r" (?:-o|--report|--save-model|--suspects) ([\w./]+)", command):
        if (folder / name).is_dir():
            shutil.rmtree(folder / name)
        (folder / name).unlink(missing_ok=True)


def run(command, folder):
    """Run a command in a shell, as a reader would who reads one section of the document."""
    if "--force" not in command:
        remove_outputs(command, folder)
    program = f"{shlex.quote(sys.executable)} -m counterpoise"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    line = re.sub(r"\bcounterpoise (?=\w|-)", f"{program} ", shorten(command))
    return subprocess.run(
        [shutil.which("bash"), "-o", "pipefail", "-c", line],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def documents(find):
    """Return the documents in which a function finds something."""
    paths = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    names = [path.relative_to(ROOT).as_posix() for path in paths]
    return [name for name in names if find(name)]


@pytest.mark.slow
@pytest.mark.parametrize("document", documents(find_commands))
def test_commands_run(document, tmp_path):
    """Every command ends without an error."""
    write_tables(tmp_path)
    for command in find_commands(document):
        if not any(text in command for text in SKIPPED):
            result = run(command, tmp_path)

            assert result.returncode in allowed_codes(command), f"{command}\n{result.stderr}"


def allowed_codes(command):
    """Return the exit codes of a command that found what it looks for, or did not."""
    return {0, 4} if "--fail-on" in command or "--leakage" in command else {0}


def find_code(document):
    """Return the Python code of a document that has no prompts."""
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = re.findall(r"^( *)```python\n(.*?)^\1```", text, re.DOTALL | re.MULTILINE)
    code = [textwrap.dedent(block) for _, block in blocks]
    return [block for block in code if ">>>" not in block]


@pytest.mark.slow
@pytest.mark.parametrize("document", documents(find_code))
def test_code_runs(document, tmp_path, monkeypatch):
    """The code of a document runs from top to bottom."""
    write_tables(tmp_path)
    monkeypatch.chdir(tmp_path)
    scored = pd.read_csv("scored.csv")
    table = pd.read_csv("fraud.csv")
    numbers, y = table.select_dtypes("number").drop(columns="customer_id"), table["is_fraud"]
    names = {"X": numbers} | {
        f"p_{name}": scored[name][: len(y)].to_numpy() for name in ("old", "new")
    }
    for code in find_code(document):
        names["y"] = np.exp(numbers["amount"]) if "RegressionStudy" in code else y
        exec(code, names)  # noqa: S102
