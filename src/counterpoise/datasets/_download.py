"""Download a file: resume an interrupted download, and check the file before it is used."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from counterpoise.exceptions import DownloadError, InputError

__all__ = ["Progress", "download", "find_checksum_problem"]

Progress = Callable[[int, int | None], object]
_BLOCK = 1 << 18  # bytes read at a time
_TIMEOUT = 60.0  # seconds
_RANGE_NOT_SATISFIABLE = 416  # the status code when no bytes are left to send


def download(
    url: str,
    target: Path,
    *,
    find_problem: Callable[[Path], str | None],
    progress: Progress | None = None,
) -> None:
    """Download a file; if it is damaged, download it once more.

    Until the file is complete and checked, its name is ``<target>.part``. An interrupted download
    resumes from this file, also in a later call.

    Parameters
    ----------
    url : str
        An http or https address.
    target : Path
        The file to write. Its folder is created if it does not exist.
    find_problem : callable
        Takes the path of the downloaded file and returns what is wrong with it, or None.
    progress : callable, optional
        Called as ``progress(bytes_received, total_bytes)``. The total is None if the server does
        not send it.

    Raises
    ------
    InputError
        If the address is not http or https.
    DownloadError
        If the file cannot be downloaded, or is damaged twice.
    """
    if not url.startswith(("http://", "https://")):
        raise InputError(f"url must start with http:// or https://; got {url!r}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    for _ in range(2):
        _download_rest(url, part, target, progress)
        problem = find_problem(part)
        if problem is None:
            part.replace(target)
            return
        part.unlink()
    raise DownloadError(
        f"The file at {url} is damaged: {problem}. It was downloaded twice and deleted. Try again "
        f"later, or save a correct copy as {target}.",
        url,
        str(target.parent),
    )


def find_checksum_problem(path: Path, checksum: str) -> str | None:
    """Compare the checksum of a file with the expected one.

    Parameters
    ----------
    path : Path
        The file.
    checksum : str
        The expected checksum, such as ``"md5:9e107d9d…"`` or ``"sha256:d7a8fbb3…"``.

    Returns
    -------
    str or None
        What is wrong, or None if the checksums are equal.

    Raises
    ------
    InputError
        If the checksum does not start with a known algorithm.
    """
    algorithm, colon, expected = checksum.partition(":")
    if not colon or algorithm not in hashlib.algorithms_guaranteed:
        raise InputError(
            "checksum must be an algorithm, a colon and the hexadecimal digest, such as "
            f"'sha256:d7a8fb…'; got {checksum!r}."
        )
    with path.open("rb") as file:
        found = hashlib.file_digest(file, algorithm).hexdigest()
    if found == expected.lower():
        return None
    return f"its {algorithm} checksum is {found}, but {expected} is expected"


def _download_rest(url: str, part: Path, target: Path, progress: Progress | None) -> None:
    """Download the missing part of a file; if the connection breaks, resume once."""
    for is_last in (False, True):
        before = _file_size(part)
        try:
            _request_rest(url, part, progress)
        except (OSError, HTTPException) as error:
            received_more = _file_size(part) > before
            if received_more and not is_last and not isinstance(error, HTTPError):
                continue
            raise _build_error(url, part, target, error) from error
        return


def _request_rest(url: str, part: Path, progress: Progress | None) -> None:
    start = _file_size(part)
    headers = {"User-Agent": "counterpoise"} | ({"Range": f"bytes={start}-"} if start else {})
    try:
        response = urlopen(Request(url, headers=headers), timeout=_TIMEOUT)  # noqa: S310
    except HTTPError as error:
        error.close()
        if start and error.code == _RANGE_NOT_SATISFIABLE:
            return  # the file is already complete
        raise
    with response:
        if start and not _is_rest(response, start):
            start = 0
        _write_response(response, part, start, progress)


def _is_rest(response: HTTPResponse, start: int) -> bool:
    """Return whether the server sends the file from `start` on, not from its beginning."""
    content_range = response.headers.get("Content-Range", "")
    return response.status == 206 and content_range.startswith(f"bytes {start}-")


def _write_response(
    response: HTTPResponse, part: Path, start: int, progress: Progress | None
) -> None:
    length = response.headers.get("Content-Length")
    total = start + int(length) if length else None
    received = start
    with part.open("ab" if start else "wb") as file:
        while block := response.read(_BLOCK):
            file.write(block)
            received += len(block)
            if progress is not None:
                progress(received, total)
    if total is not None and received < total:
        raise ConnectionError(f"the connection was lost after {received:,} of {total:,} bytes")


def _file_size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _build_error(url: str, part: Path, target: Path, error: Exception) -> DownloadError:
    kept = _file_size(part)
    resume = f" {kept:,} bytes are kept; the next call resumes from there." if kept else ""
    return DownloadError(
        f"{url} could not be downloaded: {getattr(error, 'reason', None) or error}. Check the "
        f"network connection. Without a network, save a copy of the file as {target}.{resume}",
        url,
        str(target.parent),
    )
