"""How many threads the native engine may use."""

from __future__ import annotations

import os

import joblib

__all__ = ["thread_count"]


def thread_count(n_jobs: int | None = None) -> int:
    """Return how many threads to use.

    Parameters
    ----------
    n_jobs : int, optional
        A number of threads; −1 for all, −2 for all but one, and so on. By default all that the
        process may use, which ``OMP_NUM_THREADS`` and ``COUNTERPOISE_NUM_THREADS`` lower.

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
        raise ValueError("n_jobs must be a number of threads, or negative to leave some; got 0.")
    if n_jobs is not None and n_jobs > 0:
        return n_jobs
    available: int = joblib.cpu_count()
    for name in ("OMP_NUM_THREADS", "COUNTERPOISE_NUM_THREADS"):
        # OpenMP allows a list, one entry for each level of nesting.
        limit = os.environ.get(name, "").partition(",")[0].strip()
        if limit.isdigit() and int(limit) > 0:
            available = min(available, int(limit))
    return max(1, available + 1 + (n_jobs or -1))
