"""What does a model in lavaan's syntax say? Text to formulas, one per relation, with labels, values and constraints.

The grammar is that of lavaan 0.6 (Rosseel 2012): ``=~``, ``~``, ``~~``, ``~1``, ``|``, ``~*~``, ``:=``, ``==``, ``<``, ``>``;
modifiers ``0.5*``, ``a*``, ``NA*``, ``start(0.5)*``, ``0.5?``, ``label("a")*``, ``equal("a")*`` and ``c(…)`` by group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from tongchi.errors import ModelSyntaxError, UnsupportedModelError
from tongchi.survey.sem.expressions import Expression

OPERATORS = ("=~", "~*~", "~~", "<~", ":=", "==", "~", "|", "<", ">")
_TOKEN = re.compile(
    r"(?P<op>=~|~\*~|~~|<~|:=|==|[~|<>])|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])"
    r"|(?P<name>[^\W\d][\w.]*|\.[^\W\d][\w.]*)|(?P<text>\"[^\"]*\"|'[^']*')|(?P<sign>[+\-*/^(),?:%])"
)
_MODIFIERS = frozenset({"start", "label", "equal", "c"})


@dataclass(frozen=True)
class Term:
    """One relation between two variables; each modifier has one entry for all groups, or one for each."""

    lhs: str
    op: str
    rhs: str
    line: int
    fixed: tuple[float | None, ...] = ()
    start: tuple[float | None, ...] = ()
    label: tuple[str, ...] = ()


@dataclass(frozen=True)
class Constraint:
    """`left op right`, where op is one of ``==``, ``<``, ``>``; the function that is constrained is left − right."""

    op: str
    difference: Expression
    text: str
    line: int


@dataclass(frozen=True)
class Definition:
    """A defined parameter, ``name := expression``."""

    name: str
    expression: Expression
    line: int


@dataclass(frozen=True)
class Formulas:
    """All that the text says, in its order."""

    terms: tuple[Term, ...]
    constraints: tuple[Constraint, ...] = ()
    definitions: tuple[Definition, ...] = ()


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    line: int


@dataclass
class _Modifiers:
    fixed: tuple[float | None, ...] = ()
    start: tuple[float | None, ...] = ()
    label: tuple[str, ...] = ()


@dataclass
class _Reader:
    """A cursor over the tokens of one formula."""

    tokens: list[_Token]
    line: int
    at: int = 0
    found: list[Term] = field(default_factory=list)

    def peek(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead].text if self.at + ahead < len(self.tokens) else ""

    def take(self, expected: str, *kinds: str) -> _Token:
        if self.at >= len(self.tokens):
            raise syntax_error(self.line, "公式末尾 / end of formula", expected)
        token = self.tokens[self.at]
        if kinds and token.kind not in kinds:
            raise syntax_error(token.line, token.text, expected)
        self.at += 1
        return token


def syntax_error(line: int, token: str, expected: str, advice: str = "") -> ModelSyntaxError:
    """Return the error that names line and token."""
    return ModelSyntaxError(place=f"line {line}", found=token, expected=expected, advice=advice)


@lru_cache(maxsize=64)  # ladders and resampling fit one text many times
def read_syntax(text: str) -> Formulas:
    """Return the formulas of a model; ModelSyntaxError names the line and the token that cannot be read.

    A formula ends with its line, unless the line ends in an operator, ``+``, ``*`` or a comma, or the next begins with one;
    ``;`` parts formulas on one line; ``#`` and ``!`` begin a comment.
    """
    terms: list[Term] = []
    constraints: list[Constraint] = []
    definitions: list[Definition] = []
    for tokens in _formulas(text):
        operator = _operator(tokens)
        at = tokens.index(operator)
        left, right = tokens[:at], tokens[at + 1 :]
        if not left or not right:
            raise syntax_error(
                operator.line,
                operator.text,
                "运算符两侧各有名称或表达式 / a name or expression on both sides of the operator",
            )
        if operator.text == ":=":
            if len(left) != 1 or left[0].kind != "name":
                raise syntax_error(left[0].line, left[0].text, ":= 前一个新名称 / one new name before :=")
            definitions.append(Definition(left[0].text, _expression(right), left[0].line))
        elif operator.text in {"==", "<", ">"}:
            whole = f"({_join(left)})-({_join(right)})"
            difference = Expression.read(whole, f"line {operator.line}")
            constraints.append(
                Constraint(operator.text, difference, f"{_join(left)}{operator.text}{_join(right)}", operator.line)
            )
        else:
            terms += _relations(left, operator, right)
    if not terms:
        raise syntax_error(
            1, text.strip()[:20] or "empty text", "至少一条公式 / at least one formula, such as f =~ x1 + x2 + x3"
        )
    return Formulas(tuple(_merged(terms)), tuple(constraints), tuple(definitions))


def _formulas(text: str) -> Iterator[list[_Token]]:
    """Yield the tokens of each formula, with continued lines joined."""
    waiting: list[_Token] = []
    depth = 0
    for number, raw in enumerate(text.splitlines(), start=1):
        for part in re.split(r";", re.sub(r"[#!].*", "", raw)):
            tokens = _tokens(part, number)
            if not tokens:
                continue
            joins = waiting and (depth > 0 or waiting[-1].text in _OPEN or tokens[0].text in _JOINING)
            if waiting and not joins:
                yield waiting
                waiting = []
            waiting = [*waiting, *tokens]
            depth = sum((t.text == "(") - (t.text == ")") for t in waiting)
    if waiting:
        yield waiting


_OPEN = frozenset({"+", "*", ",", "-", "/", "^", "?", *OPERATORS})
_JOINING = frozenset({"+", "*", "/", "^", ",", ")", "?", *OPERATORS})


def _tokens(part: str, line: int) -> list[_Token]:
    tokens, at = [], 0
    while at < len(part):
        if part[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(part, at)
        if match is None or match.lastgroup is None:
            raise syntax_error(line, part[at:].split()[0], "名称、数字或运算符 / a name, a number or an operator")
        tokens.append(_Token(match.lastgroup, match.group(), line))
        at = match.end()
    return tokens


_INSTEAD_OF_BLOCKS = {
    "group": "各组共用的公式，分组取值用 c(…) / formulas for all groups, with c(…) for values by group",
    "block": "各组共用的公式，分组取值用 c(…) / formulas for all groups, with c(…) for values by group",
    "level": "单层模型，用 cluster= 得到按单位稳健的标准误 / a model of one level, with cluster= for errors robust to offices",
    "efa": "测量公式 f =~ …，或者 explore_factors / formulas f =~ …, or explore_factors",
}
_INSTEAD_OF_INTERACTION = "观测变量的乘积作为新的一列；分组比较用 group= / the product of observed variables as a column of its own; or groups with group="


def _operator(tokens: list[_Token]) -> _Token:
    found = [token for token in tokens if token.kind == "op"]
    if not found:
        first = tokens[0]
        if first.text in {"group", "level", "block", "efa"}:
            raise UnsupportedModelError(
                place=f"line {first.line}", found=_join(tokens), expected=_INSTEAD_OF_BLOCKS[first.text]
            )
        raise syntax_error(first.line, first.text, "运算符 / an operator: " + " ".join(OPERATORS))
    if len(found) > 1:
        raise syntax_error(
            found[1].line,
            found[1].text,
            "一条公式一个运算符 / one operator in a formula",
            "是否漏了 + 或换行？/ Did a + or a line break go missing?",
        )
    crossed = next((token for token in tokens if token.text == ":"), None)
    if crossed is not None:
        raise UnsupportedModelError(
            place=f"line {crossed.line}", found=f"{_join(tokens)} (interaction)", expected=_INSTEAD_OF_INTERACTION
        )
    if found[0].text == "<~":
        raise UnsupportedModelError(
            place=f"line {found[0].line}", found="<~ (formative construct)", expected="=~, ~, ~~, ~1, |, ~*~"
        )
    return found[0]


def _join(tokens: list[_Token]) -> str:
    return "".join(token.text for token in tokens)


def _expression(tokens: list[_Token]) -> Expression:
    return Expression.read(_join(tokens), f"line {tokens[0].line}")


def _relations(left: list[_Token], operator: _Token, right: list[_Token]) -> Iterator[Term]:
    names = _names(left)
    reader = _Reader(right, operator.line)
    causes: list[tuple[_Token, _Modifiers]] = []
    while True:
        changes = _read_modifiers(reader)
        if reader.peek() == "-":
            token = reader.take("变量 / a variable")
            raise syntax_error(
                token.line,
                "-" + reader.peek(),
                "变量，或在值与变量之间加 * / a variable, or * between value and variable",
            )
        token = reader.take("变量 / a variable", "name", "number")
        if token.kind == "number" and not (operator.text == "~" and token.text in {"0", "1"}):
            raise syntax_error(
                token.line, token.text, "变量，或在值与变量之间加 * / a variable, or * between value and variable"
            )
        causes.append((token, changes))
        if reader.at >= len(right):
            break
        plus = reader.take("+ 或公式结束 / + or the end of the formula")
        if plus.text != "+":
            raise syntax_error(plus.line, plus.text, "两个变量之间的 + / + between two variables")
    for lhs in names:
        for token, changes in causes:
            yield _term(lhs, operator.text, token, changes)


def _term(lhs: str, operator: str, token: _Token, changes: _Modifiers) -> Term:
    if operator == "=~" and lhs == token.text:
        raise syntax_error(token.line, token.text, "构念以外的指标 / an indicator other than the construct itself")
    if token.kind != "number":
        return Term(lhs, operator, token.text, token.line, changes.fixed, changes.start, changes.label)
    fixed = (0.0,) if token.text == "0" else changes.fixed
    return Term(lhs, "~1", "", token.line, fixed, changes.start, changes.label)


def _names(left: list[_Token]) -> list[str]:
    for place, token in enumerate(left):
        if (token.kind != "name") if place % 2 == 0 else (token.text != "+"):
            raise syntax_error(
                token.line, token.text, "运算符前以 + 相连的名称 / names joined by + before the operator"
            )
    if len(left) % 2 == 0:
        raise syntax_error(left[-1].line, left[-1].text, "+ 后的名称 / a name after +")
    return [token.text for token in left[::2]]


def _read_modifiers(reader: _Reader) -> _Modifiers:
    changes = _Modifiers()
    while True:
        end = _end_of_modifier(reader)
        if end < 0:
            return changes
        mark = reader.tokens[end].text
        values = _values(reader, end)
        reader.at = end + 1
        kind, items = values
        if kind == "label" or (kind == "" and any(isinstance(item, str) for item in items)):
            changes.label = tuple("" if item is None else str(item) for item in items)
        elif kind == "start" or mark == "?":
            changes.start = tuple(item if isinstance(item, float) else None for item in items)
        else:
            changes.fixed = tuple(float("nan") if item is None else float(item) for item in items)


def _end_of_modifier(reader: _Reader) -> int:
    """Return the index of the ``*`` or ``?`` that ends the modifier at the cursor, or -1 if a variable comes next."""
    depth = 0
    for at in range(reader.at, len(reader.tokens)):
        text = reader.tokens[at].text
        depth += (text == "(") - (text == ")")
        if depth == 0 and text in {"*", "?"}:
            return at
        if depth == 0 and text == "+" and at > reader.at:
            return -1
    return -1


def _values(reader: _Reader, end: int) -> tuple[str, list[float | str | None]]:
    """Return the kind of a modifier ('' if by its value) and its values; None stands for NA."""
    tokens = reader.tokens[reader.at : end]
    if not tokens:
        raise syntax_error(reader.line, reader.peek(), "* 前的值或标签 / a value or label before *")
    kind = ""
    while len(tokens) > 2 and tokens[0].kind == "name" and tokens[1].text == "(":
        if tokens[0].text not in _MODIFIERS or tokens[-1].text != ")":
            raise syntax_error(tokens[0].line, tokens[0].text, "其一 / one of: start(), label(), equal(), c()")
        kind = kind if tokens[0].text == "c" else ("label" if tokens[0].text == "equal" else tokens[0].text)
        tokens = tokens[2:-1]
    if not tokens:
        raise syntax_error(
            reader.line,
            _join(reader.tokens[reader.at : end]),
            "括号内的值或标签 / a value or label between the brackets",
        )
    items: list[float | str | None] = []
    while tokens:
        cut = next((at for at, token in enumerate(tokens) if token.text == ","), len(tokens))
        items.append(_value(tokens[:cut], reader.line))
        tokens = tokens[cut + 1 :]
    return kind, items


def _value(tokens: list[_Token], line: int) -> float | str | None:
    text = _join(tokens)
    if len(tokens) == 1 and tokens[0].kind == "name":
        return None if text == "NA" else text
    if len(tokens) == 1 and tokens[0].kind == "text":
        return text[1:-1]
    try:
        return float(text)
    except ValueError:
        raise syntax_error(line, text or "empty value", "数字、标签或 NA / a number, a label or NA") from None


def _merged(terms: list[Term]) -> Iterator[Term]:
    """Join what is said about one relation in several places; a modifier said later wins."""
    together: dict[tuple[str, str, str], Term] = {}
    for term in terms:
        key = (term.lhs, term.op, term.rhs)
        if term.op == "~~" and (term.rhs, term.op, term.lhs) in together:
            key = (term.rhs, term.op, term.lhs)
        known = together.get(key)
        if known is None:
            together[key] = term
        else:
            together[key] = Term(
                *key,
                known.line,
                term.fixed or known.fixed,
                term.start or known.start,
                term.label or known.label,
            )
    yield from together.values()
