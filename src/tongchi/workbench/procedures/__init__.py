"""How is a joint standard made? The ways that regions have agreed on, and what each of their stages asks. No Django here."""

from tongchi.workbench.procedures.machine import Obstacle, Side, StageRule, Standing, advance, obstacles, require_act
from tongchi.workbench.procedures.shipped import Preset, SegmentRule, load_preset, presets, read_preset

__all__ = [
    "Obstacle",
    "Preset",
    "SegmentRule",
    "Side",
    "StageRule",
    "Standing",
    "advance",
    "load_preset",
    "obstacles",
    "presets",
    "read_preset",
    "require_act",
]
