"""How often do trap and exit coexist under the parameters' ranges? The counts in docs/explanation/mechanism-model.md.

python -m scripts.trap_share
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tongchi.mechanism.bifurcation import bifurcation
from tongchi.mechanism.dynamics import PARAMETERS
from tongchi.mechanism.ensembles import draw_parameters
from tongchi.mechanism.equilibria import lever_vector, rest_points
from tongchi.mechanism.model_spec import DynamicModel

DRAWS = 400
ALONG_REWARD = 120
MUCH = 0.2  # involvement that counts as much


def at_shipped_levers(draws: int) -> Counter[str]:
    """Count draws by their stable states alike in all regions."""
    counts: Counter[str] = Counter()
    for model in _drawn(draws):
        stable = [point.value("involvement") for point in rest_points(model) if point.stable]
        kinds = {0: "none", 1: "much" if stable and stable[0] >= MUCH else "little"}
        counts[kinds.get(len(stable), "both")] += 1
    return counts


def along_reward(draws: int) -> Counter[str]:
    """Count draws by what reward from 0 to 1 does."""
    counts: Counter[str] = Counter()
    for model in _drawn(draws):
        if bifurcation(model, "reward").threshold is not None:
            counts["a threshold ends a trap"] += 1
            continue
        ends = [_most(model, reward) for reward in (0.0, 1.0)]
        kind = (
            "much without reward"
            if ends[0] >= MUCH
            else "rises without a jump"
            if ends[1] >= MUCH
            else "low throughout"
        )
        counts[kind] += 1
    return counts


def _most(model: DynamicModel, reward: float) -> float:
    points = rest_points(model, lever_vector(model, reward=reward))
    return max((point.value("involvement") for point in points if point.stable), default=0.0)


def _drawn(draws: int) -> Iterator[DynamicModel]:
    single = DynamicModel.default().single()
    for row in draw_parameters(single, draws, 0):
        yield single.with_parameters(dict(zip(PARAMETERS, row.tolist(), strict=True)))


if __name__ == "__main__":
    print(f"at the shipped levers, of {DRAWS}: {dict(at_shipped_levers(DRAWS))}")
    print(f"along reward, of {ALONG_REWARD}: {dict(along_reward(ALONG_REWARD))}")
