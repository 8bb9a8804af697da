"""`tongchi screen`: the same findings for files, folders and indexes, whole or not at all, and clauses line by line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from desk import ROOT, Run, listing, names, room_for

import tongchi
from tongchi.barriers import batch, screen_clauses

SAMPLE = ROOT / "examples" / "policy-sample" / "岚州市促进建筑业高质量发展若干措施.md"
RESULTS = ["findings.parquet", "findings.xlsx", "report.html"]
BAD = """# 江州市劳务管理办法

第一条　外地企业来本市承接工程的，应当向市建设主管部门备案后方可参加投标。

第二条　企业应当按时支付工资。
"""
OUTSIDER = "外地施工企业进入本市承接工程的，应当先向市住房城乡建设主管部门备案登记，取得备案证明后方可参加投标。"


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Return a folder of three papers in two folders, one of them cut off."""
    folder = tmp_path / "papers"
    (folder / "江州").mkdir(parents=True)
    (folder / "江州" / "办法.md").write_text(BAD, "utf-8")
    (folder / "措施.md").write_bytes(SAMPLE.read_bytes())
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 cut off")
    (folder / ".hidden.md").write_text(BAD, "utf-8")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in RESULTS}


# --- documents --------------------------------------------------------------------------------------------


def test_a_file_gives_three_results_and_a_summary(run: Run, tmp_path: Path) -> None:
    done = run(f"screen {SAMPLE} --out {tmp_path / 'out'}")
    assert (done.code, done.err) == (0, "")
    assert names(tmp_path / "out") == RESULTS
    table = pl.read_parquet(tmp_path / "out" / "findings.parquet")
    expected = {
        "五": "9.5",
        "六": "9.2",
        "十": "8.3",
        "十一": "9.3",
        "十二": "9.3",
        "十六": "10.2",
        "十八": "9.4",
        "二十一": "11.1",
    }
    assert dict(zip(table["label"], table["code"], strict=True)) == {f"第{n}条": code for n, code in expected.items()}
    assert set(table["document"]) == {SAMPLE.name}
    assert [table["code"][at] for at in range(8)] == [each.code for each in tongchi.screen(SAMPLE)]
    for words in (
        "需要审查",
        "《公平竞争审查条例》第九条第（五）项",
        "只有外地经营者",
        str(tmp_path / "out" / "report.html"),
    ):
        assert words in done.out
    english = run(f"screen {SAMPLE} --out {tmp_path / 'en'} --language en").out
    assert "call for review" in english
    assert "Fair Competition Review Regulation art. 9(5)" in english


def test_a_folder_is_read_at_any_depth_and_bad_files_are_listed(run: Run, papers: Path, tmp_path: Path) -> None:
    done = run(f"screen {papers} --out {tmp_path / 'out'}")
    assert done.code == 3
    assert done.err.startswith("[T103] 坏.docx")
    assert len(done.err.splitlines()) == 1
    table = pl.read_parquet(tmp_path / "out" / "findings.parquet")
    assert set(table["document"]) == {"措施.md", "江州/办法.md"}
    assert openpyxl.load_workbook(tmp_path / "out" / "findings.xlsx")["未读文件"]["A2"].value == "坏.docx"
    assert "file is damaged" in run(f"screen {papers} --out {tmp_path / 'out'} --language en").err


