"""Is a sentence of a standard an imperative, and where is its verb?

A standard gives an instruction as an imperative without 应: 开启记录仪。 在关闭阀门前不启动装置。 (GB/T 1.1-2020, annex C).
Chinese verbs have no form of their own, so an imperative shows itself only by what it lacks, a subject, and by a verb of
action where the subject would stand. Verbs that also open nouns (测量结果, 使用单位) count only where no such noun follows.
What is not clearly an imperative is none.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tongchi.provisions.masking import SourceSpan

# Verbs of procedures and services. All could open a noun phrase; `_NOUN` shuts those out.
_VERBS = (
    "开启 启动 打开 关闭 关停 停止 称取 称量 量取 移取 吸取 抽取 选取 取出 取下 加入 加热 加盖 冷却 干燥 烘干 搅拌 混匀 摇匀 振荡 静置 "
    "过滤 洗涤 冲洗 稀释 滴定 溶解 倒入 放入 放置 放回 置于 装入 注入 插入 移入 移至 浸入 浸泡 盖上 取样 抽样 采样 测量 测定 测试 读取 "
    "记录 计算 绘制 检查 检验 核对 核实 核验 审核 确认 查看 查验 观察 调节 调整 校准 校正 调至 安装 拆除 拆卸 连接 断开 固定 清洗 清洁 擦拭 擦净 "
    "消毒 清理 清点 清除 整理 归档 存档 装订 编制 编写 编号 制定 制作 拟定 建立 发布 公布 公示 填写 填报 登记 录入 上传 提交 报送 报告 提供 发出 送达 说明 "
    "出具 告知 通知 提醒 提示 询问 问候 引导 引领 迎接 送别 回复 答复 受理 办理 收集 汇总 分析 评估 评价 选择 采用 采取 使用 穿戴 佩戴 "
    "携带 保持 保留 保存 避免 防止 重复 进行 开展 实施 组织 安排 设置 配备 摆放 更换 补充 维护 检修 巡查 巡视 疏散 切断 签署 签字 盖章 "
    "移交 交接 发放 领取 归还 回收 联系 协调 跟踪 落实 执行"
)
_NOUN = (
    "结果|对象|人员|单位|机(?![盖器组体械房])|记录(?!仪|器|[温湿时数])|[者方仪器员师人费量值率数表单书期点站室台区场架柜厂商队组间线法学式性型卡]|部门|规则|设备|装置|装备|位置|时间|地点|项目|内容|程序|过程|流程|步骤"
    "|工作|服务|条件|环境|要求|标准|报告|依据|指标|系统|平台|中心|信息|数据|能力|水平|质量|制度|档案|证|状态|情况|精度|误差|范围|频次|单据|计划|方案|机制|办公室|活动|小组|委员会|专家|体系|指南|[、和或与及的时前后中]"
)
_VERB = rf"(?:{'|'.join(sorted(set(_VERBS.split()), key=lambda word: (-len(word), word)))})(?!{_NOUN})"
_LIGHT = r"(?:进行|开展|予以|加以|实施)"
_NO_BODY = r"(?!单位|人|者|方|部门|机构)"
_SPAN = (
    r"[自从在于]?[\d.一二三四五六七八九十两]+[\s　]?个?(?:工作)?(?:日|天|周|月|年|小时|分钟|h|d|min|s)(?:之?[内后前]|期间)"
    r"|每(?:隔)?[\d.一二三四五六七八九十两半]*[\s　]?个?(?:工作)?(?:日|天|周|月|季度|年|小时|分钟|班|班次|h|d|min)"
)
_BY = r"规定|要求|方法|方式|步骤|程序|标准|顺序|次序|比例|方案|计划|流程|规范|规则|原则|说明书?|规程|附录[\s　]*[A-Z]|[\d.]+"
_PHRASE = (
    rf"(?:{_SPAN}|[^，。；]{{1,10}}?(?:[前后时]|期间)|在[^，。；]{{1,40}}?(?:[中内上下前后时处里间旁]|期间)|于[^，。；]{{1,20}}?(?:[中内前后时]|处)"
    rf"|[将把](?!来|军)[^，。；]{{1,40}}?|对(?!口|象|外|方|接|应)[^，。；]{{1,40}}?"
    rf"|(?:按照?|依照|依据|根据)(?!时|期|月|摩|键)[^，。；]{{1,40}}?(?:{_BY})[\s　]?"
    rf"|(?:用(?![车餐户房电水品具途于地工药料])|使用|采用|利用|通过|以(?![下上内外及来往])){_NO_BODY}[^，。；]{{1,30}}?"
    rf"|从(?![业事来])[^，。；]{{1,30}}?|向(?!来(?!访))[^，。；]{{1,30}}?)"
)
_ADVERB = (
    r"(?:及时|立即|定期|同时|首先|然后|最后|随后|接着|继续|重新|分别|逐一|逐项|依次|缓慢|迅速|小心|充分|准确|主动|如实|仔细|认真"
    r"|热情|严格|统一|即时|尽快|提前|当场|至少|必要时|再|先|并|只|均)"
)
_IMPERATIVE = re.compile(
    rf"(?:{_ADVERB}{{0,2}}{_PHRASE})?{_ADVERB}{{0,2}}(?:{_PHRASE})?{_ADVERB}{{0,2}}"
    rf"(?:(?P<never>不再|不(?!予)|勿|切勿|请勿)|请)?(?P<verb>{_LIGHT}(?![的和、，。；]|$)|{_VERB}|取(?=[^，。；]{{1,12}}?(?:[\d一二两三四五六七八九十]|平均))|不予[一-龥]{{2}})"
)
_MOVE = re.compile(r"[将把](?!来|军)[^，。；]{1,40}?(?P<verb>[一-龥](?:入|至|到|成|为|于|在|出|给|回))")
_FACT = re.compile(
    r"[^，。；]*?(?:是(?!否)|(?<=[^，：；。作成认因分设定变改化视])为(?![了此])|(?<!事)由(?!此|于)|包括|包含|适用于|用于|规定了|给出了?|见(?:表|图|附|第|\d)|称为|属于|具有|分为|符合|组成|取决)"
)
_TOPIC = re.compile(r"，(?:分别|均|统一)?(?:由|适用)|，以[^，。；]{1,40}为|制定本|除外。?$|工作所需")
_MARK = re.compile(r"[，：；。！？]")
_ASIDE = re.compile(
    r"[^，。；]*(?:[时后前]|期间|情况下|情形下|条件下|之间|的)$|(?:为|因|经|如|若|当|除|根据|按|依|必要|例如)[^，。；]*$|(?:首先|其次|然后|最后|随后|同时|此外)$"
)


class Imperative(NamedTuple):
    """Where the verb of an imperative stands, and whether it is denied (不, 勿)."""

    verb: SourceSpan
    is_negated: bool


def find_imperative(masked: str) -> Imperative | None:
    """Return the verb of the main clause if that is an imperative, None where it is none.

    `masked` is the sentence with its inserts covered. Clauses before the main one that tell when, on what condition,
    to what end or by what rule are passed over. A clause that tells a fact (是, 为, 由, 包括, 见表) is no imperative.
    """
    if _TOPIC.search(masked):
        return None
    start = masked.rfind("的，") + 2 if "的，" in masked else 0
    while start < len(masked):
        mark = _MARK.search(masked, start)
        stop = mark.start() if mark else len(masked)
        if _FACT.match(masked, start, stop):
            return None
        match = _IMPERATIVE.match(masked, start, stop) or _MOVE.match(masked, start, stop)
        if match and (match.start("verb") > start or match.end() < stop or match["verb"].startswith("不予")):
            verb = match["verb"]
            never = verb.startswith("不予") or (match.re is _IMPERATIVE and match["never"] is not None)
            return Imperative(SourceSpan(*match.span("verb")), never)
        if mark is None or mark.group() not in "，：" or not _ASIDE.match(masked, start, stop):
            return None
        start = stop + 1
    return None
