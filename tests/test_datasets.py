"""Data sets that are downloaded, and those included with scikit-learn."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import io
import pickle
import re
import socket
import tarfile
import threading

import imblearn.datasets
import numpy as np
import pandas as pd
import pytest
from sklearn import datasets as full_datasets

from counterpoise.datasets import (
    BENCHMARK_DATASETS,
    _download,
    fetch_datasets,
    load_breast_cancer_imbalanced,
    load_diabetes_imbalanced,
    load_digits_imbalanced,
    load_digits_long_tail,
    load_wine_imbalanced,
)
from counterpoise.datasets._benchmarks import ARCHIVE_URL
from counterpoise.exceptions import DownloadError, InputError

NAME = "benchmark-imbalanced-learn.tar.gz"
FULL_DATASETS = {
    load_breast_cancer_imbalanced: full_datasets.load_breast_cancer,
    load_diabetes_imbalanced: full_datasets.load_diabetes,
    load_digits_long_tail: full_datasets.load_digits,
    load_digits_imbalanced: full_datasets.load_digits,
    load_wine_imbalanced: full_datasets.load_wine,
}
LOADERS = list(FULL_DATASETS)


# ---- Local server with a small archive ----


def small_dataset(number: int) -> dict[str, np.ndarray]:
    """Build a data set whose values depend on its number."""
    y = np.where(np.arange(12) < 3, 1, -1)
    return {"data": np.arange(24.0).reshape(12, 2) + 100 * number, "label": y}


def archive(leave_out: tuple[int, ...] = (), extra: str | None = None) -> bytes:
    """Build an archive like the real one, with data sets of 12 samples."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        members = {f"x{n}data.npz": small_dataset(n) for n in range(1, 28) if n not in leave_out}
        for name, table in members.items():
            file = io.BytesIO()
            np.savez(file, **table)
            add(tar, name, file.getvalue())
        if extra:
            add(tar, extra, b"surprise")
    return packed.getvalue()


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    """Add a file to an archive."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


class Server:
    """HTTP server that sends prepared responses and records the requested ranges.

    A response is a dict: `body`; `cut`, the number of bytes after which the connection breaks;
    `ranges`, whether the server supports Range; `status`, for an error; `length`, whether it sends
    Content-Length. The last response is sent for all further requests.
    """

    def __init__(self, *responses: dict) -> None:
        self.responses = list(responses)
        self.requested_ranges: list[str | None] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requested_ranges.append(self.headers.get("Range"))
                is_last = len(outer.responses) == 1
                outer.reply(self, **(outer.responses[0] if is_last else outer.responses.pop(0)))

            def log_message(self, *args):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/{NAME}"

    def reply(self, handler, *, body=b"", cut=None, ranges=True, status=None, length=True):
        """Send one response."""
        requested = handler.headers.get("Range")
        start = int(requested.removeprefix("bytes=").rstrip("-")) if requested and ranges else 0
        if start and start >= len(body) and status is None:
            status = 416
        if status is not None:
            handler.send_error(status)
            return
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        if length:
            handler.send_header("Content-Length", str(len(body) - start))
        handler.end_headers()
        handler.wfile.write(body[start:cut])

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def packed():
    """Build the small archive once."""
    return archive()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Connect to the local server directly, even if the machine uses a proxy."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def stored_files(home):
    """List the files in the download folder."""
    return sorted(path.name for path in (home / "zenodo").glob("*"))


ALL_FILES = sorted(f"x{n}data.npz" for n in range(1, 28))


# ---- fetch_datasets ----


def test_benchmarks_equal_imbalanced_learns():
    """Names, numbers, order and address are those of imbalanced-learn."""
    theirs = imblearn.datasets._zenodo

    assert [b.name for b in BENCHMARK_DATASETS] == list(theirs.MAP_NAME_ID)
    assert {b.name: b.id for b in BENCHMARK_DATASETS} == dict(theirs.MAP_NAME_ID)
    assert ARCHIVE_URL == theirs.URL
    for b in BENCHMARK_DATASETS:
        line = next(s for s in theirs.__doc__.splitlines() if s.split()[:1] == [str(b.id)])
        assert b.name in line
        assert b.source in line
        assert line.split()[-3:] == [b.ratio, f"{b.n_rows:,}", str(b.n_columns)]


def test_archive_is_downloaded_once(tmp_path, packed):
    """The first call downloads and extracts, the second only reads; the archive is deleted."""
    with Server({"body": packed}) as server:
        first = fetch_datasets(data_home=tmp_path, url=server.url)
        again = fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.requested_ranges == [None]
    assert list(first) == list(again) == [b.name for b in BENCHMARK_DATASETS]
    assert stored_files(tmp_path) == ALL_FILES
    for b in BENCHMARK_DATASETS:
        np.testing.assert_array_equal(first[b.name].data, small_dataset(b.id)["data"])
        np.testing.assert_array_equal(again[b.name].target, small_dataset(b.id)["label"])
        assert first[b.name].DESCR == b.name


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("chosen", [None, ("abalone_19", 3), (27, "ecoli", "scene")])
def test_result_equals_imbalanced_learns(tmp_path, packed, chosen, shuffle, seed):
    """Both libraries return the same, shuffled or not, and read the same download folder."""
    with Server({"body": packed}) as server:
        ours = fetch_datasets(
            data_home=tmp_path,
            filter_data=chosen,
            shuffle=shuffle,
            random_state=np.random.RandomState(seed),
            url=server.url,
        )
    theirs = imblearn.datasets.fetch_datasets(
        data_home=str(tmp_path),
        filter_data=chosen,
        shuffle=shuffle,
        random_state=np.random.RandomState(seed),
        download_if_missing=False,
    )

    assert type(ours) is type(theirs)
    assert list(ours) == list(theirs)
    for name, table in theirs.items():
        assert set(ours[name]) == set(table)
        np.testing.assert_array_equal(ours[name].data, table.data)
        np.testing.assert_array_equal(ours[name].target, table.target)
        assert ours[name].DESCR == table.DESCR


def test_shuffling_keeps_samples_and_targets_together(tmp_path, packed, seed):
    """Shuffling keeps each sample with its target; the seed determines the order."""
    with Server({"body": packed}) as server:
        plain, mixed, again = (
            fetch_datasets(
                data_home=tmp_path,
                filter_data=(5,),
                url=server.url,
                shuffle=s,
                random_state=seed,
            )["abalone"]
            for s in (False, True, True)
        )
    order = np.argsort(mixed.data[:, 0])

    assert (mixed.data[order] == plain.data).all()
    assert (mixed.target[order] == plain.target).all()
    assert (mixed.data == again.data).all()


def test_interrupted_download_resumes(tmp_path, packed):
    """If the connection breaks, only the rest is requested."""
    cut = len(packed) // 3
    with Server({"body": packed, "cut": cut}, {"body": packed}) as server:
        datasets = fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.requested_ranges == [None, f"bytes={cut}-"]
    assert (datasets["scene"].data == small_dataset(12)["data"]).all()
    assert stored_files(tmp_path) == ALL_FILES


def test_next_call_resumes(tmp_path, packed):
    """If the connection breaks twice, an error states what is kept, and the next call resumes."""
    third = len(packed) // 3
    broken = [{"body": packed, "cut": third}, {"body": packed, "cut": 2 * third}]
    with Server(*broken, {"body": packed}) as server:
        with pytest.raises(
            DownloadError, match=f"{2 * third:,} bytes are kept; the next call resumes"
        ):
            fetch_datasets(data_home=tmp_path, url=server.url)
        assert stored_files(tmp_path) == [f"{NAME}.part"]
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.requested_ranges == [None, f"bytes={third}-", f"bytes={2 * third}-"]
    assert stored_files(tmp_path) == ALL_FILES


def test_server_without_ranges_sends_the_whole_file(tmp_path, packed):
    """If the server ignores Range, the file is written from its beginning."""
    responses = [{"body": packed, "cut": 99}, {"body": packed, "ranges": False}]
    with Server(*responses) as server:
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.requested_ranges == [None, "bytes=99-"]
    assert stored_files(tmp_path) == ALL_FILES


def test_complete_partial_file_is_used(tmp_path, packed):
    """A file that was complete when the program ended is not downloaded again."""
    (tmp_path / "zenodo").mkdir()
    (tmp_path / "zenodo" / f"{NAME}.part").write_bytes(packed)
    with Server({"body": packed}) as server:
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.requested_ranges == [f"bytes={len(packed)}-"]
    assert stored_files(tmp_path) == ALL_FILES


def test_wrong_partial_file_is_deleted(tmp_path, packed):
    """If the partial file belongs to another file, the download starts again."""
    (tmp_path / "zenodo").mkdir()
    (tmp_path / "zenodo" / f"{NAME}.part").write_bytes(b"x" * 50)
    with Server({"body": packed}) as server:
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.requested_ranges == ["bytes=50-", None]
    assert stored_files(tmp_path) == ALL_FILES


def damaged(packed: bytes) -> bytes:
    """Return the archive with one byte changed."""
    middle = len(packed) // 2
    return packed[:middle] + bytes([packed[middle] ^ 1]) + packed[middle + 1 :]


@pytest.mark.parametrize(
    "wrong", [damaged, lambda p: p[:-9], lambda _: b"<html>", lambda _: archive((7, 9))]
)
def test_damaged_archive_is_downloaded_again(tmp_path, packed, wrong):
    """An archive that cannot be extracted, or lacks a data set, is downloaded once more."""
    with Server({"body": wrong(packed)}, {"body": packed}) as server:
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.requested_ranges == [None, None]
    assert stored_files(tmp_path) == ALL_FILES


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (damaged, "cannot be extracted"),
        (lambda p: p[:-9], "cannot be extracted"),
        (lambda _: gzip.compress(b"no archive" * 99), "cannot be extracted"),
        (lambda _: archive((7, 9)), "does not contain spectrometer, isolet"),
    ],
)
def test_archive_damaged_twice_raises(tmp_path, packed, wrong, words):
    """The error states what is wrong, and no file is left in the folder."""
    with (
        Server({"body": wrong(packed)}) as server,
        pytest.raises(DownloadError, match=f"damaged: .*{words}.*downloaded twice") as caught,
    ):
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.requested_ranges == [None, None]
    assert stored_files(tmp_path) == []
    assert caught.value.url == server.url
    assert caught.value.folder == str(tmp_path / "zenodo")
    assert isinstance(caught.value, OSError)
    assert pickle.loads(pickle.dumps(caught.value)).url == server.url


def test_checksums(tmp_path, packed):
    """A correct checksum is accepted; a wrong one raises an error with both digests."""
    right = hashlib.sha256(packed).hexdigest()
    with Server({"body": packed}) as server:
        with pytest.raises(DownloadError, match=f"md5 checksum is .*, but {'0' * 32} is expected"):
            fetch_datasets(data_home=tmp_path, url=server.url, checksum=f"md5:{'0' * 32}")
        fetch_datasets(data_home=tmp_path, url=server.url, checksum=f"sha256:{right.upper()}")

    assert stored_files(tmp_path) == ALL_FILES


@pytest.mark.parametrize("checksum", ["d7a8fb", "crc9:1234"])
def test_checksum_needs_an_algorithm(tmp_path, packed, checksum):
    """A digest without a known algorithm is an error."""
    with (
        Server({"body": packed}) as server,
        pytest.raises(InputError, match="an algorithm, a colon and the hexadecimal digest"),
    ):
        fetch_datasets(data_home=tmp_path, url=server.url, checksum=checksum)


def test_no_network(tmp_path):
    """The error contains the address and the folder, and what to do without a network."""
    with socket.socket() as closed:  # bound, but not listening, so that it refuses connections
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/{NAME}"
        with pytest.raises(DownloadError) as caught:
            fetch_datasets(data_home=tmp_path, url=url)

    copy_to = f"as {tmp_path / 'zenodo' / NAME}"
    for words in (url, str(tmp_path / "zenodo"), "Check the network connection", copy_to):
        assert words in str(caught.value)


def test_server_error_is_not_retried(tmp_path):
    """After an HTTP error, no second request is sent."""
    with (
        Server({"status": 404}) as server,
        pytest.raises(DownloadError, match="could not be downloaded: Not Found"),
    ):
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.requested_ranges == [None]


def test_archive_in_the_folder_is_used(tmp_path, packed):
    """An archive in the folder is used without a network; a damaged one is downloaded again."""
    (tmp_path / "zenodo").mkdir()
    (tmp_path / "zenodo" / NAME).write_bytes(packed)
    fetch_datasets(data_home=tmp_path, url="http://127.0.0.1:9/none")
    assert stored_files(tmp_path) == ALL_FILES

    (tmp_path / "zenodo" / "x1data.npz").unlink()
    (tmp_path / "zenodo" / NAME).write_bytes(packed[:99])
    with Server({"body": packed}) as server:
        fetch_datasets(data_home=tmp_path, url=server.url)
    assert stored_files(tmp_path) == ALL_FILES


def test_only_data_sets_are_extracted(tmp_path):
    """Other files in an archive are ignored, in particular paths outside the folder."""
    with Server({"body": archive(extra="../outside.txt")}) as server:
        fetch_datasets(data_home=tmp_path / "home", url=server.url)

    assert stored_files(tmp_path / "home") == ALL_FILES
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_damaged_file_raises(tmp_path):
    """The error contains the path of the damaged file and what to do."""
    (tmp_path / "zenodo").mkdir()
    (tmp_path / "zenodo" / "x1data.npz").write_bytes(b"PK\x03\x04 and nothing more")

    with pytest.raises(DownloadError, match=r"x1data.npz is damaged .*Delete this file"):
        fetch_datasets(data_home=tmp_path, filter_data=("ecoli",))


def test_download_if_missing_false_raises(tmp_path):
    """With download_if_missing=False a missing data set is an error, and no folder is created."""
    with pytest.raises(OSError, match="ecoli is not in .*download_if_missing is False"):
        fetch_datasets(data_home=tmp_path / "home", download_if_missing=False)

    assert not (tmp_path / "home").exists()


def test_default_data_home(tmp_path, packed, monkeypatch):
    """The folder is that of COUNTERPOISE_DATA, or else in the user's home folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COUNTERPOISE_DATA", str(tmp_path / "named"))
    with Server({"body": packed}) as server:
        fetch_datasets(url=server.url)
        monkeypatch.delenv("COUNTERPOISE_DATA")
        fetch_datasets(url=server.url)

    assert stored_files(tmp_path / "named") == ALL_FILES
    assert stored_files(tmp_path / "counterpoise_data") == ALL_FILES


