"""What do trap and exit of the shipped model look like? The pictures of docs/explanation/mechanism-model.md.

    python -m scripts.mechanism_pictures docs/images

Writes mechanism-phase.svg, mechanism-reward.svg and mechanism-basins.svg in English, from the model as it is shipped.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tongchi.mechanism.bifurcation import basins, bifurcation, phase_plane
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.report.mechanism_phase import basin_chart, bifurcation_diagram, phase_portrait
from tongchi.report.picture import Picture
from tongchi.report.picture_svg import picture_svg


def main(arguments: list[str]) -> int:
    """Write the pictures into the folder named; return 2 where none is."""
    if len(arguments) != 1:
        print("usage: mechanism_pictures FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures().items():
        (folder / f"mechanism-{name}.svg").write_text(standing_alone(picture) + "\n", encoding="utf-8")
    return 0


def pictures() -> dict[str, Picture]:
    """Return the pictures by name."""
    model = DynamicModel.default()
    now = float(model.lever_values[model.lever_index("reward")])
    return {
        "phase": phase_portrait(phase_plane(model)),
        "reward": bifurcation_diagram(bifurcation(model, "reward"), now=now),
        "basins": basin_chart(basins(model, size=41)),
    }


def standing_alone(picture: Picture) -> str:
    """Return the picture for a page without a style sheet: English lettering alone, on white."""
    drawn = re.sub(r'<text class="zh".*?</text>', "", picture_svg(picture))
    start = drawn.index("<title>")
    ground = f'<rect width="{picture.width:g}" height="{picture.height:g}" fill="#ffffff"/>'
    return drawn[:start] + ground + drawn[start:]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
