"""What the documents say is so."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
from functools import cache
from pathlib import Path

import pytest

import counterpoise
from counterpoise._whole_table import METHODS
from counterpoise.utils import all_estimators

ROOT = Path(__file__).parent.parent
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))


def test_each_difference_has_its_test():
    """Every test that docs/differences.md names exists."""
    text = (ROOT / "docs" / "differences.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:test_|container_)\w+)`", text))

    assert len(named) > 15
    assert {name for name in named if f"def {name}(" not in TESTS} == set()


@pytest.mark.parametrize(
    "document",
    [
        *("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"),
        *("docs/migrating.md", "docs/pitfalls.md", "docs/study.md", "docs/command_line.md"),
    ],
)
def test_links_lead_somewhere(document):
    """Links between documents lead to files that are there."""
    text = (ROOT / document).read_text(encoding="utf-8")

    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert ((ROOT / document).parent / target).exists(), target


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


@cache
def generator():
    """Return the module that makes documents from the code."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_documents_are_current():
    """The table of samplers and the API reference are what the code says now."""
    for path, text in generator().documents().items():
        committed = (ROOT / "docs" / path).read_text(encoding="utf-8")

        assert text == committed, f"docs/{path} is out of date: run make docs"


@pytest.mark.parametrize(("name", "sampler"), all_estimators())
def test_parameters_are_documented(name, sampler):
    """Each parameter is documented with its default, and nothing else is."""
    made = generator()
    body = made.sections(sampler)["Parameters"]
    documented = [key for key, _ in made.entries(body)]
    parameters = inspect.signature(sampler).parameters

    assert sorted(documented) == sorted(parameters)
    for head in re.findall(r"^(\S.*)$", body, flags=re.MULTILINE):
        key, _, kind = head.partition(" : ")
        stated = re.search(r"default=(.+)$", kind)
        default = parameters[key].default
        if stated:
            assert stated.group(1).strip('"') == str(default), f"{name}.{key}"
        else:
            assert default is inspect.Parameter.empty, f"{name}.{key} states no default"
    assert f"`{name}`" in (ROOT / "docs" / "samplers.md").read_text(encoding="utf-8")
