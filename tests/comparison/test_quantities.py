"""Numbers of two articles: which belong together, and which side is stricter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import THEMES, regulation

from tongchi.comparison import DifferenceType, Direction, Link, compare
from tongchi.text.numerals import write_chinese

REST = [theme.text for theme in THEMES[4:8]]


def link_of(first: str, second: str) -> Link:
    """Return the link of two articles that stand first among four others."""
    pair = compare(regulation([first, *REST]), regulation([second, *REST], place="上海市"))
    return next(link for link in pair.links if (link.a, link.b) == ("1", "1"))


S, L, N, E = Direction.STRICTER, Direction.LOOSER, Direction.MIXED, Direction.EQUAL
ONE_NUMBER = {  # what the case guards: (text with one slot, number of A, number of B, direction)
    "fine, both ends up": ("擅自拆除书架的，处{}罚款。", "五百元以上二千元以下", "一千元以上五千元以下", S),
    "fine, one amount": ("擅自拆除书架的，处{}罚款。", "五百元", "一千元", S),
    "fine, ceiling down": ("擅自拆除书架的，处{}的罚款。", "二万元以下", "一万元以下", L),
    "fine, ends move apart": ("擅自拆除书架的，处{}罚款。", "二千元以上五千元以下", "一千元以上一万元以下", N),
    "fine, floor falls away": ("擅自拆除书架的，处{}罚款。", "五十元以上二百元以下", "二百元以下", L),
    "fine, ceiling falls away": ("擅自拆除书架的，处{}罚款。", "一千元以上三千元以下", "一千元以上", S),
    "multiple of gains": ("虚报经费的，处违法所得{}罚款。", "一倍以上三倍以下", "三倍以上五倍以下", S),
    "compensation": ("损坏图书的，按照原价{}赔偿。", "二倍", "三倍", S),
    "deadline": ("管理员应当自收到申请之日起{}内答复。", "15日", "10日", S),
    "working days against fewer working weeks": (
        "管理员应当自收到申请之日起{}内答复。",
        "5个工作日",
        "15日",
        L,
    ),
    "thirty days against thirty working days": ("管理员应当自收到申请之日起{}内答复。", "30日", "30个工作日", L),
    "hours": ("发生事故的，应当在{}内报告。", "二十四小时", "二小时", S),
    "a day is 24 hours": ("发生事故的，应当在{}内报告。", "二十四小时", "一日", E),
    "a year is twelve months": ("管理员应当在{}内完成编目。", "十二个月", "一年", E),
    "a month is not always 30 days": ("管理员应当在{}内答复。", "一个月", "三十日", N),
    "public notice must last": ("拟处置的图书应当公示，公示期{}。", "不少于7日", "不少于10日", S),
    "public notice without 不少于": ("拟处置的图书应当公示{}。", "七日", "十日", S),
    "records must be kept": ("借阅记录应当保存{}。", "三年", "五年", S),
    "notice ahead": ("闭馆整修的，应当{}公告。", "提前七日", "提前十五日", S),
    "application before an event": ("举办展览的，应当在举办{}提出申请。", "前三十日", "前二十日", L),
    "suspension": ("情节严重的，暂停借阅资格{}。", "三个月", "六个月", S),
    "exclusion from a trade": ("构成犯罪的，{}内不得从事图书经营活动。", "五年", "十年", S),
    "leave is granted": ("志愿者每年享受{}带薪假期。", "五天", "十天", S),
    "price ceiling": ("单套设备的购置价格不得超过{}。", "十七万元", "十五万元", S),
    "price ceiling with 以内": ("租金应当控制在每平方米{}以内。", "五十元", "四十元", S),
    "persons ceiling": ("陪同人员不得超过{}。", "三人", "二人", S),
    "area ceiling": ("处级办公室，每人不得超过{}。", "十八平方米", "十六平方米", S),
    "temperature ceiling": ("冬季室内温度设置不得高于{}。", "二十摄氏度", "十八摄氏度", S),
    "temperature floor": ("夏季室内温度设置不得低于{}。", "二十八摄氏度", "二十六摄氏度", L),
    "share floor": ("购书经费占预算的比例不得低于{}。", "百分之十", "百分之十五", S),
    "share ceiling": ("管理费用不得超过捐赠总额的{}。", "百分之十", "百分之八", S),
    "distance floor": ("书库与锅炉房的距离不得小于{}。", "三十米", "五十米", S),
    "zone of a ban": ("阅览室周边{}内禁止设置噪声源。", "一百米", "二百米", S),
    "subsidy": ("对偏远村落的阅览室，每年给予{}补贴。", "三千元", "五千元", S),
    "frequency": ("每年至少组织{}应急演练。", "一次", "两次", S),
    "frequency by a shorter span": ("{}清点一次馆藏图书。", "每年", "每半年", S),
    "time in a condition": ("设备停用{}的，应当报告文化主管部门。", "三个月以上", "六个月以上", N),
    "time in a condition of a sanction": ("逾期{}的，暂停其借阅资格。", "超过三十日", "超过六十日", N),
    "amount in a condition": ("购置金额在{}的项目，应当公开招标。", "五十万元以上", "三十万元以上", N),
    "age in a condition": ("{}的儿童应当由监护人陪同入馆。", "未满十二周岁", "未满十周岁", N),
    "numeral systems": ("擅自拆除书架的，处{}罚款。", "500元", "五百元", E),
    "ten thousands": ("购置价格不得超过{}。", "十万元", "100000元", E),
}


@pytest.mark.parametrize(("text", "first", "second", "direction"), ONE_NUMBER.values(), ids=ONE_NUMBER)
def test_direction_by_what_the_number_does(text: str, first: str, second: str, direction: Direction) -> None:
    there = link_of(text.format(first), text.format(second))
    assert [each.direction for each in there.quantities] == [direction]
    if direction is Direction.EQUAL:
        assert there.type is DifferenceType.WORDING
    else:
        assert (there.type, there.direction, there.slot) == (DifferenceType.QUANTITY, direction, "measure")
        assert first.strip("的") in there.value_a or there.value_a in text.format(first)


@settings(max_examples=25)
@given(st.integers(2, 900), st.integers(2, 900), st.booleans())
def test_the_sign_follows_the_numbers(first: int, second: int, chinese: bool) -> None:
    def words(number: int) -> str:
        return write_chinese(number) if chinese else str(number)

    fine, deadline = "擅自拆除书架的，处{}元罚款。", "管理员应当自收到申请之日起{}日内答复。"
    expected = S if second > first else L
    if first == second:
        assert link_of(fine.format(words(first)), fine.format(words(second))).type is DifferenceType.IDENTICAL
    else:
        assert link_of(fine.format(words(first)), fine.format(words(second))).direction is expected
        found = link_of(deadline.format(words(second)), deadline.format(words(first)))
        assert found.direction is expected


SEVERAL = {  # what the case guards: (A, B, pairs of values that belong together)
    "fines follow their acts, not their order": (
        "堆放易燃物品的，处五百元以上二千元以下罚款；损坏书架的，处一千元以下罚款；使用明火的，处二千元以上一万元以下罚款。",
        "使用明火的，处五千元以上二万元以下罚款；堆放易燃物品的，处五百元以上三千元以下罚款；损坏书架的，处八百元以下罚款。",
        {(2000, 3000, "S"), (1000, 800, "L"), (10000, 20000, "S")},
    ),
    "fines follow the person fined": (
        "对单位处一万元以上三万元以下罚款，对个人处五百元以上一千元以下罚款。",
        "对个人处五百元以上二千元以下罚款，对单位处二万元以上五万元以下罚款。",
        {(30000, 50000, "S"), (1000, 2000, "S")},
    ),
    "kinds are not mixed": (
        "每个品种的留样量不少于一百克，留样时间不少于四十八小时。",
        "每个品种的留样时间不少于七十二小时，留样量不少于二百克。",
        {(100, 200, "S"), (48, 72, "S")},
    ),
    "the lead-in bounds its items": (
        "阅览室的面积不得少于下列标准：\n（一）市级，三百平方米；\n（二）县级，二百平方米；\n（三）乡级，五十平方米。",
        "阅览室的面积不得少于下列标准：\n（一）市级，四百平方米；\n（二）县级，二百平方米；\n（三）乡级，八十平方米。",
        {(300, 400, "S"), (200, 200, "="), (50, 80, "S")},
    ),
}


@pytest.mark.parametrize(("first", "second", "expected"), SEVERAL.values(), ids=SEVERAL)
def test_several_numbers_of_one_article(first: str, second: str, expected: set[tuple[float, float, str]]) -> None:
    found = {
        (each.a.hi or each.a.lo, each.b.hi or each.b.lo, each.direction.value)
        for each in link_of(first, second).quantities
        if each.a and each.b
    }
    assert found == expected


def test_a_number_that_one_side_lacks() -> None:
    there = link_of("管理员应当答复荐购申请。", "管理员应当在十日内答复荐购申请。")
    assert there.type is DifferenceType.STRICTER
    (quantity,) = there.quantities
    assert quantity.a is None
    assert quantity.b is not None
    assert quantity.direction is Direction.STRICTER
    back = link_of("管理员应当在十日内答复荐购申请。", "管理员应当答复荐购申请。")
    assert (back.type, back.direction) == (DifferenceType.LOOSER, Direction.LOOSER)


def test_dates_of_commencement_are_no_quantity() -> None:
    there = link_of("本条例自2017年7月1日起施行。", "本条例自2023年11月1日起施行。")
    assert (there.type, there.quantities) == (DifferenceType.WORDING, ())
