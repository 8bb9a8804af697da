"""Which pages of the documentation follow from the code, and are they up to date?

    python -m scripts.build_docs            # write them
    python -m scripts.build_docs --check    # write nothing, exit 1 and name what is stale

Three pages are made whole: `docs/reference/command-line.md` from the argument parser, `docs/reference/errors.md` from
`errors.py` and `docs/explanation/screening-catalogue.md` from the catalogue of `barriers`. In all others the blocks marked ``console run`` and ``python run`` are run again, and what they print replaces
what the page shows: below each `$ command`, or in the `text` block right behind a Python block.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from scripts.run_blocks import refresh_page
from tongchi import errors
from tongchi.barriers.catalogue import CatalogueEntry, load_catalogue
from tongchi.barriers.exceptions import CASE_NAMES, load_matters
from tongchi.cli import build_parser

ROOT = Path(__file__).resolve().parents[1]
COMMAND_LINE = "docs/reference/command-line.md"
ERRORS = "docs/reference/errors.md"
CATALOGUE = "docs/explanation/screening-catalogue.md"
MADE = "<!-- Made by scripts/build_docs.py (make docs). Change the code, not this page. -->"


def main() -> int:
    """Write or check every page; return 1 where a check finds a stale one."""
    parser = argparse.ArgumentParser(description="Bring the documentation up to date.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if a page is stale")
    is_check = parser.parse_args().check
    stale = []
    for name, text in fresh_pages():
        path = ROOT / name
        if path.is_file() and path.read_text("utf-8") == text:
            continue
        stale.append(name)
        if not is_check:
            path.write_text(text, "utf-8")
    for name in stale:
        print(f"{'stale' if is_check else 'written'}: {name}")
    return 1 if is_check and stale else 0


def fresh_pages() -> Iterator[tuple[str, str]]:
    """Yield every page (path from the root, text as it should be)."""
    yield COMMAND_LINE, command_line_page()
    yield ERRORS, errors_page()
    yield CATALOGUE, catalogue_page()
    for path in written_pages():
        yield str(path.relative_to(ROOT)), refresh_page(path, ROOT)


def written_pages() -> list[Path]:
    """Return the pages written by hand: README and all of docs/ but the three that are made."""
    made = {ROOT / COMMAND_LINE, ROOT / ERRORS, ROOT / CATALOGUE}
    return [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").rglob("*.md") if path not in made)]


# --- command line -----------------------------------------------------------------------------------------

_EXIT_CODES = """\
## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| 1 | `audit verify` only: the log is broken; the first broken place is named |
| 2 | the input is bad or the call does not fit: one line on stderr says why ([errors](errors.md)), nothing is written |
| 3 | `screen`, `corpus index` and `run` only: done, but some files could not be read; each has a line on stderr |
| 130 | `screen` and `run` only: interrupted; the same command goes on from there |

Chinese text on a terminal needs a UTF-8 locale. Output of a command that is piped has no colours."""


def command_line_page() -> str:
    """Return the page on the command line: every command with its arguments, as the parser knows them."""
    lines = [
        "# Command line",
        "",
        MADE,
        "",
        "Commands are the public functions of [the Python API](python-api.md), one each. `tongchi COMMAND --help` prints the same facts.",
        "",
    ]
    for name, title, parser in _commands(build_parser(), "tongchi"):
        lines += [f"## {name}", "", f"{title}.", "", "```console", _synopsis(name, parser), "```", ""]
        lines += ["| argument | default | meaning |", "|---|---|---|"]
        lines += [_argument_row(action) for action in _arguments(parser)]
        lines.append("")
    return "\n".join([*lines, _EXIT_CODES]) + "\n"


def _commands(parser: argparse.ArgumentParser, prefix: str) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Yield (full name, help, parser) of every command that runs something, in the order they were added."""
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        helps = {each.dest: each.help or "" for each in action._choices_actions}
        for name, child in action.choices.items():
            inner = list(_commands(child, f"{prefix} {name}"))
            yield from inner or [(f"{prefix} {name}", helps.get(name, ""), child)]


