"""Tables of numbers for a model in syntax, whatever program wrote them."""

from __future__ import annotations

import gzip
from pathlib import Path

import openpyxl
import polars as pl
import pyreadstat
import pytest

from tongchi.errors import MissingFileError, ResponseFileError
from tongchi.survey.data_file import read_data, read_indices

LINES = ["x,region,note", "1.5,1,a", "NA,2,", "3,1,西"]
TABLE = {"x": [1.5, None, 3.0], "region": [1, 2, 1], "note": ["a", None, "西"]}
WRITERS = {  # what the case guards: how the same table is written as text
    "comma": ("\n".join(LINES) + "\n").encode(),
    "semicolon": ("\n".join(LINES).replace(",", ";") + "\n").encode(),
    "tab": ("\n".join(LINES).replace(",", "\t") + "\n").encode(),
    "quotes, as R writes": "\n".join(f'"{line}"'.replace(",", '","') for line in LINES).replace('"NA"', "NA").encode(),
    "a byte order mark": ("\ufeff" + "\n".join(LINES)).encode(),
    "lines of Windows": "\r\n".join(LINES).encode(),
    "GB18030": "\n".join(LINES).encode("gb18030"),
    "gzip": gzip.compress("\n".join(LINES).encode()),
}


@pytest.mark.parametrize("data", WRITERS.values(), ids=WRITERS)
def test_one_table_reads_the_same_from_every_kind_of_text(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    assert read_data(tmp_path / "t.csv").to_dict(as_series=False) == TABLE


def test_it_reads_the_same_from_a_workbook_and_from_spss(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ([*TABLE], *zip(*TABLE.values(), strict=True)):
        book.active.append(list(row))
    book.save(tmp_path / "t.xlsx")
    pyreadstat.write_sav(pl.DataFrame(TABLE), str(tmp_path / "t.sav"))
    for name in ("t.xlsx", "t.sav"):
        assert read_data(tmp_path / name).to_dict(as_series=False) == TABLE


def test_texts_that_come_late_do_not_stop_the_reading(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x\n" + "1\n" * 20_000 + "late\n", encoding="utf-8")
    assert read_data(tmp_path / "t.csv")["x"].dtype == pl.String


BAD = {  # what the case guards: bytes of the file
    "nothing": b"",
    "a header alone": b"x,y\n",
    "rows of unequal length": b"x,y\n1,2,3\n",
    "one name twice": b"x,x\n1,2\n",
    "gzip that is cut off": gzip.compress(b"x\n1\n")[:-6],
    "bytes that are no text": bytes(range(256)),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    with pytest.raises(ResponseFileError, match=r"t\.csv"):
        read_data(tmp_path / "t.csv")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for read in (read_data, read_indices):
        with pytest.raises(MissingFileError):
            read(tmp_path / "nowhere.csv")


def test_rows_of_draws_are_read_as_they_stand(tmp_path: Path) -> None:
    (tmp_path / "rows.csv.gz").write_bytes(gzip.compress(b"3,1,2\n1,1,1\n"))
    assert read_indices(tmp_path / "rows.csv.gz").tolist() == [[3, 1, 2], [1, 1, 1]]
    for text in ("1,2\n3\n", "1,2.5\n", "a,b\n", "", "1,\n"):
        (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
        with pytest.raises(ResponseFileError):
            read_indices(tmp_path / "bad.csv")
