"""What the body of a function says of its ends, its parameters and its one result."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from flake8_ocs_status.positions.witnesses import last_name
from flake8_ocs_status.possible.bindings import CHECK
from flake8_ocs_status.possible.functions import Definition
from flake8_ocs_status.possible.masks import EVERYTHING
from flake8_ocs_status.possible.states import State
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.nodes import nodes_in
from flake8_ocs_status.program.scopes import FunctionNode


def is_none(value: ast.expr | None) -> bool:
    """Whether an expression is None, written out."""
    return isinstance(value, ast.Constant) and value.value is None


def is_generator(module: Module, node: FunctionNode) -> bool:
    """Whether calling a function runs none of its body yet."""
    yields = [*module.nodes(ast.Yield), *module.nodes(ast.YieldFrom)]
    return any(module.enclosing_function(one) is node for one in yields)


def leaves_late(node: FunctionNode) -> bool:
    """Whether a ``finally`` may return something else in the end."""
    return any(
        isinstance(inner, ast.Return)
        for statement in nodes_in(node)
        if isinstance(statement, ast.Try)
        for last in statement.finalbody
        for inner in nodes_in(last)
    )


def only_raises(node: FunctionNode) -> bool:
    """Whether a function always raises in the end, and not because somebody else has to write it."""
    if isinstance(node, ast.Lambda) or not isinstance(node.body[-1], ast.Raise):
        return False
    raised = node.body[-1].exc
    if raised is None or last_name(raised) == "NotImplementedError":
        return False
    return not any(isinstance(inner, (ast.Return, ast.Yield, ast.YieldFrom)) for inner in nodes_in(node))


def first_parameter(definition: Definition) -> str | None:
    """The parameter that the first argument is for."""
    arguments = definition.node.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)][definition.is_bound :]
    return names[0] if names else None


def passes(value: ast.expr | None, parameter: str | None) -> bool:
    """Whether what is returned is None or this parameter."""
    if value is None or is_none(value):
        return True
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == CHECK:
        value = value.func.value
    return isinstance(value, ast.Name) and value.id == parameter


def parameter_returned(exits: Iterable[tuple[ast.expr | None, State]], names: frozenset[str]) -> str | None:
    """The parameter that each end returns, where the name still stands for it."""
    found = set()
    for value, _ in exits:
        if value is None or is_none(value):
            continue
        found.add(value.id if isinstance(value, ast.Name) else "")
    name = found.pop() if len(found) == 1 else ""
    return name if name in names else None


def checked(seeds: Mapping[str, Mapping[str, ast.AST]], states: Sequence[State]) -> dict[str, dict[str, int]]:
    """The values that the statuses in the parameters may have at any of the ends, where that is not all."""
    found: dict[str, dict[str, int]] = {}
    for parameter, symbols in seeds.items():
        for name, symbol in symbols.items():
            mask = 0
            for state in states:
                mask |= state.at(symbol).mask
            if mask != EVERYTHING:
                found.setdefault(parameter, {})[name] = mask
    return found


def only_result(node: FunctionNode) -> ast.expr | None:
    """What a function returns that does nothing else."""
    if isinstance(node, ast.Lambda):
        return node.body
    body = node.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None
