"""Files made to do harm, and broken ones: each ends in a TongchiError inside limits of time and memory, or is read.

The limits are set on a child process by the system: 512 MB of address space, and for each file two seconds of computing
time, after which the system ends the process. So a breach is a crash here, whatever the speed of the machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import make_files
import pytest
from hostile_files import HOSTILE, TEXT
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from make_files import make_docx, make_package, wrap_part

from tongchi.documents.blocks import Block
from tongchi.documents.html import read_html
from tongchi.documents.read import read_blocks
from tongchi.errors import TongchiError

resource = pytest.importorskip("resource", reason="limits on child processes need POSIX")

CHILD = """
import json, resource, signal, sys
from tongchi.documents.read import read
from tongchi.errors import TongchiError
resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
for path in sys.argv[1:]:
    signal.setitimer(signal.ITIMER_PROF, 2.0)
    try:
        read(path)
        answer = "read"
    except TongchiError as error:
        assert error.message("zh") and error.message("en")
        answer = type(error).__name__
    print(json.dumps([path, answer]), flush=True)
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Read all hostile files in one limited child; a file that ends the child has no answer."""
    folder = tmp_path_factory.mktemp("hostile")
    names: dict[str, str] = {}
    for at, (name, (suffix, make, _)) in enumerate(HOSTILE.items()):
        path = folder / f"{at}.{suffix}"
        content = make()
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        names[str(path)] = name
    found: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        command = [sys.executable, "-c", CHILD, *waiting]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        found |= {names[path]: answer for path, answer in lines}
        if len(lines) < len(waiting):
            found[names[waiting[len(lines)]]] = f"ended by {done.returncode}: {done.stderr[-300:]}"
        waiting = waiting[len(lines) + 1 :]
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files(answers: dict[str, str], name: str) -> None:
    assert answers[name] == HOSTILE[name][2]


def test_a_sparse_file_of_100_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with open(path, "wb") as stream:
        stream.truncate(100_000_000_000)
    with pytest.raises(TongchiError, match="T104"):
        read_blocks(path)


@pytest.mark.parametrize("name", ["", ".", "missing.docx", "a\0b"])
def test_paths_that_are_no_files(tmp_path: Path, name: str) -> None:
    with pytest.raises(TongchiError, match="T101"):
        read_blocks(tmp_path / name)


BLOCKS = [Block("办法"), *(Block(f"第{each}条 为了规范管理，制定本办法。") for each in "一二三四五")]
CHANGES = st.lists(st.tuples(st.integers(0, 1_000_000), st.integers(0, 255)), min_size=1, max_size=20)


def changed(data: bytes, changes: list[tuple[int, int]], keep: int) -> bytes:
    mutable = bytearray(data)
    for at, value in changes:
        mutable[at % len(mutable)] = value
    return bytes(mutable[: keep % len(mutable) + 1]) if keep % 3 == 0 else bytes(mutable)


def read_or_refuse(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        read_blocks(path)
    except TongchiError:
        return


SHARED_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@SHARED_FOLDER
@given(CHANGES, st.integers(0, 1_000_000))
@example([(4776, 1)], 1)  # the directory then sends zipfile to a place before the file
def test_changed_docx(tmp_path: Path, changes: list[tuple[int, int]], keep: int) -> None:
    body = "".join(TEXT.format(block.text) for block in BLOCKS)
    read_or_refuse(tmp_path / "a.docx", changed(make_docx(body), changes, keep))


@SHARED_FOLDER
@given(CHANGES)
def test_changed_xml_in_a_docx(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    body = wrap_part("document", f"<w:body>{TEXT.format('第一条 甲') * 3}</w:body>").encode()
    read_or_refuse(tmp_path / "a.docx", make_package({"document": changed(body, changes, 1)}))


@SHARED_FOLDER
@given(CHANGES, st.integers(0, 1_000_000))
def test_changed_html(tmp_path: Path, changes: list[tuple[int, int]], keep: int) -> None:
    read_or_refuse(tmp_path / "a.html", changed(make_files.make_html(BLOCKS).encode(), changes, keep))


@settings(SHARED_FOLDER, max_examples=15)
@given(CHANGES, st.integers(0, 1_000_000))
def test_changed_pdf(tmp_path: Path, changes: list[tuple[int, int]], keep: int) -> None:
    read_or_refuse(tmp_path / "a.pdf", changed(make_files.make_pdf(BLOCKS), changes, keep))


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "<ol>",
                "<li>",
                "<table>",
                "<td>",
                "<sup>",
                '<a href="#a">',
                '<div id="a">',
                "甲",
                "</",
                " ",
                "<br>",
            ]
        )
    )
)
def test_any_tags(pieces: list[str]) -> None:
    text = "".join(block.text for block in read_html("<html>" + "".join(pieces)))
    assert text.count("甲") == "".join(pieces).count("甲") or "</" in pieces
