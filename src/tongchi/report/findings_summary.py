"""What does a screening come to? Counts by item and place, the order in which findings are read, and a few sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from tongchi.barriers.batch import Screening, UnreadFile
from tongchi.barriers.catalogue import CatalogueEntry, load_catalogue
from tongchi.documents.places import PROVINCES
from tongchi.report.words import Words

UNKNOWN_PLACE = Words("地区不明", "place unknown")
NATION = Words("国家", "national")
SEVERITIES: Mapping[str, Words] = {"clear": Words("明确", "clear"), "arguable": Words("可商榷", "arguable")}
SEVERITY_NOTES: Mapping[str, Words] = {
    "clear": Words(
        "限制或者差别写在字面上：条件、禁止、强制优先、金额不同",
        "the restriction stands in the words: a condition, a ban, a mandatory preference, another sum",
    ),
    "arguable": Words(
        "仅备案告知、措辞较软、只是地方项目的范围，或者可能有正当理由",
        "mere filing, soft words, the scope of a local programme, or a possible justification",
    ),
}
ARTICLES: Mapping[int, Words] = {
    8: Words("市场准入和退出", "entry and exit"),
    9: Words("商品、要素自由流动", "free flow of goods and factors"),
    10: Words("生产经营成本", "costs of production and business"),
    11: Words("生产经营行为", "conduct of business"),
}


@dataclass(frozen=True)
class FindingsSummary:
    """A screening made ready to be shown: `rows` run from the most certain finding to the least, clear ones first."""

    documents: int
    clauses: int
    unread: tuple[UnreadFile, ...]
    rows: tuple[dict[str, Any], ...]

    @cached_property
    def clear(self) -> int:
        """Number of findings that stand in the words."""
        return sum(row["severity"] == "clear" for row in self.rows)

    @cached_property
    def documents_with_findings(self) -> int:
        """Number of documents in which something was found."""
        return len({row["document"] for row in self.rows})

    @cached_property
    def counts(self) -> Counter[tuple[str, str, str]]:
        """Findings by code, severity and place."""
        return Counter((row["code"], row["severity"], row["place"]) for row in self.rows)

    @cached_property
    def entries(self) -> tuple[CatalogueEntry, ...]:
        """The items under which something was found, in the order of the regulation."""
        found = {row["code"] for row in self.rows}
        return tuple(entry for entry in load_catalogue().values() if entry.code in found)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The places with findings, those with most first; "" is a place that is not known."""
        totals = Counter(row["place"] for row in self.rows)
        return tuple(sorted(totals, key=lambda place: (-totals[place], place)))

    def count(self, code: str = "", severity: str = "", place: str | None = None) -> int:
        """Return the number of findings of an item, a severity and a place; what is left out does not matter."""
        return sum(
            number
            for (each, grade, where), number in self.counts.items()
            if code in ("", each) and severity in ("", grade) and place in (None, where)
        )


def summarise(screening: Screening) -> FindingsSummary:
    """Return a screening made ready to be shown."""
    table = screening.findings.with_row_index("at")
    places = _merged(table["jurisdiction"].unique().to_list())
    order = table.sort(pl.col("severity") != "clear", -pl.col("probability"), "at", maintain_order=True)
    rows = tuple({**row, "place": places[row["jurisdiction"]]} for row in order.iter_rows(named=True))
    return FindingsSummary(screening.documents, screening.clauses, screening.unread, rows)


def _merged(names: list[str]) -> dict[str, str]:
    """Return the name under which each place is counted: 上海 and 郑州 with 上海市 and 郑州市 where both are met."""
    known = {*names, *PROVINCES.values()}
    merged = dict.fromkeys(("国家", "全国", "中国"), "国家")
    for name in (name for name in names if name not in merged):
        longer = [name + unit for unit in ("省", "市", "自治区", "壮族自治区", "回族自治区", "维吾尔自治区")]
        merged[name] = next((each for each in longer if name and each in known), name)
    return merged


def place_words(place: str) -> Words:
    """Return how a place is shown."""
    return {"": UNKNOWN_PLACE, "国家": NATION}.get(place, Words(place, place))


def entry_words(entry: CatalogueEntry) -> Words:
    """Return code and name of an item."""
    return Words(f"{entry.code} {entry.name_zh}", f"{entry.code} {entry.name_en}")


def chance(row: Mapping[str, Any]) -> str:
    """Return the probability of a finding with two digits; nothing is certain, so 0.998 is shown as > 0.99."""
    value = float(row["probability"])
    return f"{value:.2f}" if value < 0.995 else "> 0.99"


def title_of(row: Mapping[str, Any]) -> str:
    """Return the title of the document of a finding, its name where the text has none."""
    return str(row["title"] or row["document"])


def summary_sentences(summary: FindingsSummary) -> tuple[Words, ...]:
    """Return what was found, how often, where most, and what could not be read."""
    return tuple(_sentences(summary))


_ENOUGH = 10  # findings of which it is worth saying where most are


def _sentences(summary: FindingsSummary) -> Iterator[Words]:
    yield _found(summary)
    if summary.documents > 1 and summary.rows and summary.clauses >= 1000:
        rate = f"{1000 * len(summary.rows) / max(1, summary.clauses):.1f}"
        yield Words(
            f"共筛查 {summary.clauses:,} 个条款（款、项），平均每千条 {rate} 个。",
            f"{summary.clauses:,} clauses (paragraphs and items) were screened: {rate} in a thousand.",
        )
    if len(summary.rows) >= _ENOUGH:
        most = sorted(summary.entries, key=lambda entry: -summary.count(entry.code))[:3]
        counts = [(entry, summary.count(entry.code)) for entry in most]
        zh = "，".join(f"{entry.code} {entry.name_zh}（{n:,} 个）" for entry, n in counts)
        en = "; ".join(f"{entry.code} {entry.name_en} ({n:,})" for entry, n in counts)
        yield Words(f"最多的是：{zh}。", f"Most often: {en}.")
    if summary.unread:
        number = len(summary.unread)
        yield Words(
            f"另有 {number:,} 份文件无法读取，没有筛查。",
            f"{_plural(number, 'file')} could not be read and {'was' if number == 1 else 'were'} not screened.",
        )
    yield Words(
        "发现是审查的线索，不是违法的认定：是否违反条例、是否适用第十二条例外，由审查人员判断。",
        "A finding is a reason to look and no verdict: whether the regulation is breached, or article 12 applies, is for the reviewer.",
    )


def _found(summary: FindingsSummary) -> Words:
    count, documents, clauses = len(summary.rows), summary.documents, summary.clauses
    if not count:
        return Words(
            f"{documents:,} 份文件的 {clauses:,} 个条款（款、项）中没有发现需要审查的。",
            f"None of the {_plural(clauses, 'clause')} in {_plural(documents, 'document')} calls for review.",
        )
    call = "calls" if count == 1 else "call"
    if documents == 1:
        return Words(
            f"{clauses:,} 个条款（款、项）中有 {count:,} 个需要审查，其中 {summary.clear:,} 个限制写得明确。",
            f"{count:,} of {_plural(clauses, 'clause')} (paragraphs and items) {call} for review; in {summary.clear:,} the restriction is clear.",
        )
    return Words(
        f"{documents:,} 份文件中有 {summary.documents_with_findings:,} 份、{count:,} 个条款需要审查，其中 {summary.clear:,} 个限制写得明确。",
        f"{_plural(count, 'clause')} in {summary.documents_with_findings:,} of {documents:,} documents {call} for review; in {summary.clear:,} the restriction is clear.",
    )


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
