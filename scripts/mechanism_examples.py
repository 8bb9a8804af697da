"""Where do the SYNTHETIC tables of `examples/mechanism` come from? From the dynamic model and made-up answers, by fixed seeds.

    python -m scripts.mechanism_examples examples/mechanism

Nothing in them is about a real place: 江州市 and 岚州市 do not exist.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from tongchi.mechanism.dynamics import STATES, Array
from tongchi.mechanism.integration import integrate
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.survey.instrument import Instrument, default_text
from tongchi.survey.simulation import Truth, simulate_responses

MARK = "# SYNTHETIC 模拟数据: made by scripts/mechanism_examples.py; 江州市 and 岚州市 do not exist."
FIRST, YEARS = 2014, 12
WAVES = (2022, 2023, 2024, 2025)
MODEL = """{mark}
# A model file holds only what differs from the shipped model (src/tongchi/mechanism/default_model.toml).

id = "synthetic-pair"
title_zh = "江州与岚州（模拟）"
title_en = "Jiangzhou and Lanzhou (synthetic)"
regions = ["江州市", "岚州市"]
horizon = 12

# Levers as they have been since 2018, and where the two stand at the end of 2025.
[levers]
central_push = 0.30
reward = 0.18
sanction = 0.10
joint_standards = 0.20
data_sharing = 0.25

