"""A study folder made of real texts and the real timeline, written into a temporary folder and never into the project."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

_CHONGQING = "laws/DLC/重庆地方法规/地方性法规/重庆"
TEXTS = {  # matter: (Chinese, English, Sichuan, Chongqing, centre)
    "safety": (
        "安全生产", "Work safety", "laws/四川/四川省安全生产条例(2023-05-25).md", f"{_CHONGQING}/重庆市安全生产条例(2015-12-08).md",
        "laws/社会法/安全生产法(2021-06-10).md",
    ),
    "geology": (
        "地质灾害防治", "Geological hazards", "laws/四川/四川省地质灾害防治条例(2025-03-28).md",
        f"{_CHONGQING}/重庆市地质灾害防治条例(2020-06-05).md", "laws/行政法规/地质灾害防治条例(2003-11-24).md",
    ),
    "transport": (
        "道路运输", "Road transport", "laws/四川/四川省道路运输条例(2014-07-30).md",
        f"{_CHONGQING}/重庆市道路运输管理条例(2021-11-25).md", "laws/行政法规/道路运输条例(2023-07-20).md",
    ),
}  # fmt: skip
_HEAD = """\
title_zh = "川渝协同：三个事项的条例文本"
title_en = "Sichuan and Chongqing: three matters by their regulations"
language = "zh"

[[party]]
code = "sichuan"
zh = "四川省"
en = "Sichuan"

[[party]]
code = "chongqing"
zh = "重庆市"
en = "Chongqing"

[[party]]
code = "central"
zh = "中央"
en = "Centre"
role = "central"

[periods]
first = 2014
last = 2025

[analysis]
seed = 1
draws = 100
members = 200
"""


def write_real_study(folder: Path, data: Path) -> Path:
    """Write the folder from the shared texts and the timeline, and return it."""
    parts = [_HEAD]
    for matter, (zh, en, *paths) in TEXTS.items():
        names = {}
        for party, path in zip(("sichuan", "chongqing", "central"), paths, strict=True):
            place = folder / "documents" / party / Path(path).name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(data / path, place)
            names[party] = place.name
        parts.append(
            f'[[matter]]\ncode = "{matter}"\nzh = "{zh}"\nen = "{en}"\ncentral = "{names["central"]}"\n'
            f'documents = {{ sichuan = "{names["sichuan"]}", chongqing = "{names["chongqing"]}" }}\n'
        )
    (folder / "study.toml").write_text("\n".join(parts), encoding="utf-8")
    (folder / "events.csv").write_text(_events(data / "timeline" / "chuanyu_timeline.tsv"), encoding="utf-8")
    return folder


def _events(timeline: Path) -> str:
    """Return the timeline as events.csv: what is central is told by scope, the rest by its words."""
    rows = list(csv.DictReader(io.StringIO(timeline.read_text(encoding="utf-8")), delimiter="\t"))
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["date", "precision", "parties", "kind", "construct", "title", "source", "confidence"])
    for row in rows:
        kind, construct = _kind(row["scope"], row["event"])
        date = row["date"]
        precision = {4: "year", 7: "month"}.get(len(date), "day")
        writer.writerow(
            [date, precision, _parties(row["event"], kind), kind, construct, row["event"], row["source_title"], row["confidence"]]
        )  # fmt: skip
    return stream.getvalue()


def _kind(scope: str, event: str) -> tuple[str, str]:
    if scope.startswith(("国家", "司法")):
        return "central", "central_push"
    if "合作协议" in event:
        return "agreement", "willingness"
    if "标准" in event:
        return "standard", "standardisation"
    if "单边" in scope or "协同立法" in scope:
        return "legislation", "involvement"
    if "联合办公室" in scope or "联合办公室" in event:
        return "meeting", "coordination"
    return "other", ""


def _parties(event: str, kind: str) -> str:
    named = [name for name, word in (("四川省", "四川"), ("重庆市", "重庆")) if word in event]
    if kind == "central":
        return "中央"
    both = re.search(r"川渝|两地|双城|成渝", event)
    return "四川省；重庆市" if both or not named else "；".join(named)
