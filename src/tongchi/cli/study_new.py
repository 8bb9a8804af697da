"""`tongchi new` and `tongchi check`: a study folder to start from, and what is wrong with one, all at once."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tongchi.cli.console import advance, progress_bar, stdout
from tongchi.cli.exits import BAD_INPUT
from tongchi.cli.writing import writing
from tongchi.errors import Language, UsageError

if TYPE_CHECKING:
    from tongchi.study.checking import StudyCheck
    from tongchi.study.folder import StudyFolder


def add_new(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `tongchi new`."""
    parser.add_argument("folder", type=Path, metavar="STUDY", help="folder to make, e.g. my-study")
    parser.add_argument("--force", action="store_true", help="overwrite files of the template that are there")
    parser.set_defaults(run=_run_new)


def _run_new(options: argparse.Namespace) -> int:
    from tongchi.study.template import template_files, write_template

    folder: Path = options.folder
    there = [name for name in template_files() if (folder / name).exists()]
    if folder.exists() and not folder.is_dir():
        raise UsageError(found=f"{folder}", expected="一个文件夹 / a folder")
    if there and not options.force:
        found = f"{folder / there[0]} 已存在 / exists"
        raise UsageError(found=found, expected="新文件夹或 --force / a new folder, or --force")
    with writing(folder):
        written = write_template(folder)
    console = stdout()
    for path in written:
        console.print(str(path), markup=False, soft_wrap=True)
    for line in _NEXT[options.language]:
        console.print(line.format(folder=folder), markup=False, soft_wrap=True)
    return 0


_NEXT: dict[Language, tuple[str, ...]] = {
    "zh": (
        "样例已写好，可以直接运行。改成自己的研究：先改 study.toml，再换文件和表格，没有的数据删去对应的文件。",
        "检查：tongchi check {folder}    运行：tongchi run {folder} --out out",
    ),
    "en": (
        "The sample is written and can run as it is. To make it yours, edit study.toml, then replace documents and tables; "
        "delete the files for which you have no data.",
        "Check: tongchi check {folder}    Run: tongchi run {folder} --out out",
    ),
}


def add_check(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `tongchi check`."""
    parser.add_argument("folder", type=Path, metavar="STUDY", help="folder with study.toml")
    parser.set_defaults(run=_run_check)


def _run_check(options: argparse.Namespace) -> int:
    from tongchi.study.checking import check_study

    with progress_bar() as bar:
        found = check_study(options.folder, progress=advance(bar, bar.add_task("documents", total=None)))
    show_faults(found, options.language)
    if found.errors:
        return BAD_INPUT
    if found.folder:
        stdout().print(_summary(found.folder, options.language), markup=False, soft_wrap=True)
    return 0


def show_faults(found: StudyCheck, language: Language) -> None:
    """Print every fault, errors first, and how many there are."""
    console = stdout()
    errors, warnings = found.errors, found.warnings
    for label, faults in zip(_LABELS[language], (errors, warnings), strict=True):
        for fault in faults:
            console.print(f"{label} {fault.message(language)}", markup=False, soft_wrap=True)
    zh = f"{len(errors)} 处错误，{len(warnings)} 处提醒。" + ("改正错误后才能运行。" if errors else "可以运行。")
    en = f"{_count(len(errors), 'error')}, {_count(len(warnings), 'warning')}. " + (
        "Correct the errors before running it." if errors else "It can run."
    )
    console.print(zh if language == "zh" else en, markup=False, soft_wrap=True)


_LABELS: dict[Language, tuple[str, str]] = {"zh": ("错误", "提醒"), "en": ("Error", "Warning")}


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _summary(folder: StudyFolder, language: Language) -> str:
    """Say what the study holds and which analyses it will run."""
    names = _ANALYSES[language]
    on = [names[name] for name, runs in vars(folder.analyses).items() if runs]
    regions, matters = len(folder.regions), len(folder.matters)
    if language == "zh":
        return f"{folder.title_zh}：{regions} 个协同方，{matters} 个事项，{len(folder.documents)} 份文件；将做：{'、'.join(on) or '无'}。"
    parts = (
        _count(regions, "region"),
        _count(matters, "matter"),
        _count(len(folder.documents), "document"),
    )
    return f"{folder.title_en}: {', '.join(parts)}; will run: {', '.join(on) or 'nothing'}."


_ANALYSES: dict[Language, dict[str, str]] = {
    "zh": {"documents": "逐条比较", "barriers": "地方保护筛查", "commitments": "承诺与兑现", "events": "事件与阶段",
           "survey": "问卷", "mechanism": "瓶颈与情景"},
    "en": {"documents": "clause comparison", "barriers": "local-protection screening", "commitments": "commitments",
           "events": "events and stages", "survey": "questionnaire", "mechanism": "bottleneck and scenarios"},
}  # fmt: skip