def test_where_a_folder_lies_and_how_many_work_does_not_change_a_byte(
    run: Run, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(f"screen {papers} --out {tmp_path / '1'}")
    moved = papers.rename(tmp_path / "moved")
    monkeypatch.setattr(batch, "FILES_A_PART", 1)
    assert run(f"screen {moved} --out {tmp_path / '2'} --workers 2").code == 3
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


def test_results_below_the_folder_are_not_screened(run: Run, papers: Path) -> None:
    first = run(f"screen {papers} --out {papers / 'out'}")
    (papers / "out" / "notes.md").write_text(BAD, "utf-8")
    assert run(f"screen {papers} --out {papers / 'out'}") == first


def test_two_files_of_one_name_are_told_apart(run: Run, papers: Path, tmp_path: Path) -> None:
    twin = papers / "江州" / "措施.md"
    twin.write_text(BAD, "utf-8")
    run(f"screen {papers / '措施.md'} {twin} {papers / '措施.md'} --out {tmp_path / 'out'}")
    table = pl.read_parquet(tmp_path / "out" / "findings.parquet")
    assert table["document"].unique(maintain_order=True).to_list() == ["措施.md", str(twin)]
    assert len(table) == 9


def test_an_index_gives_the_findings_of_its_folder(run: Run, papers: Path, tmp_path: Path) -> None:
    """What could not be read when it was made is told again, for it was not screened."""
    assert run(f"corpus index {papers} --out {tmp_path / 'index'}").code == 3
    done = run(f"screen {tmp_path / 'index'} --out {tmp_path / 'a'}")
    assert (done.code, "坏.docx" in done.err) == (3, True)
    run(f"screen {papers} --out {tmp_path / 'b'}")
    a, b = (pl.read_parquet(tmp_path / each / "findings.parquet") for each in "ab")
    assert a.drop("start", "end").rows() == b.drop("start", "end").rows()


def test_an_interrupted_run_goes_on_and_gives_the_same(
    run: Run, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "FILES_A_PART", 1)
    run(f"screen {papers} --out {tmp_path / 'whole'} --workers 1")
    screened: list[str] = []
    screen_part = batch.screen_part

    def stop_at_the_second(folder: str, part: batch.Part) -> str:
        if len(screened) == 1:
            raise KeyboardInterrupt
        screened.append(part.key)
        return screen_part(folder, part)

    monkeypatch.setattr(batch, "screen_part", stop_at_the_second)
    stopped = run(f"screen {papers} --out {tmp_path / 'out'} --workers 1")
    assert (stopped.code, stopped.out) == (130, "")
    assert "再次运行同一命令即可继续" in stopped.err
    assert names(tmp_path / "out") == [".tongchi-parts"]

    def count(folder: str, part: batch.Part) -> str:
        screened.append(part.key)
        return screen_part(folder, part)

    monkeypatch.setattr(batch, "screen_part", count)
    assert run(f"screen {papers} --out {tmp_path / 'out'} --workers 1").code == 3
    assert len(screened) == len(set(screened)) == 3
    assert names(tmp_path / "out") == RESULTS
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_what_cannot_be_read_at_all_leaves_nothing(run: Run, tmp_path: Path) -> None:
    done = run(f"screen cut.docx empty.md --out {tmp_path / 'out'}")
    assert (done.code, done.out) == (2, "")
    assert [line[:6] for line in done.err.splitlines()] == ["[T103]", "[T106]"]
    assert names(tmp_path) == []


def test_an_engine_that_is_not_there_leaves_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask", None)
    done = run(f"screen a.md --engine cluster --out {tmp_path / 'out'}")
    assert (done.code, done.out, done.err[:6]) == (2, "", "[T801]")
    assert names(tmp_path) == []


@pytest.mark.parametrize("size", [50, 5_000, 40_000])
def test_where_there_is_no_room_the_former_results_stay(run: Run, papers: Path, tmp_path: Path, size: int) -> None:
    out = tmp_path / "out"
    run(f"screen {papers / '措施.md'} --out {out}")
    former = contents(out)
    with room_for(size):
        done = run(f"screen {papers} --out {out} --workers 1")
    assert (done.code, done.out) == (2, "")
    assert "[T902]" in done.err
    assert contents(out) == former
    assert run(f"screen {papers} --out {out}").code == 3
    assert names(out) == RESULTS


REFUSED = {  # what the case guards: (command line, code)
    "nothing to screen": ("screen", "T901"),
    "files and clauses": ("screen a.md --clauses lines.jsonl", "T901"),
    "no such file": ("screen a.md nowhere.md", "T101"),
    "no such clauses": ("screen --clauses nowhere.jsonl", "T101"),
    "a folder without texts": ("screen busy/report.html", "T901"),
    "no workers": ("screen a.md --workers 0", "T901"),
    "a scheduler for this machine": ("screen a.md --scheduler tcp://127.0.0.1:1", "T901"),
    "results in place of a file": ("screen a.md --out b.md", "T901"),
    "results below a file": ("screen a.md --out b.md/out", "T902"),
    "a folder stands where the page goes": ("screen a.md --out busy", "T901"),
}


@pytest.mark.parametrize(("line", "code"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_refused_is_said_in_one_line(run: Run, desk: Path, line: str, code: str, language: str) -> None:
    before = listing(desk)
    done = run(f"{line} --language {language}")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"[{code}] ")
    assert done.err.count("\n") == 1
    assert listing(desk) == before


# --- clauses, line by line --------------------------------------------------------------------------------

CLAUSES: list[dict[str, Any]] = [
    {"id": "a", "lead_in": "", "text": OUTSIDER, "title": "岚州市措施", "jurisdiction": "岚州市"},
    {"id": 2, "lead_in": "任何单位不得有下列行为：", "text": "要求外地企业在本市设立分支机构；"},
    {"id": None, "text": "博物馆应当每周开放不少于四十小时。", "title": None},
    {"text": "档案应当自形成之日起三十日内归档。"},
]
KEYS = ["id", "barrier", "probability", "code", "alternatives", "severity", "reason", "rules", "contexts"]


def judged(run: Run, folder: Path, data: bytes, options: str = "") -> list[dict[str, Any]]:
    (folder / "in.jsonl").write_bytes(data)
    done = run(f"screen --clauses {folder / 'in.jsonl'} --out {folder / 'out.jsonl'} {options}")
    assert (done.code, done.err) == (0, "")
    return [json.loads(line) for line in (folder / "out.jsonl").read_text("utf-8").splitlines()]


def lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def test_each_clause_has_its_line_in_order(run: Run, tmp_path: Path) -> None:
    found = judged(run, tmp_path, lines(CLAUSES))
    assert [list(each) for each in found] == [KEYS] * 4
    assert [each["id"] for each in found] == ["a", 2, None, None]
    assert [each["barrier"] for each in found] == [True, False, False, False]
    first, second, third, _ = found
    assert (first["code"], first["severity"] in ("clear", "arguable"), "8.1" in first["alternatives"]) == (
        "9.5",
        True,
        True,
    )
    assert 0.5 < first["probability"] <= 1
    assert "只有外地经营者" in first["reason"]
    assert "决定性词句：“外地施工企业" in first["reason"]
    assert first["rules"]
    for none in found[1:]:
        assert (none["code"], none["alternatives"], none["severity"]) == ("", [], "")
        assert none["probability"] < 0.5
    assert second["reason"].startswith("禁止性规定：")
    assert third["reason"].startswith("与公平竞争审查标准无关")
    english = judged(run, tmp_path, lines(CLAUSES), "--language en")
    assert [each["reason"][:9] for each in english[:3]] == ["Outsiders", "Prohibiti", "Unrelated"]
    assert [{**each, "reason": ""} for each in english] == [{**each, "reason": ""} for each in found]


def test_marks_of_windows_and_blank_lines_are_passed_over(run: Run, tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + lines(CLAUSES[:1]).replace(b"\n", b"\r\n") + b"\r\n  \n" + lines(CLAUSES[1:2]).rstrip()
    assert [each["id"] for each in judged(run, tmp_path, data)] == ["a", 2]
    assert judged(run, tmp_path, b"") == []


def test_half_a_surrogate_pair_comes_back_as_it_came(run: Run, tmp_path: Path) -> None:
    (found,) = judged(run, tmp_path, b'{"id": "\\ud800", "text": "\\ud800\xe5\xa4\x96"}\n')
    assert found["id"] == "\ud800"


WRONG = {  # what the case guards: (line, words)
    "no JSON": (b"{oops", "不是 JSON"),
    "cut off": (b'{"id": 1, "text": "a', "不是 JSON"),
    "no object": (b'["text"]', "不是 JSON 对象"),
    "nested without end": (b"[" * 100_000, "不是 JSON"),
    "no text": (b'{"id": 1}', '没有 "text"'),
    "a blank text": (b'{"id": 1, "text": " "}', '没有 "text"'),
    "a text that is none": (b'{"id": 1, "text": 5}', '"text" 不是文字'),
    "a lead-in that is none": (b'{"text": "a", "lead_in": ["b"]}', '"lead_in" 不是文字'),
    "not UTF-8": ('{"text": "外地"}'.encode("gb18030"), "不是 UTF-8"),
}


@pytest.mark.parametrize(("line", "words"), WRONG.values(), ids=WRONG)
def test_a_line_that_is_no_clause_is_named_and_nothing_is_written(
    run: Run, tmp_path: Path, line: bytes, words: str
) -> None:
    (tmp_path / "in.jsonl").write_bytes(lines(CLAUSES[:1]) + line + b"\n")
    done = run(f"screen --clauses {tmp_path / 'in.jsonl'} --out {tmp_path / 'out.jsonl'}")
    assert (done.code, done.out) == (2, "")
    assert f"[T401] {tmp_path / 'in.jsonl'} 第 2 行 / line 2：" in done.err
    assert words in done.err
    assert done.err.count("\n") == 1
    assert names(tmp_path) == ["in.jsonl"]


def test_lines_are_judged_as_clauses_are_in_python(run: Run, tmp_path: Path) -> None:
    from tongchi.barriers import Clause

    (found, *_) = judged(run, tmp_path, lines(CLAUSES))
    (judgement,) = screen_clauses([Clause("a", "", OUTSIDER, "岚州市措施", "岚州市")])
    assert (found["code"], found["probability"]) == (judgement.code, round(judgement.probability, 4))
