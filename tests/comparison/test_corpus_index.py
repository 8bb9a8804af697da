"""Indexing a folder: deterministic, resumable, and one bad file does not stop it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tongchi.comparison.corpus import index_folder, load_index
from tongchi.comparison.corpus.index import parse_batch
from tongchi.comparison.corpus.store import PARTS
from tongchi.errors import IndexFormatError, MissingFileError, UsageError

TITLES = ["江州市机关用房管理办法", "岚州市机关用房管理办法", "江州市公务用车管理办法", "岚州市公务接待管理规定"]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Write a small folder of invented rules."""
    folder = tmp_path / "rules"
    for number, title in enumerate(TITLES):
        path = folder / title[:2] / f"{title}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        articles = "\n\n".join(
            f"第{'一二三四五六'[at]}条 {title[3:7]}应当每{at + 1}年核定一次，由主管部门{title[:2]}备案{number}。"
            for at in range(6)
        )
        path.write_text(f"# {title}\n\n<!-- INFO END -->\n\n## 第一章 总则\n\n{articles}\n", encoding="utf-8")
    return folder


def test_an_index_holds_every_article(corpus: Path, tmp_path: Path) -> None:
    report = index_folder(corpus, tmp_path / "out")
    index = load_index(tmp_path / "out")
    assert (report.documents, report.units, report.reused, report.bad) == (4, 24, 0, ())
    assert sorted(index.documents["title"].to_list()) == sorted(TITLES)
    assert index.units["number"].to_list() == [str(at) for at in range(1, 7)] * 4
    assert index.texts[0].startswith(index.documents["title"][0][3:7])
    assert list(index.units_of(1)) == list(range(6, 12))


def test_the_bytes_depend_neither_on_workers_nor_on_engine_nor_on_an_earlier_run(corpus: Path, tmp_path: Path) -> None:
    index_folder(corpus, tmp_path / "a")
    index_folder(corpus, tmp_path / "b", workers=1, engine="numpy")
    (tmp_path / "c").mkdir()
    names = sorted(path.relative_to(corpus).as_posix() for path in corpus.rglob("*.md"))
    parse_batch(corpus, tmp_path / "c" / PARTS, names[1:3])  # what a stopped run leaves behind
    (tmp_path / "c" / PARTS / "half.npz").write_bytes(b"PK\x03\x04 cut off")
    report = index_folder(corpus, tmp_path / "c")
    assert report.reused == 2
    assert _contents(tmp_path / "a") == _contents(tmp_path / "b") == _contents(tmp_path / "c")


def test_only_changed_files_are_read_again(corpus: Path, tmp_path: Path) -> None:
    index_folder(corpus, tmp_path / "out")
    changed = next(corpus.rglob("*用车*.md"))
    changed.write_text(changed.read_text(encoding="utf-8").replace("核定", "审定"), encoding="utf-8")
    next(corpus.rglob("*接待*.md")).unlink()
    seen: list[tuple[int, int]] = []
    report = index_folder(corpus, tmp_path / "out", progress=lambda done, total: seen.append((done, total)))
    assert (report.documents, report.reused) == (3, 2)
    assert seen[-1] == (3, 3)
    index_folder(corpus, tmp_path / "fresh")
    assert _contents(tmp_path / "out") == _contents(tmp_path / "fresh")


def test_a_bad_file_is_reported_and_the_rest_goes_on(corpus: Path, tmp_path: Path) -> None:
    (corpus / "cut.docx").write_bytes(b"PK\x03\x04 cut off")
    (corpus / "empty.md").write_bytes(b"")
    report = index_folder(corpus, tmp_path / "out")
    assert report.documents == 4
    assert [each.path for each in report.bad] == ["cut.docx", "empty.md"]
    written = json.loads((tmp_path / "out" / "bad_files.json").read_text(encoding="utf-8"))
    assert [each["path"] for each in written] == ["cut.docx", "empty.md"]
    assert all(each["code"].startswith("T1") and each["zh"] and each["en"] for each in written)


def test_an_empty_folder_gives_an_empty_index(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert index_folder(tmp_path / "none", tmp_path / "out").units == 0
    assert len(load_index(tmp_path / "out").texts) == 0


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        index_folder(tmp_path / "nowhere", tmp_path / "out")


def test_the_index_may_lie_in_its_folder_or_above_it_and_spares_what_is_there(corpus: Path, tmp_path: Path) -> None:
    kept = corpus / "parts" / "notes.txt"
    kept.parent.mkdir()
    kept.write_text("第一条 机关用房应当每年核定。", encoding="utf-8")
    inside, above = index_folder(corpus, corpus), index_folder(corpus, tmp_path)
    assert inside.documents == above.documents == 5
    assert kept.is_file()
    assert index_folder(corpus, corpus / "index").documents == 5


def test_a_file_is_no_place_for_an_index(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(UsageError):
        index_folder(corpus, tmp_path / "out")


DAMAGE = {  # what the case guards: (file, new content or None to delete it)
    "no stamp": ("index.json", None),
    "stamp of another version": ("index.json", '{"format": "tongchi-corpus", "version": 99}'),
    "stamp is no JSON": ("index.json", "{"),
    "stamp is something else": ("index.json", "[1]"),
    "an array is missing": ("lists.npy", None),
    "an array is cut off": ("weights.npy", "\x93NUMPY"),
    "a table is damaged": ("units.parquet", "PAR1"),
}


@pytest.mark.parametrize(("name", "content"), DAMAGE.values(), ids=DAMAGE)
def test_what_is_no_index_is_refused(corpus: Path, tmp_path: Path, name: str, content: str | None) -> None:
    index_folder(corpus, tmp_path / "out")
    path = tmp_path / "out" / name
    path.unlink() if content is None else path.write_text(content, encoding="latin-1")
    with pytest.raises(IndexFormatError):
        load_index(tmp_path / "out")


@pytest.mark.slow
def test_many_files_by_two_processes_and_the_index_inside_its_folder(shared_data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "laws"
    shutil.copytree(shared_data / "laws" / "DLC" / "浙江地方法规", folder)
    first = index_folder(folder, folder / "index")
    again = index_folder(folder, tmp_path / "other", workers=1)
    assert first.documents == again.documents > 300
    assert _contents(folder / "index") == _contents(tmp_path / "other")
    assert index_folder(folder, folder / "index").reused == first.documents


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
