"""How were texts compared, screened and read for commitments, and how was the case evidence weighed?"""

from __future__ import annotations

from collections.abc import Iterator

from tongchi.report.accuracy import Figures, read_accuracy
from tongchi.report.findings_method import LIMITS as SCREENING_LIMITS
from tongchi.report.findings_method import METHOD as SCREENING_METHOD
from tongchi.report.findings_summary import SEVERITIES, SEVERITY_NOTES
from tongchi.report.html_method import LIMITS, METHOD
from tongchi.report.words import Words, kind_words
from tongchi.study.result import StudyResult
from tongchi.study.triangulation_answer import ALPHA, DIFFERENT
from tongchi.survey.unavailable import NotAvailable

_TYPES = ("quantity", "stricter", "looser", "scope", "wording")


def matters_said(result: StudyResult) -> Iterator[Words]:
    """Say how clauses are matched and judged, what the gap is, and how often that is right."""
    yield from METHOD
    if result.folder.central is not None:
        yield Words(
            "与中央文本的关系：先看中央文本有多少条在该方文本中有对应，再看有对应的各条守住多少（1 − 差异权重的平均）。中央文本兼管几个事项，"
            "各方也会补充中央留白之处，所以两个全文之间的差距本来就大，不作符合度。",
            "Towards the central text: how many of its articles the party's text takes up, and how far those are kept (mean of 1 − the weight of the difference). A central text rules several matters and leaves much to the parties, "
            "so that the gap of the whole texts is large by nature and is not read as conformity.",
        )
    accuracy = read_accuracy()
    link, direction = accuracy.of("link"), accuracy.of("direction")
    if {"precision", "recall"} <= set(link):
        yield Words(
            f"实测准确度（{accuracy.measured_on.zh}）：条文对应精确率 {link['precision']:.2f}、召回率 {link['recall']:.2f}"
            f"{_accuracy(direction, '；严宽方向正确率 {:.2f}')}。",
            f"Measured accuracy ({accuracy.measured_on.en}): matches of articles, precision {link['precision']:.2f}, recall {link['recall']:.2f}"
            f"{_accuracy(direction, '; direction right in {:.2f}')}.",
        )
    types = [(kind, accuracy.of(f"type:{kind}")) for kind in _TYPES]
    known = [(kind_words(kind), found) for kind, found in types if {"precision", "recall"} <= set(found)]
    if known:
        zh = "；".join(f"{kind.zh} {found['precision']:.2f}/{found['recall']:.2f}" for kind, found in known)
        en = "; ".join(f"{kind.en} {found['precision']:.2f}/{found['recall']:.2f}" for kind, found in known)
        yield Words(f"各类差异的精确率/召回率：{zh}。", f"Precision/recall by type of difference: {en}.")
    yield from LIMITS


def _accuracy(figures: Figures, pattern: str) -> str:
    return pattern.format(figures["accuracy"]) if "accuracy" in figures else ""


def screening_said(result: StudyResult) -> Iterator[Words]:
    """Say by which yardstick clauses are screened, what the grades mean, and how often a finding is right."""
    yield from SCREENING_METHOD
    for grade, note in SEVERITY_NOTES.items():
        name = SEVERITIES[grade]
        yield Words(f"“{name.zh}”：{note.zh}。", f"“{name.en}”: {note.en}.")
    accuracy = read_accuracy()
    drawn = accuracy.of("barriers:drawn")
    if {"precision", "recall"} <= set(drawn):
        yield Words(
            f"实测准确度：从语料随机抽取的条款中，发现的精确率 {drawn['precision']:.2f}，召回率 {drawn['recall']:.2f}（{accuracy.barriers_on.zh}）。",
            f"Measured accuracy: on clauses drawn at random from the corpus, precision {drawn['precision']:.2f}, recall {drawn['recall']:.2f} ({accuracy.barriers_on.en}).",
        )
    yield from SCREENING_LIMITS


def commitments_said(result: StudyResult) -> Iterator[Words]:
    """Say what counts as a commitment, what answers it, and when one in the ledger is kept, late or broken."""
    yield Words(
        "一个条款点名另一地区，由公共机关与其共同或者向其作为，并且是规范而不是目的宣示，才算承诺。",
        "A clause is a commitment where it names another region, public authorities act with it or towards it, and it states a norm rather than a purpose.",
    )
    yield Words(
        "“互相承诺”：同一事项上对方文本有同类、指向本方的承诺；“单方承诺”：指向研究中的另一方而对方文本没有回应；其余不指向研究中的任何一方。",
        "Mutual: on the same matter the other side's text holds a commitment of that kind directed back. One-sided: directed at a party of the study whose text does not answer. Others are directed at none of them.",
    )
    ledger = result.ledger
    if isinstance(ledger, NotAvailable):
        return
    day = ledger.as_of.isoformat()
    yield Words(
        f"台账状态截至 {day}（最后一期的最后一天），不取当天日期：按期完成为已履行，逾期完成为迟延，到期未完成为未履行，未到期为待履行；"
        "只知到月或年的日期从宽认定。",
        f"The ledger is read as of {day}, the last day of the last period, and never of today: done in time is kept, done later is late, "
        "due and not done is broken, not yet due is open; dates known to the month or year get the benefit of the doubt.",
    )


def triangulation_said(result: StudyResult) -> Iterator[Words]:
    """Say how the sources are laid side by side."""
    yield Words(
        "每个假设分别由文本、事件与台账、问卷、编码引文作证：支持、不支持或沉默，各按自己的规则判断，规则写在结论旁；没有数据的一栏写明沉默的原因。各栏并列，不合成一个分数。",
        "For each hypothesis documents, events with the ledger, the questionnaire and coded quotes speak separately, each by a rule of its own that stands beside its answer: supports, contradicts, or silent with the reason. They stand side by side and are not merged into one score.",
    )
    yield Words(
        f"文本与事件用精确检验（双侧，水平 {ALPHA:g}）；两地差异经 Holm 校正后水平 {DIFFERENT:g}；“多数”指不少于三分之二，“少数”指不多于三分之一。案例少，判断不出是常态，不算不支持。",
        f"Documents and events are put to exact two-sided tests at {ALPHA:g}; parties differ at {DIFFERENT:g} after Holm's correction; “most” is two thirds or more, “few” one third or less. A case study has few cases: silence is frequent and contradicts nothing.",
    )


def evidence_said(result: StudyResult) -> Iterator[Words]:
    """Say what the coded quotes are and how agreement between coders is measured."""
    yield Words(
        "案例证据逐条给出引文、出处、构念、立场和编码人；引文须能在所引条款中逐字找到。",
        "Each row of case evidence gives quote, place, construct, stance and coder; a quote has to be found in the clause word by word.",
    )
    yield Words(
        "编码一致性用 Krippendorff α（名义尺度，允许缺失），区间为对编码单元重抽样的百分位自助区间。",
        "Agreement of coders is Krippendorff's alpha (nominal, missing codes allowed) with a percentile bootstrap over units.",
    )
