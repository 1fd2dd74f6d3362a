"""Collections that grow somewhere: registries that decorators, subclasses or functions enter something into."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from flake8_ocs_status.fate.values import UNKNOWN, Items, Table, Value
from flake8_ocs_status.program.module import Module

_CHANGING = frozenset({"update", "setdefault", "append", "appendleft", "add", "extend", "insert", "register"})


def changed_names(module: Module, but_for: str | None = None) -> frozenset[str]:
    """The names of collections into which this module enters something elsewhere than where they are made: in a
    function, or by way of the class or the object that has them. What functions of the name ``but_for`` enter does not
    count."""
    found: set[str] = set()
    for collection in _changed_collections(module):
        function = module.enclosing_function(collection)
        if isinstance(collection, ast.Attribute) and getattr(function, "name", "") != but_for:
            found.add(collection.attr)
        elif isinstance(collection, ast.Name) and function is not None:
            owner = module.scope_of(collection).owner_of(collection.id)
            if owner is None or owner.parent is None or isinstance(owner.node, ast.ClassDef):
                # A name of the function itself is another one, whatever it is called.
                found.add(collection.id)
    return frozenset(found)


def grown_names(module: Module) -> frozenset[str]:
    """The names by which this module puts something into a list or a mapping, wherever that is."""
    collections = [*_changed_collections(module), *(one.target for one in module.nodes(ast.AugAssign))]
    bases = map(_base_of, collections)
    names = (one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", None) for one in bases)
    return frozenset(filter(None, names))


def _base_of(collection: ast.expr) -> ast.expr:
    """The mapping of collections that one is in: ``groups`` of ``groups[key]``, ``groups.setdefault(key, [])``."""
    while True:
        if isinstance(collection, ast.Subscript):
            collection = collection.value
        elif isinstance(collection, ast.Call) and isinstance(collection.func, ast.Attribute):
            collection = collection.func.value
        else:
            return collection


def _changed_collections(module: Module) -> Iterator[ast.expr]:
    for subscript in module.nodes(ast.Subscript):
        if not isinstance(subscript.ctx, ast.Load):
            yield subscript.value
    for call in module.nodes(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in _CHANGING:
            yield call.func.value


def open_ended(value: Value) -> Value:
    """A collection that may hold more than what is listed."""
    if isinstance(value, Table):
        return replace(value, complete=False)
    return UNKNOWN if isinstance(value, Items) else value
