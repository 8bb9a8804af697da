"""Study results made by hand, with as many sections as a test needs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tongchi.mechanism.tables import Period
from tongchi.study.folder import Analyses, StudyFolder
from tongchi.study.result import SECTIONS, StudyResult
from tongchi.study.settings import Matter, Options, Party
from tongchi.survey.unavailable import NotAvailable

PARTIES = (Party("north", "江州市", "Jiangzhou"), Party("south", "岚州市", "Lanzhou"))
MATTER = Matter("offices", "办公用房", "Office space", {"north": ("documents/north/a.md",)})


def bare_folder(**changes: Any) -> StudyFolder:
    """Return a folder that holds study.toml and no more."""
    folder = StudyFolder(
        path=Path("study"), title_zh="两地机关事务", title_en="Office affairs of two cities", language="zh",
        illustrative_zh="示例文本 ILLUSTRATIVE", illustrative_en="ILLUSTRATIVE texts", parties=PARTIES, matters=(MATTER,),
        first=Period.parse("2020"), last=Period.parse("2024"), analyses=Analyses(True, True, True, True, True, True),
        options=Options(), documents=(), tables=(),
    )  # fmt: skip
    return replace(folder, **changes)


def bare_result(**sections: Any) -> StudyResult:
    """Return a result without any section but those given."""
    absent: dict[str, Any] = {
        name: NotAvailable(name, "文件夹中没有数据。", "The folder holds no data.") for name in SECTIONS
    }
    absent["survey"] = NotAvailable("survey", "没有答卷。", "There are no answers.")
    folder = sections.pop("folder", bare_folder())
    known: dict[str, Any] = {
        "software": "tongchi 0.0", "synthetic": False, "texts": (), "broken": (), "skipped": (), "events": (),
        "indicators": (), "waves": (),
    }  # fmt: skip
    return StudyResult(folder=folder, **(known | absent | sections))
