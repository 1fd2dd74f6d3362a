"""What threads and tasks keep each for itself: attributes of ``threading.local()``, and context variables.

Whoever reads one gets what the same thread or task has put in, which some other function of the module does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_ocs_status.fate.knowledge import choice
from flake8_ocs_status.fate.surroundings import CONFIGURING
from flake8_ocs_status.fate.values import FROM_OUTSIDE, UNKNOWN, Object, Symbol, Value
from flake8_ocs_status.transport.clients import client_library

if TYPE_CHECKING:
    from flake8_ocs_status.fate.surroundings import Surroundings

# What a call of these gives stands for one of its instances.
KEEPERS = {
    "threading.local": Symbol("threading.local.instance"),
    "contextvars.ContextVar": Symbol("contextvars.ContextVar.instance"),
}
THREAD_LOCAL = KEEPERS["threading.local"]
READING = f"{KEEPERS['contextvars.ContextVar'].path}.get"


def attribute_of_thread(home: Surroundings, node: ast.Attribute) -> Value:
    """``local.session``, as the module around it assigns it."""
    keeper = ast.dump(node.value)
    return _one_of(
        home,
        node.attr,
        (
            statement.value
            for statement in home.module.nodes(ast.Assign)
            if any(
                isinstance(target, ast.Attribute) and target.attr == node.attr and _is_same(target.value, keeper)
                for target in statement.targets
            )
        ),
    )


def value_of_variable(home: Surroundings, variable: ast.expr) -> Value:
    """``variable.get()``, as the module around it sets it, or says what it is."""
    name = getattr(variable, "id", getattr(variable, "attr", ""))
    for declared in home.module.nodes(ast.AnnAssign):
        if getattr(declared.target, "id", None) == name and isinstance(declared.annotation, ast.Subscript):
            return home.value_of_annotation(declared.annotation.slice, name)
    keeper = ast.dump(variable)
    return _one_of(
        home,
        name,
        (
            call.args[0]
            for call in home.module.nodes(ast.Call)
            if isinstance(call.func, ast.Attribute)
            and call.func.attr == "set"
            and len(call.args) == 1
            and _is_same(call.func.value, keeper)
        ),
    )


def _is_same(node: ast.expr, dumped: str) -> bool:
    # Both are read where they stand, but for the one that is assigned to.
    return ast.dump(node).replace("Store()", "Load()") == dumped


def _one_of(home: Surroundings, name: str, values: Iterator[ast.expr]) -> Value:
    """The client that all of these are; unknown where any of them is something else."""
    found = [_client(home, name, value) for value in values]
    return choice(found) if found and len(set(found)) == 1 else UNKNOWN


def _client(home: Surroundings, name: str, node: ast.expr) -> Value:
    made = node if isinstance(node, ast.Call) else _value_of_local(home, node)
    if not isinstance(made, ast.Call):
        return UNKNOWN
    path = home.module.dotted(made.func)
    library = None if path is None else client_library(path)
    if library is None:
        value = home.value_of_default(made)
        is_client = isinstance(value, Object) and home.world.library_of(value) is not None
        return value if is_client else UNKNOWN
    if made is node and not _may_be_configured(home, made):
        return home.value_of_default(made)
    # What is done to it before it is kept, or later, is not in sight here.
    return Object(library, f"{FROM_OUTSIDE}{name}")


def _may_be_configured(home: Surroundings, call: ast.Call) -> bool:
    """Whether something may be mounted on a client, or hooked to it, around the place where it is made."""
    function = home.module.enclosing_function(call)
    return any(
        attribute.attr in CONFIGURING and home.module.enclosing_function(attribute) is function
        for attribute in home.module.nodes(ast.Attribute)
    )


def _value_of_local(home: Surroundings, node: ast.expr) -> ast.expr | None:
    """The one value of a name: what it is assigned, or what a ``with`` opens under it."""
    bindings = home.module.scope_of(node).lookup(node.id) if isinstance(node, ast.Name) else []
    if len(bindings) != 1:
        return None
    parent = home.module.parents.get(bindings[0].node)
    return parent.context_expr if isinstance(parent, ast.withitem) else bindings[0].value
