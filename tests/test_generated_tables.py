"""Tables with columns that are not features, in the forms that such columns have in real tables."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from counterpoise._cli.app import app

# The first six tables have each form of each column; the others have further combinations.
TABLES = [*range(6), *(pytest.param(number, marks=pytest.mark.slow) for number in range(6, 18))]
Column = list[str]
WORDS = [
    "please",
    "call",
    "me",
    "about",
    "the",
    "order",
    "that",
    "never",
    "came",
    "and",
    "send",
    "a",
    "new",
    "one",
    "tomorrow",
]
FIRST, LAST = ("Ann", "Bo", "Cem", "Dia", "Eva", "Finn"), ("Smith", "Novak", "Ito", "Diaz", "Lee")


def days(rng: np.random.Generator, n: int, form: str) -> Column:
    """Return dates of three years, written in a format."""
    start = np.datetime64("2021-01-01")
    dates = [start + day for day in rng.integers(0, 1000, n).tolist()]
    return [date.item().strftime(form) for date in dates]


def hexadecimal(rng: np.random.Generator, n: int) -> Column:
    """Return different hexadecimal numbers with letters."""
    return [f"a{number:07x}" for number in rng.choice(16**7, n, replace=False)]


def number(rng: np.random.Generator, n: int) -> list[int]:
    """Return different whole numbers in random order."""
    return [int(value) for value in rng.permutation(3 * n)[:n]]


IDENTIFIERS: dict[str, Callable[[Any, int], Column]] = {
    "customerID": lambda rng, n: [f"{i:04d}-{'KXQ'[i % 3]}" for i in number(rng, n)],
    "id": lambda _, n: [str(1001 + i) for i in range(n)],
    "EmployeeNumber": lambda rng, n: [str(7 * i + 1) for i in number(rng, n)],
    "uuid": hexadecimal,
    "email": lambda rng, n: [f"user{i}@example.org" for i in number(rng, n)],
    "url": lambda rng, n: [f"https://example.org/{i}?a=b" for i in number(rng, n)],
}
PEOPLE: dict[str, Callable[[Any, int], Column]] = {
    "Name": lambda rng, n: [f"{LAST[i % 5]} {i}, Mr. {FIRST[i % 6]}" for i in number(rng, n)],
    "client": lambda rng, n: [f"{FIRST[i % 6]} {LAST[i % 5]}-{i}" for i in number(rng, n)],
}
TEXTS: dict[str, Callable[[Any, int], Column]] = {
    "message": lambda rng, n: [" ".join(rng.choice(WORDS, 9)) for _ in range(n)],
    "Review": lambda rng, n: [f"{' '.join(rng.choice(WORDS, 6))}, and {i}!" for i in range(n)],
}
DATES: dict[str, Callable[[Any, int], Column]] = {
    "day": lambda rng, n: days(rng, n, "%Y-%m-%d"),
    "seen": lambda rng, n: days(rng, n, "%d.%m.%Y"),
    "Dt_Customer": lambda rng, n: days(rng, n, "%m/%d/%y"),
    "created_at": lambda rng, n: days(rng, n, "%Y-%m-%d 12:30:00"),
}
CONSTANTS: dict[str, Callable[[Any, int], Column]] = {
    "Over18": lambda _, n: ["Y"] * n,
    "StandardHours": lambda _, n: ["80"] * n,
    "Unnamed": lambda _, n: [""] * n,
}
CODES: dict[str, Callable[[Any, int], Column]] = {
    "zip": lambda rng, n: [f"{code:05d}" for code in rng.integers(0, 30, n)],
    "product": lambda rng, n: [f"{'ABC'[code % 3]}-{code:02d}" for code in rng.integers(0, 12, n)],
    "state": lambda rng, n: list(rng.choice(["CA", "NY", "TX", "NA"], n)),
}
ROLES = {"identifier": (IDENTIFIERS, PEOPLE), "free text": (TEXTS,), "date": (DATES,)}
OTHERS = (CONSTANTS, CODES)


@dataclass(frozen=True)
class Generated:
    """A table as text, with the roles of its columns.

    Attributes
    ----------
    columns : dict of str to list of str
        By name; the last one is the target.
    roles : dict of str to str
        The role of each column that is not a feature.
    delimiter : str
    """

    columns: dict[str, Column]
    roles: dict[str, str]
    delimiter: str

    def rows(self) -> list[list[str]]:
        """Return the names and the rows."""
        return [[*self.columns], *(list(row) for row in zip(*self.columns.values(), strict=True))]

    def save(self, name: str) -> None:
        """Write the table to a file."""
        with Path(name).open("w", newline="") as file:
            csv.writer(file, delimiter=self.delimiter, lineterminator="\n").writerows(self.rows())


def generate(number: int) -> Generated:
    """Return a table with one column of each kind, and with features, in random order."""
    rng = np.random.default_rng(number)
    n = int(rng.integers(90, 250))
    columns, roles = {}, {}
    for role, kinds in ROLES.items():
        for kind in kinds:
            name = list(kind)[number % len(kind)]
            columns[name], roles[name] = kind[name](rng, n), role
    for kind in OTHERS:
        name = list(kind)[number % len(kind)]
        columns[name] = kind[name](rng, n)
    columns["amount"] = [f"{value:.3f}" for value in rng.normal(50, 9, n)]
    columns["count"] = [str(value) for value in rng.poisson(3, n)]
    shuffled = {name: columns[name] for name in rng.permutation(list(columns)).tolist()}
    labels = (["no"] * 4 + ["yes"]) * n if number % 3 else (["a", "b", "b", "c"]) * n
    return Generated({**shuffled, "label": labels[:n]}, roles, ",;\t"[number % 3])


@pytest.fixture(params=TABLES)
def table(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Generated:
    """Write a table to a file in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    generated = generate(request.param)
    generated.save("in.csv")
    return generated


