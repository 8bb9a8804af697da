"""Who answered, who is set aside, and what does each item look like? The part of the report on the sample."""

from __future__ import annotations

from tongchi.report.survey_content import (
    Block,
    Heading,
    Names,
    Part,
    Sentences,
    Table,
    figure,
    missing,
    share,
    text,
    whole,
)
from tongchi.report.survey_numbers import count, number, p_equals, percent
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.cleaning import COMBINED
from tongchi.survey.cleaning_rules import RULES
from tongchi.survey.unavailable import NotAvailable

_LISTED = 12


def sample_part(analysis: SurveyAnalysis, names: Names) -> Part:
    """Return the part on respondents, cleaning, missing answers and items."""
    blocks: list[Block] = [_respondents(analysis), *_groups(analysis, names), *_durations(analysis)]
    blocks += [Heading(Words("数据清洗", "Cleaning")), _decision(analysis), _rules(analysis)]
    blocks += [Heading(Words("缺失", "Missing answers")), *_missing(analysis)]
    blocks += [Heading(Words("题目描述", "Items")), _items(analysis, names)]
    return Part("sample", Words("样本与数据清洗", "Sample and cleaning"), tuple(blocks))


def _respondents(analysis: SurveyAnalysis) -> Sentences:
    sample = analysis.sample
    given, used, complete = count(sample.given).en, count(sample.used).en, count(sample.complete).en
    removed, part = count(analysis.cleaning.removed).en, percent(analysis.cleaning.removed / max(1, sample.given)).en
    answered = percent(sample.answered_share).en
    return Sentences(
        (
            Words(
                f"收到答卷 {given} 份，其中 {removed} 份（{part}）未纳入主分析；主分析使用 {used} 份，其中各题全部作答的 {complete} 份。",
                f"{given} questionnaires were received; {removed} ({part}) were set aside; {used} enter the main analysis, of which {complete} answer every item.",
            ),
            Words(
                f"收到的全部答卷中，题目作答率为 {answered}。",
                f"Of all item cells received, {answered} hold an answer.",
            ),
        )
    )


def _groups(analysis: SurveyAnalysis, names: Names) -> list[Block]:
    sample = analysis.sample
    if not sample.groups:
        return []
    rows = [(text(Words(each.zh, each.en)), whole(each.given), whole(each.used)) for each in sample.groups]
    notes: tuple[Words, ...] = ()
    if sample.without_group:
        lost = count(sample.without_group).en
        notes = (Words(f"另有 {lost} 人没有填写所属组。", f"{lost} more do not say to which group they belong."),)
    head = (names.column(sample.group), Words("收到", "Received"), Words("分析", "Analysed"))
    return [Table("groups", Words("各组人数", "Respondents by group"), head, tuple(rows), notes)]


def _durations(analysis: SurveyAnalysis) -> list[Block]:
    time = analysis.sample.durations
    if isinstance(time, NotAvailable):
        return [missing(Words("作答时间", "Time taken"), time)]
    middle, low, high = (number(each / 60, 1).en for each in (time.median, time.lower_quartile, time.upper_quartile))
    return [
        Sentences(
            (
                Words(
                    f"作答时间中位数 {middle} 分钟，中间一半的人在 {low} 至 {high} 分钟之间。",
                    f"Answering took {middle} minutes in the median; the middle half took {low} to {high} minutes.",
                ),
            )
        )
    ]


def _decision(analysis: SurveyAnalysis) -> Sentences:
    rules = [rule for rule in analysis.cleaning.rules if rule in analysis.cleaning.cleaning.flags]
    zh = "、".join(_rule(rule).zh for rule in rules)
    en = ", ".join(_rule(rule).en for rule in rules)
    return Sentences(
        (
            Words(
                f"触发下列任一规则的答卷不进入主分析：{zh}。其余规则只作提示，因为诚实的人也会有少见的看法；超出量表的取值按缺失处理。",
                f"The main analysis leaves out who is flagged by any of these rules: {en}. The other rules only inform, since an honest person may hold a rare view; values outside the scale count as missing.",
            ),
            Words(
                "没有任何答卷被删除；全部答卷的结果与主分析并列给出。",
                "Nothing was deleted: results on all questionnaires stand beside the main ones.",
            ),
        )
    )


