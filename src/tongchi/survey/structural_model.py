"""Which structural model do the hypotheses of an instrument amount to, written in lavaan's syntax?

Each construct is measured by its items (a construct of one item is that item); each direct hypothesis is a path; a mediated one is
a product of paths, for which missing segments and the direct path from first to last are added: without the latter the product
would take up what goes past the mediator.

Answers given at one time cannot tell the directions of a loop apart, so a model has none. The rule: paths enter in the order in
which hypotheses are listed, and one that would close a loop is left out. It is then estimated in an alternative model, in which the
first-listed path of that loop is left out in its place. What a loop does over time is a question for a dynamic model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tongchi.survey.instrument import Hypothesis, HypothesisKind, Instrument
from tongchi.survey.unavailable import NotAvailable

Edge = tuple[str, str]


@dataclass(frozen=True)
class Path:
    """One arrow between constructs. `label` names its coefficient; `origin` is the hypothesis that states or needs it."""

    cause: str
    effect: str
    label: str
    origin: str
    stated: bool = True
    """Whether a hypothesis is about this arrow; False for one added for the sake of a mediated effect."""


@dataclass(frozen=True)
class MediatedEffect:
    """A defined parameter: the product of the coefficients along `path`."""

    hypothesis: str
    name: str
    path: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class StructuralModel:
    """One acyclic model. `left_out` are paths that would close a loop in it."""

    name: str
    constructs: Mapping[str, tuple[str, ...]]
    paths: tuple[Path, ...]
    effects: tuple[MediatedEffect, ...]
    left_out: tuple[Path, ...]

    @property
    def exogenous(self) -> tuple[str, ...]:
        """Constructs at which no path ends."""
        effects = {path.effect for path in self.paths}
        return tuple(code for code in self.constructs if code not in effects)

    def variable(self, construct: str) -> str:
        """Return the name of a construct in the syntax: its code, or that of its only item."""
        items = self.constructs[construct]
        return construct if len(items) > 1 else items[0]

    def path(self, cause: str, effect: str) -> Path | None:
        """Return the path between two constructs, None if the model has none."""
        return next((path for path in self.paths if (path.cause, path.effect) == (cause, effect)), None)

    @property
    def syntax(self) -> str:
        """The model in lavaan's syntax; fit it with `fixed_x=False`, for exogenous constructs covary as parameters."""
        lines = [f"{code} =~ {' + '.join(items)}" for code, items in self.constructs.items() if len(items) > 1]
        for effect in self.constructs:
            causes = [f"{path.label}*{self.variable(path.cause)}" for path in self.paths if path.effect == effect]
            if causes:
                lines.append(f"{self.variable(effect)} ~ {' + '.join(causes)}")
        free = [self.variable(code) for code in self.exogenous]
        lines += [f"{one} ~~ {' + '.join(free[at + 1 :])}" for at, one in enumerate(free[:-1])]
        lines += [f"{effect.name} := {'*'.join(effect.labels)}" for effect in self.effects]
        return "\n".join(lines)


@dataclass(frozen=True)
class StructuralModels:
    """The main model, alternatives for the paths that loops left out, and hypotheses that no model can test."""

    main: StructuralModel
    alternatives: tuple[StructuralModel, ...]
    model_of: Mapping[str, StructuralModel]
    """Hypothesis to the model that tests it: the main one if it can."""
    not_tested: Mapping[str, NotAvailable]
    loops: tuple[tuple[str, ...], ...]
    """Loops that were opened, each as the constructs around it."""

    @property
    def all(self) -> tuple[StructuralModel, ...]:
        """The main model and its alternatives."""
        return (self.main, *self.alternatives)


def structural_models(
    instrument: Instrument, constructs: Mapping[str, Sequence[str]] | None = None, *, direct_effects: bool = True
) -> StructuralModels | NotAvailable:
    """Return the models that the direct and mediated hypotheses amount to.

    Parameters
    ----------
    constructs : items that the data have for each construct; by default all of the instrument
    direct_effects : add the direct path beside each mediated one

    Returns
    -------
    Only constructs that a path touches are in a model. Not available where no path joins constructs that have items.
    """
    items = _items(instrument, constructs)
    stated = [one for one in instrument.hypotheses if one.kind in (HypothesisKind.DIRECT, HypothesisKind.MEDIATED)]
    usable, not_tested = _usable(stated, items)
    wanted = _wanted_paths(usable, _taken_names(items))
    if not wanted:
        return NotAvailable(
            "structural_model", "没有连接已测构念的路径假设。", "No hypothesis joins constructs that have items."
        )
    kept, cut, loops = _open_loops(wanted)
    main = _assemble("main", kept, cut, usable, items, direct_effects=direct_effects)
    alternatives: list[StructuralModel] = []
    for path in cut:
        if path.cause == path.effect or any(model.path(path.cause, path.effect) for model in alternatives):
            continue
        required = [path, *(other for other in cut if other != path)]
        turned, out = _with_required(wanted, required)
        name = f"alternative {len(alternatives) + 1}"
        alternatives.append(_assemble(name, turned, out, usable, items, direct_effects=direct_effects))
    model_of = {one.id: model for one in usable for model in reversed((main, *alternatives)) if _tests(model, one)}
    for one in usable:
        if one.id not in model_of:
            not_tested[one.id] = NotAvailable(
                "path",
                "各段路径形成回路，同一无环模型无法全部包含。",
                "Its segments form a loop: no model holds them all.",
            )
    return StructuralModels(main, tuple(alternatives), model_of, not_tested, tuple(loops))


