"""Which words does the report on a questionnaire use for what the results carry as keys?"""

from __future__ import annotations

from collections.abc import Mapping

from tongchi.report.words import Words

VERDICTS: Mapping[str, Words] = {
    "supported": Words("✓ 支持", "✓ supported"),
    "contradicted": Words("× 不支持", "× contradicted"),
    "undecided": Words("? 未定", "? undecided"),
}
VERDICT_LOOKS: Mapping[str, str] = {"supported": "good", "contradicted": "bad"}
KINDS: Mapping[str, Words] = {
    "direct": Words("直接路径", "direct path"),
    "mediated": Words("中介路径", "mediated path"),
    "level": Words("水平", "level"),
    "group": Words("组间", "groups"),
}
STEPS: Mapping[str, Words] = {
    "configural": Words("形态等值", "configural"),
    "metric": Words("弱等值（负荷）", "metric (loadings)"),
    "thresholds": Words("阈值等值", "thresholds"),
    "loadings": Words("负荷等值", "loadings"),
    "scalar": Words("强等值（截距）", "scalar (intercepts)"),
    "intercepts": Words("截距等值", "intercepts"),
    "strict": Words("严格等值（残差）", "strict (residuals)"),
    "residuals": Words("残差等值", "residuals"),
}
CORRECTIONS: Mapping[str, Words] = {
    "holm": Words("Holm", "Holm"),
    "benjamini-hochberg": Words("Benjamini–Hochberg", "Benjamini–Hochberg"),
    "none": Words("未校正", "no correction"),
}
QUADRANTS: Mapping[str, Words] = {
    "concentrate": Words("优先改进", "concentrate here"),
    "keep": Words("继续保持", "keep up"),
    "low": Words("次要", "low priority"),
    "overkill": Words("可能投入过多", "possible overkill"),
}
ESTIMATORS: Mapping[str, Words] = {
    "ML": Words("极大似然（ML）", "maximum likelihood (ML)"),
    "MLR": Words("稳健极大似然（MLR）", "robust maximum likelihood (MLR)"),
    "MLM": Words(
        "Satorra–Bentler 校正的极大似然（MLM）", "maximum likelihood with the Satorra–Bentler correction (MLM)"
    ),
    "WLSMV": Words(
        "对角加权最小二乘，均值与方差校正（WLSMV）",
        "diagonally weighted least squares, mean and variance adjusted (WLSMV)",
    ),
}
TREATMENTS: Mapping[str, Words] = {
    "fiml": Words(
        "全信息极大似然（FIML），使用所有作答",
        "full information maximum likelihood (FIML), which uses every answer given",
    ),
    "listwise": Words("删除有缺失的个案（listwise）", "listwise deletion of incomplete cases"),
    "pairwise": Words("成对可用个案（pairwise）", "pairwise available cases"),
}


def named(key: str, words: Mapping[str, Words]) -> Words:
    """Return the words for a key, or the key itself."""
    return words.get(key, Words(key, key))