@pytest.mark.parametrize("length", [True, False])
def test_progress(tmp_path, packed, capsys, monkeypatch, length):
    """The callback is called for each block; `verbose` prints to standard error only."""
    monkeypatch.setattr(_download, "_BLOCK", 1000)
    calls = []
    with Server({"body": packed, "length": length}) as server:
        fetch_datasets(
            data_home=tmp_path,
            url=server.url,
            verbose=True,
            progress=lambda received, total: calls.append((received, total)),
        )
    printed = capsys.readouterr()

    assert [received for received, _ in calls] == sorted({received for received, _ in calls})
    assert calls[-1] == (len(packed), len(packed) if length else None)
    assert printed.out == ""
    assert printed.err.startswith(f"Downloading {server.url}\n")
    assert (f"{len(packed):,} of {len(packed):,} bytes" in printed.err) == length


def test_progress_is_silent_by_default(tmp_path, packed, capsys):
    """Nothing is printed by default."""
    with Server({"body": packed}) as server:
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (("ecoly",), "'ecoly' is not a dataset available for download. Did you mean 'ecoli'"),
        (("???",), "Available: ecoli, optical_digits"),
        ((0,), "no dataset with the ID=0. The IDs are 1 to 27"),
        ((28,), "no dataset with the ID=28. The IDs are 1 to 27"),
        ((1.5,), "value in the tuple filter_data must be the name (str) or the number (int)"),
        ((True,), "the number (int) of a data set; got True of type bool"),
        ("ecoli", "a sequence of names or numbers"),
        (3, "a sequence of names or numbers"),
    ],
)
def test_unknown_data_sets(tmp_path, chosen, words):
    """An unknown name or number is an error before anything is downloaded."""
    with pytest.raises(InputError, match=re.escape(words)):
        fetch_datasets(data_home=tmp_path, filter_data=chosen)


