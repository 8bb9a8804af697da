"""Does screening many files go on where it stopped, report what it cannot read, and give the same result every way?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tongchi.barriers import FINDING_SCHEMA, screen
from tongchi.barriers.batch import PARTS, Part, forget_parts, plan_files, plan_index, screen_part, screen_parts
from tongchi.comparison.corpus import index_folder
from tongchi.errors import EngineError

BARRIER = "第{n}条 外地企业在本市从事养护业务的，应当到市主管部门备案。\n"
PLAIN = "第{n}条 主管部门应当加强宣传。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "in"
    source.mkdir()
    for name in range(5):
        body = "".join((BARRIER if at % 3 == name % 3 else PLAIN).format(n="一二三四五六"[at]) for at in range(6))
        (source / f"江州市办法{name}.txt").write_text(f"江州市第{name}办法\n\n{body}", encoding="utf-8")
    return source


def test_the_findings_of_a_batch_are_those_of_its_files(folder: Path, tmp_path: Path) -> None:
    files = sorted(folder.iterdir())
    result = screen_parts(plan_files(files), tmp_path / "out", workers=1)
    assert result.documents == 5
    assert result.clauses == 30
    assert result.findings.schema == FINDING_SCHEMA
    assert result.findings.height == sum(len(screen(file)) for file in files) == 10


def test_a_file_that_cannot_be_read_is_reported_and_the_rest_goes_on(folder: Path, tmp_path: Path) -> None:
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 nonsense")
    result = screen_parts(plan_files(sorted(folder.iterdir())), tmp_path / "out", workers=1)
    assert [Path(each.path).name for each in result.unread] == ["坏.docx"]
    assert result.findings.height == 10


def test_a_stopped_run_goes_on_and_gives_the_same(folder: Path, tmp_path: Path) -> None:
    index_folder(folder, tmp_path / "corpus", workers=1)
    parts = [Part(f"part-{row}", str(tmp_path / "corpus"), (), row, row + 1) for row in range(5)]
    whole = screen_parts(parts, tmp_path / "whole", workers=1).findings
    kept = tmp_path / "stopped" / PARTS
    kept.mkdir(parents=True)
    screen_part(str(kept), parts[3])
    calls: list[tuple[int, int]] = []
    again = screen_parts(parts, tmp_path / "stopped", workers=1, progress=lambda done, of: calls.append((done, of)))
    assert calls[0] == (1, 5)
    assert calls[-1] == (5, 5)
    assert again.findings.equals(whole)


def test_an_index_gives_the_findings_of_the_files(folder: Path, tmp_path: Path) -> None:
    index_folder(folder, tmp_path / "corpus", workers=1)
    stored = screen_parts(plan_index(tmp_path / "corpus"), tmp_path / "a", workers=1).findings
    parsed = screen_parts(plan_files(sorted(folder.iterdir())), tmp_path / "b", workers=1).findings
    same = ["title", "clause_id", "label", "code", "probability", "quote", "words", "mechanism_zh", "remedy_zh"]
    assert stored.select(same).equals(parsed.select(same))


def test_a_file_that_changed_is_screened_again(folder: Path, tmp_path: Path) -> None:
    files = sorted(folder.iterdir())
    screen_parts(plan_files(files), tmp_path / "out", workers=1)
    files[0].write_text("江州市办法\n\n第一条 主管部门应当加强宣传工作。\n", encoding="utf-8")
    assert screen_parts(plan_files(files), tmp_path / "out", workers=1).findings.height == 8


def test_nothing_is_kept_once_it_is_forgotten(folder: Path, tmp_path: Path) -> None:
    screen_parts(plan_files(sorted(folder.iterdir())), tmp_path / "out", workers=1)
    forget_parts(tmp_path / "out")
    assert not (tmp_path / "out" / PARTS).exists()
    forget_parts(tmp_path / "out")


def test_the_cluster_engine_says_what_to_install(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(EngineError, match="cluster"):
        screen_parts(plan_files(sorted(folder.iterdir())), tmp_path / "out", engine="cluster")
