"""The gallery: what each example consists of, and the packages and pages that it belongs to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*/plot_*.py"))
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONFIGURATION = (ROOT / "docs" / "conf.py").read_text("utf-8")
INTEGRATIONS = (ROOT / "docs" / "integrations.md").read_text("utf-8")
# Packages that are installed under another name.
INSTALLED_AS = {"mlflow": "mlflow-skinny", "sklearn": "scikit-learn"}
# Installed by `make pytorch`; without it, the site shows the example without running it.
NOT_IN_SITE = {"torch"}

each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)


def imported_packages(example):
    """Return the packages that an example imports, without the standard library."""
    names = re.findall(r"^(?:import|from) (\w+)", example.read_text("utf-8"), re.MULTILINE)
    return set(names) - set(sys.stdlib_module_names) - {"counterpoise"}


def requirements(extra):
    """Return the names of the packages that an extra installs, with those of the library."""
    listed = EXTRAS["dependencies"] if extra == "" else EXTRAS["optional-dependencies"][extra]
    names = {re.match(r"[\w-]+", line).group() for line in listed}
    inner = {name for line in listed for name in re.findall(r"\[(.*)\]", line)}
    for name in ",".join(inner).split(",") if "counterpoise" in names else ():
        names |= requirements(name)
    return names


@each_example
def test_an_example_has_a_title_short_code_and_a_figure(example):
    """An example has a title with a line below it, a limited length, and a figure."""
    text = example.read_text("utf-8")
    title, line = text.splitlines()[1:3]

    assert text.startswith('"""\n')
    assert line == "=" * len(title)
    assert len(text.splitlines()) <= 70
    assert "plt.show()" in text


@each_example
def test_packages_of_examples_are_installed_for_the_site(example):
    """`make site` installs what an example imports, so that the build runs it."""
    packages = imported_packages(example) - NOT_IN_SITE

    known = requirements("site") | requirements("") | {"matplotlib"}
    assert {INSTALLED_AS.get(name, name) for name in packages} <= known


def test_each_section_has_a_place_in_the_gallery():
    """The configuration orders all sections, and each of them has a heading."""
    order = re.search(r"for section in \((.*)\)", CONFIGURATION).group(1)

    assert set(re.findall(r'"(\w+)"', order)) == {path.parent.name for path in EXAMPLES}
    for example in EXAMPLES:
        assert (example.parent / "GALLERY_HEADER.rst").exists()


def test_each_library_has_an_example():
    """All libraries of the integrations are used in the gallery, and their document links to it."""
    used = set().union(*(imported_packages(path) for path in EXAMPLES))
    linked = set(re.findall(r"<gallery/integrations/(plot_\w+)>", INTEGRATIONS))

    assert requirements("libraries") <= {INSTALLED_AS.get(name, name) for name in used}
    assert linked == {path.stem for path in EXAMPLES if path.parent.name == "integrations"}


def test_links_to_examples_resolve():
    """Documents link to examples that exist."""
    for document in (ROOT / "docs").glob("*.md"):
        for link in re.findall(r"gallery/(\w+/plot_\w+)", document.read_text("utf-8")):
            assert (ROOT / "examples" / f"{link}.py").exists(), f"{document.name}: {link}"


@pytest.mark.slow
@each_example
def test_an_example_runs(example, tmp_path):
    """An example runs in a process of its own, without output to the folder of the project."""
    for package in imported_packages(example):
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    environment = os.environ | {"MPLBACKEND": "agg", "MLFLOW_DISABLE_TELEMETRY": "true"}
    command = [sys.executable, str(example)]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
