"""Quantities are found with value, unit and both ends; what only looks like one is left alone."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.provisions.measures import find_measures
from tongchi.provisions.measures_en import find_measures_en
from tongchi.provisions.model import MeasureKind
from tongchi.text import write_chinese

End = float | None
CASES: dict[str, tuple[str, End, End, str]] = {  # text, which may hold one quantity: lo, hi, unit
    "range of money": ("处五千元以上三万元以下罚款", 5_000, 30_000, "元"),
    "shared unit before 至": ("责令停产三至五年", 3, 5, "年"),
    "shared unit and 万": ("三至五万元的罚款", 30_000, 50_000, "元"),
    "万 on the upper end only": ("5000元以上2万元以下", 5_000, 20_000, "元"),
    "upper end without 元": ("处三千元以上一万以下罚款", 3_000, 10_000, "元"),
    "multiples": ("违法所得一倍以上五倍以下", 1, 5, "倍"),
    "shares": ("百分之五以上百分之十以下", 5, 10, "%"),
    "per cent signs": ("5%—10%", 5, 10, "%"),
    "second share without 百分之": ("百分之二十至三十", 20, 30, "%"),
    "share and multiple": ("税款百分之五十以上五倍以下", 0.5, 5, "倍"),
    "per mille": ("千分之五的滞纳金", 0.5, 0.5, "%"),
    "upper unit differs": ("三个月以上一年以下", 3, 12, "个月"),
    "days and months": ("十日以上三个月以下", 10, 90, "日"),
    "three dashes": ("30～60日", 30, 60, "日"),
    "deadline": ("自收到申请之日起三十日内答复", None, 30, "日"),
    "working days": ("应当在15个工作日内办结", None, 15, "个工作日"),
    "days said as 天": ("60天内", None, 60, "日"),
    "weeks": ("两周以上", 14, None, "日"),
    "half a year": ("半年以上", 0.5, None, "年"),
    "a month and a half": ("一个半月", 1.5, 1.5, "个月"),
    "ahead of an event": ("会议举行三十日前", 30, None, "日"),
    "event before 前": ("填报志愿前六十日公告", 60, None, "日"),
    "at least": ("配备至少一名教师", 1, None, "人"),
    "at least, verb between": ("至少配备两名驾驶员", 2, None, "人"),
    "bound on a noun": ("不少于总建筑面积的千分之三", 0.3, None, "%"),
    "bound on a noun without 的": ("采购金额超过原合同采购金额10%的", 10, None, "%"),
    "part over a limit is no bound": ("超出部分按照征收标准的八倍收取", 8, 8, "倍"),
    "every three to five years": ("每三至五年普查一次", 0.2, 1 / 3, "次/年"),
    "note on the end": ("三层（含三层）以上", 3, None, "层"),
    "twice said": ("两个或者两个以上单位", 2, None, "个"),
    "half of the members": ("全体代表过半数通过", 50, None, "%"),
    "kilometres": ("三公里以上", 3_000, None, "米"),
    "hectares": ("不得超过两公顷", None, 20_000, "平方米"),
    "mu stays": ("一千亩以上", 1_000, None, "亩"),
    "千 of the unit": ("五百千伏以上", 500, None, "千伏"),
    "speed": ("车速不得超过每小时60公里", None, 60, "公里/小时"),
    "temperature": ("不低于十八摄氏度", 18, None, "摄氏度"),
    "noise": ("五十分贝以内", None, 50, "分贝"),
    "age": ("十六至十八周岁", 16, 18, "周岁"),
    "frequency": ("每季度公布一次", 1, 1, "次/季度"),
    "frequency with a least": ("每年至少组织两次演练", 2, None, "次/年"),
    "every other year": ("每两年组织一次", 0.5, 0.5, "次/年"),
    "twice a year": ("一年两次", 2, 2, "次/年"),
    "copies": ("一式三份", 3, 3, "份"),
    "city of a million": ("人口在一百万以上的城市", 1e6, None, "人"),
    "不宜 bounds as 不应 does": ("室温不宜高于26 ℃", None, 26, "摄氏度"),
    "不可 bounds, too": ("每队不可少于三人", 3, None, "人"),
    "不应当 bounds, too": ("登记不应当晚于三十日", None, 30, "日"),
    "不能 of time": ("公示不能短于五日", 5, None, "日"),
    "ratio without unit": ("容积率不得高于1.5", None, 1.5, ""),
    "grade compared": ("三级以上医院", 3, None, "级"),
    "separators": ("建筑面积1,000平方米", 1_000, 1_000, "平方米"),
    "full width": ("５万元", 50_000, 50_000, "元"),
}


@pytest.mark.parametrize(("text", "lo", "hi", "unit"), CASES.values(), ids=CASES)
def test_quantity(text: str, lo: End, hi: End, unit: str) -> None:
    assert [(m.lo, m.hi, m.unit) for m in find_measures(text)] == [(lo, hi, unit)]


EXCLUSIVE = {  # which end does not belong to the range
    "不满": ("五千吨以上不满一万吨", (True, False)),
    "超过": ("超过一个月不满一年", (False, False)),
    "以下": ("一千元以上二千元以下", (True, True)),
    "not included": ("十人以上二十人以下（不含二十人）", (True, False)),
    "未满": ("满十四周岁未满十六周岁", (True, False)),
}


@pytest.mark.parametrize(("text", "inclusive"), EXCLUSIVE.values(), ids=EXCLUSIVE)
def test_whether_the_ends_belong(text: str, inclusive: tuple[bool, bool]) -> None:
    (measure,) = find_measures(text)
    assert (measure.lo_inclusive, measure.hi_inclusive) == inclusive


TRAPS = [
    "统一管理、一般应当、一律不得、协商一致、一定期限、一并处理、一次性告知、唯一、同一年度、任一方、情形之一", "第十七条第二款第三项", "第一至十项", "前两款规定",
    "2021年3月31日起施行", "二〇二一年一月一日", "每年12月31日前", "每月十日前", "第三季度", "三年级学生", "三轮车", "一级保护、二级保护", "一类、二类",
    "国发〔2021〕15号", "12345热线", "1：500地形图", "四川、三峡、十堰、两江新区、五保户", "上一年度", "当年最后一日", "北纬二十度零九分三十七秒",
    "两侧、两岸、两级财政", "一人有限责任公司", "二次供水", "由一个单位承担一项职责", "上午九时至十二时", "突发事件分为四级", "“五个中心”建设", "第五、六次会议",
]  # fmt: skip


@pytest.mark.parametrize("text", TRAPS)
def test_no_quantity(text: str) -> None:
    assert find_measures(text) == ()


KINDS = {
    "三日内": MeasureKind.PERIOD, "五元": MeasureKind.MONEY, "三倍": MeasureKind.MULTIPLE, "三分之二": MeasureKind.SHARE, "每年两次": MeasureKind.FREQUENCY,
    "三人": MeasureKind.COUNT, "五米": MeasureKind.DISTANCE, "五公顷": MeasureKind.AREA, "五升": MeasureKind.VOLUME, "五吨": MeasureKind.MASS, "十周岁": MeasureKind.AGE,
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), KINDS.items())
def test_kind(text: str, kind: MeasureKind) -> None:
    assert [m.kind for m in find_measures(text)] == [kind]


NAMED = {
    "处一万元以上三万元以下罚款": "罚款",
    "处一万元以上三万元以下的罚款": "罚款",
    "应当自收到申请之日起十日内作出决定": "作出决定期限",
    "五年内不得从事招标活动": "不得从事招标活动",
    "任期五年": "任期",
    "道路宽度不低于三十米": "道路宽度",
    "投标保证金不得超过采购预算的百分之二": "投标保证金",
    "应当有两名以上执法人员参加": "执法人员",
    "箱内温度应为4 ℃": "温度",
    "间距宜为1.2 m": "间距",
    "室温不宜高于26 ℃": "室温",
    "日均供应5 t以上": "日均供应",
}


@pytest.mark.parametrize(("text", "what"), NAMED.items())
def test_what_is_measured(text: str, what: str) -> None:
    assert [m.what for m in find_measures(text)] == [what]


def test_several_quantities_keep_order_and_offsets() -> None:
    text = "对单位处五千元以上三万元以下罚款，对个人处二百元罚款；三十日内缴清的，减收百分之十。"
    measures = find_measures(text)
    assert [m.text for m in measures] == ["五千元以上三万元以下", "二百元", "三十日内", "百分之十"]
    assert all(text[m.start : m.end] == m.text for m in measures)


def test_two_sizes_share_one_bound() -> None:
    measures = find_measures("长度在一百米或者面积在三百平方米以上的")
    assert [(m.lo, m.hi, m.unit) for m in measures] == [(100, None, "米"), (300, None, "平方米")]


UNITS = st.sampled_from(["元", "日", "个工作日", "个月", "年", "小时", "倍", "吨", "亩", "平方米", "周岁"])


@given(st.integers(1, 10**9), st.integers(1, 10**9), UNITS, st.booleans())
def test_any_range_is_read_back(a: int, b: int, unit: str, chinese: bool) -> None:
    lo, hi = sorted((a, b + 10**9))
    write = write_chinese if chinese else str
    (measure,) = find_measures(f"{write(lo)}{unit}以上{write(hi)}{unit}以下")
    assert (measure.lo, measure.hi, measure.unit) == (lo, hi, unit)


@given(
    st.text(
        alphabet="第条款一二两三百万半分之个年月日元人次至以上下内前每不超过满（）()的，。0123.,%—至到 \n", max_size=40
    )
)
def test_any_string_gives_ordered_spans_inside_it(text: str) -> None:
    measures = find_measures(text)
    assert all(text[m.start : m.end] == m.text and m.start < m.end for m in measures)
    assert all(one.end <= two.start for one, two in pairwise(measures))
    assert all(m.lo is None or m.hi is None or m.lo <= m.hi for m in measures)


ENGLISH: dict[str, tuple[str, End, End, str]] = {
    "words and digits": ("within thirty (30) days", None, 30, "日"),
    "upper limit": ("a fine of not more than $5,000", None, 5_000, "美元"),
    "both ends": ("not less than one year nor more than five years", 1, 5, "年"),
    "range": ("$500 to $5,000", 500, 5_000, "美元"),
    "share": ("10 percent", 10, 10, "%"),
    "or more": ("15 or more full-time employees", 15, None, "人"),
    "business days": ("no later than forty-five business days", None, 45, "个工作日"),
    "million": ("three million dollars", 3e6, 3e6, "美元"),
    "age": ("18 years of age or older", 18, None, "周岁"),
}


@pytest.mark.parametrize(("text", "lo", "hi", "unit"), ENGLISH.values(), ids=ENGLISH)
def test_english_quantity(text: str, lo: End, hi: End, unit: str) -> None:
    assert [(m.lo, m.hi, m.unit) for m in find_measures_en(text)] == [(lo, hi, unit)]


def test_english_references_are_no_quantities() -> None:
    assert find_measures_en("under paragraph (2) of subsection (1), section 12, in 2019") == ()


def test_measured_accuracy_is_reached(shared_data: Path) -> None:
    from scripts.evaluate_measures import evaluate

    for what, where, value in evaluate(shared_data):
        least = 0.95 if "right" in what or "correct" in what else 0.98
        assert value >= least, (what, where)


def test_labels_hold_no_sentences() -> None:
    labels = Path(__file__).resolve().parents[2] / "labels" / "measures.jsonl"
    for line in labels.read_text("utf-8").splitlines():
        assert all(len(each["text"]) <= 24 for each in json.loads(line)["measures"])