def _rule(rule: str) -> Words:
    if rule == COMBINED:
        return Words("综合指数", "combined index")
    return Words(RULES[rule][0], RULES[rule][1])


def _rules(analysis: SurveyAnalysis) -> Table:
    cleaning = analysis.cleaning.cleaning
    rows = []
    for rule in (*RULES, COMBINED):
        used = rule in analysis.cleaning.rules
        kept = Words("是", "yes") if used else Words("否", "no")
        if flag := cleaning.flags.get(rule):
            part = share(flag.count / max(1, len(flag.score)))
            rows.append((text(_rule(rule)), text(flag.cutoff), whole(flag.count), part, text(kept)))
        else:
            reason = cleaning.not_available[rule]
            why = Words(f"未用：{reason.zh}", f"not applied: {reason.en}")
            rows.append((text(_rule(rule)), text(why), text("—"), text("—"), text("—")))
    head = (
        Words("规则", "Rule"),
        Words("界限", "Cutoff"),
        Words("标记人数", "Flagged"),
        Words("占比", "Share"),
        Words("据此不纳入主分析", "Sets aside"),
    )
    note = Words("一人可被多条规则标记。", "One respondent may be flagged by several rules.")
    caption = Words("作答质量规则及标记人数", "Rules on the quality of answers, and how many they flag")
    return Table("cleaning", caption, head, tuple(rows), (note,), texts=(0, 1))


def _missing(analysis: SurveyAnalysis) -> list[Block]:
    cleaning = analysis.cleaning.cleaning
    patterns = cleaning.patterns
    little = cleaning.little
    gaps = sum(each.count for each in patterns if each.items)
    first = Words(
        f"{count(gaps).en} 份答卷有缺失，共 {count(len([e for e in patterns if e.items])).en} 种缺失模式。",
        f"{count(gaps).en} questionnaires have gaps, in {count(len([e for e in patterns if e.items])).en} patterns.",
    )
    if isinstance(little, NotAvailable):
        return [Sentences((first,)), missing(Words("Little 的 MCAR 检验", "Little's MCAR test"), little)]
    p = p_equals(little.p)
    stat = f"χ²({count(little.df).en}) = {number(little.statistic).en}"
    verdict = (
        Words("缺失并非完全随机，", "so answers are not missing completely at random.")
        if little.p < 0.05
        else Words("与完全随机缺失不矛盾，", "so nothing speaks against answers missing completely at random.")
    )
    ending = "分析仍使用所有作答，只要求缺失可由已答题目解释。" if little.p < 0.05 else "但不能证明缺失完全随机。"
    return [
        Sentences(
            (
                first,
                Words(
                    f"Little 的 MCAR 检验：{stat}，{p.zh}，{verdict.zh}{ending}",
                    f"Little's MCAR test: {stat}, {p.en}, {verdict.en}",
                ),
            )
        )
    ]


def _items(analysis: SurveyAnalysis, names: Names) -> Table:
    rows = []
    for item in analysis.items:
        said = names.item(item.code)
        what = Words(f"{item.code}　{said.zh}", f"{item.code} {said.en}")
        numbers = (figure(each) for each in (item.mean, item.sd, item.skewness, item.kurtosis))
        rows.append((text(what), whole(item.n), whole(item.missing), *numbers))
    head = (
        Words("题目", "Item"),
        Words("n", "n"),
        Words("缺失", "Missing"),
        Words("均值", "M"),
        Words("标准差", "SD"),
        Words("偏度", "Skew"),
        Words("峰度", "Kurtosis"),
    )
    note = Words("反向题已转正；峰度为超额峰度。", "Reversed items are turned round; kurtosis is that in excess of 3.")
    return Table(
        "items",
        Words("题目描述统计", "Items"),
        head,
        tuple(rows),
        (note,),
        detail=len(rows) > _LISTED,
    )
