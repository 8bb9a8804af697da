"""Which words never make a difference, and which always do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import THEMES, regulation

from tongchi.comparison import DifferenceType, compare
from tongchi.comparison.masking import make_mask, matter_of, plain_text
from tongchi.documents import Metadata

MATTERS = {  # what the case guards: (title, jurisdiction, matter)
    "province": ("重庆市志愿服务条例", "重庆市", "志愿服务"),
    "city that no list of provinces holds": ("青岛市供热条例", "青岛市", "供热"),
    "national law": ("中华人民共和国安全生产法", "全国", "安全生产"),
    "local measure on a national law": ("上海市实施《中华人民共和国残疾人保障法》办法", "上海市", "残疾人保障"),
    "title that names no instrument": ("关于加强管理的通知", "", "关于加强管理的通知"),
}


@pytest.mark.parametrize(("title", "jurisdiction", "matter"), MATTERS.values(), ids=MATTERS)
def test_matter_of_a_title(title: str, jurisdiction: str, matter: str) -> None:
    assert matter_of(Metadata(title=title, jurisdiction=jurisdiction)) == matter


EQUAL = {  # what the case guards: (text of Qingdao, text of Jinan)
    "city's name": ("青岛市人民政府应当公布目录。", "济南市人民政府应当公布目录。"),
    "city's name without 市": ("在青岛设立的机构应当备案。", "在济南设立的机构应当备案。"),
    "own title": ("违反《青岛市供热条例》的，责令改正。", "违反《济南市供热条例》的，责令改正。"),
    "this city, this province": ("本市实行公示制度。", "本省实行公示制度。"),
    "counties and districts": ("区、县（自治县）人民政府负责。", "区县人民政府负责。"),
    "white space and punctuation": ("市、区 应当建立，健全制度；", "市区应当建立健全制度。"),
    "this regulation, these measures": ("依照本条例执行。", "依照本办法执行。"),
}
UNEQUAL = {
    "decimal point": ("湿度不高于1.5%。", "湿度不高于15%。"),
    "sign": ("室温不低于-5℃。", "室温不低于5℃。"),
    "unit": ("不高于30%。", "不高于30。"),
    "Chinese zero": ("编号二〇二。", "编号二二。"),
    "number": ("十日内答复。", "十五日内答复。"),
    "modality": ("应当答复。", "可以答复。"),
}
QINGDAO = Metadata(title="青岛市供热条例", jurisdiction="青岛市")
JINAN = Metadata(title="济南市供热条例", jurisdiction="济南市")


@pytest.mark.parametrize(("first", "second"), EQUAL.values(), ids=EQUAL)
def test_words_that_make_no_difference(first: str, second: str) -> None:
    assert plain_text(first, QINGDAO) == plain_text(second, JINAN) != ""


@pytest.mark.parametrize(("first", "second"), UNEQUAL.values(), ids=UNEQUAL)
def test_words_that_make_a_difference(first: str, second: str) -> None:
    assert plain_text(first, QINGDAO) != plain_text(second, JINAN)


def test_the_word_nationwide_stays_in_national_texts() -> None:
    assert "全国" in plain_text("全国统一发布。", Metadata(title="安全生产法", jurisdiction="全国"))


def test_the_mask_hides_place_matter_department_and_cited_numbers() -> None:
    mask = make_mask(QINGDAO)
    theirs = make_mask(JINAN)
    first = "青岛市工商行政管理部门依照本条例第十二条管理供热。"
    second = "济南市市场监督管理部门依照本条例第九条管理供热。"
    assert mask(first) == theirs(second)
    assert "供热" not in mask(first)


OWN = {"市": "本市", "省": "本省", "区": "本自治区", "州": "本自治州", "县": "本县"}
PLACES = ("重庆市", "上海市", "广东省", "内蒙古自治区", "青岛市", "江州市", "凉山彝族自治州", "大厂回族自治县")


@settings(max_examples=25)
@given(first=st.sampled_from(PLACES), second=st.sampled_from(PLACES))
def test_a_text_adopted_elsewhere_word_for_word_stays_identical(first: str, second: str) -> None:
    a, b = (
        regulation(
            [
                f"{place}人民政府应当把阅览室建设纳入{OWN[place[-1]]}规划。",
                f"{OWN[place[-1]]}行政区域内阅览室的设立，适用本条例。",
                *(theme.text for theme in THEMES[:3]),
            ],
            place=place,
        )
        for place in (first, second)
    )
    pair = compare(a, b)
    assert {link.type for link in pair.links} == {DifferenceType.IDENTICAL}
    assert pair.gap.value == 0.0


MARKS = ("", "，", " ", "　", "；", "、")


@settings(max_examples=25)
@given(marks=st.lists(st.sampled_from(MARKS), min_size=6, max_size=6), full_stop=st.sampled_from("。；！"))
def test_white_space_and_punctuation_make_no_difference(marks: list[str], full_stop: str) -> None:
    texts = [theme.text for theme in THEMES[:6]]
    others = [text.replace("，", mark).replace("。", full_stop) for text, mark in zip(texts, marks, strict=True)]
    pair = compare(regulation(texts), regulation(others, place="上海市"))
    assert {link.type for link in pair.links} == {DifferenceType.IDENTICAL}
    assert pair.gap.value == 0.0
