"""Is a clause judged by who is treated worse, not by its words? All clauses here are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.barriers import Clause, Severity, judge

BARRIERS = {  # what the case guards: (lead-in, text, title, codes that are right)
    "a filing that only outsiders owe": (
        "", "市外注册的园林养护企业来本市承接养护业务的，应当到市园林部门办理备案。", "江州市园林条例", {"9.5"},
    ),
    "a permit that only goods from elsewhere need": (
        "", "外地生产的预制构件进入本市工地的，应当经市检测站重新检验并领取准用证。", "江州市建材管理办法", {"9.1", "8.1"},
    ),
    "an office in the city as a condition": (
        "", "外地登记的消防维保单位在本市开展业务的，应当在本市设置固定办公场所。", "江州市消防条例", {"9.2"},
    ),
    "local performance scores": (
        "评分标准：", "（三）业绩（8分）。近三年在本市范围内完成过同类养护项目的，每个加2分。", "评标办法", {"9.3"},
    ),
    "insurance paid here scores": (
        "评分标准：", "（五）投标人在本县缴纳社会保险满一年的加1分。", "评标办法", {"9.3", "9.5"},
    ),
    "different deposits": (
        "", "履约保证金：本市企业按合同价的百分之二缴纳，市外企业按百分之五缴纳。", "招标文件", {"9.4"},
    ),
    "an award for those who sit here": (
        "", "对注册地在本市的物流企业，市人民政府按照其营业额给予奖励。", "江州市物流促进办法", {"10.2"},
    ),
    "money paid back by tax paid": (
        "", "入驻企业缴纳的增值税地方留成部分，前三年按百分之八十给予奖励。", "招商引资办法", {"10.2", "10.1"},
    ),
    "a promise not to move away": (
        "", "获得补助的企业应当承诺五年内不将注册地迁出我区。", "奖补办法", {"9.1", "10.2"},
    ),
    "tax relief by a local rule": (
        "", "经区管委会批准，园区内新办企业两年内免征房产税。", "园区办法", {"10.1"},
    ),
    "a designated provider": (
        "", "新建住宅的通信管线统一由市城投通信公司设计、施工，建设单位不得另行委托。", "建设通知", {"8.3"},
    ),
    "a roster outside which nobody works": (
        "", "限额以下工程从市小型工程企业名录库中随机抽取，未入库企业不得承接。", "工程通知", {"8.3", "9.3"},
    ),
    "residence for a trade": (
        "申请从事出租汽车经营的驾驶员，应当具备下列条件：", "（二）具有本市户籍；", "江州市出租汽车条例", {"8.4", "9.5"},
    ),
    "an association that agrees on prices": (
        "", "由市洗车行业协会统一会员单位的洗车报价。", "行业通知", {"11.1"},
    ),
    "a price floor": ("", "机动车检测费最低不得低于二百元。", "收费通知", {"11.3", "11.2"}),
    "the penalty that enforces a barrier": (
        "", "外省登记的测绘单位未办理备案在本省从事测绘的，处五千元罚款。", "江南省测绘条例", {"9.5"},
    ),
}  # fmt: skip
LAWFUL = {  # what the case guards: (lead-in, text, title)
    "a ban on the restriction itself": ("", "任何单位不得限制外地企业参加本市的招标投标。", "江州市优化营商环境条例"),
    "an item under a ban": ("行政机关不得有下列行为：", "（一）要求外地企业在本市设立分支机构；", "江州市条例"),
    "a penalty on officials who discriminate": (
        "行政机关工作人员有下列情形之一的，依法给予处分：", "（二）违反规定限定用户购买指定企业的产品的；", "江州市条例",
    ),
    "the same duty for everybody": ("", "在本市从事电梯维护保养的单位，首次开展业务前应当书面告知市主管部门。", "江州市电梯条例"),
    "outsiders welcome": ("", "鼓励外地优质农产品进入本市销售，为外地经营者提供便利。", "江州市条例"),
    "own firms going out": ("", "本市企业到外省承接工程需要办理出省证明的，主管部门应当予以办理。", "江州市条例"),
    "residents' benefits": ("", "具有本市户籍的八十周岁以上老年人，每月发放津贴。", "江州市老年人条例"),
    "quarantine": ("", "从外省调入种畜的，应当向动物卫生监督机构报告并隔离观察。", "江州市动物防疫条例"),
    "a quoted violation": ("", "经核查，某县文件规定“外地企业须设立子公司”，已责令废止。", "自查报告"),
    "open to all": ("", "凡具备相应资质的机构均可自愿申请，不限定注册地。", "中介服务通知"),
    "all alike": ("", "外地企业和本市企业适用同一标准，一视同仁。", ""),
    "the same standing": ("", "外地企业与本市企业享受同等待遇。", ""),
    "technical 本地": ("", "平台应当支持本地化部署和异地容灾备份。", "技术规范"),
    "national tax law": ("", "小型微利企业按照国家有关规定享受企业所得税优惠。", "江州市条例"),
    "what the state pays for its own goods": ("", "应急保障用车的购置价格不得超过十六万元。", "江州市公务用车管理办法"),
    "blank": ("", "", ""),
}  # fmt: skip


@pytest.mark.parametrize(("lead", "text", "title", "codes"), BARRIERS.values(), ids=BARRIERS)
def test_what_treats_outsiders_worse_or_closes_a_market_is_a_barrier(
    lead: str, text: str, title: str, codes: set[str]
) -> None:
    found = judge(Clause("1", lead, text, title))
    assert found.barrier
    assert found.code in codes
    assert found.severity is not None
    assert found.evidence


@pytest.mark.parametrize(("lead", "text", "title"), LAWFUL.values(), ids=LAWFUL)
def test_what_only_sounds_like_a_barrier_is_none(lead: str, text: str, title: str) -> None:
    assert not judge(Clause("1", lead, text, title)).barrier


def test_evidence_quotes_the_published_words() -> None:
    clause = Clause("1", "评分标准：", "（一）在江州市完成过同类项目的，每个加2分。", "江州市评标办法")
    whole = clause.lead_in + clause.text
    for each in judge(clause).evidence:
        assert whole[each.start : each.end] == each.words


def test_a_city_is_known_by_its_own_name() -> None:
    named = judge(Clause("1", "", "优先采购江州企业生产的产品。", "江州市政府采购办法"))
    ours = judge(Clause("1", "", "优先采购本市企业生产的产品。", "江州市政府采购办法"))
    assert named.barrier
    assert ours.barrier


def test_severity_is_arguable_for_a_mere_filing_and_clear_for_money() -> None:
    filing = judge(Clause("1", "", "市外企业来本市从事养护业务的，应当备案。", "江州市条例"))
    money = judge(Clause("1", "", "保证金：本市企业按百分之一缴纳，市外企业按百分之三缴纳。", "招标文件"))
    assert filing.severity is Severity.ARGUABLE
    assert money.severity is Severity.CLEAR


@given(st.text(max_size=80), st.text(max_size=200), st.text(max_size=20))
def test_any_text_gets_a_probability(lead: str, text: str, title: str) -> None:
    found = judge(Clause("1", lead, text, title))
    assert 0 <= found.probability <= 1
    assert found.barrier == (found.severity is not None)
    assert (found.code == "") == (not found.evidence)


@given(st.sampled_from(list(BARRIERS.values())))
def test_a_ban_on_a_barrier_is_never_one(case: tuple[str, str, str, set[str]]) -> None:
    banned = f"不得制定含有下列内容的规定：{case[0]}"
    assert not judge(Clause("1", banned, case[1], case[2])).barrier
