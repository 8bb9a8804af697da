"""What are constructs, levers, elements and parameters of the mechanism called?"""

from __future__ import annotations

from collections.abc import Mapping

from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.names import CONSTRUCT_NAMES, ELEMENT_NAMES, LEVER_NAMES
from tongchi.report.words import Words

CONSTRUCTS: Mapping[str, Words] = {code: Words(*names) for code, names in CONSTRUCT_NAMES.items()}
LEVERS: Mapping[str, Words] = {code: Words(*names) for code, names in LEVER_NAMES.items()}
ELEMENTS: Mapping[str, Words] = {code: Words(*names) for code, names in ELEMENT_NAMES.items()}
WEIGHTINGS: Mapping[str, Words] = {
    "equal": Words("等权", "equal"),
    "entropy": Words("熵权", "entropy"),
    "user": Words("自定", "user"),
}
JOINT = Words("各地平均", "all parties")
SCENARIO = Words(
    "这里的每个数都是情景，不是预测：带宽只反映设定的参数范围，不反映模型本身可能有误。",
    "Every number here is a scenario, not a forecast: a band shows the stated ranges of the parameters, not that the model may be wrong.",
)
NOT_READ = Words(
    "模型的每一项与理论句子的对应、参数来源与可证伪之处见文档“mechanism-model”。",
    "Which sentence of the theory each term rests on, the sources of the parameters and what would falsify the model: see the page “mechanism-model”.",
)


def name_of(code: str) -> Words:
    """Return the name of a construct, lever or element, or the code itself."""
    for words in (CONSTRUCTS, LEVERS, ELEMENTS):
        if code in words:
            return words[code]
    return Words(code, code)


def lever_name(code: str) -> Words:
    """Return the name of a lever; central push is a construct as well, under a longer name."""
    return LEVERS.get(code, Words(code, code))


def party_name(party: str) -> Words:
    """Return the name of a party; "joint" is the mean of all."""
    return JOINT if party == "joint" else Words(party, party)


def parameter_name(model: DynamicModel, name: str) -> Words:
    """Return what a parameter means."""
    found = next(one for one in model.parameters if one.name == name)
    return Words(found.zh, found.en)
