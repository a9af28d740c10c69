"""The report from facts: curves and thresholds against scikit-learn, escaping, Markdown, files."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.datasets import make_classification
from sklearn.metrics import confusion_matrix, precision_recall_curve, roc_curve

from counterpoise.exceptions import InputError
from counterpoise.study import Study, StudyResult
from counterpoise.study._records import Projection
from counterpoise.study._report import to_html, to_markdown
from counterpoise.study._report.curves import bins_of, precision_recall_bands, roc_bands
from counterpoise.study._report.threshold_data import pack_thresholds, threshold_candidates
from tests.study_results import make_result

HOSTILE = "<script>alert('x')</script>\"'&`|*"


def hostile() -> StudyResult:
    """Return a result in which every name that comes from the data is hostile."""
    result = make_result(offset=2.0, prior=0.5)
    data = replace(
        result.data, classes=("</script><b>no", HOSTILE), columns=((HOSTILE, "categorical"),)
    )
    candidates = tuple(replace(candidate, message=HOSTILE) for candidate in result.candidates)
    candidates = (*candidates[:2], replace(candidates[2], status="failed"))
    kinds = np.array([-1, 0, 1, 2, 3])
    positions = np.random.RandomState(0).normal(size=(5, 2))
    shown = Projection(np.arange(5), positions, kinds, positions[:1] + 0.1, np.array([[1, 2]]), 0.5)
    return replace(result, data=data, candidates=candidates, projection=shown)


def embedded(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def unpack(packed: dict[str, str]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["data"]), f"<{packed['type']}")


# ---- Curves ----


def test_curves_agree_with_scikit_learn(seed: int) -> None:
    result = make_result(seed=seed)
    candidate = result.candidate("m")
    roc, pr = roc_bands(result, candidate)[0], precision_recall_bands(result, candidate)[0]
    roc_by_fold, pr_by_fold = [], []
    for repeat in range(2):
        for number in range(5):
            rows = result.folds[repeat] == number
            y, score = result.data.codes[rows], candidate.scores[repeat, rows, 0]
            false, true, _ = roc_curve(y, score, drop_intermediate=False)
            roc_by_fold.append(np.interp(roc.x, false, true))
            precision, recall, _ = precision_recall_curve(y, score)
            # Of the thresholds that reach a recall, the highest.
            reached = [
                precision[:-1][recall[:-1] >= x - 1e-12][-1]
                if (recall[:-1] >= x - 1e-12).any()
                else 0
                for x in pr.x
            ]
            pr_by_fold.append(reached)
    assert roc.y == pytest.approx(np.mean(roc_by_fold, axis=0))
    assert pr.y == pytest.approx(np.mean(pr_by_fold, axis=0))
    assert (pr.low <= pr.y + 1e-9).all()
    assert roc.high == pytest.approx(np.quantile(roc_by_fold, 0.9, axis=0))


def test_calibration_bins_agree_with_scikit_learn(seed: int) -> None:
    result = make_result(seed=seed, n=2000)
    scores = result.candidate("m").scores
    bins = bins_of(result, scores)
    truth = np.tile(result.data.codes, 2)
    observed, predicted = calibration_curve(truth, scores.ravel(), n_bins=10, strategy="quantile")
    assert bins.predicted == pytest.approx(predicted, abs=2e-3)
    assert bins.observed == pytest.approx(observed, abs=5e-3)
    assert bins.rows.sum() == 4000
    assert ((bins.low <= bins.observed + 1e-12) & (bins.observed <= bins.high + 1e-12)).all()


# ---- Thresholds ----


def test_every_threshold_is_counted_exactly(seed: int) -> None:
    result = make_result(seed=seed)
    rounded = np.round(result.candidate("m").scores, 2)  # with ties
    candidate = replace(result.candidate("m"), scores=rounded)
    packed = pack_thresholds(result, candidate)
    names = ("scores", "predicted", "true_positives")
    scores, predicted, true_positives = (unpack(packed[name]) for name in names)
    y, score = result.data.codes, rounded[0, :, 0]
    distinct = np.unique(score)[::-1]
    assert scores == pytest.approx(distinct)
    for place, threshold in enumerate(distinct):
        counts = confusion_matrix(y, score >= threshold)
        assert true_positives[: place + 1].sum() == counts[1, 1]
        assert predicted[: place + 1].sum() == counts[:, 1].sum()
    own = candidate.predictions[0] == 1
    assert packed["own"] == [own.sum(), (own & (y == 1)).sum()]


def test_thresholds_are_shown_for_baselines_first() -> None:
    shown = threshold_candidates(make_result())
    assert [(candidate["model"], candidate["method"]) for candidate in shown] == [
        ("m", "baseline"),
        ("m", "smote"),
    ]
    X, y = make_classification(200, 6, n_informative=4, n_classes=3, random_state=0)
    several = Study("logistic", "smote", cv=(2, 1), random_state=0).run(X, y)
    assert threshold_candidates(several) == []
    assert (
        "A threshold needs two classes and a finished candidate. There are 3 classes."
        in to_html(several)
    )


@pytest.mark.costly
def test_large_tables_show_a_selection_of_thresholds() -> None:
    large = make_result(n=60_000)
    packed = pack_thresholds(large, large.candidate("m"))
    assert len(unpack(packed["scores"])) == 50_000
    assert unpack(packed["predicted"]).sum() == 60_000
    assert unpack(packed["true_positives"]).sum() == large.data.codes.sum()
    assert "50,000 thresholds are shown" in to_html(large)
    assert len(to_html(large).encode()) < 6e6


# ---- The page ----


def test_the_page_is_self_contained() -> None:
    page = to_html(hostile())
    assert page.startswith("<!doctype html>")
    assert len(page.encode()) < 6e6
    assert not re.search(r"(src|href)=.(https?:)?//", page)
    assert not re.search(r"<(link|img|iframe|object)\b", page)
    assert not re.search(r"\s(style|on[a-z]+)=", page)


def test_the_policy_allows_only_the_own_script_and_style() -> None:
    page = to_html(make_result())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy[1].replace("&#39;", "'")
    for tag in ("script", "style"):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert text is not None
        digest = base64.b64encode(hashlib.sha256(text[1].encode()).digest()).decode()
        assert f"sha256-{digest}" in policy[1]


def test_names_from_the_data_are_escaped() -> None:
    page = to_html(hostile())
    assert "<script>alert" not in page
    assert "<b>no" not in page
    assert "&lt;script&gt;alert(&#39;x&#39;)" in page
    assert "<script>alert" not in to_markdown(hostile())


def test_the_conclusion_comes_first_and_colors_have_labels() -> None:
    result = make_result(lift=3.0)
    page = to_html(result)
    heading = re.search(r"<h1>(.*?)</h1>", page)
    assert heading is not None
    assert heading[1] == result.verdict[0]
    assert "▲ better" in page
    for finding in result.findings:
        assert finding.code in page


def test_the_legend_defines_the_margin_first_and_has_a_line_for_each_outcome() -> None:
    page = to_html(make_result(lift=3.0))
    margin = page.index("The equivalence margin, the smallest improvement that matters, is 0.01.")
    entries = re.findall(r"<li>(.*?)</li>", page)
    assert margin < page.index("by more than the margin")
    assert len(entries) == 6
    assert entries[-1] == "? inconclusive: the interval is too wide to decide"


def test_losses_have_a_heading_that_explains_the_sign() -> None:
    result = make_result(offset=2.0, prior=0.5)
    losses = replace(result, settings=replace(result.settings, primary_metric="log_loss"))
    assert '<th scope="col">log loss (+ = reduction)</th>' in to_html(losses)
    assert "| log loss (+ = reduction) | m |" in to_markdown(losses)
    assert "A positive value is an improvement, that is, a reduction of log loss." in to_html(
        losses
    )


def test_the_tables_explain_methods_and_name_candidates_alike() -> None:
    page = to_html(make_result(lift=3.0))
    assert '<th scope="row" title="synthetic samples">smote</th>' in page
    for name in ("m (baseline)", "m with smote", "dummy model"):
        assert f'<th scope="row">{name}</th>' in page


def test_a_result_is_printed_with_conclusions_and_table() -> None:
    result = make_result(lift=3.0)
    text = str(result)
    n_positive = result.data.codes.sum()
    assert text.startswith(f"Positive class: 1, {n_positive} of 600, {n_positive / 600:.1%}.")
    assert "\n".join(result.verdict) in text
    assert re.search(r"^smote +\+0\.\d{3} ▲$", text, re.MULTILINE)
    assert len(text) < 2000
    assert repr(result) == text


def test_every_figure_has_its_data() -> None:
    page = to_html(hostile())
    facts = embedded(page)
    buttons = re.findall(r'data-csv="(\w+)"', page)
    assert set(buttons) == set(facts["figures"]) == {"curves", "calibration", "projection"}
    for columns in facts["figures"].values():
        assert len({len(column) for column in columns.values()}) == 1
    improvements = embedded(to_html(make_result(lift=3.0)))["figures"]["improvements"]
    assert improvements["value"] == [make_result(lift=3.0).improvements[0].value]


def test_an_unfinished_study_has_a_page() -> None:
    X, y = make_classification(200, weights=[0.8], random_state=0)
    result = Study("logistic", "smote", cv=(3, 1), budget=1e-9, random_state=0).run(X, y)
    assert "The study ended early" in to_html(result)
    assert "No method could be compared" in to_markdown(result)


# ---- Markdown and files ----


def test_markdown_has_the_table_of_improvements() -> None:
    result = make_result(lift=3.0)
    lines = to_markdown(result).splitlines()
    assert lines[0] == f"## {result.verdict[0]}"
    row = next(line for line in lines if line.startswith("| smote"))
    assert "▲" in row
    widths = {line.count("|") - line.count("\\|") for line in lines if line.startswith("|")}
    assert len(widths) == 1


@pytest.mark.parametrize("suffix", [".html", ".md", ".json"])
def test_reports_are_written_completely(tmp_path: Path, suffix: str) -> None:
    result = make_result()
    path = result.report(tmp_path / f"r{suffix}")
    text = path.read_text()
    expected = {".html": to_html, ".md": to_markdown, ".json": StudyResult.to_json}[suffix](result)
    assert text == expected
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_an_unknown_suffix_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"must end in .html, .md or .json; got 'r.pdf'"):
        make_result().report(tmp_path / "r.pdf")


def test_a_failed_write_keeps_the_existing_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.md"
    path.write_text("before")

    def breaks(self: Path, target: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", breaks)
    with pytest.raises(OSError, match="disk full"):
        make_result().report(path)
    assert path.read_text() == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["r.md"]
