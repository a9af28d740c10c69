"""Tables that are fetched, and tables that are at hand."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import io
import pickle
import socket
import tarfile
import threading

import imblearn.datasets
import numpy as np
import pandas as pd
import pytest
from sklearn import datasets as real

from counterpoise.datasets import (
    BENCHMARKS,
    fetch_datasets,
    load_breast_cancer_rare,
    load_diabetes_rare,
    load_digits_long_tail,
    load_digits_rare,
    load_wine_rare,
)
from counterpoise.datasets import _download as transfer
from counterpoise.datasets._benchmarks import ARCHIVE_URL
from counterpoise.exceptions import DownloadError, InputError

NAME = "benchmark-imbalanced-learn.tar.gz"
LOADERS = [
    load_breast_cancer_rare,
    load_diabetes_rare,
    load_digits_long_tail,
    load_digits_rare,
    load_wine_rare,
]


# ---- A server on the loopback, with a small archive ----


def small_table(number: int) -> dict[str, np.ndarray]:
    """Return a table whose values tell its number."""
    y = np.where(np.arange(12) < 3, 1, -1)
    return {"data": np.arange(24.0).reshape(12, 2) + 100 * number, "label": y}


def archive(leave_out: tuple[int, ...] = (), extra: str | None = None) -> bytes:
    """Return an archive as the real one is, of tables of 12 rows."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        members = {f"x{n}data.npz": small_table(n) for n in range(1, 28) if n not in leave_out}
        for name, table in members.items():
            file = io.BytesIO()
            np.savez(file, **table)
            add(tar, name, file.getvalue())
        if extra:
            add(tar, extra, b"surprise")
    return packed.getvalue()


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    """Put a file into an archive."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


class Server:
    """Answers each request as the next of `answers` says, and remembers the ranges asked for.

    An answer is a dict: `body`; `cut`, after how many bytes the connection breaks; `ranges`,
    whether Range is understood; `status` for an error; `length`, whether Content-Length is told.
    """

    def __init__(self, *answers: dict) -> None:
        self.answers = list(answers)
        self.asked: list[str | None] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.headers.get("Range"))
                answer = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                outer.reply(self, **answer)

            def log_message(self, *args):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/{NAME}"

    def reply(self, handler, *, body=b"", cut=None, ranges=True, status=None, length=True):
        """Send one answer."""
        asked = handler.headers.get("Range")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and ranges else 0
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
    """The small archive."""
    return archive()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """The loopback is reached directly, whatever the machine's settings are."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def stored(home):
    """Return the names of what is in the cache folder."""
    return sorted(path.name for path in (home / "zenodo").glob("*"))


TABLES = sorted(f"x{n}data.npz" for n in range(1, 28))


# ---- fetch_datasets ----


def test_the_benchmark_is_imbalanced_learns():
    """Names, numbers, their order and the address are those of imbalanced-learn."""
    theirs = imblearn.datasets._zenodo

    assert [b.name for b in BENCHMARKS] == list(theirs.MAP_NAME_ID)
    assert {b.name: b.id for b in BENCHMARKS} == dict(theirs.MAP_NAME_ID)
    assert ARCHIVE_URL == theirs.URL
    for b in BENCHMARKS:
        line = next(s for s in theirs.__doc__.splitlines() if s.split()[:1] == [str(b.id)])
        assert b.name in line
        assert b.source in line
        assert line.split()[-3:] == [b.ratio, f"{b.n_rows:,}", str(b.n_columns)]


def test_tables_are_fetched_once(tmp_path, packed):
    """The first call fetches and unpacks, the second reads; nothing but tables is left."""
    with Server({"body": packed}) as server:
        first = fetch_datasets(data_home=tmp_path, url=server.url)
        again = fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.asked == [None]
    assert list(first) == list(again) == [b.name for b in BENCHMARKS]
    assert stored(tmp_path) == TABLES
    for b in BENCHMARKS:
        np.testing.assert_array_equal(first[b.name].data, small_table(b.id)["data"])
        np.testing.assert_array_equal(again[b.name].target, small_table(b.id)["label"])
        assert first[b.name].DESCR == b.name


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("chosen", [None, ("abalone_19", 3), (27, "ecoli", "scene")])
def test_the_answer_is_imbalanced_learns(tmp_path, packed, chosen, shuffle, seed):
    """What is returned is the same, shuffled or not; the cache folder serves both."""
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


