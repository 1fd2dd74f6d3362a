"""The named constants of a module that stand for a status, whichever vocabulary they are from."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_ocs_status.catalogue.constants import status_of, vocabulary_of
from flake8_ocs_status.positions.demands import Demands
from flake8_ocs_status.program.module import Module

# Every path to a constant has one of these in it, or the module that imports it by its bare name has.
SIGNS = ("HTTPStatus", "codes", "http.client", "http import client", "status")
_COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
_DISPLAYS = (ast.Tuple, ast.List, ast.Set)


@dataclass(frozen=True, slots=True)
class NamedStatus:
    """An expression that names a status by a constant.

    ``node`` is the constant, without the ``.value`` that may follow it (``value`` is the whole then). ``vocabulary`` is
    one of :data:`flake8_ocs_status.settings.VOCABULARIES` or ``http.client``. ``is_integer``: the constant is a plain
    integer. ``safe``: an integer and a member of an ``IntEnum`` do the same at its place.
    """

    node: ast.Attribute | ast.Name
    status: int
    vocabulary: str
    is_integer: bool
    value: ast.Attribute | None
    safe: bool


def may_name_statuses(module: Module) -> bool:
    """Whether the source has a word that every path to a constant has."""
    return any(sign in module.source for sign in SIGNS)


def named_statuses_of(module: Module, demands: Demands) -> tuple[NamedStatus, ...]:
    """Every constant that is used as a status and for nothing that only its own vocabulary has."""
    found = []
    nodes: list[ast.Attribute | ast.Name] = [*module.nodes(ast.Attribute), *module.nodes(ast.Name)]
    for node in nodes:
        # `HTTPStatus.OK.value` is found as `HTTPStatus.OK`.
        if not isinstance(node.ctx, ast.Load) or (isinstance(node, ast.Attribute) and node.attr == "value"):
            continue
        path = module.dotted(node)
        status = status_of(path) if path is not None else None
        if path is None or status is None:
            continue
        vocabulary, is_integer = vocabulary_of(path)
        parent = module.parents.get(node)
        value = None
        if isinstance(parent, ast.Attribute):
            if parent.attr != "value" or not isinstance(parent.ctx, ast.Load) or is_integer:
                # `.phrase` and the like: of this vocabulary alone.
                continue
            value = parent
        elif _is_in_literal_type(module, node):
            continue
        safe = _is_compared(module, node)
        if not safe and value is None:
            demand = demands.on(node)
            safe = demand is not None and demand.safe
        found.append(NamedStatus(node, status, vocabulary, is_integer, value, safe))
    found.sort(key=lambda named: (named.node.lineno, named.node.col_offset))
    return tuple(found)


def _is_compared(module: Module, node: ast.expr) -> bool:
    """Whether the constant is compared by its value, alone or as one of several."""
    current: ast.AST = node
    parent = module.parents.get(current)
    if isinstance(parent, _DISPLAYS):
        current, parent = parent, module.parents.get(parent)
        if not isinstance(parent, ast.Compare) or current is parent.left:
            return False
        return all(isinstance(operator, (ast.In, ast.NotIn)) for operator in parent.ops)
    return isinstance(parent, ast.Compare) and all(isinstance(operator, _COMPARISONS) for operator in parent.ops)


def _is_in_literal_type(module: Module, node: ast.AST) -> bool:
    """Whether the constant stands in ``Literal[…]``, where a type checker takes members of enums alone."""
    parent = module.parents.get(node)
    if isinstance(parent, ast.Tuple):
        parent = module.parents.get(parent)
    return isinstance(parent, ast.Subscript) and (module.dotted(parent.value) or "").endswith(".Literal")
