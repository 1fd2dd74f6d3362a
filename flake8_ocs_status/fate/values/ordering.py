"""A stable order of values: sets of them have none of their own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

# So much of a text tells one value from another.
LONGEST_TEXT = 1_000


def beginning(value: object) -> str:
    """The beginning of a text that tells a value from others: what a loop puts together holds the same parts over and
    over, and writing out all of it takes longer than anything else."""
    found, length = [], 0
    for piece in _written(value):
        found.append(piece)
        length += len(piece)
        if length > LONGEST_TEXT:
            break
    return "".join(found)


def _written(value: object) -> Iterator[str]:
    marked = _marked_fields(type(value))
    if marked is not None:
        for mark, name in marked:
            yield mark
            yield from _written(getattr(value, name))
        yield ")"
    elif isinstance(value, tuple):
        mark = "("
        for part in value:
            yield mark
            yield from _written(part)
            mark = ", "
        yield ",)" if len(value) == 1 else ")" if value else "()"
    elif isinstance(value, ast.AST):
        # Where it stands, which is the same each time.
        yield f"{type(value).__name__} {getattr(value, 'lineno', 0)}:{getattr(value, 'col_offset', 0)}"
    elif isinstance(value, frozenset):
        yield f"{len(value)} values"
    else:
        yield repr(value)


_MARKED_FIELDS: dict[type, tuple[tuple[str, str], ...] | None] = {}


def _marked_fields(kind: type) -> tuple[tuple[str, str], ...] | None:
    """What comes before each field of a kind of value, and the field's name; None where it has no fields."""
    if kind not in _MARKED_FIELDS:
        names = [field.name for field in fields(kind)] if is_dataclass(kind) else []
        marks = [f"{kind.__name__}(", *(", " for _ in names[1:])]
        marked = tuple((f"{mark}{name}=", name) for mark, name in zip(marks, names, strict=False))
        _MARKED_FIELDS[kind] = marked if is_dataclass(kind) else None
    return _MARKED_FIELDS[kind]
