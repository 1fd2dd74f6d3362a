"""The integers that stand where a status belongs and are no registered status.

Most such numbers in published code are meant: what a proxy answers with, a number that a test makes up, the code of
another protocol under the same name. What tells those apart is looked at here; the rest are slips, or numbers that no
reader can look up.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from flake8_ocs_status.catalogue.constants import is_known_status
from flake8_ocs_status.catalogue.unregistered import is_close_code, is_met_in_practice
from flake8_ocs_status.positions.demands import Demands
from flake8_ocs_status.positions.elsewhere import GETTERS
from flake8_ocs_status.positions.literals import is_written
from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.names import Reading, reading_of
from flake8_ocs_status.positions.signs import is_code, name_before
from flake8_ocs_status.positions.witnesses import integer_of, text_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.nodes import nodes_in

# The classes that HTTP has. A number outside is a slip only where nothing but an HTTP status can stand, and when it has
# a digit more than a status at most.
IN_A_CLASS = range(100, 600)
LONGEST_SLIP = 9999
# A module with more numbers outside the classes than this has a vocabulary of its own.
MOST_OUTSIDE = 8
_NUMBER = re.compile(r"[1-9]\d\d+(?![\w.])")
_WRITTEN = re.compile(r"(?<![\w.])[0-9]+(?![\w.])")
_WORD = re.compile(r"status|code|abort|error|respon")
_LONGEST_LINE = 300
_TEST_PACKAGES = frozenset({"pytest", "unittest", "nose", "testtools"})
_STEMS = ("the name ", "the keyword ")


@dataclass(frozen=True, slots=True)
class StrangePosition:
    """An integer literal that stands where a status belongs and is none."""

    node: ast.Constant
    number: int


def has_strange_signs(module: Module) -> bool:
    """Whether a line of the source has a number of three or more digits beside a word of statuses.

    For the few files that hold no registered status at all; in the others every number is looked at.
    """
    source = module.source
    for place in module.numbers:
        found = _NUMBER.match(source, place)
        if found is None or not _is_unregistered(int(found[0])):
            continue
        start, end = source.rfind("\n", 0, place) + 1, source.find("\n", found.end())
        end = len(source) if end < 0 else end
        if (
            end - start < _LONGEST_LINE
            and _WORD.search(source[start:end].lower())
            and is_code(source, *found.span())
            and _may_be_given(source[start:place])
        ):
            return True
    return False


def strange_positions_of(module: Module, demands: Demands, meanings: Meanings) -> tuple[StrangePosition, ...]:
    """Every literal that is no registered status in a place that asks for one, in the order of the source."""
    return tuple(_Strangers(module, demands, meanings).all())


class _Strangers:
    def __init__(self, module: Module, demands: Demands, meanings: Meanings) -> None:
        self._module = module
        self._demands = demands
        self._meanings = meanings
        self._with_none: dict[ast.AST, bool] = {}
        self._told: dict[tuple[int, int], frozenset[str]] = {}

    def all(self) -> Iterable[StrangePosition]:
        found = [
            StrangePosition(node, node.value)
            for node in self._module.integers
            if isinstance(node.value, int) and node.value > 0 and self._is_strange(node, node.value)
        ]
        outside = {position.number for position in found} - set(IN_A_CLASS)
        if len(outside) > MOST_OUTSIDE:
            found = [position for position in found if position.number in IN_A_CLASS]
        counts = Counter(position.number for position in found)
        kept = [
            position
            for position in found
            # A slip is made once; a number that a test serves and then expects was made up for it.
            if not (self._is_test and (counts[position.number] > 1 or self._is_made_up(position)))
            and not self._is_explained(position)
        ]
        return sorted(kept, key=lambda position: (position.node.lineno, position.node.col_offset))

    def _is_strange(self, node: ast.Constant, number: int) -> bool:
        if not _is_unregistered(number):
            return False
        if number < IN_A_CLASS.start:
            # Exit codes, and enumerations of every kind.
            return self._is_compared_with_number(node) and is_written(self._module, node)
        if not is_written(self._module, node):
            return False
        demand = self._demands.on(node)
        if demand is None:
            return False
        return number in IN_A_CLASS or self._can_only_be_a_status(node, number, demand.witness)

    def _is_compared_with_number(self, node: ast.expr) -> bool:
        """Whether a number is compared with what a library's response has for its status."""
        comparison = self._module.parents.get(node)
        if not isinstance(comparison, ast.Compare) or len(comparison.ops) != 1:
            return False
        other = comparison.left if node is comparison.comparators[0] else comparison.comparators[0]
        equality = isinstance(comparison.ops[0], (ast.Eq, ast.NotEq))
        return equality and self._meanings.is_number(other)

    def _can_only_be_a_status(self, node: ast.expr, number: int, witness: str) -> bool:
        name = next((witness.removeprefix(stem) for stem in _STEMS if witness.startswith(stem)), None)
        if name is not None and not witness.startswith(_STEMS[1]) and reading_of(name) is not Reading.CERTAIN:
            return False
        if is_close_code(number) and "websocket" in self._module.folded:
            return False
        return not self._is_in_a_body(node)

    def _is_in_a_body(self, node: ast.AST) -> bool:
        """Whether a number is that of a key: the bodies of many services have a ``status_code`` of their own making.

        The same holds beside a number that is none for sure: ``in (0, 901)``.
        """
        parents = self._module.parents
        parent = parents.get(node)
        while isinstance(parent, (ast.Tuple, ast.List, ast.Set)):
            if self._holds_none(parent):
                return True
            node, parent = parent, parents.get(parent)
        if isinstance(parent, ast.Compare):
            return any(map(self._is_from_body, [parent.left, *parent.comparators]))
        if isinstance(parent, ast.Assign):
            return any(map(self._is_from_body, parent.targets))
        return isinstance(parent, ast.Dict) or (isinstance(parent, ast.Call) and _is_looked_up(parent))

    def _holds_none(self, collection: ast.Tuple | ast.List | ast.Set) -> bool:
        """Whether a collection has a number that is no status for sure."""
        if collection not in self._with_none:
            values = map(integer_of, collection.elts)
            self._with_none[collection] = any(value is not None and value < 1 for value in values)
        return self._with_none[collection]

    def _is_from_body(self, node: ast.expr) -> bool:
        """Whether a value is looked up by a key, or is the ``code`` that an error has beside its status."""
        if isinstance(node, ast.Attribute):
            return node.attr == "code"
        if not isinstance(node, ast.Name):
            return _is_looked_up(node)
        values = [binding.value for binding in self._module.scope_of(node).lookup(node.id)]
        return any(_is_looked_up(part) for value in values if value is not None for part in nodes_in(value))

    def _is_made_up(self, position: StrangePosition) -> bool:
        """Whether a test serves the last number of a class, to see where the border is taken to be, or a number that it
        gave a name, to serve it and then expect it."""
        parent = self._module.parents[position.node]
        if position.number % 100 == 99 and isinstance(parent, (ast.Assign, ast.keyword)):
            return True
        target = parent.targets[0] if isinstance(parent, ast.Assign) else None
        if not isinstance(target, ast.Name):
            return False
        scope = self._module.scope_of(target)
        uses = [name for name in self._module.nodes(ast.Name) if name.id == target.id and name is not target]
        return sum(self._module.scope_of(use) is scope for use in uses) > 1

    @cached_property
    def _is_test(self) -> bool:
        module = self._module
        imported = {alias.name.partition(".")[0] for node in module.nodes(ast.Import) for alias in node.names}
        imported |= {(node.module or "").partition(".")[0] for node in module.nodes(ast.ImportFrom)}
        if not imported.isdisjoint(_TEST_PACKAGES):
            return True
        names = [function.name for function in module.nodes(ast.FunctionDef)]
        names += [function.name for function in module.nodes(ast.AsyncFunctionDef)]
        return any(name.startswith("test") for name in names)

    def _is_explained(self, position: StrangePosition) -> bool:
        """Whether a comment or a text near the number speaks of it: then it is meant, and its meaning is told."""
        return str(position.number) in self._numbers_told(*self._lines_around(position.node))

    def _numbers_told(self, first: int, last: int) -> frozenset[str]:
        """The numbers that comments and texts in these lines speak of."""
        # A table of thousands of numbers asks for the same lines thousands of times.
        if (first, last) not in self._told:
            texts = [comment for line in self._module.lines[first - 1 : last] if (comment := _comment(line))]
            lines, found = self._texts
            texts += found[bisect_left(lines, first) : bisect_right(lines, last)]
            self._told[first, last] = frozenset(number for text in texts for number in _WRITTEN.findall(text))
        return self._told[first, last]

    @cached_property
    def _texts(self) -> tuple[list[int], list[str]]:
        """The plain texts of the module in the order of their lines, and these."""
        constants = self._module.nodes(ast.Constant)
        found = sorted((node.lineno, text) for node in constants if (text := text_of(node)) is not None)
        return [line for line, _ in found], [text for _, text in found]

    def _lines_around(self, node: ast.expr) -> tuple[int, int]:
        """The lines of the function around a number, or of its statement and the comments above where there is none."""
        current: ast.AST | None = node
        statement: ast.stmt | None = None
        while current is not None and not isinstance(current, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if statement is None and isinstance(current, ast.stmt):
                statement = current
            current = self._module.parents.get(current)
        place = current if isinstance(current, ast.stmt) else statement
        assert place is not None
        first = place.lineno
        while first > 1 and self._module.lines[first - 2].lstrip().startswith("#"):
            first -= 1
        return first, place.end_lineno or place.lineno


def _is_unregistered(number: int) -> bool:
    """Whether nothing is known about a number that is no longer than a slip."""
    return number <= LONGEST_SLIP and not is_known_status(number) and not is_met_in_practice(number)


def _may_be_given(before: str) -> bool:
    """Whether what stands before a number in its line is no name, or one that may be that of a status."""
    name = name_before(before)
    return name is None or reading_of(name) >= Reading.PERHAPS


def _comment(line: str) -> str:
    """What stands behind the first ``#`` of a line: a comment, or the end of a text that has one in it."""
    return line.partition("#")[2]


def _is_looked_up(node: ast.AST) -> bool:
    if isinstance(node, ast.Subscript):
        return text_of(node.slice) is not None
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr in GETTERS and bool(node.args) and text_of(node.args[0]) is not None
