"""What threads and tasks keep each for itself: attributes of ``threading.local()``, and context variables.

Whoever reads one gets what the same thread or task has put in, which some other function of the module does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_ocs_status.fate.environment.surroundings import CONFIGURING
from flake8_ocs_status.fate.values import FROM_OUTSIDE, UNKNOWN, Object, Symbol, Value
from flake8_ocs_status.fate.values.knowledge import choice
from flake8_ocs_status.transport.clients import client_library

if TYPE_CHECKING:
    from flake8_ocs_status.fate.environment.surroundings import Surroundings

# What a call of these gives stands for one of its instances.
KEEPERS = {
    "threading.local": Symbol("threading.local.instance"),
    "contextvars.ContextVar": Symbol("contextvars.ContextVar.instance"),
}
THREAD_LOCAL = KEEPERS["threading.local"]
READING = f"{KEEPERS['contextvars.ContextVar'].path}.get"
# Options of clients that do nothing with an answer.
PLAIN_OPTIONS = frozenset(
    {"base_url", "cert", "cookies", "headers", "http2", "limits", "params", "proxy", "timeout", "trust_env", "verify"}
)


def attribute_of_thread(home: Surroundings, node: ast.Attribute) -> Value:
    """``local.session``, as the module around it assigns it."""
    keeper, name = ast.dump(node.value), node.attr
    for importer in home.world.importers(home):
        if any(one.attr == name and isinstance(one.ctx, ast.Store) for one in importer.module.nodes(ast.Attribute)):
            return UNKNOWN
    values = [
        statement.value
        for statement in home.module.nodes(ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Attribute) and target.attr == name and ast.dump(target.value) == keeper
    ]
    kept = ast.dump(ast.Attribute(node.value, name, ast.Load()))
    is_handed_on = any(
        ast.dump(argument) == kept for call in home.module.nodes(ast.Call) for argument in _arguments(call)
    )
    return UNKNOWN if is_handed_on else _one_of(home, name, values)


def value_of_variable(home: Surroundings, variable: ast.expr) -> Value:
    """``variable.get()``, as the module around it sets it."""
    keeper = ast.dump(variable)
    name = getattr(variable, "id", getattr(variable, "attr", ""))
    for importer in home.world.importers(home):
        if any(name in (getattr(one, "id", None), getattr(one, "attr", None)) for one in _set(importer)):
            return UNKNOWN
    calls = [call for call in home.module.nodes(ast.Call) if _is_setting(call)]
    values = [call.args[0] for call in calls if ast.dump(call.func.value) == keeper]  # type: ignore[attr-defined]
    return _one_of(home, name, values)


def _is_setting(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "set" and len(call.args) == 1


def _set(home: Surroundings) -> Iterator[ast.expr]:
    """What a module sets."""
    for call in home.module.nodes(ast.Call):
        if isinstance(call.func, ast.Attribute) and _is_setting(call):
            yield call.func.value


def _arguments(call: ast.Call) -> Iterable[ast.expr]:
    return (*call.args, *(keyword.value for keyword in call.keywords))


def _one_of(home: Surroundings, name: str, values: list[ast.expr]) -> Value:
    """The client that all of these are; unknown where any of them is something else."""
    found = {_client(home, name, value) for value in values}
    return choice(found) if len(found) == 1 else UNKNOWN


def _client(home: Surroundings, name: str, node: ast.expr) -> Value:
    made = node if isinstance(node, ast.Call) else _value_of_local(home, node)
    if not isinstance(made, ast.Call):
        return UNKNOWN
    path = home.module.dotted(made.func)
    library = None if path is None else client_library(path)
    if library is None:
        value = home.value_of_default(made) if made is node else UNKNOWN
        is_client = isinstance(value, Object) and home.world.library_of(value) is not None
        return value if is_client else UNKNOWN
    if any(attribute.attr in CONFIGURING for attribute in home.module.nodes(ast.Attribute)):
        # By whom, before it is kept or later, is not in sight here.
        return UNKNOWN
    if made is node:
        return home.value_of_default(made)
    if made.args or not {keyword.arg for keyword in made.keywords} <= PLAIN_OPTIONS:
        return UNKNOWN
    # What is done to it on the way is not in sight here.
    return Object(library, f"{FROM_OUTSIDE}{name}")


def _value_of_local(home: Surroundings, node: ast.expr) -> ast.expr | None:
    """The one value of a name: what it is assigned, or what a ``with`` opens under it."""
    bindings = home.module.scope_of(node).lookup(node.id) if isinstance(node, ast.Name) else []
    if len(bindings) != 1:
        return None
    parent = home.module.parents.get(bindings[0].node)
    return parent.context_expr if isinstance(parent, ast.withitem) else bindings[0].value
