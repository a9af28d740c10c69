"""The documents: links, names, options and generated pages agree with the code."""

from __future__ import annotations

import importlib.util
import inspect
import re
from functools import cache
from pathlib import Path

import pytest

import counterpoise
from counterpoise._resample import METHODS
from counterpoise.utils import all_estimators

ROOT = Path(__file__).parent.parent
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))
DOCUMENTS = [
    path.relative_to(ROOT).as_posix()
    for folder in (".", "docs", "benchmarks")
    for path in sorted((ROOT / folder).glob("*.md"))
]


@cache
def generator():
    """Return the module that builds documents from the code."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def built_documents():
    """Return the text of each generated document by its path."""
    return generator().build_documents()


def read(document):
    """Return the text of a committed document."""
    return (ROOT / document).read_text(encoding="utf-8")


# ---- Links ----


def without_code(text):
    """Return Markdown without its code blocks, where brackets and # have another meaning."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def find_links(text):
    """Return the relative links of a document as (path, anchor)."""
    links = re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)", without_code(text))
    assert all(path or anchor for path, anchor in links)
    return links


def find_anchors(text):
    """Return the anchors of a document's headings, as GitHub derives them."""
    headings = re.findall(r"^#+ +(.+?) *$", without_code(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_and_anchors_are_found():
    """The tests of links below find links and anchors of both forms."""
    text = "# A `b`, c_d!\n[x](y.md#z), ![p](q.png), [w](#a-b-c_d)\n```\n[n](o)\n# m\n```\n"

    assert find_links(text) == [("y.md", "z"), ("q.png", ""), ("", "a-b-c_d")]
    assert find_anchors(text) == {"a-b-c_d"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_merges_are_finished(document):
    """No document has the marks that git leaves where two versions differ."""
    lines = (ROOT / document).read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith(("<<<<<<< ", ">>>>>>> "))] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_columns_have_names(document):
    """Each column of a table has a name, which screen readers read before each value."""
    headers = re.findall(r"^(\|.*\|)\n\|[-:| ]+\|$", without_code(read(document)), re.MULTILINE)
    unnamed = [header for header in headers if re.search(r"\|\s*\|", header)]
    assert unnamed == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_resolve(document):
    """Relative links lead to existing files, and anchors to existing headings."""
    for path, anchor in find_links(read(document)):
        target = (ROOT / document).parent / path if path else ROOT / document

        assert target.exists(), f"{document}: {path}"
        if anchor:
            assert anchor in find_anchors(target.read_text(encoding="utf-8")), f"{path}#{anchor}"


def test_links_of_the_site_resolve():
    """Links between documents lead to pages and pictures of the site."""
    pictures = {path.name for path in (ROOT / "benchmarks").glob("*.png")}
    for document, text in built_documents().items():
        for path, anchor in find_links(text) if document.endswith(".md") else ():
            target = path or document

            assert target in built_documents() or target in pictures, f"{document}: {path}"
            assert not anchor or anchor in find_anchors(built_documents()[target]), (
                f"{path}#{anchor}"
            )


def test_figures_of_the_gallery_have_an_example():
    """Documents show figures of examples that exist, and link to the page of the same one."""
    shown = re.compile(r"```\{image\} gallery/(\w+)/images/sphx_glr_(\w+)_\d{3}\.png(.*?)```", re.S)
    text = "\n".join(read(document) for document in DOCUMENTS)

    assert len(shown.findall(text)) > 5
    for folder, name, options in shown.findall(text):
        assert (ROOT / "examples" / folder / f"{name}.py").exists(), name
        assert f":target: gallery/{folder}/{name}.html\n" in options, name


def test_pages_of_the_guide_end_with_what_to_read():
    """The guide can be read from the first page to the last: each one names the next."""
    pages = re.findall(r"^\d+\. \[.+\]\((\w+)\.md\)", read("docs/user_guide.md"), re.MULTILINE)

    assert len(pages) > 10
    for page, following in zip(pages, [*pages[1:], None], strict=True):
        end = read(f"docs/{page}.md").partition("\n## What to read\n")[2]
        assert end, page
        assert following is None or f"]({following}.md)" in end, page


def test_documents_are_in_a_table_of_contents():
    """Each document of the site can be reached from its first page."""
    listed = "\n".join(
        read(f"docs/{name}.md") for name in ("index", "user_guide", "quickstart", "benchmarks")
    )

    for name in built_documents():
        if "/" not in name and name != "index.md":
            assert re.search(rf"^(\w+ <)?{Path(name).stem}>?$", listed, re.MULTILINE), name


# ---- Names and options ----


def test_each_difference_has_its_test():
    """Every test that docs/differences.md names exists."""
    named = set(re.findall(r"`((?:test_|container_)\w+)`", read("docs/differences.md")))

    assert len(named) > 15
    assert {name for name in named if f"def {name}(" not in TESTS} == set()


def test_names_in_the_readme_exist():
    """Each name in the README's table of modules is public in the module of its row."""
    rows = re.findall(r"^\| [^|]+ \| `([\w.]+)` \| (.+) \|$", read("README.md"), re.MULTILINE)

    assert len(rows) > 8
    for module, names in rows:
        public = importlib.import_module(f"counterpoise.{module}").__all__
        for name in re.findall(r"`(\w+)`", names):
            assert name in public, f"{module}.{name}"


def command_options():
    """Return the options of each command, without --help, the short forms and hidden ones."""
    typer = pytest.importorskip("typer")
    from counterpoise._cli.app import app

    return {
        name: {
            option
            for parameter in command.params
            if not getattr(parameter, "hidden", False)
            for option in parameter.opts
        }
        for name, command in typer.main.get_command(app).commands.items()
    }


def test_documented_commands_use_existing_options():
    """Commands in the documents' code blocks have the options that the command line has."""
    options = command_options()
    found = 0
    for document in DOCUMENTS:
        code = "\n".join(re.findall(r"```sh\n(.*?)```", read(document), re.DOTALL))
        for name, line in re.findall(r"counterpoise (\w+)(.*)", code.replace("\\\n", " ")):
            used = set(re.findall(r"(?<=\s)--?[a-z][\w-]*", line.partition(" #")[0]))
            found += len(used)

            assert used <= options[name], f"{document}: counterpoise {name}{line}"
    assert found > 20


@pytest.mark.parametrize("command", ["evaluate", "inspect", "resample", "study"])
def test_tables_of_options_are_complete(command):
    """docs/command_line.md has a row for each option of the larger commands, and for no other."""
    part = read("docs/command_line.md").partition(f"## `counterpoise {command} ")[2]
    rows = re.findall(r"^\| (`--.*?) \|", part.partition("\n## ")[0], re.MULTILINE)
    documented = {option for row in rows for option in re.findall(r"`(--[\w-]+)", row)}
    # In the heading, or described for all commands together.
    files = read("docs/command_line.md").partition("\n## Files\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`--.*?) \|", files, re.MULTILINE)
    shared = {option for row in rows for option in re.findall(r"`(--[\w-]+)", row)}
    elsewhere = {"--target", "--out", "--json", "--report"}
    options = {option for option in command_options()[command] if option.startswith("--")}
    assert shared <= options
    options -= shared

    assert documented - elsewhere == options - elsewhere


# ---- Generated documents ----


def test_documents_can_be_built(tmp_path):
    """Every page is written, and begins with a heading."""
    generator().write_documents(tmp_path)

    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert set(built_documents()) <= written
    for name, text in built_documents().items():
        assert re.match(r"# \S|\S[^\n]*\n=+\n", text), name


def test_built_documents_cover_the_public_interface():
    """Each public package has a page, and each public name its own or a line there."""
    modules = generator().MODULES

    assert {f"counterpoise.{package}" for package in counterpoise._PACKAGES} <= set(modules)
    for module in modules:
        page = built_documents()[f"api/{module}.rst"]
        for name in importlib.import_module(module).__all__:
            own = f"api/{module}.{name}.rst" in built_documents() and f"\n   {name}\n" in page
            assert own or f"- ``{name}``: " in page, f"{module}.{name}"


def test_pages_of_classes_have_their_methods():
    """The page of a class has the methods that counterpoise defines, also inherited ones."""
    page = built_documents()["api/counterpoise.over_sampling.SMOTE.rst"]

    assert ".. automethod:: fit_resample\n" in page
    assert "get_params" not in page


@pytest.mark.parametrize("module", generator().MODULES)
def test_public_names_have_a_summary(module):
    """Each public module, class and function has a docstring; its first line is a sentence."""
    members = {"": importlib.import_module(module), **generator().public(module)}
    for name, member in members.items():
        first = (inspect.getdoc(member) or "").partition("\n")[0]

        assert first.endswith("."), f"{module} {name}: {first!r}"


@pytest.mark.parametrize(("name", "sampler"), all_estimators())
def test_sampler_table_and_parameters(name, sampler):
    """Each sampler is in the table, and its parameters are documented with their defaults."""
    build = generator()
    body = build.sections(sampler)["Parameters"]
    documented = [key for key, _ in build.entries(body)]
    parameters = inspect.signature(sampler).parameters

    assert sorted(documented) == sorted(parameters)
    for head in re.findall(r"^(\S.*)$", body, flags=re.MULTILINE):
        key, _, type_ = head.partition(" : ")
        stated = re.search(r"default=(.+)$", type_)
        default = parameters[key].default
        if stated:
            assert stated.group(1).strip('"') == str(default), f"{name}.{key}"
        else:
            assert default is inspect.Parameter.empty, f"{name}.{key} states no default"
    assert f".{name}`\n" in built_documents()["samplers.rst"]
    for method, cls in METHODS.items():
        assert cls is not sampler or f"- ``{method}``\n" in built_documents()["samplers.rst"]