def test_url_must_be_http(tmp_path):
    """A file URL is an error."""
    with pytest.raises(InputError, match="url must start with http"):
        fetch_datasets(data_home=tmp_path, url="file:///etc/hosts")


# ---- load_* ----


@pytest.mark.parametrize("load", LOADERS)
def test_samples_are_rows_of_the_full_data_set(load):
    """The samples are the rows `rows` of scikit-learn's data set, without duplicates, in order."""
    dataset = load()
    full = FULL_DATASETS[load]()

    assert (np.diff(dataset.rows) > 0).all()
    np.testing.assert_array_equal(dataset.data, full.data[dataset.rows])
    assert len(dataset.target) == len(dataset.data)
    assert len(dataset.feature_names) == dataset.data.shape[1]


@pytest.mark.parametrize("load", LOADERS)
def test_description_contains_class_sizes(load):
    """DESCR contains the size of each class and the description of the full data set."""
    dataset = load()

    for name, count in zip(dataset.target_names, np.bincount(dataset.target), strict=True):
        assert f"{count} of {name}" in dataset.DESCR
    assert "The full data set:\n\n.. _" in dataset.DESCR
    assert dataset.frame is None


@pytest.mark.parametrize("load", LOADERS)
def test_data_frames(load):
    """Data frames contain the same values, with feature names; return_X_y returns X and y."""
    plain, framed = load(), load(as_frame=True)
    X, y = load(return_X_y=True, as_frame=True)

    assert isinstance(X, pd.DataFrame)
    assert isinstance(y, pd.Series)
    assert list(X) == plain.feature_names
    np.testing.assert_array_equal(X.to_numpy(), plain.data)
    np.testing.assert_array_equal(y.to_numpy(), plain.target)
    pd.testing.assert_frame_equal(framed.frame, X.assign(target=y))
    pd.testing.assert_frame_equal(framed.data, X)
    assert list(X.index) == list(range(len(X)))


