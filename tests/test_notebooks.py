"""Objects, progress and the examples of the gallery in Jupyter, run by nbclient."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
from sklearn.datasets import make_classification

from counterpoise._lib.findings import create_finding, sort_by_severity
from counterpoise._lib.html_fragment import html_table, items
from counterpoise.exceptions import InputError
from counterpoise.study import Study
from counterpoise.study._progress import _BarState, show_progress

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "data" / "plot_c_mixed_columns.py"
SETUP = """
import numpy as np, pandas as pd, counterpoise
from sklearn.linear_model import LogisticRegression
from counterpoise import audit, evaluation, multilabel, probability
from counterpoise import ResampledClassifier
from counterpoise.combine import Chain
from counterpoise.ensemble import EasyEnsembleClassifier
from counterpoise.over_sampling import SMOTE
from counterpoise.pipeline import make_pipeline
from counterpoise.study import CandidateClassifier, RegressionStudy, SavedModel, Study
from counterpoise.under_sampling import TomekLinks
from counterpoise.utils import all_estimators

rng = np.random.RandomState(0)
X = pd.DataFrame(rng.normal(size=(150, 2)), columns=["<b>width", "height"])
y = np.where(X.iloc[:, 0] + rng.normal(size=150) > 1.2, "<b>yes", "no")
smote = SMOTE(random_state=0)
smote.fit_resample(X, y)
study = Study("naive-bayes", "random-over", cv=(2, 1), random_state=0)
result = study.run(X, y, progress=False)
regression = RegressionStudy("ridge", "random-over", cv=(2, 1), random_state=0)
candidate = CandidateClassifier("naive-bayes", "random-over")
labels = pd.DataFrame({"<b>a": rng.uniform(size=150) < 0.2, "b": rng.uniform(size=150) < 0.5})
"""
# What a cell ends with, and a text that its HTML has.
OBJECTS = {
    "result": "Findings (",
    "result.findings": "<li>",
    "audit.leakage(X[:75], X[75:]).findings": "<li>note (leakage-duplicates): ",
    "study": "naive-bayes: ",
    "regression": "random-over: ",
    "regression.run(X, rng.gamma(2, 2, 150), progress=False)": "relevance-weighted RMSE",
    "counterpoise.inspect(X, y)": "imbalance ratio",
    "counterpoise.evaluate(y, {'<b>m': rng.uniform(size=150)}, positive='<b>yes')": "Brier score",
    "audit.leakage(X[:75], X[75:])": "No leakage found.",
    "audit.synthetic_samples((X, y), smote, n_splits=1)": "ROC AUC of a two-sample test",
    "multilabel.inspect(labels)": "IRLbl",
    "smote.provenance_": '<th scope="col" style="text-align:left">synthetic row</th>',
    "probability.calibration_bins(y == 'no', rng.uniform(size=150))": "fraction of positives",
    "smote": "SMOTE",
    "Chain([smote, TomekLinks()])": "TomekLinks",
    "make_pipeline(smote, LogisticRegression()).fit(X, y)": "LogisticRegression",
    "ResampledClassifier(LogisticRegression(), smote, calibration=None).fit(X, y)": "SMOTE",
    "candidate": "random-over",
    "candidate.fit(X, y)": "GaussianNB",
    "SavedModel(candidate, '<b>target', {'counterpoise': '1'})": "Trained with counterpoise 1",
    "EasyEnsembleClassifier(n_estimators=2)": "EasyEnsembleClassifier",
}
ESTIMATORS = """
from IPython.display import display
for name, sampler in all_estimators():
    display(sampler([smote]) if name == "Chain" else sampler())
