"""Recognize files that are not CSV by their first bytes, so that an error can name their format."""

from __future__ import annotations

import re
from codecs import BOM_UTF8

from counterpoise._cli.errors import FileError

__all__ = ["check_is_csv"]

_FIRST_BYTES = {
    # A CSV can have columns such as PAR1, but no such byte after the name.
    rb"PAR1[\x00-\x08\x0e-\x1f]": "a Parquet file. Give its name the ending .parquet.",
    rb"ARROW1\0": "an Arrow file. Give its name the ending .arrow.",
    rb"\xd0\xcf\x11\xe0": "a workbook of an old Excel (.xls). Save it as .xlsx.",
    rb"%PDF-": "a PDF document. Save the table as CSV first.",
    rb"\x89PNG|\xff\xd8\xff|GIF8[79]a": "an image.",
    rb"BZh[1-9]1AY": "compressed with bzip2. Decompress it first, or use .gz, .zst or .zip.",
    rb"\xfd7zXZ": "compressed with xz. Decompress it first, or use .gz, .zst or .zip.",
    rb"7z\xbc\xaf|Rar!": "an archive. Extract the table first.",
    rb"SQLite format 3": "a database of SQLite. Save the table as CSV first.",
    rb"\x89HDF": "an HDF5 file. Save the table as CSV or Parquet first.",
    rb"\x80[\x02-\x05][\x95}c]": "a pickle of Python. Save the table as CSV or Parquet first.",
    rb"RD[AX][0-9]\n": "a file of R. Save the table with write.csv first.",
    rb"<stata_dta>|\$FL2": "a file of Stata or SPSS. Save the table as CSV first.",
    rb"version https://git-lfs": "a pointer of Git LFS. Get the file itself with git lfs pull.",
    rb"\s*(?i:<!doctype html|<html|<head)": "an HTML page, such as a login page. Download the file "
    "itself.",
    rb"\s*<\?xml\b": "an XML file. Save the table as CSV first.",
    rb"(?:%[^\n]*\n|\s)*(?i:@relation)\b": "an ARFF file. Save the table as CSV first.",
    rb'\s*\{\s*"': "a JSON file. If each line is an object, give its name the ending .jsonl.",
    rb"\s*\[\s*[\[{]": "a JSON file. Save it as JSON Lines, with one object in each line.",
}
_LONGEST = 1000


def check_is_csv(data: bytes, file: str) -> None:
    """Check that a file does not start as files of other formats do.

    Parameters
    ----------
    data : bytes
    file : str
        Name of the file for messages.

    Raises
    ------
    FileError
        If it does.
    """
    start = data[:_LONGEST].removeprefix(BOM_UTF8)
    for pattern, what in _FIRST_BYTES.items():
        if re.match(pattern, start):
            raise FileError(f"{file} is not a CSV, but {what}")