@pytest.mark.parametrize("load", [load for load in LOADERS if load is not load_diabetes_imbalanced])
def test_random_state(load, seed):
    """The seed determines which samples are kept, but not how many; the default seed is 0."""
    cut = {"share": 0.05} if load is load_digits_imbalanced else {}
    one, again, other = (load(**cut, random_state=s) for s in (seed, seed, seed + 1))

    np.testing.assert_array_equal(load(**cut).rows, load(**cut, random_state=0).rows)
    np.testing.assert_array_equal(one.rows, again.rows)
    assert set(one.rows) != set(other.rows)
    np.testing.assert_array_equal(np.bincount(one.target), np.bincount(other.target))


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2])
@pytest.mark.parametrize("load", [load_breast_cancer_imbalanced, load_wine_imbalanced])
def test_shares(load, share):
    """The minority class has the requested share, rounded; no other sample is removed."""
    y = load(share=share).target

    assert abs(y.sum() - share / (1 - share) * (y == 0).sum()) <= 0.5
    assert (y == 0).sum() == {load_breast_cancer_imbalanced: 357, load_wine_imbalanced: 130}[load]


def test_malignant_tumors_are_the_minority_class():
    """Class 1 is malignant, which is class 0 in scikit-learn."""
    dataset = load_breast_cancer_imbalanced()
    full = full_datasets.load_breast_cancer()

    assert list(dataset.target_names[dataset.target]) == list(
        full.target_names[full.target[dataset.rows]]
    )


