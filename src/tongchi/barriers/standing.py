"""How does a clause stand to the restriction whose words it holds? It may make it, forbid it, punish it or quote it.

What a keyword list cannot tell: 不得限制外地企业 holds the same words as a restriction and says the opposite. Each
context below is a reason for which a clause with such words is not, or may not be, a barrier; the weight that each
carries is learned (`weights/barriers.json`), the words are these.
"""

from __future__ import annotations

from tongchi.barriers.reading import Reading
from tongchi.barriers.vocabulary import Pattern, pattern

_RESTRICT = (
    r"(?:限制|限定|排斥|歧视|指定|强制|强迫|强令|设置|设立|设定|附加|阻挠|阻碍|干涉|干预|妨碍|差别|封锁|垄断|保护|作为|变相|滥用|"
    r"要求|操纵|串通|推销|独揽|利用|实行|制定|实施|组织(?!和|或|、)|以(?!外|上|下|内))"
)
_OFFICIAL = r"(?:国家(?:机关)?工作人员|工作人员|主管人员|责任人员|行政机关|政府|主管部门|管理部门|公务员|机关|监管部门)"

CONTEXTS: dict[str, Pattern] = {
    # the clause forbids the restriction
    "forbids": pattern(rf"(?:不得|禁止|严禁|不准|不许|不能|防止|制止|避免|杜绝|不应|不可)(?!低于|少于|高于|超过|参加|参与|承接|从事)~30{_RESTRICT}"),
    "forbids_all": pattern(r"任何(?:单位|组织|地区|部门|地方)?(?:和|或者|、)?(?:个人|组织|部门|单位)?(?:均|都)?不得|不得(?:非法|违法|违反规定|以任何)"),
    # the clause calls for equal treatment or openness
    "equal": pattern(
        r"同等(?:待遇|条件下?(?!优先)|对待|享受|适用|的权利|优待)|平等|一视同仁|公平(?:竞争审查|参与|对待)|不限(?:定)?(?:注册地|品牌|产地|地域)|地域不限"
        r"|不(?:区)?分(?:所有制|产地|注册地|地域)|统一标准|互认|相同条件|自主选择|自主决定|自愿|无需|不再(?:要求|实行|办理)|取消|(?:<HERE>|本地)(?:或者|和|、|以及|与)(?:<OUT>)"
    ),
    "same_for_all": pattern(
        r"同等(?:待遇|对待|适用|的权利)|一视同仁|平等(?:对待|参与|适用|保护)|(?:同一|统一|相同)(?:的)?(?:标准|条件)|一体适用|不(?:得)?(?:区)?分(?:所有制|产地|注册地|地域|来源)|不限(?:定)?(?:注册地|品牌|产地|地域)|地域不限|(?:注册地|所在地|产地)(?:均)?不(?:作为|限|影响)"
    ),
    # the clause welcomes outsiders or helps own operators go out
    "welcomes": pattern(
        r"(?:鼓励|支持|引导|吸引|欢迎|推动|促进|引进|便利|扶持)~30(?:<OUT>|国外|境外|国内外|境内外|各类)|为~20<OUT>~20(?:提供|创造)|<OUT>~30(?:享受(?:本|我|同)|提供便利)"
        r"|(?:外资|外商|台湾同胞|华侨|港澳)~20(?:便利|享受|平等|保障)"
    ),
    "goes_out": pattern(
        r"(?:本(?:省|市|县|区|地)|省内|市内|本行政区域)~16<OP>~14(?:到|赴|在|向|外出|出省|走出去)~4(?:<OUT>|国外|境外)|(?:向|到|为)(?:<OUT>|其他地区)~12(?:拓展|延伸|扩展|提供服务|输出)|出省|向~4区外"
    ),
    "parallel": pattern(
        r"(?:应当|须)[^。；]{0,90}(备案|登记|告知|申请|检验|报告)[^。；]*[；。][^。；]{0,10}<OUT>[^。；]*\1|(?:<HERE>)[^。；]{0,40}(备案|登记|告知)[^。]*；~10<OUT>"
    ),
    # soft words
    "encourages": pattern(r"(?:鼓励|支持|引导|倡导|提倡)"),
    "may": pattern(r"可以|可(?=[给享予])"),
    "by_rules": pattern(r"(?:按照|依照|根据|按|依据|符合)(?:国家|法律|有关|国务院|相关|规定)~16(?:规定)?|依法|国家(?:有关)?规定"),
    # whose matter it is
    "persons": pattern(
        r"老年人|学生|子女|配偶|未成年|残疾人|失业|就业(?:困难|援助)|人才|科技人员|户口|居住证|流动人口|务工|患者|职工|村民|居民|少数民族|军人|婚姻|生育|入学|养老|医疗保险|社会救助|津贴|教师|献血|骨灰|遗体|殡葬|养犬|犬只|随军|归侨|身份证"
    ),
    "public_interest": pattern(
        r"动物|疫[区病情]|检疫|防疫|危险废物|固体废物|危险货物|放射|辐射|野生|排放|排气|污染|物种|爆破|爆炸|烟花|消防|遗体|突发事件|应急|灾害|疫苗|病原|有害生物|植物|林木|湿地|饮用水|生态|安全距离|尾气|濒危|水生"
    ),
    "state_monopoly": pattern(r"烟草|卷烟|烟叶|邮政|信件|军工|军用|核(?=电|安全|材料|设施|燃料|废)|民用爆炸|食盐定点|铁路|彩票|麻醉|国务院"),
    "competitive": pattern(r"公开招标|招标~6方式|通过招标|招标(?:、|或者)|拍卖|公平(?:竞争|的方式)|竞争性|挂牌|公开(?:、公平|选择|透明)|择优"),
    "national_tax": pattern(r"企业所得税法|增值税|居民企业|关税|出口退税|视同出口|国家税务总局|保税|外资|小型微利"),
    # the clause is no rule but speaks of one
    "defines": pattern(r"是指|所称|系指|用语的?含义|包括下列|为了~30制定|制定本(?:条例|办法|规定|法)|适用本(?:条例|办法|规定|法)"),
    "quotes": pattern(r"废止|自查|是否存在|经(?:核)?查(?!验)|(?<!负责)清理(?!未经)|责令废止|停止执行|问题清单"),
    "office_task": pattern(r"(?:人民政府|主管部门|行政部门|管理部门|委员会|局|厅)~30(?:负责|应当(?:加强|建立|组织|会同|会|依法|按照|定期|及时|对|制定|完善|推进|指导|监督|协调|履行))"),
    "punishes": pattern(r"罚款|责令|处罚|没收|吊销|警告|处分|追究|罚|赔偿"),
    "must": pattern(r"应当|必须|须|方可|不得|禁止|一律"),
    "condition_list": pattern(r"(?:具备|符合|满足)~6(?:下列|以下)?~6条件"),
    "internal": pattern(r"国家机关|事业单位|党政机关|公职|财政收入|财政体制|法院|检察院|人民代表大会|常务委员会|选举|监察"),
    "procedure": pattern(r"下列(?:材料|资料|文件|程序|规定)|(?:自|在)~16之日起~12(?:日|工作日)内|材料齐全|书面说明理由|年度审验|复查|公示"),
}  # fmt: skip