def _items(instrument: Instrument, constructs: Mapping[str, Sequence[str]] | None) -> dict[str, tuple[str, ...]]:
    if constructs is None:
        found = {one.code: tuple(item.code for item in instrument.items_of(one.code)) for one in instrument.constructs}
    else:
        found = {code: tuple(items) for code, items in constructs.items()}
    return {code: items for code, items in found.items() if items}


def _usable(
    stated: Iterable[Hypothesis], items: Mapping[str, Sequence[str]]
) -> tuple[list[Hypothesis], dict[str, NotAvailable]]:
    usable, refused = [], dict[str, NotAvailable]()
    for one in stated:
        absent = [code for code in one.path if code not in items]
        if absent:
            refused[one.id] = NotAvailable(
                "path", f"构念 {absent[0]} 没有可用的题目。", f"The construct {absent[0]} has no usable item."
            )
        else:
            usable.append(one)
    return usable, refused


def _taken_names(items: Mapping[str, Sequence[str]]) -> set[str]:
    return set(items) | {code for codes in items.values() for code in codes}


def _label(text: str, taken: set[str]) -> str:
    """Return `text` as a name that the syntax can read and that is not taken, and take it."""
    name = re.sub(r"\W", "_", text)
    name = name if re.match(r"[^\W\d]", name) else f"H{name}"
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _wanted_paths(hypotheses: Sequence[Hypothesis], taken: set[str]) -> list[Path]:
    """Return each arrow once, stated ones first, in the order of the hypotheses."""
    found: dict[Edge, Path] = {}
    for one in hypotheses:
        edge = (one.path[0], one.path[-1])
        if one.kind is HypothesisKind.DIRECT and edge not in found:
            found[edge] = Path(*edge, _label(one.id, taken), one.id)
    for one in hypotheses:
        if one.kind is HypothesisKind.MEDIATED:
            for at, edge in enumerate(zip(one.path[:-1], one.path[1:], strict=True), start=1):
                if edge not in found:
                    found[edge] = Path(*edge, _label(f"{one.id}_{at}", taken), one.id, stated=False)
    return list(found.values())


def _open_loops(wanted: Sequence[Path]) -> tuple[list[Path], list[Path], list[tuple[str, ...]]]:
    """Take paths in order; leave out each that closes a loop, and return the loops."""
    kept: list[Path] = []
    cut: list[Path] = []
    loops: list[tuple[str, ...]] = []
    for path in wanted:
        way = _way(kept, path.effect, path.cause)
        if way is None:
            kept.append(path)
        else:
            cut.append(path)
            loops.append((path.cause, *(step.cause for step in way)))
    return kept, cut, loops


def _way(paths: Iterable[Path], start: str, end: str) -> list[Path] | None:
    """Return a shortest chain of paths from `start` to `end`; empty if they are the same, None if there is none."""
    chains: dict[str, list[Path]] = {start: []}
    queue, steps = [start], list(paths)
    for here in queue:
        if here == end:
            return chains[here]
        for path in steps:
            if path.cause == here and path.effect not in chains:
                chains[path.effect] = [*chains[here], path]
                queue.append(path.effect)
    return None


def _with_required(wanted: Sequence[Path], required: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Put the required paths in, most wanted first, and leave out the first-listed other path of each loop they close."""
    held: list[Path] = []
    others = [path for path in wanted if path not in required]
    for path in required:
        if _way(held, path.effect, path.cause) is not None:
            continue  # required paths that form a loop among themselves: another alternative holds this one
        held.append(path)
        while (way := _way([*held, *others], path.effect, path.cause)) is not None:
            first = min((step for step in way if step not in held), key=wanted.index)
            others.remove(first)
    kept = [path for path in wanted if path in held or path in others]
    return kept, [path for path in wanted if path not in kept]


def _tests(model: StructuralModel, hypothesis: Hypothesis) -> bool:
    return all(model.path(*edge) for edge in zip(hypothesis.path[:-1], hypothesis.path[1:], strict=True))


def _assemble(
    name: str,
    paths: Sequence[Path],
    left_out: Sequence[Path],
    hypotheses: Sequence[Hypothesis],
    items: Mapping[str, tuple[str, ...]],
    *,
    direct_effects: bool,
) -> StructuralModel:
    used = {code for path in paths for code in (path.cause, path.effect)}
    constructs = {code: codes for code, codes in items.items() if code in used}
    model = StructuralModel(name, constructs, tuple(paths), (), tuple(left_out))
    mediated = [one for one in hypotheses if one.kind is HypothesisKind.MEDIATED and _tests(model, one)]
    taken = _taken_names(items) | {path.label for path in (*paths, *left_out)}
    if direct_effects:
        model = replace(model, paths=(*model.paths, *_beside(model, mediated, taken)))
    effects = []
    for one in mediated:
        steps = [model.path(*edge) for edge in zip(one.path[:-1], one.path[1:], strict=True)]
        labels = tuple(step.label for step in steps if step)
        effects.append(MediatedEffect(one.id, _label(one.id, taken), one.path, labels))
    return replace(model, effects=tuple(effects))


def _beside(model: StructuralModel, mediated: Sequence[Hypothesis], taken: set[str]) -> list[Path]:
    """Return the direct paths beside mediated ones that the model lacks and that close no loop."""
    added: list[Path] = []
    for one in mediated:
        first, last = one.path[0], one.path[-1]
        known = (*model.paths, *added)
        left_out = any((path.cause, path.effect) == (first, last) for path in (*known, *model.left_out))
        if not left_out and _way(known, last, first) is None:
            added.append(Path(first, last, _label(f"{one.id}_direct", taken), one.id, stated=False))
    return added
