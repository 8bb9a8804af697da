"""What are constructs, levers and elements called, in Chinese and English? The words of the theory's table, and no others."""

from __future__ import annotations

from collections.abc import Mapping

CONSTRUCT_NAMES: Mapping[str, tuple[str, str]] = {
    "scale_gap": ("治理尺度差异", "scale gap"),
    "central_push": ("中央政策调控", "central push"),
    "willingness": ("协同意愿", "willingness"),
    "incentive": ("奖惩机制", "incentive"),
    "involvement": ("协同卷入", "involvement"),
    "standardisation": ("标准化执行", "standardisation"),
    "coordination": ("行政治理协同", "coordination"),
    "trust": ("协同互信", "trust"),
    "barrier": ("行政壁垒", "barrier"),
    "localism": ("地方本位意识", "localism"),
    "development": ("区域协同发展", "development"),
}
LEVER_NAMES: Mapping[str, tuple[str, str]] = {
    "central_push": ("中央推动", "central push"),
    "reward": ("奖励", "reward"),
    "sanction": ("问责", "sanction"),
    "joint_standards": ("联合标准", "joint standards"),
    "data_sharing": ("数据共享", "data sharing"),
}
ELEMENT_NAMES: Mapping[str, tuple[str, str]] = {
    "motive": ("动机", "motive"),
    "path": ("路径", "path"),
    "purpose": ("目的", "purpose"),
}


def construct_name(code: str, language: str = "zh") -> str:
    """Return the name of a construct, or the code of one that a study has added."""
    return CONSTRUCT_NAMES.get(code, (code, code))[0 if language == "zh" else 1]
