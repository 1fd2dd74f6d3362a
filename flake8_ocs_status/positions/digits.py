"""Tests that ask for the class of a status by its first digit: ``s // 100 == 2``, ``str(s).startswith("2")``, …"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.witnesses import integer_of, text_of
from flake8_ocs_status.program.module import Module

CLASSES = (1, 2, 3, 4, 5)
_DIGITS = frozenset({"1", "2", "3", "4", "5"})
# What makes a whole number of a share.
_ROUNDING = frozenset({"builtins.int", "math.floor", "math.trunc"})
_DIVIDED = "// 100"
_FIRST = "the first digit"


@dataclass(frozen=True, slots=True)
class DigitTest:
    """One test: ``wording`` is how it asks, ``subject`` the status, ``classes`` the digits that it is true for.

    ``node`` is the test; of a ``match`` statement, what its cases are held against.
    """

    node: ast.expr
    wording: str
    subject: ast.expr
    classes: frozenset[int]


class Digits:
    """The tests of one module on the first digit of a status."""

    def __init__(self, module: Module, meanings: Meanings) -> None:
        self._module = module
        self._meanings = meanings

    def asked_by(self, node: ast.Compare | ast.Call | ast.Match) -> DigitTest | None:
        """The test that a comparison, a call or a ``match`` statement makes, if it makes one."""
        if isinstance(node, ast.Call):
            return self._starts_with(node)
        if isinstance(node, ast.Match):
            return self._matched(node)
        if len(node.ops) != 1:
            return None
        left, right = node.left, node.comparators[0]
        test = self._compared(node, left, right)
        if test is None and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            test = self._compared(node, right, left)
        return test

    def _compared(self, comparison: ast.Compare, asked: ast.expr, wanted: ast.expr) -> DigitTest | None:
        found = self._digit(asked)
        if found is None:
            return None
        wording, subject, read = found
        text = text_of(wanted)
        if text is not None and read is _digit_of and isinstance(comparison.ops[0], (ast.In, ast.NotIn)):
            # `str(s)[0] in "45"`
            values = frozenset(map(int, text)) if text and _DIGITS.issuperset(text) else None
        else:
            values = _classes_named(wanted, read)
        classes = _selected(comparison.ops[0], values)
        return None if classes is None else DigitTest(comparison, wording, subject, classes)

    def _matched(self, match: ast.Match) -> DigitTest | None:
        """``match s // 100`` with a case for a digit."""
        found = self._digit(match.subject)
        if found is None:
            return None
        wording, subject, read = found
        values = [read(value) for case in match.cases for value in _values_of(case.pattern)]
        classes = frozenset(value for value in values if value is not None)
        if not classes or None in values or not classes <= frozenset(CLASSES):
            return None
        return DigitTest(match.subject, wording, subject, classes)

    def _digit(self, node: ast.expr) -> tuple[str, ast.expr, Callable[[ast.expr], int | None]] | None:
        """The status whose first digit an expression gives, how it does that, and how such a digit is read."""
        subject = self._divided(node)
        if subject is not None:
            return _DIVIDED, subject, integer_of
        subject = self._first_of_text(node)
        if subject is not None:
            return _FIRST, subject, _digit_of
        if isinstance(node, ast.Call) and len(node.args) == 1 and self._module.dotted(node.func) == "builtins.int":
            subject = self._first_of_text(node.args[0])
        return None if subject is None else (_FIRST, subject, integer_of)

    def _divided(self, node: ast.expr) -> ast.expr | None:
        """The status of ``s // 100``, ``int(s / 100)``, ``divmod(s, 100)[0]``."""
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Call) and integer_of(node.slice) == 0:
            call = node.value
            is_asked = len(call.args) == 2 and integer_of(call.args[1]) == 100
            if is_asked and self._module.dotted(call.func) == "builtins.divmod" and self._meanings.status(call.args[0]):
                return call.args[0]
            return None
        if isinstance(node, ast.Call) and len(node.args) == 1 and self._module.dotted(node.func) in _ROUNDING:
            node = node.args[0]
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, (ast.FloorDiv, ast.Div)):
            return None
        if integer_of(node.right) != 100 or self._meanings.status(node.left) is None:
            return None
        return node.left

    def _first_of_text(self, node: ast.expr) -> ast.expr | None:
        """The status of ``str(s)[0]``, ``f"{s}"[:1]``."""
        if not isinstance(node, ast.Subscript):
            return None
        place = node.slice
        if isinstance(place, ast.Slice):
            first = place.lower is None and place.upper is not None and integer_of(place.upper) == 1
        else:
            first = integer_of(place) == 0
        return self._as_text(node.value) if first else None

    def _starts_with(self, call: ast.Call) -> DigitTest | None:
        """``str(s).startswith("2")``."""
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr != "startswith" or len(call.args) != 1:
            return None
        subject = self._as_text(function.value)
        classes = _classes_named(call.args[0], _digit_of) if subject is not None else None
        return DigitTest(call, _FIRST, subject, classes) if subject is not None and classes else None

    def _as_text(self, node: ast.expr) -> ast.expr | None:
        if isinstance(node, ast.Call) and self._module.dotted(node.func) == "builtins.str" and len(node.args) == 1:
            return node.args[0] if self._meanings.status(node.args[0]) else None
        if isinstance(node, ast.JoinedStr) and len(node.values) == 1:
            value = node.values[0]
            if isinstance(value, ast.FormattedValue) and value.format_spec is None:
                return value.value if self._meanings.status(value.value) else None
        return None


def _values_of(pattern: ast.pattern) -> Iterable[ast.expr]:
    """The values that a pattern names, at its top: ``4 | 5``."""
    if isinstance(pattern, ast.MatchValue):
        return [pattern.value]
    if isinstance(pattern, ast.MatchOr):
        return [value for part in pattern.patterns for value in _values_of(part)]
    return _values_of(pattern.pattern) if isinstance(pattern, ast.MatchAs) and pattern.pattern is not None else []


def _classes_named(node: ast.expr, read: Callable[[ast.expr], int | None]) -> frozenset[int] | None:
    members = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    values = [read(member) for member in members]
    return frozenset(value for value in values if value is not None) if values and None not in values else None


def _selected(operator: ast.cmpop, values: frozenset[int] | None) -> frozenset[int] | None:
    if values is None or not values <= frozenset(CLASSES):
        return None
    if isinstance(operator, (ast.Eq, ast.In)):
        return values
    if isinstance(operator, (ast.NotEq, ast.NotIn)):
        return frozenset(CLASSES) - values
    return None


def _digit_of(node: ast.expr) -> int | None:
    text = text_of(node)
    return int(text) if text is not None and text in _DIGITS else None
