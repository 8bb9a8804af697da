"""What do reports on calibration and sensitivity say? Which parameters the data move, which assumptions decide the outcome."""

from __future__ import annotations

import numpy as np
import polars as pl

from tongchi.mechanism.calibration import Posterior
from tongchi.mechanism.dynamics import STATES
from tongchi.mechanism.identifiability import IdentifiabilityReport
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.sensitivity import Sensitivity
from tongchi.report.mechanism_charts import Column, Panel, Reach, column_chart
from tongchi.report.mechanism_runs import assumption_part
from tongchi.report.mechanism_words import NOT_READ, SCENARIO, name_of, parameter_name
from tongchi.report.picture import Ellipse, Picture, Shape
from tongchi.report.survey_charts import Axis
from tongchi.report.survey_content import Block, Figure, Part, Report, Sentences, Table, dash, ends, figure, text
from tongchi.report.survey_report import SYNTHETIC
from tongchi.report.words import Words


def calibration_report(posterior: Posterior, told: IdentifiabilityReport, *, synthetic: bool = False) -> Report:
    """Return the content of the report on a calibration."""
    title = Words("校准：数据说明了什么，说明不了什么", "Calibration: what the data tell and what they do not")
    parts = (
        Part(
            "parameters",
            Words("参数", "Parameters"),
            (_posterior_chart(posterior, told), _posterior_table(posterior, told)),
        ),
        Part("fit", Words("拟合", "Fit"), (_fit_chart(posterior), _fit_table(posterior))),
        _design_part(posterior, told),
        assumption_part(posterior.model, len(posterior.parameters), posterior.seed),
    )
    return Report(title, calibration_headline(posterior, told), parts, SYNTHETIC if synthetic else None)


def calibration_headline(posterior: Posterior, told: IdentifiabilityReport) -> tuple[Words, ...]:
    """Return the sentences that sum a calibration up."""
    inside, count = int(posterior.fit()["inside"].sum()), len(posterior.fit())
    found = [
        Words(told.sentence("zh"), told.sentence("en")),
        Words(
            f"{count} 个观测中有 {inside} 个落在模型的 90% 带内。",
            f"{inside} of {count} observations lie within the model's 90% band.",
        ),
    ]
    pairs = told.tied()
    if pairs:
        listed = "；".join(f"{a} 与 {b}（r = {r:.2f}）" for a, b, r in pairs)
        english = "; ".join(f"{a} and {b} (r = {r:.2f})" for a, b, r in pairs)
        found.append(Words(f"数据分不开：{listed}。", f"The data do not tell apart: {english}."))
    if posterior.seen.left_out:
        names = posterior.seen.left_out
        found.append(
            Words(
                f"未用于校准（不是模型的状态）：{'、'.join(name_of(n).zh for n in names)}。",
                f"Not used, for they are no states of the model: {', '.join(name_of(n).en for n in names)}.",
            )
        )
    return tuple(found)


def _posterior_chart(posterior: Posterior, told: IdentifiabilityReport) -> Figure:
    table = list(posterior.table().iter_rows(named=True))
    moved = [row if row["parameter"] in told.moved else None for row in table]
    columns = (
        Column(
            Words("后验在先验范围中的位置", "posterior within the range"),
            [
                None if row is None else Reach(_in_range(row, "q50"), _in_range(row, "q05"), _in_range(row, "q95"))
                for row in moved
            ],
            low=0.0,
            high=1.0,
        ),
        Column(
            Words("收缩（0 = 数据没有说明）", "contraction (0 = data say nothing)"),
            [Reach(c, c, c) for c in (max(0.0, row["contraction"]) for row in table)],
            "bar",
            0.0,
            1.0,
        ),
    )
    names = [parameter_name(posterior.model, row["parameter"]) for row in table]
    caption = Words("校准的参数", "Calibrated parameters")
    notes = (
        Words(
            "没有被数据推动的参数不给估计（“—”）。",
            "No estimate is given (“—”) for parameters that the data do not move.",
        ),
    )
    return Figure(column_chart(caption, names, columns), caption, notes)


def _in_range(row: dict[str, float], key: str) -> float:
    return (row[key] - row["prior_low"]) / (row["prior_high"] - row["prior_low"])


