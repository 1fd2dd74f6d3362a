"""What a source says of calls before anything is executed: by which name, and on what."""

from __future__ import annotations

import ast

from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FunctionNode

# A use of one of these names is far likelier a collection's method than a client's.
COLLECTION_METHODS = frozenset({*dir(dict), *dir(list), *dir(set), *dir(str)})
# These call the function that is their ``target`` by and by, and for nobody.
THREADS = frozenset({"threading.Thread", "multiprocessing.Process"})
# What makes a view of a function, where it is given a path.
ROUTING = frozenset({"route", "api_route", "get", "post", "put", "patch", "delete", "head", "options"})


def is_route(decorator: ast.expr) -> bool:
    """Whether a decorator makes a view of a function: ``@app.route("/streams")``, ``@router.get("/streams")``."""
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return False
    path = decorator.args[0] if decorator.args else None
    is_path = isinstance(path, ast.Constant) and isinstance(path.value, str) and path.value.startswith("/")
    return decorator.func.attr in ROUTING and is_path


def name_called(call: ast.Call) -> str | None:
    """The name by which something is called, without what stands before the last dot."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)


def names_with_methods(module: Module) -> dict[FunctionNode | None, set[str]]:
    """For each function the names of what it calls a method of that no collection and no text has, or a ``get`` with a
    path."""
    found: dict[FunctionNode | None, set[str]] = {}
    for call in module.nodes(ast.Call):
        method = call.func
        if not isinstance(method, ast.Attribute) or not isinstance(method.value, ast.Name):
            continue
        if method.attr not in COLLECTION_METHODS or (method.attr == "get" and _takes_path(call)):
            found.setdefault(module.enclosing_function(call), set()).add(method.value.id)
    return found


def _takes_path(call: ast.Call) -> bool:
    """Whether the first argument is a text that is put together, or one with a slash in it."""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant):
        return isinstance(first.value, str) and "/" in first.value
    return isinstance(first, (ast.JoinedStr, ast.BinOp))
