"""Collections that grow somewhere: registries that decorators, subclasses or functions enter something into."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_ocs_status.fate.values import UNKNOWN, Items, Table, Value
from flake8_ocs_status.program.module import Module

_CHANGING = frozenset({"update", "setdefault", "append", "add", "extend", "insert", "register"})


def changed_names(module: Module) -> frozenset[str]:
    """The names of collections into which this module enters something elsewhere than where they are made: in a
    function, or by way of the class or the object that has them."""
    found: set[str] = set()
    for subscript in module.nodes(ast.Subscript):
        if not isinstance(subscript.ctx, ast.Load):
            _note(subscript.value, module, found)
    for call in module.nodes(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in _CHANGING:
            _note(call.func.value, module, found)
    return frozenset(found)


def _note(collection: ast.expr, module: Module, found: set[str]) -> None:
    if isinstance(collection, ast.Attribute):
        found.add(collection.attr)
    elif isinstance(collection, ast.Name) and module.enclosing_function(collection) is not None:
        found.add(collection.id)


def open_ended(value: Value) -> Value:
    """A collection that may hold more than what is listed."""
    if isinstance(value, Table):
        return replace(value, complete=False)
    return UNKNOWN if isinstance(value, Items) else value
