"""Times of a study: dates are parsed, ranked in order, and named for each fold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from counterpoise.exceptions import InputError
from counterpoise.model_selection._times import parse_times
from counterpoise.study import Study, StudyResult

# Formats in which dates after the 12th of a month of 2013 or later fit no other order.
FORMATS = (
    "%m/%d/%y",
    "%d.%m.%Y",
    "%Y/%m/%d",
    "%d %b %Y",
    "%B %d, %Y",
    "%d-%b-%y",
    "%d/%m/%Y %H:%M",
)


def random_days(seed: int, n: int = 60) -> list[datetime]:
    """Return random days in random order, one of them the 25th of a month."""
    rng = np.random.RandomState(seed)
    days = [datetime(2013, 1, 25) + timedelta(days=int(d)) for d in rng.randint(0, 900, n)]
    return [datetime(2013, 1, 25), *days]


def ranks(values: Any) -> list[int]:
    return np.unique(np.asarray(values), return_inverse=True)[1].tolist()


@pytest.mark.parametrize("form", FORMATS)
def test_dates_in_any_clear_format_are_ordered_by_time(form: str, seed: int) -> None:
    days = random_days(seed)
    times = parse_times([day.strftime(form) for day in days], len(days))
    assert times.ranks.tolist() == ranks(days)
    assert times.labels[0] == min(days).date().isoformat()


@pytest.mark.parametrize(
    "container",
    [list, np.array, pd.Series, pl.Series, lambda days: [day.date() for day in days], pd.Index],
)
def test_dates_of_any_container_are_ordered_by_time(container: Any, seed: int) -> None:
    days = random_days(seed)
    times = parse_times(container(days), len(days))
    assert times.ranks.tolist() == ranks(days)
    assert times.labels[-1] == max(days).date().isoformat()


def test_numbers_are_ordered_by_size_also_as_text(seed: int) -> None:
    values = np.random.RandomState(seed).randint(0, 10**6, 50)
    for given in (values, values / 7, [str(value) for value in values]):
        assert parse_times(given, 50).ranks.tolist() == ranks(values)


def test_times_of_day_and_time_zones() -> None:
    zone = timezone(timedelta(hours=2))
    times = parse_times(["2024-05-01T09:30", "2024-05-01T08:00"], 2)
    assert times.labels == ("2024-05-01 08:00:00", "2024-05-01 09:30:00")
    aware = [datetime(2024, 5, 1, 9, tzinfo=zone), datetime(2024, 5, 1, 8, tzinfo=UTC)]
    assert parse_times(aware, 2).ranks.tolist() == [0, 1]


def test_a_format_resolves_what_is_unclear() -> None:
    texts = ["06/07/13", "10/01/12"]
    with pytest.raises(InputError, match="'06/07/13' and '10/01/12' fit more than one format"):
        parse_times(texts, 2)
    assert parse_times(texts, 2, "%d/%m/%y").labels == ("2012-01-10", "2013-07-06")
    assert parse_times(texts, 2, "%m/%d/%y").labels == ("2012-10-01", "2013-06-07")


@pytest.mark.parametrize(
    ("time", "time_format", "message"),
    [
        (["2013-01-02", "5/16/12"], None, r"'2013-01-02' and '5/16/12' .* \(--time-format '%Y"),
        (["soon", "later"], None, "'soon' and 'later' are not dates of one known format"),
        (["1/2/13", "x"], "%d/%m/%y", "time_format '%d/%m/%y' does not fit the time 'x'"),
        ([1, 2], "%Y", "time_format is for times that are text"),
        ([None, "2013-01-02"], None, "missing for 1 of them"),
        ([1, "2013-01-02", date(2013, 1, 1)], None, "its types are date, int, str"),
        ([datetime(2013, 1, 1), datetime(2013, 1, 1, tzinfo=UTC)], None, "a time zone"),
        ([[1], [2]], None, "one value for each of the 2 samples"),
    ],
)
def test_unclear_times_are_rejected(time: Any, time_format: str | None, message: str) -> None:
    given = np.array([*time, None], dtype=object)[:-1] if not isinstance(time[0], list) else time
    with pytest.raises(InputError, match=message):
        parse_times(given, len(time), time_format)


def test_a_study_trains_on_the_past_and_names_the_times_of_each_fold(seed: int) -> None:
    rng = np.random.RandomState(seed)
    days = random_days(seed, 199)
    X, y = rng.normal(size=(200, 2)), np.arange(200) % 3 == 0
    texts = [f"{day.month}/{day.day}/{day:%y}" for day in days]
    study = Study("logistic", "class-weight", cv=3, random_state=0)
    result = StudyResult.from_json(study.run(X, y, time=texts).to_json())
    assert len(result.settings.fold_times) == 3
    for fold, times in enumerate(result.settings.fold_times):
        tested = [day for day, at in zip(days, result.folds[0], strict=True) if at == fold]
        trained = [day for day in days if day < min(tested)]
        assert times.train_from == str(min(days).date())
        assert times.train_to == str(max(trained).date())
        assert (times.test_from, times.test_to) == (
            str(min(tested).date()),
            str(max(tested).date()),
        )
        sentence = f"Fold {fold + 1}: trained on {times.train_from} to {times.train_to}, tested on "
        assert sentence in result.to_html()
        assert sentence in result.to_markdown()
