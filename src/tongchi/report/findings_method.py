"""How were the findings made, how often are they right, and what do they leave out?"""

from __future__ import annotations

from tongchi.report.accuracy import Accuracy
from tongchi.report.findings_summary import SEVERITIES, SEVERITY_NOTES
from tongchi.report.markup import both, phrase, table
from tongchi.report.page import bullets
from tongchi.report.words import Words

METHOD = (
    Words(
        "尺子是《公平竞争审查条例》（2024）第八条至第十一条，按《公平竞争审查条例实施办法》（2025）细化；“9.5”指第九条第（五）项。",
        "The yardstick is articles 8 to 11 of the Fair Competition Review Regulation (2024), refined by its Implementing Measures (2025); 9.5 is article 9, item (5).",
    ),
    Words(
        "逐款、逐项判断，项连同引导句一起读。有名称的规则找出限制的写法；禁止、处罚、引述限制的条文不算；其余由在人工标注条款上训练的小模型权衡，给出校准概率。政策文件中，措辞本身也可以成为发现，规则一栏写作 wording，这类发现更需要核对。",
        "Each paragraph and item is judged, an item with the sentence that governs it. Named rules find wordings of a restriction; clauses that forbid, punish or quote it do not count; the rest is weighed by a small model trained on labelled clauses, which gives a calibrated probability. In policy papers wording alone may make a finding; its rule reads wording, and it calls for a closer look.",
    ),
    Words(
        "“可能的例外”只由词句提示，是否符合第十二条由起草单位证明。修改建议是写法示例，×和……由起草单位填写。",
        "A possible exception is only suggested by words; that article 12 applies is for the drafter to show. Redrafts are patterns, × and … being for the drafter to fill in.",
    ),
)
LIMITS = (
    Words(
        "会有遗漏，也会有误报：没有发现不等于没有问题。",
        "Barriers are missed and false ones found: no finding does not mean no barrier.",
    ),
    Words(
        "只读条文本身，不看执行情况、上位法依据和制定背景；没有核实文件是否现行有效。",
        "Only the clause is read, not practice, the law above it or its history; whether a text is in force was not checked.",
    ),
    Words(
        "不筛查英文法规；扫描件和无法读取的文件没有筛查。",
        "English statutes are not screened, nor are scans and files that cannot be read.",
    ),
)
_GROUPS = {
    "real": Words("开发集，真实条款", "dev set, real clauses"),
    "composed": Words("开发集，自编条款", "dev set, composed clauses"),
    "drawn": Words("语料中随机抽取的条款", "clauses drawn at random from the corpus"),
    "met": Words("语料中触及规则的条款", "clauses of the corpus that met a rule"),
    "own_composed": Words("另行自编的条款", "further composed clauses"),
}
_OTHERS = (
    ("article", "accuracy", Words("找到的限制中，条判断正确", "article right, given a barrier found")),
    ("item", "accuracy", Words("找到的限制中，项判断正确（含另可归入）", "item or its alternatives right, given a barrier found")),
    ("cases", "found", Words("执法机关公布的违规条款中找到的比例", "clauses named by the authorities that are found")),
)  # fmt: skip


def findings_method(accuracy: Accuracy) -> str:
    """Return method, what the severities mean, measured accuracy and limits."""
    severities = "".join(
        f'<li><span class="chip k-{each}">{both(SEVERITIES[each])}</span> {both(note)}</li>'
        for each, note in SEVERITY_NOTES.items()
    )
    return (
        f'{bullets(METHOD)}<ul class="plain">{severities}</ul>'
        f"<h3>{phrase('实测准确度', 'Measured accuracy')}</h3>{_figures(accuracy)}"
        f"<h3>{phrase('局限', 'Limits')}</h3>{bullets(LIMITS)}"
    )


def _figures(accuracy: Accuracy) -> str:
    rows = [
        [both(name), f"{figures['precision']:.2f}", f"{figures['recall']:.2f}", f"{figures.get('n', 0):.0f}"]
        for subject, name in _GROUPS.items()
        if "precision" in (figures := accuracy.of(f"barriers:{subject}"))
    ]
    if not rows:
        return f'<p class="none">{phrase("未测。", "Not measured.")}</p>'
    head = [phrase("条款", "Clauses"), phrase("发现中正确的", "Findings right"), phrase("限制中找到的", "Barriers found"), phrase("条款数", "Number")]  # fmt: skip
    others = [
        [both(name), f"{figures[key]:.2f}", f"{figures.get('n', 0):.0f}"]
        for subject, key, name in _OTHERS
        if key in (figures := accuracy.of(f"barriers:{subject}"))
    ]
    more = table([phrase("测量", "Measure"), phrase("值", "Value"), phrase("条款数", "Number")], others, "nums")
    return (
        f'<div class="scroll">{table(head, rows, "nums")}</div><div class="scroll">{more}</div>'
        f'<p class="facts">{both(accuracy.barriers_on)}</p>'
    )
