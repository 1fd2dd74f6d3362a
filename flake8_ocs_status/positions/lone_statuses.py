"""Statuses that stand alone among the operands of a test: ``r.status_code == 200 or 206``.

A number or constant by itself is always true, so that it decides the test or adds nothing to it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_ocs_status.catalogue.constants import is_known_status, status_of
from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.witnesses import integer_of
from flake8_ocs_status.program.module import Module

_EQUALITY = (ast.Eq, ast.NotEq)
_CONTAINMENT = (ast.In, ast.NotIn)


@dataclass(frozen=True, slots=True)
class LoneStatus:
    """A status that is compared with nothing: ``node``, in the ``whole`` test, behind the ``comparison`` of another."""

    node: ast.expr
    whole: ast.BoolOp
    comparison: ast.Compare

    @property
    def decides(self) -> bool:
        """Whether the whole test is always true because of it."""
        return isinstance(self.whole.op, ast.Or)

    @property
    def meant(self) -> str | None:
        """What was meant, as far as that is certain: ``in (200, 206)``."""
        operator, other = self.comparison.ops[0], self.comparison.comparators[0]
        if self.decides is not isinstance(operator, (ast.Eq, ast.In)):
            # `!= 200 or 206` and `== 200 and 206` contradict themselves in another way, too.
            return None
        listed = other.elts if isinstance(other, (ast.Tuple, ast.List, ast.Set)) else [other]
        statuses = ", ".join(ast.unparse(one) for one in (*listed, self.node))
        return f"{'in' if self.decides else 'not in'} ({statuses})"


def lone_statuses_of(module: Module, meanings: Meanings) -> tuple[LoneStatus, ...]:
    """Every such status, in the order of the source; one for each test."""
    found = [lone for node in module.nodes(ast.BoolOp) for lone in _in_test(module, meanings, node)]
    return tuple(sorted(found, key=lambda lone: (lone.node.lineno, lone.node.col_offset)))


def _in_test(module: Module, meanings: Meanings, node: ast.BoolOp) -> Iterator[LoneStatus]:
    comparisons: list[ast.Compare] = []
    for operand in node.values:
        if isinstance(operand, ast.Compare):
            comparisons.append(operand)
        elif comparisons and _is_status(module, operand):
            of_status = (one for one in comparisons if _compares_a_status(module, meanings, one))
            comparison = next(of_status, None)
            if comparison is not None:
                yield LoneStatus(operand, node, comparison)
                return


def _compares_a_status(module: Module, meanings: Meanings, node: ast.Compare) -> bool:
    """Whether a test compares a status with one that is written out, or with a list of such."""
    if len(node.ops) != 1 or meanings.status(node.left) is None:
        return False
    other = node.comparators[0]
    if isinstance(node.ops[0], _EQUALITY):
        return _is_status(module, other)
    listed = other.elts if isinstance(other, (ast.Tuple, ast.List, ast.Set)) else []
    return isinstance(node.ops[0], _CONTAINMENT) and bool(listed) and all(_is_status(module, one) for one in listed)


def _is_status(module: Module, node: ast.expr) -> bool:
    number = integer_of(node)
    if number is not None:
        return is_known_status(number)
    path = module.dotted(node) if isinstance(node, (ast.Attribute, ast.Name)) else None
    return path is not None and status_of(path) is not None
