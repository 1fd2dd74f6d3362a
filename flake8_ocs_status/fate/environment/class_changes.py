"""Classes whose methods are put in others' places when the class is made: by a decorator, a metaclass, a base."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_ocs_status.fate.values import Function
from flake8_ocs_status.program.scopes import FunctionNode, all_arguments

if TYPE_CHECKING:
    from flake8_ocs_status.fate.environment.surroundings import Surroundings

_MAKERS = ("__new__", "__init__")


def may_be_replaced(function: FunctionNode, home: Surroundings) -> bool:
    """Whether calling this method may call something else, which the making of its class has put there."""
    owner = home.class_of_function(function)
    return owner is not None and any(map(_replaces, _makers_of(owner, home)))


def _makers_of(owner: ast.ClassDef, home: Surroundings) -> Iterator[ast.AST]:
    """The functions of the project that have a part in the making of a class."""
    for place, current in enumerate(home.lineage(owner)):
        own = home.world.home_of(current)
        for decorator in current.decorator_list:
            made_by = own.value_of_default(decorator.func if isinstance(decorator, ast.Call) else decorator)
            if isinstance(made_by, Function):
                yield made_by.node
        for keyword in current.keywords:
            metaclass = own.class_named(keyword.value) if keyword.arg == "metaclass" else None
            if metaclass is not None:
                yield from _defined(metaclass, _MAKERS)
        if place:
            yield from _defined(current, ("__init_subclass__",))


def _defined(node: ast.ClassDef, names: tuple[str, ...]) -> Iterator[ast.AST]:
    return (statement for statement in node.body if getattr(statement, "name", "") in names)


def _replaces(maker: ast.AST) -> bool:
    """Whether a function stores attributes by names that it computes, or into a mapping that it is given."""
    if not isinstance(maker, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    given = {parameter.arg for parameter in all_arguments(maker.args)}
    for node in ast.walk(maker):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
            return True
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id in given:
                return True
    return False
