"""Tests that ask for a class of statuses by numbers: ``>= 400``, ``200 <= s < 300``, ``s // 100 == 2``, …"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

from flake8_ocs_status.positions.digits import CLASSES, Digits
from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.names import Reading, reading_of
from flake8_ocs_status.positions.witnesses import integer_of
from flake8_ocs_status.program.module import Module

# The first status of a class, the last one, and what lies beside them.
_BOUNDS = frozenset({*range(100, 700, 100), *range(199, 699, 100)})
_ORDER: dict[type[ast.cmpop], tuple[str, Callable[[int, int], bool]]] = {
    ast.Lt: ("<", lambda left, right: left < right),
    ast.LtE: ("<=", lambda left, right: left <= right),
    ast.Gt: (">", lambda left, right: left > right),
    ast.GtE: (">=", lambda left, right: left >= right),
}
_ASSERTIONS: dict[str, type[ast.cmpop]] = {
    "assertLess": ast.Lt,
    "assertLessEqual": ast.LtE,
    "assertGreater": ast.Gt,
    "assertGreaterEqual": ast.GtE,
}
_STATUSES = range(100, 600)
_DISPLAYS = (ast.List, ast.Tuple, ast.Set)
_COLLECTIONS = frozenset(f"builtins.{name}" for name in ("list", "tuple", "set", "frozenset", "sorted"))


@dataclass(frozen=True, slots=True)
class NumberLiteral:
    """An integer literal and its value."""

    node: ast.Constant
    value: int


@dataclass(frozen=True, slots=True)
class StatusRange:
    """One test on a class of statuses.

    ``node`` is the test, ``wording`` its numbers as people write them, ``subject`` the status that is tested: where
    somebody else is given the class, there is none, and it is the range itself.
    ``classes`` are the hundreds it is true for, None when it cuts through one. ``bounds`` are the literals that are
    the first status of a class and compared by ``>=`` or ``<``; empty when a number of the test is anything else.
    ``numbers`` are all literals of statuses in the test.
    """

    node: ast.expr
    wording: str
    subject: ast.expr
    classes: frozenset[int] | None
    bounds: tuple[NumberLiteral, ...] = ()
    numbers: tuple[NumberLiteral, ...] = ()


@dataclass(frozen=True, slots=True)
class _Bound:
    """``subject operator value``, the literal on the right."""

    subject: ast.expr
    operator: type[ast.cmpop]
    literal: ast.Constant
    value: int

    @property
    def wording(self) -> str:
        return f"{_ORDER[self.operator][0]} {self.value}"

    @property
    def names_first(self) -> bool:
        """Whether the literal is the first status of a class and the test begins or ends just there."""
        return self.operator in (ast.GtE, ast.Lt) and self.value % 100 == 0 and self.value in _STATUSES


_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}


def status_ranges_of(module: Module, meanings: Meanings) -> tuple[StatusRange, ...]:
    """Every test on a class of statuses, in the order of the source, each once."""
    found = sorted(_Ranges(module, meanings).all(), key=lambda test: (test.node.lineno, test.node.col_offset))
    return tuple(found)


class _Ranges:
    def __init__(self, module: Module, meanings: Meanings) -> None:
        self._module = module
        self._meanings = meanings
        self._digits = Digits(module, meanings)
        self._joined: set[ast.expr] = set()

    def all(self) -> Iterator[StatusRange]:
        # Joined comparisons first: their parts are no findings of their own. The outermost comes before its parts.
        joins = sorted(self._module.nodes(ast.BoolOp), key=lambda join: (join.lineno, join.col_offset))
        for join in joins:
            yield from self._join(join)
        for comparison in self._module.nodes(ast.Compare):
            if comparison not in self._joined:
                test = self._ordered(comparison) or self._member_of_range(comparison) or self._by_digit(comparison)
                if test is not None:
                    yield test
        for call in self._module.nodes(ast.Call):
            # Of most calls the name says enough.
            function = call.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
            if name == "startswith":
                test = self._by_digit(call)
            elif name == "range":
                test = self._listed_range(call)
            elif name in _ASSERTIONS:
                test = self._assertion(call, _ASSERTIONS[name])
            else:
                continue
            if test is not None:
                yield test
        for match in self._module.nodes(ast.Match):
            test = self._by_digit(match)
            if test is not None:
                yield test

    def _by_digit(self, node: ast.Compare | ast.Call | ast.Match) -> StatusRange | None:
        """``s // 100 == 2``, ``str(s)[0] == "2"``."""
        found = self._digits.asked_by(node)
        return None if found is None else StatusRange(found.node, found.wording, found.subject, found.classes)

    # Bounds

    def _bounds(self, comparison: ast.Compare) -> list[_Bound] | None:
        """The bounds of a comparison with numbers, None when it is anything else."""
        operands = [comparison.left, *comparison.comparators]
        found = []
        for index, operator in enumerate(comparison.ops):
            bound = self._bound(operands[index], type(operator), operands[index + 1])
            if bound is None:
                return None
            found.append(bound)
        return found

    def _bound(self, left: ast.expr, operator: type[ast.cmpop], right: ast.expr) -> _Bound | None:
        if operator not in _ORDER:
            return None
        if integer_of(left) is not None:
            left, operator, right = right, _MIRRORED[operator], left
        value = integer_of(right)
        if (
            value is None
            or value not in _BOUNDS
            or not isinstance(right, ast.Constant)
            or self._meanings.status(left) is None
        ):
            return None
        return _Bound(left, operator, right, value)

    def _written(self, node: ast.expr) -> str:
        """The source of an expression, or what tells it from all others when it is longer than a line."""
        if node.lineno != node.end_lineno or node.lineno > len(self._module.lines):
            return f"{node.lineno}:{node.col_offset}"
        line = self._module.lines[node.lineno - 1].encode("utf-8", "surrogatepass")
        return line[node.col_offset : node.end_col_offset].decode("utf-8", "replace")

    def _ordered(self, comparison: ast.Compare) -> StatusRange | None:
        bounds = self._bounds(comparison)
        if bounds is None or len({self._written(bound.subject) for bound in bounds}) != 1:
            return None
        return self._test(comparison, bounds, all)

    def _join(self, join: ast.BoolOp) -> Iterator[StatusRange]:
        """``s >= 200 and s < 300`` is one test, as ``200 <= s < 300`` is."""
        groups: dict[str, list[tuple[ast.Compare, _Bound]]] = {}
        for value in join.values:
            if isinstance(value, ast.Compare) and len(value.ops) == 1:
                bounds = self._bounds(value)
                if bounds:
                    groups.setdefault(self._written(bounds[0].subject), []).append((value, bounds[0]))
        for group in groups.values():
            if len(group) < 2:
                continue
            combine = all if isinstance(join.op, ast.And) else any
            self._joined.update(comparison for comparison, _ in group)
            test = self._test(group[0][0], [bound for _, bound in group], combine, isinstance(join.op, ast.Or))
            if test is not None:
                yield test

    def _test(
        self, node: ast.expr, bounds: list[_Bound], combine: Callable[[Iterator[bool]], bool], either: bool = False
    ) -> StatusRange | None:
        admitted = _admitted(tuple((bound.operator, bound.value) for bound in bounds), combine)
        if len(admitted) in (0, len(_STATUSES)):
            # Every status, or none: a check that the number is a status at all.
            return None
        classes = classes_of(admitted)
        numbers = tuple(NumberLiteral(bound.literal, bound.value) for bound in bounds)
        literals = numbers if all(bound.names_first for bound in bounds) else ()
        wording = (" or " if either else " and ").join(bound.wording for bound in bounds)
        return StatusRange(node, wording, bounds[0].subject, classes, literals, numbers)

    def _assertion(self, call: ast.Call, operator: type[ast.cmpop]) -> StatusRange | None:
        if len(call.args) < 2:
            return None
        bound = self._bound(call.args[0], operator, call.args[1])
        return self._test(call, [bound], all) if bound is not None else None

    # Ranges

    def _member_of_range(self, comparison: ast.Compare) -> StatusRange | None:
        """``s in range(200, 300)``, ``s in {*range(200, 300)}``, ``s in set(range(200, 300))``."""
        if len(comparison.ops) != 1 or not isinstance(comparison.ops[0], (ast.In, ast.NotIn)):
            return None
        call = comparison.comparators[0]
        while (inner := self._collected(call)) is not None:
            call = inner
        bounds = self._range(call)
        if bounds is None or self._meanings.status(comparison.left) is None:
            return None
        classes = classes_of({status for status in _STATUSES if status in bounds})
        if classes is not None and isinstance(comparison.ops[0], ast.NotIn):
            classes = frozenset(CLASSES) - classes
        return self._of_range(comparison, call, bounds, comparison.left, classes)

    def _listed_range(self, call: ast.Call) -> StatusRange | None:
        """``status_forcelist=range(500, 600)``, ``status_codes={429, *range(500, 600)}``."""
        bounds = self._range(call)
        if bounds is None:
            return None
        node: ast.AST = call
        around = self._module.parents[node]
        while isinstance(around, (ast.Starred, *_DISPLAYS)) or self._collects(around):
            node, around = around, self._module.parents[around]
        if not isinstance(around, ast.keyword) or reading_of(around.arg or "") is not Reading.CERTAIN:
            return None
        return self._of_range(
            call, call, bounds, call, classes_of({status for status in _STATUSES if status in bounds})
        )

    def _collected(self, node: ast.expr) -> ast.expr | None:
        """The one thing that a collection is made of."""
        if isinstance(node, _DISPLAYS) and len(node.elts) == 1 and isinstance(node.elts[0], ast.Starred):
            return node.elts[0].value
        is_made = isinstance(node, ast.Call) and len(node.args) == 1 and self._collects(node)
        return node.args[0] if is_made and isinstance(node, ast.Call) else None

    def _collects(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and self._module.dotted(node.func) in _COLLECTIONS

    def _range(self, node: ast.expr) -> range | None:
        """The numbers of ``range(200, 300)``, where they are classes of statuses."""
        if not isinstance(node, ast.Call) or len(node.args) != 2:
            return None
        start, stop = (integer_of(argument) for argument in node.args)
        # What is called is asked last: it takes longest to tell.
        if start is None or stop is None or not {start, stop} <= _BOUNDS:
            return None
        if self._module.dotted(node.func) != "builtins.range":
            return None
        admitted = sum(status in range(start, stop) for status in _STATUSES)
        return None if admitted in (0, len(_STATUSES)) else range(start, stop)

    @staticmethod
    def _of_range(
        node: ast.expr, call: ast.expr, bounds: range, subject: ast.expr, classes: frozenset[int] | None
    ) -> StatusRange:
        assert isinstance(call, ast.Call)
        numbers = tuple(
            NumberLiteral(argument, value)
            for argument, value in zip(call.args, (bounds.start, bounds.stop), strict=True)
            if isinstance(argument, ast.Constant)
        )
        return StatusRange(node, f"range({bounds.start}, {bounds.stop})", subject, classes, numbers=numbers)


@lru_cache(maxsize=256)
def _admitted(
    bounds: tuple[tuple[type[ast.cmpop], int], ...], combine: Callable[[Iterator[bool]], bool]
) -> frozenset[int]:
    """The statuses for which the bounds hold, all of them or any of them."""
    return frozenset(
        status for status in _STATUSES if combine(_ORDER[operator][1](status, value) for operator, value in bounds)
    )


def classes_of(admitted: Set[int]) -> frozenset[int] | None:
    """The hundreds of which every status is admitted, None when one is admitted in part."""
    found = frozenset(status // 100 for status in admitted)
    return found if len(admitted) == 100 * len(found) else None
