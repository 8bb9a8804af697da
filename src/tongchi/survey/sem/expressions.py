"""What is a function of labelled parameters worth, and how does it change with them?

Only arithmetic and a few named functions are read; derivatives are taken by complex steps, exact to rounding.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tongchi.errors import ModelSyntaxError

Values = NDArray[np.float64]

_BINARY: dict[type[ast.operator], Callable[[complex, complex], complex]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_FUNCTIONS: dict[str, Callable[[complex], complex]] = {
    "sqrt": lambda z: complex(np.sqrt(z)),
    "exp": lambda z: complex(np.exp(z)),
    "log": lambda z: complex(np.log(z)),
    "abs": lambda z: z if z.real >= 0 else -z,
    "sin": lambda z: complex(np.sin(z)),
    "cos": lambda z: complex(np.cos(z)),
    "tanh": lambda z: complex(np.tanh(z)),
}
_ALONG: dict[str, Callable[[Values], Values]] = {
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "abs": np.abs,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
}
_STEP = 1e-30


@dataclass(frozen=True)
class Expression:
    """An arithmetic expression of names, ``^`` for powers."""

    text: str
    names: tuple[str, ...]
    tree: ast.expr

    @classmethod
    def read(cls, text: str, place: str) -> Expression:
        """Return the expression, or raise ModelSyntaxError where it is none."""
        try:
            tree = ast.parse(text.replace("^", "**"), mode="eval").body
        except SyntaxError:
            raise ModelSyntaxError(
                place=place, found=text, expected="标签的算术式 / an arithmetic expression of labels", advice=""
            ) from None
        names: dict[str, None] = {}
        _collect(tree, names, text, place)
        return cls(text, tuple(names), tree)

    def value(self, values: Mapping[str, float]) -> float:
        """Return the expression at `values`, NaN where it is not defined there."""
        return self._evaluate({name: complex(values[name]) for name in self.names}).real

    def along(self, values: Mapping[str, Values], size: int) -> Values:
        """Return the expression at each of `size` points, whose names have arrays of values; NaN where it is not defined."""
        with np.errstate(all="ignore"):
            found = np.broadcast_to(_evaluate_along(self.tree, values), size).astype(np.float64)
        return np.where(np.isfinite(found), found, np.nan)

    def derivatives(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return the derivative by each of its names."""
        return {
            name: self._evaluate({n: complex(values[n], _STEP * (n == name)) for n in self.names}).imag / _STEP
            for name in self.names
        }

    def _evaluate(self, values: Mapping[str, complex]) -> complex:
        try:
            return _evaluate(self.tree, values)
        except (ZeroDivisionError, OverflowError):
            return complex(float("nan"), float("nan"))


def _collect(node: ast.expr, names: dict[str, None], text: str, place: str) -> None:
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        _collect(node.left, names, text, place)
        _collect(node.right, names, text, place)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        _collect(node.operand, names, text, place)
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _FUNCTIONS
        and len(node.args) == 1
        and not node.keywords
    ):
        _collect(node.args[0], names, text, place)
    elif isinstance(node, ast.Name | ast.Attribute):
        names[ast.unparse(node)] = None
    elif not (isinstance(node, ast.Constant) and isinstance(node.value, int | float)):
        expected = "+ - * / ^ 与函数 / and the functions " + ", ".join(_FUNCTIONS)
        raise ModelSyntaxError(place=place, found=ast.unparse(node), expected=expected, advice="")


def _evaluate(node: ast.expr, values: Mapping[str, complex]) -> complex:
    if isinstance(node, ast.BinOp):
        return _BINARY[type(node.op)](_evaluate(node.left, values), _evaluate(node.right, values))
    if isinstance(node, ast.UnaryOp):
        inner = _evaluate(node.operand, values)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _FUNCTIONS[node.func.id](_evaluate(node.args[0], values))
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return complex(node.value)
    return values[ast.unparse(node)]


def _evaluate_along(node: ast.expr, values: Mapping[str, Values]) -> Values:
    if isinstance(node, ast.BinOp):
        both = _evaluate_along(node.left, values), _evaluate_along(node.right, values)
        return np.asarray(_BINARY[type(node.op)](*both), dtype=np.float64)  # type: ignore[arg-type]
    if isinstance(node, ast.UnaryOp):
        inner = _evaluate_along(node.operand, values)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _ALONG[node.func.id](_evaluate_along(node.args[0], values))
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return np.asarray(float(node.value))
    return values[ast.unparse(node)]