@pytest.fixture
def run(capfdbinary: Any) -> Callable[..., tuple[str, str]]:
    """Return a function that runs a command that succeeds: its output and its messages."""

    def run(command: str, *arguments: str) -> tuple[str, str]:
        with pytest.raises(SystemExit) as ended:
            app([command, "in.csv", "-t", "label", *arguments])
        captured = capfdbinary.readouterr()
        assert not ended.value.code, captured.err.decode()
        return captured.out.decode(), captured.err.decode()

    return run


def noted_roles(messages: str) -> dict[str, str]:
    """Return the columns that a warning names, by their roles."""
    warning = next(line for line in messages.splitlines() if line.startswith("Warning: Column"))
    found = {}
    for names, seems in re.findall(r"Columns? ((?:'[^']+'(?:, )?)+) ([^:]+):", warning):
        role = next(role for role in ROLES if role in seems)
        found.update(dict.fromkeys(re.findall(r"'([^']+)'", names), role))
    return found


def test_resample(table: Generated, run: Callable[..., tuple[str, str]]) -> None:
    """Original rows are the same; synthetic rows have no identifier and no text, but dates."""
    _, messages = run("resample", "-o", "out.csv", "--seed", "0")
    assert noted_roles(messages) == table.roles
    assert messages.count("Warning") == 1
    assert "Note: method smote is SMOTENC" in messages
    with Path("out.csv").open(newline="") as file:
        written = list(csv.reader(file, delimiter=table.delimiter))
    rows = table.rows()
    assert written[: len(rows)] == rows
    synthetic = [dict(zip(rows[0], row, strict=True)) for row in written[len(rows) :]]
    assert synthetic
    originals = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    for name in rows[0]:
        values = {(row[name], row["label"]) for row in synthetic}
        if table.roles.get(name) in ("identifier", "free text"):
            assert {value for value, _ in values} == {""}
        elif name not in ("amount", "count"):
            assert values <= {(row[name], row["label"]) for row in originals}


def test_inspect(table: Generated, run: Callable[..., tuple[str, str]]) -> None:
    """The findings name identifiers, free text and constants, and no other column."""
    output, _ = run("inspect", "--json")
    findings = {finding["code"]: finding["sentence"] for finding in json.loads(output)["findings"]}
    codes = {"identifier": "identifier", "free-text": "free text"}
    for code, role in codes.items():
        named = {name for name in table.columns if repr(name) in findings[code]}
        assert named == {name for name, found in table.roles.items() if found == role}
    constant = next(name for name in table.columns if name in CONSTANTS)
    assert repr(constant) in findings["constant-column"] or constant == "Unnamed"


@pytest.mark.costly
def test_study(table: Generated, run: Callable[..., tuple[str, str]]) -> None:
    """Identifiers and free text are left out, dates are numbers of days."""
    settings = [
        "--models",
        "logistic",
        "--methods",
        "random-over",
        "--folds",
        "2",
        "--repeats",
        "1",
    ]
    output, messages = run("study", *settings, "--format", "json")
    assert noted_roles(messages) == table.roles
    data = json.loads(output)["result"]["data"]
    assert {name for name, _ in data["left_out"]} == {
        name for name, role in table.roles.items() if role != "date"
    }
