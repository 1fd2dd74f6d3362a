"""Values that tell by where they come from that they are no HTTP status, whatever the name before them says.

``status = process.returncode`` is what a process ends with, and ``response.json()["code"]`` a code of the application.
"""

from __future__ import annotations

import ast

from flake8_ocs_status.positions.witnesses import last_name
from flake8_ocs_status.program.module import Module

# A longer way from a name to its value is not gone.
_FARTHEST = 4
_ENDS_OF_PROCESSES = frozenset({"returncode", "return_code", "exitcode", "exit_code", "exit_status", "errno"})
_RUNNING_PROCESSES = frozenset({"os.system", "subprocess.call", "subprocess.check_call", "os.waitstatus_to_exitcode"})
_WAITING_FOR_PROCESSES = frozenset({"wait", "poll"})
# What looks a key up.
GETTERS = frozenset({"get", "pop", "setdefault"})
_PARSERS = frozenset({"json.loads", "json.load", "orjson.loads", "simplejson.loads", "simplejson.load", "ujson.loads"})


def comes_from_elsewhere(module: Module, node: ast.AST) -> bool:
    """Whether a value is certainly what a process ended with, or dug out of a body by a name."""
    if isinstance(node, ast.Await):
        return comes_from_elsewhere(module, node.value)
    if isinstance(node, ast.Attribute):
        return node.attr in _ENDS_OF_PROCESSES
    if isinstance(node, ast.Call):
        return _runs_process(module, node) or is_field_of_body(module, node)
    return isinstance(node, ast.Subscript) and is_field_of_body(module, node)


def is_field_of_body(module: Module, node: ast.AST) -> bool:
    """Whether an expression digs something out of a parsed body: ``body["code"]``, ``r.json().get("code")``."""
    container = _container_of(node)
    return container is not None and _is_body(module, container, _FARTHEST)


def _runs_process(module: Module, call: ast.Call) -> bool:
    function = call.func
    if module.dotted(function) in _RUNNING_PROCESSES:
        return True
    if not (isinstance(function, ast.Attribute) and function.attr in _WAITING_FOR_PROCESSES):
        return False
    owner = last_name(function.value)
    return owner is not None and "proc" in owner.lower()


def _container_of(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.Subscript):
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in GETTERS:
        return node.func.value
    return None


def _is_body(module: Module, node: ast.expr, farthest: int) -> bool:
    # A chain of thousands of subscripts is gone down without a frame for each.
    while (inner := _container_of(node)) is not None:
        node = inner
    if isinstance(node, ast.Await):
        node = node.value
    if isinstance(node, ast.Call):
        parses = isinstance(node.func, ast.Attribute) and node.func.attr == "json" and not node.args
        return parses or module.dotted(node.func) in _PARSERS
    if not isinstance(node, ast.Name) or not farthest:
        return False
    bindings = module.scope_of(node).lookup(node.id)
    if len(bindings) != 1 or bindings[0].value is None:
        return False
    return _is_body(module, bindings[0].value, farthest - 1)