def test_shuffling_keeps_rows_together(tmp_path, packed, seed):
    """A shuffled table has the same rows with the same classes, and the seed decides the order."""
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


def test_a_broken_transfer_goes_on(tmp_path, packed):
    """Where the connection breaks, the rest is asked for, and no byte twice."""
    cut = len(packed) // 3
    with Server({"body": packed, "cut": cut}, {"body": packed}) as server:
        tables = fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.asked == [None, f"bytes={cut}-"]
    assert (tables["scene"].data == small_table(12)["data"]).all()
    assert stored(tmp_path) == TABLES


def test_the_next_call_goes_on(tmp_path, packed):
    """A transfer that breaks twice is an error that says what is kept; the next call goes on."""
    third = len(packed) // 3
    broken = [{"body": packed, "cut": third}, {"body": packed, "cut": 2 * third}]
    with Server(*broken, {"body": packed}) as server:
        with pytest.raises(DownloadError, match=f"{2 * third:,} bytes are kept.*next call goes on"):
            fetch_datasets(data_home=tmp_path, url=server.url)
        assert stored(tmp_path) == [f"{NAME}.part"]
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.asked == [None, f"bytes={third}-", f"bytes={2 * third}-"]
    assert stored(tmp_path) == TABLES


def test_a_server_without_ranges_starts_afresh(tmp_path, packed):
    """Where Range is ignored, the file is written from its beginning."""
    answers = [{"body": packed, "cut": 99}, {"body": packed, "ranges": False}]
    with Server(*answers) as server:
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.asked == [None, "bytes=99-"]
    assert stored(tmp_path) == TABLES


def test_a_whole_part_is_used(tmp_path, packed):
    """A file that had come in whole before the program ended is not fetched again."""
    (tmp_path / "zenodo").mkdir()
    (tmp_path / "zenodo" / f"{NAME}.part").write_bytes(packed)
    with Server({"body": packed}) as server:
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.asked == [f"bytes={len(packed)}-"]
    assert stored(tmp_path) == TABLES


def test_a_wrong_part_is_thrown_away(tmp_path, packed):
    """What was begun from another file does not fit, and all is fetched again."""
    (tmp_path / "zenodo").mkdir()
    (tmp_path / "zenodo" / f"{NAME}.part").write_bytes(b"x" * 50)
    with Server({"body": packed}) as server:
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.asked == ["bytes=50-", None]
    assert stored(tmp_path) == TABLES


def damaged(packed: bytes) -> bytes:
    """Return the archive with a byte changed."""
    middle = len(packed) // 2
    return packed[:middle] + bytes([packed[middle] ^ 1]) + packed[middle + 1 :]


@pytest.mark.parametrize(
    "wrong", [damaged, lambda p: p[:-9], lambda _: b"<html>", lambda _: archive((7, 9))]
)
def test_a_damaged_archive_is_fetched_again(tmp_path, packed, wrong):
    """What does not unpack, or lacks a table, is thrown away and fetched once more."""
    with Server({"body": wrong(packed)}, {"body": packed}) as server:
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.asked == [None, None]
    assert stored(tmp_path) == TABLES


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (damaged, "does not unpack"),
        (lambda p: p[:-9], "does not unpack"),
        (lambda _: gzip.compress(b"no archive" * 99), "does not unpack"),
        (lambda _: archive((7, 9)), "spectrometer, isolet are not in it"),
    ],
)
def test_damaged_twice_is_an_error(tmp_path, packed, wrong, words):
    """The second time an error says what is wrong, and nothing is left behind."""
    with (
        Server({"body": wrong(packed)}) as server,
        pytest.raises(DownloadError, match=f"damaged: .*{words}.*fetched twice") as caught,
    ):
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.asked == [None, None]
    assert stored(tmp_path) == []
    assert caught.value.url == server.url
    assert caught.value.folder == str(tmp_path / "zenodo")
    assert isinstance(caught.value, OSError)
    assert pickle.loads(pickle.dumps(caught.value)).url == server.url


