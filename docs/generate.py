"""Write the sources of the documentation site, partly from the code.

``make site`` runs it and builds the site from what it writes into ``build/site/source``: the
documents of ``docs/``, the benchmark results, the changelog, the table of samplers, and a page for
each public object. The gallery is made from ``examples/`` while the site is built.
"""

from __future__ import annotations

import inspect
import re
import shutil
import sys
import textwrap
from collections import Counter
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import counterpoise
from counterpoise._resample import METHODS
from counterpoise.audit import synthetic_samples
from counterpoise.datasets import load_diabetes_imbalanced
from counterpoise.over_sampling import SMOTE
from counterpoise.study import Study
from counterpoise.utils import all_estimators

ROOT = Path(__file__).parent.parent
# The public modules: the packages that counterpoise names, and some modules inside them.
INNER = ("metrics.pairwise", "over_sampling.base", "under_sampling.base", "utils.estimator_checks")
MODULES = (
    "counterpoise",
    *(f"counterpoise.{name}" for name in sorted([*counterpoise._PACKAGES, *INNER])),
)
# Documents from other folders, by their name on the site.
ELSEWHERE = {"results.md": "benchmarks/RESULTS.md", "changelog.md": "CHANGELOG.md"}
# What samplers call of each other, with tables of private types.
INTERNAL = {"decide"}
# The page of the user guide about the objects of a module.
GUIDE = {
    "counterpoise.audit": "auditing",
    "counterpoise.batches": "batches",
    "counterpoise.combine": "smote",
    "counterpoise.ensemble": "ensembles",
    "counterpoise.evaluation": "evaluation",
    "counterpoise.metrics": "metrics",
    "counterpoise.multilabel": "multilabel",
    "counterpoise.over_sampling": "smote",
    "counterpoise.pipeline": "pitfalls",
    "counterpoise.probability": "probabilities",
    "counterpoise.profile": "auditing",
    "counterpoise.regression": "regression",
    "counterpoise.scale": "scale",
    "counterpoise.study": "study",
    "counterpoise.under_sampling": "smote",
}
FEATURES = {
    "numbers": "numeric",
    "distances": "numeric and categorical",
    "anything": "any",
}


