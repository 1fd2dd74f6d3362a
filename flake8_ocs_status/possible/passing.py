"""Decorators of the project that give what the decorated function gives: those that log, measure, or take a lock.

def timed(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        start = monotonic()
        try:
            return function(*args, **kwargs)
        finally:
            log(monotonic() - start)
    return wrapper
"""

from __future__ import annotations

import ast

from flake8_ocs_status.possible.functions import Definition
from flake8_ocs_status.possible.paths import running_nodes
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.nodes import nodes_in

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_WRAPS = "functools.wraps"


def passes_on(decorator: Definition) -> bool:
    """Whether whatever a decorator puts in the place of a function returns nothing but what the function returns."""
    node = decorator.node
    if isinstance(node, ast.Lambda) or len(node.args.args) != 1 or node.decorator_list:
        return False
    wrapped = node.args.args[0].arg
    inner = {one.name: one for one in nodes_in(node) if isinstance(one, _Function) and one is not node}
    returned = [one.value for one in running_nodes(node.body) if isinstance(one, ast.Return)]
    wrappers = [inner.get(value.id) if isinstance(value, ast.Name) else None for value in returned]
    return bool(wrappers) and all(one is not None and _forwards(decorator.module, one, wrapped) for one in wrappers)


def _forwards(module: Module, wrapper: _Function, wrapped: str) -> bool:
    """Whether a wrapper returns what the wrapped function makes of the same arguments, and nothing else."""
    if any(not isinstance(one, ast.Call) or module.dotted(one.func) != _WRAPS for one in wrapper.decorator_list):
        return False
    nodes = list(running_nodes(wrapper.body))
    if any(isinstance(one, (ast.Yield, ast.YieldFrom)) for one in nodes):
        return False
    returned = [one.value for one in nodes if isinstance(one, ast.Return)]
    return bool(returned) and all(_is_result(value, nodes, wrapper, wrapped) for value in returned)


def _is_result(value: ast.expr | None, nodes: list[ast.AST], wrapper: _Function, wrapped: str) -> bool:
    if isinstance(value, ast.Name):
        # Nothing else is done with the result, or bound under its name.
        places = [one for one in nodes if isinstance(one, ast.Name) and one.id == value.id]
        bound = [
            one.value
            for one in nodes
            if (isinstance(one, ast.Assign) and one.targets[0] in places)
            or (isinstance(one, ast.AnnAssign) and one.target in places)
        ]
        if len(places) != 2 or len(bound) != 1:
            return False
        value = bound[0]
    if isinstance(value, ast.Await):
        value = value.value
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == wrapped
        and _hands_on(wrapper.args, value)
    )


def _hands_on(parameters: ast.arguments, call: ast.Call) -> bool:
    """Whether a call is given just the parameters of the function around it, in their order."""
    wanted = [one.arg for one in (*parameters.posonlyargs, *parameters.args)]
    wanted += [f"*{parameters.vararg.arg}"] if parameters.vararg is not None else []
    wanted += [f"{one.arg}=" for one in parameters.kwonlyargs]
    wanted += [f"**{parameters.kwarg.arg}"] if parameters.kwarg is not None else []
    given = [ast.unparse(argument) for argument in call.args]
    for keyword in call.keywords:
        value = ast.unparse(keyword.value)
        given.append(f"**{value}" if keyword.arg is None else f"{keyword.arg}=" if keyword.arg == value else "")
    return given == wanted
