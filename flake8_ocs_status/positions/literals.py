"""The integers of a module that mean an HTTP status."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_ocs_status.catalogue.constants import is_known_status
from flake8_ocs_status.positions.demands import Demands
from flake8_ocs_status.program.module import Module


@dataclass(frozen=True, slots=True)
class StatusPosition:
    """An integer literal that stands where a status belongs.

    ``witness`` tells people what says so. ``safe``: a member of an ``IntEnum`` in its place does what the integer
    does, and its text cannot show.
    """

    node: ast.Constant
    status: int
    witness: str
    safe: bool


def status_positions_of(module: Module, demands: Demands) -> tuple[StatusPosition, ...]:
    """Every literal of a known status in a place that asks for one, in the order of the source."""
    found = []
    for node in module.integers:
        assert isinstance(node.value, int)
        if not is_known_status(node.value) or not is_written(module, node):
            continue
        demand = demands.on(node)
        if demand is not None:
            found.append(StatusPosition(node, node.value, demand.witness, demand.safe))
    found.sort(key=lambda position: (position.node.lineno, position.node.col_offset))
    return tuple(found)


def is_written(module: Module, node: ast.Constant) -> bool:
    """Whether a number stands in the source at its place, however it is spelt: ``404``, ``4_04``, ``0x194``.

    Before Python 3.12 the places of what is inside an f-string are not always true.
    """
    if node.lineno > len(module.lines) or node.end_lineno != node.lineno:
        return False
    line = module.lines[node.lineno - 1].encode("utf-8", "surrogatepass")
    try:
        return int(line[node.col_offset : node.end_col_offset], 0) == node.value
    except ValueError:
        return False
