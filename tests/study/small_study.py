"""A study small enough to run in a second: invented texts of two regions on two matters, events, indicators, a ledger, quotes and answers."""

from __future__ import annotations

from pathlib import Path

from tongchi.study.folder import StudyFolder
from tongchi.survey.instrument import Instrument
from tongchi.survey.simulation import SimulatedGroup, Truth, simulate_responses

STUDY = """\
title_zh = "川渝机关事务"
title_en = "Office affairs of Sichuan and Chongqing"

[[party]]
code = "sichuan"
zh = "四川省"
en = "Sichuan"

[[party]]
code = "chongqing"
zh = "重庆市"
en = "Chongqing"

[[party]]
code = "state"
zh = "中央"
en = "Centre"
role = "central"

[[matter]]
code = "offices"
zh = "办公用房"
en = "Office space"
documents = { sichuan = "办公用房办法.md", chongqing = "办公用房办法.md" }
central = "要求.md"

[[matter]]
code = "vehicles"
zh = "公务用车"
en = "Official vehicles"
documents = { sichuan = "公务用车办法.md", chongqing = "公务用车办法.md" }

[periods]
first = 2018
last = 2024

[analysis]
seed = 3
draws = 20
members = 40

[survey]
group = "region"
"""
_HEAD = "# {title}\n\n2021年3月1日 {place}人民政府公布\n\n<!-- INFO END -->\n\n"
OFFICES = {
    "sichuan": [
        "为了规范办公用房管理，制定本办法。",
        "局级正职的办公室使用面积不得超过三十平方米。",
        "办公用房应当每年至少检查一次。",
        "省机关事务主管部门应当与重庆市机关事务主管部门建立联席会议制度，每半年召开一次。",
        "维修项目的投标人应当在本省设有分支机构。",
    ],
    "chongqing": [
        "为了规范办公用房管理，制定本办法。",
        "局级正职的办公室使用面积不得超过二十四平方米。",
        "办公用房应当每季度至少检查一次。",
        "市机关事务主管部门可以与四川省机关事务主管部门建立联席会议制度。",
    ],
    "state": ["办公用房的使用面积不得超过规定标准。", "办公用房应当每年检查一次。"],
}
VEHICLES = {
    "sichuan": [
        "公务用车行驶满八年方可更新。",
        "公务用车费用应当每年公布一次。",
        "省机关事务主管部门应当与重庆市机关事务主管部门共享公务用车租赁平台。",
    ],
    "chongqing": ["公务用车行驶满十年方可更新。", "公务用车费用应当每季度公布一次。"],
}
NAMES = {"sichuan": "四川省", "chongqing": "重庆市", "state": "国家"}
EVENTS = """\
date,precision,parties,kind,construct,title,source,confidence
2018-05-01,day,中央,central,central_push,印发规划,公报,high
2019-06,month,四川省;重庆市,meeting,willingness,首次会商,纪要,high
2021-03-02,day,四川省;重庆市,agreement,willingness,签署合作协议,公报,high
2022-07-09,day,四川省,joint_action,coordination,联合检查,纪要,medium
2023-07-09,day,四川省;重庆市,standard,standardisation,联合发布标准,公报,high
2026-01-01,day,四川省,other,,研究时段之后,公报,low
"""
LEDGER = """\
id,kind,party,counterpart,what,matter,due,done,source,construct
C1,commitment,四川省,重庆市,建立联席会议制度,offices,2022-12-31,2022-06-01,art_4,coordination
C2,commitment,重庆市,四川省,建立联席会议制度,offices,2022-12-31,2023-06-01,art_4,coordination
C3,commitment,四川省,重庆市,共享租赁平台,vehicles,2023-06-30,,art_3,
C4,commitment,四川省,重庆市,统一标准,offices,2025-12-31,,会议纪要,
R1,reward,四川省,重庆市,通报表扬,offices,,2023-01-05,文件,
"""
EVIDENCE = """\
id,construct,hypothesis,stance,kind,reference,quote,coder,memo
E1,scale_gap,H1,supports,document,offices:sichuan:art_3,每年至少检查一次,a,
E1,scale_gap,H1,supports,document,offices:sichuan:art_3,每年至少检查一次,b,
E2,barrier,,supports,document,offices:sichuan:art_5,在本省设有分支机构,a,
E3,trust,,contradicts,interview,访谈一,对方不认我们的证明,b,
"""
_CONSTRUCTS = {"willingness": "协同意愿", "involvement": "协同卷入", "development": "区域协同发展"}