def test_checksums(tmp_path, packed):
    """A checksum that fits is silent, and one that does not is an error with both digests."""
    right = hashlib.sha256(packed).hexdigest()
    with Server({"body": packed}) as server:
        with pytest.raises(DownloadError, match=f"md5 checksum is .*, and should be {'0' * 32}"):
            fetch_datasets(data_home=tmp_path, url=server.url, checksum=f"md5:{'0' * 32}")
        fetch_datasets(data_home=tmp_path, url=server.url, checksum=f"sha256:{right.upper()}")

    assert stored(tmp_path) == TABLES


@pytest.mark.parametrize("checksum", ["d7a8fb", "crc9:1234"])
def test_a_checksum_names_its_algorithm(tmp_path, packed, checksum):
    """A digest alone is refused."""
    with (
        Server({"body": packed}) as server,
        pytest.raises(InputError, match="an algorithm, a colon and the digest"),
    ):
        fetch_datasets(data_home=tmp_path, url=server.url, checksum=checksum)


def test_no_network(tmp_path):
    """The error names the address and the folder, and how to go without a network."""
    with socket.socket() as taken:  # bound, and not listened to
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/{NAME}"
        with pytest.raises(DownloadError) as caught:
            fetch_datasets(data_home=tmp_path, url=url)

    for words in (url, str(tmp_path / "zenodo"), "Is there a network?", f"as {NAME}"):
        assert words in str(caught.value)


def test_a_server_that_refuses(tmp_path):
    """An error of the server is not tried again."""
    with (
        Server({"status": 404}) as server,
        pytest.raises(DownloadError, match="could not be fetched: Not Found"),
    ):
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert server.asked == [None]


def test_an_archive_put_there_by_hand(tmp_path, packed):
    """An archive in the folder is used without a network; a damaged one is fetched."""
    (tmp_path / "zenodo").mkdir()
    (tmp_path / "zenodo" / NAME).write_bytes(packed)
    fetch_datasets(data_home=tmp_path, url="http://127.0.0.1:9/none")
    assert stored(tmp_path) == TABLES

    (tmp_path / "zenodo" / "x1data.npz").unlink()
    (tmp_path / "zenodo" / NAME).write_bytes(packed[:99])
    with Server({"body": packed}) as server:
        fetch_datasets(data_home=tmp_path, url=server.url)
    assert stored(tmp_path) == TABLES


def test_only_tables_are_unpacked(tmp_path):
    """Whatever else is in an archive stays there, above all what points out of the folder."""
    with Server({"body": archive(extra="../outside.txt")}) as server:
        fetch_datasets(data_home=tmp_path / "home", url=server.url)

    assert stored(tmp_path / "home") == TABLES
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_damaged_table(tmp_path):
    """A table that cannot be read is named, with what to do."""
    (tmp_path / "zenodo").mkdir()
    (tmp_path / "zenodo" / "x1data.npz").write_bytes(b"PK\x03\x04 and nothing more")

    with pytest.raises(DownloadError, match=r"x1data.npz is damaged .*Delete it"):
        fetch_datasets(data_home=tmp_path, filter_data=("ecoli",))


def test_nothing_is_fetched_unasked(tmp_path):
    """With download_if_missing=False what is missing is an error, and no folder is made."""
    with pytest.raises(OSError, match="ecoli is not in .*download_if_missing is False"):
        fetch_datasets(data_home=tmp_path / "home", download_if_missing=False)

    assert not (tmp_path / "home").exists()


