"""Is the advice one sentence and a short redraft in both languages, and does it fit its rule?"""

from __future__ import annotations

import re

import pytest

from tongchi.barriers.advice import Advice, load_advice

MECHANISM_ZH = 60
MECHANISM_EN = 140
REMEDY_ZH = 90
REMEDY_EN = 230
ADVICE = list(load_advice().values())

WORDS = {  # what the case guards: (rule, what its mechanism names, what its redraft offers)
    "a tender is opened to every seat": ("tender_registration", "外地供应商", "注册地不限"),
    "an office becomes a result": ("forced_establishment", "固定场所", "服务的能力"),
    "goods need no second test": ("outside_goods_check", "重复检验", "不得要求重复检验"),
    "money follows activity, not tax": ("tax_linked_award", "财政贡献", "研发投入"),
    "the user chooses": ("designated_provider", "指定的单位", "自主选择"),
    "the franchise is put to competition again": ("incumbent_first", "续期", "重新选择"),
    "operators set prices": ("price_told", "建议价", "自主确定"),
}


@pytest.mark.parametrize("advice", ADVICE, ids=[each.rule for each in ADVICE])
def test_a_mechanism_is_one_sentence_and_a_redraft_is_short(advice: Advice) -> None:
    assert advice.mechanism_zh.count("。") == 1
    assert advice.mechanism_zh.endswith("。")
    assert len(re.findall(r"\.(?=\s|$)", advice.mechanism_en)) == 1
    assert len(advice.mechanism_zh) <= MECHANISM_ZH
    assert len(advice.mechanism_en) <= MECHANISM_EN
    assert len(advice.remedy_zh) <= REMEDY_ZH
    assert len(advice.remedy_en) <= REMEDY_EN


@pytest.mark.parametrize("advice", ADVICE, ids=[each.rule for each in ADVICE])
def test_each_language_keeps_to_itself_and_closes_its_quotes(advice: Advice) -> None:
    for zh, en in ((advice.mechanism_zh, advice.mechanism_en), (advice.remedy_zh, advice.remedy_en)):
        assert not re.search(r"[A-Za-z]|[,;:!?]", zh), zh
        assert not re.search(r"[一-龥，。；：、]", en), en
        assert zh.count("“") == zh.count("”")
        assert en.count("“") == en.count("”")


@pytest.mark.parametrize(("rule", "mechanism", "remedy"), WORDS.values(), ids=WORDS)
def test_advice_fits_its_rule(rule: str, mechanism: str, remedy: str) -> None:
    advice = load_advice()[rule]
    assert mechanism in advice.mechanism_zh
    assert remedy in advice.remedy_zh


def test_no_two_rules_say_the_same() -> None:
    for name in ("mechanism_zh", "mechanism_en", "remedy_zh", "remedy_en"):
        texts = [getattr(each, name) for each in ADVICE]
        assert len(set(texts)) == len(texts)
