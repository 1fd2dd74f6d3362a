"""The nodes below a node, as :mod:`ast` gives them and in half the time.

The marks of which Python keeps one for all (``ast.Load``, ``ast.Eq``, …) are left out: nothing is asked of them alone.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator


class _Parts(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each kind of node that hold other nodes, or lists of them; worked out when the first is met."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        none_here = _NO_NODES_OF.get(kind, ())
        parts = self[kind] = tuple(part for part in kind._fields if part not in _NO_NODES and part not in none_here)
        return parts


# The fields that hold a text or a number, or a mark of which Python keeps one for all.
_NO_NODES = frozenset(
    {
        "arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level", "module",
        "op", "ops", "rest", "simple", "type_comment", "type_ignores",
    }
)  # fmt: skip
_NO_NODES_OF: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Constant: ("value",),
    ast.Global: ("names",),
    ast.MatchSingleton: ("value",),
    ast.Nonlocal: ("names",),
}
PARTS = _Parts()


def children_of(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node, in the order of its fields."""
    found: list[ast.AST] = []
    for part in PARTS[type(node)]:
        value = getattr(node, part, None)
        if type(value) is list:
            # Keys of a mapping that is unpacked, parameters without a default.
            found += [child for child in value if child is not None] if None in value else value
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def nodes_in(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, the nearer ones first."""
    waiting = deque([node])
    while waiting:
        current = waiting.popleft()
        waiting.extend(children_of(current))
        yield current
