"""Checks on a response that are named and never made."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from flake8_ocs_status.program.module import Module

CHECK = "raise_for_status"


@dataclass(frozen=True, slots=True)
class UncalledCheck:
    """A statement that is only ``….raise_for_status``, or a test that asks for nothing else.

    ``awaited``: it is ``await ….raise_for_status``; ``tested``: something is decided by it, always in the same way.
    """

    attribute: ast.Attribute
    awaited: bool = False
    tested: bool = False


def uncalled_checks_of(module: Module, is_response: Callable[[ast.AST], bool]) -> tuple[UncalledCheck, ...]:
    """Every such statement and test, in the order of the source.

    What is passed on, compared, assigned or set up as a mock is used by somebody. A test counts on what is a response:
    others may have a flag of that name, which says whether to check.
    """
    if CHECK not in module.folded:
        return ()
    found = []
    for statement in module.nodes(ast.Expr):
        value = statement.value
        awaited = isinstance(value, ast.Await)
        if isinstance(value, ast.Await):
            value = value.value
        if isinstance(value, ast.Attribute) and value.attr == CHECK:
            found.append(UncalledCheck(value, awaited))
    for attribute in module.nodes(ast.Attribute):
        if attribute.attr == CHECK and _decides(module, attribute) and is_response(attribute.value):
            found.append(UncalledCheck(attribute, tested=True))
    return tuple(sorted(found, key=lambda check: (check.attribute.lineno, check.attribute.col_offset)))


def _decides(module: Module, node: ast.expr) -> bool:
    """Whether the truth of an expression is all that is asked of it."""
    parent = module.parents.get(node)
    if isinstance(parent, (ast.If, ast.While, ast.IfExp, ast.Assert)):
        return parent.test is node
    return isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)
