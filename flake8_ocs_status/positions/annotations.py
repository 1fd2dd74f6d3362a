"""What an annotation says: whether it names the standard library's enum of statuses at a place of the value."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from flake8_ocs_status.positions.witnesses import last_name
from flake8_ocs_status.program.module import Module

# Annotations that say the same of their value as what stands in the brackets first.
_WRAPPERS = frozenset({"Annotated", "Awaitable", "ClassVar", "Coroutine", "Final", "Optional", "Required"})
_COLLECTIONS = frozenset(
    {"Collection", "Container", "Iterable", "Sequence", "Set", "frozenset", "list", "List", "set", "FrozenSet"}
)
_TUPLES = frozenset({"tuple", "Tuple"})
_MAPPINGS = frozenset({"Dict", "Mapping", "MutableMapping", "defaultdict", "dict"})
WITNESS = "the annotation HTTPStatus"

Step = int | str
"""One step into a value: the index of a member, ``"key"`` or ``"value"``."""


def annotated_as_status(module: Module, annotation: ast.expr | None, steps: Sequence[Step] = ()) -> str | None:
    """The witness that ``annotation`` declares a status where ``steps`` lead into the value, outermost first."""
    if annotation is None or "HTTPStatus" not in module.source:
        return None
    return WITNESS if _names_status(module, annotation, tuple(steps)) else None


def _names_status(module: Module, annotation: ast.expr, steps: tuple[Step, ...]) -> bool:
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _names_status(module, annotation.left, steps) or _names_status(module, annotation.right, steps)
    if not isinstance(annotation, ast.Subscript):
        return not steps and module.dotted(annotation) == "http.HTTPStatus"
    name = last_name(annotation.value)
    inside = annotation.slice
    members = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    if name == "Union":
        return any(_names_status(module, member, steps) for member in members)
    if name in _WRAPPERS:
        return _names_status(module, members[-1 if name == "Coroutine" else 0], steps)
    if not steps:
        return False
    step, rest = steps[0], steps[1:]
    if name in _COLLECTIONS and isinstance(step, int):
        return _names_status(module, members[0], rest)
    if name in _TUPLES and isinstance(step, int):
        repeated = len(members) == 2 and isinstance(members[1], ast.Constant) and members[1].value is Ellipsis
        return (repeated or step < len(members)) and _names_status(module, members[0 if repeated else step], rest)
    if name in _MAPPINGS and len(members) == 2 and not isinstance(step, int):
        return _names_status(module, members[0 if step == "key" else 1], rest)
    return False