[initial]
{initial}
[initial."岚州市"]
{second}
[parameters]
partner_need = {{ value = 0.92, low = 0.70, high = 1.00 }}
"""
# indicator, construct, unit, lowest and highest possible value
INDICATORS = (
    ("条款差异率", "scale_gap", "%", 0, 100),
    ("中央督办事项", "central_push", "件", 0, 20),
    ("高层会商", "willingness", "次", 0, 24),
    ("考核中协同任务分值", "incentive", "分", 0, 10),
    ("兑现的承诺", "involvement", "项", 0, 60),
    ("联合标准实施率", "standardisation", "%", 0, 100),
    ("共享数据目录", "coordination", "项", 0, 400),
    ("互认事项", "trust", "项", 0, 100),
    ("查出的限制条款", "barrier", "条", 0, 40),
    ("跨域通办率", "development", "%", 0, 100),
)
EVENTS = (
    ("2015-06", "month", "江州市;岚州市", "meeting", "", "两市机关事务管理部门首次会商"),
    ("2017", "year", "江州市;岚州市", "central", "", "上级印发区域协同指导意见"),
    ("2018-03-15", "day", "江州市;岚州市", "agreement", "", "签订机关事务协同合作协议"),
    ("2018-11", "month", "江州市", "complaint", "", "企业反映采购要求本地注册"),
    ("2019-09-01", "day", "江州市;岚州市", "standard", "standardisation", "联合发布公务用车管理规范"),
    ("2020-04", "month", "江州市;岚州市", "joint_action", "", "设立联合办公室"),
    ("2020-10-12", "day", "岚州市", "rectification", "", "清理限制外地企业的条款"),
    ("2021-03-01", "day", "江州市;岚州市", "standard", "standardisation", "联合发布公共机构节能规范"),
    ("2022-02-18", "day", "江州市;岚州市", "joint_action", "", "互认首批检测报告"),
    ("2022-06-30", "day", "江州市;岚州市", "check", "standardisation", "联合标准执行检查"),
    ("2023-01-10", "day", "江州市;岚州市", "standard", "standardisation", "联合发布办公用房配置规范"),
    ("2023-09", "month", "江州市;岚州市", "joint_action", "", "开通两地数据共享目录"),
    ("2024-05-06", "day", "江州市;岚州市", "standard", "standardisation", "联合发布会议服务规范"),
    ("2025-03", "month", "江州市;岚州市", "check", "standardisation", "第二次联合标准执行检查"),
)
START = {  # where the two stood in 2014, and how 岚州市 differed
    "scale_gap": (0.85, 0.85),
    "willingness": (0.28, 0.22),
    "involvement": (0.20, 0.18),
    "standardisation": (0.08, 0.06),
    "trust": (0.10, 0.08),
    "barrier": (0.62, 0.68),
    "localism": (0.60, 0.64),
    "development": (0.15, 0.12),
}
EARLY = np.array([0.15, 0.10, 0.02, 0.05, 0.05])  # levers before 2018
PUSH = np.array([0.20, 0.35, 0.15, 0.30, 0.10])  # added in the three years from 2018 on, then withdrawn


def main(arguments: list[str]) -> int:
    """Write all files into the folder named; return 2 where none is."""
    if len(arguments) != 1:
        print("usage: mechanism_examples FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    paths, model = story()
    files = {
        "indicators.csv": indicators(paths, model),
        "events.csv": events(),
        "waves.csv": waves(paths, model),
        "model.toml": _model_text(_rows(paths[-1, 0]), _rows(paths[-1, 1])),
        "questionnaire.toml": default_text(),
        "responses.csv": responses(),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


def story() -> tuple[Array, DynamicModel]:
    """Return yearly states (years, regions, states): few levers at first, a push from 2018 to 2021, then the present ones."""
    model = DynamicModel.parse(_model_text("", ""))
    levers = np.tile(model.lever_values, (YEARS, 1))
    levers[:4] = EARLY
    levers[4:8] += PUSH
    initial = np.array([[START[state][r] for state in STATES] for r in range(2)])
    return integrate(model, levers=levers, initial=initial, times=np.arange(float(YEARS))).values[0], model


def _model_text(initial: str, second: str) -> str:
    return MODEL.format(mark=MARK, initial=initial, second=second)


def _rows(states: Array) -> str:
    return "".join(f"{name} = {value:.2f}\n" for name, value in zip(STATES, states, strict=True))


def indicators(paths: Array, model: DynamicModel) -> str:
    """Return indicators.csv: the states as counts and rates with noise; levers stand for push and incentive."""
    rng = np.random.default_rng(5)
    lines = [MARK, "party,period,indicator,construct,value,unit,direction,low,high,source"]
    raised = np.clip((np.arange(YEARS) - 3.0) / 4.0, 0.0, 1.0)
    for name, construct, unit, low, high in INDICATORS:
        for r, region in enumerate(model.regions):
            for t in range(YEARS):
                if (construct, r, t) == ("trust", 1, 0):
                    continue  # a missing value, as real ledgers have
                level = _level(paths, construct, r, t, 0.15 + 0.5 * raised[t])
                value = low + (high - low) * float(np.clip(level + rng.normal() * 0.03, 0.0, 1.0))
                shown = f"{value:.1f}" if unit == "%" else f"{value:.0f}"
                lines.append(f"{region},{FIRST + t},{name},{construct},{shown},{unit},+,{low},{high},SYNTHETIC ledger")
    return "\n".join(lines) + "\n"


def _level(paths: Array, construct: str, region: int, year: int, lever: float) -> float:
    if construct == "coordination":
        return float(paths[year, region, STATES.index("standardisation")] * 0.9)
    if construct in STATES:
        return float(paths[year, region, STATES.index(construct)])
    return lever


def events() -> str:
    """Return events.csv."""
    rows = [",".join((*row, "SYNTHETIC log", "high")) for row in EVENTS]
    return "\n".join([MARK, "date,precision,parties,kind,construct,title,source,confidence", *rows]) + "\n"


def waves(paths: Array, model: DynamicModel) -> str:
    """Return waves.csv: the states in four years with sampling error."""
    rng = np.random.default_rng(7)
    lines = [MARK, "party,period,construct,mean,se,n"]
    for year in WAVES:
        for r, region in enumerate(model.regions):
            for at, state in enumerate(STATES):
                se = 0.022
                mean = float(np.clip(paths[year - FIRST, r, at] + rng.normal() * se, 0.0, 1.0))
                lines.append(f"{region},{year},{state},{mean:.3f},{se:.3f},160")
    return "\n".join(lines) + "\n"


def responses() -> str:
    """Return responses.csv: 240 made-up people, named SYN…, with low incentive and strong localism."""
    truth = Truth(
        levels={
            "incentive": -0.9,
            "standardisation": 1.2,
            "involvement": -0.6,
            "localism": 0.7,
            "barrier": 0.4,
            "trust": -0.3,
            "central_push": 0.6,
        },
        missing_share=0.01,
    )
    drawn = simulate_responses(Instrument.default(), 240, truth, seed=11)
    return drawn.responses.frame.write_csv()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
