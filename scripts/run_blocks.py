"""What do the runnable blocks of a page print today?

A block marked ``console run`` holds lines `$ command` (bash) with what they print below; a block marked ``python run`` is a
program whose output stands in the `text` block right behind it. The blocks of a page run in order in one empty folder that
holds `examples`, as a reader would run them from the project's root; a command that fails raises `BlockError`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

WIDTH = 88
_BLOCK = re.compile(r"^```(console|python) run\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.S | re.M)
_COMMAND = re.compile(r"^\$ (.*(?:\\\n.*)*)$", re.M)


class BlockError(Exception):
    """A block of the documentation does not run."""


def refresh_page(path: Path, root: Path) -> str:
    """Return the page with all outputs as its blocks print them now; without such blocks, the page as it is."""
    text = path.read_text("utf-8")
    if not _BLOCK.search(text):
        return text
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "examples").symlink_to(root / "examples")
        return _BLOCK.sub(lambda match: _refresh(match, Path(folder), path.name), text)


def _refresh(match: re.Match[str], folder: Path, page: str) -> str:
    language, code, shown = match.groups()
    if language == "console":
        parts = ["```console run\n"]
        for command in _COMMAND.findall(code):
            parts += [f"$ {command}\n", _run(["bash", "-c", command], folder, f"{page}: {command}")]
        return "".join(parts) + "```\n" + _tail(match)
    printed = _run([sys.executable, "-c", code], folder, f"{page}: {code}")
    block = f"```python run\n{code}```\n"
    return f"{block}\n```text\n{printed}```\n" if shown is not None or printed else block


def _tail(match: re.Match[str]) -> str:
    """A console block shows its own output; a text block behind it is the page's own."""
    return "" if match.group(3) is None else f"\n```text\n{match.group(3)}```\n"


def _run(command: list[str], folder: Path, what: str) -> str:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "COLUMNS": str(WIDTH),
        "TERM": "dumb",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False
    )
    printed = done.stdout.decode("utf-8")
    if done.returncode:
        raise BlockError(f"{what}\nexit code {done.returncode}\n{printed}")
    lines = [line.rstrip() for line in printed.rstrip().split("\n")]
    return "".join(f"{line}\n" for line in lines) if printed.strip() else ""
