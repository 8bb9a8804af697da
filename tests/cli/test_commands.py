"""Each command shows the answer in both languages, writes what it promises, and the same bytes on every run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest
from desk import PLACES, ROOT, RULE, SAMPLES, Run, names

from tongchi.cli import main
from tongchi.documents import read

COMMAND = "import sys; from tongchi.cli import main; sys.exit(main())"
REPORT = ["comparison.json", "comparison.xlsx", "report.html"]


# --- each command, in both languages ----------------------------------------------------------------------

SHOWN = {  # what the case guards: (command line, words in Chinese, words in English)
    "two texts": (
        "compare a.md b.md --out {out}",
        ("标尺差距为", "更严", "报告: "),
        ("The gap", "stricter", "Report: "),
    ),
    "three texts": ("compare a.md b.md c.md --out {out}", ("差距矩阵",), ("Gap matrix",)),
    "conformity": (
        "compare a.md b.md c.md --baseline b.md --matter 阅览 --out {out}",
        ("符合度最高",),
        ("conformity is highest",),
    ),
    "a tree": ("show a.md", ("标题", "适用地区", "比较单元"), ("Title", "Jurisdiction", "Units compared")),
    "provisions": (
        "show a.md --provisions",
        ("义务", "许可", "≤ 15 日", "≥ 40 小时"),
        ("obligation", "permission", "≤ 15 days", "≥ 40 hours"),
    ),
    "promises": (
        "commitments pact-重庆市.md pact-四川省.md",
        ("1 项承诺", "共同标准", "互惠：第1条"),
        ("1 commitments", "joint standards", "reciprocal: art. 1"),
    ),
    "nearest clauses": ("corpus nearest index a.md", ("第1条",), ("art. 1",)),
    "families": ("corpus families index", ("3 份文件，3 地",), ("3 texts of 3 places",)),
}


@pytest.mark.parametrize(("line", "chinese", "english"), SHOWN.values(), ids=SHOWN)
def test_what_is_shown_follows_the_language(
    run: Run, tmp_path: Path, line: str, chinese: tuple[str, ...], english: tuple[str, ...]
) -> None:
    command = line.format(out=tmp_path / "out")
    zh, en = run(command), run(f"{command} --language en")
    assert (zh.code, en.code, zh.err, en.err) == (0, 0, "", "")
    assert [word for word in chinese if word not in zh.out or word in en.out] == []
    assert [word for word in english if word not in en.out or word in zh.out] == []


@pytest.mark.parametrize("line", ["show a.md", "show nowhere.md"])
def test_chinese_is_the_default(run: Run, line: str) -> None:
    assert run(line) == run(f"{line} --language zh")


def test_the_language_turns_the_page_and_leaves_the_data(run: Run, tmp_path: Path) -> None:
    for language in ("zh", "en"):
        run(f"compare a.md b.md c.md --baseline a.md --out {tmp_path / language} --language {language}")
    zh, en = ({name: (tmp_path / each / name).read_bytes() for name in REPORT} for each in ("zh", "en"))
    assert [name for name in REPORT if zh[name] == en[name]] == ["comparison.json", "comparison.xlsx"]
    assert (b'data-lang="zh"' in zh["report.html"], b'data-lang="en"' in en["report.html"]) == (True, True)


def test_the_tree_shows_every_unit_and_is_the_default(run: Run) -> None:
    shown = run(f"show {SAMPLES[0]} --tree")
    assert shown == run(f"show {SAMPLES[0]}")
    printed = re.findall(r"[├└]── (\S+)", shown.out)
    assert printed == [node.eid for node in read(SAMPLES[0]).nodes]


def test_notices_are_shown_in_the_language_asked_for(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "gap.md"
    file.write_text(RULE.format(place="重庆市", hours="十", days="十").replace("第三条", "第五条"), encoding="utf-8")
    (notice, *_) = read(file).notices
    assert f"⚠ {notice.eid}: {notice.zh}\n" in run(f"show {file}").out
    assert f"⚠ {notice.eid}: {notice.en}\n" in run(f"show {file} --language en").out


def test_texts_and_paths_are_printed_to_the_letter(run: Run, tmp_path: Path) -> None:
    """`[bold]` is no markup, and the 100 between two colons no picture."""
    words = "阅览室可以安装自助借还设备[bold]，读者与座位的比例为1:100:1。"
    for line in ("show a.md", "show a.md --provisions", "corpus nearest index a.md"):
        assert words in run(line).out
    out = tmp_path / ":100:" / "[red]"
    assert str(out / "report.html") in run(f"compare a.md b.md --out {out}").out
    assert ":cat:[red].md" in run("show :cat:[red].md").err
    assert f"→ {out}" in run(f"corpus index rules --out {out}").out


# --- what compare writes ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the report on the sample pair."""
    out = tmp_path_factory.mktemp("report") / "new" / "out"
    assert main(["compare", *map(str, SAMPLES), "--out", str(out)]) == 0
    return out


