"""From what can a person start a study of their own? A small invented one, complete, with a comment beside each entry.

Everything in it is synthetic and says so; the answers are simulated with a fixed seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from os import PathLike
from pathlib import Path

from tongchi.survey.instrument import Instrument, default_text
from tongchi.survey.simulation import SimulatedGroup, Truth, simulate_responses

_REGIONS = (
    ("A", "甲地", "Region A", "jiangzhou", "江州市", "Jiangzhou"),
    ("B", "乙地", "Region B", "lanzhou", "岚州市", "Lanzhou"),
)
_RESPONDENTS = 240
_SEED = 20260101


def template_files() -> dict[str, bytes]:
    """Return the files of the template by their paths below the study folder; the same bytes each time."""
    files = dict(_shipped(resources.files("tongchi.study") / "template", ""))
    text = _questionnaire()
    files["questionnaire.toml"] = text.encode()
    files["responses.csv"] = _answers(Instrument.parse(text, file="questionnaire.toml")).encode("utf-8-sig")
    return dict(sorted(files.items()))


def write_template(folder: str | PathLike[str]) -> list[Path]:
    """Write the template into a folder and return the paths written; the caller sees to it that nothing is overwritten."""
    written = []
    for name, data in template_files().items():
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        written.append(path)
    return written


def _shipped(place: Traversable, above: str) -> Iterator[tuple[str, bytes]]:
    for each in place.iterdir():
        if each.is_dir():
            yield from _shipped(each, f"{above}{each.name}/")
        else:
            yield f"{above}{each.name}", each.read_bytes()


def _questionnaire() -> str:
    """Return the shipped instrument with the regions of the template."""
    text = default_text()
    for code, zh, en, party, party_zh, party_en in _REGIONS:
        text = text.replace(
            f'{{ code = "{code}", zh = "{zh}", en = "{en}" }}',
            f'{{ code = "{party}", zh = "{party_zh}", en = "{party_en}" }}',
        )
    return text


def _answers(instrument: Instrument) -> str:
    """Return simulated answers as a platform would export them: whole numbers, empty where nobody answered."""
    groups = (
        SimulatedGroup("jiangzhou", 0.5, {"localism": 0.3}),
        SimulatedGroup("lanzhou", 0.5, {"trust": 0.2}),
    )
    levels = {"incentive": -0.5, "localism": 0.4, "urgency1": 0.6, "urgency2": 0.6}
    truth = Truth(group="region", groups=groups, levels=levels, careless_share=0.05, missing_share=0.01)
    frame = simulate_responses(instrument, _RESPONDENTS, truth, seed=_SEED).responses.frame
    lines = [",".join(frame.columns)]
    for row in frame.iter_rows():
        lines.append(",".join(_shown(value) for value in row))
    return "\n".join(lines) + "\n"


def _shown(value: object) -> str:
    if value is None or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