def _arguments(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return positional arguments, then options, without --help."""
    known = [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]
    return sorted(known, key=lambda action: bool(action.option_strings))


def _synopsis(name: str, parser: argparse.ArgumentParser) -> str:
    parts = [name]
    for action in _arguments(parser):
        if not action.option_strings:
            word = str(action.metavar or action.dest)
            parts.append(f"{word} [{word} ...]" if action.nargs == "+" else word)
        else:
            parts.append(f"[{_option(action)}]")
    return " ".join(parts)


def _option(action: argparse.Action) -> str:
    name = ", ".join(action.option_strings)
    if action.nargs == 0:
        return name
    value = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper()
    return f"{name} {value}"


def _argument_row(action: argparse.Action) -> str:
    shown = _option(action) if action.option_strings else str(action.metavar or action.dest)
    default = "" if action.default in (None, "", False) or not action.option_strings else f"`{action.default}`"
    meaning = (action.help or _POSITIONALS.get(shown, "")).split(" (default:")[0]
    return f"| `{shown}` | {default} | {meaning} |"


_POSITIONALS = {
    "FILE": "a document: .docx, .pdf, .html, .md or .txt",
    "DIR": "a folder; its files are found at any depth",
    "CORPUS": "folder of an index made by `tongchi corpus index`",
}


# --- errors -----------------------------------------------------------------------------------------------

_ROOMS = {
    "T1": "Files",
    "T2": "Text",
    "T3": "Comparison",
    "T4": "Screening",
    "T5": "Survey",
    "T6": "Mechanism",
    "T7": "Study",
    "T8": "Engines",
    "T9": "Command line",
}
_INTRODUCTION = """\
Whatever can be wrong with an input is a `tongchi.TongchiError`. Its message names the code, the file, the place where one is
known, what was found, what was expected and what to do; `error.message("zh")` and `error.message("en")` return it in one
language. On the command line it goes to stderr with exit code 2. Each class is also the nearest built-in exception.

What is unclear in a text is no error: it becomes a notice (`Document.notices`), shown by `tongchi show`."""


def errors_page() -> str:
    """Return the page on errors: every class of `tongchi.errors` by its code."""
    lines = ["# Errors", "", MADE, "", _INTRODUCTION, ""]
    room = ""
    for kind in _error_classes():
        if kind.code[:2] != room:
            room = kind.code[:2]
            lines += [f"## {_ROOMS.get(room, room)}", ""]
        builtin = next(base for base in kind.__mro__ if base.__module__ == "builtins")
        about = (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " ")
        lines += [
            f"### {kind.code} {kind.__name__}",
            "",
            f"{about} Also a `{builtin.__name__}`.",
            "",
            f"> {kind.zh}",
            ">",
            f"> {kind.en}",
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def _error_classes() -> list[type[errors.TongchiError]]:
    found = [
        each
        for each in vars(errors).values()
        if inspect.isclass(each) and issubclass(each, errors.TongchiError) and each is not errors.TongchiError
    ]
    return sorted(found, key=lambda kind: kind.code)


# --- catalogue of the screening ---------------------------------------------------------------------------

_ARTICLES = {
    8: "Article 8: entry and exit 市场准入和退出",
    9: "Article 9: free flow of goods and factors 商品、要素自由流动",
    10: "Article 10: costs of production and business 生产经营成本",
    11: "Article 11: conduct of business 生产经营行为",
}
_ABOUT_CATALOGUE = """\
What the screening looks for. Each entry is one item of articles 8 to 11 of the 公平竞争审查条例 (Fair Competition Review Regulation, State Council
Order 783, in force since 1 August 2024), refined by the 公平竞争审查条例实施办法 (Implementing Measures, SAMR Order 99, in force since 20 April 2025).
The code of a finding is article and item: 9.3 is article 9, item (3).

The words are ours and bind nobody; only the official text counts. All wordings are invented, and 江州市, 岚州市 and 云岭县 do not exist. A finding is a
reason to look, not the result of a review."""
_ABOUT_EXCEPTIONS = """\
A clause that restricts competition may stand if it serves one of four ends, nothing less restrictive would do, and a time limit or an end condition
can be given (article 12 of the regulation, article 25 of the measures). The words of the clause, or of its title, suggest the case; the drafter has to
make it out. A limit drawn by where somebody is registered seldom passes, for a risk that locals and outsiders share calls for one rule for both."""


def catalogue_page() -> str:
    """Return the page on the yardstick of the screening: every item of articles 8 to 11, and the cases of article 12."""
    lines = ["# The screening catalogue 审查目录", "", MADE, "", _ABOUT_CATALOGUE, ""]
    lines += _table(
        ("code", "项", "item"), ((each.code, each.name_zh, each.name_en) for each in load_catalogue().values())
    )
    for article, heading in _ARTICLES.items():
        lines += [f"## {heading}", ""]
        for entry in load_catalogue().values():
            if entry.article == article:
                lines += _entry_lines(entry)
    lines += ["## Article 12: what may justify a restriction 例外情形", "", _ABOUT_EXCEPTIONS, ""]
    for case, (zh, en) in CASE_NAMES.items():
        lines += [f"### 12({case:d}) {en} {zh}", ""]
        lines += _table(("matter 事项", "necessity 必要性", "nothing less restrictive 替代方案", "end 期限或者终止条件"), (
            (f"{each.zh}<br>{each.en}", f"{each.necessity_zh}<br>{each.necessity_en}",
             f"{each.alternative_zh}<br>{each.alternative_en}", f"{each.end_zh}<br>{each.end_en}")
            for each in load_matters() if each.case is case
        ))  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def _entry_lines(entry: CatalogueEntry) -> list[str]:
    wordings = (
        (f"{entry.measures_article}({each.item})" if each.item else f"{entry.measures_article}", each.zh, each.en)
        for each in entry.reads
    )
    return [
        f"### {entry.code} {entry.name_en} {entry.name_zh}", "",
        entry.forbids_zh, "", entry.forbids_en, "",
        *_table(("实施办法", "how it reads 常见写法", "in English"), wordings),
        "Alike but lawful 相似而合法：", "", *(f"- {each.zh} {each.en}" for each in entry.lawful), "",
        f"**Redraft 修改建议** {entry.remedy_zh}", "", entry.remedy_en, "",
        f"*{entry.source_zh}* · *{entry.source_en}*", "",
    ]  # fmt: skip


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [*(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)), ""]


if __name__ == "__main__":
    sys.exit(main())
