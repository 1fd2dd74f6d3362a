"""Checks on a response that are named and never made."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_ocs_status.program.module import Module

CHECK = "raise_for_status"


@dataclass(frozen=True, slots=True)
class UncalledCheck:
    """A statement that is only ``….raise_for_status``. ``awaited``: it is ``await ….raise_for_status``."""

    attribute: ast.Attribute
    awaited: bool


def uncalled_checks_of(module: Module) -> tuple[UncalledCheck, ...]:
    """Every such statement, in the order of the source.

    A statement: what is passed on, compared, assigned or set up as a mock is used by somebody.
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
    return tuple(sorted(found, key=lambda check: (check.attribute.lineno, check.attribute.col_offset)))
