"""Which files of a folder are read."""

from __future__ import annotations

from pathlib import Path

from tongchi.documents.folder import files_under


def test_texts_at_any_depth_sorted_without_hidden_ones_and_results(tmp_path: Path) -> None:
    for name in ("b.md", "a/c.DOCX", "a/d.png", ".git/e.md", "~$b.docx", "a/.f.md", "out/g.html", "outer/h.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "folder.md").mkdir()
    assert files_under(tmp_path, without=tmp_path / "out") == ["a/c.DOCX", "b.md", "outer/h.txt"]
    assert files_under(tmp_path, without=tmp_path.parent) == ["a/c.DOCX", "b.md", "out/g.html", "outer/h.txt"]
