"""Write the documents that are made from the code: the table of samplers and the API reference.

Run it with ``make docs``. A test compares the committed files with what it would write.
"""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path
from typing import Any

from counterpoise.utils import all_estimators

HERE = Path(__file__).parent
MODULES = (
    "counterpoise",
    "counterpoise.audit",
    "counterpoise.base",
    "counterpoise.batches",
    "counterpoise.combine",
    "counterpoise.datasets",
    "counterpoise.display",
    "counterpoise.ensemble",
    "counterpoise.exceptions",
    "counterpoise.metrics",
    "counterpoise.metrics.pairwise",
    "counterpoise.model_selection",
    "counterpoise.neighbors",
    "counterpoise.over_sampling",
    "counterpoise.pipeline",
    "counterpoise.probability",
    "counterpoise.profile",
    "counterpoise.study",
    "counterpoise.table",
    "counterpoise.under_sampling",
    "counterpoise.utils",
    "counterpoise.utils.estimator_checks",
)
MADE = "<!-- Made from the code by docs/generate.py; run `make docs`. -->\n\n"
READS = {
    "numbers": "numbers",
    "distances": "numbers and categories",
    "anything": "anything",
}


def documents() -> dict[str, str]:
    """Return the text of each document, by its path in this folder."""
    texts = {"samplers.md": sampler_table(), "api/README.md": api_index()}
    for name in MODULES:
        texts[f"api/{name}.md"] = api_page(name)
    return texts


# ---- The table of samplers ----


def sampler_table() -> str:
    """Return the table of all samplers."""
    head = ["sampler", "what it does", "reads", "sparse", "new rows", "indices", "seed", "`scale`"]
    rows = [sampler_row(name, sampler) for name, sampler in all_estimators()]
    lines = [head, ["---"] * len(head), *rows]
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    return (
        MADE + "# The samplers\n\n"
        "What each reads, accepts and promises, as its code says. Missing cells are allowed in "
        "all of them. *Indices*: it\nhas `sample_indices_`, the input row of each output row. "
        "*Seed*: it draws at random. Every sampler has `provenance_`.\n\n" + table + "\n"
    )


def sampler_row(name: str, sampler: type[Any]) -> list[str]:
    """Return the cells of one sampler."""
    parameters = inspect.signature(sampler).parameters
    documented = [key for key, _ in entries(sections(sampler).get("Attributes", ""))]
    home = sampler.__module__.rpartition("._")[0] or sampler.__module__
    selects = (
        "sample_indices_" in documented and getattr(sampler, "_family", None) != "over-sampling"
    )
    tags = sampler([]) if name == "Chain" else sampler()
    return [
        f"[`{name}`](api/{home if '.function' not in home else 'counterpoise'}.md#{name.lower()})",
        summary(sampler),
        reads(sampler),
        yes(tags.__sklearn_tags__().input_tags.sparse),
        yes(not selects),
        yes("sample_indices_" in documented),
        yes("random_state" in parameters),
        yes("scale" in parameters),
    ]


def reads(sampler: type[Any]) -> str:
    """Return what columns a sampler takes."""
    if sampler.__module__.startswith("counterpoise.combine"):
        return "what its samplers read"
    return READS[getattr(sampler, "_reads", "anything")]


def yes(holds: bool) -> str:
    """Return a mark for what holds."""
    return "yes" if holds else ""


# ---- The API reference ----


def api_index() -> str:
    """Return the list of all modules and names."""
    lines = []
    for name in MODULES:
        names = ", ".join(f"[`{n}`]({name}.md#{n.lower()})" for n in public(name))
        lines.append(f"| [`{name}`]({name}.md) | {names} |")
    return MADE + "# API reference\n\n| module | names |\n|---|---|\n" + "\n".join(lines) + "\n"


def api_page(name: str) -> str:
    """Return the page of one module."""
    module = import_module(name)
    parts = [f"# `{name}`", prose(inspect.getdoc(module) or "")]
    parts += [entry(member, getattr(module, member)) for member in public(name)]
    return MADE + "\n\n".join(parts) + "\n"


def public(name: str) -> list[str]:
    """Return the public names of a module that have a page entry: classes and functions."""
    module = import_module(name)
    return [n for n in sorted(module.__all__, key=str.lower) if callable(getattr(module, n))]


def entry(name: str, member: Any) -> str:
    """Return the text of one class or function."""
    parts = [f"## {name}", signature_of(name, member)]
    for title, body in sections(member).items():
        parts.append(body if not title else f"**{title}**\n\n{section(title, body)}")
    if inspect.isclass(member) and not issubclass(member, Exception):
        parts.append(methods(member))
    return "\n\n".join(part for part in parts if part)


def signature_of(name: str, member: Any) -> str:
    """Return how a thing is called, without annotations."""
    try:
        signature = inspect.signature(member)
    except (TypeError, ValueError):
        return ""
    if inspect.isclass(member) and issubclass(member, Exception):
        return ""
    plain = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    bare = signature.replace(parameters=plain, return_annotation=signature.empty)
    return f"```python\n{name}{bare}\n```" if "<" not in str(bare) else ""


def methods(member: type[Any]) -> str:
    """Return the first lines of a class's own public methods."""
    own = {n: m for n, m in inspect.getmembers(member, inspect.isfunction) if n[0] != "_"}
    ours = {n: m for n, m in own.items() if m.__module__.startswith("counterpoise")}
    lines = [f"- `{n}`: {summary(m)}" for n, m in ours.items()]
    return "**Methods**\n\n" + "\n".join(lines) if lines else ""


# ---- Docstrings ----


def summary(member: Any) -> str:
    """Return the first line of a docstring, without its full stop."""
    return prose((inspect.getdoc(member) or "").partition("\n")[0]).removesuffix(".")


def sections(member: Any) -> dict[str, str]:
    """Return the sections of a numpydoc docstring by title, the text before them first."""
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
    return "\n".join(f"- **{name}**{kind}: {text}" for (name, kind), text in described(body))


def entries(body: str) -> list[tuple[str, str]]:
    """Return the names that a section describes, with their text."""
    found = re.split(r"^(\S.*)$", body, flags=re.MULTILINE)
    pairs = zip(found[1::2], found[2::2], strict=True)
    return [(head.partition(" : ")[0], text) for head, text in pairs]


def described(body: str) -> list[tuple[tuple[str, str], str]]:
    """Return name, kind and text of each thing that a section describes."""
    found = re.split(r"^(\S.*)$", body, flags=re.MULTILINE)
    result = []
    for head, text in zip(found[1::2], found[2::2], strict=True):
        name, _, kind = head.partition(" : ")
        words = " ".join(text.split())
        result.append(((prose(name), f" ({prose(kind)})" if kind else ""), prose(words)))
    return result


def prose(text: str) -> str:
    """Turn what reStructuredText marks as code into Markdown."""
    return re.sub(r"``(.+?)``", r"`\1`", text, flags=re.DOTALL)


def main() -> None:
    """Write every document."""
    for path, text in documents().items():
        target = HERE / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
