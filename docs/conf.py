"""Configuration of the documentation site, which ``make site`` builds with Sphinx."""

from __future__ import annotations

import os
import re
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib as mpl

import counterpoise

ROOT = Path(__file__).resolve().parent.parent
mpl.use("agg")
# Curves of many samples: the legend takes a moment to find its place.
warnings.filterwarnings("ignore", message="Creating legend")
# MLflow would report its use over the network, and each table that it creates.
os.environ |= {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_LOGGING_LEVEL": "WARNING"}


def find_missing(example: Path) -> set[str]:
    """Return the packages that an example imports and that are not installed."""
    names = re.findall(r"^(?:import|from) (\w+)", example.read_text("utf-8"), re.MULTILINE)
    return {name for name in names if find_spec(name) is None}


# An example whose package is missing is shown, but does not run: PyTorch, without `make pytorch`.
EXAMPLES = sorted((ROOT / "examples").glob("*/plot_*.py"))
MISSING = {example: missing for example in EXAMPLES if (missing := find_missing(example))}
for example, missing in MISSING.items():
    print(f"Not run, because {', '.join(missing)} is not installed: {example.relative_to(ROOT)}")

project = "counterpoise"
author = "The counterpoise developers"
copyright = author  # noqa: A001 - the name that Sphinx reads
version = release = counterpoise.__version__

extensions = [
    "matplotlib.sphinxext.plot_directive",
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4  # links such as page.md#heading, as GitHub has them
trim_doctest_flags = True
default_role = "py:obj"  # names in docstrings become links where a page describes them
autosummary_generate = False  # docs/generate.py writes a page for each object
autodoc_typehints = "none"  # numpydoc's sections state the types
numpydoc_show_class_members = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .gp, .go"
plot_formats = [("png", 100)]
plot_html_show_formats = False
plot_html_show_source_link = False
plot_pre_code = ""  # a page shows all code that it runs

sphinx_gallery_conf = {
    "examples_dirs": str(ROOT / "examples"),
    "gallery_dirs": "gallery",
    "filename_pattern": "|".join(re.escape(str(path)) for path in EXAMPLES if path not in MISSING),
    "ignore_pattern": r"\bdigits\.py$",  # a script of `make demo`
    "backreferences_dir": "gallery/backreferences",
    "doc_module": ("counterpoise",),
    "reference_url": {"counterpoise": None},
    "within_subsection_order": "FileNameSortKey",
    "download_all_examples": False,
    "remove_config_comments": True,
    "default_thumb_file": str(ROOT / "docs" / "thumbnail.svg"),
    "show_memory": False,
    "write_computation_times": False,  # its page would load scripts from the network
    "show_signature": False,
    "plot_gallery": True,
    "abort_on_example_error": True,
    "first_notebook_cell": (ROOT / "examples" / "NOTEBOOK_HEADER.txt").read_text("utf-8").strip(),
}

html_theme = "pydata_sphinx_theme"
html_title = "counterpoise"
html_show_sourcelink = False
html_copy_source = False
html_static_path = ["_static"]
html_extra_path = [str(ROOT / "build" / "site" / "extra")]  # reports, which docs/generate.py writes
html_favicon = "_static/favicon.svg"
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_context = {"default_mode": "auto"}  # light or dark, as the system is
html_theme_options = {
    "header_links_before_dropdown": 6,
    "navigation_with_keys": False,
    "show_prev_next": False,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
# Pages that stand alone have their whole width for wide tables.
html_sidebars = {
    name: [] for name in ("index", "benchmarks", "changelog", "citing", "differences", "quickstart")
}


def edit_docstring(*event: Any) -> None:
    """Escape names that end with an underscore in types, and make links of DOIs and documents.

    In "ndarray of shape (n_features_in_,)", the name would be a link to an unknown page.
    """
    lines = event[-1]
    lines[:] = [link_documents(link_dois(escape_names(line))) for line in lines]


def escape_names(line: str) -> str:
    """Escape names that end with an underscore in the type of a parameter or an attribute."""
    return re.sub(r"(?<=[( ])(\w+)_(?=[,)])", r"\1\\_", line) if " : " in line else line


def link_dois(line: str) -> str:
    """Return a line whose DOIs are links, apart from those with characters that links lack."""
    doi = r"\bdoi:(10\.\d{4,9}/[^\s;,<>]*[^\s;,.<>])(?=[.;,)]*(?:\s|$))"
    return re.sub(doi, r"`doi:\1 <https://doi.org/\1>`__", line)


def link_documents(line: str) -> str:
    """Return a line in which documents such as docs/study.md are links to their pages."""
    return re.sub(r"\bdocs/(\w+)\.md\b", r":doc:`/\1`", line)


def order_gallery(app: Any, config: Any) -> None:
    """Set the order of the gallery's sections, by paths relative to the folder of sources."""
    config.sphinx_gallery_conf["subsection_order"] = [
        os.path.relpath(ROOT / "examples" / section, app.srcdir)
        for section in ("data", "models", "studies", "integrations")
    ]


def setup(app: Any) -> None:
    """Connect the functions above to the events of Sphinx."""
    app.connect("config-inited", order_gallery, priority=1)  # before the gallery reads it
    app.connect("autodoc-process-docstring", edit_docstring, priority=100)  # before numpydoc
