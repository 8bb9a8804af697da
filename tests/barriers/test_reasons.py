"""Each judgement has a reason in one sentence, in both languages."""

from __future__ import annotations

import pytest

from tongchi.barriers import Clause, judge
from tongchi.barriers.reasons import reason_of

REASONS = {  # what the case guards: (lead-in, text, beginning in Chinese, beginning in English)
    "a barrier names the mechanism": (
        "", "外地企业应当在本市设立分公司后方可承接工程。", "须先在本地设立机构", "A local branch or office"
    ),
    "an item under a ban": (
        "行政机关不得有下列行为：", "要求外地企业在本市设立分支机构；", "禁止性规定：本项列举", "Prohibition: the item"
    ),
    "a ban": ("", "不得限定外地企业在本市设立分支机构。", "禁止性规定：条文禁止这种限制", "Prohibition: the clause forbids"),
    "a ban that meets no rule": ("", "不得限制消费者的选择。", "禁止性规定：", "Prohibition:"),
    "officials who discriminate": (
        "", "行政机关工作人员滥用职权，要求外地企业在本市设立分公司的，给予处分。", "禁止性规定：", "Prohibition:"
    ),
    "nothing of the kind": ("", "博物馆应当每周开放。", "与公平竞争审查标准无关", "Unrelated"),
}  # fmt: skip


@pytest.mark.parametrize(("lead", "text", "zh", "en"), REASONS.values(), ids=REASONS)
def test_the_reason_of_a_judgement(lead: str, text: str, zh: str, en: str) -> None:
    reason = reason_of(judge(Clause("1", lead, text)))
    assert reason.zh.startswith(zh)
    assert reason.en.startswith(en)
    assert reason.zh.endswith("。")
    assert reason.en.endswith(".")
