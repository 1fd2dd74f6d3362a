"""Preconditions of a request: does it send If-Match or the like?"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from flake8_ocs_status.fate.values import NONE, Table, Value
from flake8_ocs_status.fate.values.knowledge import alternatives, constant_text
from flake8_ocs_status.program.module import Module

ETAG_CONDITIONS = frozenset({"if-match", "if-none-match"})
# Any of these keeps a change from being overwritten unseen.
CONDITIONS = ETAG_CONDITIONS | {"if-unmodified-since"}
# requests.Session.request(method, url, params, data, headers): headers are the fifth argument, and no earlier one.
_MOST_BEFORE_HEADERS = 4


def may_compare_etags(headers: Value) -> bool:
    """Whether these headers have If-Match or If-None-Match, on one path at least."""
    return any(
        isinstance(one, Table) and any((constant_text(key) or "").lower() in ETAG_CONDITIONS for key, _ in one.entries)
        for one in alternatives(headers)
    )


def has_no_condition(headers: Value) -> bool:
    """Whether these headers certainly have no condition."""
    return all(map(_is_plain, alternatives(headers)))


def _is_plain(headers: Value) -> bool:
    if headers == NONE:
        return True
    if not isinstance(headers, Table) or not headers.complete:
        return False
    names = [constant_text(key) for key, _ in headers.entries]
    return all(name is not None and name.lower() not in CONDITIONS for name in names)


def may_have_positional_headers(call: ast.Call) -> bool:
    """Whether headers may be among the arguments of a request that have no keyword."""
    return len(call.args) > _MOST_BEFORE_HEADERS or any(isinstance(argument, ast.Starred) for argument in call.args)


def are_on_clients(module: Module) -> bool:
    """Whether the module stores a condition where it is sent with every request of a client."""
    return any(
        isinstance(text.value, str) and text.value.lower() in CONDITIONS and _is_for_client(text, module)
        for text in module.nodes(ast.Constant)
    )


def _is_for_client(name: ast.Constant, module: Module) -> bool:
    """Whether the name of a header stands in ``….headers[name]``, ``….headers.update({name: …})`` or
    ``….headers = {name: …}``."""
    node: ast.AST | None = name
    while node is not None and not isinstance(node, ast.stmt):
        node = module.parents.get(node)
        stored: Sequence[ast.AST] = ()
        if isinstance(node, ast.Subscript):
            stored = (node.value,)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            stored = (node.func.value,)
        elif isinstance(node, ast.Assign):
            stored = node.targets
        if any(isinstance(one, ast.Attribute) and one.attr == "headers" for one in stored):
            return True
    return False
