"""Tests that are made of others: ``and``, ``or``, ``&`` and ``|`` between tests, ``any([…])`` and ``all([…])``."""

from __future__ import annotations

import ast
from typing import NamedTuple

from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.nodes import nodes_in

_ALL = {"all": True, "any": False}
_BITS: dict[type[ast.operator], bool] = {ast.BitAnd: True, ast.BitOr: False}
# What changes nothing when it is evaluated though its outcome is not asked for.
_HARMLESS = frozenset({"bool", "int", "str", "len", "isinstance", *_ALL})
_RUNNING = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom, ast.ListComp, ast.SetComp, ast.GeneratorExp)


class Joint(NamedTuple):
    """The operands of a test, and whether all of them have to be true, or one."""

    is_and: bool
    operands: list[ast.expr]


def joint_of(module: Module, node: ast.AST) -> Joint | None:
    """The tests that a test is made of; None when it is not."""
    if isinstance(node, ast.BoolOp):
        return Joint(isinstance(node.op, ast.And), node.values)
    if isinstance(node, ast.BinOp):
        is_and = _BITS.get(type(node.op))
        if is_and is None or not (_is_test(node.left) and _is_test(node.right)) or _runs(node):
            return None
        return Joint(is_and, [node.left, node.right])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ALL and len(node.args) == 1:
        members = node.args[0]
        if not isinstance(members, (ast.List, ast.Tuple)) or len(members.elts) < 2 or node.keywords or _runs(members):
            return None
        if any(isinstance(member, ast.Starred) for member in members.elts):
            return None
        if module.dotted(node.func) == f"builtins.{node.func.id}":
            return Joint(_ALL[node.func.id], members.elts)
    return None


def _is_test(node: ast.expr) -> bool:
    """Whether an expression is true or false, and nothing else."""
    if isinstance(node, ast.BinOp):
        return type(node.op) in _BITS and _is_test(node.left) and _is_test(node.right)
    return isinstance(node, ast.Compare) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))


def _runs(node: ast.AST) -> bool:
    """Whether evaluating an expression may change something: here, all operands are evaluated."""
    for inner in nodes_in(node):
        if isinstance(inner, _RUNNING):
            return True
        if isinstance(inner, ast.Call) and not (isinstance(inner.func, ast.Name) and inner.func.id in _HARMLESS):
            return True
    return False
