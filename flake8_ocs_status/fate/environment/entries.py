"""Functions that a framework calls and nobody else does: views of a web framework, commands, scheduled tasks."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flake8_ocs_status.fate.environment.handed import is_route, name_called
from flake8_ocs_status.program.scopes import FunctionNode

if TYPE_CHECKING:
    from flake8_ocs_status.fate.environment.senders import Senders
    from flake8_ocs_status.fate.environment.surroundings import Surroundings

_LIBRARIES = ("click", "typer")
# Who calls a command by hand, and may catch what it raises.
_CALLING = frozenset({"main", "invoke", "forward"})
# What runs the methods of a class, and once more when they fail, as often as some configuration says: seen with Celery
# 5.7; the others were not run.
_SCHEDULERS = frozenset({"airflow", "celery", "dagster", "dramatiq", "huey", "luigi", "prefect", "rq"})


def is_called_by_framework(function: ast.AST, homes: Iterable[tuple[Surroundings, Senders]]) -> bool:
    """Whether the function is a view or a command, and no other use of it is in sight in these modules."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or not function.decorator_list:
        return False
    if not all(map(is_route, function.decorator_list)):
        return False
    uses = (use for _, senders in homes for use in senders.uses_by_name.get(function.name, ()))
    return not any(isinstance(use, ast.Name) for use in uses)


def is_command(function: ast.AST, homes: list[Surroundings]) -> bool:
    """Whether the function is a command that click or typer calls, outside of every ``try`` of these modules; the first
    is the one that defines it.

    What it raises ends the program: click 8.5 and typer 0.29 catch their own exceptions, interrupts, the end of the
    input and a broken pipe, verified by running them.
    """
    home = homes[0]
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or not function.decorator_list:
        return False
    if not any(library in home.module.source for library in _LIBRARIES):
        return False
    made = [_call_of(decorator) for decorator in function.decorator_list]
    commands = [one for one in made if isinstance(one, ast.Attribute) and one.attr == "command"]
    if not commands or not all(one in commands or _is_of_library(one, home) for one in made):
        return False
    names = {function.name, *_CALLING, *(one.value.id for one in commands if isinstance(one.value, ast.Name))}
    return not any(
        isinstance(node, ast.Call) and name_called(node) in names
        for other in homes
        for guarded in other.module.nodes(ast.Try)
        for statement in guarded.body
        for node in ast.walk(statement)
    )


def is_of_scheduler(function: FunctionNode | None, home: Surroundings) -> bool:
    """Whether a function is a method of a task that a scheduler runs: of an operator of Airflow, for one."""
    owner = None if function is None else home.class_of_function(function)
    return owner is not None and any(
        path is not None and path.partition(".")[0] in _SCHEDULERS
        for current in home.lineage(owner)
        for path in home.world.home_of(current).bases(current)[1]
    )


def _call_of(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _is_of_library(decorator: ast.expr, home: Surroundings) -> bool:
    """Whether a decorator is one of the library's own, or one that the module has made with it."""
    path = home.module.dotted(decorator)
    bindings = home.module.module_scope.bindings.get(getattr(decorator, "id", ""), [])
    if path is None and len(bindings) == 1 and isinstance(bindings[0].value, ast.Call):
        path = home.module.dotted(bindings[0].value.func)
    return path is not None and path.partition(".")[0] in _LIBRARIES
