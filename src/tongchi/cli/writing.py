"""How are results written so that nothing is left half-written? Beside their place first, and moved in at the end."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from tongchi.errors import OutputError, TongchiError, UsageError


def write_together(out: Path, writers: Mapping[str, Callable[[Path], object]]) -> list[Path]:
    """Write the named files into the folder `out` all or none, and return their paths in the order given."""
    check_folder(out, writers)
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out) as draft:
            for name, write in writers.items():
                write(Path(draft) / name)
            return [(Path(draft) / name).replace(out / name) for name in writers]


def write_folder(out: Path, write: Callable[[Path], object]) -> list[Path]:
    """Let `write` fill a draft folder, and move every file of it into the folder `out`, subfolders too, all or none."""
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out) as place:
            draft = Path(place)
            write(draft)
            written = []
            for path in sorted(each for each in draft.rglob("*") if each.is_file()):
                target = out / path.relative_to(draft)
                target.parent.mkdir(parents=True, exist_ok=True)
                written.append(path.replace(target))
            return written


def check_folder(out: Path, names: Iterable[str]) -> None:
    """Raise `UsageError` where files of these names cannot be put into the folder."""
    if out.exists() and not out.is_dir():
        raise UsageError(found=f"--out {out}", expected="一个文件夹 / a folder")
    for name in names:
        if (out / name).is_dir():
            raise UsageError(found=f"--out {out}: {name}", expected="没有同名文件夹 / no folder of that name")


def write_csv(table: pl.DataFrame, path: Path) -> None:
    """Write a table so that spreadsheets read its Chinese: UTF-8 with byte order mark."""
    write_whole(table.write_csv().encode("utf-8-sig"), path)


def write_whole(data: bytes, path: Path) -> None:
    """Write a file beside its place first and move it in at the end; what is no file (/dev/stdout) is written at once."""
    with writing(path):
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(data)
            return
        with tempfile.TemporaryDirectory(dir=target.parent) as draft:
            written = Path(draft) / target.name
            written.write_bytes(data)
            written.replace(target)


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Turn what the operating system says of an output path into an error that a reader understands."""
    try:
        yield
    except TongchiError:
        raise
    except OSError as error:
        raise OutputError(file=str(target), found=error.strerror or str(error)) from error
