"""The JSON form follows its schema, says what the comparison says, and is the same on every run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tongchi.comparison.model import Comparison, PairComparison
from tongchi.report.comparison_json import comparison_to_json, write_json

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "reference" / "comparison.schema.json"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(loaded)
    return loaded


def test_a_pair_and_three_parties_follow_the_schema(
    sample_pair: PairComparison, three_parties: Comparison, schema: dict[str, Any]
) -> None:
    for comparison in (sample_pair, three_parties):
        jsonschema.validate(comparison_to_json(comparison), schema, cls=jsonschema.Draft202012Validator)


def test_links_carry_numbers_types_and_quantities(sample_pair: PairComparison) -> None:
    data: Any = comparison_to_json(sample_pair)
    assert [len(each["articles"]) for each in data["documents"]] == [46, 48]
    (pair,) = data["pairs"]
    link = next(each for each in pair["links"] if (each["a"], each["b"]) == ("43", "46"))
    assert (link["type"], link["direction"], link["coarse"]) == ("quantity", "S", "differs")
    assert link["quantities"][0]["b"]["lo"] == 5000
    assert {(each["side"], each["number"]) for each in pair["only"]} >= {("a", "6"), ("b", "40")}
    assert pair["gap"]["vintage"] == {"a": "2017-05-16", "b": "2023-09-12"}


def test_quotes_stand_at_their_offsets(sample_pair: PairComparison) -> None:
    data: Any = comparison_to_json(sample_pair)
    sources = {"a": sample_pair.a.source, "b": sample_pair.b.source}
    for link in data["pairs"][0]["links"]:
        for quote in link["quotes"]:
            assert quote["text"] in sources[quote["side"]][quote["start"] : quote["end"]]


def test_conformity_is_one_minus_the_gap(three_parties: Comparison) -> None:
    data: Any = comparison_to_json(three_parties)
    assert data["baseline"] == three_parties.documents[2].id
    assert [each and each["value"] for each in data["conformity"]] == [1.0, 0.6, None]
    assert data["conformity"][1]["interval"] == [0.54, 0.66]


def test_two_runs_give_the_same_bytes(three_parties: Comparison, tmp_path: Path) -> None:
    first = write_json(three_parties, tmp_path / "1.json").read_bytes()
    assert first == write_json(three_parties, tmp_path / "2.json").read_bytes()
    assert first.endswith(b"}\n")
    assert "机关" in first.decode("utf-8")