def test_all_samples_of_a_digit():
    """Without a share no sample is removed; class 1 is the requested digit."""
    for digit in (0, 8, 9):
        dataset = load_digits_imbalanced(digit=digit)
        np.testing.assert_array_equal(dataset.target, full_datasets.load_digits().target == digit)
        assert dataset.target_names[1] == str(digit)
    assert 20 == load_digits_imbalanced(share=20 / 1643).target.sum()


def test_cultivars():
    """Class 1 is the requested cultivar."""
    for cultivar in range(3):
        dataset = load_wine_imbalanced(cultivar=cultivar)
        expected = full_datasets.load_wine().target[dataset.rows] == cultivar
        np.testing.assert_array_equal(dataset.target, expected)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
def test_minority_class_has_the_largest_progression(share):
    """Each minority sample has a larger progression than all others; the share is not exceeded."""
    y = load_diabetes_imbalanced(share=share).target
    progression = full_datasets.load_diabetes().target

    assert progression[y == 1].min() > progression[y == 0].max()
    assert share * 442 - 5 < y.sum() <= round(share * 442)


@pytest.mark.parametrize("ratio", [1, 5, 20, 174])
def test_class_sizes_of_the_long_tail(ratio):
    """Class sizes decrease from 174 to 174 / ratio."""
    counts = np.bincount(load_digits_long_tail(ratio=ratio).target)

    assert (np.diff(counts) <= 0).all()
    assert (counts[0], counts[9]) == (174, round(174 / ratio))


