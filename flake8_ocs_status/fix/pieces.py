"""The smallest stretch of lines that holds an expression and can be parsed by itself.

libcst takes most of its time for the positions of a module's nodes, and positions are wanted of a few expressions
only. So it is given the innermost statement around each of them, with its own lines as they stand.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flake8_ocs_status.fix.source import Source

# An indented piece stands below this line, so that its indentation can stay.
HEADING = "if 1:\n"


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """Lines ``first`` to ``last`` (from 1, both included); ``indented`` ones need a heading to be parsed."""

    first: int
    last: int
    indented: bool

    def text(self, lines: Sequence[str]) -> str:
        """What to parse."""
        return (HEADING if self.indented else "") + "".join(lines[self.first - 1 : self.last])

    def start(self, source: Source, line: int, byte_column: int) -> int:
        """Where a position of the file stands in the UTF-8 bytes of the piece's text."""
        return (len(HEADING) if self.indented else 0) + source.distance(self.first, line) + byte_column


def whole(lines: Sequence[str]) -> Piece:
    """The piece that is the whole file."""
    return Piece(1, len(lines), indented=False)


class Pieces:
    """The pieces of one file."""

    def __init__(self, tree: ast.Module, source: Source) -> None:
        self._tree = tree
        self._lines = source.lines
        self._known: dict[int, tuple[list[int], list[list[ast.stmt]]]] = {}

    def around(self, first: int, last: int) -> Piece:
        """The innermost piece that holds the lines ``first`` to ``last``; the whole file where there is no smaller."""
        best = whole(self._lines)
        blocks = [self._tree.body]
        while blocks:
            found = next(filter(None, (self._holding(block, first, last) for block in blocks)), None)
            if found is None:
                break
            top, bottom = first_line(found[0]), _last_line(found[-1])
            opening = self._lines[top - 1]
            bare = opening.lstrip(" \t\f")
            before = opening[: len(opening) - len(bare)]
            starts_line = found[0].col_offset == len(before) or top != found[0].lineno
            # An `elif` is an `if` to the parser and no statement to anybody else.
            if starts_line and not (isinstance(found[0], ast.If) and bare.startswith("elif")):
                best = Piece(top, bottom, indented=bool(before.strip("\f")))
            blocks = [block for statement in found for block in _blocks(statement)]
        return best

    def _holding(self, block: list[ast.stmt], first: int, last: int) -> list[ast.stmt] | None:
        """The statements of a block that hold some lines; those that share a line come together."""
        known = self._known.get(id(block))
        if known is None:
            groups = list(_groups(block))
            known = self._known[id(block)] = [first_line(group[0]) for group in groups], groups
        starts, groups = known
        place = bisect_right(starts, first) - 1
        return groups[place] if place >= 0 and last <= _last_line(groups[place][-1]) else None


def first_line(statement: ast.stmt) -> int:
    """The line where a statement starts, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _last_line(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _groups(block: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """The statements of a block, those that share a line together."""
    group: list[ast.stmt] = []
    for statement in block:
        if group and first_line(statement) > _last_line(group[-1]):
            yield group
            group = []
        group.append(statement)
    if group:
        yield group


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for part in ("body", "orelse", "finalbody"):
        block = getattr(statement, part, None)
        if block:
            yield block
    for part in ("handlers", "cases"):
        for branch in getattr(statement, part, ()):
            yield branch.body
