"""Write the documents that are made from the code: `make docs`.

`samplers.md` is the table of samplers, by what they say of themselves and what they do on a small
table; `api/` is the reference, made from signatures and docstrings.
"""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from counterpoise.base import BaseSampler
from counterpoise.utils import all_estimators

HERE = Path(__file__).parent
MODULES = (
    "counterpoise",
    "counterpoise.over_sampling",
    "counterpoise.under_sampling",
    "counterpoise.combine",
    "counterpoise.datasets",
    "counterpoise.neighbors",
    "counterpoise.base",
    "counterpoise.utils",
    "counterpoise.utils.estimator_checks",
    "counterpoise.table",
    "counterpoise.exceptions",
)
NOTE = "<!-- Made from the code by docs/generate.py: edit that, then run `make docs`. -->\n\n"
READS = {"anything": "anything", "distances": "numbers and categories", "numbers": "numbers"}
NAMED = ("Parameters", "Attributes", "Returns", "Yields", "Raises", "See Also")


def documents() -> dict[str, str]:
    """Return the text of each document by its path below `docs/`."""
    made = {"samplers.md": samplers(), "api/README.md": index()}
    return made | {f"api/{page(name)}": reference(name) for name in MODULES}


def page(module: str) -> str:
    """Return the name of the file that holds the reference of a module."""
    return module.removeprefix("counterpoise.") + ".md"


# The table of samplers


def samplers() -> str:
    """Return the table of samplers."""
    head = (
        "sampler",
        "family",
        "reads",
        "sparse",
        "missing cells",
        "makes rows",
        "`sample_indices_`",
        "random",
        "neighbours",
        "what it does",
    )
    rows = [sampler_row(cls) for _, cls in sorted(all_estimators(), key=lambda e: home(e[1]))]
    text = (
        "# Samplers\n\nWhat each sampler says of itself, and what it does with its default "
        "parameters on a small table. “–” stands for what depends on what it is made of.\n\n"
    )
    return NOTE + text + "".join(table_line(row) for row in (head, ("---",) * len(head), *rows))


def sampler_row(cls: type) -> tuple[str, ...]:
    """Return a sampler's row in the table."""
    parameters = inspect.signature(cls).parameters
    neighbours = [f"`{name}`" for name in parameters if "neighbors" in name]
    module = home(cls)
    name = f"{module}.{cls.__name__}"
    return (
        f"[`{name.removeprefix('counterpoise.')}`](api/{page(module)}#{cls.__name__.lower()})",
        getattr(cls, "_family", None) or "–",
        READS.get(getattr(cls, "_reads", ""), "–"),
        *trials(cls),
        "yes" if "random_state" in parameters else "no",
        ", ".join(neighbours) or "none",
        summary_of(cls),
    )


def home(cls: type) -> str:
    """Return the public module in which a class is found."""
    return next(name for name in MODULES if cls.__name__ in import_module(name).__all__)


def trials(cls: type) -> tuple[str, str, str, str]:
    """Say whether a sampler takes sparse tables and missing cells, makes rows, and has indices."""
    parameters = inspect.signature(cls).parameters
    if any(p.default is p.empty for p in parameters.values()):
        return ("–",) * 4
    given = {"random_state": 0, "n_jobs": 1}
    sampler = cls(**{name: value for name, value in given.items() if name in parameters})
    random = np.random.RandomState(0)
    y = random.permutation(np.repeat([0, 1, 2], [48, 24, 18]))
    X = random.randn(len(y), 4) + y[:, None]
    holes = np.where(random.rand(*X.shape) < 0.05, np.nan, X)
    answers = [takes(sampler, sparse.csr_matrix(X), y), takes(sampler, holes, y)]
    sampler.fit_resample(X, y)
    answers += [bool(sampler.provenance_.is_new.any()), hasattr(sampler, "sample_indices_")]
    return tuple("yes" if answer else "no" for answer in answers)