def test_where_tables_are_kept(tmp_path, packed, monkeypatch):
    """In what COUNTERPOISE_DATA says, and else in the home folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COUNTERPOISE_DATA", str(tmp_path / "named"))
    with Server({"body": packed}) as server:
        fetch_datasets(url=server.url)
        monkeypatch.delenv("COUNTERPOISE_DATA")
        fetch_datasets(url=server.url)

    assert stored(tmp_path / "named") == TABLES
    assert stored(tmp_path / "counterpoise_data") == TABLES


@pytest.mark.parametrize("length", [True, False])
def test_progress(tmp_path, packed, capsys, monkeypatch, length):
    """A function hears of each block, `verbose` speaks on standard error only."""
    monkeypatch.setattr(transfer, "_BLOCK", 1000)
    heard = []
    with Server({"body": packed, "length": length}) as server:
        fetch_datasets(
            data_home=tmp_path,
            url=server.url,
            verbose=True,
            progress=lambda done, total: heard.append((done, total)),
        )
    told = capsys.readouterr()

    assert [done for done, _ in heard] == sorted({done for done, _ in heard})
    assert heard[-1] == (len(packed), len(packed) if length else None)
    assert told.out == ""
    assert told.err.startswith(f"Fetching {server.url}\n")
    assert (f"{len(packed):,} of {len(packed):,} bytes" in told.err) == length


def test_progress_is_silent_by_default(tmp_path, packed, capsys):
    """Nothing is printed unless asked for."""
    with Server({"body": packed}) as server:
        fetch_datasets(data_home=tmp_path, url=server.url)

    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (("ecoly",), "no benchmark table 'ecoly'. Did you mean 'ecoli'"),
        (("???",), "There are ecoli, optical_digits"),
        ((0,), "numbers 1 to 27; got 0"),
        ((28,), "numbers 1 to 27; got 28"),
        ((1.5,), "by str or int; got 1.5 of type float"),
        ((True,), "by str or int; got True of type bool"),
        ("ecoli", "a sequence of names or numbers"),
        (3, "a sequence of names or numbers"),
    ],
)
def test_tables_that_there_are_not(tmp_path, chosen, words):
    """A name or number that is none is refused before anything is fetched."""
    with pytest.raises(InputError, match=words.replace("???", r"\?\?\?")):
        fetch_datasets(data_home=tmp_path, filter_data=chosen)


def test_addresses_are_of_the_web(tmp_path):
    """A file's address is refused."""
    with pytest.raises(InputError, match="url must start with http"):
        fetch_datasets(data_home=tmp_path, url="file:///etc/hosts")


# ---- load_* ----


@pytest.mark.parametrize("load", LOADERS)
def test_rows_are_real(load):
    """Each row is the one of scikit-learn's table that `rows` says, none twice, in order."""
    table = load()
    name = load.__name__.removeprefix("load_").removesuffix("_rare").removesuffix("_long_tail")
    whole = getattr(real, f"load_{name}")()

    assert (np.diff(table.rows) > 0).all()
    np.testing.assert_array_equal(table.data, whole.data[table.rows])
    assert len(table.target) == len(table.data)
    assert len(table.feature_names) == table.data.shape[1]


@pytest.mark.parametrize("load", LOADERS)
def test_descriptions_tell_the_cut(load):
    """DESCR has the rows of each class, and the whole table's description."""
    table = load()

    for name, count in zip(table.target_names, np.bincount(table.target), strict=True):
        assert f"{count} of {name}" in table.DESCR
    assert "Cut from this table:\n\n.. _" in table.DESCR
    assert table.frame is None


@pytest.mark.parametrize("load", LOADERS)
def test_tables_as_frames(load):
    """As frames they hold the same, with the names of the columns; return_X_y gives two parts."""
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


