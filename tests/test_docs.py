"""What the documents say is so."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

import counterpoise
from counterpoise._whole_table import METHODS

ROOT = Path(__file__).parent.parent
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))


def test_each_difference_has_its_test():
    """Every test that docs/differences.md names exists."""
    text = (ROOT / "docs" / "differences.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:test_|container_)\w+)`", text))

    assert len(named) > 15
    assert {name for name in named if f"def {name}(" not in TESTS} == set()


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_links_lead_somewhere(document):
    """Links between documents lead to files that are there."""
    text = (ROOT / document).read_text(encoding="utf-8")

    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (ROOT / target).exists(), target


def test_the_readme_names_every_sampler():
    """The README's table has a row for each public sampler and data set function."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    for package in ("over_sampling", "under_sampling", "datasets"):
        for name in importlib.import_module(f"counterpoise.{package}").__all__:
            assert f"`{package}.{name}`" in text


def test_resample_documents_every_method():
    """The docstring of resample names each method there is."""
    for method in METHODS:
        assert f'"{method}"' in (counterpoise.resample.__doc__ or "")
