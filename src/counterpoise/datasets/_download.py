"""Fetch one file: go on where a transfer broke off, and check what came before it is used."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from counterpoise.exceptions import DownloadError, InputError

__all__ = ["Progress", "digest_problem", "download"]

Progress = Callable[[int, int | None], object]
_BLOCK = 1 << 18
_TIMEOUT = 60.0
_ALL_THERE = 416  # the server's "range not satisfiable": nothing is left to send


def download(
    url: str,
    target: Path,
    *,
    problem: Callable[[Path], str | None],
    progress: Progress | None = None,
) -> None:
    """Fetch a file; what is damaged is fetched again, once.

    Until it is whole and checked, the file is called ``<target>.part``; a transfer that broke off
    is gone on with from there, by the next call if need be.

    Parameters
    ----------
    url : str
        An address of http or https.
    target : Path
        Its folder is made if it is not there.
    problem : callable
        Given the path of what was fetched, says what is wrong with it; None if nothing is.
    progress : callable, optional
        Given the bytes there are and, where the server says so, the bytes there will be.

    Raises
    ------
    InputError
        If the address is none of http or https.
    DownloadError
        If the file cannot be fetched, or is damaged twice.
    """
    if not url.startswith(("http://", "https://")):
        raise InputError(f"url must start with http:// or https://; got {url!r}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    for _ in range(2):
        _transfer(url, part, target, progress)
        wrong = problem(part)
        if wrong is None:
            part.replace(target)
            return
        part.unlink()
    raise DownloadError(
        f"What {url} sends is damaged: {wrong}. It was fetched twice and thrown away. Try again "
        f"later, or put a good copy into {target.parent} as {target.name}.",
        url,
        str(target.parent),
    )


def digest_problem(path: Path, checksum: str) -> str | None:
    """Say whether a file has not the checksum that it shall have.

    Parameters
    ----------
    path : Path
    checksum : str
        Such as ``"md5:9e107d9d…"`` or ``"sha256:d7a8fbb3…"``.

    Returns
    -------
    str or None
        What is wrong.

    Raises
    ------
    InputError
        If the checksum names no algorithm.
    """
    algorithm, colon, wanted = checksum.partition(":")
    if not colon or algorithm not in hashlib.algorithms_guaranteed:
        raise InputError(
            "checksum must be an algorithm, a colon and the digest in hexadecimal, such as "
            f"'sha256:d7a8fb…'; got {checksum!r}."
        )
    with path.open("rb") as file:
        found = hashlib.file_digest(file, algorithm).hexdigest()
    if found == wanted.lower():
        return None
    return f"its {algorithm} checksum is {found}, and should be {wanted}"


def _transfer(url: str, part: Path, target: Path, progress: Progress | None) -> None:
    """Fetch what is missing of a file; where the connection breaks, go on once."""
    for is_last in (False, True):
        before = _size(part)
        try:
            _receive(url, part, progress)
        except (OSError, HTTPException) as error:
            came_on = _size(part) > before
            if came_on and not is_last and not isinstance(error, HTTPError):
                continue
            raise _unreachable(url, part, target, error) from error
        return


def _receive(url: str, part: Path, progress: Progress | None) -> None:
    start = _size(part)
    headers = {"User-Agent": "counterpoise"} | ({"Range": f"bytes={start}-"} if start else {})
    try:
        response = urlopen(Request(url, headers=headers), timeout=_TIMEOUT)  # noqa: S310
    except HTTPError as error:
        error.close()
        if start and error.code == _ALL_THERE:
            return
        raise
    with response:
        if start and not _goes_on(response, start):
            start = 0
        _write(response, part, start, progress)


def _goes_on(response: HTTPResponse, start: int) -> bool:
    """Whether the server sends the rest, rather than the file from its beginning."""
    stated = response.headers.get("Content-Range", "")
    return response.status == 206 and stated.startswith(f"bytes {start}-")


def _write(response: HTTPResponse, part: Path, start: int, progress: Progress | None) -> None:
    length = response.headers.get("Content-Length")
    total = start + int(length) if length else None
    done = start
    with part.open("ab" if start else "wb") as file:
        while block := response.read(_BLOCK):
            file.write(block)
            done += len(block)
            if progress is not None:
                progress(done, total)
    if total is not None and done < total:
        raise ConnectionError(f"the connection broke off after {done:,} of {total:,} bytes")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _unreachable(url: str, part: Path, target: Path, error: Exception) -> DownloadError:
    kept = _size(part)
    rest = f" {kept:,} bytes are kept, and the next call goes on from there." if kept else ""
    return DownloadError(
        f"{url} could not be fetched: {getattr(error, 'reason', None) or error}. Is there a "
        f"network? Without one, put a copy of the file into {target.parent} as "
        f"{target.name}.{rest}",
        url,
        str(target.parent),
    )
