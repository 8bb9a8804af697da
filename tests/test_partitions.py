"""Work on many parts: what waits is not begun once nobody needs it."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

from tongchi.partitions import run_partitions


def leave_mark(folder: str, part: int) -> int:
    (Path(folder) / str(part)).touch()
    time.sleep(0.2)
    return part


def test_parts_that_wait_are_not_begun_after_an_end_before_time(tmp_path: Path) -> None:
    results = run_partitions(partial(leave_mark, str(tmp_path)), range(40), workers=2)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert len(list(tmp_path.iterdir())) < 20
