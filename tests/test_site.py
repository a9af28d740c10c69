"""The check of the built site finds links that lead nowhere, and what comes from the network."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"


def find_problems(site):
    """Return the problems that the check finds in a folder."""
    spec = importlib.util.spec_from_file_location("check_links", DOCS / "check_links.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.find_problems(site)


@pytest.fixture
def site(tmp_path):
    """Return a folder with two pages, and a function that adds an element to the first."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "other.html").write_text("<h1 id='here'>Other</h1>", encoding="utf-8")
    (tmp_path / "picture.png").touch()

    def add(element):
        (tmp_path / "index.html").write_text(f"<body>{element}</body>", encoding="utf-8")
        return tmp_path

    return add


@pytest.mark.parametrize(
    "element",
    [
        "<a href='sub/other.html#here'>page and anchor</a>",
        "<a href='#top'>up</a><p id='top'>",
        "<img src='picture.png'><img src='data:image/png;base64,AA=='>",
        "<a href='https://scikit-learn.org'>another site</a>",
        "<a href='https://doi.org/10.1613/jair.953'>DOI</a>",
        "<link rel='canonical' href='https://example.org/'>",
    ],
)
def test_correct_links(site, element):
    """Links that lead somewhere are no problems, and neither are links to other sites."""
    assert find_problems(site(element)) == []


@pytest.mark.parametrize(
    ("element", "problem"),
    [
        ("<a href='missing.html'>x</a>", "missing.html does not exist"),
        ("<a href='sub/other.html#there'>x</a>", "#there has no such anchor"),
        ("<a href='#there'>x</a>", "#there has no such anchor"),
        ("<img src='missing.png'>", "missing.png does not exist"),
        ("<script src='https://cdn.example/x.js'></script>", "loads https://cdn.example/x.js"),
        ("<link rel='stylesheet' href='//cdn.example/x.css'>", "loads //cdn.example/x.css"),
        ("<a href='http://example.org'>x</a>", "not encrypted"),
        ("<a href='https://doi.org/doi:10.1613/jair.953'>x</a>", "not of the form"),
        ("<a href='https://dx.doi.org/10.1613/jair.953'>x</a>", "not of the form"),
    ],
)
def test_problems_are_found(site, element, problem):
    """Each problem is reported once, with the page that has it."""
    (found,) = find_problems(site(element))

    assert found.startswith("index.html: ")
    assert problem in found


def test_style_sheets_load_nothing(site):
    """A style sheet that loads a font from another site is reported."""
    folder = site("")
    (folder / "a.css").write_text("@font-face { src: url('https://cdn.example/f.woff2') }")

    assert find_problems(folder) == ["a.css: loads https://cdn.example/f.woff2"]
