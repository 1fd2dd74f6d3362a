"""The documented operations, read once from ``operations.json`` and indexed by the segments of their paths."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from flake8_ocs_status.catalogue.urls import GAP

# What may stand for the API version in a path; OCS documents v1, v1-preview and v1.0-preview.
VERSION = re.compile(r"v\d+(\.\d+)*(-[a-z]+)?")


@dataclass(frozen=True, slots=True)
class Operation:
    """A documented operation.

    ``path`` is spelled as in the reference, parameters in braces. ``statuses`` is the union over its editions.
    ``page`` is the page under api-reference/ that documents it. ``if_match`` and ``if_none_match`` tell which
    conditional headers it documents. ``version`` is the API version in the path, in small letters, None for the two
    identity operations.
    """

    method: str
    path: str
    statuses: frozenset[int]
    page: str
    if_match: bool = False
    if_none_match: bool = False
    position: int = field(default=0, compare=False, repr=False)
    segments: tuple[str, ...] = field(init=False, compare=False, repr=False)
    version: str | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        segments = tuple(self.path.split("/")[1:])
        object.__setattr__(self, "segments", segments)
        object.__setattr__(self, "version", segments[1].lower() if segments[0] == "api" else None)


# The reference has these two under "Authentication", without a page of their own for the operation; every client uses
# them for its token. The statuses are those of OpenID Connect Discovery 1.0 and of RFC 6749, section 5.2, plus the 503
# that the general status page gives to any call.
IDENTITY_OPERATIONS = (
    Operation(
        "GET", "/identity/.well-known/openid-configuration", frozenset({200, 400, 404, 500, 503}), "authentication"
    ),
    Operation("POST", "/identity/connect/token", frozenset({200, 400, 401, 500, 503}), "authentication"),
)


def fits(segment: str, literal: str) -> bool:
    """Whether a segment with gaps may be ``literal``: begins and ends like it. Without a gap it must be the literal."""
    if GAP not in segment:
        return segment == literal
    prefix, tail = segment.partition(GAP)[0], segment.rpartition(GAP)[2]
    return literal.startswith(prefix) and literal.endswith(tail) and len(prefix) + len(tail) <= len(literal)


class Node:
    """One place in the tree of paths, reached by the segments before it.

    ``literals`` has the next literal segments, in small letters; ``parameter`` is where any other segment leads, if
    ``parameter.admits`` it; ``operations`` are those whose path ends here. ``depth`` counts segments; ``literal`` is
    the segment that leads here, in small letters, None for a parameter.
    """

    __slots__ = ("_admitted", "_descendants", "depth", "literal", "literals", "operations", "parameter")

    def __init__(
        self, depth: int, admitted: frozenset[str] | re.Pattern[str] | None = None, literal: str | None = None
    ) -> None:
        self.depth = depth
        self.literal = literal
        self.literals: dict[str, Node] = {}
        self.parameter: Node | None = None
        self.operations: list[Operation] = []
        self._admitted = admitted
        self._descendants: tuple[Node, ...] | None = None

    def admits(self, value: str) -> bool:
        """Whether ``value``, in small letters and perhaps with gaps, may stand for the parameter that leads here."""
        if self._admitted is None:
            return True
        if isinstance(self._admitted, frozenset):
            return any(fits(value, admitted) for admitted in self._admitted)
        return GAP in value or self._admitted.fullmatch(value) is not None

    def descendants(self) -> tuple[Node, ...]:
        """All nodes further down. The tree must be whole when this is first asked for."""
        if self._descendants is None:
            children = [*self.literals.values(), *([] if self.parameter is None else [self.parameter])]
            self._descendants = tuple(node for child in children for node in (child, *child.descendants()))
        return self._descendants


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All documented operations.

    ``hosts`` are the OCS hosts, a leading ``*.`` standing for one or more labels. ``parents`` tells for each literal
    segment, in small letters, the nodes that it leads on from.
    """

    operations: tuple[Operation, ...]
    hosts: tuple[str, ...]
    root: Node
    parents: dict[str, tuple[Node, ...]]


@cache
def catalogue() -> Catalogue:
    """The catalogue, loaded when it is first asked for."""
    content = json.loads(files(__package__).joinpath("operations.json").read_text(encoding="utf-8"))
    root = Node(0)
    operations: list[Operation] = []
    for entry in content["operations"]:
        operation = _operation(entry, len(operations))
        operations.append(operation)
        segments = operation.segments
        values = entry.get("path_param_values", {})
        _node(root, segments, values).operations.append(operation)
        if segments[-1].strip("{}") in entry.get("optional_path_params", ()):
            _node(root, segments[:-1], values).operations.append(operation)
    for operation in IDENTITY_OPERATIONS:
        operations.append(operation)
        _node(root, operation.segments, {}).operations.append(operation)
    parents: dict[str, list[Node]] = {}
    for node in (root, *root.descendants()):
        for literal in node.literals:
            parents.setdefault(literal, []).append(node)
    return Catalogue(
        tuple(operations),
        tuple(host.lower() for host in content["hosts"]),
        root,
        {literal: tuple(nodes) for literal, nodes in parents.items()},
    )


def _operation(entry: dict[str, Any], position: int) -> Operation:
    return Operation(
        entry["method"].upper(),
        entry["path"],
        frozenset(entry["statuses"]),
        entry["page"],
        entry.get("if_match", False),
        entry.get("if_none_match", False),
        position,
    )


def _node(root: Node, segments: tuple[str, ...], values: dict[str, list[str]]) -> Node:
    """The node at the end of ``segments``, made where it is missing. The API version is a parameter."""
    node = root
    for depth, segment in enumerate(segments, start=1):
        if depth == 2 and segments[0] == "api":
            node.parameter = node.parameter or Node(depth, VERSION)
            node = node.parameter
        elif segment.startswith("{"):
            if node.parameter is None:
                allowed = values.get(segment[1:-1])
                admitted = None if allowed is None else frozenset(map(str.lower, allowed))
                node.parameter = Node(depth, admitted)
            node = node.parameter
        else:
            node = node.literals.setdefault(segment.lower(), Node(depth, literal=segment.lower()))
    return node
