"""How much does a clause read like those that restrict competition? Weighed n-grams of its signs, for what no rule foresees.

A logistic model over n-grams of one to three signs (`abstraction`), each weighed by 1 + log(count) times its rarity, the whole
scaled to length one (sublinear tf-idf; Salton and Buckley 1988). The weights are made by `scripts/train_barriers.py`.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources

from tongchi.barriers.abstraction import Abstract

LONGEST = 3


@dataclass(frozen=True)
class WordingModel:
    """Weights by n-gram: rarity, weight for "is a barrier", and per item of the regulation a score; all in one table.

    `codes` names the columns of `by_code`; an n-gram that is not in the table counts for nothing.
    """

    intercept: float
    codes: tuple[str, ...]
    code_intercepts: tuple[float, ...]
    rarity: dict[str, float]
    weight: dict[str, float]
    by_code: dict[str, tuple[float, ...]]

    def score(self, text: Abstract) -> float:
        """Return the log-odds that the clause is a barrier, by its wording alone."""
        return self.intercept + sum(value * self.weight[gram] for gram, value in self._values(text.signs))

    def code(self, text: Abstract) -> tuple[str, tuple[str, ...]]:
        """Return the item that the wording speaks for most, and the two next."""
        totals = list(self.code_intercepts)
        for gram, value in self._values(text.signs):
            for at, weight in enumerate(self.by_code.get(gram, ())):
                totals[at] += value * weight
        order = sorted(range(len(totals)), key=lambda at: (-totals[at], at))
        return self.codes[order[0]], tuple(self.codes[at] for at in order[1:3])

    def deciding(self, text: Abstract, most: int = 3) -> list[tuple[int, int]]:
        """Return the spans of `lead_in + text` whose n-grams speak most for a barrier, in order, at most `most`."""
        values = dict(self._values(text.signs))
        heat = [0.0] * len(text.signs)
        for gram, value in values.items():
            gain = value * self.weight[gram] / len(gram)
            at = text.signs.find(gram)
            while at >= 0:
                for place in range(at, at + len(gram)):
                    heat[place] += gain
                at = text.signs.find(gram, at + 1)
        return _hottest(text, heat, most)

    def _values(self, signs: str) -> list[tuple[str, float]]:
        counts = Counter(gram for gram in grams_of(signs) if gram in self.weight)
        values = {gram: (1 + math.log(count)) * self.rarity[gram] for gram, count in counts.items()}
        length = math.sqrt(sum(value * value for value in values.values())) or 1.0
        return [(gram, value / length) for gram, value in values.items()]


def grams_of(signs: str) -> list[str]:
    """Return all n-grams of one to three signs, in order of length and place."""
    return [signs[at : at + size] for size in range(1, LONGEST + 1) for at in range(len(signs) - size + 1)]


def _hottest(text: Abstract, heat: list[float], most: int) -> list[tuple[int, int]]:
    """Return the runs of signs between marks that are warmest on average."""
    runs: list[tuple[float, int, int]] = []
    start = 0
    for at in range(len(text.signs) + 1):
        if at == len(text.signs) or text.signs[at] in "，。；：、¶":
            if at - start > 1:
                runs.append((sum(heat[start:at]) / (at - start) ** 0.5, text.places[start], text.places[at]))
            start = at + 1
    warm = sorted((run for run in runs if run[0] > 0), reverse=True)[:most]
    return sorted((begin, end) for _, begin, end in warm)


def model_to_json(model: WordingModel) -> str:
    """Return the model as JSON text, one n-gram a line, few digits."""
    head = {
        "intercept": _short(model.intercept), "codes": model.codes,
        "code_intercepts": [_short(each) for each in model.code_intercepts],
    }  # fmt: skip
    lines = [
        json.dumps([gram, round(model.rarity[gram], 3), _short(model.weight[gram]), [round(each, 1) for each in model.by_code.get(gram, ())]], ensure_ascii=False)
        for gram in sorted(model.weight)
    ]  # fmt: skip
    return json.dumps(head, ensure_ascii=False) + "\n" + "\n".join(lines) + "\n"


def model_from_text(text: str) -> WordingModel:
    """Read a model back."""
    first, *lines = text.splitlines()
    head = json.loads(first)
    rows = [json.loads(line) for line in lines]
    return WordingModel(
        head["intercept"], tuple(head["codes"]), tuple(head["code_intercepts"]),
        {gram: rarity for gram, rarity, _, _ in rows}, {gram: weight for gram, _, weight, _ in rows},
        {gram: tuple(scores) for gram, _, _, scores in rows if scores},
    )  # fmt: skip


@cache
def shipped_wording() -> WordingModel:
    """Return the model that ships with the package."""
    return model_from_text(resources.files("tongchi.barriers").joinpath("weights/wording.jsonl").read_text("utf-8"))


def _short(value: float) -> float:
    return float(f"{value:.3g}")
