"""Check pages of the built site in a browser, from the folder and without a network.

``make check-site`` runs it on the folder of the site: search finds a class, pages load nothing from
other places, scripts run without an error, axe finds no barrier for people with disabilities in
light and in dark, and on a phone nothing has to be scrolled to the side.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

# One page of each sort.
PAGES = (
    "index",
    "quickstart",
    "user_guide",
    "migrating",
    "imbalance",
    "smote",
    "probabilities",
    "command_line",
    "samplers",
    "gallery/index",
    "gallery/data/plot_a_smote_by_picture",
    "gallery/studies/plot_a_study_step_by_step",
    "api/index",
    "api/counterpoise.over_sampling",
    "api/counterpoise.over_sampling.SMOTE",
    "differences",
    "benchmarks",
    "results",
    "changelog",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 390, "height": 844}
# Tables and code can be scrolled to the side; text cannot.
FIRST_CUT_OFF = """[...document.querySelectorAll(".bd-article :is(p, dt, dd)")].find(
    (text) => !text.closest("pre, .pst-scrollable-table-container, table")
        && text.getBoundingClientRect().right > innerWidth + 1)?.textContent"""


def find_problems(browser: Browser, site: Path) -> Iterator[str]:
    """Yield a sentence for each problem."""
    for scheme in ("light", "dark"):
        for name in PAGES:
            path = site / f"{name}.html"
            yield from (f"{name}, {scheme}: {problem}" for problem in check(browser, path, scheme))
    for name in PAGES:
        yield from (f"{name}: {text}" for text in check_phone(browser, site / f"{name}.html"))
    yield from check_search(browser, site, "SMOTENC")


def check(browser: Browser, path: Path, scheme: str) -> Iterator[str]:
    """Yield what axe finds on a page, errors of its scripts, and what it requests elsewhere."""
    page = browser.new_page(color_scheme=scheme, reduced_motion="reduce")
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda text: problems.append(text.text) if text.type == "error" else None)
    page.on("request", lambda request: problems.extend(outside(request.url)))
    page.goto(path.as_uri())
    # Axe cannot read style sheets from a folder, and need not: the browser has applied them.
    for violation in Axe().run(page, options={"preload": False}).response["violations"]:
        first = violation["nodes"][0]["html"]
        problems.append(f"{violation['id']}, {len(violation['nodes'])} times, such as {first}")
    page.close()
    yield from problems


def outside(url: str) -> list[str]:
    """Return a sentence if an address is not one of the folder."""
    return [] if url.startswith(("file:", "data:", "blob:")) else [f"requests {url}"]


def check_phone(browser: Browser, path: Path) -> Iterator[str]:
    """Yield by how much a page is wider than a phone, and the first text that is cut off."""
    page = browser.new_page(viewport=PHONE)
    page.goto(path.as_uri())
    width = page.evaluate("document.documentElement.scrollWidth")
    text = page.evaluate(FIRST_CUT_OFF)
    page.close()
    if width > PHONE["width"]:
        yield f"{width} pixels wide on a phone"
    if text:
        yield f"cut off on a phone: {text}"


def check_search(browser: Browser, site: Path, word: str) -> Iterator[str]:
    """Yield a sentence if the search does not find the page of a class."""
    page: Page = browser.new_page()
    page.goto(f"{(site / 'search.html').as_uri()}?q={word}")
    page.wait_for_selector("#search-results li", timeout=20_000)
    found = [link.get_attribute("href") or "" for link in page.locator("#search-results a").all()]
    page.close()
    if not any(f".{word}.html" in href for href in found):
        yield f"search: {word} is not found"


def main() -> None:
    """Print the problems of a site, and end with an error if there are any."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        sys.exit("Install a browser, such as Debian's package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        problems = list(find_problems(browser, Path(sys.argv[1]).resolve()))
        browser.close()
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
