"""What a place asks of the expression that stands in it: whether an HTTP status belongs there, and what says so."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace

from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.names import Reading, reading_of, words_of
from flake8_ocs_status.positions.witnesses import Witnesses, last_name, text_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.transport.callees import (
    PACKAGES_WITH_STATUS_KEYWORD,
    POSITION_BY_NAME,
    POSITION_BY_PATH,
    STATUS_KEYWORDS,
)

_CONSTANT_NAME = re.compile(r"_*[A-Z][A-Z0-9_]*")
_COLLECTIONS = frozenset({"builtins.set", "builtins.frozenset", "builtins.list", "builtins.tuple"})


@dataclass(frozen=True, slots=True)
class Demand:
    """A place that asks for a status.

    ``safe``: a member of an ``IntEnum`` does there what the integer does, and its text cannot show.
    """

    witness: str
    safe: bool


@dataclass(frozen=True, slots=True)
class _Way:
    """How a place was reached: the indexes of the tuples and lists around the expression, innermost first."""

    indexes: tuple[int, ...] = ()
    collected: bool = False

    @property
    def direct(self) -> bool:
        return not self.collected


class Demands:
    """The places of one module that ask for a status."""

    def __init__(self, module: Module, witnesses: Witnesses, meanings: Meanings) -> None:
        self._module = module
        self._witnesses = witnesses
        self._meanings = meanings

    def on(self, node: ast.expr) -> Demand | None:
        """What the place of ``node`` asks for, None when that is no status."""
        parents = self._module.parents
        current: ast.AST = node
        way = _Way()
        while True:
            parent = parents.get(current)
            if isinstance(parent, (ast.Tuple, ast.List, ast.Set)):
                way = _Way((*way.indexes, parent.elts.index(current)), collected=True)  # type: ignore[arg-type]
            elif isinstance(parent, ast.Call) and current in parent.args and self._collects(parent):
                pass
            elif isinstance(parent, (ast.BoolOp, ast.Starred, ast.Await)) or (
                isinstance(parent, ast.IfExp) and current is not parent.test
            ):
                pass
            else:
                return self._asked_by(parent, current, way)
            current = parent

    def _collects(self, call: ast.Call) -> bool:
        return len(call.args) == 1 and self._module.dotted(call.func) in _COLLECTIONS

    def _asked_by(self, parent: ast.AST | None, node: ast.AST, way: _Way) -> Demand | None:
        if isinstance(parent, ast.Compare):
            return self._comparison(parent, node, way)
        if isinstance(parent, ast.keyword):
            return self._keyword(parent)
        if isinstance(parent, ast.MatchValue):
            return self._pattern(parent)
        return None

    def _comparison(self, comparison: ast.Compare, node: ast.AST, way: _Way) -> Demand | None:
        operands = [comparison.left, *comparison.comparators]
        place = operands.index(node)  # type: ignore[arg-type]
        for index, operator in enumerate(comparison.ops):
            if place not in (index, index + 1):
                continue
            other = operands[index + 1 if place == index else index]
            witness = self._compared(operator, other, way, on_left=place == index)
            if witness:
                return Demand(witness, safe=True)
        return None

    def _compared(self, operator: ast.cmpop, other: ast.expr, way: _Way, *, on_left: bool) -> str | None:
        meanings = self._meanings
        if isinstance(operator, (ast.Eq, ast.NotEq)):
            if way.direct:
                return meanings.status(other)
            if isinstance(other, (ast.Tuple, ast.List)) and len(way.indexes) == 1 and way.indexes[0] < len(other.elts):
                return meanings.status(other.elts[way.indexes[0]])
            return meanings.statuses(other)
        if isinstance(operator, (ast.In, ast.NotIn)):
            if on_left:
                return meanings.statuses(other) if way.direct else None
            if isinstance(other, (ast.Tuple, ast.List)) and len(way.indexes) == 2 and way.indexes[0] < len(other.elts):
                return meanings.status(other.elts[way.indexes[0]])
            return meanings.status(other) if way.collected else None
        return None

    def _keyword(self, keyword: ast.keyword) -> Demand | None:
        if keyword.arg is None or reading_of(keyword.arg) is not Reading.CERTAIN:
            return None
        call = self._module.parents[keyword]
        safe = isinstance(call, ast.Call) and self._is_known(call)
        return Demand(f"the keyword {keyword.arg}", safe)

    def _is_known(self, call: ast.Call) -> bool:
        path = self._module.dotted(call.func)
        return path is not None and path.partition(".")[0] in PACKAGES_WITH_STATUS_KEYWORD

    def _pattern(self, pattern: ast.MatchValue) -> Demand | None:
        node: ast.AST = pattern
        parents = self._module.parents
        while isinstance(parents[node], (ast.MatchOr, ast.MatchAs)):
            node = parents[node]
        case = parents[node]
        if not isinstance(case, ast.match_case):
            return None
        match = parents[case]
        assert isinstance(match, ast.Match)
        witness = self._meanings.status(match.subject)
        return Demand(witness, safe=True) if witness else None
