"""Which status an expression tests, and how it splits the values of that status."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NamedTuple

from flake8_ocs_status.catalogue.constants import status_of
from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.witnesses import RESPONSE_ATTRIBUTES, integer_of
from flake8_ocs_status.possible.masks import (
    EVERYTHING,
    TRUTH,
    UNDECIDED,
    Split,
    both,
    compared,
    either,
    equals,
    hundreds,
    span,
    where,
)
from flake8_ocs_status.possible.paths import path_of
from flake8_ocs_status.possible.senders import Kind, Response
from flake8_ocs_status.possible.states import State
from flake8_ocs_status.program.module import Module

STATUS_ATTRIBUTE = "status_code"
# Attributes that ask for a class of statuses, as far as the libraries that have them agree.
_CLASS_TESTS = {
    "ok": Split(EVERYTHING & ~span(400, 600), EVERYTHING & ~span(200, 300)),
    "is_success": Split(EVERYTHING & ~span(400, 600), EVERYTHING & ~span(200, 300)),
    "is_error": Split(EVERYTHING & ~span(200, 300), EVERYTHING & ~span(400, 600)),
    "is_client_error": Split(EVERYTHING & ~span(200, 400), EVERYTHING),
    "is_server_error": Split(EVERYTHING & ~span(200, 400), EVERYTHING),
}
CLASS_TESTS = frozenset(_CLASS_TESTS)
_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}
_FROZEN = frozenset({"builtins.frozenset", "builtins.set", "builtins.tuple", "builtins.list"})
_MOST_MEMBERS = 64


class Reading(NamedTuple):
    """A test on the status at ``path``. ``always_true``: a response, which has no truth of its own."""

    path: str
    split: Split
    always_true: bool = False


class Readings:
    """Reads the tests of one module."""

    def __init__(self, module: Module, meanings: Meanings) -> None:
        self.module = module
        self._meanings = meanings

    def of(self, node: ast.expr, state: State) -> Reading | None:
        """What a test asks, None when it asks for no status."""
        if isinstance(node, ast.Compare):
            return self._comparison(node)
        if isinstance(node, ast.NamedExpr):
            return self.of(node.target, state)
        if isinstance(node, ast.Attribute) and node.attr not in RESPONSE_ATTRIBUTES:
            return self._attribute(node, state)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._truth(node, state)
        return None

    def status_path(self, node: ast.AST) -> str | None:
        """The path of an expression that is a status."""
        path = path_of(self.module, node)
        return path if path is not None and self._meanings.status(node) is not None else None

    def pattern(self, pattern: ast.pattern) -> Split:
        """The values that a pattern takes, and those that it leaves."""
        if isinstance(pattern, ast.MatchValue):
            value = self.number(pattern.value)
            return compared(ast.Eq, value) if value is not None else UNDECIDED
        if isinstance(pattern, ast.MatchSingleton):
            return equals((None,)) if pattern.value is None else UNDECIDED
        if isinstance(pattern, ast.MatchOr):
            return either(map(self.pattern, pattern.patterns))
        if isinstance(pattern, ast.MatchAs):
            return self.pattern(pattern.pattern) if pattern.pattern is not None else Split(EVERYTHING, 0)
        return UNDECIDED

    # Attributes and truth

    def asks_for_class(self, node: ast.Attribute) -> bool:
        """Whether an attribute may be a test such as ``r.ok``."""
        return node.attr in CLASS_TESTS and isinstance(node.ctx, ast.Load)

    def _attribute(self, node: ast.Attribute, state: State) -> Reading | None:
        if node.attr not in CLASS_TESTS or not self._is_response(node.value, state):
            return None
        path = path_of(self.module, node.value)
        if path is None:
            return None
        response = self.response(path, state)
        tests = response.tests if response is not None else None
        split = _CLASS_TESTS[node.attr]
        if tests is not None:
            if node.attr not in tests:
                return None
            split = _where(tests[node.attr])
        return Reading(self.status_of_response(path, state), split)

    def _truth(self, node: ast.Name | ast.Attribute, state: State) -> Reading | None:
        path = path_of(self.module, node)
        if path is None:
            return None
        response = self.response(path, state)
        if response is not None and response.always_true:
            return Reading(path, UNDECIDED, always_true=True)
        if response is not None and response.truth is not None:
            return Reading(self.status_of_response(path, state), _where(response.truth))
        return Reading(path, TRUTH) if self._meanings.status(node) is not None else None

    def _is_response(self, node: ast.expr, state: State) -> bool:
        path = path_of(self.module, node)
        return (path is not None and path in state.kinds) or self._meanings.is_response(node)

    def response(self, path: str, state: State) -> Response | None:
        """The kind of response at a path, where it is known."""
        kind: Kind | None = state.kinds.get(path)
        return kind.response if kind is not None and not kind.is_client else None

    def status_of_response(self, path: str, state: State) -> str:
        """The path of the status of the response at a path, under the name that the code has used for it."""
        for name in (STATUS_ATTRIBUTE, "status"):
            if f"{path}.{name}" in state.symbols:
                return f"{path}.{name}"
        response = self.response(path, state)
        return f"{path}.{'status' if response is not None and response.name == 'aiohttp' else STATUS_ATTRIBUTE}"

    # Comparisons

    def _comparison(self, node: ast.Compare) -> Reading | None:
        operands = [node.left, *node.comparators]
        if len(operands) > _MOST_MEMBERS:
            return None
        found: str | None = None
        splits = []
        for index, operator in enumerate(node.ops):
            link = self._link(operands[index], type(operator), operands[index + 1])
            if link is None:
                # What else a chain asks may make it false.
                splits.append(UNDECIDED)
                continue
            path, split = link
            if found is not None and path != found:
                return None
            found = path
            splits.append(split)
        return Reading(found, both(splits)) if found is not None else None

    def _link(self, left: ast.expr, operator: type[ast.cmpop], right: ast.expr) -> tuple[str, Split] | None:
        path, split_by = self._subject(left)
        if path is not None:
            return path, self._split(operator, right, split_by)
        if operator in (ast.In, ast.NotIn):
            return None
        path, split_by = self._subject(right)
        if path is None:
            return None
        return path, self._split(_MIRRORED.get(operator, operator), left, split_by)

    def _subject(self, node: ast.expr) -> tuple[str | None, Callable[[type[ast.cmpop], int], Split]]:
        """The path of the status in an operand, and what comparing the operand with a number does."""
        divided = self._divided(node)
        if divided is not None:
            return self.status_path(divided), hundreds
        if self.number(node) is not None:
            return None, compared
        return self.status_path(node), compared

    def _divided(self, node: ast.expr) -> ast.expr | None:
        """What is divided in ``status // 100`` and ``int(status / 100)``."""
        whole = isinstance(node, ast.Call) and self.module.dotted(node.func) == "builtins.int"
        if whole and isinstance(node, ast.Call) and len(node.args) == 1:
            node = node.args[0]
        if not isinstance(node, ast.BinOp) or integer_of(node.right) != 100:
            return None
        return node.left if isinstance(node.op, ast.FloorDiv) or (whole and isinstance(node.op, ast.Div)) else None

    def _split(
        self, operator: type[ast.cmpop], other: ast.expr, split_by: Callable[[type[ast.cmpop], int], Split]
    ) -> Split:
        if operator in (ast.In, ast.NotIn):
            split = self._membership(other, split_by)
            return split.negated if operator is ast.NotIn else split
        if isinstance(other, ast.Constant) and other.value is None:
            return compared(operator, None) if split_by is compared else UNDECIDED
        value = self.number(other)
        return split_by(operator, value) if value is not None else UNDECIDED

    def _membership(self, other: ast.expr, split_by: Callable[[type[ast.cmpop], int], Split]) -> Split:
        bounds = self._range(other)
        if bounds is not None and split_by is compared:
            return Split(span(*bounds), EVERYTHING & ~span(*bounds))
        members = self._members(other)
        if members is None:
            return UNDECIDED
        splits = []
        for member in members:
            value = self.number(member)
            if value is not None:
                splits.append(split_by(ast.Eq, value))
            elif isinstance(member, ast.Constant) and member.value is None:
                splits.append(equals((None,)))
            else:
                splits.append(UNDECIDED)
        return either(splits)

    def _range(self, node: ast.expr) -> tuple[int, int] | None:
        if not isinstance(node, ast.Call) or self.module.dotted(node.func) != "builtins.range":
            return None
        bounds = [integer_of(argument) for argument in node.args]
        if len(bounds) != 2 or bounds[0] is None or bounds[1] is None or node.keywords:
            return None
        return bounds[0], bounds[1]

    def _members(self, node: ast.expr) -> list[ast.expr] | None:
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            return node.elts if len(node.elts) <= _MOST_MEMBERS else None
        if isinstance(node, ast.Dict):
            keys = [key for key in node.keys if key is not None]
            return keys if len(keys) == len(node.keys) else None
        if isinstance(node, ast.Call) and len(node.args) == 1 and self.module.dotted(node.func) in _FROZEN:
            return self._members(node.args[0])
        if isinstance(node, ast.Name):
            value = self._only_value(node)
            # A list may have grown.
            frozen = isinstance(value, ast.Tuple) or (
                isinstance(value, ast.Call) and self.module.dotted(value.func) == "builtins.frozenset"
            )
            return self._members(value) if value is not None and frozen else None
        return None

    def _only_value(self, node: ast.Name) -> ast.expr | None:
        """The value of a name that is assigned once and for all, in the module itself."""
        scope = self.module.scope_of(node)
        bindings = scope.lookup(node.id)
        if len(bindings) != 1 or scope.owner_of(node.id) is not self.module.module_scope:
            return None
        return bindings[0].value

    def number(self, node: ast.expr) -> int | None:
        """The number that an expression always is, if it may be that of a status."""
        value = integer_of(node)
        if value is not None:
            return value
        path = self.module.dotted(node)
        if path is not None:
            return status_of(path)
        if isinstance(node, ast.Name):
            only = self._only_value(node)
            return self.number(only) if only is not None and not isinstance(only, ast.Name) else None
        return None


def _where(test: Callable[[int], bool]) -> Split:
    # What a status is not (None, a text) no library's response has.
    return Split(where(test), where_not(test))


def where_not(test: Callable[[int], bool]) -> int:
    """The numbers for which a test does not hold."""
    return where(_always) & ~where(test)


def _always(status: int) -> bool:
    return True