@pytest.mark.parametrize("load", [load for load in LOADERS if load is not load_diabetes_rare])
def test_seeds_of_tables(load, seed):
    """The same table each time unless another seed is given; its counts do not depend on it."""
    cut = {"share": 0.05} if load is load_digits_rare else {}
    one, again, other = (load(**cut, random_state=s) for s in (seed, seed, seed + 1))

    np.testing.assert_array_equal(load(**cut).rows, load(**cut, random_state=0).rows)
    np.testing.assert_array_equal(one.rows, again.rows)
    assert set(one.rows) != set(other.rows)
    np.testing.assert_array_equal(np.bincount(one.target), np.bincount(other.target))


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2])
@pytest.mark.parametrize("load", [load_breast_cancer_rare, load_wine_rare])
def test_shares(load, share):
    """The rare class has the share asked for, to within half a row, and no other row is cut."""
    y = load(share=share).target

    assert abs(y.sum() - share / (1 - share) * (y == 0).sum()) <= 0.5
    assert (y == 0).sum() == {load_breast_cancer_rare: 357, load_wine_rare: 130}[load]


def test_malignant_tumours_are_the_rare_class():
    """Class 1 is malignant, which scikit-learn calls 0."""
    table = load_breast_cancer_rare()
    theirs = real.load_breast_cancer()

    assert list(table.target_names[table.target]) == list(
        theirs.target_names[theirs.target[table.rows]]
    )


def test_all_rows_of_a_digit():
    """Without a share no row is cut; the class is the digit asked for."""
    for digit in (0, 8, 9):
        table = load_digits_rare(digit=digit)
        np.testing.assert_array_equal(table.target, real.load_digits().target == digit)
        assert table.target_names[1] == str(digit)
    assert 20 == load_digits_rare(share=20 / 1643).target.sum()


def test_cultivars():
    """The class is the cultivar asked for."""
    for cultivar in range(3):
        table = load_wine_rare(cultivar=cultivar)
        np.testing.assert_array_equal(table.target, real.load_wine().target[table.rows] == cultivar)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
def test_the_rare_patients_are_the_worst(share):
    """Every rare patient got worse than every other, and no more of them than asked for."""
    y = load_diabetes_rare(share=share).target
    progression = real.load_diabetes().target

    assert progression[y == 1].min() > progression[y == 0].max()
    assert share * 442 - 5 < y.sum() <= round(share * 442)


@pytest.mark.parametrize("ratio", [1, 5, 20, 174])
def test_the_tail_is_as_long_as_asked(ratio):
    """Counts fall from 174 to 174 / ratio, no digit being more common than the one before."""
    counts = np.bincount(load_digits_long_tail(ratio=ratio).target)

    assert (np.diff(counts) <= 0).all()
    assert (counts[0], counts[9]) == (174, round(174 / ratio))


@pytest.mark.parametrize(
    ("load", "given", "words"),
    [
        (load_breast_cancer_rare, {"share": 0.4}, "at most 0.3726, the share of malignant"),
        (load_breast_cancer_rare, {"share": 0}, "share must be above 0"),
        (load_breast_cancer_rare, {"share": "5%"}, "got '5%'"),
        (load_breast_cancer_rare, {"share": True}, "got True"),
        (load_breast_cancer_rare, {"share": 0.001}, "share=0.001 leaves no row"),
        (load_digits_rare, {"digit": 10}, "digit must be a whole number from 0 to 9; got 10"),
        (load_digits_rare, {"digit": True}, "got True"),
        (load_digits_rare, {"share": 0.2}, "the share of digit 8"),
        (load_wine_rare, {"cultivar": 3}, "cultivar must be a whole number from 0 to 2; got 3"),
        (load_wine_rare, {"share": float("nan")}, "got nan"),
        (load_diabetes_rare, {"share": 0.6}, "at most 0.5, a half"),
        (load_diabetes_rare, {"share": 0.0001}, "leaves no row"),
        (load_digits_long_tail, {"ratio": 0.5}, "from 1 to 174; got 0.5"),
        (load_digits_long_tail, {"ratio": 200}, "from 1 to 174; got 200"),
        (load_digits_long_tail, {"ratio": None}, "got None"),
    ],
)
def test_tables_that_cannot_be_cut(load, given, words):
    """What cannot be cut is refused, with what could be."""
    with pytest.raises(InputError, match=words):
        load(**given)
