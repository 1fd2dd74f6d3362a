"""Which status an expression tests, and how it splits the values of that status."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.names import names_response
from flake8_ocs_status.positions.witnesses import RESPONSE_ATTRIBUTES, integer_of, last_name
from flake8_ocs_status.possible.helpers import Helpers
from flake8_ocs_status.possible.joints import joint_of
from flake8_ocs_status.possible.kinds import Kind, Response
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
    hundredths,
    span,
    where,
)
from flake8_ocs_status.possible.numbers import MOST_MEMBERS
from flake8_ocs_status.possible.paths import path_of
from flake8_ocs_status.possible.states import SHARED, Held, State
from flake8_ocs_status.possible.texts import text_test
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.transport.library import VERBS

STATUS_ATTRIBUTE = "status_code"
_ERRORS = where(lambda status: status >= 400)
# Attributes that ask for a class of statuses, as far as the libraries that have them agree.
_CLASS_TESTS = {
    "ok": Split(EVERYTHING & ~_ERRORS, EVERYTHING & ~span(200, 300)),
    "is_success": Split(EVERYTHING & ~_ERRORS, EVERYTHING & ~span(200, 300)),
    "is_error": Split(EVERYTHING & ~span(200, 300), EVERYTHING & ~_ERRORS),
    "is_client_error": Split(EVERYTHING & ~span(200, 400), EVERYTHING),
    "is_server_error": Split(EVERYTHING & ~span(200, 400), EVERYTHING),
}
CLASS_TESTS = frozenset(_CLASS_TESTS)
# The same of a member of http.HTTPStatus (CPython 3.12).
_STATUS_TESTS: dict[str, Callable[[int], bool]] = {
    "is_success": lambda status: 200 <= status < 300,
    "is_redirection": lambda status: 300 <= status < 400,
    "is_client_error": lambda status: 400 <= status < 500,
    "is_server_error": lambda status: 500 <= status < 600,
}
# What responses are asked for, and clients for responses.
_ASKED = CLASS_TESTS | RESPONSE_ATTRIBUTES | VERBS | {"code", "getcode", "raise_for_status", "request", "send", "mount"}
_STATUS_NAMES = (STATUS_ATTRIBUTE, "status")
# What keeps a number what it is.
_KEEPING = frozenset({"builtins.int", "http.HTTPStatus"})
_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}


class Reading(NamedTuple):
    """A test on the status at ``path``, or on one that had ``symbol`` when it was tested. ``always_true``: a response,
    which has no truth of its own."""

    path: str
    split: Split
    always_true: bool = False
    held: Held | None = None


class Readings:
    """Reads the tests of one module; ``helpers`` knows the functions of the project that they call."""

    def __init__(self, module: Module, meanings: Meanings, helpers: Helpers) -> None:
        self.module = module
        self.numbers = helpers.numbers(module)
        self.helpers = helpers
        self._meanings = meanings

    def of(self, node: ast.expr, state: State) -> Reading | None:
        """What a test asks, None when it asks for no status."""
        if isinstance(node, (ast.Compare, ast.Call)):
            shown = text_test(self.module, node)
            if shown is not None:
                path = self.status_path(shown[0])
                return Reading(path, shown[1]) if path is not None else None
            return self._comparison(node) if isinstance(node, ast.Compare) else self.predicate(node)
        if isinstance(node, ast.NamedExpr):
            return self.of(node.target, state)
        if isinstance(node, ast.Attribute) and node.attr not in RESPONSE_ATTRIBUTES:
            return self._attribute(node, state)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._truth(node, state)
        return None

    def asks_for_numbers(self, comparison: ast.Compare) -> bool:
        """Whether a comparison can come out one way for some statuses and the other way for others."""
        reading = self.of(comparison, State())
        return reading is not None and reading.split != UNDECIDED

    def is_of_interest(self, path: str) -> bool:
        """Whether a path is somewhere asked for its status, or called a response, or a client that gives one."""
        name = path.rpartition(".")[2].lstrip(SHARED)
        return name in self._asked or names_response(name) or name.startswith("<")

    @cached_property
    def _asked(self) -> frozenset[str]:
        """The names of what is asked for a status in this module, of what sends requests, and of statuses."""
        found = {
            last_name(attribute.value) for attribute in self.module.nodes(ast.Attribute) if attribute.attr in _ASKED
        }
        for comparison in self.module.nodes(ast.Compare):
            found.update(map(last_name, [comparison.left, *comparison.comparators]))
        return frozenset(name for name in found if name)

    def introduce(self, path: str, state: State) -> None:
        """Something new is at a path: whichever way its status is asked for from here on, it is the same one."""
        if not self.is_of_interest(path):
            return
        symbols = {name: ast.Pass() for name in _STATUS_NAMES}
        if not self._tells_names_apart:
            symbols = dict.fromkeys(_STATUS_NAMES, symbols[STATUS_ATTRIBUTE])
        for name, symbol in symbols.items():
            state.symbols.setdefault(f"{path}.{name}", symbol)

    @cached_property
    def _tells_names_apart(self) -> bool:
        """Whether the module has objects with a ``status_code`` and such with a ``status``, which may be the same."""
        return len({node.attr for node in self.module.nodes(ast.Attribute) if node.attr in _STATUS_NAMES}) > 1

    def predicate(self, call: ast.Call) -> Reading | None:
        """What a function of the project asks whose whole work is a test on what it is given."""
        paths = [path_of(self.module, argument) for argument in (*call.args, *(word.value for word in call.keywords))]
        if not any(path is not None and self.is_of_interest(path) for path in paths):
            return None
        found = self.helpers.predicate(self.module, call)
        path = path_of(self.module, found.argument) if found is not None else None
        return Reading(f"{path}{found.tail}", found.split) if found is not None and path is not None else None

    def whole(self, node: ast.expr, state: State) -> tuple[str, Split] | None:
        """The one path whose status a test made of others asks for, and how it splits the values."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.whole(node.operand, state)
            return (inner[0], inner[1].negated) if inner is not None else None
        joint = joint_of(self.module, node)
        if joint is not None:
            parts = [self.whole(value, state) for value in joint.operands]
            known = [part for part in parts if part is not None]
            if len(known) < len(parts) or len({path for path, _ in known}) != 1:
                return None
            join = both if joint.is_and else either
            return known[0][0], join(split for _, split in known)
        reading = self.of(node, state)
        if reading is None or reading.always_true or reading.held is not None:
            return None
        return reading.path, reading.split

    def status_path(self, node: ast.AST) -> str | None:
        """The path of an expression that is a status."""
        kept = self._kept_number(node)
        if kept is not None:
            return self.status_path(kept)
        path = path_of(self.module, node)
        return path if path is not None and self._meanings.status_by_itself(node) is not None else None

    def _kept_number(self, node: ast.AST) -> ast.expr | None:
        """The number in ``int(number)`` and ``HTTPStatus(number)``."""
        if not isinstance(node, ast.Call) or len(node.args) != 1 or self.module.dotted(node.func) not in _KEEPING:
            return None
        return node.args[0] if self._meanings.is_number(node.args[0]) else None

    def pattern(self, pattern: ast.pattern) -> Split:
        """The values that a pattern takes, and those that it leaves."""
        if isinstance(pattern, ast.MatchValue):
            value = self.numbers.number(pattern.value)
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
        if node.attr in _STATUS_TESTS:
            kept = self._kept_number(node.value)
            path = self.status_path(kept) if kept is not None else None
            if path is not None:
                return Reading(path, _where(_STATUS_TESTS[node.attr]))
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
        held = state.tests.get(path)
        if held is not None:
            return Reading(path, held.split, held=held)
        response = self.response(path, state)
        if response is not None and response.always_true:
            return Reading(path, UNDECIDED, always_true=True)
        if response is not None and response.truth is not None:
            return Reading(self.status_of_response(path, state), _where(response.truth))
        return Reading(path, TRUTH) if self._meanings.status_by_itself(node) is not None else None

    def _is_response(self, node: ast.expr, state: State) -> bool:
        path = path_of(self.module, node)
        return (path is not None and path in state.kinds) or self._meanings.is_response(node)

    def is_response(self, node: ast.expr) -> bool:
        """Whether an expression is the response of a request, by where it comes from or by its name."""
        return self._meanings.is_response(node)

    def response(self, path: str, state: State) -> Response | None:
        """The kind of response at a path, where it is known."""
        kind: Kind | None = state.kinds.get(path)
        return kind.response if kind is not None and not kind.is_client else None

    def status_of_response(self, path: str, state: State) -> str:
        """The path of the status of the response at a path, under the name that the code has used for it."""
        response = self.response(path, state)
        if response is not None and response.name:
            return f"{path}.{response.status}"
        for name in _STATUS_NAMES:
            if f"{path}.{name}" in state.symbols:
                return f"{path}.{name}"
        return f"{path}.{STATUS_ATTRIBUTE}"

    # Comparisons

    def _comparison(self, node: ast.Compare) -> Reading | None:
        operands = [node.left, *node.comparators]
        if len(operands) > MOST_MEMBERS:
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
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and integer_of(node.right) == 100:
            return self.status_path(node.left), hundredths
        if self.numbers.number(node) is not None:
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
        value = self.numbers.number(other)
        return split_by(operator, value) if value is not None else UNDECIDED

    def _membership(self, other: ast.expr, split_by: Callable[[type[ast.cmpop], int], Split]) -> Split:
        bounds = self.numbers.bounds(other)
        if bounds is not None and split_by is compared:
            return Split(span(*bounds), EVERYTHING & ~span(*bounds))
        members = self.numbers.members(other)
        if members is None:
            return UNDECIDED
        splits = []
        for member in members.nodes:
            value = members.numbers.number(member)
            if value is not None:
                splits.append(split_by(ast.Eq, value))
            elif isinstance(member, ast.Constant) and member.value is None:
                splits.append(equals((None,)))
            else:
                splits.append(UNDECIDED)
        return either(splits)


def _where(test: Callable[[int], bool]) -> Split:
    # What a status is not (None, a text) no library's response has.
    return Split(where(test), where_not(test))


def where_not(test: Callable[[int], bool]) -> int:
    """The numbers for which a test does not hold."""
    return where(_always) & ~where(test)


def _always(status: int) -> bool:
    return True
