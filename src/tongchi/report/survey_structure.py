"""How do the constructs act on one another? Fit, picture and coefficients of the structural model."""

from __future__ import annotations

from tongchi.report.path_diagram import diagram_of_fit, draw_paths
from tongchi.report.survey_content import (
    Block,
    Cell,
    Figure,
    Heading,
    Names,
    Part,
    Sentences,
    Table,
    ends,
    figure,
    missing,
    of_one,
    probability,
    text,
)
from tongchi.report.survey_fit import fit_sentences
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.analysis_structure import EstimatedModel, Structure
from tongchi.survey.structural_model import StructuralModel
from tongchi.survey.unavailable import NotAvailable

_TITLE = Words("结构模型", "Structural model")


def structure_part(analysis: SurveyAnalysis, names: Names) -> Part:
    """Return the part on the structural model."""
    structure = analysis.structure
    if isinstance(structure, NotAvailable):
        return Part("structure", _TITLE, (missing(_TITLE, structure),))
    blocks: list[Block] = [*fit_sentences(structure.main.fit, Words("主模型", "Main model")), *_loops(structure, names)]
    blocks += _picture(structure, names)
    blocks += _paths(structure.main, names, Words("主模型的路径系数", "Paths of the main model"), "paths")
    for at, each in enumerate(structure.estimated[1:], start=1):
        name = Words(f"备选模型 {at}", f"Alternative model {at}")
        caption = Words(f"备选模型 {at} 的路径系数", f"Paths of alternative model {at}")
        blocks += [Heading(name), *fit_sentences(each.fit, name), *_paths(each, names, caption, f"paths_{at}")]
    return Part("structure", _TITLE, tuple(blocks))


def variable_names(model: StructuralModel, names: Names) -> dict[str, Words]:
    """Return what each variable of the syntax is called."""
    return {model.variable(code): names.construct(code) for code in model.constructs}


def arrow_words(cause: str, effect: str, names: Names) -> Words:
    """Return "A → B"."""
    one, other = names.construct(cause), names.construct(effect)
    return Words(f"{one.zh} → {other.zh}", f"{one.en} → {other.en}")


def _loops(structure: Structure, names: Names) -> list[Block]:
    if not structure.models.loops:
        return []
    rounds = []
    for loop in structure.models.loops:
        around = [names.construct(code) for code in (*loop, loop[0])]
        rounds.append(Words(" → ".join(w.zh for w in around), " → ".join(w.en for w in around)))
    left = [arrow_words(each.cause, each.effect, names) for each in structure.main.model.left_out]
    return [
        Sentences(
            (
                Words(
                    f"假设中有回路（{'；'.join(w.zh for w in rounds)}）。一次调查分不清回路的方向，主模型因此略去{'、'.join(w.zh for w in left)}，改由备选模型估计；回路随时间如何运转，要由动态模型或多期数据回答。",
                    f"The hypotheses hold a loop ({'; '.join(w.en for w in rounds)}). One survey cannot tell the directions of a loop apart: the main model leaves out {', '.join(w.en for w in left)}, which an alternative model estimates; what the loop does over time is for a dynamic model or for repeated surveys.",
                ),
            )
        )
    ]


def _picture(structure: Structure, names: Names) -> list[Block]:
    found = structure.main.fit
    if isinstance(found, NotAvailable):
        return []
    model = structure.main.model
    elsewhere = [(model.variable(p.cause), model.variable(p.effect)) for p in model.left_out if p.cause in model.constructs and p.effect in model.constructs]  # fmt: skip
    diagram = diagram_of_fit(found.fit, variable_names(model, names), elsewhere=elsewhere)
    notes = [
        Words("标准化系数，方括号内为 95% 置信区间。", "Standardised coefficients with 95% confidence intervals."),
        Words("* p < 0.05，** p < 0.01，*** p < 0.001。", "* p < .05, ** p < .01, *** p < .001."),
    ]
    if len(model.exogenous) > 1:
        notes.append(
            Words(
                "外生构念之间的相关已估计，图中未画。",
                "Correlations among exogenous constructs are estimated but not drawn.",
            )
        )
    return [
        Figure(
            draw_paths(diagram),
            Words("结构模型的标准化解", "Standardised solution of the structural model"),
            tuple(notes),
        )
    ]


def _paths(estimated: EstimatedModel, names: Names, caption: Words, key: str) -> list[Block]:
    found, model = estimated.fit, estimated.model
    if isinstance(found, NotAvailable):
        return []
    raw = {(row["rhs"], row["lhs"]): row for row in found.fit.estimates if row["op"] == "~"}
    scaled = {(row["rhs"], row["lhs"]): row for row in found.fit.standardized if row["op"] == "~"}
    of_all = {} if isinstance(estimated.everyone, NotAvailable) else _standardised(estimated)
    rows = []
    for path in model.paths:
        edge = model.variable(path.cause), model.variable(path.effect)
        if edge in raw:
            told = path.origin if path.stated else "—"
            cells = _coefficients(raw[edge], scaled[edge])
            other = (figure(of_all.get(edge)),) if of_all else ()
            rows.append((text(arrow_words(path.cause, path.effect, names)), text(told), *cells, *other))
    heads = [
        ("路径", "Path"), ("假设", "Hypothesis"), ("B", "B"), ("标准误", "SE"), ("β", "β"), ("β 的 95% 区间", "95% CI of β"),
        ("p", "p"),
    ]  # fmt: skip
    notes = [
        Words(
            "B：非标准化系数；β：标准化系数；p 检验 B = 0。",
            "B: unstandardised, β: standardised coefficient; p tests B = 0.",
        )
    ]
    if of_all:
        heads.append(("β（全部答卷）", "β (everybody)"))
        notes.append(Words("末列不剔除任何答卷。", "The last column sets nobody aside."))
    head = tuple(Words(*each) for each in heads)
    return [Table(key, caption, head, tuple(rows), (*notes, *_explained(estimated, names)))]


def _coefficients(raw: dict[str, float | None], scaled: dict[str, float | None]) -> tuple[Cell, ...]:
    return (
        figure(raw["est"]),
        figure(raw["se"]),
        figure(scaled["est.std"]),
        ends(scaled["ci.lower"], scaled["ci.upper"]),
        probability(raw["pvalue"]),
    )


def _standardised(estimated: EstimatedModel) -> dict[tuple[str, str], float | None]:
    if isinstance(estimated.everyone, NotAvailable):
        return {}
    rows = estimated.everyone.fit.standardized
    return {(row["rhs"], row["lhs"]): row["est.std"] for row in rows if row["op"] == "~"}


def _explained(estimated: EstimatedModel, names: Names) -> tuple[Words, ...]:
    if isinstance(estimated.fit, NotAvailable):
        return ()
    shares = estimated.fit.fit.rsquare[0]
    called = variable_names(estimated.model, names)
    targets = dict.fromkeys(estimated.model.variable(path.effect) for path in estimated.model.paths)
    found = [(called[code], of_one(shares.get(code)).words) for code in targets if code in called]
    zh = "，".join(f"{name.zh} {value.zh}" for name, value in found)
    en = ", ".join(f"{name.en} {value.en}" for name, value in found)
    return (Words(f"R²：{zh}。", f"R²: {en}."),) if found else ()
