"""One more element at the end of a list, tuple or set, written as the others are.

Between the last element and the end of the collection there is nothing but parentheses, a comma, comments and white
space, so the tree's positions and a look at that text say all there is to know. The edited file is parsed and compared
afterwards.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_ocs_status.fix.edits import Edit, insertion
from flake8_ocs_status.fix.source import Source

Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a collection ends: where its last element does, its parentheses included, and where the comma after it."""

    element: Position
    comma: Position | None


def edits_for_addition(source: Source, node: ast.List | ast.Tuple | ast.Set, new: str) -> list[Edit]:
    """The edits that put the expression ``new`` behind the last element.

    Elements that have lines of their own get one more line, with the indentation of the last one. A comma at the end
    stays, unless it is there to make a tuple of a single element.
    """
    if not node.elts:
        return [insertion(node.lineno, node.col_offset + 1, f"{new}," if isinstance(node, ast.Tuple) else new)]
    ending = _ending_of(source, node)
    indentation = _indentation(source, node)
    if ending.comma is None:
        if indentation is None:
            return [insertion(*ending.element, f", {new}")]
        rest = _end_of_line(source, ending.element)
        if rest is None or rest == ending.element:
            return [insertion(*ending.element, f",\n{indentation}{new}")]
        return [insertion(*ending.element, ","), insertion(*rest, f"\n{indentation}{new}")]
    if indentation is None:
        is_single = isinstance(node, ast.Tuple) and len(node.elts) == 1
        return [insertion(*ending.comma, f" {new}" if is_single else f" {new},")]
    return [insertion(*(_end_of_line(source, ending.comma) or ending.comma), f"\n{indentation}{new},")]


def _ending_of(source: Source, node: ast.List | ast.Tuple | ast.Set) -> _Ending:
    """How a collection with elements ends."""
    last = node.elts[-1]
    assert last.end_lineno is not None
    assert last.end_col_offset is not None
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    element = last.end_lineno, last.end_col_offset
    end = node.end_lineno, node.end_col_offset
    comma = None
    for line in range(last.end_lineno, node.end_lineno + 1):
        text = _bytes_of(source, line)
        column = last.end_col_offset if line == last.end_lineno else 0
        stop = node.end_col_offset if line == node.end_lineno else len(text)
        for place in range(column, stop):
            byte = text[place : place + 1]
            if byte == b"#":
                break
            if byte == b"," and comma is None:
                comma = line, place + 1
            elif byte == b")" and comma is None and (line, place + 1) != end:
                element = line, place + 1
    return _Ending(element, comma)


def _indentation(source: Source, node: ast.List | ast.Tuple | ast.Set) -> str | None:
    """What stands before the last element, where it has a line of its own; None where it shares one."""
    last = node.elts[-1]
    before = _bytes_of(source, last.lineno)[: last.col_offset].decode("utf-8")
    previous = node.elts[-2].end_lineno if len(node.elts) > 1 else node.lineno
    assert previous is not None
    if before.strip() or previous == last.lineno:
        return None
    # Outside brackets a new line would end the statement.
    return None if _bytes_of(source, last.lineno - 1).rstrip(b"\r\n").endswith(b"\\") else before


def _end_of_line(source: Source, position: Position) -> Position | None:
    """Where a line ends of which nothing but a comment follows a position; None where something else does."""
    line, column = position
    text = _bytes_of(source, line).rstrip(b"\r\n")
    rest = text[column:].strip()
    if rest and not rest.startswith(b"#"):
        return None
    return line, len(text.rstrip())


def _bytes_of(source: Source, line: int) -> bytes:
    return source.lines[line - 1].encode("utf-8")
