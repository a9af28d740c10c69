"""Mini-batches of a lazy frame have the rows of `scale.resample`, well mixed."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from counterpoise import scale
from counterpoise.exceptions import InputError
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.scale import _iter_batches
from counterpoise.under_sampling import RandomUnderSampler, TomekLinks

ds = pytest.importorskip("pyarrow.dataset")
DOCUMENT = Path(__file__).parent.parent / "docs" / "scale.md"


def make_table(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    y = rng.choice(["a", "b", "c"], 3_000, p=[0.8, 0.1, 0.1])
    return pl.DataFrame({"x": rng.normal(size=3_000), "n": rng.integers(0, 99, 3_000), "y": y})


@pytest.mark.parametrize(
    "sampler",
    [
        SMOTE(random_state=0, scale="standard"),
        RandomOverSampler(random_state=0),
        RandomUnderSampler(random_state=0),
        TomekLinks(),
    ],
    ids=repr,
)
def test_rows(sampler, seed):
    """Each epoch has the rows of `resample`, in another order."""
    table = make_table(seed)
    expected = scale.resample(table.lazy(), "y", sampler).collect()

    batches = scale.iter_batches(
        table.lazy(), "y", sampler, batch_size=700, epochs=2, random_state=seed
    )
    rows = [X.with_columns(y) for X, y in batches]

    assert max(map(len, rows)) <= 700
    joined = pl.concat(rows)
    epochs = joined[: len(expected)], joined[len(expected) :]
    for epoch in epochs:
        assert epoch.sort(pl.all()).equals(expected.sort(pl.all()))
    assert not epochs[0].equals(epochs[1])


def test_synthetic_rows_are_spread_evenly(seed, tmp_path, monkeypatch):
    """Each part of an epoch has its share of each class, however the rows are stored."""
    monkeypatch.setattr(_iter_batches, "_GROUP", 300)
    epochs = []
    for size in (170, 3_000):
        make_table(seed).write_parquet(tmp_path / "table.parquet", row_group_size=size)
        table = ds.dataset(tmp_path / "table.parquet")
        batches = scale.iter_batches(table, "y", SMOTE(random_state=0), random_state=seed)
        epochs.append([(X.to_pydict(), y.to_pylist()) for X, y in batches])

    assert epochs[0] == epochs[1]
    for _, labels in epochs[0][:-1]:
        for name in "abc":
            assert 0.2 < labels.count(name) / len(labels) < 0.46


def test_columns_that_are_not_features(seed):
    """Ignored and copied columns are not in the batches; the same seed gives the same batches."""
    table = make_table(seed).with_row_index("id").with_columns(day=pl.lit("Monday")).lazy()
    arguments = (table, "y", SMOTE(random_state=0))
    options = {"ignore": "id", "copy": ["day"], "random_state": seed}

    first, second = (list(scale.iter_batches(*arguments, **options)) for _ in range(2))

    assert first[0][0].columns == ["x", "n"]
    assert all(
        a.equals(b) for pair in zip(first, second, strict=True) for a, b in zip(*pair, strict=True)
    )


@pytest.mark.parametrize("parameter", [{"batch_size": 0}, {"epochs": 1.5}, {"memory": "much"}])
def test_bad_parameters(parameter):
    """They are reported on the call."""
    with pytest.raises(InputError, match=next(iter(parameter))):
        scale.iter_batches(make_table(0).lazy(), "y", RandomUnderSampler(), **parameter)


def test_the_example_of_the_document(tmp_path, monkeypatch, capsys):
    """The example in docs/scale.md runs, and prints what it says."""
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    (example,) = (block for block in blocks if "iter_batches" in block)

    Path("example.py").write_text(example, encoding="utf-8")

    runpy.run_path("example.py")

    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert printed == [line[2:].split() for line in example.splitlines() if line.startswith("# ")]
