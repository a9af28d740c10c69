"""Build the table of samplers and the API reference from the code, as Markdown files.

Run it with ``make docs``. It writes into ``build/docs/``, which is not committed.
"""

from __future__ import annotations

import inspect
import re
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import counterpoise
from counterpoise._resample import METHODS
from counterpoise.utils import all_estimators

OUTPUT = Path(__file__).parent.parent / "build" / "docs"
# The public modules: the packages that counterpoise names, and some modules inside them.
INNER = ("metrics.pairwise", "over_sampling.base", "under_sampling.base", "utils.estimator_checks")
MODULES = (
    "counterpoise",
    *(f"counterpoise.{name}" for name in sorted([*counterpoise._PACKAGES, *INNER])),
)
NOTICE = "<!-- Built from the code by docs/generate.py (make docs). -->\n\n"
FEATURES = {
    "numbers": "numeric",
    "distances": "numeric and categorical",
    "anything": "any",
}


def build_documents() -> dict[str, str]:
    """Return the text of each document by its path below the output folder."""
    texts = {"samplers.md": build_sampler_table(), "api/README.md": build_api_index()}
    for name in MODULES:
        texts[f"api/{name}.md"] = build_api_page(name)
    return texts


def write_documents(folder: Path) -> None:
    """Write every document into a folder; existing files are replaced."""
    for path, text in build_documents().items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


# ---- The table of samplers ----


def build_sampler_table() -> str:
    """Return the document with the table of all samplers."""
    head = [
        *("sampler", "method", "what it does", "features", "sparse"),
        *("`sample_indices_`", "`random_state`", "`scale`"),
    ]
    rows = [describe_sampler(name, sampler) for name, sampler in all_estimators()]
    lines = [head, ["---"] * len(head), *rows]
    table = "\n".join("| " + " | ".join(values) + " |" for values in lines)
    return (
        NOTICE + "# Samplers\n\n"
        "All samplers accept missing values, and have `provenance_`: the origin of each output "
        "sample. The columns of the table:\n\n"
        "- *method*: the name in `counterpoise.resample` and on the command line\n"
        "- *features*: the feature types that the sampler accepts\n"
        "- *sparse*: whether it accepts sparse matrices\n"
        "- `sample_indices_`: whether it has this attribute, the input sample of each output "
        "sample\n"
        "- `random_state`, `scale`: whether it has this parameter\n\n" + table + "\n"
    )


def describe_sampler(name: str, sampler: type[Any]) -> list[str]:
    """Return the row of one sampler in the table."""
    parameters = inspect.signature(sampler).parameters
    attributes = [key for key, _ in entries(sections(sampler).get("Attributes", ""))]
    instance = sampler([]) if name == "Chain" else sampler()
    return [
        f"[`{name}`](api/{public_module(sampler)}.md#{name.lower()})",
        next((f"`{method}`" for method, found in METHODS.items() if found is sampler), ""),
        summary(sampler),
        accepted_features(sampler),
        yes(instance.__sklearn_tags__().input_tags.sparse),
        yes("sample_indices_" in attributes),
        yes("random_state" in parameters),
        yes("scale" in parameters),
    ]


def public_module(member: type[Any]) -> str:
    """Return the public module that exports a class."""
    return next(name for name in MODULES if public(name).get(member.__name__) is member)


def accepted_features(sampler: type[Any]) -> str:
    """Return the feature types that a sampler accepts."""
    if sampler.__module__.startswith("counterpoise.combine"):
        return "those of its samplers"
    return FEATURES[getattr(sampler, "_reads", "anything")]


def yes(condition: bool) -> str:
    """Return the mark of a condition in the table."""
    return "yes" if condition else ""


# ---- The API reference ----


def build_api_index() -> str:
    """Return the list of all modules and their public names."""
    lines = []
    for name in MODULES:
        links = ", ".join(f"[`{n}`]({name}.md#{n.lower()})" for n in public(name))
        lines.append(f"| [`{name}`]({name}.md) | {links} |")
    return NOTICE + "# API reference\n\n| module | names |\n|---|---|\n" + "\n".join(lines) + "\n"


def build_api_page(name: str) -> str:
    """Return the page of one module."""
    module = import_module(name)
    parts = [f"# `{name}`", prose(inspect.getdoc(module) or "")]
    parts += [describe(member_name, member) for member_name, member in public(name).items()]
    parts.append(describe_constants(module))
    return NOTICE + "\n\n".join(part for part in parts if part) + "\n"


def public(name: str) -> dict[str, Any]:
    """Return the public classes and functions of a module by name."""
    members = exported(import_module(name))
    return {n: m for n, m in members.items() if inspect.isclass(m) or inspect.isroutine(m)}


