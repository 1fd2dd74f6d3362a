"""Functions and classes of the project, and what a decorator makes of calling a function."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FunctionNode
from flake8_ocs_status.transport.wrappers import is_wrapper_library

# Decorators that leave what a function returns as it is.
_PLAIN_DECORATORS = frozenset(
    {
        "builtins.staticmethod", "builtins.classmethod", "functools.lru_cache", "functools.cache",
        "abc.abstractmethod", "typing.override", "typing.final", "typing_extensions.override",
    }
)  # fmt: skip
CONTEXT_MANAGERS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
_STATIC = "builtins.staticmethod"
# What a wrapper gives instead of the result when it gives up.
_GIVES_OTHER = frozenset({"retry_error_callback", "on_giveup", "raise_on_giveup", "retry_error_cls"})


@dataclass(frozen=True, slots=True)
class Definition:
    """A function of the project. ``is_bound``: its first parameter is what it is called on. ``yields``: it is entered
    by a ``with``, which gives what it yields."""

    module: Module
    node: FunctionNode
    is_bound: bool = False
    yields: bool = False


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the project."""

    module: Module
    node: ast.ClassDef


Found = Definition | Class


def function_returned(definition: Definition) -> Definition | None:
    """The function that another defines and returns, with no more around it than ``functools.wraps``."""
    node = definition.node
    if isinstance(node, ast.Lambda) or node.decorator_list or not isinstance(node.body[-1], ast.Return):
        return None
    returned = node.body[-1].value
    found = [
        inner
        for inner in node.body
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef))
        and isinstance(returned, ast.Name)
        and inner.name == returned.id
    ]
    if len(found) != 1 or any(
        not isinstance(one, ast.Call) or definition.module.dotted(one.func) != "functools.wraps"
        for one in found[0].decorator_list
    ):
        return None
    return Definition(definition.module, found[0])


def is_plain(definition: Definition) -> bool:
    """Whether calling a function gives what its body returns: no generator, and no decorator that makes more of it."""
    node = definition.node
    if isinstance(node, ast.Lambda):
        return True
    return all(keeps_result(definition.module, decorator) for decorator in node.decorator_list)


def keeps_result(module: Module, decorator: ast.expr) -> bool:
    """Whether what a decorated function returns is what its body returns."""
    call = decorator if isinstance(decorator, ast.Call) else None
    path = module.dotted(call.func if call is not None else decorator)
    if path is None:
        return False
    if path in _PLAIN_DECORATORS:
        return True
    names = {keyword.arg for keyword in call.keywords} if call is not None else set()
    return is_wrapper_library(path) and None not in names and names.isdisjoint(_GIVES_OTHER)


def is_static(module: Module, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a method is handed no object."""
    return any(module.dotted(decorator) == _STATIC for decorator in node.decorator_list)


def arguments_of(definition: Definition, call: ast.Call) -> dict[str, ast.expr]:
    """The arguments of a call by the names of the parameters they are for."""
    arguments = definition.node.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    if definition.is_bound:
        names = names[1:]
    found: dict[str, ast.expr] = {}
    for name, value in zip(names, call.args, strict=False):
        if isinstance(value, ast.Starred):
            return {}
        found[name] = value
    for keyword in call.keywords:
        if keyword.arg is not None:
            found[keyword.arg] = keyword.value
    return found
