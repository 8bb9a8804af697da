"""`tongchi new`, `check` and `run`: from an empty folder to a study, and every mistake on the way said at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Done, Run, listing, names

from tongchi.cli import main
from tongchi.study.template import template_files


@pytest.fixture
def do(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command line in an empty folder, on a terminal of 200 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run_line(line: str) -> Done:
        capsys.readouterr()
        code = main(line.split())
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return run_line


def test_a_new_study_passes_its_own_check(do: Run, tmp_path: Path) -> None:
    done = do("new study")
    assert done.code == 0
    assert "tongchi check study" in done.out
    assert all(f"study/{name}" in done.out for name in template_files())
    checked = do("check study")
    assert (checked.code, checked.err) == (0, "")
    assert "0 处错误，1 处提醒。可以运行。" in checked.out
    assert "2 个协同方，1 个事项，3 份文件" in checked.out
    assert "It can run." in do("check study --language en").out
    assert names(tmp_path) == ["study"]


def test_checking_changes_nothing(do: Run, tmp_path: Path) -> None:
    do("new study")
    before = listing(tmp_path)
    do("check study")
    assert listing(tmp_path) == before


def test_nothing_is_overwritten_unless_told_so(do: Run, tmp_path: Path) -> None:
    do("new study")
    mine = tmp_path / "study" / "study.toml"
    mine.write_text("# mine\n", "utf-8")
    refused = do("new study")
    assert refused.code == 2
    assert "--force" in refused.err
    assert mine.read_text("utf-8") == "# mine\n"
    assert do("new study --force").code == 0
    assert mine.read_bytes() == template_files()["study.toml"]


def test_a_study_may_begin_in_a_folder_that_holds_other_things(do: Run, tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "notes.txt").write_text("mine", "utf-8")
    assert do("new study").code == 0
    assert (tmp_path / "study" / "notes.txt").read_text("utf-8") == "mine"


def test_every_mistake_is_said_at_once_with_file_and_line(do: Run, tmp_path: Path) -> None:
    do("new study")
    for name, old, new in (
        ("study.toml", "draws = 200", "draws = 0"),
        ("study.toml", 'lanzhou = "公务用车', 'lanzhou = "共务用车'),
        ("events.csv", "2021-05-20", "20 May 2021"),
        ("ledger.csv", "C02,commitment,岚州市", "C01,commitment,兰州市"),
    ):
        path = tmp_path / "study" / name
        path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))
    done = do("check study")
    assert done.code == 2
    for part in (
        "错误 study.toml 第61行 [analysis] draws",
        "错误 study.toml 第42行 [matter] documents",
        "错误 events.csv 第7行 date",
        "错误 ledger.csv 第5行 id",
        "错误 ledger.csv 第5行 party",
        "5 处错误",
        "改正错误后才能运行",
    ):
        assert part in done.out
    english = do("check study --language en")
    assert "5 errors" in english.out
    assert not any("\u4e00" <= each <= "\u9fff" for each in _without_names(english.out))


def _without_names(text: str) -> str:
    """Leave out what is quoted, and paths and lists of the study's own names."""
    lines = [line for line in text.splitlines() if not any(word in line for word in ("公务", "江州", "岚州"))]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("check nowhere", "没有这个文件夹"),
        ("check file.txt", "不是文件夹"),
        ("new file.txt", "一个文件夹"),
    ],
)
def test_what_is_no_folder_is_refused_in_one_line(line: str, word: str, do: Run, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("x", "utf-8")
    done = do(line)
    assert done.code == 2
    assert word in done.err
    assert done.err.count("\n") == 1
    assert done.out == ""


def test_a_folder_without_study_toml_is_told_where_to_begin(do: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = do("check empty")
    assert done.code == 2
    assert "tongchi new" in done.out


SMALL = ("study.toml", "events.csv", "ledger.csv")
EVERYTHING = ["evidence.json", "methods.md", "report.docx", "report.html", "tables", "tables.xlsx"]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A study of two texts, events and a ledger, without what takes long."""
    folder = tmp_path / "small"
    for name, data in template_files().items():
        if name in SMALL or name.startswith("documents/"):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.replace(b"[analysis]\n", b"[analysis]\nmechanism = false\n"))
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Return the results by name, without the steps that are kept."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".steps" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(files)}


def test_a_study_runs_to_everything_that_stands_behind_its_report(do: Run, small: Path, tmp_path: Path) -> None:
    done = do("run small --out out --workers 1")
    assert (done.code, done.err) == (0, "")
    assert [name for name in names(tmp_path / "out") if name != ".steps"] == EVERYTHING
    assert "out/report.html" in done.out
    assert "没有 survey：" in done.out
    first = content(tmp_path / "out")
    (tmp_path / "out" / "tables" / "of_yesterday.parquet").write_bytes(b"old")
    assert do("run small --out out --workers 1").code == 0
    assert content(tmp_path / "out") == first
    assert do("run small --out again --workers 1 --no-cache").code == 0
    assert content(tmp_path / "again") == first
    assert names(tmp_path / "again") == EVERYTHING


def test_steps_are_kept_where_they_are_asked_to_be(do: Run, small: Path, tmp_path: Path) -> None:
    done = do("run small --out out --workers 1 --cache kept --language en")
    assert done.code == 0
    assert "No survey:" in done.out
    assert list((tmp_path / "kept").glob("*.step"))
    assert names(tmp_path / "out") == EVERYTHING


def test_a_document_that_cannot_be_read_is_named_and_the_rest_goes_on(do: Run, small: Path, tmp_path: Path) -> None:
    (small / "documents" / "lanzhou" / "断.docx").write_bytes(b"PK\x03\x04 cut off")
    done = do("run small --out out --workers 1")
    assert done.code == 3
    assert "断.docx" in done.err
    assert (tmp_path / "out" / "report.html").is_file()


def test_a_study_with_mistakes_is_not_run_and_nothing_is_written(do: Run, small: Path, tmp_path: Path) -> None:
    for name, old, new in (("events.csv", "2021-05-20", "20 May 2021"), ("study.toml", "draws = 200", "draws = 0")):
        (small / name).write_bytes((small / name).read_bytes().replace(old.encode(), new.encode()))
    done = do("run small --out out")
    assert done.code == 2
    assert "events.csv 第7行 date" in done.err
    assert "2 处错误，没有运行" in done.err
    assert done.out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("run nowhere", "没有这个文件夹"),
        ("run small --workers 0", "--workers 0"),
        ("run small --out small/documents/out", "documents 以外"),
        ("run small --out small/study.toml", "一个文件夹"),
        ("run small --cache small/study.toml", "一个文件夹"),
    ],
)
def test_a_call_that_does_not_fit_is_refused_before_anything_runs(
    line: str, word: str, do: Run, small: Path, tmp_path: Path
) -> None:
    before = listing(tmp_path)
    done = do(line)
    assert done.code == 2
    assert word in done.err
    assert done.err.count("\n") == 1
    assert listing(tmp_path) == before