def exported(module: Any) -> dict[str, Any]:
    """Return what a module lists in ``__all__``, sorted by name."""
    return {name: getattr(module, name) for name in sorted(module.__all__, key=str.lower)}


def describe(name: str, member: Any) -> str:
    """Return the text of one class or function."""
    parts = [f"## {name}", signature_of(name, member)]
    for title, body in sections(member).items():
        parts.append(body if not title else f"**{title}**\n\n{section(title, body)}")
    if inspect.isclass(member) and not issubclass(member, Exception):
        parts.append(list_methods(member))
    return "\n\n".join(part for part in parts if part)


def describe_constants(module: Any) -> str:
    """Return a list of the public names that are neither classes nor functions."""
    known = public(module.__name__)
    lines = [
        f"- `{name}`: {describe_value(value)}"
        for name, value in exported(module).items()
        if name not in known
    ]
    return "## Constants and types\n\n" + "\n".join(lines) if lines else ""


def describe_value(value: Any) -> str:
    """Return the type of a constant, and the keys of a dictionary."""
    if isinstance(value, dict):
        return "dict of " + ", ".join(f"`{key}`" for key in value)
    if isinstance(value, list | tuple):
        return f"{type(value).__name__} of {len(value)} items"
    return type(value).__name__ if isinstance(value, str) else f"`{value}`"


def signature_of(name: str, member: Any) -> str:
    """Return the call signature as a code block, without annotations."""
    try:
        signature = inspect.signature(member)
    except (TypeError, ValueError):
        return ""
    if inspect.isclass(member) and issubclass(member, Exception):
        return ""
    plain = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    bare = signature.replace(parameters=plain, return_annotation=signature.empty)
    return f"```python\n{name}{bare}\n```" if "<" not in str(bare) else ""


def list_methods(member: type[Any]) -> str:
    """Return the first docstring lines of the public methods that counterpoise defines."""
    methods = {n: m for n, m in inspect.getmembers(member, inspect.isfunction) if n[0] != "_"}
    own = {n: m for n, m in methods.items() if m.__module__.startswith("counterpoise")}
    lines = [f"- `{n}`: {summary(m)}" for n, m in own.items()]
    return "**Methods**\n\n" + "\n".join(lines) if lines else ""


# ---- Docstrings ----


def summary(member: Any) -> str:
    """Return the first line of a docstring, without its period."""
    return prose((inspect.getdoc(member) or "").partition("\n")[0]).removesuffix(".")


def sections(member: Any) -> dict[str, str]:
    """Return the sections of a numpydoc docstring by title; the text before them has no title."""
    text = inspect.getdoc(member) or ""
    if inspect.isclass(member) and member.__doc__ is None:
        text = ""
    found = re.split(r"^(\w[\w ]*)\n-{3,}\n", text, flags=re.MULTILINE)
    parts = {"": prose(found[0])}
    parts |= {title: body.strip("\n") for title, body in zip(found[1::2], found[2::2], strict=True)}
    return {title: body.rstrip() for title, body in parts.items()}


def section(title: str, body: str) -> str:
    """Return a section as Markdown."""
    if title == "Examples":
        return f"```pycon\n{body}\n```"
    if title in ("Notes", "References", "See Also"):
        return (
            prose(body)
            if title != "See Also"
            else "\n".join(
                f"- {prose(line)}" if line[:1] != " " else f"  {line.strip()}"
                for line in body.splitlines()
            )
        )
    return "\n".join(f"- **{name}**{type_}: {text}" for (name, type_), text in described(body))


def entries(body: str) -> list[tuple[str, str]]:
    """Return the names that a section documents, with their text."""
    found = re.split(r"^(\S.*)$", body, flags=re.MULTILINE)
    pairs = zip(found[1::2], found[2::2], strict=True)
    return [(head.partition(" : ")[0], text) for head, text in pairs]


def described(body: str) -> list[tuple[tuple[str, str], str]]:
    """Return name, type and text of each parameter or attribute of a section."""
    found = re.split(r"^(\S.*)$", body, flags=re.MULTILINE)
    result = []
    for head, text in zip(found[1::2], found[2::2], strict=True):
        name, _, type_ = head.partition(" : ")
        words = " ".join(text.split())
        result.append(((prose(name), f" ({prose(type_)})" if type_ else ""), prose(words)))
    return result


def prose(text: str) -> str:
    """Convert inline code from reStructuredText to Markdown."""
    return re.sub(r"``(.+?)``", r"`\1`", text, flags=re.DOTALL)


def main() -> None:
    """Replace the documents in the output folder."""
    shutil.rmtree(OUTPUT, ignore_errors=True)  # pages of removed modules
    write_documents(OUTPUT)
    print(f"Wrote {OUTPUT}")


if __name__ == "__main__":
    main()
