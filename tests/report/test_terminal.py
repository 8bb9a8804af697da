"""The summary fits a terminal and says the same as the page."""

from __future__ import annotations

import io

from rich.console import Console

from tongchi.comparison.model import Comparison, PairComparison
from tongchi.report.terminal import print_summary


def printed(comparison: Comparison | PairComparison, **options: object) -> str:
    out = io.StringIO()
    print_summary(comparison, Console(file=out, width=100), **options)  # type: ignore[arg-type]
    return out.getvalue()


def test_headline_counts_and_gravest_differences(sample_pair: PairComparison) -> None:
    text = printed(sample_pair, top=6)
    assert "标尺差距为 0.40" in text
    assert "移交档案期限 60 日 → 30 日" in text
    assert text.count("\n│ 第") == 6


def test_english_and_matrix_for_three(three_parties: Comparison) -> None:
    text = printed(three_parties, language="en")
    assert "Gap matrix" in text
    assert "conformity is highest in 江州市 (1.00)" in text