def test_the_report_is_three_files_and_no_more(report: Path) -> None:
    assert names(report) == REPORT
    assert names(report.parent) == ["out"]


def test_the_json_of_two_and_of_three_texts_follows_the_schema(
    run: Run, desk: Path, report: Path, tmp_path: Path
) -> None:
    """The baseline may be spelt in another way than among the files."""
    schema = json.loads((ROOT / "docs" / "reference" / "comparison.schema.json").read_text("utf-8"))
    run(f"compare a.md b.md --baseline b.md --out {tmp_path / '2'}")
    run(f"compare a.md b.md c.md --baseline {desk / 'b.md'} --matter 阅览 --out {tmp_path / '3'}")
    two, central, three = (
        json.loads((out / "comparison.json").read_text("utf-8")) for out in (report, tmp_path / "2", tmp_path / "3")
    )
    for found in (two, central, three):
        jsonschema.validate(found, schema, cls=jsonschema.Draft202012Validator)
        check_references(found)
    assert (two["matter"], two["baseline"], two["conformity"]) == ("", None, [None, None])
    assert (central["matter"], three["matter"]) == ("居民阅览室管理", "阅览")
    assert central["baseline"] == three["baseline"] == three["documents"][1]["id"]
    assert [each is None for each in central["conformity"]] == [False, True]
    assert [each is None for each in three["conformity"]] == [False, True, False]
    assert [each["file"] for each in three["documents"]] == ["a.md", "b.md", "c.md"]


def check_references(found: dict[str, Any]) -> None:
    """Whatever a comparison names by id, number or eId is there, and every article is linked or unmatched."""
    articles = {each["id"]: {article["eid"] for article in each["articles"]} for each in found["documents"]}
    assert len(articles) == len(found["documents"])
    for pair in found["pairs"]:
        for side in ("a", "b"):
            linked = {link[f"{side}_eid"] for link in pair["links"]}
            only = {each["eid"] for each in pair["only"] if each["side"] == side}
            assert linked | only == articles[pair[side]]
            assert linked & only == set()


def test_another_process_elsewhere_writes_the_same_bytes(report: Path, tmp_path: Path) -> None:
    """Nor do hash seed, working folder and spelling of the paths matter; what it prints says where the files are."""
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "compare", *[path.name for path in SAMPLES], "--out", tmp_path / "out"],
        cwd=SAMPLES[0].parent,
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[-1] for line in done.stdout.splitlines()[-3:]] == [
        str(tmp_path / "out" / name) for name in ("report.html", "comparison.xlsx", "comparison.json")
    ]
    for name in REPORT:
        assert (tmp_path / "out" / name).read_bytes() == (report / name).read_bytes(), name