"""
PROGRESS = {
    "default": "study.run(X, y)",
    "off": "study.run(X, y, progress=False)",
    "own": "study.run(X, y, on_update=[].append)",
    "stopped": "study.run(X, y, progress=True, on_update=lambda update: 1 / 0)",
}


class Checker(HTMLParser):
    """Checks that elements are closed in order, and collects texts and heading cells."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[dict[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "th":
            self.headings.append(dict(attrs))
        if tag not in {"br", "input", "link", "meta", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def example() -> list[Any]:
    """Return the cells of an example of the gallery; none without the packages that convert it."""
    if not (find_spec("sphinx_gallery") and find_spec("nbclient")):
        return []
    script = run_path(str(ROOT / "docs" / "notebooks.py"))

    assert EXAMPLE in script["find_examples"]()
    return list(script["convert"](EXAMPLE).cells)


@pytest.fixture(scope="module")
def outputs(example: list[Any]) -> dict[str, list[Any]]:
    """Return the outputs of each cell of a notebook; one kernel runs all of them."""
    pytest.importorskip("ipykernel")
    client = pytest.importorskip("nbclient")
    create = pytest.importorskip("nbformat.v4")
    codes = [SETUP, *OBJECTS, ESTIMATORS, *PROGRESS.values()]
    cells = [create.new_code_cell(code) for code in codes]
    cells[-1].metadata["tags"] = ["raises-exception"]
    notebook = create.new_notebook(cells=[*cells, *example])
    client.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    return {cell.source: cell.get("outputs", []) for cell in notebook.cells}


@pytest.mark.parametrize("source", OBJECTS)
def test_objects_are_shown_as_html(outputs: dict[str, list[Any]], source: str) -> None:
    """The HTML is complete, escaped, of limited size, and without colors that a theme may hide."""
    data = outputs[source][-1]["data"]
    page = data["text/html"]

    assert OBJECTS[source] in page
    assert "text/plain" in data
    if "sk-top-container" not in page:  # which scikit-learn draws
        assert "<b>" not in page
        assert len(page) < 20_000
        assert "color" not in page
        checker = Checker()
        checker.feed(page)
        assert not checker.open
        assert all(heading.get("scope") in ("row", "col") for heading in checker.headings)


def test_html_is_limited_in_size() -> None:
    """Notebooks are saved with it, so that a wide table or a long name must not fill them."""
    rows = [("<" * 10_000, ["1"] * 3)] * 1000
    page = html_table(["name", "a", "b", "c"], rows, "Table")

    assert len(page) < 60 * 4 * 2500
    assert "and 940 more" in page
    assert "and 1 more" in items(["text"] * 61)
    assert "…" in page


def test_findings_are_printed_as_lines() -> None:
    findings = sort_by_severity(create_finding("a", "note", text) for text in ("One.", "Two."))

    assert str(findings) == "note (a): One.\nnote (a): Two."
    assert "No findings." in sort_by_severity([])._repr_html_()


def test_samplers_are_shown_as_diagrams(outputs: dict[str, list[Any]]) -> None:
    shown = [output["data"]["text/html"] for output in outputs[ESTIMATORS]]

    assert len(shown) > 40
    assert all("sk-top-container" in page for page in shown)


def test_a_bar_shows_progress_in_jupyter(outputs: dict[str, list[Any]]) -> None:
    """One output is updated in place, and stays with the final state."""
    bar, *others = outputs[PROGRESS["default"]]
    (stopped, error) = outputs[PROGRESS["stopped"]]

    assert len(others) == 1  # the result
    assert re.fullmatch(r"6 of 6 fits in \d+ s\.", bar["data"]["text/plain"])
    assert '<progress max="6" value="6"' in bar["data"]["text/html"]
    assert len(outputs[PROGRESS["off"]]) == len(outputs[PROGRESS["own"]]) == 1
    assert stopped["data"]["text/plain"].startswith("Stopped after 0 of 6 fits, ")
    assert error["ename"] == "ZeroDivisionError"


def test_a_running_bar_shows_the_last_update() -> None:
    state = _BarState(3, 1200, 61, "svm <baseline>: ROC AUC 0.812 (about 3 min left)")

    assert repr(state).startswith("3 of 1,200 fits, 61 s. svm <baseline>: ROC AUC")
    assert '<progress max="1200" value="3"' in state._repr_html_()
    assert "svm &lt;baseline&gt;" in state._repr_html_()


def test_progress_outside_jupyter(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    """True prints a line for each update; None and False print nothing, and nothing changes."""
    X, y = make_classification(100, weights=[0.7], random_state=seed)
    study = Study("naive-bayes", "random-over", cv=(2, 1), random_state=seed)
    results = []
    for progress, n_lines in ((None, 0), (False, 0), (True, 4)):
        results.append(study.run(X, y, progress=progress))
        printed = capsys.readouterr()
        assert printed.out == ""
        assert len(printed.err.splitlines()) == n_lines
    assert results[0].improvements == results[1].improvements == results[2].improvements
    assert "all done" in printed.err
    with pytest.raises(InputError, match="progress must be True, False, None, or a function"):
        study.run(X, y, progress="bar")  # type: ignore[arg-type]


def test_updates_are_also_given_to_the_function_of_the_user() -> None:
    received: list[Any] = []
    with show_progress(True, received.append) as (_, on_update):
        assert on_update is not None
        on_update("an update")  # type: ignore[arg-type]
    assert received == ["an update"]


def test_an_example_of_the_gallery_runs_as_a_notebook(
    example: list[Any], outputs: dict[str, list[Any]]
) -> None:
    """`make notebooks` runs all of them."""
    if not example:
        pytest.skip("sphinx-gallery is not installed")
    head, title, *others = example
    tables = [
        o for cell in others for o in outputs[cell.source] if "text/html" in o.get("data", {})
    ]

    assert head.source.endswith('# %pip install "counterpoise[all]"')
    assert title.source.startswith("# Mixed and missing values with SMOTENC")
    assert not any(":func:" in cell.source for cell in others)
    assert tables
