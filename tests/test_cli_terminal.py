"""What commands show on terminals and in files, whatever the names, the width and the encoding."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from counterpoise._cli.run_study import print_study
from tests.study_results import make_result


def show(capsys: pytest.CaptureFixture[str], result: Any, *names: str) -> str:
    """Return what the command `study` prints of a result."""
    print_study(result, names)
    return capsys.readouterr().out


@pytest.mark.parametrize("name", ["[/b]", "[red]x", ":smile:"])
def test_a_class_whose_name_looks_like_markup(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    result = make_result()
    result = replace(result, data=replace(result.data, classes=("other", name)))
    headings = [line.split() for line in show(capsys, result).splitlines()]
    assert ["average", "precision", "of", "class", name, "m"] in headings
