"""`tongchi survey`: the commands on questionnaires, on simulated answers, and what is refused."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from desk import Done, Run, listing, names

from tongchi.cli import main
from tongchi.survey.instrument import Instrument

MODEL = "will =~ will1 + will2 + will3\ntrust =~ trust1 + trust2 + trust3\ntrust ~ will\n"
ITEMS = [f"{name}{at}" for name in ("will", "trust") for at in range(1, 4)]


def numbers(n: int = 300, seed: int = 1) -> np.ndarray:
    """Answers of n people on a five-point scale to two constructs of three items, the second caused by the first."""
    rng = np.random.default_rng(seed)
    will = rng.normal(size=n)
    trust = 0.5 * will + 0.8 * rng.normal(size=n)
    latent = 0.8 * np.column_stack([will] * 3 + [trust] * 3) + 0.6 * rng.normal(size=(n, 6))
    return np.clip(np.round(3 + latent), 1, 5).astype(int)


def write_table(path: Path, header: list[str], rows: list[list[Any]]) -> None:
    lines = io.StringIO()
    csv.writer(lines).writerows([header, *rows])
    data = lines.getvalue().encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a model, tables of answers, and things that cannot be used."""
    folder = tmp_path_factory.mktemp("bench")
    rows = [[f"R{at}", ("north", "south side")[at % 3 == 0], *row] for at, row in enumerate(numbers().tolist())]
    header = ["id", "region", *ITEMS]
    write_table(folder / "answers.csv", header, rows)
    write_table(folder / "answers.csv.gz", header, rows)
    gaps = [
        [*row[:2], *("NA" if (at + k) % 17 == 0 else v for k, v in enumerate(row[2:]))] for at, row in enumerate(rows)
    ]
    write_table(folder / "gaps.csv", header, gaps)
    write_table(folder / "constant.csv", header, [[*row[:2], 3, *row[3:]] for row in rows])
    write_table(folder / "copied.csv", header, [[*row[:3], row[2], *row[4:]] for row in rows])
    write_table(folder / "few.csv", header, rows[:5])
    write_table(folder / "none.csv", header, [[*row[:2], *[""] * 6] for row in rows])
    write_table(folder / "words.csv", header, [[*row[:2], "agree", *row[3:]] for row in rows])
    (folder / "ragged.csv").write_text("will1,will2\n1,2\n1,2,3\n", encoding="utf-8")
    (folder / "twice.csv").write_text("will1,will1\n1,2\n2,3\n", encoding="utf-8")
    (folder / "indices.csv").write_text(",".join(["999"] * 300) + "\n", encoding="utf-8")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "model.lav").write_text(MODEL, encoding="utf-8")
    for name, text in MODELS.items():
        (folder / f"{name}.lav").write_text(text, encoding="utf-8")
    return folder


MODELS = {
    "misspelt": MODEL.replace("trust2", "trsut2"),
    "unfinished": MODEL + "trust ~~ \n",
    "unidentified": "will =~ will1 + will2\n",
    "levels": "level: 1\nwill =~ will1 + will2 + will3\nlevel: 2\nwill =~ will1 + will2 + will3\n",
    "interaction": MODEL + "trust ~ will:trust1\n",
    "nonlinear": MODEL.replace("will2", "a*will2").replace("will3", "b*will3") + "a == b^2\n",
    "blank": "\n",
}


