"""Checks on a response that are named and never made."""

from __future__ import annotations

import ast

from flake8_ocs_status.program.module import Module

CHECK = "raise_for_status"


def uncalled_checks_of(module: Module) -> tuple[ast.Attribute, ...]:
    """Every statement that is only ``….raise_for_status`` (or awaits it), in the order of the source.

    A statement: what is passed on, compared, assigned or set up as a mock is used by somebody.
    """
    if not any(CHECK in line for line in module.lines):
        return ()
    found = []
    for statement in module.nodes(ast.Expr):
        value = statement.value
        if isinstance(value, ast.Await):
            value = value.value
        if isinstance(value, ast.Attribute) and value.attr == CHECK:
            found.append(value)
    return tuple(sorted(found, key=lambda attribute: (attribute.lineno, attribute.col_offset)))
