"""The number of threads of the native engine."""

from __future__ import annotations

import os
from functools import cache

import joblib

__all__ = ["thread_count"]


def thread_count(n_jobs: int | None = None) -> int:
    """Return the number of threads to use.

    Parameters
    ----------
    n_jobs : int or None, default=None
        The number of threads; −1 means all processors, −2 all but one, and so on. None means all
        processors that the process may use. The environment variables ``OMP_NUM_THREADS`` and
        ``COUNTERPOISE_NUM_THREADS`` limit the number, unless `n_jobs` is positive.

    Returns
    -------
    int
        1 or more.

    Raises
    ------
    ValueError
        If `n_jobs` is 0.

    Examples
    --------
    >>> thread_count(3)
    3
    """
    if n_jobs == 0:
        raise ValueError("n_jobs must be a number of threads, or -1 for all processors; got 0.")
    if n_jobs is not None and n_jobs > 0:
        return n_jobs
    available = _count_processors()
    for name in ("OMP_NUM_THREADS", "COUNTERPOISE_NUM_THREADS"):
        # OpenMP allows a list, with one entry per level of nesting: the first counts.
        limit = os.environ.get(name, "").partition(",")[0].strip()
        if limit.isdigit() and int(limit) > 0:
            available = min(available, int(limit))
    return max(1, available + 1 + (n_jobs or -1))


@cache  # joblib reads the limits of the control group from files each time
def _count_processors() -> int:
    return int(joblib.cpu_count())
