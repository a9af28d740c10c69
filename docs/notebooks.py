"""Write the examples of the gallery as notebooks, with their output.

``make notebooks`` executes each example in Jupyter and writes it into ``build/notebooks``. They are
the notebooks that the pages of the gallery offer for download, which have no output.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx_gallery.gen_gallery import DEFAULT_GALLERY_CONF
from sphinx_gallery.notebook import jupyter_notebook
from sphinx_gallery.py_source_parser import split_code_and_text_blocks

ROOT = Path(__file__).resolve().parent.parent


def find_examples() -> list[Path]:
    """Return the scripts of the gallery."""
    return sorted((ROOT / "examples").rglob("plot_*.py"))


def convert(script: Path) -> Any:
    """Return a script of the gallery as a notebook without output."""
    first_cell = (ROOT / "examples" / "NOTEBOOK_HEADER.txt").read_text("utf-8").strip()
    settings = {**DEFAULT_GALLERY_CONF, "first_notebook_cell": first_cell}
    _, blocks = split_code_and_text_blocks(str(script))
    cells = []
    for cell in jupyter_notebook(blocks, settings, script.parent)["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cells.append(new_code_cell(text))
        else:
            cells.append(new_markdown_cell(remove_roles(text).strip()))
    return new_notebook(cells=cells)


def remove_roles(text: str) -> str:
    """Remove the roles of Sphinx, which notebooks would show as they are.

    Examples
    --------
    >>> remove_roles("Use :func:`~counterpoise.resample`, see :doc:`this page </study>`.")
    'Use `resample`, see this page.'
    """
    text = re.sub(r":[\w:]+:`([^`<]+?)\s*<[^`>]*>`", r"\1", text)
    text = re.sub(r":[\w:]+:`~[^`]*?([^`.]+)`", r"`\1`", text)
    return re.sub(r":[\w:]+:(`[^`]+`)", r"\1", text)


def execute(notebook: Any, folder: Path) -> None:
    """Run all cells of a notebook in a folder; an error of a cell is raised."""
    NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=ERROR"],
    ).execute()


def main() -> None:
    """Write all examples into the folder that the command names."""
    for script in find_examples():
        path = Path(sys.argv[1]) / script.relative_to(ROOT / "examples").with_suffix(".ipynb")
        path.parent.mkdir(parents=True, exist_ok=True)
        notebook = convert(script)
        try:
            execute(notebook, path.parent)
        except CellExecutionError as error:  # PyTorch, for example, is installed on request
            if error.ename != "ModuleNotFoundError":
                raise
            print(f"Not executed, because of {error.evalue}: {script.name}")
        nbformat.write(notebook, path)
        print(f"Wrote {path}")


if __name__ == "__main__":
    main()
