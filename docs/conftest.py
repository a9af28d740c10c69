"""Run the examples of all documents as doctests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

# Scripts of the site, and a document whose libraries `make integrations` installs.
collect_ignore = ["conf.py", "generate.py", "integrations.md"]


@pytest.fixture(autouse=True)
def _workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Write into an empty folder, draw without a screen, and close the figures of a document."""
    monkeypatch.chdir(tmp_path)
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    yield
    plt.close("all")
