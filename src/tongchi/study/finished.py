"""Are the reports of a study there already, made from these very files? Then nothing need be read, computed or written again.

The steps of a run are kept one by one (`cache`); this keeps what was written at its end: the hash of every file under the hash of the
study folder, of what was asked for, and of the program. A file of the study or of the reports that differs by a byte, or is gone,
makes the whole run anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from tongchi.study.cache import file_hash, step_key

_NOTE = "finished.json"


def outputs_key(folder: Path, asked: Sequence[object] = (), *, without: Iterable[Path] = ()) -> str:
    """Return the hash of all that the reports of a study depend on.

    `asked` are options that change what is written, such as the language; `without` are folders below the study that hold results.
    """
    left_out = [path.resolve() for path in without]
    files = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        inside = any(path.resolve().is_relative_to(place) for place in left_out)
        if path.is_file() and not inside and not any(part.startswith(".") for part in relative.parts):
            files[relative.as_posix()] = file_hash(path)
    return step_key("outputs", [files, list(asked)])


def note_finished(kept: Path, key: str, out: Path, written: Iterable[Path], said: Sequence[str] = ()) -> None:
    """Note what was written below `out` for a key, and lines to say again; `kept` is the folder of the steps."""
    files = {path.relative_to(out).as_posix(): file_hash(path) for path in written}
    text = json.dumps({"key": key, "files": files, "said": list(said)}, ensure_ascii=False, indent=1, sort_keys=True)
    kept.mkdir(parents=True, exist_ok=True)
    draft = kept / f".{_NOTE}"
    draft.write_text(text, encoding="utf-8")
    draft.replace(kept / _NOTE)


def finished(kept: Path, key: str, out: Path) -> tuple[str, ...] | None:
    """Return the lines that were said of the reports of a key, None unless every one of their files is there unchanged."""
    try:
        note = json.loads((kept / _NOTE).read_text(encoding="utf-8"))
        is_same = note["key"] == key and all(file_hash(out / name) == digest for name, digest in note["files"].items())
        return tuple(str(line) for line in note["said"]) if is_same and not _strangers(out, note["files"]) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _strangers(out: Path, names: Iterable[str]) -> bool:
    """Return whether a folder of results below `out` holds a file that is not of them, such as a table of an earlier run."""
    known = {out / name for name in names}
    folders = {path.parent for path in known} - {out}
    return any(path not in known for folder in folders for path in folder.iterdir())