def takes(sampler: Any, X: Any, y: Any) -> bool:
    """Say whether a sampler resamples a table, rather than refuse it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sampler.fit_resample(X, y)
    except ValueError:
        return False
    return True


def table_line(cells: tuple[str, ...]) -> str:
    """Return a line of a Markdown table."""
    return f"| {' | '.join(cells)} |\n"


# The reference


def index() -> str:
    """Return the list of modules with what they hold."""
    lines = [
        f"- [`{name}`]({page(name)}): {summary_of(import_module(name))}  \n  "
        + ", ".join(f"[`{m}`]({page(name)}#{m.lower()})" for m, _ in members_of(name))
        for name in MODULES
    ]
    return f"{NOTE}# Reference\n\n" + "\n".join(lines) + "\n"


def reference(name: str) -> str:
    """Return the reference of one module."""
    module = import_module(name)
    parts = [f"{NOTE}# {name}", render(inspect.getdoc(module) or "")]
    for member, value in members_of(name):
        parts += [f"## {member}", *member_parts(member, value)]
    return "\n\n".join(part for part in parts if part) + "\n"


def members_of(name: str) -> list[tuple[str, Any]]:
    """Return the public classes and functions of a module."""
    module = import_module(name)
    named = ((member, getattr(module, member)) for member in sorted(module.__all__, key=str.lower))
    return [(m, value) for m, value in named if inspect.isclass(value) or inspect.isroutine(value)]


def member_parts(name: str, value: Any) -> Iterator[str]:
    """Yield the signature, the text and the methods of a class or function."""
    yield f"```python\n{signature_of(name, value)}\n```"
    if inspect.isclass(value) and issubclass(value, BaseSampler) and value is not BaseSampler:
        yield "Has the methods of [`BaseSampler`](base.md#basesampler)."
    yield render(inspect.getdoc(value) or "")
    if not inspect.isclass(value) or issubclass(value, Enum):
        return
    for method, member in vars(value).items():
        function = getattr(member, "fget", None) or getattr(member, "__func__", member)
        if method.startswith("_") or not inspect.isfunction(function):
            continue
        is_property = isinstance(member, property)
        yield f"### {name}.{method}"
        yield f"`{method}`" if is_property else f"```python\n{signature_of(method, function)}\n```"
        yield render(inspect.getdoc(function) or "")


def signature_of(name: str, value: Any) -> str:
    """Return a signature, in several lines where it is long."""
    kind = "class " if inspect.isclass(value) else ""
    if kind and (issubclass(value, Enum) or not has_init(value)):
        return f"{kind}{name}"
    signature = inspect.signature(value)
    parts = []
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not any(p[0] == "*" for p in parts):
            parts.append("*")
        parts.append(parameter_text(parameter))
    returns = signature.return_annotation
    end = "" if kind or returns is signature.empty else f" -> {returns}"
    line = f"{kind}{name}({', '.join(parts)}){end}"
    if len(line) <= 100:
        return line
    return f"{kind}{name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){end}"


def has_init(cls: type) -> bool:
    """Say whether a class has an `__init__` of our own."""
    ours = (base for base in cls.__mro__ if base.__module__.startswith("counterpoise"))
    is_protocol = getattr(cls, "_is_protocol", False)
    return not is_protocol and any("__init__" in vars(base) for base in ours)


def parameter_text(parameter: inspect.Parameter) -> str:
    """Return a parameter with its type and default."""
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    text = stars + parameter.name
    typed = parameter.annotation is not parameter.empty
    if typed:
        text += f": {parameter.annotation}"
    if parameter.default is parameter.empty:
        return text
    equals = " = " if typed else "="
    return f"{text}{equals}{parameter.default!r}"


def summary_of(value: Any) -> str:
    """Return the first paragraph of a docstring in one line."""
    return (inspect.getdoc(value) or "").partition("\n\n")[0].replace("\n", " ")


def render(docstring: str) -> str:
    """Return a numpydoc docstring as Markdown."""
    parts = []
    for title, body in sections(docstring):
        if title:
            parts.append(f"**{title}**")
        named = (linked if title == "See Also" else items) if title in NAMED else fenced
        parts.append(named(body))
    return re.sub("(?<!`)``(?!`)", "`", "\n\n".join(part for part in parts if part))


def sections(docstring: str) -> list[tuple[str, str]]:
    """Split a docstring into its sections; what stands before them has no title."""
    pieces = re.split(r"^([A-Z][\w ]+)\n-{3,}\n", docstring, flags=re.MULTILINE)
    titled = zip(pieces[1::2], pieces[2::2], strict=True)
    return [("", pieces[0].strip()), *((title, body.strip()) for title, body in titled)]


def entries(body: str) -> list[tuple[str, str, str]]:
    """Return the name, the type and the description of each entry of a section."""
    found = re.findall(r"^(\S.*)\n?((?:(?: {4}.*)?\n?(?!\S))*)", body, flags=re.MULTILINE)
    split = ((head.partition(" : "), inspect.cleandoc(text)) for head, text in found)
    return [(name, kind, " ".join(text.split())) for (name, _, kind), text in split]


def items(body: str) -> str:
    """Return named entries as a list."""
    lines = []
    for name, kind, text in entries(body):
        lines.append(f"- `{name}`" + (f" ({kind})" if kind else "") + (f": {text}" if text else ""))
    return "\n".join(lines)


def linked(body: str) -> str:
    """Return names with what they are as a list."""
    return "\n".join(f"- `{name}`: {text}" for name, text, _ in entries(body))


def fenced(body: str) -> str:
    """Return paragraphs, with examples in fences."""
    parts = []
    for paragraph in re.split(r"\n\n+", body):
        is_code = paragraph.startswith((">>> ", "    "))
        parts.append(f"```python\n{inspect.cleandoc(paragraph)}\n```" if is_code else paragraph)
    return "\n\n".join(parts)


def main() -> None:
    """Write every document, and remove those that are none any more."""
    made = documents()
    (HERE / "api").mkdir(exist_ok=True)
    for path in (HERE / "api").glob("*.md"):
        if f"api/{path.name}" not in made:
            path.unlink()
    for name, text in made.items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