@pytest.mark.parametrize(
    ("load", "given", "words"),
    [
        (load_breast_cancer_imbalanced, {"share": 0.4}, "at most 0.3726 (its value for malignant"),
        (load_breast_cancer_imbalanced, {"share": 0}, "share must be greater than 0"),
        (load_breast_cancer_imbalanced, {"share": "5%"}, "got '5%'"),
        (load_breast_cancer_imbalanced, {"share": True}, "got True"),
        (load_breast_cancer_imbalanced, {"share": 0.001}, "share=0.001 leaves no sample"),
        (load_digits_imbalanced, {"digit": 10}, "digit must be an integer from 0 to 9; got 10"),
        (load_digits_imbalanced, {"digit": True}, "got True"),
        (load_digits_imbalanced, {"share": 0.2}, "its value for digit 8"),
        (load_wine_imbalanced, {"cultivar": 3}, "cultivar must be an integer from 0 to 2; got 3"),
        (load_wine_imbalanced, {"share": float("nan")}, "got nan"),
        (load_diabetes_imbalanced, {"share": 0.6}, "at most 0.5 (half of the samples)"),
        (load_diabetes_imbalanced, {"share": 0.0001}, "leaves no sample"),
        (load_digits_long_tail, {"ratio": 0.5}, "from 1 to 174; got 0.5"),
        (load_digits_long_tail, {"ratio": 200}, "from 1 to 174; got 200"),
        (load_digits_long_tail, {"ratio": None}, "got None"),
    ],
)
def test_invalid_parameters_of_loaders(load, given, words):
    """The error states which values are valid."""
    with pytest.raises(InputError, match=re.escape(words)):
        load(**given)
