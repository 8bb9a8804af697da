"""Which case of article 12 do words suggest, and does the text say what the drafter would have to show?"""

from __future__ import annotations

import re

import pytest

from tongchi.barriers.exceptions import CASE_NAMES, ExceptionCase, Matter, load_matters, suggest_exception

MATTERS = {matter.name: matter for matter in load_matters()}

CASES = {  # what the case guards: (text, title, case, matter)
    "security of the state is item 1": (
        "涉密工程的施工单位由主管部门指定。",
        "江州市建设工程管理办法",
        ExceptionCase.SECURITY,
        "national_security",
    ),
    "grain reserves are development, not relief": (
        "储备粮出县须经粮食部门同意。",
        "江州市粮食流通办法",
        ExceptionCase.SECURITY,
        "strategic_resources",
    ),
    "first sets of equipment are item 2": (
        "对本市首台（套）装备优先采购。",
        "江州市工业促进办法",
        ExceptionCase.INNOVATION,
        "innovation_products",
    ),
    "applied research is item 2": (
        "对本市企业转化科技成果给予补助。",
        "江州市产业扶持办法",
        ExceptionCase.INNOVATION,
        "research",
    ),
    "quarantine is item 3": (
        "外地生猪凭检疫证明和准入证进入本市。",
        "江州市生猪产品管理办法",
        ExceptionCase.PUBLIC_INTEREST,
        "disease_control",
    ),
    "waste is item 3": (
        "市外固体废物未经同意不得进入本市。",
        "江州市市容管理办法",
        ExceptionCase.PUBLIC_INTEREST,
        "pollution_and_waste",
    ),
    "order of supply in a shortage is item 3": (
        "有序用电期间优先保障名单内企业。",
        "江州市用电管理办法",
        ExceptionCase.PUBLIC_INTEREST,
        "disaster_relief",
    ),
    "a telephone number of the rescue service is no relief": (
        "外地维保单位应当告知应急救援电话。",
        "江州市电梯安全办法",
        ExceptionCase.PUBLIC_INTEREST,
        "public_safety",
    ),
    "tobacco rests on its own law": (
        "省外卷烟按计划购进。",
        "江州市商品流通办法",
        ExceptionCase.OTHER_LAW,
        "state_monopoly",
    ),
    "shares for small firms rest on procurement law": (
        "采购项目预留百分之四十份额给小微企业。",
        "江州市采购办法",
        ExceptionCase.OTHER_LAW,
        "reserved_for_small_firms",
    ),
    "measures against a rise of prices rest on the Price Law": (
        "价格显著上涨时限定差价率。",
        "江州市价格办法",
        ExceptionCase.OTHER_LAW,
        "price_intervention",
    ),
    "native plants are ecology": (
        "绿化优先选用乡土植物。",
        "江州市绿化办法",
        ExceptionCase.PUBLIC_INTEREST,
        "species_and_ecology",
    ),
    "help for the disabled is other public interest": (
        "对安置残疾人的本市企业给予补贴。",
        "江州市产业扶持办法",
        ExceptionCase.PUBLIC_INTEREST,
        "social_assistance",
    ),
    "introduction of varieties rests on the Seed Law": (
        "从外省引种须经市主管部门同意。",
        "江州市农业办法",
        ExceptionCase.OTHER_LAW,
        "seed_law",
    ),
    "the clause goes before the title": (
        "绿色建材优先选用本地产品。",
        "江州市动物防疫条例",
        ExceptionCase.PUBLIC_INTEREST,
        "energy_saving",
    ),
    "the title speaks where the clause does not": (
        "外地车辆进入本市应当办理登记。",
        "江州市动物防疫条例",
        ExceptionCase.PUBLIC_INTEREST,
        "disease_control",
    ),
    "a subject in the title goes before a bare reference to national rules": (
        "外地单位按照国家有关规定办理登记。",
        "江州市消防条例",
        ExceptionCase.PUBLIC_INTEREST,
        "public_safety",
    ),
    "a bare reference to national rules comes last": (
        "对总部企业按照国家有关规定给予奖励。",
        "江州市总部经济办法",
        ExceptionCase.OTHER_LAW,
        "law_named",
    ),
}
NOTHING = {  # what the case guards: (text, title)
    "a plain preference for locals serves no end of article 12": ("本地企业优先承建。", "江州市建筑业扶持办法"),
    "the name of a zone is no innovation": ("在高新技术产业开发区注册的企业给予奖励。", "江州市高新区奖励办法"),
    "依法 alone names no law": ("外地企业应当依法办理备案。", "江州市物业管理办法"),
    "a plea that the clause rejects": ("不得以保护环境、节能为由限制外地商品。", "江州市商品流通办法"),
    "no words at all": ("", ""),
}


@pytest.mark.parametrize(("text", "title", "case", "matter"), CASES.values(), ids=CASES)
def test_case_that_the_words_suggest(text: str, title: str, case: ExceptionCase, matter: str) -> None:
    found = suggest_exception(text, title)
    assert found is not None
    assert (found.case, found.matter) == (case, matter)
    assert found.words in (title if found.in_title else text)


@pytest.mark.parametrize(("text", "title"), NOTHING.values(), ids=NOTHING)
def test_words_that_suggest_nothing(text: str, title: str) -> None:
    assert suggest_exception(text, title) is None


def test_the_reader_is_told_item_words_and_what_to_show() -> None:
    found = suggest_exception("外地生猪凭检疫证明进入本市。", "")
    assert found is not None
    for part in ("第十二条第（三）项", "“检疫”", "必要性", "影响更小的替代方案", "期限或者终止条件"):
        assert part in found.zh
    for part in ("Article 12(3)", "“检疫”", "necessity", "less restrictive", "time limit or end condition"):
        assert part in found.en


def test_every_case_of_article_12_has_a_name_and_a_matter() -> None:
    assert set(CASE_NAMES) == set(ExceptionCase) == {matter.case for matter in load_matters()}


@pytest.mark.parametrize("matter", load_matters(), ids=list(MATTERS))
def test_a_matter_says_the_same_in_both_languages(matter: Matter) -> None:
    for name in ("zh", "necessity_zh", "alternative_zh", "end_zh"):
        zh, en = getattr(matter, name), getattr(matter, name.replace("zh", "en"))
        assert re.search(r"[一-龥]", zh)
        assert not zh.endswith("。")
        assert en
        assert not re.search(r"[一-龥]", en)


def test_every_matter_is_reached_by_a_case_above() -> None:
    named = {matter for _, _, _, matter in CASES.values()}
    assert named == set(MATTERS)
