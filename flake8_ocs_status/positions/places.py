"""Two small values: what a place asks for, and the way from an expression out to the place that asks."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_ocs_status.transport.callees import TELLING_STATUSES

Display = ast.Tuple | ast.List | ast.Set


@dataclass(frozen=True, slots=True)
class Demand:
    """A place that asks for a status.

    ``witness`` tells people what says so. ``safe``: a member of an ``IntEnum`` does there what the integer does, and
    its text cannot show.
    """

    witness: str
    safe: bool


@dataclass(frozen=True, slots=True)
class Way:
    """The displays around an expression, innermost first, each with the member that was come from.

    ``collection``: the expression is not one status but the name of several.
    """

    steps: tuple[tuple[Display, ast.AST], ...] = ()
    collection: bool = False

    @property
    def plural(self) -> bool:
        """Whether what reaches the place is a collection."""
        return self.collection or bool(self.steps)

    @property
    def collects_statuses(self) -> bool:
        """Whether the outermost display holds nothing but statuses, and one that is hardly ever anything else."""
        if not self.steps:
            return False
        values = {member.value for member in self.steps[-1][0].elts if isinstance(member, ast.Constant)}
        return not values.isdisjoint(TELLING_STATUSES)

    def through(self, display: Display, member: ast.AST) -> Way:
        """One display further out."""
        return Way((*self.steps, (display, member)), self.collection)

    def outer(self) -> Way:
        """The way without its outermost display, whose members are meant."""
        return Way(self.steps[:-1])

    def index(self, step: int) -> int | None:
        """The index of the member in a display."""
        display, member = self.steps[step]
        return next((index for index, candidate in enumerate(display.elts) if candidate is member), None)

    def member_of(self, other: ast.AST) -> ast.expr | None:
        """The member of ``other`` that stands opposite, when both are displays of the same shape."""
        for step in range(len(self.steps) - 1, -1, -1):
            display = self.steps[step][0]
            if not isinstance(other, (ast.Tuple, ast.List)) or len(other.elts) != len(display.elts):
                return None
            index = self.index(step)
            assert index is not None
            other = other.elts[index]
        assert isinstance(other, ast.expr)
        return other
