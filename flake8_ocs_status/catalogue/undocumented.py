"""Paths under a root of OCS that the reference does not have: what to call them, and what they may be meant for."""

from __future__ import annotations

import re
from difflib import get_close_matches

from flake8_ocs_status.catalogue.paths import Node, catalogue

# In a path for people: what stands in front of the part that tells one call from another.
_FRONT = re.compile(r".*/(?:tenants/[^/]*/namespaces/[^/]*|tenants/[^/]*(?=/)|(?=api/))", re.IGNORECASE)
# How alike two segments are before one is taken for a slip of the other, as difflib counts it.
_ALIKE = 0.8


def shortened(label: str) -> str:
    """A request for people, ``GET {…}/api/v1/Tenants/{…}/Namespaces/{…}/Streamz?x=1``, as ``GET …/Streamz``."""
    method, space, path = label.partition(" ") if " " in label else ("", "", label)
    path = _path_of(path)
    tail = _FRONT.sub("", path, count=1)
    return f"{method}{space}…/{tail.lstrip('/')}" if tail != path else label


def _path_of(text: str) -> str:
    return re.split(r"[?#]", text, maxsplit=1)[0].rstrip("/")


def meant_for(label: str) -> str | None:
    """The documented segment that a segment of an undocumented path is a slip of, spelled as the reference has it."""
    segments = _path_of(label).lower().split("/")
    roots = [index for index, segment in enumerate(segments) if segment in {"api", "tenants"}]
    if not roots:
        return None
    node: Node | None = catalogue().root
    if segments[roots[0]] == "tenants":
        node = _child(_child(node, "api"), "v1")
    for segment in segments[roots[0] :]:
        if node is None:
            return None
        if segment not in node.literals:
            close = get_close_matches(segment, node.literals, n=1, cutoff=_ALIKE)
            if close:
                return _spelling(node, close[0])
        node = _child(node, segment)
    return None


def _child(node: Node | None, segment: str) -> Node | None:
    return None if node is None else node.literals.get(segment, node.parameter)


def _spelling(node: Node, literal: str) -> str:
    child = node.literals[literal]
    operation = next(operation for below in (child, *child.descendants()) for operation in below.operations)
    return operation.segments[node.depth]


def is_plainly_ocs(label: str, hosts: tuple[str, ...] = ()) -> bool:
    """Whether an undocumented URL is one of OCS for certain: many services have ``/api/v1/tenants``.

    ``hosts`` are further hosts of OCS.
    """
    text = label.lower()
    known = (host.lstrip("*") for host in (*catalogue().hosts, *hosts))
    return re.search(r"/tenants/[^/]*/namespaces(/|$)", text) is not None or any(host in text for host in known)