def build_documents() -> dict[str, str]:
    """Return the text of each page by its path below the folder of sources."""
    texts = {path.name: path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md")}
    texts |= {name: (ROOT / path).read_text("utf-8") for name, path in ELSEWHERE.items()}
    titles = {name: text.partition("\n")[0].removeprefix("# ") for name, text in texts.items()}
    texts = {name: wrap_plots(link_names(relink(text, titles))) for name, text in texts.items()}
    return texts | {"samplers.rst": build_sampler_table()} | build_api()


def relink(text: str, titles: dict[str, str]) -> str:
    """Return a document whose links lead to pages of the site, and whose DOIs are links.

    A link whose text is the name of a file has the title of its page.
    """
    for name, path in ELSEWHERE.items():
        text = text.replace(f"](../{path}", f"]({name}")
    text = text.replace("](../docs/", "](").replace("](docs/", "](")
    text = re.sub(
        r"\[[\w/]+\.md\]\((\w+\.md)", lambda match: f"[{titles[match[1]]}]({match[1]}", text
    )
    doi = r"(?<!\[)doi:(10\.[^\s;,<>]*[^\s;,.)<>])(?=[.;,)]*(?:\s|$))"
    return re.sub(doi, r"[doi:\1](https://doi.org/\1)", text)


def link_names(text: str) -> str:
    """Return a document in which names of classes, and full names, lead to their pages."""
    pages = find_pages()

    def link(match: re.Match[str]) -> str:
        return f"{{py:obj}}`~{pages[match[1]]}`" if match[1] in pages else match[0]

    in_code = False
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        in_code ^= line.lstrip().startswith("```")
        if not in_code and not line.startswith("#"):
            lines[number] = re.sub(r"(?<![\[`}])`([\w.]+)`(?![\]`])", link, line)
    return "".join(lines)


@cache
def find_pages() -> dict[str, str]:
    """Return the full names of public objects, and of classes with a unique name, by name."""
    objects = [(module, name) for module in MODULES for name in public(module)]
    counts = Counter(name for _, name in objects)
    pages = {f"{module}.{name}": f"{module}.{name}" for module, name in objects}
    unique = {name: f"{module}.{name}" for module, name in objects if counts[name] == 1}
    return pages | {name: page for name, page in unique.items() if name[0].isupper()}


def wrap_plots(text: str) -> str:
    """Return a document whose plots are written for docutils, which their directive needs."""

    def wrap(match: re.Match[str]) -> str:
        return f"```{{eval-rst}}\n.. plot::\n{textwrap.indent(match[1], '   ')}```"

    # A doctest ends with an empty line, which is not shown.
    text = re.sub(r"^(```(?:python|\{plot\})\n[^`]*?)\n\n```", r"\1\n```", text, flags=re.MULTILINE)
    return re.sub(r"^```\{plot\}\n(.*?)^```", wrap, text, flags=re.MULTILINE | re.DOTALL)


def write_documents(folder: Path) -> None:
    """Write every page and the pictures of the benchmark results into a folder."""
    for path, text in build_documents().items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    for picture in (ROOT / "benchmarks").glob("*.png"):
        shutil.copy(picture, folder)


def write_reports(folder: Path) -> None:
    """Write the pages that a study, an inspection and an audit of a small table create."""
    folder.mkdir(parents=True, exist_ok=True)
    X, y = load_diabetes_imbalanced(return_X_y=True, as_frame=True)
    study = Study(
        ["logistic", "naive-bayes"], ["class-weight", "threshold", "smote"], random_state=0
    )
    study.run(X, y).report(folder / "study.html")
    counterpoise.inspect(X, y).report(folder / "inspect.html")
    audit = synthetic_samples((X, y), SMOTE(scale="standard", random_state=0), random_state=0)
    (folder / "audit.html").write_text(audit.to_html(), encoding="utf-8")


# ---- The table of samplers ----


def build_sampler_table() -> str:
    """Return the document with the table of all samplers."""
    head = ["sampler", "method", "what it does", "features", "sparse"]
    rows = [describe_sampler(name, sampler) for name, sampler in all_estimators()]
    table = "\n".join(
        f"   {'*' if column == 0 else ' '} - {value}".rstrip()
        for values in [head, *rows]
        for column, value in enumerate(values)
    )
    return (
        f"{title('Samplers', '=')}\n"
        "All samplers accept missing values, and have ``provenance_``: the origin of each output "
        "sample. *Method* is the name in :func:`counterpoise.resample` and on the command line; "
        "*features* are the feature types that the sampler accepts; *sparse* is whether it "
        "accepts sparse matrices.\n\n"
        f".. list-table::\n   :header-rows: 1\n   :class: table-sm\n\n{table}\n"
    )


def describe_sampler(name: str, sampler: type[Any]) -> list[str]:
    """Return the row of one sampler in the table."""
    instance = sampler([]) if name == "Chain" else sampler()
    return [
        f":class:`~{public_module(sampler)}.{name}`",
        next((f"``{method}``" for method, found in METHODS.items() if found is sampler), ""),
        summary(sampler),
        accepted_features(sampler),
        "yes" if instance.__sklearn_tags__().input_tags.sparse else "",
    ]


def public_module(member: type[Any]) -> str:
    """Return the public module that exports a class."""
    return next(name for name in MODULES if public(name).get(member.__name__) is member)


def accepted_features(sampler: type[Any]) -> str:
    """Return the feature types that a sampler accepts."""
    if sampler.__module__.startswith("counterpoise.combine"):
        return "those of its samplers"
    return FEATURES[getattr(sampler, "_reads", "anything")]


# ---- The API reference ----


def build_api() -> dict[str, str]:
    """Return the pages of the reference: its index, the modules, and their public objects."""
    pages = {"api/index.rst": build_api_index()}
    for module in MODULES:
        pages[f"api/{module}.rst"] = build_module_page(module)
        for name, member in public(module).items():
            pages[f"api/{module}.{name}.rst"] = build_object_page(module, name, member)
    return pages


def build_api_index() -> str:
    """Return the list of all modules."""
    rows = "\n".join(f"   {module}" for module in MODULES)
    lines = "\n".join(f"- :mod:`{module}`: {summary(import_module(module))}" for module in MODULES)
    return (
        f"{title('API reference', '=')}\n{lines}\n\n"
        f".. toctree::\n   :hidden:\n   :maxdepth: 1\n\n{rows}\n"
    )


def build_module_page(name: str) -> str:
    """Return the page of one module, with a table of its public objects."""
    module = import_module(name)
    objects = list(public(name))
    parts = [title(name, "="), f".. module:: {name}", inspect.getdoc(module) or ""]
    if objects:
        rows = "\n".join(f"   {member}" for member in objects)
        pages = "\n".join(f"   {name}.{member}" for member in objects)
        parts += [
            f".. currentmodule:: {name}",
            f".. autosummary::\n   :nosignatures:\n\n{rows}",
            f".. toctree::\n   :hidden:\n\n{pages}",
        ]
    return "\n\n".join([*parts, describe_constants(module)]) + "\n"


def build_object_page(module: str, name: str, member: Any) -> str:
    """Return the page of one class or function, with the examples of the gallery that use it."""
    parts = [title(name, "="), f".. currentmodule:: {module}"]
    if inspect.isclass(member):
        methods = "".join(f"\n\n   .. automethod:: {method}" for method in own_methods(member))
        parts.append(f".. autoclass:: {name}{methods}")
    else:
        parts.append(f".. autofunction:: {name}")
    if module in GUIDE:
        parts.append(f"User guide: :doc:`/{GUIDE[module]}`.")
    used = " ".join(names_in_examples(module, name, member))
    parts.append(f".. minigallery:: {used}\n   :add-heading: Gallery examples")
    return "\n\n".join(parts) + "\n"


def names_in_examples(module: str, name: str, member: Any) -> list[str]:
    """Return the names by which examples use an object: its own and those of constructors."""
    names = [f"{other}.{name}" for other in MODULES if public(other).get(name) is member]
    constructors = [method for method in dir(member) if method.startswith("from_")]
    return [*names, *(f"{module}.{name}.{method}" for method in constructors)]


def own_methods(member: type[Any]) -> list[str]:
    """Return the public methods of a class that counterpoise defines."""
    if issubclass(member, Exception):
        return []
    methods = [
        *inspect.getmembers(member, inspect.isfunction),
        *inspect.getmembers(member, inspect.ismethod),
    ]
    own = {name for name, method in methods if method.__module__.startswith("counterpoise")}
    return sorted(name for name in own - INTERNAL if name[0] != "_")


def public(name: str) -> dict[str, Any]:
    """Return the public classes and functions of a module by name."""
    members = exported(import_module(name))
    return {n: m for n, m in members.items() if inspect.isclass(m) or inspect.isroutine(m)}


def exported(module: Any) -> dict[str, Any]:
    """Return what a module lists in ``__all__``, sorted by name."""
    return {name: getattr(module, name) for name in sorted(module.__all__, key=str.lower)}


def describe_constants(module: Any) -> str:
    """Return a list of the public names that are neither classes nor functions."""
    known = public(module.__name__)
    lines = [
        f"- ``{name}``: {describe_value(value)}"
        for name, value in exported(module).items()
        if name not in known
    ]
    return title("Constants and types", "-") + "\n" + "\n".join(lines) if lines else ""


def describe_value(value: Any) -> str:
    """Return the type of a constant, and the keys of a dictionary."""
    if isinstance(value, dict):
        return "dict of " + ", ".join(f"``{key}``" for key in value)
    if isinstance(value, list | tuple):
        return f"{type(value).__name__} of {len(value)} items"
    return type(value).__name__ if isinstance(value, str) else f"``{value}``"


def title(text: str, line: str) -> str:
    """Return a heading."""
    return f"{text}\n{line * len(text)}\n"


# ---- Docstrings ----


def summary(member: Any) -> str:
    """Return the first line of a docstring, without its period."""
    return (inspect.getdoc(member) or "").partition("\n")[0].removesuffix(".")


def sections(member: Any) -> dict[str, str]:
    """Return the sections of a numpydoc docstring by title; the text before them has no title."""
    found = re.split(r"^(\w[\w ]*)\n-{3,}\n", inspect.getdoc(member) or "", flags=re.MULTILINE)
    pairs = zip(["", *found[1::2]], found[::2], strict=True)
    return {name: body.strip("\n").rstrip() for name, body in pairs}


def entries(body: str) -> list[tuple[str, str]]:
    """Return the names that a section documents, with their text."""
    found = re.split(r"^(\S.*)$", body, flags=re.MULTILINE)
    pairs = zip(found[1::2], found[2::2], strict=True)
    return [(head.partition(" : ")[0], text) for head, text in pairs]


if __name__ == "__main__":
    write_documents(Path(sys.argv[1]))
    write_reports(Path(sys.argv[1]).parent / "extra" / "reports")
