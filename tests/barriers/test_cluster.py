"""Does a cluster give the same bytes as this machine, also where a worker dies in the middle of its work?"""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path

import pytest

from tongchi.barriers.batch import forget_parts, plan_index, screen_parts
from tongchi.comparison.corpus import index_folder
from tongchi.partitions import run_partitions

pytestmark = [pytest.mark.cluster, pytest.mark.filterwarnings("default")]

CLAUSE = "第{n}条 外地企业在本市从事养护业务的，应当到市主管部门备案。\n"
NUMERALS = "一二三四五六七八九十"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed: no distributed")
    source = tmp_path / "in"
    source.mkdir()
    for name in range(12):
        body = "".join(CLAUSE.format(n=numeral) for numeral in NUMERALS[: 1 + name % 10])
        (source / f"江州市办法{name:02}.txt").write_text(f"江州市第{name}办法\n\n{body}", encoding="utf-8")
    index_folder(source, tmp_path / "corpus", workers=1)
    return tmp_path / "corpus"


def test_a_cluster_of_two_gives_the_same_bytes(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongchi.barriers.batch.UNITS_A_PART", 6)
    parts = plan_index(corpus)
    assert len(parts) > 4
    local = screen_parts(parts, tmp_path / "local", workers=1)
    cluster = screen_parts(parts, tmp_path / "cluster", engine="cluster", workers=2)
    local.findings.write_parquet(tmp_path / "local.parquet")
    cluster.findings.write_parquet(tmp_path / "cluster.parquet")
    assert (tmp_path / "local.parquet").read_bytes() == (tmp_path / "cluster.parquet").read_bytes()
    forget_parts(tmp_path / "cluster")


def die_once(folder: str, number: int) -> int:
    """Kill the worker that has part 3 the first time; every part leaves a mark when it is done."""
    marker = Path(folder) / "died"
    if number == 3 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    (Path(folder) / f"{number}.done").touch()
    return number


@pytest.mark.parametrize("engine", ["local", "cluster"])
def test_a_killed_worker_loses_nothing(engine: str, tmp_path: Path) -> None:
    if engine == "cluster":
        pytest.importorskip("distributed", reason="the extra `cluster` is not installed: no distributed")
    work = partial(die_once, str(tmp_path))
    done = sorted(run_partitions(work, range(8), engine=engine, workers=2))  # type: ignore[arg-type]
    assert done == list(range(8))
    assert (tmp_path / "died").exists()
