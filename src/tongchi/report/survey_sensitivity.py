"""Would another estimator, or another choice of respondents, have told another story? Verdicts side by side."""

from __future__ import annotations

from tongchi.report.survey_content import Block, Cell, Heading, Sentences, Table, dash, missing, reasons, text
from tongchi.report.survey_numbers import coefficient
from tongchi.report.survey_words import VERDICT_LOOKS, VERDICTS, named
from tongchi.report.words import Words
from tongchi.survey.hypotheses import HypothesisResult
from tongchi.survey.hypotheses_sensitivity import Sensitivity, Variant
from tongchi.survey.unavailable import NotAvailable

_TITLE = Words("稳健性", "Sensitivity")


def sensitivity_blocks(found: Sensitivity | NotAvailable) -> list[Block]:
    """Return the flips in a sentence, and the table of verdicts under every variant."""
    heading = Heading(_TITLE)
    if isinstance(found, NotAvailable):
        return [heading, missing(_TITLE, found)]
    known = [each for each in found.variants if not isinstance(found.tables.get(each.name), NotAvailable)]
    gone = reasons((Words(each.zh, each.en), found.tables.get(each.name)) for each in found.variants)
    if not known:
        return [heading, Sentences(gone)]
    head = [Words("假设", "No."), Words("主分析", "Main")]
    head += [Words(each.name, each.name) for each in known]
    rows = []
    for one in found.main.results:
        cells = [_cell(one, None)]
        for each in known:
            table = found.tables[each.name]
            cells.append(dash() if isinstance(table, NotAvailable) else _cell(table.of(one.id), one))
        rows.append((text(one.id), *cells))
    note = Words(
        "格内为标准化效应与判定：✓ 支持，× 不支持，? 未定；“≠”表示与主分析不同。",
        "Standardised effect and verdict: ✓ supported, × contradicted, ? undecided; ≠ marks what differs from the main analysis.",
    )
    caption = Words("换用其他估计方法和样本时的判定", "Verdicts under other estimators and respondents")
    table_block = Table(
        "sensitivity",
        caption,
        tuple(head),
        tuple(rows),
        (note, _key(known), *gone),
    )
    return [heading, _verdict(found), table_block]


def _key(known: list[Variant]) -> Words:
    zh = "；".join(f"{each.name}：{each.zh}" for each in known)
    en = "; ".join(f"{each.name}: {each.en}" for each in known)
    return Words(f"{zh}。", f"{en}.")


def _verdict(found: Sensitivity) -> Sentences:
    tested = [one for one in found.main.results if not isinstance(one.verdict, NotAvailable)]
    if not found.flips:
        return Sentences(
            (
                Words(
                    f"{len(tested)} 条有判定的假设在所有可用的做法下判定都不变。",
                    f"All {len(tested)} verdicts stay the same under every variant that is available.",
                ),
            )
        )
    moved = list(dict.fromkeys(flip.hypothesis for flip in found.flips))
    turned = list(dict.fromkeys(flip.hypothesis for flip in found.flips if flip.reversal))
    said = [
        Words(
            f"{len(moved)} 条假设的判定会随做法改变：{'、'.join(moved)}；其余 {len(found.robust)} 条不变。",
            f"The verdicts on {', '.join(moved)} change with the variant; the other {len(found.robust)} do not.",
        )
    ]
    if turned:
        said.append(
            Words(
                f"其中 {'、'.join(turned)} 在支持与不支持之间反转。",
                f"{', '.join(turned)}: support and contradiction trade places.",
            )
        )
    else:
        said.append(
            Words("没有一条在支持与不支持之间反转。", "No verdict turns from support to contradiction or back.")
        )
    return Sentences(tuple(said))


def _cell(one: HypothesisResult, main: HypothesisResult | None) -> Cell:
    if isinstance(one.verdict, NotAvailable):
        return dash()
    verdict = named(one.verdict.value, VERDICTS)
    size = "" if isinstance(one.effect, NotAvailable) else coefficient(one.effect.standardised) + " "
    differs = main is not None and not isinstance(main.verdict, NotAvailable) and main.verdict is not one.verdict
    mark = "≠ " if differs else ""
    look = "strong" if differs else VERDICT_LOOKS.get(one.verdict.value, "") if main is None else ""
    sign = verdict.zh[0]  # the words would fill the table
    return text(Words(f"{mark}{size}{sign}", f"{mark}{size}{sign}"), look)
