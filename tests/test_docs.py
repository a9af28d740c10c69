"""What the documents say is so."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import re
from pathlib import Path

import pytest

import counterpoise
from counterpoise._whole_table import METHODS
from counterpoise.utils import all_estimators

ROOT = Path(__file__).parent.parent
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))

spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
generate = importlib.util.module_from_spec(spec)
spec.loader.exec_module(generate)


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """Return the generated documents."""
    return generate.documents()


def test_each_difference_has_its_test():
    """Every test that docs/differences.md names exists."""
    text = (ROOT / "docs" / "differences.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:test_|container_)\w+)`", text))

    assert len(named) > 15
    assert {name for name in named if f"def {name}(" not in TESTS} == set()


@pytest.mark.parametrize(
    "document",
    ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "docs/migrating.md", "docs/samplers.md"],
)
def test_links_lead_somewhere(document):
    """Links between documents lead to files that are there."""
    path = ROOT / document

    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


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


def test_generated_documents_are_current(made):
    """What `make docs` would write is what is there."""
    docs = ROOT / "docs"
    there = {f"api/{path.name}" for path in (docs / "api").glob("*.md")} | {"samplers.md"}

    assert there == set(made), "run make docs"
    for name, text in made.items():
        assert (docs / name).read_text(encoding="utf-8") == text, f"{name}: run make docs"


@pytest.mark.parametrize(("name", "cls"), all_estimators())
def test_parameters_are_documented(name, cls):
    """Each parameter of a sampler is documented, with its default, and no other is."""
    parameters = inspect.signature(cls).parameters
    body = dict(generate.sections(inspect.getdoc(cls))).get("Parameters", "")
    documented = {entry: kind for entry, kind, _ in generate.entries(body)}

    assert set(documented) == set(parameters)
    for parameter, kind in documented.items():
        _, _, stated = kind.partition("default=")
        default = parameters[parameter].default
        assert (ast.literal_eval(stated) if stated else inspect.Parameter.empty) == default, (
            parameter
        )


def test_docstrings_are_rendered(made):
    """Sections become lists, examples are fenced, and the signature stands above."""
    page = made["api/over_sampling.md"]

    assert "## SMOTE\n\n```python\nclass SMOTE(\n    *,\n    sampling_strategy" in page
    assert "**Parameters**\n\n- `sampling_strategy` (str, float" in page
    assert "- `RandomOverSampler`: Repeats rows, of any kind of column." in page
    assert "```python\n>>> from collections import Counter\n" in page