def test_a_second_report_takes_the_place_of_the_first_and_spares_the_rest(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("keep", encoding="utf-8")
    run(f"compare a.md b.md --out {tmp_path}")
    first = {name: (tmp_path / name).read_bytes() for name in REPORT}
    run(f"compare a.md c.md --out {tmp_path}")
    assert names(tmp_path) == sorted([*REPORT, "notes.txt"])
    assert [name for name in REPORT if (tmp_path / name).read_bytes() == first[name]] == []
    run(f"compare a.md b.md --out {tmp_path}")
    assert {name: (tmp_path / name).read_bytes() for name in REPORT} == first


# --- commitments ------------------------------------------------------------------------------------------


def test_promises_are_written_as_table_and_as_data(run: Run, desk: Path, tmp_path: Path) -> None:
    """Where the files lie does not matter, so both spellings of their paths give the same bytes."""
    for folder, name in (("", "1"), (f"{desk}/", "2")):
        files = f"{folder}pact-重庆市.md {folder}pact-四川省.md"
        assert run(f"commitments {files} --csv {tmp_path / name}.csv --json {tmp_path / name}.json").code == 0
    assert names(tmp_path) == ["1.csv", "1.json", "2.csv", "2.json"]
    for form in ("csv", "json"):
        assert (tmp_path / f"1.{form}").read_bytes() == (tmp_path / f"2.{form}").read_bytes()
    assert pl.read_csv(tmp_path / "1.csv")["reciprocal"].to_list() == [True, True]
    documents = json.loads((tmp_path / "1.json").read_text("utf-8"))["documents"]
    assert [each["file"] for each in documents] == ["pact-重庆市.md", "pact-四川省.md"]


# --- corpus -----------------------------------------------------------------------------------------------


def test_an_index_says_what_it_holds_and_is_found_again(run: Run, tmp_path: Path) -> None:
    done = run(f"corpus index rules --out {tmp_path / 'new' / 'index'} --workers 1")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("3 份文件 documents · 9 条 articles · 0 份不可读 unreadable → ")
    assert run(f"corpus families {tmp_path / 'new' / 'index'}") == run("corpus families index")


@pytest.mark.parametrize(("language", "word"), [("zh", "文件损坏"), ("en", "damaged")])
def test_files_that_cannot_be_read_are_listed_and_the_rest_is_indexed(
    run: Run, tmp_path: Path, language: str, word: str
) -> None:
    done = run(f"corpus index mixed --out {tmp_path} --language {language}")
    assert done.code == 3
    assert "1 份文件 documents · 3 条 articles · 2 份不可读 unreadable" in done.out
    lines = done.err.splitlines()
    assert [re.findall(r"\[T\d+\]|\w+\.\w+", line)[:2] for line in lines] == [
        ["[T103]", "cut.docx"],
        ["[T106]", "empty.md"],
    ]
    assert word in lines[0]
    assert run(f"corpus families {tmp_path}").code == 0


def test_hits_are_limited_by_top_and_place(run: Run, tmp_path: Path) -> None:
    """A draft of 重庆 finds the rule of 重庆 that the index holds, unless hits elsewhere are asked for."""
    draft, csv = tmp_path / "draft.md", tmp_path / "hits.csv"
    draft.write_text((Path("a.md")).read_text("utf-8").replace("居民阅览室", "街道书屋"), encoding="utf-8")
    counts = {}
    for options in ("", "--top 1", "--elsewhere"):
        done = run(f"corpus nearest index {draft} --csv {csv} {options}")
        assert done.code == 0
        assert csv.read_bytes().startswith(b"\xef\xbb\xbfquery,")
        hits = pl.read_csv(csv)
        counts[options] = len(hits)
        assert hits["query_article"].cast(pl.String).unique(maintain_order=True).to_list() == ["1", "2", "3"]
        assert ("重庆市" in hits["jurisdiction"]) == (options != "--elsewhere")
        for place, *_ in PLACES.values():
            assert (f"{place}居民阅览室管理办法" in done.out) == (place in hits["jurisdiction"])
    assert counts == {"": 9, "--top 1": 3, "--elsewhere": 6}
    assert names(tmp_path) == ["draft.md", "hits.csv"]


def test_nothing_near_is_said(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "far.md"
    file.write_text("# 北京市犬只办法\n\n第一条　xyz qqq。\n", encoding="utf-8")
    assert "没有相近条款" in run(f"corpus nearest index {file}").out
    assert "nothing near" in run(f"corpus nearest index {file} --language en").out


def test_families_are_limited_by_size_and_matter_on_screen_and_written_in_full(run: Run, tmp_path: Path) -> None:
    csv = tmp_path / "families.csv"
    assert "居民阅览室" in run("corpus families index --matter 阅览").out
    assert run(f"corpus families index --matter 消防 --csv {csv}").out == ""
    assert pl.read_csv(csv)["title"].to_list() == sorted(f"{place}居民阅览室管理办法" for place, *_ in PLACES.values())
    assert run("corpus families index --least 4").out == ""


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.split()[0] == "tongchi"
