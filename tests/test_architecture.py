"""The code has the structure that ARCHITECTURE.md describes."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from counterpoise._resample import METHODS

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "counterpoise"
TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
# Functions longer than 40 code lines, each with its reason.
LONG_FUNCTIONS = {
    "ensemble._balanced_random_forest.__init__": "hands on all parameters of scikit-learn's forest",
}


def table_after(heading: str) -> list[list[str]]:
    """Return the rows of the first table after a text of ARCHITECTURE.md."""
    lines = TEXT[TEXT.index(heading) :].splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|")) + 2
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


LAYER = {
    name: int(number)
    for number, names, _ in table_after("## Layers")
    for name in re.findall(r"`([\w.]+)`", names)
}
ALLOWED_IN = {
    package: re.findall(r"`([\w.]+)`", places)
    for packages, places in table_after("Heavy packages")
    for package in re.findall(r"`([\w.]+)`", packages)
}
MODULES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(SOURCE.rglob("*.py"))
    if path.name not in ("__main__.py",) and path != SOURCE / "__init__.py"
}


@cache
def imports_of(path: Path) -> list[str]:
    """Return every module that a file imports, wherever in the file."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: imports are absolute"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
            found.append(node.module)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_optional":
            found += [arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)]
    return found


def own_imports(path: Path) -> set[str]:
    """Return the library's own modules that a file imports, without the package's name."""
    names = set()
    for name in imports_of(path):
        inner = name.removeprefix("counterpoise.")
        while inner != name and inner and inner not in MODULES and inner != "_native":
            inner = inner.rpartition(".")[0]
        if inner != name and inner:
            names.add(inner)
    return names


def test_every_module_has_a_layer():
    """The layer table names each module or sub-package, and none that is gone."""
    tops = {name.partition(".")[0] for name in MODULES} | {"_native"}

    assert tops == set(LAYER)


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down(module):
    """A module imports from its own sub-package or from a lower layer."""
    top = module.partition(".")[0]
    for imported in own_imports(MODULES[module]):
        other = imported.partition(".")[0]

        assert other == top or LAYER[other] < LAYER[top], f"{module} imports {imported}"


def test_imports_have_no_cycle():
    """No chain of imports leads back to its first module."""
    graph = {name: own_imports(path) - {name} for name, path in MODULES.items()}
    state: dict[str, int] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert state.get(name) != 1, f"cycle: {' -> '.join((*trail, name))}"
        if name in graph and state.get(name) is None:
            state[name] = 1
            for other in graph[name]:
                visit(other, (*trail, name))
            state[name] = 2

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("package", ALLOWED_IN)
def test_heavy_packages_are_imported_where_allowed(package):
    """A heavy package is imported only in the modules that ARCHITECTURE.md lists for it."""
    users = {
        name
        for name, path in MODULES.items()
        if any(i == package or i.startswith(package + ".") for i in imports_of(path))
    }
    others = {
        name
        for name in users
        if not any(name == place or name.startswith(place + ".") for place in ALLOWED_IN[package])
    }

    assert not others


def test_one_module_imports_private_names_of_scikit_learn():
    """Only `_lib.sklearn_private` imports private names of scikit-learn."""
    private = {
        name
        for name, path in MODULES.items()
        for imported in imports_of(path)
        if imported.startswith("sklearn") and "._" in imported
    }

    assert private <= {"_lib.sklearn_private"}


def test_importing_the_package_imports_no_dependency():
    """`import counterpoise` imports no heavy package."""
    code = (
        "import sys, counterpoise\n"
        "heavy = {'numpy', 'scipy', 'sklearn', 'pandas', 'polars', 'matplotlib', 'narwhals'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )

    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


@pytest.mark.costly
def test_importing_a_sampler_loads_no_optional_package():
    """The samplers work without optional packages, and do not import installed ones."""
    code = (
        "import sys, sklearn.neighbors\n"
        "before = set(sys.modules)\n"  # scikit-learn imports pandas itself
        "import counterpoise.over_sampling, counterpoise.datasets\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "heavy = {'pandas', 'polars', 'pyarrow', 'matplotlib', 'jinja2', 'typer', 'rich'}\n"
        "assert not heavy & new, heavy & new\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.costly
def test_resampling_loads_no_model_of_scikit_learn():
    """A sampler that fits no model does not import scikit-learn's models, which takes long."""
    code = (
        "import sys, counterpoise\n"
        "X, y = [[0.0], [1], [2], [3], [4], [5], [6]], [0, 0, 0, 0, 1, 1, 1]\n"
        "sampler = counterpoise.over_sampling.SMOTE(k_neighbors=2)\n"
        "assert len(sampler.fit_resample(X, y)[0]) == 8\n"
        "import counterpoise._cli.run_resample\n"
        "models = {'ensemble', 'cluster', 'svm', 'tree', 'linear_model', 'neighbors'}\n"
        "loaded = {name for name in models if f'sklearn.{name}' in sys.modules}\n"
        "assert not loaded, loaded\n"
        "assert sampler.nn_k_.n_neighbors == 3\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


def code_lines(function: ast.FunctionDef, text: list[str]) -> int:
    """Count a function's lines without its docstring, comments and blank lines."""
    body = function.body
    first = body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = (first.end_lineno or 0) if is_docstring else function.lineno
    lines = text[start : function.end_lineno]
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in lines)


def test_functions_are_short():
    """Nine functions in ten have under 25 code lines, and none over 40 without a reason."""
    lengths = {}
    for name, path in MODULES.items():
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                lengths[f"{name}.{node.name}"] = code_lines(node, text.splitlines())
    long = {name for name, length in lengths.items() if length > 40}

    assert long == set(LONG_FUNCTIONS)
    assert sum(length < 25 for length in lengths.values()) >= 0.9 * len(lengths)


def test_the_public_interface_is_small():
    """Few names are public: those that `__all__` lists in modules without an underscore.

    Samplers are not counted: there is one for each paper, and all are used in the same way.
    """
    public = set()
    for name, path in MODULES.items():
        if not any(part.startswith("_") for part in name.split(".")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                    public |= set(ast.literal_eval(node.value))

    samplers = {sampler.__name__ for sampler in METHODS.values()}
    assert len(public - samplers) <= 193


@pytest.mark.costly
def test_public_names_are_listed_and_exist():
    """Each public module lists what it exports, in order, and all of it exists."""
    code = (
        "import importlib, counterpoise\n"
        "for name in counterpoise.__all__: getattr(counterpoise, name)\n"
        "for name in counterpoise._PACKAGES:\n"
        "    module = importlib.import_module('counterpoise.' + name)\n"
        "    assert all(hasattr(module, public) for public in module.__all__), name\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True)