@pytest.fixture
def do(bench: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command line in the folder of the bench, on a terminal of 200 columns."""
    monkeypatch.chdir(bench)
    monkeypatch.setenv("COLUMNS", "200")

    def run_line(line: str) -> Done:
        capsys.readouterr()
        code = main(line.split())
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return run_line


# --- survey sem -------------------------------------------------------------------------------------------


def fitted(done: Done) -> dict[str, Any]:
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


FIELDS = {
    *("meta", "converged", "nobs", "norig", "ngroups", "group_label", "npar", "fx", "estimates", "standardized"),
    *("fitmeasures", "tests", "sampstat", "implied", "rsquare", "vcov", "modindices"),
}


def test_a_fit_is_printed_under_the_field_names_of_lavaan(do: Run) -> None:
    found = fitted(do("survey sem model.lav answers.csv"))
    assert set(found) >= FIELDS
    assert found["converged"] is True
    assert found["nobs"] == 300
    path = next(row for row in found["estimates"] if (row["lhs"], row["op"], row["rhs"]) == ("trust", "~", "will"))
    assert {"est", "se", "z", "pvalue", "ci.lower", "ci.upper", "std.lv", "std.all"} <= set(path)
    assert path["ci.lower"] < 0.5 < path["ci.upper"]


def test_what_is_written_is_what_would_be_printed(do: Run, bench: Path, tmp_path: Path) -> None:
    printed = do("survey sem model.lav answers.csv").out
    done = do(f"survey sem model.lav answers.csv --out {tmp_path / 'fit.json'}")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert (tmp_path / "fit.json").read_text("utf-8") == printed


def test_a_compressed_table_gives_the_same_fit(do: Run) -> None:
    assert do("survey sem model.lav answers.csv.gz").out == do("survey sem model.lav answers.csv").out


def test_the_case_of_an_estimator_does_not_matter(do: Run) -> None:
    assert do("survey sem model.lav answers.csv --estimator gls").out == (
        do("survey sem model.lav answers.csv --estimator GLS").out
    )


def test_groups_follow_the_labels_given_and_may_hold_spaces(do: Run, capsys: pytest.CaptureFixture[str]) -> None:
    appear = fitted(do("survey sem model.lav answers.csv --group region"))
    assert appear["group_label"] == ["south side", "north"]
    line = ["survey", "sem", "model.lav", "answers.csv", "--group", "region", "--group-labels", "north,south side"]
    assert main(line) == 0
    given = json.loads(capsys.readouterr().out)
    assert given["group_label"] == ["north", "south side"]
    assert given["nobs"] == appear["nobs"][::-1]


def test_equal_loadings_are_equal_but_for_those_that_are_partial(do: Run) -> None:
    found = fitted(
        do("survey sem model.lav answers.csv --group region --group-equal loadings --group-partial will=~will3")
    )
    values = {(row["rhs"], row["group"]): row["est"] for row in found["estimates"] if row["op"] == "=~"}
    assert values["will2", 1] == pytest.approx(values["will2", 2], abs=1e-12)
    assert abs(values["will3", 1] - values["will3", 2]) > 1e-6


def test_rows_with_gaps_are_left_out_and_counted(do: Run) -> None:
    found = fitted(do("survey sem model.lav gaps.csv"))
    assert found["norig"] == 300
    assert found["nobs"] < 300


def test_an_improper_solution_is_written_and_said(do: Run, bench: Path) -> None:
    cov = np.array([[1, 0.9, 0.8], [0.9, 1, 0.5], [0.8, 0.5, 1]])  # .9 * .8 / .5 > 1: a loading beyond 1
    exact = np.random.default_rng(1).normal(size=(200, 3))
    exact = (exact - exact.mean(0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(exact.T))).T @ np.linalg.cholesky(cov).T
    write_table(bench / "heywood.csv", ["y1", "y2", "y3"], exact.tolist())
    (bench / "heywood.lav").write_text("f =~ y1 + y2 + y3\n", encoding="utf-8")
    done = do("survey sem heywood.lav heywood.csv --language en")
    found = fitted(done)
    assert found["converged"] is True
    assert found["admissible"] is False
    assert "negative variance" in done.err
    assert any("y1~~y1" in note for note in found["notes"])


def test_empty_cells_of_ordinal_items_are_counted_and_said(do: Run, bench: Path) -> None:
    found = fitted(do("survey sem model.lav answers.csv --ordered all"))
    assert found["meta"]["estimator"] == "DWLS"
    assert any("empty cells" in note for note in found["notes"])


def test_gaps_are_used_by_full_information_where_asked_for(do: Run) -> None:
    found = fitted(do("survey sem model.lav gaps.csv --missing fiml --estimator mlr"))
    assert found["nobs"] == 300
    assert found["meta"]["missing"] == "ml"
    assert found["tests"][-1]["test"] == "yuan.bentler.mplus"


def test_a_bootstrap_comes_from_its_seed_and_replays_from_its_rows(do: Run, tmp_path: Path) -> None:
    line = "survey sem model.lav answers.csv --bootstrap 20 --seed"
    first, again, other = (fitted(do(f"{line} {seed}"))["bootstrap"]["intervals"] for seed in (5, 5, 6))
    assert first == again
    assert first != other
    rows = [list(range(1, 301)), [1 + (7 * at) % 300 for at in range(300)]]
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n", encoding="utf-8")
    found = fitted(do(f"survey sem model.lav answers.csv --indices {path} --draws {tmp_path / 'draws.csv'}"))
    drawn = list(csv.DictReader(io.StringIO((tmp_path / "draws.csv").read_text("utf-8"))))
    assert found["bootstrap"]["R"] == len(drawn) == 2
    path_estimate = next(row["est"] for row in found["estimates"] if row["op"] == "~")
    assert [float(row["trust~will"]) for row in drawn] == pytest.approx([path_estimate] * 2, abs=1e-8)


OPTIONS = {  # what the case guards: (options, words of the R script)
    "plain": ("", ['estimator = "ML"']),
    "covariates are random": ("--fixed-x no", ["fixed.x = FALSE"]),
    "standardised constructs": ("--std-lv --meanstructure", ["std.lv = TRUE", "meanstructure = TRUE"]),
    "groups": (
        "--group region --group-equal loadings,intercepts --group-partial will1~1",
        ['group = "region"', 'group.equal = c("loadings", "intercepts")', 'group.partial = c("will1~1")'],
    ),
    "ordinal items": (
        "--ordered will1,will2,will3 --parameterization theta",
        ['estimator = "WLSMV"', 'ordered = c("will1", "will2", "will3")', 'parameterization = "theta"'],
    ),
    "full information": ("--estimator MLR --missing fiml", ['estimator = "MLR"', 'missing = "ml"']),
    "wishart": ("--likelihood wishart", ['likelihood = "wishart"']),
    "orthogonal": ("--orthogonal --information observed", ["orthogonal = TRUE", 'information = "observed"']),
}


@pytest.mark.parametrize(("options", "words"), OPTIONS.values(), ids=OPTIONS)
def test_the_r_script_holds_the_model_and_every_option(do: Run, tmp_path: Path, options: str, words: list[str]) -> None:
    done = do(f"survey sem model.lav answers.csv {options} --lavaan {tmp_path / 'fit.R'}")
    assert done.code == 0
    script = (tmp_path / "fit.R").read_text("utf-8")
    for word in [*words, *MODEL.splitlines(), '"answers.csv"', "library(lavaan)"]:
        assert word in script


REFUSED = {  # what the case guards: (command line, code, words in English)
    "no model": ("sem nowhere.lav answers.csv", "T101", "No such file"),
    "no data": ("sem model.lav nowhere.csv", "T101", "No such file"),
    "a table without rows": ("sem model.lav empty.csv", "T541", "cannot be read"),
    "rows of unequal length": ("sem model.lav ragged.csv", "T541", "rows of equal length"),
    "two columns of one name": ("sem model.lav twice.csv", "T541", "will1"),
    "a misspelt item": ("sem misspelt.lav answers.csv", "T552", "trsut2"),
    "a formula without end": ("sem unfinished.lav answers.csv", "T551", "line 4"),
    "an empty model": ("sem blank.lav answers.csv", "T551", "empty"),
    "a model that is not identified": ("sem unidentified.lav answers.csv", "T553", "not identified"),
    "an item that everybody answers alike": ("sem model.lav constant.csv", "T554", "will1"),
    "items that are copies": ("sem model.lav copied.csv", "T554", "will2"),
    "fewer rows than items": ("sem model.lav few.csv", "T554", "5"),
    "no answer at all": ("sem model.lav none.csv", "T554", "will1"),
    "words in place of numbers": ("sem model.lav words.csv", "T554", "will1"),
    "a group that is no column": ("sem model.lav answers.csv --group regoin", "T552", "regoin"),
    "a group without rows": (
        "sem model.lav answers.csv --group region --group-labels north,west",
        "T554",
        "west",
    ),
    "labels without groups": ("sem model.lav answers.csv --group-labels a,b", "T901", "--group"),
    "an unknown estimator": ("sem model.lav answers.csv --estimator magic", "T555", "MLR"),
    "an unknown treatment of gaps": ("sem model.lav answers.csv --missing magic", "T555", "listwise"),
    "an unknown equality": ("sem model.lav answers.csv --group region --group-equal looks", "T555", "loadings"),
    "two levels": ("sem levels.lav answers.csv", "T555", "cluster="),
    "an interaction of constructs": ("sem interaction.lav answers.csv", "T555", "interaction"),
    "a constraint that is not linear": ("sem nonlinear.lav answers.csv", "T555", "non-linear"),
    "draws of no bootstrap": ("sem model.lav answers.csv --draws d.csv", "T901", "--bootstrap"),
    "rows that are words": ("sem model.lav answers.csv --indices words.csv", "T541", "whole numbers"),
    "rows that the table does not have": ("sem model.lav answers.csv --indices indices.csv", "T554", "999"),
    "ordinal items with gaps by likelihood": (
        "sem model.lav gaps.csv --ordered all --missing fiml",
        "T555",
        "pairwise",
    ),
    "likelihood of ordinal items": ("sem model.lav answers.csv --ordered all --estimator ML", "T555", "WLSMV"),
    "an ordinal item of one category": ("sem model.lav constant.csv --ordered all", "T554", "will1"),
    "an ordinal item that the data lack": ("sem model.lav answers.csv --ordered will1,nowhere", "T552", "nowhere"),
    "no draws": ("sem model.lav answers.csv --bootstrap 0", "T901", "--bootstrap"),
    "a result below a file": ("sem model.lav answers.csv --out model.lav/fit.json", "T902", "Cannot write"),
    "an instrument that is not there": ("check nowhere.toml answers.csv", "T101", "No such file"),
    "an instrument that is none": ("check model.lav answers.csv", "T540", "mistake"),
    "a template over a file": ("new model.lav", "T901", "--force"),
}


@pytest.mark.parametrize(("line", "code", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_said_in_one_line_and_nothing_is_written(
    do: Run, bench: Path, line: str, code: str, words: str
) -> None:
    before = listing(bench)
    done = do(f"survey {line} --language en")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"[{code}]")
    assert done.err.count("\n") == 1
    assert words in done.err
    assert listing(bench) == before


# --- survey check -----------------------------------------------------------------------------------------

INSTRUMENT = """id = "small"
title_zh = "小问卷"
title_en = "Small"
[scale]
low = 1
high = 5
zh = ["一", "二", "三", "四", "五"]
en = ["a", "b", "c", "d", "e"]
[[construct]]
code = "will"
zh = "意愿"
en = "Will"
[[construct]]
code = "trust"
zh = "互信"
en = "Trust"
[[hypothesis]]
id = "H1"
kind = "direct"
path = ["will", "trust"]
sign = "+"
zh = "意愿带来互信。"
en = "Will brings trust."
""" + "".join(f'[[item]]\ncode = "{c}"\nconstruct = "{c[:-1]}"\nzh = "{c}的题干"\nen = "Words of {c}"\n' for c in ITEMS)


def test_the_check_lists_what_each_column_answers_and_what_the_rules_flag(do: Run, bench: Path) -> None:
    (bench / "small.toml").write_text(INSTRUMENT, encoding="utf-8")
    done = do("survey check small.toml answers.csv --language en")
    assert (done.code, done.err) == (0, "")
    assert "300 responses" in done.out
    for code in ITEMS:
        assert f"Words of {code}" in done.out
    assert "straight-lining" in done.out
    assert "sets" in done.out


def test_a_column_that_leads_nowhere_is_listed_with_what_it_may_be_and_mapped_by_a_table(do: Run, bench: Path) -> None:
    (bench / "small.toml").write_text(INSTRUMENT, encoding="utf-8")
    text = (bench / "answers.csv").read_text("utf-8").replace("will2", "wil_2")
    (bench / "renamed.csv").write_text(text, encoding="utf-8")
    (bench / "table.csv").write_text("column,code\nwil_2,will2\nregion,\n", encoding="utf-8")
    lost = do("survey check small.toml renamed.csv --language en").out
    assert "wil_2" in lost
    assert "Items that the file does not have: will2" in lost
    found = do("survey check small.toml renamed.csv --mapping table.csv --language en").out
    assert "Items that the file does not have" not in found
    assert "mapping table" in found


# --- survey run -------------------------------------------------------------------------------------------


def test_the_whole_run_writes_page_paper_tables_and_results_and_names_the_verdicts(
    do: Run, bench: Path, tmp_path: Path
) -> None:
    (bench / "small.toml").write_text(INSTRUMENT, encoding="utf-8")
    line = f"survey run small.toml answers.csv --group region --draws 30 --language en --out {tmp_path / 'out'}"
    done = do(line)
    assert (done.code, done.err) == (0, "")
    assert names(tmp_path / "out") == ["report.docx", "report.html", "results.json", "tables.xlsx"]
    results = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    assert results["sample"]["given"] == 300
    (verdict,) = results["hypotheses"]["results"]
    assert verdict["verdict"] == "supported"
    assert "H1" in (tmp_path / "out" / "report.html").read_text("utf-8")
    before = (tmp_path / "out" / "results.json").read_bytes()
    assert do(line).code == 0
    assert (tmp_path / "out" / "results.json").read_bytes() == before


def test_a_run_that_cannot_be_done_leaves_nothing(do: Run, bench: Path) -> None:
    (bench / "small.toml").write_text(INSTRUMENT, encoding="utf-8")
    before = listing(bench)
    for line in (
        "survey run small.toml answers.csv --group regoin --out new",
        "survey run small.toml nowhere.csv --out new",
        "survey run small.toml none.csv --out new",
        "survey run small.toml answers.csv --draws 0 --out new",
        "survey run small.toml answers.csv --estimator magic --out new",
        "survey run small.toml answers.csv --out model.lav",
    ):
        done = do(f"{line} --language en")
        assert (done.code, done.out) == (2, ""), line
        assert done.err.startswith("[T"), line
        assert listing(bench) == before


# --- survey new -------------------------------------------------------------------------------------------


def test_the_template_is_an_instrument_for_every_construct_of_the_theory(do: Run, tmp_path: Path) -> None:
    done = do(f"survey new {tmp_path / 'my.toml'} --language en")
    assert done.code == 0
    made = Instrument.load(tmp_path / "my.toml")
    assert str(len(made.constructs)) in done.out
    assert made == Instrument.default()


# --- survey form ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_the_form_is_written_where_it_is_asked_for(do: Run, bench: Path, tmp_path: Path, kind: str) -> None:
    (bench / "small.toml").write_text(INSTRUMENT, encoding="utf-8")
    out = tmp_path / f"form.{kind}"
    done = do(f"survey form small.toml --{kind} --both --out {out}")
    assert (done.code, done.err) == (0, "")
    assert out.stat().st_size > 1000
    if kind == "html":
        page = out.read_text("utf-8")
        assert "will1的题干" in page
        assert "Words of will1" in page


def test_a_form_that_cannot_be_written_leaves_nothing(do: Run, bench: Path) -> None:
    (bench / "small.toml").write_text(INSTRUMENT, encoding="utf-8")
    before = listing(bench)
    done = do("survey form small.toml --html --out model.lav/form.html --language en")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("[T902]")
    assert listing(bench) == before
