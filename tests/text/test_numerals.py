"""Numerals are read exactly, written as they are said, and told from words that look like them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.errors import NumeralError
from tongchi.text import find_numerals, parse_numeral, write_chinese

PARSED = {  # what the case guards: (numeral, value)
    "units": ("三千五百零二", 3502),
    "ten without one": ("十二", 12),
    "two spoken": ("两万两千", 22000),
    "zero spans several places": ("一亿零一万", 100_010_000),
    "digits by place": ("二〇二一", 2021),
    "old forms": ("廿三", 23),
    "thirty in the old form": ("卅", 30),
    "financial": ("壹佰贰拾叁万", 1_230_000),
    "full width": ("１２０", 120),
    "thousands separators": ("1,234,567", 1_234_567),
    "full-width separators": ("１，０００", 1000),
    "mixed": ("5万", 50_000),
    "mixed with decimals": ("1.5亿", 150_000_000),
    "mixed with hundreds of 万": ("3百万", 3_000_000),
    "decimals": ("一点五", Fraction(3, 2)),
    "decimals of 万": ("一点五万", 15_000),
    "percent": ("百分之三十", Fraction(3, 10)),
    "per mille": ("千分之五", Fraction(1, 200)),
    "per ten thousand": ("万分之五", Fraction(1, 2000)),
    "fraction": ("三分之二", Fraction(2, 3)),
    "whole": ("百分之百", 1),
    "percent sign": ("12.5%", Fraction(1, 8)),
    "per mille sign": ("2‰", Fraction(1, 500)),
    "slash": ("2/3", Fraction(2, 3)),
    "tenths": ("三成", Fraction(3, 10)),
    "half": ("半", Fraction(1, 2)),
}


@pytest.mark.parametrize(("numeral", "value"), PARSED.values(), ids=PARSED)
def test_numeral_stands_for(numeral: str, value: int | Fraction) -> None:
    assert parse_numeral(numeral) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "一百五",
        "三四十",
        "十五六",
        "万一",
        "百",
        "五百千",
        "一万万",
        "一亿万",
        "三千二",
        "统一",
        "零分之三",
        "1,00",
        "一点",
        "abc",
        "二十十",
    ],
)
def test_vague_or_broken_numerals_are_refused(text: str) -> None:
    with pytest.raises(NumeralError):
        parse_numeral(text)


WRITTEN = {0: "零", 10: "十", 12: "十二", 110: "一百一十", 1_010: "一千零一十", 10_010: "一万零一十", 120_000: "十二万",
           105_000: "十万五千", 100_010_000: "一亿零一万", 10**12: "一万亿", 10**16: "一亿亿"}  # fmt: skip


@pytest.mark.parametrize(("number", "words"), WRITTEN.items())
def test_numbers_are_written_as_they_are_said(number: int, words: str) -> None:
    assert write_chinese(number) == words


def test_financial_forms_keep_the_leading_one() -> None:
    assert write_chinese(10_012, financial=True) == "壹万零壹拾贰"
    assert write_chinese(12, financial=True) == "壹拾贰"


def test_negative_numbers_are_not_written() -> None:
    with pytest.raises(NumeralError):
        write_chinese(-1)


def test_round_trip_on_a_dense_sample() -> None:
    for n in (*range(12_000), *range(12_000, 1_000_001, 97)):
        assert parse_numeral(write_chinese(n)) == n


@pytest.mark.slow
def test_round_trip_on_every_integer_to_a_million() -> None:
    wrong = [n for n in range(1_000_001) if parse_numeral(write_chinese(n)) != n]
    assert wrong == []


@given(st.integers(min_value=0, max_value=10**16), st.booleans())
def test_round_trip_on_drawn_integers(n: int, financial: bool) -> None:
    assert parse_numeral(write_chinese(n, financial=financial)) == n


@given(st.integers(min_value=0, max_value=10**12), st.integers(min_value=0, max_value=999))
def test_arabic_numerals_with_separators_are_exact(n: int, thousandths: int) -> None:
    assert parse_numeral(f"{n:,}.{thousandths:03d}") == n + Fraction(thousandths, 1000)


@given(st.integers(min_value=1, max_value=9999), st.integers(min_value=2, max_value=9999))
def test_fractions_are_exact(above: int, below: int) -> None:
    assert parse_numeral(f"{write_chinese(below)}分之{write_chinese(above)}") == Fraction(above, below)


TRAPS = [
    "统一规划", "一般应当", "一律不得", "达成一致", "一定比例", "一并报送", "一次性缴纳", "唯一", "同一单位", "任一成员", "情形之一", "第一",
    "十分重要", "以防万一", "一切费用", "一经查实", "一方面", "千方百计", "四川", "三峡库区", "五保户", "十堰市", "百货商场", "万科", "三农工作",
    "两江新区", "第十七条", "第一至十项", "第四十条、第四十一条", "前两款", "〔2021〕15号", "2021年3月31日", "二〇二一年", "12月31日前",
    "第三季度", "三轮车", "一级保护", "两侧", "三同时", "二次供水", "（三）", "三、", "3. ", "GB 12345-2008", "1：500", "进一步", "单一", "逐一",
]  # fmt: skip


@pytest.mark.parametrize("text", TRAPS)
def test_words_dates_and_ordinals_are_no_numbers(text: str) -> None:
    assert list(find_numerals(text)) == []


def test_numbers_are_found_where_they_stand() -> None:
    text = "第三条 统一处五千元以上3万元以下罚款，百分之三十的，应当自2021年3月起十日内。"
    assert [(text[n.start : n.end], n.value) for n in find_numerals(text)] == [
        ("五千", 5000),
        ("3万", 30_000),
        ("百分之三十", Fraction(3, 10)),
        ("十", 10),
    ]
