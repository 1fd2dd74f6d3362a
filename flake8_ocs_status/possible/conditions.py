"""Expressions, in the order in which Python evaluates them, and the tests among them.

A method that evaluates takes a state, which it may change, and gives the one that holds after; a test gives two, each
None where no value of the status leads there.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from flake8_ocs_status.possible.bindings import bind, check_arguments, check_response, forget_target
from flake8_ocs_status.possible.clients import note_call
from flake8_ocs_status.possible.joints import Joint, joint_of
from flake8_ocs_status.possible.masks import EVERYTHING, NUMBERS, span
from flake8_ocs_status.possible.paths import Effects, effects_of
from flake8_ocs_status.possible.readings import Reading, Readings
from flake8_ocs_status.possible.states import Exclusion, Possible, Source, State, joined
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.nodes import children_of
from flake8_ocs_status.program.scopes import COMPREHENSIONS

Branches = tuple[State | None, State | None]


class Place(Enum):
    """What the outcome of a test decides."""

    IF = "if"
    LOOP = "while"
    CHOICE = "conditional expression"
    FILTER = "comprehension"
    ASSERTION = "assert"
    CASE = "case"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Root:
    """A whole test, and the statement or expression that it stands in."""

    test: ast.expr | ast.pattern
    place: Place
    owner: ast.AST


@dataclass(frozen=True, slots=True)
class Decided:
    """A test that comes out one way only; ``exclusions`` are what ruled out the statuses that would turn it."""

    outcome: bool
    exclusions: tuple[Exclusion, ...] = ()
    always_true: bool = False


class Conditions:
    """Evaluates expressions. ``decided`` and ``roots`` collect what is seen on the way, unless ``silent``."""

    def __init__(self, module: Module, readings: Readings) -> None:
        self.module = module
        self.readings = readings
        self.decided: dict[ast.AST, Decided] = {}
        self.roots: list[Root] = []
        self.silent = False
        self.yields: list[tuple[ast.expr | None, State]] = []

    # Values

    def value(self, node: ast.expr | None, state: State) -> State:
        """Evaluate an expression whose value is used."""
        if node is None or isinstance(node, (ast.Constant, ast.Name, ast.Lambda)):
            return state
        if isinstance(node, ast.Compare) or _is_not(node) or joint_of(self.module, node) is not None:
            after = joined(*self.root(node, Place.VALUE, node, state))
            return after if after is not None else state
        if isinstance(node, ast.IfExp):
            return self._choice(node, state)
        if isinstance(node, ast.NamedExpr):
            state = self.value(node.value, state)
            bind(self.readings, node.target, node.value, state)
            return state
        if isinstance(node, COMPREHENSIONS):
            return self._comprehension(node, state)
        for child in _operands(node):
            state = self.value(child, state)
        if isinstance(node, ast.Call):
            self._call(node, state)
        elif isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom)):
            if isinstance(node, ast.Yield):
                self.yields.append((node.value, state.copy()))
            state.forget_shared()
        elif isinstance(node, ast.Attribute) and self.readings.asks_for_class(node):
            after = joined(*self.root(node, Place.VALUE, node, state))
            return after if after is not None else state
        return state

    def effects(self, nodes: Sequence[ast.AST]) -> Effects:
        """All that these statements may change, in whatever order they run."""
        return effects_of(self.module, nodes, self.leaves_alone)

    def leaves_alone(self, call: ast.Call, handed: str) -> bool:
        """Whether calling a function leaves the status as it is in what it is handed."""
        return self.readings.is_of_interest(handed) and self.readings.helpers.leaves_alone(self.module, call)

    def _call(self, node: ast.Call, state: State) -> None:
        """Call what has been evaluated."""
        check_response(self.readings, node, state)
        if self.readings.predicate(node) is not None:
            return
        effects = Effects()
        effects.add_call(self.module, node, self.leaves_alone)
        effects.apply(state)
        note_call(self.readings, node, state)
        check_arguments(self.readings, node, state)

    def _choice(self, node: ast.IfExp, state: State) -> State:
        true, false = self.root(node.test, Place.CHOICE, node, state)
        after = joined(
            self.value(node.body, true) if true is not None else None,
            self.value(node.orelse, false) if false is not None else None,
        )
        return after if after is not None else state

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, state: State) -> State:
        first = node.generators[0]
        state = self.value(first.iter, state)
        # What an element does, another one may come after.
        self.effects([node]).apply(state)
        inside: State | None = state.copy()
        for generator in node.generators:
            if inside is not None and generator is not first:
                inside = self.value(generator.iter, inside)
            if inside is not None:
                forget_target(self.module, generator.target, inside)
            for test in generator.ifs:
                if inside is not None:
                    inside, _ = self.root(test, Place.FILTER, node, inside)
        for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            if inside is not None:
                inside = self.value(part, inside)
        return state

    # Tests

    def root(self, test: ast.expr, place: Place, owner: ast.AST, state: State) -> Branches:
        """Evaluate a whole test."""
        if not self.silent:
            self.roots.append(Root(test, place, owner))
        return self._test(test, state)

    def _test(self, node: ast.expr, state: State) -> Branches:
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            true, false = self._test(node.operand, state)
            return self._noted(node, (false, true))
        joint = joint_of(self.module, node)
        if joint is not None:
            return self._noted(node, self._joint(joint, state))
        if isinstance(node, ast.Constant):
            return (state, None) if node.value else (None, state)
        if isinstance(node, ast.Call) and len(node.args) == 1 and self.module.dotted(node.func) == "builtins.bool":
            return self._test(node.args[0], state)
        if isinstance(node, (ast.Compare, ast.Attribute)):
            for operand in _operands(node):
                state = self.value(operand, state)
        else:
            state = self.value(node, state)
        reading = self.readings.of(node, state)
        return (state, state.copy()) if reading is None else self.split(node, reading, state)

    def _joint(self, joint: Joint, state: State) -> Branches:
        """``and``, ``or``: what is left over from one operand goes on to the next."""
        ends: list[State | None] = []
        going: State | None = state
        is_and = joint.is_and
        for operand in joint.operands:
            if going is None:
                break
            true, false = self._test(operand, going)
            going = true if is_and else false
            ends.append(false if is_and else true)
        return (going, joined(*ends)) if is_and else (joined(*ends), going)

    def _noted(self, node: ast.expr, branches: Branches) -> Branches:
        """Note a test that is made of others, when only one branch is left."""
        if not self.silent and (branches[0] is None) != (branches[1] is None):
            self.decided[node] = Decided(branches[0] is not None)
        return branches

    def split(self, node: ast.AST, reading: Reading, state: State) -> Branches:
        """The states in which a test on one status is true and false."""
        if reading.always_true:
            if not self.silent:
                self.decided[node] = Decided(True, always_true=True)
            return state, None
        symbol = reading.held.symbol if reading.held is not None else state.symbol(reading.path, node)
        possible = state.at(symbol)
        true, false = possible.mask & reading.split.true, possible.mask & reading.split.false
        is_noted = reading.held is not None and reading.held.node in self.decided
        if bool(true) != bool(false) and not self.silent and not is_noted:
            missing = reading.split.false if true else reading.split.true
            self.decided[node] = Decided(bool(true), reasons_for(possible, missing))
        return (
            narrowed(state.copy(), symbol, node, true) if true else None,
            narrowed(state, symbol, node, false) if false else None,
        )


def reasons_for(possible: Possible, missing: int) -> tuple[Exclusion, ...]:
    """What ruled these values out; one reason where that is enough, if it can be a check of the response."""
    # Of what is no number nobody wants to hear, as long as there are numbers.
    missing = missing & span(0, len(NUMBERS)) or missing
    sufficient = [one for one in possible.exclusions if not one.partial and not missing & ~one.excluded]
    checks = [one for one in sufficient if one.source is not Source.TEST]
    if sufficient:
        return ((checks or sufficient)[0],)
    return tuple(one for one in possible.exclusions if one.excluded & missing)


def narrowed(state: State, symbol: ast.AST, node: ast.AST, mask: int) -> State:
    """Leave a status these values alone, because of a test."""
    state.exclude(symbol, Exclusion(Source.TEST, node, EVERYTHING & ~mask & state.at(symbol).mask))
    return state


def _is_not(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def _operands(node: ast.expr) -> list[ast.expr]:
    """The expressions that an expression evaluates first, in order."""
    if isinstance(node, ast.Call):
        arguments = [argument.value if isinstance(argument, ast.Starred) else argument for argument in node.args]
        return [node.func, *arguments, *(keyword.value for keyword in node.keywords)]
    return [child for child in children_of(node) if isinstance(child, ast.expr)]
