"""Exceptions that carry an HTTP status, by the class that a handler or a test names."""

from __future__ import annotations

import ast

from flake8_ocs_status.positions.witnesses import last_name
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import Binding
from flake8_ocs_status.transport.callees import EXCEPTIONS_WITH_STATUS, NUMBERS_OF_ERRORS
from flake8_ocs_status.transport.exceptions import canonical

_EXPECTING = frozenset({"raises", "assertRaises", "assertRaisesRegex"})
# ``code`` is what the process ends with.
_ENDS_PROCESS = "builtins.SystemExit"


def is_error(module: Module, node: ast.AST) -> bool:
    """Whether a name holds an exception that carries a status, or what a test has caught of one."""
    if not isinstance(node, ast.Name):
        return False
    handler = _handler_around(module, node)
    if handler is not None:
        return handler.type is not None and _carries_status(module, handler.type)
    for binding in module.scope_of(node).lookup(node.id)[:8]:
        kind = _class_caught(module, binding)
        if kind is not None:
            return _carries_status(module, kind)
    return False


def has_number(module: Module, node: ast.Attribute) -> bool:
    """Whether an attribute is the status of a caught exception, which its library keeps as a number for certain."""
    handler = _handler_around(module, node.value) if isinstance(node.value, ast.Name) else None
    if handler is None or handler.type is None:
        return False
    path = canonical(module.dotted(handler.type) or "")
    return node.attr in NUMBERS_OF_ERRORS.get(path, ())


def ends_process(module: Module, node: ast.AST) -> bool:
    """Whether a name holds the exception that ends the process."""
    handler = _handler_around(module, node) if isinstance(node, ast.Name) else None
    return handler is not None and handler.type is not None and module.dotted(handler.type) == _ENDS_PROCESS


def _handler_around(module: Module, name: ast.Name) -> ast.ExceptHandler | None:
    """The handler that gives this name its exception where it stands."""
    parent = module.parents.get(name)
    while parent is not None and not (isinstance(parent, ast.ExceptHandler) and parent.name == name.id):
        parent = module.parents.get(parent)
    return parent


def _class_caught(module: Module, binding: Binding) -> ast.expr | None:
    """The class of the exception that a handler, or a block that expects one, gives a name."""
    if isinstance(binding.node, ast.ExceptHandler):
        return binding.node.type
    parent = module.parents.get(binding.node)
    if isinstance(parent, ast.withitem) and isinstance(parent.context_expr, ast.Call):
        call = parent.context_expr
        if last_name(call.func) in _EXPECTING and call.args:
            return call.args[0]
    return None


def _carries_status(module: Module, node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):
        return any(_carries_status(module, one) for one in node.elts)
    if module.dotted(node) in EXCEPTIONS_WITH_STATUS:
        return True
    name = last_name(node)
    return name is not None and name.lower().startswith(("http", "clientresponse", "response"))
