"""Where the statuses that a retry policy repeats are written down."""

from __future__ import annotations

import ast

from flake8_ocs_status.program.module import Module

Display = ast.List | ast.Tuple | ast.Set
_DISPLAYS = (ast.List, ast.Tuple, ast.Set)
_COPIES = frozenset({"builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset"})


def forcelist_at(module: Module, policy: ast.expr, parameter: str) -> Display | None:
    """The collection that the call ``policy`` is given as ``parameter``, where it is written for that alone.

    It may be written in the call, in a dictionary that is unpacked there, or under a name that serves nothing else.
    None where it is not in sight.
    """
    if not isinstance(policy, ast.Call) or module.parents.get(policy) is None:
        return None
    for keyword in policy.keywords:
        if keyword.arg == parameter:
            return _written_at(module, keyword.value)
    unpacked = [keyword.value for keyword in policy.keywords if keyword.arg is None]
    return _entry(module, unpacked[0], parameter) if len(unpacked) == 1 else None


def _written_at(module: Module, value: ast.expr) -> Display | None:
    """The collection that an expression stands for."""
    if isinstance(value, _DISPLAYS):
        return value
    if isinstance(value, ast.Call) and len(value.args) == 1 and not value.keywords:
        return _written_at(module, value.args[0]) if module.dotted(value.func) in _COPIES else None
    named = _named(module, value)
    return None if named is None else _written_at(module, named)


def _entry(module: Module, value: ast.expr, parameter: str) -> Display | None:
    """The collection under a key of a dictionary."""
    if not isinstance(value, ast.Dict):
        named = _named(module, value)
        return None if named is None else _entry(module, named, parameter)
    for key, item in zip(value.keys, value.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == parameter:
            return _written_at(module, item)
    return None


def _named(module: Module, value: ast.expr) -> ast.expr | None:
    """What a name stands for that is bound once and used here alone."""
    if not isinstance(value, ast.Name):
        return None
    bindings = module.scope_of(value).lookup(value.id)
    uses = [node for node in module.nodes(ast.Name) if node.id == value.id and isinstance(node.ctx, ast.Load)]
    return bindings[0].value if len(bindings) == 1 and uses == [value] else None
