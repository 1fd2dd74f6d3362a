"""``match``: whether a pattern takes a value, and what it binds."""

from __future__ import annotations

import ast
from enum import Enum
from typing import TYPE_CHECKING

from flake8_ocs_status.fate.executor.models import is_instance
from flake8_ocs_status.fate.values import UNKNOWN, About, Class, Items, Known, Object, Raised, Response, Table, Value
from flake8_ocs_status.fate.values.knowledge import about, holds_response, unknown_from
from flake8_ocs_status.fate.values.operators import compare
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.program.nodes import nodes_in

if TYPE_CHECKING:
    from flake8_ocs_status.fate.executor.statements import Executor


class Matching(Enum):
    """Whether a pattern takes a value."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


def _from_truth(answer: bool | None) -> Matching:
    return Matching.MAYBE if answer is None else Matching.YES if answer else Matching.NO


def match_pattern(pattern: ast.pattern, value: Value, state: State, run: Executor) -> Matching:
    """Match a value; captures are bound in ``state``."""
    if isinstance(pattern, ast.MatchValue):
        outcomes = run.evaluate(pattern.value, state)
        return _from_truth(run.truth_of(compare(ast.Eq(), value, outcomes[0][0]))) if outcomes else Matching.MAYBE
    if isinstance(pattern, ast.MatchSingleton):
        return _from_truth(run.truth_of(compare(ast.Is(), value, Known(pattern.value))))
    if isinstance(pattern, ast.MatchAs):
        result = Matching.YES if pattern.pattern is None else match_pattern(pattern.pattern, value, state, run)
        if pattern.name is not None and result is not Matching.NO:
            _capture(pattern, pattern.name, value, state, run)
        return result
    if isinstance(pattern, ast.MatchOr):
        verdicts = [match_pattern(option, value, state, run) for option in pattern.patterns]
        if Matching.YES in verdicts:
            return Matching.YES
        return Matching.MAYBE if Matching.MAYBE in verdicts else Matching.NO
    if isinstance(pattern, ast.MatchSequence) and isinstance(value, Items):
        return _match_items(pattern, value, state, run)
    if isinstance(pattern, ast.MatchSequence) and isinstance(value, Known):
        return Matching.NO
    if isinstance(pattern, ast.MatchClass):
        found = _match_class(pattern, value, state, run)
        if found is not None:
            return found
    run.let_instances_go([value], pattern, state)
    if holds_response(value):
        # What the pattern asks of it may tell any status apart.
        run.flow_out(value, pattern, state)
    for inner in nodes_in(pattern):
        if isinstance(inner, (ast.MatchAs, ast.MatchStar)) and inner.name is not None:
            _capture(inner, inner.name, unknown_from(value), state, run)
        elif isinstance(inner, ast.MatchMapping) and inner.rest is not None:
            _capture(inner, inner.rest, unknown_from(value), state, run)
    if isinstance(pattern, ast.MatchClass) and isinstance(value, Known) and not pattern.kwd_patterns:
        return _match_builtin_class(pattern, value, state, run)
    return Matching.MAYBE


def _match_items(pattern: ast.MatchSequence, value: Items, state: State, run: Executor) -> Matching:
    if any(isinstance(part, ast.MatchStar) for part in pattern.patterns):
        return Matching.MAYBE
    if len(pattern.patterns) != len(value.values):
        return Matching.NO
    verdicts = [
        match_pattern(part, item, state, run) for part, item in zip(pattern.patterns, value.values, strict=True)
    ]
    if Matching.NO in verdicts:
        return Matching.NO
    return Matching.MAYBE if Matching.MAYBE in verdicts else Matching.YES


def _match_class(pattern: ast.MatchClass, value: Value, state: State, run: Executor) -> Matching | None:
    """``case Failed(status=412)`` for a class of the project, ``case Response(ok=True)`` for a response, the same for
    an exception; None where it cannot be told."""
    outcomes = run.evaluate(pattern.cls, state)
    kind = outcomes[0][0] if len(outcomes) == 1 else UNKNOWN
    if isinstance(kind, Class) and isinstance(value, (Known, Items, Table, Response)):
        return Matching.NO
    if not isinstance(value, (Object, Response, Raised)):
        return None
    answer = run.truth_of(is_instance(value, kind, run))
    if answer is None:
        return None
    if answer is False:
        return Matching.NO
    fields = run.world.home_of(kind.node).fields(kind.node) if isinstance(kind, Class) else None
    names = () if fields is None else fields.names
    if len(pattern.patterns) > len(names):
        return None
    parts = [*zip(names, pattern.patterns, strict=False), *zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True)]
    verdicts = []
    for name, part in parts:
        attribute = ast.copy_location(ast.Attribute(pattern.cls, name, ast.Load()), pattern)
        held = run.attribute_of(value, name, attribute, state)
        one = held[0][0] if len(held) == 1 else UNKNOWN
        verdicts.append(match_pattern(part, one, state, run))
        if about(one) >= About.DECISION and not isinstance(part, ast.MatchAs):
            run.look(one, part, state)
    if Matching.NO in verdicts:
        return Matching.NO
    return Matching.MAYBE if Matching.MAYBE in verdicts else Matching.YES


def _match_builtin_class(pattern: ast.MatchClass, value: Known, state: State, run: Executor) -> Matching:
    """``case int(code)``."""
    kind = run.module.dotted(pattern.cls)
    if kind not in {"builtins.int", "builtins.str", "builtins.bool"} or len(pattern.patterns) > 1:
        return Matching.MAYBE
    if not isinstance(value.value, {"int": int, "str": str, "bool": bool}[kind.removeprefix("builtins.")]):
        return Matching.NO
    return match_pattern(pattern.patterns[0], value, state, run) if pattern.patterns else Matching.YES


def _capture(node: ast.pattern, name: str, value: Value, state: State, run: Executor) -> None:
    run.bind_name(name, run.module.scope_of(node), node, value, state)
