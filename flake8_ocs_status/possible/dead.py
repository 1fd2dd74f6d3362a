"""The tests on a status that come out one way only where they stand, as far as somebody would want to know."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.possible.bindings import CHECK
from flake8_ocs_status.possible.candidates import candidates
from flake8_ocs_status.possible.conditions import Decided, Place, Root
from flake8_ocs_status.possible.constants import constants_of_own
from flake8_ocs_status.possible.definitions import Definitions
from flake8_ocs_status.possible.heirs import has_other_constant, is_overridden_elsewhere
from flake8_ocs_status.possible.joints import Joint, joint_of
from flake8_ocs_status.possible.kept import Surroundings
from flake8_ocs_status.possible.purposes import is_asserted, is_end_of_class, is_said, is_spelled_out
from flake8_ocs_status.possible.statements import Walk
from flake8_ocs_status.possible.states import Exclusion, Source
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.nodes import nodes_in


@dataclass(frozen=True, slots=True)
class DeadTest:
    """One test that decides nothing.

    ``node`` is the test, ``outcome`` how it always comes out. ``exclusions`` are what ruled out the statuses that would
    turn it. ``parts`` are the operands that decide it among themselves. ``is_response``: it tests a response that is
    true whatever the status. ``is_operand``: other operands beside it decide what it leaves open. ``whole`` is all of
    the test that it stands in.
    """

    node: ast.expr | ast.pattern
    outcome: bool
    exclusions: tuple[Exclusion, ...] = ()
    parts: Joint | None = None
    is_response: bool = False
    is_operand: bool = False
    whole: ast.AST | None = None


def may_have_dead_tests(module: Module) -> bool:
    """Whether a file without the sign of a number has words that leave room for such a test."""
    return CHECK in module.folded or "httpstatus" in module.folded


def dead_tests_of(module: Module, meanings: Meanings) -> tuple[DeadTest, ...]:
    """Every such test, in the order of the source."""
    found: dict[ast.AST, DeadTest] = {}
    for walk in walks_of(module, meanings):
        for root in walk.roots:
            for dead in _dead_in(module, root.test, walk.decided):
                if _matters(module, dead, root) and not _depends_on_heirs(module, dead):
                    found[dead.node] = replace(dead, whole=root.test)
    return tuple(sorted(found.values(), key=lambda dead: (dead.node.lineno, dead.node.col_offset)))


def walks_of(module: Module, meanings: Meanings) -> Iterator[Walk]:
    """A walk through each function of the module that has a test which may be decided."""
    surroundings = Surroundings(module, meanings)
    readings = surroundings.readings(module)
    try:
        for function in candidates(module, readings.asks_for_numbers):
            walk = Walk(module, readings)
            if function is None:
                walk.statements(module.tree.body)
            else:
                walk.function(function)
            yield walk
    finally:
        surroundings.let_go()


# What to say


def _dead_in(module: Module, node: ast.expr | ast.pattern, decided: dict[ast.AST, Decided]) -> Iterator[DeadTest]:
    """The dead tests in a whole test."""
    verdict = decided.get(node)
    joint = joint_of(module, node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        for dead in _dead_in(module, node.operand, decided):
            if dead.node is node.operand and not dead.parts:
                dead = replace(dead, node=node, outcome=not dead.outcome)
            yield dead
    elif joint is not None:
        whole = _by_all(node, joint, decided)
        if whole is not None:
            yield whole
            return
        deciding = [one for one in joint.operands if one in decided and decided[one].outcome is not joint.is_and]
        if verdict is None or not deciding:
            for value in joint.operands:
                for dead in _dead_in(module, value, decided):
                    yield replace(dead, is_operand=True) if dead.node is value else dead
            return
        for dead in _dead_in(module, deciding[0], decided):
            if dead.parts:
                yield dead
                continue
            inside = [one.node for one in dead.exclusions if _is_inside(one.node, node)]
            if inside:
                parts = [value for value in joint.operands if value is deciding[0] or _holds(value, inside)]
                yield DeadTest(node, verdict.outcome, dead.exclusions, Joint(joint.is_and, parts))
            else:
                yield dead
    elif verdict is not None:
        yield DeadTest(node, verdict.outcome, verdict.exclusions, None, verdict.always_true)


def _depends_on_heirs(module: Module, dead: DeadTest) -> bool:
    """Whether what a method has seen to, or a constant that is asked for, is not so for a class of another module."""
    definitions = Definitions(module, {})
    calls = [one.node for one in dead.exclusions if one.source is Source.HELPER and isinstance(one.node, ast.Call)]
    if any(is_overridden_elsewhere(definitions, call) for call in calls):
        return True
    methods = [definition for call in calls if (definition := definitions.called(call)) is not None]
    asked = constants_of_own(definitions, [dead.node, *(one.node for one in dead.exclusions)])
    for method in methods:
        asked += constants_of_own(definitions.of(method.module), [method.node])
    return any(has_other_constant(owner, name) for owner, name in dict.fromkeys(asked))


def _by_all(node: ast.expr | ast.pattern, joint: Joint, decided: dict[ast.AST, Decided]) -> DeadTest | None:
    """The whole of a test none of whose operands leaves anything to decide, for reasons outside it."""
    exclusions: list[Exclusion] = []
    for value in joint.operands:
        verdict = decided.get(value)
        if verdict is None or verdict.outcome is not joint.is_and or not verdict.exclusions:
            return None
        exclusions += [one for one in verdict.exclusions if one not in exclusions]
    if any(_is_inside(one.node, node) for one in exclusions):
        return None
    return DeadTest(node, joint.is_and, tuple(exclusions))


def _is_inside(node: ast.AST, whole: ast.AST) -> bool:
    return any(inner is node for inner in nodes_in(whole))


def _holds(whole: ast.AST, nodes: Sequence[ast.AST]) -> bool:
    return any(_is_inside(node, whole) for node in nodes)


def _matters(module: Module, dead: DeadTest, root: Root) -> bool:
    """Whether a dead test is to be told: not where its author knows, and says so on purpose."""
    if dead.parts:
        return True
    if is_asserted(module, dead.node, root):
        return False
    if dead.is_response:
        return not dead.is_operand and root.place in (Place.IF, Place.LOOP, Place.CHOICE)
    if not dead.exclusions:
        # A chain that contradicts itself: `200 > status > 299`.
        return not dead.outcome and isinstance(dead.node, ast.Compare) and len(dead.node.ops) > 1
    if root.place is Place.VALUE and is_said(module, dead.node):
        return False
    if dead.is_operand and is_end_of_class(module, dead.node, dead.exclusions):
        return False
    return not dead.outcome or not is_spelled_out(module, dead.node, dead.exclusions, root)
