"""What commands show on terminals and in files, whatever the names, the width and the encoding."""

from __future__ import annotations

import os
import subprocess
import sys
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


@pytest.mark.parametrize(
    ("variables", "encoding", "expected"),
    [
        ({"PYTHONIOENCODING": "cp1252"}, "cp1252", "-0.05 – ++ ?"),
        ({"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}, "utf-8", "−0.05 – ▲ 中"),
    ],
)
def test_an_encoding_that_lacks_characters(
    variables: dict[str, str], encoding: str, expected: str
) -> None:
    code = "import counterpoise._cli as cli\ncli.import_module = lambda _: cli\n"
    code += "cli.app = lambda: print('\\u22120.05 \\u2013 \\u25b2 \\u4e2d')\ncli.main()"
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **variables},
        capture_output=True,
        check=False,
    )
    assert (result.stdout.decode(encoding).strip(), result.stderr) == (expected, b"")