def _posterior_table(posterior: Posterior, told: IdentifiabilityReport) -> Table:
    rows = []
    for row in posterior.table().iter_rows(named=True):
        name = row["parameter"]
        cells = [
            text(name),
            text(parameter_name(posterior.model, name)),
            text(row["unit"]),
            ends(row["prior_low"], row["prior_high"]),
        ]
        cells += [figure(row["q50"]), ends(row["q05"], row["q95"])] if name in told.moved else [dash(), dash()]
        rows.append((*cells, figure(row["contraction"])))
    head = (
        *(
            Words("参数", "Parameter"),
            Words("含义", "Meaning"),
            Words("单位", "Unit"),
            Words("先验范围", "Range before"),
        ),
        *(Words("后验中位数", "Median after"), Words("90% 区间", "90% interval"), Words("收缩", "Contraction")),
    )
    return Table("posterior", Words("先验与后验", "Before and after the data"), head, tuple(rows), texts=(0, 1))


def _fit_chart(posterior: Posterior) -> Figure:
    fit = posterior.fit()
    shapes: list[Shape] = []
    keys = [(state, region) for state in STATES for region in posterior.model.regions]
    shown = [key for key in keys if len(fit.filter((pl.col("state") == key[0]) & (pl.col("region") == key[1])))]
    for at, (state, region) in enumerate(shown):
        own = fit.filter((pl.col("state") == state) & (pl.col("region") == region)).sort("period")
        time = own["period"].to_list()
        name = name_of(state)
        title = Words(f"{name.zh}（{region}）", f"{name.en} ({region})")
        place = (40.0 + (at % 2) * 352.0, 34.0 + (at // 2) * 150.0, 290.0, 92.0)
        panel = Panel(place, Axis(time[0], time[-1], title), Axis(0.0, 1.0, title), title)
        panel.band(time, own["q05"].to_list(), own["q95"].to_list(), "band")
        panel.frame()
        panel.line(time, own["q50"].to_list(), "middle", title)
        for t, seen, inside in zip(time, own["seen"], own["inside"], strict=True):
            x, y = panel.point(t, seen)
            panel.shapes.append(Ellipse(x, y, 3.6, 3.6, "point_other" if inside else "repels_point"))
        shapes += panel.shapes
    caption = Words("观测与模型", "Observations and model")
    notes = (
        Words(
            "点是观测，空心红点在 90% 带外；线与带是校准后的模型。",
            "Points are observations, hollow red ones outside the 90% band; line and band are the model after calibration.",
        ),
    )
    return Figure(Picture(720.0, 34.0 + -(-len(shown) // 2) * 150.0, caption, tuple(shapes)), caption, notes)


def _fit_table(posterior: Posterior) -> Table:
    rows = tuple(
        (
            text(row["region"]),
            text(f"{row['period']:g}"),
            text(name_of(row["state"])),
            figure(row["seen"]),
            figure(row["q50"]),
            ends(row["q05"], row["q95"]),
            text(
                Words("在内", "inside") if row["inside"] else Words("在外", "outside"), "" if row["inside"] else "bad"
            ),
        )
        for row in posterior.fit().iter_rows(named=True)
    )
    head = (
        *(Words("地区", "Region"), Words("时期", "Period"), Words("状态", "State"), Words("观测", "Seen")),
        *(Words("模型中位数", "Model median"), Words("90% 带", "90% band"), Words("观测在带内", "Within")),
    )
    return Table("fit", Words("逐个观测", "Each observation"), head, rows, texts=(0, 2), detail=True)


def _design_part(posterior: Posterior, told: IdentifiabilityReport) -> Part:
    rows = []
    for row in told.design.to_frame().iter_rows(named=True):
        sd = row["relative_sd"]
        words = Words("说明不了", "not told") if not row["told"] else Words("能说明", "told")
        rows.append(
            (
                text(row["parameter"]),
                text(parameter_name(posterior.model, row["parameter"])),
                figure(sd) if sd is not None else text(Words("无信息", "no information")),
                text(words),
            )
        )
    head = (
        Words("参数", "Parameter"),
        Words("含义", "Meaning"),
        Words("相对标准差", "Relative deviation"),
        Words("仅凭数据", "By the data alone"),
    )
    notes = (
        Words(
            "相对标准差：只凭这些数据（不靠先验）能把参数定到多准；接近或大于 1 即与 0 分不开。",
            "Relative deviation: how exactly these data alone, without the prior, tell a parameter; near or above 1 it is not told from 0.",
        ),
    )
    blocks: list[Block] = [
        Table("design", Words("设计能说明什么", "What the design can tell"), head, tuple(rows), notes, texts=(0, 1))
    ]
    for direction in told.design.directions:
        if np.isfinite(direction.relative_sd) and direction.relative_sd > 1:
            listed = ", ".join(f"{name} {weight:+.2f}" for name, weight in direction.weights.items())
            blocks.append(
                Sentences((Words(f"数据看不见的方向：{listed}。", f"A direction the data do not see: {listed}."),))
            )
    blocks.append(Sentences((SCENARIO, NOT_READ)))
    return Part("design", Words("可识别性", "Identifiability"), tuple(blocks))


def sensitivity_report(found: Sensitivity, model: DynamicModel, *, seed: int = 0, synthetic: bool = False) -> Report:
    """Return the content of the report on a sensitivity analysis."""
    title = Words("敏感性：哪些假设决定结果", "Sensitivity: which assumptions decide the outcome")
    parts = (
        Part("sobol", Words("Sobol 指数", "Sobol indices"), (_sobol_chart(found, model), _sobol_table(found, model))),
        Part("screening", Words("筛选", "Screening"), (_morris_table(found, model),)),
        assumption_part(model, found.indices.runs, seed),
    )
    return Report(title, sensitivity_headline(found, model), parts, SYNTHETIC if synthetic else None)


def sensitivity_headline(found: Sensitivity, model: DynamicModel) -> tuple[Words, ...]:
    """Return the sentences that sum a sensitivity analysis up."""
    top = list(found.indices.to_frame().iter_rows(named=True))[:3]
    target = name_of(found.outcome)
    listed = "、".join(f"{parameter_name(model, row['input']).zh}（{row['total']:.2f}）" for row in top)
    english = ", ".join(f"{parameter_name(model, row['input']).en} ({row['total']:.2f})" for row in top)
    together = float(found.indices.first.sum())
    return (
        Words(
            f"期末{target.zh}的差异最受这些假设左右（总效应指数）：{listed}。",
            f"What decides {target.en} at the end most (total index): {english}.",
        ),
        Words(
            f"各参数单独作用合计约占方差的 {min(1.0, max(0.0, together)):.0%}，其余来自相互作用。",
            f"Parameters acting alone account for about {min(1.0, max(0.0, together)):.0%} of the variance, the rest is interaction.",
        ),
        SCENARIO,
    )


def _sobol_chart(found: Sensitivity, model: DynamicModel) -> Figure:
    frame = list(found.indices.to_frame().iter_rows(named=True))
    columns = (
        Column(Words("总效应", "total"), [Reach(r["total"], r["total_lower"], r["total_upper"]) for r in frame], "bar"),
        Column(
            Words("一阶", "first order"), [Reach(r["first"], r["first_lower"], r["first_upper"]) for r in frame], "bar"
        ),
    )
    names = [parameter_name(model, row["input"]) for row in frame]
    caption = Words("Sobol 指数与 95% 区间", "Sobol indices with 95% intervals")
    return Figure(column_chart(caption, names, columns), caption)


def _sobol_table(found: Sensitivity, model: DynamicModel) -> Table:
    rows = tuple(
        (
            text(row["input"]),
            text(parameter_name(model, row["input"])),
            figure(row["first"]),
            ends(row["first_lower"], row["first_upper"]),
            figure(row["total"]),
            ends(row["total_lower"], row["total_upper"]),
        )
        for row in found.indices.to_frame().iter_rows(named=True)
    )
    head = (
        *(
            Words("参数", "Parameter"),
            Words("含义", "Meaning"),
            Words("一阶", "First order"),
            Words("95% 区间", "95% interval"),
        ),
        *(Words("总效应", "Total"), Words("95% 区间", "95% interval")),
    )
    notes = (
        Words(
            f"参数在其范围内均匀变动，其余固定；模型运行 {found.indices.runs:,} 次。",
            f"Parameters vary evenly over their ranges, the others are fixed; {found.indices.runs:,} runs.",
        ),
    )
    return Table("sobol", Words("一阶与总效应", "First and total order"), head, rows, notes, texts=(0, 1))


def _morris_table(found: Sensitivity, model: DynamicModel) -> Table:
    kept = set(found.indices.names)
    rows = tuple(
        (
            text(row["input"]),
            text(parameter_name(model, row["input"])),
            figure(row["mean_absolute"]),
            figure(row["mean"]),
            figure(row["deviation"]),
            text(Words("是", "yes") if row["input"] in kept else Words("否", "no")),
        )
        for row in found.screening.to_frame().iter_rows(named=True)
    )
    head = (
        *(Words("参数", "Parameter"), Words("含义", "Meaning"), Words("μ*", "μ*"), Words("均值", "Mean")),
        *(Words("σ", "σ"), Words("进入 Sobol", "Kept for Sobol")),
    )
    notes = (
        Words(
            "μ*：在整个范围内移动该参数引起的平均绝对变化；σ 大表示非线性或与其他参数相互作用（Morris 1991）。",
            "μ*: mean absolute change as the parameter crosses its range; a large σ is non-linearity or interaction (Morris 1991).",
        ),
    )
    return Table(
        "morris", Words("全部参数的筛选", "Screening of all parameters"), head, rows, notes, texts=(0, 1), detail=True
    )
