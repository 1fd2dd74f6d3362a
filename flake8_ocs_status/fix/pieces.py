"""The smallest stretch of lines that holds an expression and can be parsed by itself.

libcst takes most of its time for the positions of a module's nodes, and positions are wanted of a few expressions
only. So it is given the innermost statement around each of them, with its own lines as they stand.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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

    def start(self, lines: Sequence[str], line: int, byte_column: int) -> int:
        """Where a position of the file stands in the UTF-8 bytes of the piece's text."""
        heading = len(HEADING) if self.indented else 0
        return heading + sum(len(text.encode("utf-8")) for text in lines[self.first - 1 : line - 1]) + byte_column


def whole(lines: Sequence[str]) -> Piece:
    """The piece that is the whole file."""
    return Piece(1, len(lines), indented=False)


def piece_around(tree: ast.Module, lines: Sequence[str], first: int, last: int) -> Piece:
    """The innermost piece that holds the lines ``first`` to ``last``; the whole file where there is no smaller one."""
    best = whole(lines)
    blocks = [tree.body]
    while blocks:
        found = next((group for block in blocks for group in _groups(block) if _holds(group, first, last)), None)
        if found is None:
            break
        top, bottom = first_line(found[0]), _last_line(found[-1])
        opening = lines[top - 1]
        bare = opening.lstrip(" \t\f")
        before = opening[: len(opening) - len(bare)]
        starts_line = found[0].col_offset == len(before) or top != found[0].lineno
        # An `elif` is an `if` to the parser and no statement to anybody else.
        if starts_line and not (isinstance(found[0], ast.If) and bare.startswith("elif")):
            best = Piece(top, bottom, indented=bool(before.strip("\f")))
        blocks = [block for statement in found for block in _blocks(statement)]
    return best


def first_line(statement: ast.stmt) -> int:
    """The line where a statement starts, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _last_line(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _holds(group: list[ast.stmt], first: int, last: int) -> bool:
    return first_line(group[0]) <= first and last <= _last_line(group[-1])


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
