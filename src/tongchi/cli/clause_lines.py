"""How do clauses that lie apart from their documents come in and go out? As JSON Lines, a line for a line.

The form is documented in docs/reference/screening-jsonl.md and stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tongchi.barriers import Clause, Judgement
from tongchi.barriers.reasons import reason_of
from tongchi.errors import ClauseLineError, Language, MissingFileError

_TEXTS = ("lead_in", "text", "title", "jurisdiction")
_EXPECTED = '每行一个 JSON 对象，含 "text" / one JSON object a line, with "text"'


def read_clause_lines(path: Path) -> list[tuple[Any, Clause]]:
    """Return the clauses of a file with their ids as given; blank lines are passed over.

    Raises `ClauseLineError` at the first line that is no clause.
    """
    if not path.exists() or path.is_dir():
        raise MissingFileError(file=str(path), found="不存在或者是文件夹 / missing, or a folder")
    found = []
    for number, line in enumerate(path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            try:
                found.append(_clause(line))
            except _NoClauseError as error:
                place = f"第 {number} 行 / line {number}"
                raise ClauseLineError(
                    file=str(path), place=place, found=str(error), expected=error.expected
                ) from error.__cause__
    return found


class _NoClauseError(Exception):
    """What is wrong with a line."""

    def __init__(self, found: str, expected: str = _EXPECTED) -> None:
        super().__init__(found)
        self.expected = expected


def _clause(line: bytes) -> tuple[Any, Clause]:
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _NoClauseError("不是 UTF-8 文字 / not UTF-8", "UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _NoClauseError(f"不是 JSON / no JSON: {_start(line)}") from error
    if not isinstance(row, dict):
        raise _NoClauseError(f"不是 JSON 对象 / no JSON object: {_start(line)}")
    texts = {name: "" if row.get(name) is None else row[name] for name in _TEXTS}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise _NoClauseError(f'"{name}" 不是文字 / is no text: {json.dumps(value)[:40]}', f'"{name}": "…"')
    if not texts["text"].strip():
        raise _NoClauseError('没有 "text" 或者它是空的 / no "text", or a blank one')
    return row.get("id"), Clause(str(row.get("id", "")), **texts)


def _start(line: bytes) -> str:
    words = line.decode("utf-8").strip()
    return words if len(words) <= 40 else f"{words[:40]}…"


def clause_lines(names: Iterable[Any], judgements: Iterable[Judgement], language: Language = "zh") -> Iterator[bytes]:
    """Yield one line for each judgement, in order."""
    for name, judgement in zip(names, judgements, strict=True):
        text = json.dumps(_line(name, judgement, language), ensure_ascii=False)
        yield text.encode("utf-8", "backslashreplace") + b"\n"  # half a surrogate pair is written as JSON writes it


def _line(name: Any, judgement: Judgement, language: Language) -> dict[str, Any]:
    reason, barrier = reason_of(judgement), judgement.barrier
    return {
        "id": name,
        "barrier": barrier,
        "probability": round(judgement.probability, 4),
        "code": judgement.code if barrier else "",
        "alternatives": list(judgement.alternatives) if barrier else [],
        "severity": judgement.severity.value if judgement.severity else "",
        "reason": reason.zh if language == "zh" else reason.en,
        "rules": list(dict.fromkeys(each.rule for each in judgement.evidence)),
        "contexts": list(judgement.contexts),
    }
