"""What is refused: exit code 2, the reason on stderr in the language asked for, nothing written and nothing lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from desk import SAMPLES, Run, listing, names, room_for

REFUSED = {  # what the case guards: (command line, code, words in Chinese, words in English)
    "one file is no comparison": ("compare a.md", "T901", "用法不对", "Wrong usage"),
    "no such file": ("compare a.md nowhere.md", "T101", "找不到文件", "Expected a readable file"),
    "a folder is no file": ("compare a.md rules", "T101", "找不到文件", "Expected a readable file"),
    "an empty file": ("compare a.md empty.md", "T106", "没有可读的文字", "no text to read"),
    "a file that is cut off": ("compare a.md cut.docx", "T103", "文件损坏", "file is damaged"),
    "a text without articles": ("compare a.md letter.md", "T301", "无法比较", "Cannot compare"),
    "the third of three is bad": ("compare a.md b.md letter.md", "T301", "无法比较", "Cannot compare"),
    "a baseline that is not compared": ("compare a.md b.md --baseline c.md", "T901", "用法不对", "Wrong usage"),
    "a baseline that is not there": ("compare a.md b.md --baseline no.md", "T901", "用法不对", "Wrong usage"),
    "a report in place of a file": ("compare a.md b.md --out a.md", "T901", "用法不对", "Wrong usage"),
    "a report below a file": ("compare a.md b.md --out a.md/out", "T902", "无法写入", "Cannot write"),
    "a folder stands where the page goes": ("compare a.md b.md --out busy", "T901", "用法不对", "Wrong usage"),
    "show: no such file": ("show nowhere.md", "T101", "找不到文件", "Expected a readable file"),
    "show: a file that is cut off": ("show cut.docx --provisions", "T103", "文件损坏", "file is damaged"),
    "promises: no such file": ("commitments a.md nowhere.md", "T101", "找不到文件", "Expected a readable file"),
    "promises into no folder": ("commitments a.md --csv no/1.csv", "T902", "无法写入", "Cannot write"),
    "promises into a folder": ("commitments a.md --json rules", "T902", "无法写入", "Cannot write"),
    "index: no such folder": ("corpus index nowhere", "T101", "找不到文件", "Expected a readable file"),
    "index: a file is no folder": ("corpus index a.md", "T101", "找不到文件", "Expected a readable file"),
    "index in place of a file": ("corpus index rules --out a.md", "T901", "用法不对", "Wrong usage"),
    "index below a file": ("corpus index rules --out a.md/index", "T902", "无法写入", "Cannot write"),
    "nearest: no index": ("corpus nearest rules a.md", "T302", "不是可用的语料索引", "Not a usable corpus index"),
    "nearest: no such file": ("corpus nearest index nowhere.md", "T101", "找不到文件", "Expected a readable file"),
    "nearest: no hits asked for": ("corpus nearest index a.md --top 0", "T901", "用法不对", "Wrong usage"),
    "nearest: hits into no folder": ("corpus nearest index a.md --csv no/hits.csv", "T902", "无法写入", "Cannot write"),
    "nearest: hits into a folder": ("corpus nearest index a.md --csv rules", "T902", "无法写入", "Cannot write"),
    "families: no index": ("corpus families nowhere", "T302", "不是可用的语料索引", "Not a usable corpus index"),
    "families into no folder": ("corpus families index --csv no/f.csv", "T902", "无法写入", "Cannot write"),
}


@pytest.mark.parametrize(("line", "code", "chinese", "english"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_said_in_one_line_and_nothing_is_written(
    run: Run, desk: Path, line: str, code: str, chinese: str, english: str
) -> None:
    before = listing(desk)
    zh, en = run(line), run(f"{line} --language en")
    for done, words, others in ((zh, chinese, english), (en, english, chinese)):
        assert (done.code, done.out) == (2, "")
        assert re.fullmatch(rf"\[{code}\] [^\n]+\n", done.err)
        assert words in done.err
        assert others not in done.err
    assert listing(desk) == before


UNKNOWN = {  # what the case guards: command line
    "no command": "",
    "no such command": "translate a.md",
    "corpus alone": "corpus",
    "no file": "compare",
    "no such option": "compare a.md b.md --colour red",
    "no such language": "show a.md --language fr",
    "a number is expected": "corpus nearest index a.md --top many",
    "tree or provisions, not both": "show a.md --tree --provisions",
}


@pytest.mark.parametrize("line", UNKNOWN.values(), ids=UNKNOWN)
def test_a_line_that_is_no_command_shows_the_usage(
    run: Run, desk: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    before = listing(desk)
    with pytest.raises(SystemExit) as caught:
        run(line)
    printed = capsys.readouterr()
    assert (caught.value.code, printed.out) == (2, "")
    assert printed.err.startswith("usage: tongchi")
    assert listing(desk) == before


FULL = {  # what the case guards: (command before, command for which there is no room, bytes there is room for)
    "the page": ("compare a.md b.md --out {out}", "compare a.md c.md --out {out}", 1_000),
    "the data, after the page": ("compare a.md b.md --out {out}", "compare {samples} --out {out}", 120_000),
    "hits": ("corpus nearest index a.md --csv {out}/1", "corpus nearest index b.md --csv {out}/1", 20),
    "families": ("corpus families index --csv {out}/1", "corpus families index --least 1 --csv {out}/1", 20),
    "promises as table": ("commitments a.md --csv {out}/1", "commitments pact-重庆市.md --csv {out}/1", 20),
    "promises as data": ("commitments a.md --json {out}/1", "commitments pact-重庆市.md --json {out}/1", 20),
    "what was parsed for an index": ("corpus index rules --out {out}", "corpus index mixed --out {out}", 50),
    "tables of an index": ("corpus index rules --out {out}", "corpus index rules --out {out}", 1_000),
    "arrays of an index": ("corpus index rules --out {out}", "corpus index rules --out {out}", 100_000),
}


@pytest.mark.parametrize(("before", "line", "size"), FULL.values(), ids=FULL)
def test_where_there_is_no_room_the_former_result_stays_whole(
    run: Run, tmp_path: Path, before: str, line: str, size: int
) -> None:
    samples = " ".join(map(str, SAMPLES))
    assert run(before.format(out=tmp_path)).code == 0
    former = listing(tmp_path)
    with room_for(size):
        done = run(line.format(out=tmp_path, samples=samples))
    assert (done.code, done.out) == (2, "")
    assert re.fullmatch(r"\[T902\] [^\n]+无法写入[^\n]+\n", done.err)
    kept = {name: facts for name, facts in listing(tmp_path).items() if not name.startswith(".")}
    assert kept == former
    again = run(line.format(out=tmp_path, samples=samples))
    assert again.code in (0, 3)
    assert [name for name in names(tmp_path) if name.startswith(".")] == []