_AGAINST = pattern(r"反不正当竞争|优化营商环境")
_ALL_AGAINST = pattern(r"反垄断|公平竞争|地区封锁|制止滥用行政权力")
_LEAD_FORBIDS = pattern(r"(?:不得|禁止|严禁|不准)≈60(?:行为|情形|规定|内容|活动|下列)?≈12[：:]\s*$")
_LEAD_OFFICIAL = pattern(rf"{_OFFICIAL}≈80(?:行为|情形)之一|(?:处分|追究责任|追究刑事责任|责令改正)≈20[：:]\s*$")
_LEAD_PENALTY = pattern(r"(?:罚款|没收|吊销|处罚|停业)≈60[：:]\s*$|(?:罚款|没收|吊销|停业)")
_OFFICIAL_FACT = pattern(
    rf"{_OFFICIAL}~30(?:滥用|玩忽|徇私|违反|超越|不得|限定|限制|指定)|滥用(?:行政权力|职权)|利用职务|直接负责的主管人员|给予~6处分|追究~10责任人"
)


def contexts_of(reading: Reading) -> dict[str, float]:
    """Return the contexts that hold for a clause, each 1.0 where it holds; contexts that do not hold are absent."""
    found = {name: 1.0 for name, words in CONTEXTS.items() if words.search(reading.text)}
    lead = reading.lead
    if lead:
        found["has_lead_in"] = 1.0
        if _LEAD_FORBIDS.search(lead):
            found["lead_forbids"] = 1.0
        if _LEAD_OFFICIAL.search(lead):
            found["lead_official"] = 1.0
        elif _LEAD_PENALTY.search(lead):
            found["lead_penalty"] = 1.0
        for name in ("condition_list", "persons", "public_interest", "state_monopoly"):
            if name not in found and CONTEXTS[name].search(lead):
                found[name] = 1.0
    title = reading.clause.title
    for name in ("persons", "public_interest", "state_monopoly"):
        if CONTEXTS[name].search(title):
            found["title_" + name] = 1.0
    if _AGAINST.search(title):
        found["title_against"] = 1.0
    if _OFFICIAL_FACT.search(reading.text):
        found["official_fault"] = 1.0
    if reading.national:
        found["national"] = 1.0
    return found


_NEGATION = pattern(
    rf"(?:不得|禁止|严禁|不准|不许|不能|不应|不可|防止|制止|避免|杜绝|预防|纠正|查处|清理|取消|废止|反对|打破|消除|破除)(?!低于|少于|高于|超过|参加|参与|承接|从事|进入|经营|运出|外运|迁|在|上路)~34{_RESTRICT}"
)
_OFFICIAL_SUBJECT = pattern(rf"{_OFFICIAL}~40不得")


def negated_spans(reading: Reading, contexts: dict[str, float]) -> list[tuple[int, int]]:
    """Return the spans of `scope` in which the words of a restriction forbid, punish or quote it.

    From a negation with a verb of restriction to the end of its sentence; all of an item under such a lead-in, or
    under one that punishes officials; all of a clause that reports, repeals or checks.
    """
    scope, end = reading.scope, len(reading.scope)
    if "lead_forbids" in contexts or (
        "lead_official" in contexts and "lead_penalty" not in contexts and _OFFENDS.search(reading.text)
    ):
        return [(0, end)]
    if (
        _ALL_AGAINST.search(reading.clause.title)
        or "quotes" in contexts
        or "official_fault" in contexts
        or "defines" in contexts
    ):
        return [(0, end)]
    spans = []
    for match in _NEGATION.finditer(scope):
        stops = [at for at in (scope.find("。", match.end()), scope.find("；", match.end())) if at >= 0]
        spans.append((match.start(), min(stops) if stops else end))
    return spans


_OFFENDS = pattern(r"限定|限制|指定|违反规定|滥用|要求|强制|排斥|歧视|设置|利用")
CONTEXT_NAMES = (
    *CONTEXTS, "has_lead_in", "lead_forbids", "lead_official", "lead_penalty", "title_persons", "title_public_interest",
    "title_state_monopoly", "title_against", "official_fault", "national",
)  # fmt: skip