def write_small_study(folder: Path, *, survey: bool = False) -> Path:
    """Write the folder and return it; with `survey`, 150 simulated answers to a questionnaire of nine items."""
    for code, name in NAMES.items():
        place = folder / "documents" / code
        place.mkdir(parents=True, exist_ok=True)
        if code in VEHICLES:
            _write(place / "公务用车办法.md", f"{name}公务用车管理办法", name, VEHICLES[code])
        kind = "要求" if code == "state" else "办公用房办法"
        _write(place / f"{kind}.md", f"{name}办公用房管理办法", name, OFFICES[code])
    text = STUDY if survey else STUDY[: STUDY.index("\n[survey]")]
    (folder / "study.toml").write_text(text, encoding="utf-8")
    for file, content in (("events.csv", EVENTS), ("ledger.csv", LEDGER), ("evidence.csv", EVIDENCE)):
        (folder / file).write_text(content, encoding="utf-8")
    (folder / "indicators.csv").write_text(_indicators(), encoding="utf-8")
    if survey:
        (folder / "questionnaire.toml").write_text(_questionnaire(), encoding="utf-8")
        _write_answers(folder)
    return folder


def _write(path: Path, title: str, place: str, articles: list[str]) -> None:
    numbers = "一二三四五六七八九"
    body = "\n\n".join(f"第{numbers[at]}条 {text}" for at, text in enumerate(articles))
    path.write_text(_HEAD.format(title=title, place=place) + body + "\n", encoding="utf-8")


def _indicators() -> str:
    lines = ["party,period,indicator,construct,value,unit,direction,low,high,source"]
    for at, year in enumerate(range(2018, 2025)):
        for party in ("四川省", "重庆市"):
            lines.append(f"{party},{year},分歧条款,scale_gap,{70 - 4 * at},%,+,0,100,SYNTHETIC")
            lines.append(f"{party},{year},联合事项,coordination,{5 + 10 * at},%,+,0,100,SYNTHETIC")
            lines.append(f"{party},{year},通办率,development,{10 + 8 * at},%,+,0,100,SYNTHETIC")
    return "\n".join(lines) + "\n"


def _questionnaire() -> str:
    parts = [
        'id = "small"\ntitle_zh = "小问卷"\ntitle_en = "Small questionnaire"\nrespondent = "id"\nduration = "seconds"\n'
    ]
    parts.append(
        '[scale]\nlow = 1\nhigh = 5\nzh = ["一", "二", "三", "四", "五"]\nen = ["one", "two", "three", "four", "five"]\n'
    )
    for code, name in _CONSTRUCTS.items():
        parts.append(f'[[construct]]\ncode = "{code}"\nzh = "{name}"\nen = "{code}"\n')
        parts += [
            f'[[item]]\ncode = "{code}{at}"\nconstruct = "{code}"\nzh = "{name}第{at}题"\nen = "{code} item {at}"\n'
            for at in (1, 2, 3)
        ]
    parts.append(
        '[[group]]\ncode = "region"\nzh = "地区"\nen = "Region"\n'
        'values = [{ code = "J", zh = "四川省", en = "Sichuan" }, { code = "L", zh = "重庆市", en = "Chongqing" }]\n'
    )
    for name, path in (("H1", ("willingness", "involvement")), ("H2", ("involvement", "development"))):
        parts.append(
            f'[[hypothesis]]\nid = "{name}"\nkind = "direct"\npath = ["{path[0]}", "{path[1]}"]\nsign = "+"\n'
            f'zh = "{path[0]}推动{path[1]}"\nen = "{path[0]} moves {path[1]}"\n'
        )
    return "\n".join(parts)


def _write_answers(folder: Path) -> None:
    instrument = Instrument.load(folder / "questionnaire.toml")
    groups = (SimulatedGroup("J", 0.5), SimulatedGroup("L", 0.5))
    truth = Truth(group="region", groups=groups, loading=0.8, missing_share=0.0)
    answers = simulate_responses(instrument, 150, truth, seed=5).responses.frame
    answers.write_csv(folder / "responses.csv")


def load_small_study(folder: Path, *, survey: bool = False) -> StudyFolder:
    """Write and load the folder."""
    return StudyFolder.load(write_small_study(folder, survey=survey))
