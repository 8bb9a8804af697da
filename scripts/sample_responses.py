"""Make the SYNTHETIC questionnaire answers of the sample study, with the truth they were made from.

    python -m scripts.sample_responses examples/chengyu

Writes questionnaire.toml (the shipped instrument with the two regions' names), responses.csv and truth.json.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tongchi.survey.instrument import Instrument, default_text
from tongchi.survey.simulation import SimulatedGroup, Simulation, Truth, simulate_responses

PEOPLE = 600
SEED = 20251
PATHS = {
    ("scale_gap", "willingness"): 0.25,
    ("central_push", "willingness"): 0.40,
    ("willingness", "involvement"): 0.25,
    ("barrier", "involvement"): -0.25,
    ("incentive", "involvement"): 0.40,
    ("involvement", "standardisation"): 0.50,
    ("standardisation", "coordination"): 0.50,
    ("coordination", "trust"): 0.50,
    ("trust", "barrier"): -0.30,
    ("localism", "barrier"): 0.35,
    ("standardisation", "development"): 0.45,
}
TRUTH = Truth(
    paths=PATHS,
    loading=0.78,
    levels={
        "incentive": -0.70,
        "localism": 0.45,
        "willingness": 0.55,
        "central_push": 0.5,
        "urgency1": 0.7,
        "urgency2": 0.6,
    },
    group="region",
    groups=(
        SimulatedGroup("sichuan", 0.55),
        SimulatedGroup("chongqing", 0.45, means={"trust": 0.30, "incentive": 0.20}, items={"barrier2": -0.6}),
    ),
    careless_share=0.06,
    missing_share=0.02,
    offices=40,
)


def main(folder: Path) -> None:
    """Write the three files."""
    text = default_text().replace(
        'code = "A", zh = "甲地", en = "Region A"', 'code = "sichuan", zh = "四川省", en = "Sichuan"'
    )
    text = text.replace(
        'code = "B", zh = "乙地", en = "Region B"', 'code = "chongqing", zh = "重庆市", en = "Chongqing"'
    )
    (folder / "questionnaire.toml").write_text(text, "utf-8")
    made = simulate_responses(Instrument.parse(text), PEOPLE, TRUTH, seed=SEED)
    (folder / "responses.csv").write_bytes(_responses(made).encode("utf-8-sig"))
    (folder / "truth.json").write_text(json.dumps(_truth(made), ensure_ascii=False, indent=1) + "\n", "utf-8")


def _responses(made: Simulation) -> str:
    frame = made.responses.frame
    answers = [name for name in frame.columns if frame[name].dtype.is_float()]
    text: str = frame.with_columns(frame.select(answers).cast(int)).write_csv()
    return text.replace("\nSYN0", "\nSYNTHETIC-0")


def _truth(made: Simulation) -> dict[str, object]:
    return {
        "note": "SYNTHETIC: the truth from which responses.csv was made",
        "seed": made.seed,
        "people": PEOPLE,
        "paths": {f"{cause} -> {effect}": size for (cause, effect), size in made.paths.items()},
        "levels": dict(TRUTH.levels),
        "groups": {g.label: {"share": g.share, "means": dict(g.means), "items": dict(g.items)} for g in TRUTH.groups},
        "careless": [at for at, kind in enumerate(made.careless, start=1) if kind],
        "missing_share": TRUTH.missing_share,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
