"""Tests on the text of a status, or its first digit: ``str(status) == "404"``, ``str(status)[0] == "2"``."""

from __future__ import annotations

import ast

from flake8_ocs_status.positions.witnesses import integer_of, text_of
from flake8_ocs_status.possible.masks import EVERYTHING, NUMERIC, Split, beginning, equals
from flake8_ocs_status.program.module import Module

_LONGEST = 3
_DISPLAYS = (ast.Tuple, ast.List, ast.Set)


def text_test(module: Module, node: ast.expr) -> tuple[ast.expr, Split] | None:
    """The number whose text a test looks at, and how the test splits the numbers."""
    if isinstance(node, ast.Call):
        return _starts_with(module, node)
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return None
    shown = _shown(module, node.left)
    if shown is not None:
        split = _complete(node.ops[0], node.comparators[0])
        return (shown, split) if split is not None else None
    shown = _first_character(module, node.left)
    starts = _starts(node.comparators[0], several=isinstance(node.ops[0], (ast.In, ast.NotIn)))
    if shown is None or starts is None or any(len(start) != 1 for start in starts):
        return None
    split = beginning(starts)
    if isinstance(node.ops[0], (ast.Eq, ast.In)):
        return shown, split
    return (shown, split.negated) if isinstance(node.ops[0], (ast.NotEq, ast.NotIn)) else None


def _complete(operator: ast.cmpop, other: ast.expr) -> Split | None:
    """``str(status) == "404"``, ``str(status) in ("404", "410")``."""
    texts = [text_of(member) for member in other.elts] if isinstance(other, _DISPLAYS) else [text_of(other)]
    if isinstance(other, _DISPLAYS) is not isinstance(operator, (ast.In, ast.NotIn)):
        return None
    numbers = [text for text in texts if text is not None and text.isdecimal() and len(text) == _LONGEST]
    if len(numbers) < len(texts) or any(number.startswith("0") for number in numbers):
        return None
    split = equals(map(int, numbers))
    # A text that shows these digits, and a mock, are written alike.
    split = Split(split.true | (EVERYTHING & ~NUMERIC), split.false)
    if isinstance(operator, (ast.Eq, ast.In)):
        return split
    return split.negated if isinstance(operator, (ast.NotEq, ast.NotIn)) else None


def _starts_with(module: Module, call: ast.Call) -> tuple[ast.expr, Split] | None:
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr != "startswith" or len(call.args) != 1:
        return None
    shown = _shown(module, function.value)
    starts = _starts(call.args[0], several=isinstance(call.args[0], ast.Tuple))
    return (shown, beginning(starts)) if shown is not None and starts is not None else None


def _first_character(module: Module, node: ast.expr) -> ast.expr | None:
    if not isinstance(node, ast.Subscript):
        return None
    index = node.slice
    if isinstance(index, ast.Slice):
        is_first = index.lower is None and index.step is None and index.upper is not None
        first = is_first and index.upper is not None and integer_of(index.upper) == 1
    else:
        first = integer_of(index) == 0
    return _shown(module, node.value) if first else None


def _shown(module: Module, node: ast.expr) -> ast.expr | None:
    """What ``str(…)`` and ``f"{…}"`` show."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and module.dotted(node.func) == "builtins.str":
        return node.args[0]
    if isinstance(node, ast.JoinedStr) and len(node.values) == 1 and isinstance(node.values[0], ast.FormattedValue):
        shown = node.values[0]
        return shown.value if shown.format_spec is None and shown.conversion == -1 else None
    return None


def _starts(node: ast.expr, *, several: bool) -> tuple[str, ...] | None:
    """The texts that are asked for, all of them digits."""
    text = text_of(node)
    if text is not None:
        # `in "45"` asks for each of its characters.
        texts: list[str | None] = [*text] if several else [text]
    elif several and isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        texts = [text_of(member) for member in node.elts]
    else:
        return None
    found = tuple(text for text in texts if text is not None and text.isdecimal() and len(text) <= _LONGEST)
    return found if found and len(found) == len(texts) else None
