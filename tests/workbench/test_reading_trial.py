"""A file that is dear to read, or on which the reader breaks, is refused with advice; the worker goes on with the next."""

from __future__ import annotations

import logging
import sys

import pytest

from tongchi.errors import DamagedFileError, UnsafeFileError
from tongchi.workbench import reading_trial
from tongchi.workbench.commands import documents
from tongchi.workbench.jobs.worker import work_all
from tongchi.workbench.models import Document, LogEntry

pytest.importorskip("resource", reason="limits on child processes need POSIX")

LONG = "第一条 " + "办公用房应当统一登记，" * 400_000
CHILD = (
    "import sys; from tongchi.workbench import reading_trial as trial; trial.{limit}; sys.exit(trial.main(sys.argv[1]))"
)


@pytest.fixture
def with_limit(monkeypatch):
    """`with_limit("MAX_MEMORY = 1")` is the same trial with another limit in its child."""

    def make(limit: str) -> None:
        run = reading_trial.subprocess.run

        def instead(command, **options):
            return run([sys.executable, "-c", CHILD.format(limit=limit), command[-1]], **options)

        monkeypatch.setattr(reading_trial.subprocess, "run", instead)

    return make


def test_a_file_that_fits_passes(tmp_path) -> None:
    path = tmp_path / "办法.txt"
    path.write_text("第一条 办公用房应当统一登记。", "utf-8")
    reading_trial.try_reading(path)


def test_what_the_reader_refuses_passes_the_trial(tmp_path) -> None:
    path = tmp_path / "空.txt"
    path.write_bytes(b"")
    reading_trial.try_reading(path)


@pytest.mark.parametrize(
    ("limit", "word"),
    [("MAX_MEMORY = 60 * 2**20", "内存"), ("MAX_COMPUTING = 0.05", "耗时过长")],
    ids=["memory", "time"],
)
def test_a_dear_file_is_refused(tmp_path, with_limit, limit, word) -> None:
    with_limit(limit)
    path = tmp_path / "长.txt"
    path.write_text(LONG, "utf-8")
    with pytest.raises(UnsafeFileError, match="T") as refusal:
        reading_trial.try_reading(path)
    assert word in refusal.value.message("zh")


def test_the_worker_outlives_a_reader_that_breaks(circle, now, with_limit, caplog) -> None:
    with_limit("read = None")
    upload = {"data": "第一条 甲。".encode(), "now": now}
    made = documents.upload_document(circle.seat("sichuan", "drafter"), circle.matter, name="坏.txt", **upload)
    with caplog.at_level(logging.ERROR):
        assert work_all(lambda: now) == 1
    row = Document.objects.get(pk=made.pk)
    assert (row.state, row.clauses.count()) == ("refused", 0)
    assert "坏.txt" in row.refusal_zh
    assert "TypeError" in caplog.text
    assert DamagedFileError.code in LogEntry.objects.get(action="document.refuse").payload
