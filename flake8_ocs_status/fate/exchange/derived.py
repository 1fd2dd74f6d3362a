"""What is computed from what, by the names that stand in it."""

from __future__ import annotations

import ast

from flake8_ocs_status.program.nodes import nodes_in


def names_in(node: ast.AST) -> set[str]:
    """The names that stand in a piece of code."""
    return {name.id for name in nodes_in(node) if isinstance(name, ast.Name)}


def fed_by(names: set[str], loop: ast.For | ast.AsyncFor | ast.While, but: frozenset[str] = frozenset()) -> set[str]:
    """These names, and those to which the loop assigns what is computed from them, but for some."""
    found = set(names)
    assignments = [node for node in nodes_in(loop) if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign))]
    # Twice, so that what is computed from what is computed from one of them counts too.
    for assignment in assignments * 2:
        if assignment.value is not None and names_in(assignment.value) & found:
            targets = assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target]
            for target in targets:
                found |= names_in(target) - but
    return found
