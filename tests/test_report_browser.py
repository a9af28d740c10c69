"""Report pages in a browser: slider, tables, downloads, dark mode, phone, accessibility."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from sklearn.datasets import make_classification

from counterpoise import inspect
from counterpoise.audit import synthetic_samples
from counterpoise.evaluation import Evaluation, evaluate
from counterpoise.over_sampling import SMOTE
from counterpoise.study import StudyResult
from counterpoise.study._records import Costs
from tests.study_results import make_result
from tests.test_evaluation import scored
from tests.test_report import hostile


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("install Debian's package chromium to run this test")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


class Visit:
    """A page opened from a file, with its console messages and requests."""

    def __init__(self, browser: Browser, path: Path, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.messages: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())

    def text(self, name: str) -> str:
        return self.page.locator(f"#{name}").inner_text()

    def number(self, name: str) -> int:
        return int(self.text(f"out-{name}").replace(",", ""))


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Any]:
    visits: list[Visit] = []

    def go(result: StudyResult | Evaluation, **options: Any) -> Visit:
        path = result.report(tmp_path / "report.html")
        visits.append(Visit(browser, path, **options))
        return visits[-1]

    yield go
    for each in visits:
        assert each.messages == []
        assert [url for url in each.requests if not url.startswith(("file:", "blob:"))] == []
        each.context.close()


def test_the_slider_updates_the_confusion_matrix_exactly(visit: Any) -> None:
    result = make_result(offset=1.0)
    page = visit(result)
    scores = result.scores_of(result.candidate("m"), "calibrated")[0, :, 0]
    truth = result.data.codes == 1
    distinct = np.unique(scores)[::-1]
    slider = page.page.locator("#slider")
    assert int(slider.get_attribute("max") or 0) == len(distinct)
    for at in (0, 1, 17, 300, len(distinct)):
        slider.evaluate(
            "(s, at) => { s.value = String(at); s.dispatchEvent(new Event('input')); }", at
        )
        predicted = scores >= distinct[at - 1] if at else np.zeros(len(scores), bool)
        assert page.number("tp") == (predicted & truth).sum()
        assert page.number("fp") == (predicted & ~truth).sum()
        assert page.number("fn") == (~predicted & truth).sum()
        assert page.number("tn") == (~predicted & ~truth).sum()


def test_the_slider_works_with_the_keyboard(visit: Any) -> None:
    page = visit(make_result())
    page.page.locator("#slider").focus()
    page.page.keyboard.press("Home")
    assert page.number("tp") + page.number("fp") == 0
    page.page.keyboard.press("ArrowRight")
    assert page.number("tp") + page.number("fp") == 1
    page.page.keyboard.press("End")
    assert page.number("fn") + page.number("tn") == 0
    label = page.page.locator("#slider").get_attribute("aria-valuetext")
    assert "600 rows predicted positive" in label


def test_the_page_opens_at_the_threshold_for_the_costs(visit: Any) -> None:
    result = make_result(offset=1.0)
    page = visit(replace(result, settings=replace(result.settings, costs=Costs(1.0, 25.0))))
    opened = [page.number(name) for name in ("tp", "fp", "fn", "tn")]
    page.page.locator("#cheapest").click()
    assert [page.number(name) for name in ("tp", "fp", "fn", "tn")] == opened
    page.page.locator("#own").click()
    assert [page.number(name) for name in ("tp", "fp", "fn", "tn")] != opened


def test_candidates_costs_and_thresholds_can_be_chosen(visit: Any) -> None:
    result = make_result(offset=1.0)
    page = visit(result)
    page.page.locator("#candidate").select_option(label="m with smote")
    candidate = result.candidate("m", "smote")
    own, truth = candidate.predictions[0] == 1, result.data.codes == 1
    assert page.number("tp") == (own & truth).sum()
    assert page.number("fp") == (own & ~truth).sum()
    page.page.locator("#threshold-value").fill("0.2")
    scores = result.scores_of(candidate, "calibrated")[0, :, 0]
    predicted = scores >= 0.2
    assert page.number("tp") + page.number("fp") == predicted.sum()
    page.page.locator("#cost-fn").fill("25")
    page.page.locator("#cheapest").click()
    costs = [
        (scores >= at)[~truth].sum() + 25 * (scores < at)[truth].sum()
        for at in [2, *np.unique(scores)]
    ]
    assert page.number("fp") + 25 * page.number("fn") == min(costs)
    assert float(page.text("out-cost")) == pytest.approx(min(costs) / 600, rel=1e-3)


def test_data_of_figures_can_be_downloaded(visit: Any) -> None:
    result = make_result(lift=3.0)
    page = visit(result)
    with page.page.expect_download() as download:
        page.page.locator("button[data-csv=improvements]").click()
    assert download.value.suggested_filename == "improvements.csv"
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0].startswith("model,method,baseline_score,score,value,low,high")
    assert lines[1].startswith("m,smote,")
    assert float(lines[1].split(",")[4]) == result.improvements[0].value


def test_tables_of_the_kinds_of_probabilities_are_switched(visit: Any) -> None:
    page = visit(make_result(offset=2.0, prior=0.5)).page
    assert page.locator("#table-predicted").is_visible()
    for kind in ("corrected", "calibrated", "predicted"):
        page.locator("#probabilities").select_option(kind)
        for other in ("predicted", "corrected", "calibrated"):
            assert page.locator(f"#table-{other}").is_visible() == (other == kind)


def test_a_hint_is_shown_where_content_scrolls(visit: Any) -> None:
    result = make_result(lift=3.0)
    narrow = visit(result, viewport={"width": 390, "height": 800}).page
    hints = narrow.locator("figure .hint")
    assert hints.count() == 3
    assert all(hints.nth(place).is_visible() for place in range(3))
    wide = visit(result, viewport={"width": 1800, "height": 800}).page
    assert not any(wide.locator(".hint").nth(place).is_visible() for place in range(6))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 390])
def test_the_page_is_accessible_and_fits(visit: Any, scheme: str, width: int) -> None:
    page = visit(hostile(), color_scheme=scheme, viewport={"width": width, "height": 800}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, paper[4:-1].split(","))) < 200) == (scheme == "dark")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1100)])
def test_the_page_of_an_evaluation_is_accessible_and_fits(
    visit: Any, scheme: str, width: int
) -> None:
    y, p = scored()
    result = evaluate(y, {"old": p, "new": p**2}, costs=(1, 10), n_resamples=100)
    visited = visit(result, color_scheme=scheme, viewport={"width": width, "height": 800})
    page = visited.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.locator("#cheapest").click()
    (best,) = (c for c in result.thresholds if (c.name, c.chosen_by) == ("old", "expected_cost"))
    assert visited.number("tp") == ((p >= best.threshold) & (y == 1)).sum()


def test_hostile_names_are_shown_as_text(visit: Any) -> None:
    page = visit(hostile()).page
    assert "<script>alert('x')</script>" in page.locator("body").inner_text()
    assert page.locator("script").count() == 2
    assert page.locator("b", has_text="no").count() == 0


def test_the_page_prints(visit: Any) -> None:
    page = visit(make_result()).page
    page.emulate_media(media="print")
    assert not page.locator("#slider").is_visible()
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_an_audit_is_accessible_and_works(
    browser: Browser, tmp_path: Path, scheme: Any
) -> None:
    X, y = make_classification(200, 4, n_redundant=0, weights=[0.8], flip_y=0.1, random_state=0)
    labels = np.array(["no", "<b>yes</b>"])[y]
    report = synthetic_samples((X, labels), SMOTE(random_state=0), n_splits=1)
    (tmp_path / "audit.html").write_text(report.to_html(), encoding="utf-8")
    size: Any = {"width": 390, "height": 800}
    visit = Visit(browser, tmp_path / "audit.html", color_scheme=scheme, viewport=size)
    found = Axe().run(visit.page)
    with visit.page.expect_download() as download:
        visit.page.locator("button[data-csv=map]").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()

    assert found.violations_count == 0, found.generate_report()
    assert visit.messages == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert visit.page.locator("b", has_text="yes").count() == 0
    assert len(lines) == 1 + len(report.projection.kinds)
    visit.context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1100)])
def test_the_page_of_a_profile_is_accessible_and_works(
    browser: Browser, tmp_path: Path, scheme: Any, width: int
) -> None:
    X, y = make_classification(400, 4, n_redundant=0, weights=[0.8], flip_y=0.1, random_state=0)
    table = pd.DataFrame(X, columns=["a", "b", "<b>c</b>", "d"]).assign(
        id=np.arange(400), label=np.array(["no", "<b>yes</b>"])[y]
    )
    profile = inspect(table[:300], "label", X_test=table[300:].assign(a=table["a"] + 2))
    size: Any = {"width": width, "height": 800}
    path = profile.report(tmp_path / "profile.html")
    visit = Visit(browser, path, color_scheme=scheme, viewport=size)
    found = Axe().run(visit.page)
    with visit.page.expect_download() as download:
        visit.page.locator("button[data-csv=map]").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()

    assert found.violations_count == 0, found.generate_report()
    assert visit.messages == []
    assert [url for url in visit.requests if not url.startswith(("file:", "blob:"))] == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.page.locator("b", has_text="yes").count() == 0
    assert profile.projection is not None
    assert len(lines) == 1 + len(profile.projection.rows)
    text = visit.page.locator("body").inner_text()
    assert all(finding.sentence in text for finding in profile.findings)
    assert "left out (identifier)" in text
    visit.context.close()
